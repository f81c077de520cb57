"""Numbers are shown with their unit, and long names leave the others room, wherever worksheets are exported."""

from __future__ import annotations

import io

import pytest
from python_calamine import CalamineWorkbook

from strategy.method import Worksheet
from strategy.reports.document import document
from strategy.reports.plan import MOST_NAME, plan_of, table_of
from strategy.reports.spreadsheet import spreadsheet
from strategy.spine.headings import names_of, parts
from strategy.workbook import Put, Workbook


@pytest.fixture
def plan(workbook: Workbook) -> Workbook:
    frame = workbook.snapshot().rows("plan_frame")[0]
    workbook.commit(
        [
            Put("plan_frame", frame.id, {"currency": "EUR", "budget_total": 6000, "horizon_months": 12}),
            Put("segment", "a", {"name": "Regulars", "role": "primary", "revenue": 700, "customers": 70}),
        ],
        "Ada",
    )
    return workbook


def _sheet(workbook: Workbook, name: str) -> Worksheet:
    return workbook.method.worksheet(name)


def test_headings_carry_the_unit_and_nothing_twice(plan: Workbook) -> None:
    snapshot = plan.snapshot()
    titles = {name: snapshot.heading(_sheet(plan, "segment").column(name), "en") for name in ("revenue", "customers", "name")}
    assert titles["revenue"].endswith("(EUR)")
    assert "customers (customers)" not in titles["customers"].casefold()
    assert "(" not in titles["name"]
    assert snapshot.heading(_sheet(plan, "segment").column("revenue"), "zh").endswith("（EUR）")


@pytest.mark.parametrize(("language", "months"), [("en", "(months)"), ("zh", "（月）")])
def test_exports_say_the_unit(plan: Workbook, language: str, months: str) -> None:
    made = plan_of(plan, language)  # type: ignore[arg-type]
    html = document(made).decode()
    book = CalamineWorkbook.from_filelike(io.BytesIO(spreadsheet(made)))
    heads = [str(cell) for name in book.sheet_names for cell in (book.get_sheet_by_name(name).to_python()[:1] or [[]])[0]]
    for text in (html, "\n".join(heads)):
        assert months in text
        assert "EUR" in text
    assert html.split("<tbody>")[1].count("(EUR)") == 1, "the revenue of the segments"


def test_a_heading_with_its_unit_is_read_back(plan: Workbook) -> None:
    for sheet in plan.method.worksheets:
        for column in sheet.fields:
            for language in ("en", "zh"):
                assert set(parts(plan.snapshot().heading(column, language))) & set(names_of(column)), column.id


def test_a_long_name_is_whole_in_its_own_table_and_brief_in_others(plan: Workbook) -> None:
    name = "Regulars of the stand " * 45
    plan.commit([Put("segment", "a", {"name": name}), Put("need", "n", {"need": "Speed", "segment": "a"})], "Ada")
    snapshot = plan.snapshot()
    own, other = (table_of(snapshot, _sheet(plan, sheet), "en") for sheet in ("segment", "need"))
    assert name.strip() in own.rows[0]
    assert max(map(len, other.rows[0])) <= MOST_NAME


def test_open_checks_are_written_in_words(plan: Workbook) -> None:
    plan.commit([Put("decision", "kept_kiosk", {"step": "step_1", "statement": "Keep the kiosk"})], "Ada")
    book = CalamineWorkbook.from_filelike(io.BytesIO(spreadsheet(plan_of(plan, "en"))))
    cells = [str(cell) for row in book.get_sheet_by_name("Open checks").to_python() for cell in row]
    assert "Keep the kiosk" in cells
    assert not {"kept_kiosk", "decision"} & set(cells)
    assert not any(check.id in cells for check in plan.method.checks)
