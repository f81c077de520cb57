"""Worksheets as people see them: percentages, merged cells and sheets that are hidden."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import xlsxwriter

from strategy.customers import Mapping, understand
from strategy.customers.attribute_files import read_attributes
from strategy.customers.interaction_files import understand_interactions
from strategy.customers.interaction_mapping import InteractionMapping
from strategy.customers.plain_table import read_table
from strategy.errors import ImportRefused

Write = Callable[[Any, Any], None]


@pytest.fixture
def workbook(tmp_path: Path) -> Callable[[Write], Path]:
    """An Excel file whose one worksheet is written by a function of (workbook, worksheet)."""

    def made(write: Write) -> Path:
        path = tmp_path / "made.xlsx"
        with xlsxwriter.Workbook(str(path)) as book:
            write(book, book.add_worksheet("Table"))
        return path

    return made


@pytest.mark.parametrize("shown", ["0%", "0.00%", '0.0" of all" %', "0.0%;[Red]-0.0%"])
def test_a_number_shown_as_a_percentage_is_read_as_it_is_shown(workbook, shown: str) -> None:
    def write(book: Any, sheet: Any) -> None:
        sheet.write_row(0, 0, ["name", "share", "score"])
        for row, share in enumerate((0.45, 1, 0.12345, 0.07), start=1):
            sheet.write(row, 0, f"s{row}")
            sheet.write(row, 1, share, book.add_format({"num_format": shown}))
            sheet.write(row, 2, 7)

    table = read_table(workbook(write), "made.xlsx")
    assert [row[1:] for row in table.rows] == [("45%", "7"), ("100%", "7"), ("12.3450%", "7"), ("7%", "7")]


@pytest.mark.parametrize("shown", ['0"%"', "0\\%", "0.00", "General"])
def test_a_number_beside_a_percent_sign_that_is_text_stays(workbook, shown: str) -> None:
    def write(book: Any, sheet: Any) -> None:
        sheet.write_row(0, 0, ["name", "share"])
        sheet.write(1, 0, "s1")
        sheet.write(1, 1, 45, book.add_format({"num_format": shown}))

    assert read_table(workbook(write), "made.xlsx").rows == (("s1", "45"),)


def test_percentages_describe_customers_and_are_no_amounts(workbook) -> None:
    def write(book: Any, sheet: Any) -> None:
        sheet.write_row(0, 0, ["id", "date", "share"])
        percent, day = book.add_format({"num_format": "0%"}), book.add_format({"num_format": "yyyy-mm-dd"})
        for row in (1, 2):
            sheet.write(row, 0, f"c{row}")
            sheet.write_datetime(row, 1, dt.datetime(2024, 1, row), day)
            sheet.write(row, 2, row / 10, percent)

    path = workbook(write)
    found = read_attributes(path, "made.xlsx", "id", ["share"], pa.table({"customer": ["c1", "c2"]}))
    assert found.attributes[0].kind == "number"
    assert found.rows["number"].to_pylist() == [10, 20]
    with pytest.raises(ImportRefused) as refused:
        understand(path, None, Mapping("id", "date", "share"))
    assert "10% (made.xlsx, row 2, column share)" in refused.value.in_("en")
    scored = understand_interactions(
        path, "made.xlsx", InteractionMapping("id", "date", every_kind="call", score="share"), pa.table({"customer": ["c1"]})
    )
    assert (scored.scores, scored.bad_scores) == ((10, 20), 0)


def test_what_is_merged_counts_in_each_of_its_rows_but_a_sum_does_not(workbook) -> None:
    def write(book: Any, sheet: Any) -> None:
        sheet.merge_range(0, 0, 0, 3, "Sales of the quarter")
        sheet.write_row(1, 0, ["id", "date", "amount", "region"])
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for row in range(2, 8):
            sheet.write(row, 0, f"c{row}")
            sheet.write_datetime(row, 1, dt.datetime(2024, 1, row), day)
            sheet.write(row, 2, 10)
        sheet.merge_range(2, 3, 4, 3, "North")
        sheet.merge_range(5, 3, 7, 3, "South")
        sheet.merge_range(2, 0, 3, 0, "both")

    understood = understand(workbook(write), None, Mapping("id", "date", "amount", region="region"))
    assert (understood.rows_kept, understood.customers, understood.revenue) == (6, 5, 60)
    assert understood.purchases is not None
    assert understood.purchases["region"].to_pylist() == ["North"] * 3 + ["South"] * 3
    assert "Merged cells count for each of their rows: region, id." in {str(said.in_("en")) for said in understood.warnings}


def test_a_sum_merged_across_its_lines_is_not_counted_with_each(workbook) -> None:
    def write(book: Any, sheet: Any) -> None:
        sheet.write_row(0, 0, ["id", "date", "amount"])
        for row in range(1, 5):
            sheet.write_row(row, 0, [f"c{row}", f"2024-01-0{row}"])
        sheet.merge_range(1, 2, 2, 2, 90)
        sheet.merge_range(3, 2, 4, 2, 10)

    path = workbook(write)
    with pytest.raises(ImportRefused) as refused:
        understand(path, None, Mapping("id", "date", "amount"))
    assert "row 3, column amount" in refused.value.in_("en")
    table = read_table(path, "made.xlsx")
    assert [row[2] for row in table.rows] == ["90", "", "10", ""]
    assert "first of their rows only: amount" in table.notes[0].in_("en")
    assert "合并单元格" in table.notes[0].in_("zh")


def test_a_hidden_worksheet_is_read_only_where_it_is_named(tmp_path: Path) -> None:
    path = tmp_path / "made.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        for name, amount in (("Old", 1000), ("Now", 5)):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, ["id", "date", "amount"])
            sheet.write_row(1, 0, ["a", "2024-01-01", amount])
            sheet.write_row(2, 0, ["a", "2024-02-01", amount])
        book.get_worksheet_by_name("Old").hide()
        book.get_worksheet_by_name("Now").activate()
    assert understand(path, None, Mapping("id", "date", "amount")).revenue == 10
    assert understand(path, None, Mapping("id", "date", "amount", sheet="Old")).revenue == 2000


def test_cells_that_hold_an_error_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "errors.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["Need", "Score", "Note"])
    for at, (need, formula, value) in enumerate(
        [("a", "=40+2", 42), ("b", "=1/0", "#DIV/0!"), ("c", "=VLOOKUP(1,Z1:Z2,1)", "#N/A")], start=1
    ):
        sheet.write_string(at, 0, need)
        sheet.write_formula(at, 1, formula, None, value)
        sheet.write_string(at, 2, "fine")
    book.close()
    said = [str(note) for note in read_table(path, path.name).notes]
    assert said == ["Cells that hold an error and count as empty: 2, in Score; the first is #DIV/0! in row 3."]


def test_bare_numbers_of_days_in_a_workbook_that_counts_from_1904_are_said(tmp_path: Path) -> None:
    def read(as_dates: bool) -> tuple[dt.date, str]:
        path = tmp_path / "mac.xlsx"
        with xlsxwriter.Workbook(str(path), {"date_1904": True}) as book:
            sheet, form = book.add_worksheet(), book.add_format({"num_format": "yyyy-mm-dd"} if as_dates else {})
            sheet.write_row(0, 0, ["id", "date", "amount"])
            for row, day in enumerate((dt.datetime(2024, 2, 29), dt.datetime(2024, 12, 31)), 1):
                sheet.write(row, 0, "A")
                sheet.write_datetime(row, 1, day, form)
                sheet.write(row, 2, 5)
        found = understand(path, None, Mapping("id", "date", "amount"))
        return found.last_day, " ".join(warning.in_("en") for warning in found.warnings)

    day, said = read(as_dates=True)
    assert day == dt.date(2024, 12, 31)
    assert "1904" not in said
    assert "counts its days from 1904" in read(as_dates=False)[1]


def test_a_table_of_two_rows_between_its_title_and_its_total_is_found(workbook) -> None:
    def write(_: Any, sheet: Any) -> None:
        sheet.write(0, 0, "Sales 2024")
        sheet.write(1, 0, "printed on 2 January")
        sheet.write_row(3, 0, ["Customer", "", "Order"])
        sheet.write_row(4, 0, ["id", "date", "amount", "branch", "note"])
        sheet.write_row(5, 0, ["A", "2024-03-05", 1234.5, "North"])
        sheet.write_row(6, 0, ["B", "2024-12-31", 65.5, "North"])
        sheet.write_row(7, 0, ["Total", "", 1300])

    assert understand(workbook(write), None, Mapping("id", "date", "amount")).revenue == 1300.0
