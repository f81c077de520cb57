"""PostgreSQL gives the answers a workbook gives."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa
import pytest

from strategy.customers.expressions import interactions, purchases
from strategy.customers.netting_expression import netted, refunds_found
from tests.parity.postgres import Server
from tests.parity.questions import (
    answer,
    assert_same,
    awkward_interactions,
    netted_here,
    purchases_and_refunds,
    questions,
    reference,
    without_arguments,
)

QUESTIONS = questions()


@pytest.fixture(scope="module")
def table(postgres: Server, given: pa.Table) -> Iterator[ir.Table]:
    backend: Any = ibis.connect(postgres.url())
    backend.create_table("purchase", given, schema=purchases().schema())
    backend.create_table("interaction", awkward_interactions(), schema=interactions().schema())
    yield backend.table("purchase")
    backend.drop_table("interaction")
    backend.drop_table("purchase")
    backend.disconnect()


def test_every_expression_has_arguments_to_ask_it_with() -> None:
    assert without_arguments() == [], "add a line to GIVEN in tests/parity/questions.py"


@pytest.mark.parametrize("name", QUESTIONS)
def test_postgres_answers_as_a_workbook_does(name: str, table: ir.Table, given: pa.Table) -> None:
    assert_same(answer(QUESTIONS[name], table), reference(QUESTIONS[name], given))


def test_postgres_nets_refunds_as_a_workbook_does(postgres: Server) -> None:
    backend: Any = ibis.connect(postgres.url())
    given = purchases_and_refunds()
    table = backend.create_table("refunded", given)
    left, found = netted_here(given)
    assert_same(backend.execute(netted(table)), left)
    assert_same(backend.execute(refunds_found(table)), found)
    assert (found["rows"] > 0).all()
    backend.drop_table("refunded")
    backend.disconnect()
