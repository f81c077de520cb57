"""What a projector and a phone show before anybody scrolls: the chart, and words on it that are read from the back of a room."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Server, Visit

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def server(newsstand: Server) -> Server:
    return newsstand


def _luminance(color: str) -> float:
    linear = [
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in (int(part) / 255 for part in re.findall(r"\d+", color)[:3])
    ]
    return sum(share * value for share, value in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize("address", ["targets?exhibit=ge_matrix", "needs?exhibit=kano_split", "retention?exhibit=contact_calendar"])
def test_the_chart_stands_on_the_first_screen(visit: Visit, address: str) -> None:
    page = visit(f"/{address}&plan=plan&lang=en&view=evidence", width=390, height=844)
    page.wait_for_selector(".js-plotly-plot .main-svg")
    for width, height, below in ((390, 844, 560), (1440, 900, 470)):
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_timeout(500)
        box = page.locator(".js-plotly-plot").first.bounding_box()
        assert box is not None
        assert box["y"] < below, width


def test_words_beside_the_axes_are_legible_in_light(visit: Visit) -> None:
    """Streamlit's own grey is 3.75:1 on white; the rule that mends it hangs on the colour Streamlit writes, which may change."""
    page = visit("/targets?exhibit=ge_matrix&plan=plan&lang=en&view=evidence", scheme="light")
    page.wait_for_selector(".js-plotly-plot .xtick text")
    colors = page.evaluate(
        "() => [...document.querySelectorAll('.js-plotly-plot .xtick text')].map((text) => getComputedStyle(text).fill)"
    )
    assert colors
    assert all(1.05 / (_luminance(color) + 0.05) >= 4.5 for color in colors)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_on_the_main_colour_are_legible(visit: Visit, scheme: str) -> None:
    page = visit("/handover?plan=plan&lang=en", scheme=scheme)
    button = page.get_by_role("button", name="Download HTML")
    expect(button).to_be_enabled()
    page.wait_for_timeout(500)  # its colours pass from those of a button that cannot be clicked yet
    colors = button.evaluate("button => [getComputedStyle(button).color, getComputedStyle(button).backgroundColor]")
    darker, lighter = sorted(_luminance(color) for color in colors)
    assert (lighter + 0.05) / (darker + 0.05) >= 4.5
