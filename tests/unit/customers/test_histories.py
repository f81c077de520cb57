"""What a workbook reads from each customer's days is what the same expression gives over the purchases alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import duckdb
import ibis
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from strategy.customers import LifecycleRules, create_tables, histories, lifecycle, totals
from strategy.customers.expressions import cached_sql
from strategy.customers.purchase_table import keep_totals
from tests.parity.questions import assert_same, awkward_interactions, awkward_purchases, every_question

ASKED = {name: (build, given) for name, build, given in every_question()}
UNTIL = dt.date(2024, 1, 31)


@pytest.fixture(scope="module")
def workbook_like() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(":memory:") as connection:
        create_tables(connection)
        connection.register("given", awkward_purchases())
        connection.register("said", awkward_interactions())
        connection.execute("INSERT INTO purchase BY NAME SELECT * FROM given")
        connection.execute("INSERT INTO interaction BY NAME SELECT * FROM said")
        keep_totals(connection)
        yield connection


@pytest.mark.parametrize("name", ASKED)
def test_a_workbook_answers_as_the_purchases_alone_do(name: str, workbook_like: duckdb.DuckDBPyConnection) -> None:
    build, given_ = ASKED[name]
    stored = workbook_like.execute(cached_sql(build)(*given_)).df()
    assert_same(stored, workbook_like.execute(ibis.to_sql(build(*given_), dialect="duckdb")).df())


@pytest.mark.parametrize("window_days", [1, 30, 91, 182, 5000])
@pytest.mark.parametrize("until", [None, UNTIL])
def test_windows_of_any_length_are_told(window_days: int, until: dt.date | None, workbook_like: duckdb.DuckDBPyConnection) -> None:
    given_ = (LifecycleRules(window_days=window_days), until)
    stored = workbook_like.execute(cached_sql(lifecycle.lifecycle_table)(*given_)).df()
    assert_same(stored, workbook_like.execute(ibis.to_sql(lifecycle.lifecycle_table(*given_), dialect="duckdb")).df())


LINES = st.lists(st.tuples(st.sampled_from("abcde"), st.integers(0, 900), st.integers(-300, 500)), min_size=1, max_size=40)


@settings(max_examples=15, deadline=None)
@given(lines=LINES, window_days=st.integers(1, 400), until=st.integers(0, 950))
def test_any_purchases_go_the_same_way_in_both(lines: list[tuple[str, int, int]], window_days: int, until: int) -> None:
    first = dt.date(2022, 1, 1)
    rows = [{"customer": who, "day": first + dt.timedelta(days=day), "amount": ibis_decimal(cents)} for who, day, cents in lines]
    with duckdb.connect(":memory:") as connection, pytest.MonkeyPatch.context() as patch:
        create_tables(connection)
        patch.setattr(totals, "_LEAST_TO_GROUP", 0)
        connection.register("given", pa.Table.from_pylist(rows))
        connection.execute("INSERT INTO purchase BY NAME SELECT * FROM given")
        keep_totals(connection, totals.customer_totals(connection, "purchase", len(rows)))
        for build, given_ in (
            (histories.trajectories, (window_days, first + dt.timedelta(days=until))),
            (histories.trajectories, (window_days, None)),
            (histories.totals_until, (first + dt.timedelta(days=until),)),
        ):
            stored = connection.execute(cached_sql(build)(*given_)).df()
            assert_same(stored[sorted(stored)], alone(connection, build, given_))


def ibis_decimal(cents: int) -> Any:
    from decimal import Decimal

    return Decimal(cents) / 100


def alone(connection: duckdb.DuckDBPyConnection, build: Any, given_: tuple[Any, ...]) -> Any:
    found = connection.execute(ibis.to_sql(build(*given_), dialect="duckdb")).df()
    return found[sorted(found)]


def test_lines_in_no_order_of_days_and_alike_in_their_first_bits_are_put_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first bits of a fingerprint are sorted first: two customers alike in them, with days out of order, come apart all the same."""
    monkeypatch.setattr(totals, "_LEAST_TO_GROUP", 0)
    chance = np.random.default_rng(7)
    with duckdb.connect(":memory:") as connection:
        # Fingerprints that differ in bits which are not among the first ones.
        connection.execute("CREATE MACRO hash(text) AS (7::UBIGINT << 60) | (ascii(text)::UBIGINT << 12)")
        connection.execute("CREATE TABLE purchase (customer VARCHAR, day DATE, amount DECIMAL(18,4))")
        rows = [("ab"[at % 2], dt.date(2024, 1, 1) + dt.timedelta(days=int(chance.integers(50))), float(at)) for at in range(60)]
        connection.executemany("INSERT INTO purchase VALUES (?, ?, ?)", rows)
        found = totals.customer_totals(connection, "purchase", 1 << 30).sort_by("customer").to_pylist()
    for who, row in zip("ab", found, strict=True):
        own = sorted((day, amount) for name, day, amount in rows if name == who)
        assert row["days"] == sorted({day for day, _ in own})
        assert [float(money) for money in row["day_revenue"]] == [
            sum(amount for at, amount in own if at == day) for day in row["days"]
        ]
        gaps = np.diff([day.toordinal() for day in row["days"]])
        assert row["usual_gap_days"] == np.median(gaps)
