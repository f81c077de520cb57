"""One test per kind of bad file: the refusal names the file, the row and the column, and says what to do."""

from __future__ import annotations

import datetime as dt
import errno
import gzip
import io
import zipfile
from dataclasses import replace
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as parquet
import pytest
import xlsxwriter

from strategy.customers import Mapping, Rules, plain_text, preview, reading, sandbox, spreadsheet, understand
from strategy.customers.room import room_refusals
from strategy.errors import ImportRefused

MAPPING = Mapping("id", "date", "amount")
GOOD = "id,date,amount\n001,2024-01-31,10.50\n002,2024-02-01,20.00\n"


def refused(run, *words: str) -> ImportRefused:
    with pytest.raises(ImportRefused) as caught:
        run()
    error = caught.value
    for word in words:
        assert word in error.in_("en"), error.in_("en")
    assert error.fix is not None
    assert error.in_("zh") != error.in_("en")
    return error


def xlsx(path: Path, rows: list[list[object]]) -> Path:
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("Sales")
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
    book.close()
    return path


def test_empty_file(file) -> None:
    refused(lambda: preview(file("")), "empty", "sales.csv")
    refused(lambda: preview(file("  \n \n")), "empty")


def test_header_only(file) -> None:
    refused(lambda: preview(file("id,date,amount\n")), "headings and no rows", "sales.csv")


def test_parquet_without_rows(file, tmp_path: Path) -> None:
    path = tmp_path / "none.parquet"
    parquet.write_table(pa.table({"id": pa.array([], pa.string()), "date": pa.array([], pa.date32())}), path)
    refused(lambda: preview(path), "headings and no rows", "none.parquet")


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"%PDF-1.7 ...", "PDF"),
        (b"\x89PNG\r\n\x1a\n....", "image"),
        (b"\xff\xd8\xff\xe0 JFIF", "image"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Office"),
        (b"<!DOCTYPE html><html><body><table></table></body></html>", "web page"),
        (b"<?xml version='1.0'?><a/>", "XML"),
        (b'{"rows": []}', "JSON"),
        (b"SQLite format 3\x00", "database"),
        (b"id,date\n1,\x00\x00\x07\x00\x03 2024\n", "binary"),
    ],
)
def test_not_a_table(file, content: bytes, word: str) -> None:
    refused(lambda: preview(file(content)), word, "sales.csv", "not a table")


def test_zip_that_is_no_workbook(file) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("sales.csv", GOOD)
    refused(lambda: preview(file(packed.getvalue(), "sales.xlsx")), "packed archive", "sales.xlsx")


def test_excel_named_csv_is_read_and_said(tmp_path: Path) -> None:
    shown = preview(xlsx(tmp_path / "sales.csv", [["id", "date", "amount"], ["001", "2024-01-31", 10.5]]))
    assert shown.kind == "xlsx"
    assert ".csv" in str(shown.notes[0])
    assert "Excel" in str(shown.notes[0])


