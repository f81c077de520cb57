"""Money, sheets and ids that would go missing in silence are said before a file is stored."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter

from strategy.customers import Mapping, Rules, Understanding, understand
from strategy.errors import ImportRefused

MAPPING = Mapping("id", "date", "amount")
Files = Callable[..., Path]


def _said(understood: Understanding) -> str:
    assert all(warning.in_("zh") != warning.in_("en") for warning in understood.warnings)
    return " ".join(warning.in_("en") for warning in understood.warnings)


def _read(file: Files, rows: str, mapping: Mapping = MAPPING, **rules: bool) -> Understanding:
    head = "id,date,amount,margin\n" if mapping.margin else "id,date,amount\n"
    return understand(file(head + rows), None, mapping, Rules(**rules))


def test_what_refunds_take_beyond_their_purchase_is_said(file: Files) -> None:
    over = _read(file, "B,2024-01-03,20\nA,2024-01-01,100\nB,2024-01-04,-80\nA,2024-02-01,10\n")
    assert "60.00 beyond" in _said(over)
    assert "beyond" not in _said(_read(file, "B,2024-01-03,80\nA,2024-01-01,100\nB,2024-01-04,-80\nA,2024-02-01,10\n"))


def test_margins_of_refunds_are_said_not_to_count(file: Files) -> None:
    mapping = Mapping("id", "date", "amount", margin="margin")
    rows = "A,2024-01-01,100,60\nA,2024-01-11,-50,{}\nB,2024-01-02,100,40\nB,2024-02-02,100,40\n"
    assert "1 refund has a margin of their own" in _said(_read(file, rows.format("-10"), mapping))
    assert "margin of their own" not in _said(_read(file, rows.format(""), mapping))


@pytest.mark.parametrize(("one", "other"), [("17850", "17850.0"), ("00123", "123"), ("007", "7.0")])
def test_ids_that_are_one_number_written_in_two_ways_are_said(file: Files, one: str, other: str) -> None:
    rows = f"{one},2024-01-01,10\n{one},2024-01-02,10\n{other},2024-01-06,10\nX9,2024-01-07,10\n"
    assert f"such as {one} and {other}" in _said(_read(file, rows))
    assert "same number" not in _said(_read(file, rows.replace(f"\n{other},", "\n99999,")))


def test_worksheets_that_were_not_read_are_named(tmp_path: Path) -> None:
    path = tmp_path / "year.xlsx"
    book = xlsxwriter.Workbook(str(path))
    for month in ("Jan", "Feb"):
        sheet = book.add_worksheet(month)
        for at, row in enumerate([["id", "date", "amount"], ["A", f"2024-0{1 + (month == 'Feb')}-03", 1], ["B", "2024-02-05", 2]]):
            sheet.write_row(at, 0, row)
    book.close()
    assert "not read: Feb" in _said(understand(path, None, MAPPING))
    assert "not read" not in _said(understand(path, None, Mapping("id", "date", "amount", sheet="Jan")))


def test_only_rows_that_count_are_counted_as_nameless(file: Files) -> None:
    rows = "A,2024-01-01,10\nB,2024-01-02,20\n,2024-01-31,30\nA,2024-02-01,5\n,,35\n"
    assert "1 row without a customer counts" in _said(_read(file, rows, drop_nameless=False, skip_unreadable=True))


def test_a_word_for_nothing_is_not_called_an_empty_cell_alone(file: Files) -> None:
    with pytest.raises(ImportRefused) as refused:
        _read(file, "A,2024-01-01,n/a\nB,2024-01-02,20\n")
    assert "the first is empty, or a word such as n/a" in refused.value.in_("en")


def test_an_amount_nobody_chose_that_says_otherwise_is_named(tmp_path: Path) -> None:
    path = tmp_path / "lines.csv"
    by_price = Mapping("id", "date", quantity="qty", price="price")
    path.write_text("id,date,qty,price,total\nA,2024-01-01,2,3,6\nB,2024-01-02,2,4,7.2\nA,2024-01-03,1,5,4.5\n", encoding="utf-8")
    assert "total was not chosen and says something else than qty times price, which counts: 7.2 against 2 x 4 in row 3" in _said(
        understand(path, None, by_price)
    )
    path.write_text("id,date,qty,price,total\nA,2024-01-01,2,3,6\nB,2024-01-02,2,4,8\nA,2024-01-03,1,5,5\n", encoding="utf-8")
    assert "was not chosen" not in _said(understand(path, None, by_price))


def test_days_written_as_decimal_numbers_are_read(file: Files) -> None:
    read = _read(file, "A,20240115.0,10\nB,20240216.0,10\nA,20240317.0,5\n")
    assert (str(read.first_day), str(read.last_day)) == ("2024-01-15", "2024-03-17")


@pytest.mark.parametrize(
    ("dates", "unit"), [(("1704067200", "1706745600"), "seconds"), (("1704067200000", "1706745600000"), "milliseconds")]
)
def test_seconds_since_1970_are_called_so(file: Files, dates: tuple[str, str], unit: str) -> None:
    with pytest.raises(ImportRefused, match="cannot be read") as refused:
        _read(file, f"A,{dates[0]},10\nB,{dates[1]},10\n")
    assert refused.value.fix is not None
    assert f"look like {unit} since 1970" in refused.value.fix.in_("en")
    with pytest.raises(ImportRefused) as other:
        _read(file, "A,hello,10\nB,2024-01-01,10\n")
    assert other.value.fix is not None
    assert "1970" not in other.value.fix.in_("en")
