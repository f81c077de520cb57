"""Storing a data set in a workbook, its record, and the table definitions."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from strategy.customers import (
    Mapping,
    already_imported,
    create_tables,
    current_dataset,
    datasets,
    purchase_table,
    store,
    understand,
)
from strategy.errors import ImportRefused
from strategy.method.models import RESERVED_WORKSHEETS

TEXT = "id,date,amount\n1,2024-01-31,5\n2,2024-02-01,6\n,2024-02-02,7\n"


def test_store_writes_rows_and_record(cursor, read) -> None:
    dataset = store(cursor, read(TEXT), "Ann")
    assert (dataset.version, dataset.rows_read, dataset.rows_kept, dataset.customers, dataset.revenue) == (1, 3, 2, 2, 11.0)
    assert dataset.author == "Ann"
    assert dataset.mapping == Mapping("id", "date", "amount")
    assert dataset.quality["dropped"][0]["reason"] == "no_customer"
    assert dataset.understood["encoding"] == "UTF-8"
    assert cursor.execute("SELECT customer, day::VARCHAR, amount::DOUBLE FROM purchase ORDER BY 1").fetchall() == [
        ("1", "2024-01-31", 5.0),
        ("2", "2024-02-01", 6.0),
    ]
    assert cursor.execute("SELECT row_number, reason, day_text, amount_text FROM rejected_row").fetchall() == [
        (4, "no_customer", "2024-02-02", "7")
    ]
    assert current_dataset(cursor) == dataset


def test_names_of_many_customers_are_stored_as_texts_at_once_and_read_back_alike(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [f"kunde {number * 7919 % 30:05d},2024-01-{number % 28 + 1:02d},{number % 90 + 1}" for number in range(60_000)]
    file = tmp_path / "purchases.csv"
    file.write_text("\n".join(["id,date,amount", *lines]), encoding="utf-8")
    understood = understand(file, None, Mapping("id", "date", "amount"))
    for many, at_once in ((30, True), (31, False)):
        monkeypatch.setattr(purchase_table, "_MANY", many)
        with duckdb.connect(str(tmp_path / f"{many}.duckdb")) as connection:
            create_tables(connection)
            store(connection, understood, "Ann")
            connection.execute("CHECKPOINT")
            stored = connection.execute("SELECT customer || ',' || day::VARCHAR || ',' || amount::INT FROM purchase").fetchall()
            asked = "SELECT DISTINCT compression FROM pragma_storage_info('purchase') WHERE column_name = 'customer' AND segment_type = 'VARCHAR'"
            how = connection.execute(asked).fetchall()
        assert sorted(line for (line,) in stored) == sorted(lines)
        assert (how == [("FSST",)]) == at_once


@pytest.mark.parametrize(
    ("dates", "said"),
    [
        (("2024-01-31", "2024-02-02"), "2024-02-02"),
        (("2024-01-31 10:00", "2024-02-02 23:59"), "2024-02-02 23:59:00"),
        (("31.01.2024", "2.2.2024"), "2.2.2024"),
        (("2024-01-31T10:00:00+09:00", "2024-02-02T23:59:00+09:00"), "2024-02-02T23:59:00+09:00"),
    ],
)
def test_the_date_of_a_row_left_out_can_be_found_again_in_the_file(cursor, read, dates, said) -> None:
    store(cursor, read(f"id,date,amount\n1,{dates[0]},5\n,{dates[1]},7\n"), "Ann")
    found = cursor.execute("SELECT row_number, reason, day_text, amount::DOUBLE, file_name FROM rejected_row").fetchall()
    assert [row[:4] for row in found] == [(3, "no_customer", said, 7.0)]
    assert found[0][4] == current_dataset(cursor).file_name


def test_the_same_file_again_is_recognised(cursor, read) -> None:
    understood = read(TEXT)
    first = store(cursor, understood, "Ann")
    assert store(cursor, understood.without_rows(), "Ben") == first
    assert already_imported(cursor, understood.sha256, understood.mapping) == first
    assert already_imported(cursor, understood.sha256, Mapping("id", "date", "amount", date_order="dmy")) is None
    assert store(cursor, read(TEXT, skip_unreadable=True), "Ben").version == 2


def test_a_new_file_replaces_the_rows_and_keeps_the_record(cursor, read) -> None:
    store(cursor, read(TEXT), "Ann")
    store(cursor, read("id,date,amount\n9,2025-01-31,50\n"), "Ben")
    assert [dataset.version for dataset in datasets(cursor)] == [1, 2]
    assert cursor.execute("SELECT customer FROM purchase").fetchall() == [("9",)]
    assert cursor.execute("SELECT count(*) FROM rejected_row").fetchone() == (0,)


def test_store_leaves_the_transaction_to_its_caller(cursor, read) -> None:
    cursor.begin()
    store(cursor, read(TEXT), "Ann")
    cursor.rollback()
    assert current_dataset(cursor) is None


def test_an_understanding_without_rows_cannot_be_stored(cursor, read) -> None:
    with pytest.raises(ImportRefused, match="no longer at hand"):
        store(cursor, read(TEXT).without_rows(), "Ann")


def test_the_tables_explain_themselves() -> None:
    connection = duckdb.connect(":memory:")
    create_tables(connection)
    create_tables(connection)
    silent = connection.execute(
        "SELECT table_name, column_name FROM duckdb_columns() WHERE comment IS NULL AND NOT internal"
    ).fetchall()
    assert silent == []


def test_a_locked_workbook_takes_a_data_set(tmp_path, read) -> None:
    connection = duckdb.connect(str(tmp_path / "workbook.duckdb"))
    connection.execute("SET enable_external_access=false")
    connection.execute("SET lock_configuration=true")
    assert store(connection.cursor(), read(TEXT), "Ann").version == 1
    connection.close()


def test_sentences_say_what_was_understood(read) -> None:
    said = [sentence.in_("en") for sentence in read("id;date;amount\n1;31.01.2024;1.234,50\n").sentences()]
    assert "Dates are read as day, month, year: 31.01.2024 → 2024-01-31." in said
    assert "The decimal mark is a comma." in said
    chinese = [sentence.in_("zh") for sentence in read("id;date;amount\n1;31.01.2024;1.234,50\n").sentences()]
    assert "小数点是逗号。" in chinese


def test_a_file_that_is_written_to_while_it_is_read_is_refused(file) -> None:
    path = file(TEXT)

    def meddle(share: float) -> None:
        if share > 0.5:
            with path.open("a", encoding="utf-8") as more:
                more.write("9,2024-01-01,5\n")

    with pytest.raises(ImportRefused, match="changed while it was read"):
        understand(path, None, Mapping("id", "date", "amount"), progress=meddle)


def test_no_worksheet_may_be_named_like_a_table_or_view_of_the_file() -> None:
    connection = duckdb.connect(":memory:")
    create_tables(connection)
    names = {row[0] for row in connection.execute("SELECT table_name FROM information_schema.tables").fetchall()}
    assert names <= RESERVED_WORKSHEETS
