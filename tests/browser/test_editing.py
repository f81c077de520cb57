"""Editing in real browsers: quick typing, a second tab, two people at once, a server that dies."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from strategy.workbook import Put, Workbook
from tests.browser.conftest import Server, Visit, settled

pytestmark = [pytest.mark.browser, pytest.mark.slow]

HEADER, LINE = 36, 35


@pytest.fixture
def server(five_segments: Server) -> Server:
    return five_segments


def _stored(server: Server) -> dict[str, dict[str, object]]:
    """The segments in the file, read after the server has let go of it."""
    server.stop()
    with Workbook.open(server.home / "workbooks" / "plan.duckdb") as opened:
        return {row.id: dict(row.values) for row in opened.snapshot().rows("segment")}


def _click_cell(page: Page, column: int, row: int) -> None:
    grid = page.get_by_test_id("stDataFrame").first
    box = grid.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + 32 + 200 * column + 60, box["y"] + HEADER + LINE * row + 18)
    page.wait_for_timeout(150)


def _revision(page: Page) -> int:
    """The revision up to which the page says that everything is saved."""
    return int(re.findall(r"Saved up to revision (\d+)", page.get_by_text("Saved up to revision").first.inner_text())[0])


def _saved(page: Page, revision: int) -> None:
    """Wait until the page says that it has saved up to ``revision``."""
    expect(page.get_by_text(f"Saved up to revision {revision}").first).to_be_visible(timeout=30_000)


def _open_cell(page: Page, text: str) -> None:
    """Open the chosen cell and type; on a busy machine the first key of a blind typist can come before the cell is open."""
    page.keyboard.press("Enter")
    page.wait_for_selector("#portal textarea, #portal input", state="attached")
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type(text, delay=20)


def _enter(page: Page, text: str) -> None:
    """Type into the chosen cell and go on to the one below."""
    _open_cell(page, text)
    page.keyboard.press("Enter")
    page.wait_for_selector("#portal textarea, #portal input", state="detached")


def _table(visit: Visit, who: str = "Ada") -> Page:
    page = visit("/targets?plan=plan&view=worksheets&sheet=segment", who=who)
    page.wait_for_selector("[data-testid=stDataFrame] canvas")
    page.wait_for_timeout(600)
    return page


def test_five_cells_typed_one_after_the_other_are_all_stored(visit: Visit, server: Server) -> None:
    page = _table(visit)
    before = _revision(page)
    _click_cell(page, 1, 0)
    for number in range(5):
        _enter(page, f"Short {number}")  # Enter goes on to the cell below
    _saved(page, before + 5)
    page.reload()
    settled(page)
    assert {row: values.get("short_name") for row, values in _stored(server).items()} == {f"s{n}": f"Short {n}" for n in range(5)}
    assert server.complaints() == []


def test_a_row_added_at_the_foot_is_stored(visit: Visit, server: Server) -> None:
    page = _table(visit)
    _click_cell(page, 0, 5)
    page.wait_for_timeout(1500)
    page.keyboard.type("Walk-ins", delay=60)
    page.keyboard.press("Enter")
    page.wait_for_timeout(1500)
    settled(page)
    names = [str(values.get("name")) for values in _stored(server).values()]
    assert names == [*(f"Segment {n}" for n in range(5)), "Walk-ins"]


def test_scores_are_typed_into_a_grid_and_stored_one_row_each(visit: Visit, server: Server) -> None:
    page = visit("/opening?plan=plan&view=worksheets&sheet=orientation")
    page.wait_for_selector("[data-testid=stDataFrame] canvas")
    page.wait_for_timeout(600)
    box = page.get_by_test_id("stDataFrame").first.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] - 60, box["y"] + HEADER + 18)
    page.wait_for_timeout(200)
    for score in ("7", "3", "5"):
        _enter(page, score)
    expect(page.get_by_text("Scored: 3 of 5.")).to_be_visible()
    server.stop()
    with Workbook.open(server.home / "workbooks" / "plan.duckdb") as opened:
        rows = opened.snapshot().rows("orientation")
        assert {(row["orientation"], row["participant"], row["score"]) for row in rows} == {
            ("product", "Ada", 7.0),
            ("competition", "Ada", 3.0),
            ("market", "Ada", 5.0),
        }
        assert len(rows) == 3


def test_two_people_edit_one_table_and_nothing_is_lost(visit: Visit, server: Server) -> None:
    ada, bo = _table(visit, "Ada"), _table(visit, "Bo")
    for page, name, rows in ((ada, "A", (0, 2)), (bo, "B", (1, 3))):
        for number in rows:
            _click_cell(page, 1, number)
            _enter(page, f"{name}{number}")
            page.wait_for_timeout(200)
    expect(ada.get_by_text("last changed by Bo")).to_be_visible(timeout=20_000)
    names = {row: values.get("short_name") for row, values in _stored(server).items()}
    assert names == {"s0": "A0", "s1": "B1", "s2": "A2", "s3": "B3", "s4": None}


def test_the_same_cell_changed_by_two_shows_both_values(visit: Visit, server: Server) -> None:
    ada, bo = _table(visit, "Ada"), _table(visit, "Bo")
    _click_cell(ada, 1, 0)
    _open_cell(ada, "From Ada")
    _click_cell(bo, 1, 0)
    _open_cell(bo, "From Bo")
    ada.keyboard.press("Enter")
    ada.wait_for_timeout(700)
    bo.keyboard.press("Enter")
    expect(bo.get_by_test_id("stAlert").filter(has_text="Somebody else changed")).to_be_visible()
    expect(bo.get_by_test_id("stMain").get_by_text("From Ada").first).to_be_visible()
    bo.get_by_role("button", name="Use mine").click()
    settled(bo)
    bo.wait_for_timeout(500)
    assert _stored(server)["s0"]["short_name"] == "From Bo"


def test_a_text_form_loses_no_keystroke(visit: Visit, server: Server) -> None:
    page = visit("/targets?plan=plan&view=worksheets&sheet=segment&row=s1")
    reason = "They buy every day, in every weather, and they tell others."
    gain = "Passers-by who never stop; the second stand."
    page.get_by_role("textbox", name="Reason").click()
    page.keyboard.type(reason, delay=4)
    page.get_by_role("textbox", name="What is given up").click()
    page.keyboard.type(gain, delay=25)  # long enough for the save of the first field to come back meanwhile
    before = _revision(page)
    page.keyboard.press("Tab")
    page.wait_for_timeout(600)
    settled(page)
    assert _revision(page) >= before
    second_tab = page.context.new_page()
    second_tab.goto(page.url)
    settled(second_tab)
    expect(second_tab.get_by_role("textbox", name="Reason")).to_have_value(reason)
    stored = _stored(server)["s1"]
    assert (stored["reason"], stored["given_up"]) == (reason, gain)


def test_what_was_saved_is_there_after_kill_9_and_restart(visit: Visit, server: Server) -> None:
    page = visit("/targets?plan=plan&view=worksheets&sheet=segment&row=s2")
    page.get_by_role("textbox", name="Reason").fill("Saved before the cut")
    before = _revision(page)
    page.get_by_role("textbox", name="Reason").press("Tab")
    _saved(page, before + 1)
    server.kill()
    server.start()
    page.goto(page.url)
    settled(page)
    expect(page.get_by_role("textbox", name="Reason")).to_have_value("Saved before the cut")


def test_switching_the_language_keeps_the_place(visit: Visit) -> None:
    page = visit("/targets?plan=plan&view=worksheets&sheet=criterion")
    page.get_by_text("中文", exact=True).click()
    settled(page)
    expect(page.get_by_role("heading", name="选择目标客户")).to_be_visible()
    assert "sheet=criterion" in page.url
    assert "lang=zh" in page.url
    page.get_by_test_id("stSidebarNav").get_by_role("link", name="客户需求").click()
    settled(page)
    expect(page.get_by_role("heading", name="研究客户需求")).to_be_visible()


def test_a_chinese_browser_starts_in_chinese(visit: Visit) -> None:
    page = visit("/targets?plan=plan", locale="zh-CN")
    expect(page.get_by_role("heading", name="选择目标客户")).to_be_visible()


def test_an_address_that_leads_nowhere_is_said_in_chinese(visit: Visit) -> None:
    page = visit("/nowhere?plan=plan", locale="zh-CN")
    expect(page.get_by_test_id("stDialog")).to_contain_text("没有这个页面")
    expect(page.get_by_test_id("stDialog")).to_contain_text("地址中的页面不存在，已改为打开首页。")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_nothing_runs_out_of_a_phone(visit: Visit, lang: str) -> None:
    for path in ("/targets", "/needs", "/", "/data", "/library", "/history", "/handover"):
        page = visit(f"{path}?plan=plan&lang={lang}", width=390, height=844)
        wide = page.evaluate("() => document.querySelector('[data-testid=stMain]').scrollWidth")
        assert wide <= 391, path
        page.context.close()


def test_a_table_of_one_segment_keeps_every_edit_in_its_row(visit: Visit, server: Server) -> None:
    server.stop()
    needs = [("a", "s0"), ("b", "s1"), ("c", "s0"), ("d", "s1")]
    with Workbook.open(server.home / "workbooks" / "plan.duckdb") as opened:
        opened.commit([Put("need", name, {"need": f"Need {name}", "segment": segment}) for name, segment in needs], "Setup")
    server.start()
    page = visit("/needs?plan=plan&view=worksheets&sheet=need&segment=s1")
    page.wait_for_selector("[data-testid=stDataFrame] canvas")
    page.wait_for_timeout(600)
    _click_cell(page, 0, 1)
    _enter(page, "Need d, edited")
    _click_cell(page, 0, 2)  # the empty line at the foot
    page.wait_for_timeout(1500)
    page.keyboard.type("A new need", delay=60)
    page.keyboard.press("Enter")
    page.wait_for_timeout(1500)
    page.get_by_role("button", name="All segments").click()
    settled(page)
    server.stop()
    with Workbook.open(server.home / "workbooks" / "plan.duckdb") as opened:
        rows = {row.id: (row["need"], row["segment"]) for row in opened.snapshot().rows("need")}
    assert [rows.pop(name) for name in "abcd"] == [
        ("Need a", "s0"), ("Need b", "s1"), ("Need c", "s0"), ("Need d, edited", "s1"),
    ]  # fmt: skip
    ((text, segment),) = rows.values()
    assert (text, segment) == ("A new need", "s1")
    assert server.complaints() == []


def test_a_page_older_than_the_server_says_what_is_not_stored(server: Server, visit: Visit) -> None:
    """A field left while the server was away looks like any other. The page notices, and shows what is stored."""
    page = visit("/targets?plan=plan&view=worksheets&sheet=segment&row=s1", who="Ada")
    reason = page.get_by_test_id("stMain").get_by_role("textbox", name="Reason")
    reason.click()
    page.keyboard.type("They pay on time")
    server.kill()
    page.keyboard.press("Tab")
    server.start()
    expect(page.get_by_test_id("stAlert").filter(has_text="may not have been stored: Reason: They pay on time")).to_be_visible(
        timeout=60_000
    )
    expect(reason).to_have_value("")
    assert "reason" not in _stored(server)["s1"]


def test_fields_left_in_quick_succession_are_all_stored(visit: Visit, server: Server) -> None:
    page = visit("/targets?plan=plan&view=decide")
    page.get_by_role("button", name="Add a decision").click()
    settled(page)
    names = (
        "Decision *",
        "Reason *",
        "Alternatives rejected",
        "Main assumption",
        "What would reopen it",
        "Where it would flip",
        "Dissent",
        "Owner *",
    )
    fields = [page.get_by_test_id("stMain").get_by_role("textbox", name=name, exact=True) for name in names]
    for turn in range(4):
        for field in fields:
            field.click()
            page.keyboard.press("ControlOrMeta+a")
            page.keyboard.insert_text(f"Turn {turn}")
        page.keyboard.press("Tab")
        page.wait_for_timeout(1000)
        settled(page)
        page.reload()
        settled(page)
        for field in fields:
            expect(field).to_have_value(f"Turn {turn}")
    assert server.complaints() == []
