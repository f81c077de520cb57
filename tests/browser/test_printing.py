"""A page printed from the browser: the whole view, its chart whole, nothing that can only be clicked."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Server, Visit

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def server(newsstand: Server) -> Server:
    return newsstand


def test_a_printed_page_holds_its_chart_and_no_rail(visit: Visit) -> None:
    page = visit("/targets?plan=plan&view=evidence&exhibit=ge_matrix", width=1920)
    page.wait_for_selector(".js-plotly-plot .main-svg")
    page.wait_for_timeout(1000)
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    printed = page.locator(".ninefold-printed")
    expect(printed).to_have_count(1)
    box = printed.bounding_box()
    assert box is not None
    assert 600 < box["width"] <= 692  # as wide as a sheet of A4
    # Bubbles and lines are cut to the frame by what stands in the copy itself, for the chart is hidden.
    cut = printed.evaluate(
        "e => [...e.innerHTML.matchAll(/url\\([^#]*#([^'\")&]+)/g)].every(([, id]) => e.querySelector(`[id='${id}']`))"
    )
    assert cut
    for left_out in ("stSidebar", "stHeader"):
        expect(page.get_by_test_id(left_out)).to_be_hidden()
    expect(page.get_by_role("radiogroup").first).to_be_hidden()
    assert page.evaluate("getComputedStyle(document.querySelector('[data-testid=stMain]')).overflow") == "visible"
    page.emulate_media(media="screen")
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    expect(printed).to_have_count(0)
    expect(page.locator(".js-plotly-plot .main-svg").first).to_be_visible()
