"""Nothing is lost in real browsers: two people at once, fields left in quick succession, a server that dies."""

from __future__ import annotations

import signal

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Server, Visit, settled
from tests.browser.tables import EDITOR, click_cell, enter, open_cell, revision, rows_in_file, saved, table

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def server(five_segments: Server) -> Server:
    return five_segments


def test_two_people_edit_one_table_and_nothing_is_lost(visit: Visit, server: Server) -> None:
    ada, bo = table(visit, who="Ada"), table(visit, who="Bo")
    for page, name, rows in ((ada, "A", (0, 2)), (bo, "B", (1, 3))):
        for number in rows:
            click_cell(page, 1, number)
            enter(page, f"{name}{number}")
            page.wait_for_timeout(200)
    expect(ada.get_by_text("last changed by Bo")).to_be_visible(timeout=20_000)
    names = {row: values.get("short_name") for row, values in rows_in_file(server, "segment").items()}
    assert names == {"s0": "A0", "s1": "B1", "s2": "A2", "s3": "B3", "s4": None}


@pytest.fixture
def behind(visit: Visit, server: Server) -> Page:
    """Ada's table, which she changed last and which is behind Bo's: it is drawn anew when she asks for it or pauses."""
    ada, bo = table(visit, who="Ada"), table(visit, who="Bo")
    click_cell(ada, 1, 0)
    enter(ada, "Ada's")
    before = revision(bo)
    click_cell(bo, 0, 4)
    enter(bo, "Bo's")
    saved(bo, before + 2)
    expect(ada.get_by_role("button", name="Show their changes now")).to_be_visible()
    return ada


#: As when the page is drawn anew by itself: the hand stays where it is.
_DRAWN_ANEW = "() => [...document.querySelectorAll('button')].find((at) => at.innerText.includes('Show their changes')).click()"


def _is_drawn_anew(page: Page) -> None:
    expect(page.get_by_role("button", name="Show their changes now")).to_have_count(0)
    settled(page)


def test_a_chosen_cell_stays_chosen_when_the_table_is_drawn_anew_for_another(behind: Page, server: Server) -> None:
    click_cell(behind, 1, 3)
    behind.evaluate(_DRAWN_ANEW)
    _is_drawn_anew(behind)
    behind.keyboard.type("Mine", delay=20)
    behind.keyboard.press("Enter")
    behind.wait_for_selector(EDITOR, state="detached")
    behind.wait_for_timeout(500)
    settled(behind)
    rows = rows_in_file(server, "segment")
    assert [(row["name"], row.get("short_name")) for row in rows.values()] == [
        ("Segment 0", "Ada's"),
        ("Segment 1", None),
        ("Segment 2", None),
        ("Segment 3", "Mine"),
        ("Bo's", None),
    ]


@pytest.mark.parametrize("before", ["M", "Mi", "Min"])
def test_what_is_being_typed_is_still_there_when_the_table_is_drawn_anew(behind: Page, server: Server, before: str) -> None:
    click_cell(behind, 1, 3)
    behind.keyboard.type(before)
    behind.evaluate(_DRAWN_ANEW)
    behind.keyboard.type("Mine"[len(before) :], delay=20)
    _is_drawn_anew(behind)
    behind.keyboard.type("!")
    behind.keyboard.press("Enter")
    behind.wait_for_timeout(1_000)
    settled(behind)
    assert rows_in_file(server, "segment")["s3"].get("short_name") == "Mine!"


def test_the_same_cell_changed_by_two_shows_both_values(visit: Visit, server: Server) -> None:
    ada, bo = table(visit, who="Ada"), table(visit, who="Bo")
    click_cell(ada, 1, 0)
    open_cell(ada, "From Ada")
    click_cell(bo, 1, 0)
    open_cell(bo, "From Bo")
    ada.keyboard.press("Enter")
    ada.wait_for_timeout(700)
    bo.keyboard.press("Enter")
    expect(bo.get_by_test_id("stAlert").filter(has_text="Somebody else changed")).to_be_visible()
    expect(bo.get_by_test_id("stMain").get_by_text("From Ada").first).to_be_visible()
    bo.get_by_role("button", name="Use mine").click()
    settled(bo)
    bo.wait_for_timeout(500)
    assert rows_in_file(server, "segment")["s0"]["short_name"] == "From Bo"


def test_what_was_saved_is_there_after_kill_9_and_restart(visit: Visit, server: Server) -> None:
    page = visit("/targets?plan=plan&view=worksheets&sheet=segment&row=s2")
    page.get_by_role("textbox", name="Reason").fill("Saved before the cut")
    before = revision(page)
    page.get_by_role("textbox", name="Reason").press("Tab")
    saved(page, before + 1)
    server.kill()
    server.start()
    page.goto(page.url)
    settled(page)
    expect(page.get_by_role("textbox", name="Reason")).to_have_value("Saved before the cut")


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
    assert "reason" not in rows_in_file(server, "segment")["s1"]


def test_a_cell_left_as_the_server_dies_is_named(visit: Visit, server: Server) -> None:
    """A table sends a cell a moment after it was left; the page is drawn anew when it loses the server, and that is no answer."""
    page = table(visit)
    before = revision(page)
    click_cell(page, 1, 0)
    enter(page, "Stored")
    saved(page, before + 1)
    page.wait_for_timeout(6000)  # the page has looked once more since
    click_cell(page, 1, 3)
    open_cell(page, "Typed at the end")
    page.keyboard.press("Enter")
    server.kill()
    page.wait_for_timeout(1000)
    server.start()
    expect(page.get_by_test_id("stAlert").filter(has_text="may not have been stored: Typed at the end")).to_be_visible(
        timeout=60_000
    )
    assert [values.get("short_name") for values in rows_in_file(server, "segment").values()] == ["Stored", None, None, None, None]


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="a process cannot be held up here")
def test_a_server_slow_to_begin_still_names_what_was_left_before(visit: Visit, server: Server) -> None:
    """A page that waits too long for a new server is loaded again; what it was to pass on is passed on by the next."""
    page = table(visit)
    click_cell(page, 1, 3)
    open_cell(page, "Typed at the end")
    server.kill()
    page.keyboard.press("Enter")
    page.wait_for_timeout(2500)
    with page.expect_event("load", timeout=60_000):
        server.start()
    page.wait_for_timeout(700)
    server.process.send_signal(signal.SIGSTOP)
    page.wait_for_timeout(25_000)
    server.process.send_signal(signal.SIGCONT)
    expect(page.get_by_test_id("stAlert").filter(has_text="The server was started anew")).to_contain_text(
        "may not have been stored: Typed at the end", timeout=60_000
    )


@pytest.mark.parametrize(
    ("locale", "said"), [("en-GB", ("The server does not answer", "is safe")), ("zh-CN", ("服务器没有响应", "已保存的内容都在"))]
)
def test_while_the_server_is_away_the_page_says_what_holds(
    visit: Visit, server: Server, locale: str, said: tuple[str, str]
) -> None:
    page = visit("/targets?plan=plan&view=worksheets&sheet=segment", locale=locale)
    server.kill()
    for words in said:
        expect(page.get_by_test_id("stDialog").get_by_text(words)).to_be_visible()
    assert "Streamlit" not in page.get_by_test_id("stDialog").inner_text()
    server.start()


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
