"""Data with which most exhibits have a gap somewhere still make a document and a spreadsheet."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml
from python_calamine import CalamineWorkbook

from strategy.customers import Mapping, understand
from strategy.method import Method
from strategy.method.loader import load_method, shipped_folder
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


def _without(folder: Path, step: str, worksheet: str, column: str | None = None) -> Method:
    """The shipped method less a worksheet or one of its columns."""
    shutil.copytree(shipped_folder(), folder, dirs_exist_ok=True)
    file = folder / step
    told = yaml.safe_load(file.read_text(encoding="utf-8"))
    (sheet,) = (sheet for sheet in told["worksheets"] if sheet["id"] == worksheet)
    if column is None:
        told["worksheets"].remove(sheet)
    else:
        sheet["columns"] = [each for each in sheet["columns"] if each["id"] != column]
    file.write_text(yaml.safe_dump(told, allow_unicode=True), encoding="utf-8")
    return load_method(folder)


def test_what_a_team_takes_out_of_the_method_stops_no_report(workbook: Workbook, tmp_path: Path) -> None:
    workbook.commit(
        [
            Put("segment", "s", {"name": "Regulars", "role": "primary"}),
            Put("need", "n", {"need": "Know soon", "segment": "s", "importance": 8, "performance": 4, "strength": "weak"}),
            Put("acquisition", "a", {"segment": "s", "channel": "Doors"}),
            Put("funnel_stage", "f", {"acquisition": "a", "stage": "Asked at the door", "position": 1, "volume": 90}),
            Put("growth_engine", "g", {"engine": "stop_leak", "segment": "s", "measure": "Ask more", "effect": 500}),
        ],
        "Ada",
    )
    before = _document(workbook, tmp_path)
    assert "Ask more" in before
    assert "Asked at the door" in before
    assert "Strength of evidence" in before
    workbook.use_method(_without(tmp_path / "no column", "step_2_needs.yaml", "need", "strength"))
    assert "Know soon" in _document(workbook, tmp_path)
    workbook.use_method(_without(tmp_path / "no worksheet", "step_5_acquisition.yaml", "growth_engine"))
    without = _document(workbook, tmp_path)
    assert "Know soon" in without
    assert "Ask more" not in without
    workbook.use_method(_without(tmp_path / "no stages", "step_5_acquisition.yaml", "funnel_stage"))
    assert "Asked at the door" not in _document(workbook, tmp_path)
    workbook.use_method(_without(tmp_path / "no decisions", "step_9_circle.yaml", "kpi", "decisions"))
    assert "Know soon" in _document(workbook, tmp_path)


def _document(workbook: Workbook, folder: Path) -> str:
    write_report(workbook, folder / "plan.html", "en")
    return (folder / "plan.html").read_text(encoding="utf-8").split("<main>")[1]
