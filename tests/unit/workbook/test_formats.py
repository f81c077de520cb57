"""Workbooks of every released format version open in this one, with all their history."""

from __future__ import annotations

import datetime as dt
import zipfile
from pathlib import Path

import duckdb
import pytest

from strategy.workbook import Workbook
from strategy.workbook.migrations import FORMAT_VERSION, MIGRATIONS

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"


def test_there_is_a_step_up_from_every_version_and_a_frozen_file_for_each() -> None:
    assert sorted(MIGRATIONS) == list(range(1, FORMAT_VERSION))
    assert {path.name for path in FIXTURES.glob("format_*.zip")} == {
        f"format_{number}.zip" for number in range(1, FORMAT_VERSION + 1)
    }


@pytest.mark.parametrize("version", range(1, FORMAT_VERSION + 1))
def test_a_released_format_opens(tmp_path: Path, version: int) -> None:
    with zipfile.ZipFile(FIXTURES / f"format_{version}.zip") as archive:
        archive.extract("plan.duckdb", tmp_path)
    with Workbook.open(tmp_path / "plan.duckdb") as opened:
        row = opened.snapshot().row("segment", "a")
        assert row is not None
        assert (row["name"], row["resource_share"], row.version) == ("Regulars 老主顾", 90.0, 2)
        assert [r.author for r in opened.journal.of_row(1, "segment", "a")] == ["Ada", "Ada"]
        assert opened.snapshot_at(opened.seq - 1).row("segment", "a")["resource_share"] == 100.0  # type: ignore[index]


def test_purchases_of_the_first_format_get_the_columns_of_the_second(tmp_path: Path) -> None:
    with zipfile.ZipFile(FIXTURES / "format_1.zip") as archive:
        archive.extract("plan.duckdb", tmp_path)
    with duckdb.connect(str(tmp_path / "plan.duckdb")) as plain:
        plain.execute("CREATE TABLE purchase (customer VARCHAR, day DATE, amount DECIMAL(18,4))")
        plain.execute("INSERT INTO purchase VALUES ('a', '2024-01-31', 5)")
    with Workbook.open(tmp_path / "plan.duckdb") as opened:
        cursor = opened.cursor()
        assert cursor.execute("SELECT customer, margin, product, channel, region FROM purchase").fetchall() == [
            ("a", None, None, None, None)
        ]
        assert cursor.execute("SELECT count(*) FROM customer_attribute").fetchone() == (0,)
        assert opened.snapshot().row("segment", "a") is not None


def test_purchases_of_the_second_format_are_added_up_when_they_are_asked_for(tmp_path: Path) -> None:
    with zipfile.ZipFile(FIXTURES / "format_2.zip") as archive:
        archive.extract("plan.duckdb", tmp_path)
    with duckdb.connect(str(tmp_path / "plan.duckdb")) as plain:
        plain.execute("CREATE TABLE purchase (customer VARCHAR, day DATE, amount DECIMAL(18,4))")
        plain.execute("INSERT INTO purchase VALUES ('a', '2024-01-31', 5), ('a', '2024-01-31', 2), ('a', '2024-02-01', 1)")
    with Workbook.open(tmp_path / "plan.duckdb") as opened:
        found = opened.cursor().execute("SELECT * EXCLUDE (first_day, last_day) FROM customer_purchases").fetchall()
        assert found == [("a", 2, 3, 8.0, 7.0, 1.0, [dt.date(2024, 1, 31), dt.date(2024, 2, 1)], [7, 1])]


def test_rows_left_out_in_the_third_format_are_read_as_before(tmp_path: Path) -> None:
    with zipfile.ZipFile(FIXTURES / "format_3.zip") as archive:
        archive.extract("plan.duckdb", tmp_path)
    rows = [
        (7, "bad_date", "a", "31/02/2024", None, 5.0, "sales.csv"),
        (None, "cancelled_by_refund", "b", "2024-01-31", "5,00", 5.0, None),
    ]
    with duckdb.connect(str(tmp_path / "plan.duckdb")) as plain:
        plain.execute("CREATE TABLE purchase (customer VARCHAR, day DATE, amount DECIMAL(18,4))")
        plain.execute(
            "CREATE TABLE rejected_row (row_number BIGINT, reason VARCHAR, customer VARCHAR, day_text VARCHAR, amount_text VARCHAR, "
            "amount DECIMAL(18,4), file_name VARCHAR)"
        )
        plain.executemany("INSERT INTO rejected_row VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
    with Workbook.open(tmp_path / "plan.duckdb") as opened:
        found = (
            opened.cursor().execute("SELECT * REPLACE (amount::DOUBLE AS amount) FROM rejected_row ORDER BY row_number").fetchall()
        )
        assert found == rows


def test_totals_that_the_third_format_stored_get_the_days_of_the_fourth(tmp_path: Path) -> None:
    with zipfile.ZipFile(FIXTURES / "format_3.zip") as archive:
        archive.extract("plan.duckdb", tmp_path)
    with duckdb.connect(str(tmp_path / "plan.duckdb")) as plain:
        plain.execute("CREATE TABLE purchase (customer VARCHAR, day DATE, amount DECIMAL(18,4))")
        plain.execute("INSERT INTO purchase VALUES ('a', '2024-02-04', 5), ('a', '2024-01-31', 2), ('b', '2024-02-01', 1)")
        plain.execute("CREATE TABLE customer_purchases AS SELECT customer, min(day) AS first_day FROM purchase GROUP BY customer")
    with Workbook.open(tmp_path / "plan.duckdb") as opened:
        cursor = opened.cursor()
        found = cursor.execute("SELECT customer, purchase_days, usual_gap_days, days[-1], day_revenue FROM customer_purchases")
        assert found.fetchall() == [("a", 2, 4.0, dt.date(2024, 2, 4), [2, 5]), ("b", 1, None, dt.date(2024, 2, 1), [1])]
        cursor.execute("DELETE FROM purchase")
        assert cursor.execute("SELECT count(*) FROM customer_purchases").fetchone() == (2,)
