"""Data with which most exhibits have a gap somewhere still make a document and a spreadsheet."""

from __future__ import annotations

from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from strategy.customers import Mapping, understand
from strategy.reports import write_report
from strategy.spine import import_customers
from strategy.workbook import Put, Workbook

ONE_CUSTOMER = ["a,2024-01-01,500", "a,2024-02-01,10"]
ONE_DAY = ["a,2024-01-01,500", "b,2024-01-01,10"]
FOURTEEN_YEARS_APART = ["a,2010-01-01,500", "b,2010-02-01,10", "a,2024-01-01,5", "b,2024-01-03,5"]


@pytest.mark.parametrize("rows", [ONE_CUSTOMER, ONE_DAY, FOURTEEN_YEARS_APART])
def test_little_data_make_a_document(workbook: Workbook, tmp_path: Path, rows: list[str]) -> None:
    file = tmp_path / "sales.csv"
    file.write_text("\n".join(["id,date,amount", *rows]) + "\n", encoding="utf-8")
    import_customers(workbook, understand(file, file.name, Mapping("id", "date", "amount")), "Ada")
    for name in ("plan.html", "plan.xlsx"):
        write_report(workbook, tmp_path / name, "en")
    page = (tmp_path / "plan.html").read_text(encoding="utf-8").split("<main>")[1]
    assert "Lowest revenue in it" in page  # a grade without a customer has none
    assert "&lt;NA&gt;" not in page


def test_a_rule_that_cannot_be_read_stops_no_report(workbook: Workbook, tmp_path: Path) -> None:
    """It was written by another version, or by hand; the customer data page says what is wrong with it."""
    workbook.commit([Put("segment", "s", {"name": "Regulars", "role": "primary", "rule": {"by": "tomorrow"}})], "Ada")
    for name in ("plan.html", "plan.xlsx"):
        write_report(workbook, tmp_path / name, "en")
    assert "tomorrow" in (tmp_path / "plan.html").read_text(encoding="utf-8").split("<main>")[1]


def test_a_day_before_excel_counts_them_is_written_as_text(workbook: Workbook, tmp_path: Path) -> None:
    workbook.commit([Put("decision", "d", {"statement": "Stay", "step": "step_1", "due": "0206-03-15"})], "Ada")
    write_report(workbook, tmp_path / "plan.xlsx", "en")
    sheet = CalamineWorkbook.from_path(str(tmp_path / "plan.xlsx")).get_sheet_by_name("Decisions")
    assert "0206-03-15" in [cell for row in sheet.to_python() for cell in row]
