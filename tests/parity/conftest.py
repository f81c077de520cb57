"""Purchases, and a PostgreSQL started by the tests themselves."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa
import pytest

from strategy.customers.connections import close_all
from tests.parity.postgres import Server, find
from tests.parity.questions import awkward_purchases


@pytest.fixture(scope="session")
def given() -> pa.Table:
    return awkward_purchases()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A running server. Missing programs are a failure, not a skip: this is tested or not promised."""
    programs = find()
    assert programs, "PostgreSQL is not installed; run: python -m tests.parity.postgres --install"
    server = Server(programs)
    yield server
    close_all()
    server.remove()
