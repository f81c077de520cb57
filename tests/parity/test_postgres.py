"""PostgreSQL gives the answers a workbook gives."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa
import pytest

from strategy.customers.expressions import interactions, purchases
from tests.parity.postgres import Server
from tests.parity.questions import answer, assert_same, awkward_interactions, questions, reference, without_arguments

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