def test_broken_excel(file, tmp_path: Path) -> None:
    whole = xlsx(tmp_path / "a.xlsx", [["id", "date", "amount"], ["1", "2024-01-31", 10.5]]).read_bytes()
    refused(lambda: preview(file(whole[: len(whole) // 2], "half.xlsx")), "damaged", "half.xlsx")
    spoilt = bytearray(whole)
    at = whole.index(b"xl/worksheets/sheet1.xml") + 60
    spoilt[at : at + 40] = b"\x55" * 40
    refused(lambda: preview(file(bytes(spoilt), "spoilt.xlsx")), "damaged", "spoilt.xlsx")


def test_excel_bomb(file, monkeypatch: pytest.MonkeyPatch) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 30_000_000)
    monkeypatch.setattr(spreadsheet, "MAX_SHEET_BYTES", 20_000_000)
    refused(lambda: preview(file(packed.getvalue(), "bomb.xlsx")), "unpacks to more than 20 MB", "bomb.xlsx")


def test_excel_with_cells_in_opposite_corners(tmp_path: Path) -> None:
    path = tmp_path / "corners.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    sheet.write(0, 0, "id")
    sheet.write(1_048_575, 1_500, "far")
    book.close()
    refused(lambda: preview(path), "1,048,576 rows", "corners.xlsx")


def test_broken_parquet(file) -> None:
    refused(lambda: preview(file(b"PAR1 nothing of the kind PAR1", "sales.parquet")), "Parquet file is damaged", "sales.parquet")


@pytest.mark.parametrize("limit", [10_000, 100_000])
def test_parquet_bomb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: int) -> None:
    """A thousand rows of one long value pack into a small file."""
    path = tmp_path / "bomb.parquet"
    ids = pa.array(["a" * 1000] * 1000).dictionary_encode()
    day, amount = pa.array([dt.date(2024, 1, 31)] * 1000), pa.array([1.0] * 1000)
    parquet.write_table(pa.table({"id": ids, "date": day, "amount": amount}), path)
    assert path.stat().st_size < 10_000
    monkeypatch.setattr(reading, "MAX_TEXT_BYTES", limit)
    refused(lambda: understand(path, path.name, MAPPING), "when unpacked", "bomb.parquet")


def test_file_that_takes_more_disk_than_is_set_aside(file, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "MEMORY_LIMIT", "40MB")
    monkeypatch.setattr(sandbox, "MAX_SPILL_BYTES", 1_000_000)
    rows = "".join(f"{at:0>60},2024-01-31,(1)\n" for at in range(300_000))
    refused(lambda: understand(file("id,date,amount\n" + rows), "sales.csv", MAPPING), "too large for the memory", "sales.csv")


@pytest.mark.parametrize(
    "error",
    [duckdb.IOException("Could not write file: No space left on device"), OSError(errno.ENOSPC, "No space left on device")],
)
def test_full_disk(error: Exception) -> None:
    def read() -> None:
        with room_refusals("sales.csv"):
            raise error

    refused(read, "The disk is full", "sales.csv")


def test_broken_gzip(file) -> None:
    whole = gzip.compress(GOOD.encode() * 1000)
    refused(lambda: preview(file(whole[: len(whole) // 2], "sales.csv.gz")), "packed file is damaged", "sales.csv.gz")


def test_duplicate_headings(file) -> None:
    refused(lambda: preview(file("id,date,amount,date\n1,2024-01-31,2,3\n")), "same heading, date", "columns 2 and 4")


def test_missing_column(read) -> None:
    refused(lambda: read(GOOD, Mapping("client", "date", "amount")), "no column client", "sales.csv", "id, date, amount")
    refused(lambda: read(GOOD, Mapping("", "date", "amount")), "No column is chosen for the customer")
    refused(lambda: read(GOOD, Mapping("id", "date")), "No column is chosen for the amount")
    refused(lambda: read(GOOD, Mapping("id", "date", "date")), "both for the date and the amount")


@pytest.fixture
def unread(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fails when the database is given the file to read, which takes seconds of such a one."""
    monkeypatch.setattr(reading, "_csv_relation", lambda *_: pytest.fail("the file was read"))


@pytest.mark.usefixtures("unread")
def test_too_many_columns_are_refused_before_they_are_read(file) -> None:
    heading = ",".join(f"c{at}" for at in range(20_000))
    path = file(heading + "\n" + ",".join("1" * 20_000) + "\n")
    refused(lambda: preview(path), "20,000 columns", "2,000", "sales.csv")


@pytest.mark.usefixtures("unread")
def test_a_long_line_is_refused_before_it_is_read(file) -> None:
    path = file("id,date,amount\n1,2024-01-31,2\n2,2024-01-31," + "9" * 3_000_000 + "\n")
    refused(lambda: preview(path), "longer than 1,000,000", "row 3")


def test_ragged_row(read) -> None:
    refused(lambda: read("id,date,amount\n1,2024-01-31,2\n2,2024-02-01,3,4\n"), "4 columns", "heading has 3", "row 3")
    refused(lambda: read("id,date,amount\n1,2024-01-31,2\n2,2024-02-01\n"), "2 columns", "row 3")


def test_open_quotation_mark(read) -> None:
    refused(lambda: read('id,date,amount\n1,2024-01-31,2\n2,2024-02-01,"3\n4,2024-02-01,3\n'), "quotation mark", "sales.csv")


def test_one_column(file) -> None:
    refused(lambda: preview(file("everything\n1 2024-01-31 5\n")), "Only one column", "everything")


def test_unreadable_date_and_amount_name_row_column_value_and_count(read) -> None:
    text = "id,date,amount\n1,2024-01-31,2\n2,soon,3\n3,later,4\n4,2024-02-02,much\n"
    refused(lambda: read(text), "out of range: 2", "soon", "row 3", "column date")
    refused(
        lambda: read(text.replace("soon", "2024-02-01").replace("later", "2024-02-01")),
        "Amounts that cannot be read or are out of range: 1",
        "much",
        "row 5",
        "column amount",
    )
    kept = read(text, skip_unreadable=True)
    assert (kept.rows_read, kept.rows_kept) == (4, 1)
    assert [(drop.reason, drop.rows, drop.first.row, drop.first.value) for drop in kept.dropped] == [
        ("bad_date", 2, 3, "soon"),
        ("bad_amount", 1, 5, "much"),
    ]


@pytest.mark.parametrize("value", ["1e13", "nan", "inf", "1_000", "12abc", "1.2.3", "--5", ""])
def test_amounts_that_are_none(read, value: str) -> None:
    refused(lambda: read(f"id,date,amount\n1,2024-01-31,2\n2,2024-01-31,{value}\n"), "amount", "row 3")


@pytest.mark.parametrize("value", ["1899-12-31", "2201-01-01", "2024-02-30", "45321", "2024-13-01", ""])
def test_dates_that_are_none(read, value: str) -> None:
    refused(lambda: read(f"id,date,amount\n1,2024-01-31,2\n2,{value},2\n"), "date", "row 3")


def test_blank_customers_everywhere(read) -> None:
    refused(lambda: read("id,date,amount\n,2024-01-31,2\n,2024-02-01,3\n"), "customer is empty in every row", "column id")


def test_no_positive_amount(read) -> None:
    refused(lambda: read("id,date,amount\n1,2024-01-31,-2\n2,2024-02-01,-3\n"), "No purchase with a positive amount", "sales.csv")
    refused(lambda: read("id,date,amount\n1,2024-01-31,0\n2,2024-02-01,0\n"), "No purchase with a positive amount")


def test_mixed_currencies(read) -> None:
    refused(
        lambda: read("id,date,amount\n1,2024-01-31,$2.50\n2,2024-02-01,€3.10\n"),
        "more than one currency",
        "$2.50, €3.10",
        "rows 2, 3",
    )
    refused(
        lambda: read("id,date,amount,currency\n1,2024-01-31,2.5,EUR\n2,2024-02-01,3.1,USD\n"),
        "more than one currency",
        "column currency",
    )


def test_wrong_encoding_said_by_a_person(file) -> None:
    path = file(GOOD.replace("001", "é1"), encoding="latin-1")
    refused(
        lambda: understand(path, None, Mapping("id", "date", "amount", encoding="utf-8")), "cannot be read as UTF-8", "sales.csv"
    )


def test_unknown_worksheet(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "a.xlsx", [["id", "date"], ["1", "2024-01-31"]])
    refused(lambda: preview(path, sheet="Nope"), "no worksheet named Nope", "Sales")


@pytest.mark.parametrize("sign", ["^", "~", "\x01", "¦", "#"])
def test_any_character_may_separate_columns(file, sign: str) -> None:
    rows = ["id ,date,amount", "a1, 2024-01-31,5.50", "b 2 ,2024-02-01,6", "a1,2024-02-03,7"]
    path = file("\n".join(rows).replace(",", sign))
    found = understand(path, None, MAPPING)
    assert found.preview.delimiter == sign
    assert sorted(found.purchases["customer"].to_pylist()) == ["a1", "a1", "b 2"]


@pytest.mark.parametrize("given", ["||", '"', "a", "\n", "."])
def test_what_cannot_separate_columns_is_refused_by_name(file, given: str) -> None:
    with pytest.raises(ImportRefused, match="Columns cannot be separated by"):
        understand(file("id,date,amount\n1,2024-01-31,5\n"), None, replace(MAPPING, delimiter=given))


def test_a_tab_may_be_named(file) -> None:
    path = file("id\tdate\tamount\n1\t2024-01-31\t5\n")
    assert understand(path, None, replace(MAPPING, delimiter="tab")).rows_kept == 1


TITLED = [
    "Sales by customer",
    "Exported 2024-05-01, by head office",
    "",
    "id,date,amount",
    "a,2024-01-31,5",
    "b,2024-02-01,6",
    "a,2024-02-03,x",
]


@pytest.mark.parametrize("padding", ["", ",,"], ids=["as written", "padded by a spreadsheet"])
def test_a_title_above_the_table_is_left_out_and_rows_keep_their_numbers(file, padding: str) -> None:
    lines = [line + padding if at < 3 else line for at, line in enumerate(TITLED)]
    path = file("\n".join(lines))
    error = refused(lambda: understand(path, None, MAPPING), "row 7")
    assert "amount" in error.in_("en")
    found = understand(path, None, MAPPING, Rules(skip_unreadable=True))
    assert (found.rows_read, found.rows_kept, found.preview.row_count) == (3, 2, 3)
    assert any("above the heading" in str(note) for note in found.warnings)


def test_a_title_above_a_table_with_an_unusual_delimiter(file) -> None:
    lines = [TITLED[0], "", *(line.replace(",", "^") for line in TITLED[3:6])]
    found = understand(file("\n".join(lines)), None, MAPPING)
    assert (found.preview.delimiter, found.preview.first_row, found.rows_kept) == ("^", 4, 2)


def test_a_title_above_the_table_of_a_worksheet(tmp_path: Path) -> None:
    rows = [
        ["Sales by customer"],
        ["2024"],
        ["id", "date", "amount"],
        ["a", "2024-01-31", 5],
        ["b", "2024-02-01", 6],
        ["a", "2024-02-02", "x"],
    ]
    error = refused(lambda: understand(xlsx(tmp_path / "sales.xlsx", rows), None, MAPPING), "row 6")
    assert "amount" in error.in_("en")


def test_rows_wider_than_the_heading_are_no_reason_to_look_for_another(file) -> None:
    refused(
        lambda: understand(file("id,date,amount\na,2024-01-31,5,x,y,z,u,v\nb,2024-01-31,5,x,y,z,u,v\n"), None, MAPPING), "row 2"
    )


@pytest.mark.parametrize("ends", ["\r\n \n", "\n \r\n", "\r \n \r\n"], ids=["windows and unix", "unix and windows", "all three"])
@pytest.mark.parametrize("rows", [3, 60_000], ids=["few", "many blocks"])
def test_line_ends_of_several_systems_in_one_file(file, ends: str, rows: int) -> None:
    kinds = ends.split(" ")
    lines = ["id,date,amount", *(f"c{at % 7},2024-01-{1 + at % 28:02},5.50" for at in range(rows))]
    found = understand(file("".join(line + kinds[at % len(kinds)] for at, line in enumerate(lines)).encode()), None, MAPPING)
    assert (found.rows_read, found.rows_kept, found.revenue) == (rows, rows, 5.5 * rows)


def test_days_counted_by_a_spreadsheet(file) -> None:
    found = understand(file("id,date,amount\na,45000,5\nb,45010.75,6\n"), None, MAPPING)
    assert (str(found.first_day), str(found.last_day)) == ("2023-03-15", "2023-03-25")
    assert any("as a spreadsheet counts them" in str(sentence) for sentence in found.sentences())


def test_a_number_among_written_dates_is_no_day(file) -> None:
    refused(lambda: understand(file("id,date,amount\na,2024-01-31,5\nb,45010,6\n"), None, MAPPING), "45010", "row 3")


@pytest.mark.parametrize("amount", ["12.50", "12"])
@pytest.mark.parametrize(("odd", "read_as"), [("1_000", None), ("inf", None), ("12.5O", None), ("1E3", 1000), ("", None)])
def test_an_odd_amount_after_sixty_thousand_plain_ones_is_no_wrong_number(
    file, amount: str, odd: str, read_as: float | None
) -> None:
    rows = "".join(f"{row % 500},2024-01-{row % 28 + 1:02d},{amount}\n" for row in range(60_000))
    path = file(f"id,date,amount\n{rows}7,2024-01-31,{odd}\n")
    if read_as is None:
        refused(lambda: understand(path, None, MAPPING), "Amounts that cannot be read", "row 60002", odd or "empty")
    else:
        assert understand(path, None, MAPPING).revenue == 60_000 * float(amount) + read_as


def test_a_refund_far_down_is_written_as_it_stands_like_one_at_the_top(file, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a file that begins with purchases alone the texts of amounts are not kept until something is left out."""
    path = file("id,date,amount\na,2024-01-30,5.50\nb,2024-01-30,7.0\n,2024-01-30,3.10\na,2024-01-31,-5.50\n")
    found = {}
    for first in (2, 50_000):
        monkeypatch.setattr(plain_text, "_FIRST", first)
        understood = understand(path, None, MAPPING)
        assert understood.rejected is not None
        found[first] = understood.rejected.sort_by("row_number").to_pydict()
    assert found[2] == found[50_000]
    assert found[2]["amount_text"] == ["5.50", "3.10", "-5.50"]
