"""Going from page to page and back, on a screen and on a phone, and what stands in the way."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from pages.ui import one_step_back
from strategy.workbook import Library, Put
from tests.browser.conftest import Beside, Served, Server, Visit, settled


@pytest.fixture
def server(newsstand: Server) -> Served:
    """One workbook with a segment and a decision that lack nearly everything."""

    def make(library: Library) -> str:
        key = library.create("Plan")
        decision = Put("decision", "d", {"step": "step_1", "statement": "Regulars first"})
        library.open(key).commit([decision, Put("segment", "s", {"name": "Some"})], "Setup")
        return key

    return Beside(newsstand, make)


def _heading(page: Page, text: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(text)
    settled(page)


def test_one_step_back_leads_to_the_page_one_came_from(visit: Visit) -> None:
    page = visit("/?plan=plan&view=decisions")
    page.get_by_role("button", name="arrow_forward").first.click()
    _heading(page, "Select target customers")
    page.go_back()
    _heading(page, "Plan")
    expect(page.get_by_role("radio", name="Decisions")).to_be_checked()
    rail = page.get_by_test_id("stSidebarNav")
    rail.get_by_text("2 Customer needs").click()
    _heading(page, "Research customer needs")
    page.get_by_role("radio", name="Worksheets").click()
    page.wait_for_url("**view=worksheets**")
    settled(page)
    rail.get_by_text("3 Positioning").click()
    _heading(page, "Establish market positioning")
    page.go_back()
    _heading(page, "Research customer needs")
    expect(page.get_by_role("radio", name="Worksheets")).to_be_checked()
    page.go_back()
    expect(page.get_by_role("radio", name="Evidence")).to_be_checked()
    settled(page)
    page.go_back()
    _heading(page, "Plan")


@pytest.mark.parametrize(("between", "view", "steps"), [("waits", "decisions", 1), ("goes on", "decide", 2)])
def test_a_way_to_another_page_is_one_step_however_long_a_busy_server_takes(
    browser: Browser, between: str, view: str, steps: int
) -> None:
    """Streamlit writes the query of the next page into the address of this one first."""
    page = browser.new_page()
    page.clock.install()
    page.route("**/*", lambda route: route.fulfill(body="<h1>Plan</h1>", content_type="text/html"))
    page.goto("http://ninefold.test/overview?view=decisions")
    page.evaluate(one_step_back.SCRIPT.replace("export default function", "window.mounted = function") + "; window.mounted();")
    before = page.evaluate("history.length")
    page.evaluate("history.pushState({}, '', '/overview?view=decide')")
    page.clock.fast_forward(20_000)
    if between == "goes on":
        page.keyboard.press("Tab")
    page.evaluate("history.pushState({}, '', '/targets?view=decide')")
    page.evaluate("history.pushState({}, '', '/targets')")  # what came along is taken away, and nobody has done anything
    assert page.evaluate("history.length") == before + steps
    page.evaluate("history.back()")
    expect(page).to_have_url(f"http://ninefold.test/overview?view={view}")
    page.evaluate("history.pushState({}, '', '/overview?view=thread')")  # the server's own word on the page one is back at
    page.evaluate("history.forward()")
    expect(page).to_have_url("http://ninefold.test/targets")
    page.close()


def test_every_step_says_which_view_it_shows(visit: Visit) -> None:
    page = visit("/win-back?plan=plan")
    rail = page.get_by_test_id("stSidebarNav")
    for name, title in (
        ("6 Maintain relationships", "Maintain customer relationships"),
        ("8 CRM system", "Build and apply the CRM system"),
        ("6 Maintain relationships", "Maintain customer relationships"),
        ("7 Win back", "Win back customers"),
    ):
        rail.get_by_text(name).click()
        _heading(page, title)
        expect(page.get_by_role("radio", name="Evidence")).to_be_checked()


def test_a_message_that_passes_covers_neither_the_views_nor_the_title(visit: Visit) -> None:
    page = visit("/library?plan=plan")
    page.get_by_role("button", name="Create", exact=True).click()
    said = page.get_by_test_id("stToast")
    expect(said).to_be_visible()
    box = said.bounding_box()
    assert box is not None
    assert box["y"] > 450


def test_a_finger_adds_one_row_after_the_other_at_the_foot(browser: Browser, server: Served) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    context.add_cookies([{"name": "ninefold_name", "value": "Ada", "url": server.url}])
    page = context.new_page()
    page.goto(f"{server.url}/opening?plan={server.key}&view=worksheets&sheet=participant")
    settled(page)
    grid = page.get_by_test_id("stDataFrame").first
    expect(grid).to_be_visible()
    for number, name in enumerate(("Ada", "Bo", "Cy")):
        page.wait_for_timeout(600)
        grid.tap(position={"x": 120, "y": 53 + 35 * number})
        page.wait_for_timeout(600)
        page.keyboard.type(name, delay=30)
        page.keyboard.press("Enter")
        expect(page.get_by_text(f"Participants · {number + 1}", exact=True)).to_be_visible()
    assert server.complaints() == []
    context.close()


def test_an_address_somebody_sent_shows_the_row_it_names(visit: Visit) -> None:
    """The fields of a decision stand below all of them; on a phone that is far below what is seen."""
    page = visit("/targets?plan=plan&view=decide&row=d", width=390, height=844)
    expect(page.locator('[class*="st-key-row-decision-d"]').first).to_be_in_viewport()
    page.wait_for_timeout(1500)
    top = page.get_by_test_id("stMain").evaluate("room => room.scrollTop")
    assert top > 0
    page.reload()
    settled(page)
    expect(page.locator('[class*="st-key-row-decision-d"]').first).to_be_in_viewport()


def test_an_address_without_a_row_is_shown_from_its_head(visit: Visit) -> None:
    page = visit("/targets?plan=plan&view=decide", width=390, height=844)
    page.wait_for_timeout(1500)
    assert page.get_by_test_id("stMain").evaluate("room => room.scrollTop") == 0
