"""What each customer's purchases come to is the same in every way it is worked out, and is what analyses of a workbook read."""

from __future__ import annotations

import datetime as dt

import duckdb
import ibis
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from strategy.customers import Mapping, counts_frame, customer_frame, default_cuts, rfm_segments, store, totals, understand
from strategy.customers.expressions import customer_totals
from strategy.customers.totals import count_different
from strategy.errors import ImportRefused

LINES = st.lists(
    st.tuples(st.sampled_from("abcdefgh"), st.integers(0, 40), st.integers(-500, 500)).map(
        lambda line: (line[0], dt.date(2024, 1, 1) + dt.timedelta(days=line[1]), line[2] / 100)
    ),
    max_size=60,
)


def _table(connection: duckdb.DuckDBPyConnection, lines: list[tuple[str, dt.date, float]]) -> None:
    connection.execute("CREATE TABLE purchase (customer VARCHAR, day DATE, amount DECIMAL(18,4))")
    if lines:
        connection.executemany("INSERT INTO purchase VALUES (?, ?, ?)", lines)


def _in_order(found: pa.Table) -> list[dict[str, object]]:
    return found.sort_by("customer").to_pylist()


@settings(max_examples=40, deadline=None)
@given(lines=LINES, piece=st.sampled_from([1, 3, 1 << 19]))
def test_sorting_gives_what_grouping_and_the_expression_give(lines: list[tuple[str, dt.date, float]], piece: int) -> None:
    with duckdb.connect(":memory:") as connection, pytest.MonkeyPatch.context() as patch:
        _table(connection, lines)
        grouped = totals.customer_totals(connection, "purchase", len(lines))
        asked = connection.execute(ibis.to_sql(customer_totals(), dialect="duckdb")).to_arrow_table()
        patch.setattr(totals, "_LEAST_TO_GROUP", 0)
        patch.setattr(totals, "_LEAST_TO_COUNT", 0)
        patch.setattr(totals, "_PIECE", piece)
        by_sorting = totals.customer_totals(connection, "purchase", len(lines) + 5)
        different = count_different(connection, "hash(day)", "purchase", len(lines) + 5)
    assert _in_order(by_sorting) == _in_order(grouped)
    assert _in_order(grouped.drop_columns(["usual_gap_days", "days", "day_revenue"])) == _in_order(asked)
    assert by_sorting.schema == grouped.schema
    assert different == len({day for _, day, _ in lines})


def test_customers_of_one_fingerprint_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(totals, "_LEAST_TO_GROUP", 0)
    day = dt.date(2024, 1, 1)
    with duckdb.connect(":memory:") as connection:
        connection.execute("CREATE MACRO hash(text) AS 7::UBIGINT")
        _table(connection, [("a", day, 1.0), ("b", day, 2.0), ("b", day, 3.0)])
        found = totals.customer_totals(connection, "purchase", 3)
    assert [(row["customer"], row["purchase_lines"], row["revenue"]) for row in _in_order(found)] == [("a", 1, 1.0), ("b", 2, 5.0)]


def test_nothing_missing_is_counted_as_a_value(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(totals, "_LEAST_TO_GROUP", 0)
    with duckdb.connect(":memory:") as connection:
        connection.execute("CREATE TABLE cell AS SELECT * FROM (VALUES (1::UBIGINT), (NULL), (1), (2)) AS cells(value)")
        assert count_different(connection, "value", "cell", 4) == 2


def test_a_workbook_reads_the_stored_totals_and_no_lines(cursor, read) -> None:
    store(cursor, read("id,date,amount\n1,2024-01-05,10\n1,2024-01-05,5\n1,2024-02-05,1\n2,2024-02-05,7\n"), "Ann")
    summary, counts, segments = customer_frame(cursor), counts_frame(cursor), rfm_segments(cursor, default_cuts(cursor))
    cursor.execute("DELETE FROM purchase")
    assert customer_frame(cursor).equals(summary)
    assert counts_frame(cursor).equals(counts)
    assert rfm_segments(cursor, default_cuts(cursor)) == segments
    assert summary["revenue"].tolist() == [16.0, 7.0]
    assert sorted(counts["mean_repeat_spend"]) == [0.0, 1.0]


def test_columns_the_file_has_not_are_there_and_empty(cursor, read) -> None:
    store(cursor, read("id,date,amount\n1,2024-01-05,10\n"), "Ann")
    assert cursor.execute("SELECT order_id, quantity, region FROM purchase").fetchall() == [(None, None, None)]
    names = [row[0] for row in cursor.execute("DESCRIBE purchase").fetchall()]
    assert names[:4] == ["customer", "day", "amount", "order_id"]
    silent = "SELECT column_name FROM duckdb_columns() WHERE table_name IN ('purchase', 'customer_purchases') AND comment IS NULL"
    assert cursor.execute(silent).fetchall() == []


def test_a_day_that_comes_to_more_than_can_be_counted_is_named(file) -> None:
    lines = "".join("C1,2024-01-02,900000000000\n" for _ in range(200))
    with pytest.raises(ImportRefused) as refused:
        understand(file(f"id,date,amount\nC2,2024-01-01,5\n{lines}"), None, Mapping("id", "date", "amount"))
    assert refused.value.in_("en").startswith(
        "The purchases of one day come to 180,000,000,000,000, which is more than can be counted (customer C1, 2024-01-02)."
    )
