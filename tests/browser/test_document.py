"""The document as a browser lays it out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from strategy.reports import write_report
from strategy.samples import build
from strategy.workbook import Put, Workbook

pytestmark = [pytest.mark.browser, pytest.mark.slow]

#: Headings of tables in which a word is set on two lines.
CUT_WORDS = """() => [...document.querySelectorAll("th")].filter((heading) => {
  const range = document.createRange(), texts = document.createTreeWalker(heading, NodeFilter.SHOW_TEXT)
  for (let text; (text = texts.nextNode()); )
    for (const word of text.data.matchAll(/[A-Za-z]+/g)) {
      range.setStart(text, word.index)
      range.setEnd(text, word.index + word[0].length)
      if (range.getClientRects().length > 1) return true
    }
  return false
}).map((heading) => heading.innerText)"""


@pytest.mark.parametrize("width", [1280, 390])
def test_a_long_text_cuts_no_heading_beside_it(browser: Browser, tmp_path: Path, width: int) -> None:
    target = tmp_path / "plan.html"
    with Workbook.create(tmp_path / "plan.duckdb", "Plan") as workbook:
        reason = "They buy day after day and take magazines as well, which brings a better margin. " * 20
        workbook.commit(
            [Put("segment", "a", {"name": "Regulars", "role": "primary", "reason": reason, "given_up": "A " * 50})], "Ada"
        )
        write_report(workbook, target, "en")
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.goto(target.as_uri())
    assert page.evaluate(CUT_WORDS) == []
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width
    page.close()


@pytest.fixture(scope="module")
def whole_plan(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Page, list[str]]]:
    """The document of the Newsstand, in Chinese and on paper, and what was said while it was drawn."""
    folder = tmp_path_factory.mktemp("whole_plan")
    with build("newsstand", folder / "plan.duckdb", "Plan", "Ada", "zh") as workbook:
        write_report(workbook, folder / "plan.html", "zh")
    page = browser.new_page(viewport={"width": 703, "height": 1000})
    page.emulate_media(media="print")
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto((folder / "plan.html").as_uri())
    expect(page.locator(".js-plotly-plot .main-svg").last).to_be_visible()
    yield page, said
    page.close()


def test_no_chart_of_a_whole_plan_asks_for_what_plotly_refuses(whole_plan: tuple[Page, list[str]]) -> None:
    assert whole_plan[1] == []


def test_on_paper_what_a_chart_says_stands_below_it(whole_plan: tuple[Page, list[str]]) -> None:
    """Two charts beside one another, and no line of their readings at the head of the other column."""
    astray = whole_plan[0].evaluate(
        """() => [...document.querySelectorAll(".charts figure")].filter((figure) => {
          const { left, bottom } = figure.querySelector(".chart").getBoundingClientRect();
          return [...figure.querySelectorAll("figcaption, .quiet")].some((line) => {
            const box = line.getBoundingClientRect();
            return box.left < left - 3 || box.right > left + 346 || (line.className === "quiet" && box.top < bottom - 3);
          });
        }).map((figure) => figure.innerText.split("\\n")[0])"""
    )
    assert astray == []


def test_a_flow_is_whole_on_paper(browser: Browser, tmp_path: Path) -> None:
    """Both of its days, and what flows between them, stand within the width that a chart has on paper."""
    target = tmp_path / "plan.html"
    with build("cdnow", tmp_path / "plan.duckdb", "Plan", "Ada", "en") as workbook:
        write_report(workbook, target, "en")
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.goto(target.as_uri())
    flow = page.locator(".js-plotly-plot", has=page.locator(".sankey")).first
    expect(flow.locator(".sankey-link").first).to_be_attached()
    page.emulate_media(media="print")
    laid_out = flow.evaluate(
        """(chart) => {
          dispatchEvent(new Event("beforeprint"))
          const box = (element) => element.getBoundingClientRect(), paper = box(chart.querySelector(".main-svg"))
          const inside = (element) => box(element).left >= paper.left - 1 && box(element).right <= paper.right + 1
          const parts = [...chart.querySelectorAll(".node-rect"), ...chart.querySelectorAll(".sankey-link")]
          const middle = (paper.left + paper.right) / 2
          return { parts: parts.length, outside: parts.filter((part) => !inside(part)).length,
                   right: [...chart.querySelectorAll(".node-rect")].filter((node) => box(node).left > middle).length,
                   width: paper.width }
        }"""
    )
    assert laid_out["right"] > 0
    assert laid_out["outside"] == 0, laid_out
    page.emulate_media(media="screen")
    page.evaluate("() => dispatchEvent(new Event('afterprint'))")
    assert flow.evaluate("(chart) => chart.querySelector('.main-svg').getBoundingClientRect().width") > 800
    page.close()
