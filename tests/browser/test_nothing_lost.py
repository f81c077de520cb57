"""Nothing is lost in a real browser: fields left in quick succession, a server that dies or is slow to begin."""

from __future__ import annotations

import json
import signal
import time

import pytest
from playwright.sync_api import Browser, expect

from pages.ui import live
from tests.browser.conftest import Server, Visit, settled
from tests.browser.tables import click_cell, enter, open_at, open_cell, revision, rows_in_file, saved, table

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def server(a_server_of_its_own: Server) -> Server:
    return a_server_of_its_own


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


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="a process cannot be held up here")
def test_a_cell_left_as_the_server_dies_is_named(visit: Visit, server: Server) -> None:
    """A table sends a cell a moment after it was left; the page is drawn anew when it loses the server, and that is no answer."""
    page = table(visit)
    before = revision(page)
    click_cell(page, 1, 0)
    enter(page, "Stored")
    saved(page, before + 1)
    page.wait_for_timeout(6000)  # the page has looked once more since
    open_at(page, 1, 3, "Typed at the end")
    server.process.send_signal(signal.SIGSTOP)  # on a busy machine the cell may be stored before the server is dead
    page.keyboard.press("Enter")
    page.wait_for_timeout(500)
    server.kill()
    page.wait_for_timeout(1000)
    # A busy server takes its time to send the page anew. The page that is leaving asks it on, and must not be the one that is answered.
    page.route("**/targets*", lambda route: (time.sleep(4), route.continue_()))
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


def test_an_answer_asked_for_before_a_text_was_left_tells_nothing_of_it(browser: Browser) -> None:
    """A run under way answers when a text has just been left: the server has not heard of that yet, and may die before it does."""
    page = browser.new_page()
    page.route(
        "**/*", lambda route: route.fulfill(body="<div data-testid=stApp><textarea></textarea></div>", content_type="text/html")
    )
    page.goto("http://ninefold.test/")
    script = live.SCRIPT.replace("export default function", "window.mounted = function")
    load = f"""() => {{
          {script}
          window.answer = (answer, server = "first") => {{
            const data = {{ seconds: server === "first" ? 600 : 0.05, answer, heard: null, server }}
            window.mounted({{ data, parentElement: document.body, setTriggerValue: () => {{}} }})
          }}
        }}"""
    page.evaluate(load)
    state = "async state => { document.querySelector('[data-testid=stApp]').dataset.testScriptState = state; }"
    page.evaluate("answer(1)")
    for text, began_before in (("Heard of", False), ("On its way", True)):
        page.locator("textarea").fill(text)
        if began_before:
            page.evaluate(state, "running")
            page.wait_for_timeout(50)
        page.locator("textarea").blur()
        page.wait_for_timeout(50)
        if not began_before:
            page.evaluate(state, "running")
        page.evaluate(f"answer('{text}')")
        page.evaluate(state, "notRunning")
    page.wait_for_timeout(1_600)  # since the last use
    page.route("**/health", lambda route: (time.sleep(0.3), route.fulfill(body="ok")))  # the server takes longer than a look
    page.evaluate(load)  # Streamlit loads the script of a component again when it draws it in another place
    with page.expect_event("load"):
        page.evaluate("answer(4, 'another')")
    kept = json.loads(page.evaluate("sessionStorage.getItem('ninefold_not_stored')"))
    assert kept["fields"] == [["", "On its way"]]
    page.close()


@pytest.mark.parametrize(
    ("locale", "said"), [("en-GB", ("The server does not answer", "is safe")), ("zh-CN", ("服务器没有响应", "已保存的内容都在"))]
)
def test_while_the_server_is_away_the_page_says_what_holds(
    visit: Visit, server: Server, locale: str, said: tuple[str, str]
) -> None:
    page = visit("/targets?plan=plan&view=worksheets&sheet=segment", locale=locale)
    page.wait_for_function("() => window.ninefoldPage?.component")  # what says it comes with the last parts of a page
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
    for turn in range(2):
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


def test_the_page_of_an_archived_workbook_comes_back_with_it(visit: Visit) -> None:
    page, other = visit("/targets?plan=plan&view=worksheets", who="Bo"), visit("/library?plan=plan")
    grid = page.get_by_test_id("stDataFrame").first
    grid.click(position={"x": 120, "y": 53})
    page.keyboard.type("Regulars of the stop")
    expect(page.locator("#portal textarea, #portal input").first).to_have_value("Regulars of the stop")
    other.get_by_role("button", name="More").click()
    other.get_by_role("button", name="Archive").click()
    expect(other.get_by_text("Archive · 1")).to_be_visible()
    settled(other)
    page.keyboard.press("Enter")
    expect(page.get_by_text("this was not stored: Regulars of the stop").first).to_be_visible()
    other.get_by_text("Archive · 1").click()
    other.get_by_role("button", name="Bring back").click()
    expect(page.get_by_test_id("stDataFrame").first).to_be_visible()
