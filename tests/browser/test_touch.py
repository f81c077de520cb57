"""By finger, on a phone and on a tablet: what is chosen, what a link leads to and what stands beside a step can be seen and reached."""

from __future__ import annotations

import pytest
from playwright.sync_api import FloatRect, Locator, Page, expect

from tests.browser.conftest import Server, Visit, settled

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PHONE = {"width": 390, "height": 844, "touch": True}
TABLET = {"width": 820, "height": 1180, "touch": True}


@pytest.fixture(scope="module")
def server(newsstand: Server) -> Server:
    return newsstand


def _box(element: Locator) -> FloatRect:
    box = element.bounding_box()
    assert box is not None
    return box


def _tap(page: Page, element: Locator) -> None:
    element.scroll_into_view_if_needed()
    element.tap()
    page.wait_for_timeout(500)
    settled(page)


def test_what_is_chosen_in_a_row_of_buttons_stands_in_sight(visit: Visit) -> None:
    page = visit("/win-back?plan=plan&lang=en", **PHONE)
    for name in ("Return of winning back", "Value against risk", "Customers at risk"):
        _tap(page, page.get_by_role("radio", name=name, exact=True))
        expect(page.get_by_role("radio", name=name, exact=True)).to_be_checked()
        expect(page.get_by_role("radio", name=name, exact=True)).to_be_in_viewport(ratio=0.95)


def test_a_link_brings_the_row_it_leads_to_into_sight(visit: Visit) -> None:
    page = visit("/targets?plan=plan&lang=en&view=decide", **PHONE)
    for number in (0, 1):
        _tap(page, page.get_by_test_id("stMain").get_by_role("button", name="arrow_forward").nth(number))
        expect(page.get_by_role("textbox", name="Decision *")).to_be_in_viewport()


def test_a_link_to_a_view_shows_it_from_its_beginning(visit: Visit) -> None:
    page = visit("/targets?plan=plan&lang=en", **PHONE)
    _tap(page, page.get_by_role("button", name="Follow the thread"))
    expect(page.get_by_role("radio", name="Thread")).to_be_checked()
    expect(page.get_by_role("heading", level=1)).to_be_in_viewport()


def test_the_tools_of_a_table_cover_nothing_under_a_finger(visit: Visit) -> None:
    page = visit("/win-back?plan=plan&lang=en&view=worksheets&sheet=win_back", **PHONE)
    chosen, tools = page.get_by_test_id("stMain").get_by_test_id("stSelectbox").first, page.get_by_test_id("stElementToolbar").first
    page.get_by_test_id("stDataFrame").first.scroll_into_view_if_needed()
    expect(tools).to_be_visible()
    above = _box(chosen)
    assert above["y"] + above["height"] <= _box(tools)["y"]


def test_on_a_tablet_what_stands_beside_a_step_has_room_for_its_words(visit: Visit) -> None:
    page = visit("/retention?plan=plan&lang=en", **TABLET)
    main, beside = (page.locator(f".st-key-step [data-testid=stColumn] >> nth={place}") for place in (0, 1))
    expect(page.get_by_test_id("stSidebar")).to_be_in_viewport()
    # The rail says that it is open a moment after it is drawn.
    page.wait_for_function("() => document.querySelectorAll('.st-key-step [data-testid=stColumn]')[1].clientWidth > 300")
    page.get_by_test_id("stSidebarCollapseButton").get_by_role("button").tap()
    expect(page.get_by_test_id("stSidebar")).not_to_be_in_viewport()
    page.wait_for_timeout(500)
    assert _box(beside)["x"] > _box(main)["x"] + 300
    assert _box(beside)["width"] > 150


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_nothing_runs_out_of_a_phone(visit: Visit, server: Server, lang: str) -> None:
    page = visit(f"/targets?plan=plan&lang={lang}", **PHONE)
    for path in ("/targets", "/needs", "/", "/data", "/library", "/history", "/handover"):
        page.goto(f"{server.url}{path}?plan=plan&lang={lang}")
        settled(page)
        wide = page.evaluate("() => document.querySelector('[data-testid=stMain]').scrollWidth")
        assert wide <= 391, path


def test_evidence_of_a_decision_has_its_button_beside_it_on_a_phone(visit: Visit) -> None:
    page = visit("/targets?plan=plan&lang=en&view=decide", **PHONE)
    buttons = page.locator("[class*=st-key-drop-]")
    expect(buttons.first).to_be_visible()
    page.wait_for_timeout(500)
    # Measured at one moment: what is drawn above may still move both.
    places = buttons.evaluate_all(
        "all => all.map(one => [one.previousElementSibling, one].map(part => part.getBoundingClientRect().toJSON()))"
    )
    for words, button in places:
        assert button["left"] >= words["right"]
        assert words["top"] <= (button["top"] + button["bottom"]) / 2 <= words["bottom"]
