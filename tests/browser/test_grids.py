"""Tables in real browsers: names typed one after the other, what is pasted and copied, and the tools above a table."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Browser, Page, expect

from pages.ui import grid_keys
from tests.browser.conftest import Served, Visit, settled
from tests.browser.tables import click_cell, rows_in_file, table

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def server(five_segments: Served) -> Served:
    return five_segments


def _table(visit: Visit, path: str, width: int = 1440) -> Page:
    page = table(visit, path, width=width)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    return page


def _paste(page: Page, text: str) -> None:
    page.evaluate("text => navigator.clipboard.writeText(text)", text)
    page.keyboard.press("ControlOrMeta+v")


def _rows(server: Served, sheet: str) -> list[dict[str, object]]:
    return list(rows_in_file(server, sheet).values())


def test_names_typed_one_after_the_other_at_the_foot_are_all_stored(visit: Visit, server: Served) -> None:
    page = _table(visit, "/needs?plan=plan&view=worksheets&sheet=need")
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": 4})
    names = ["Alpha need", "Beta", "Gamma need", "Delta", "Epsilon", "Zeta need"]
    click_cell(page, 0, 0)
    for number, (name, delay) in enumerate(zip(names, (20, 60, 110, 60, 20, 0), strict=True)):
        page.keyboard.type(name, delay=delay)
        if number == 1:
            page.mouse.move(900, 850, steps=3)  # out of the way: the grid must go on all the same
        page.keyboard.press("Enter")
        if number == 2:
            page.wait_for_timeout(2500)  # a pause, in which the page is drawn again
    expect(page.get_by_text("Needs · 6").first).to_be_visible(timeout=60_000)
    assert [row["need"] for row in _rows(server, "need")] == names
    assert server.complaints() == []


def test_what_is_pasted_means_what_it_says_or_is_refused_by_name(visit: Visit, server: Served) -> None:
    page = _table(visit, "/targets?plan=plan&view=worksheets&sheet=segment", width=2200)
    click_cell(page, 3, 0)
    _paste(page, "40%\n1,5\n1.234,5\n250\n12")
    told = page.get_by_test_id("stAlert")
    expect(told).to_contain_text("Row 3, Share of resources (%): 1.234,5 can be read in two ways.")
    expect(told).to_contain_text("Row 4, Share of resources (%): 250 is out of range. The column takes 0 to 100.")
    page.get_by_text("中文", exact=True).click()
    expect(page.get_by_role("radio", name="工作表").first).to_be_attached()
    settled(page)
    tools = page.get_by_test_id("stElementToolbar").first
    for tool in ("添加行", "显示或隐藏列", "下载CSV", "搜索", "全屏"):
        expect(tools.get_by_role("button", name=tool)).to_be_attached()
    click_cell(page, 2, 0)
    page.wait_for_timeout(200)
    _paste(page, "主要目标\n暂不选择\nprimary")
    expect(page.get_by_test_id("stAlert")).to_contain_text("第3行，角色：列表中没有“primary”")
    click_cell(page, 2, 1)
    page.wait_for_timeout(200)
    page.keyboard.press("ControlOrMeta+c")
    assert page.evaluate("() => navigator.clipboard.readText()") == "暂不选择"
    click_cell(page, 2, 4)
    page.wait_for_timeout(200)
    page.keyboard.press("ControlOrMeta+v")
    page.wait_for_timeout(600)
    settled(page)
    rows = _rows(server, "segment")
    assert [row.get("resource_share") for row in rows] == [40, 1.5, None, None, 12]
    assert [row.get("role") for row in rows] == ["primary", "not_now", None, None, "not_now"]
    assert server.complaints() == []


PERCENT = {"kind": "number", "percent": True, "low": 0, "high": 100}
NUMBER = {"kind": "number", "low": -5, "high": None}
ONE = {"kind": "one", "labels": ["Not now", "Primary", "A, B"]}
SEVERAL = {"kind": "several", "labels": ["A", "B", "A, B"]}


def test_a_pasted_cell_is_read_as_its_column_takes_it(browser: Browser) -> None:
    cases = [
        (PERCENT, " 40 % ", "40"), (PERCENT, "４０％", "40"), (PERCENT, "100.5", "range"), (PERCENT, "−1", "range"),
        (NUMBER, "40%", "percent"), (NUMBER, "1,5", "1.5"), (NUMBER, "1,500", "two"), (NUMBER, "0,500", "0.5"),
        (NUMBER, "1500,250", "1500.25"), (NUMBER, "1,234,567", "1234567"), (NUMBER, "1,234.5", "1234.5"),
        (NUMBER, "1.234,5", "two"), (NUMBER, "1.234.567", "two"), (NUMBER, "5k", "number"), (NUMBER, "1:30", "number"),
        (NUMBER, "$5", "number"), (NUMBER, "(5)", "number"), (NUMBER, "1 000", "number"), (NUMBER, "1e3", "1000"),
        (NUMBER, "+3", "3"), (NUMBER, "", ""), (NUMBER, "9e999", "number"), ({**NUMBER, "whole": True}, "2.5", "whole"),
        ({"kind": "date"}, "2026年3月5日", "2026-03-05"), ({"kind": "date"}, "2026/3/5", "2026-03-05"),
        ({"kind": "date"}, "2026-03-05T00:00:00.000", "2026-03-05"), ({"kind": "date"}, "03/05/2026", "date"),
        ({"kind": "date"}, "2026-02-30", "date"), ({"kind": "date"}, "45000", "date"),
        ({"kind": "boolean"}, "是", "true"), ({"kind": "boolean"}, "FALSE", "false"), ({"kind": "boolean"}, "maybe", "boolean"),
        (ONE, "not  now", "Not now"), (ONE, "a, b", "A, B"), (ONE, "not_now", "list"),
        (SEVERAL, "B; A", ["B", "A"]), (SEVERAL, "A, B", ["A, B"]), (SEVERAL, "A  B,A", ["A, B", "A"]), (SEVERAL, "A, C", "list"),
        ({"kind": "text"}, "40%", "40%"), (None, "1,5", "1,5"),
    ]  # fmt: skip
    page = browser.new_page()
    script = grid_keys.SCRIPT.replace("export default function", "function mounted")
    found = page.evaluate(
        f"cases => {{ {script}; return cases.map(([takes, text]) => {{ const value = read(text, takes); return value.why ?? value; }}); }}",
        [[takes, text] for takes, text, _ in cases],
    )
    for (_, text, expected), value in zip(cases, found, strict=True):
        assert (json.loads(value) if isinstance(expected, list) else value) == expected, text
    parsed = page.evaluate(f"text => {{ {script}; return parse(text); }}", 'a\t"b ""c""\nd"\t5" pipe\r\n\t\t\n')
    assert parsed == [["a", 'b "c"\nd', '5" pipe'], ["", "", ""]]
    page.close()


def test_a_cell_that_takes_the_focus_out_of_the_page_takes_no_keys_with_it(visit: Visit, server: Served) -> None:
    page = _table(visit, "/targets?plan=plan&view=worksheets&sheet=segment")
    click_cell(page, 0, 0)
    page.wait_for_timeout(400)
    # After quick edits the grid may give the focus back to a hidden cell of an earlier edit, which scrolling then takes out of the page.
    page.evaluate("""() => {
      const row = document.querySelector("[data-testid=data-grid-canvas] tbody tr"), cell = row.appendChild(document.createElement("td"))
      cell.tabIndex = -1
      cell.focus()
      cell.remove()
    }""")
    assert page.evaluate("() => document.activeElement === document.body")
    page.keyboard.type("Renamed", delay=40)
    page.keyboard.press("Enter")
    page.wait_for_timeout(500)
    settled(page)
    assert [row["name"] for row in _rows(server, "segment")] == ["Renamed", *(f"Segment {n}" for n in range(1, 5))]
    assert server.complaints() == []
