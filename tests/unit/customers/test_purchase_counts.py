"""What the models need of every customer: days merged, times from the first purchase, lifetimes under a rule."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from pathlib import Path

import duckdb
import ibis
import pytest

from strategy.customers import counts_frame, events_frame, lifetimes_frame, parts_frame, purchase_counts, weights_frame
from strategy.customers.segments import Cuts
from strategy.errors import WorkbookError
from strategy.workbook import Workbook

DAY = dt.date(2024, 1, 1)


def fill(cursor: duckdb.DuckDBPyConnection, rows: Iterable[tuple[str, int, float]]) -> None:
    cursor.executemany(
        "INSERT INTO purchase (customer, day, amount) VALUES (?, ?, ?)",
        [(customer, DAY + dt.timedelta(days=day), amount) for customer, day, amount in rows],
    )


@pytest.fixture
def shop(cursor: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """a: days 0, 10 (two lines), 40, 90; b: day 20 only, twice; c: from day 60 on; the data end on day 100 with d."""
    fill(cursor, [("a", 0, 99.0), ("a", 10, 5.0), ("a", 10, 7.0), ("a", 40, 6.0), ("a", 90, 30.0)])
    fill(cursor, [("b", 20, 8.0), ("b", 20, 4.0), ("c", 60, 10.0), ("c", 70, 20.0), ("d", 100, 1.0)])
    return cursor


def test_whole_period(shop: duckdb.DuckDBPyConnection) -> None:
    found = counts_frame(shop, names=True).set_index("customer")
    assert found.loc["a"].tolist() == [3, 90, 100, 16.0, 0]  # (12 + 6 + 30) / 3: the first day is left out, one day is one event
    assert found.loc["b"].tolist() == [0, 0, 80, 0.0, 0]
    assert found.loc["c"].tolist() == [1, 10, 40, 20.0, 0]
    assert found.loc["d"].tolist() == [0, 0, 0, 0.0, 0]


def test_calibration_leaves_later_purchases_and_customers_out(shop: duckdb.DuckDBPyConnection) -> None:
    found = counts_frame(shop, DAY + dt.timedelta(days=65), names=True).set_index("customer")
    assert found.loc["a"].tolist() == [2, 40, 65, 9.0, 1]
    assert found.loc["c"].tolist() == [0, 0, 5, 0.0, 1]
    assert "d" not in found.index


def test_weights_and_parts_hold_every_customer(shop: duckdb.DuckDBPyConnection) -> None:
    assert weights_frame(shop)["customers"].sum() == 4
    grades = parts_frame(shop)
    assert grades["part"].astype(str).value_counts().to_dict() == {"A": 2, "B": 1, "C": 1}
    segments = parts_frame(shop, Cuts((10, 20, 50, 60), (1, 2, 3, 4), (5, 10, 20, 50)))
    assert segments["x"].sum() == 4
    assert len(segments) == 4


def test_events_by_day(shop: duckdb.DuckDBPyConnection) -> None:
    everybody = events_frame(shop)
    assert everybody["events"].sum() == 8
    assert everybody["first"].sum() == 4
    early = events_frame(shop, DAY + dt.timedelta(days=65))
    assert early["events"].tolist() == [1, 1, 1, 1, 1, 1, 1]
    assert early["first"].sum() == 3


def test_lifetimes_under_a_rule(shop: duckdb.DuckDBPyConnection) -> None:
    """Silent for more than 25 days by day 100: b left on its first day, c after ten; a bought on day 90 and was watched to day 75."""
    found = lifetimes_frame(shop, 25)
    assert list(found.itertuples(index=False, name=None)) == [(0, 1, 1), (10, 1, 1), (75, 0, 1)]
    # Under 50 days nobody who first bought after day 50 can be judged.
    assert list(lifetimes_frame(shop, 50).itertuples(index=False, name=None)) == [(0, 1, 1), (50, 0, 1)]


@pytest.mark.parametrize("dialect", ["duckdb", "postgres", "databricks"])
def test_expressions_run_elsewhere(dialect: str) -> None:
    end = dt.date(2024, 3, 1)
    expressions = (
        purchase_counts.purchase_counts(),
        purchase_counts.purchase_counts(end),
        purchase_counts.weighted_counts(end),
        purchase_counts.counts_by_grade(),
        purchase_counts.events_by_day(end),
        purchase_counts.lifetimes(90),
    )
    for expression in expressions:
        assert "SELECT" in str(ibis.to_sql(expression, dialect=dialect))


def test_memory_of_the_database_can_be_limited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NINEFOLD_MEMORY_LIMIT", "60MB")
    with Workbook.create(tmp_path / "small.duckdb", "Small") as workbook:
        row = workbook.cursor().execute("SELECT current_setting('memory_limit')").fetchone()
        assert row == ("57.2 MiB",)
        # More groups than fit: they go to disk, beside the workbook.
        counted = workbook.cursor().execute(
            "SELECT count(*), sum(n) FROM (SELECT 'customer number ' || i % 500000 AS c, count(*) AS n FROM range(1000000) t(i) GROUP BY c)"
        ).fetchone()  # fmt: skip
        assert counted == (500_000, 1_000_000)
    monkeypatch.setenv("NINEFOLD_MEMORY_LIMIT", "plenty")
    with pytest.raises(WorkbookError, match="limit of memory cannot be read: plenty"):
        Workbook.create(tmp_path / "other.duckdb", "Other")
