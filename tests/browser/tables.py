"""A table of five segments in a browser: where its cells are, and how a hand types into them."""

from __future__ import annotations

import re
import shutil
import tempfile
from pathlib import Path

from playwright.sync_api import Page, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from strategy.workbook import Workbook
from tests.browser.conftest import Served, Visit

#: Of Streamlit's tables, in pixels.
HEADER, LINE, MARKER, COLUMN = 36, 35, 32, 200
#: The field of the cell that is open.
EDITOR = "#portal textarea, #portal input"


def rows_in_file(server: Served, worksheet: str) -> dict[str, dict[str, object]]:
    """The rows of a worksheet as they stand on the disk at this moment: what is there if the server dies now."""
    with tempfile.TemporaryDirectory() as folder:
        for part in server.file.parent.glob(f"{server.file.name}*"):
            shutil.copy(part, folder)
        with Workbook.open(Path(folder) / server.file.name) as opened:
            return {row.id: dict(row.values) for row in opened.snapshot().rows(worksheet)}


def click_cell(page: Page, column: int, row: int) -> None:
    """As a hand does: the pointer comes to rest before it clicks, and the button is down for a moment."""
    box = page.get_by_test_id("stDataFrame").first.bounding_box()
    assert box is not None
    x, y = box["x"] + MARKER + COLUMN * column + 60, box["y"] + HEADER + LINE * row + LINE / 2
    page.mouse.move(x, y, steps=3)
    page.wait_for_timeout(100)
    page.mouse.click(x, y, delay=80)
    page.wait_for_timeout(150)


def revision(page: Page) -> int:
    """The revision up to which the page says that everything is saved."""
    return int(re.findall(r"Saved up to revision (\d+)", page.get_by_text("Saved up to revision").first.inner_text())[0])


def saved(page: Page, number: int) -> None:
    """Wait until the page says that it has saved up to that revision."""
    expect(page.get_by_text(f"Saved up to revision {number}").first).to_be_visible(timeout=30_000)


def open_cell(page: Page, text: str) -> None:
    """Open the chosen cell and type; on a busy machine the first key of a blind typist can come before the cell is open."""
    page.keyboard.press("Enter")
    page.wait_for_selector(EDITOR, state="attached")
    _type(page, text)


def open_at(page: Page, column: int, row: int, text: str) -> None:
    """Go to a cell, open it and type. A click at the very moment a table is drawn anew goes into the air: a hand clicks once more."""
    for last in (False, True):
        click_cell(page, column, row)
        try:
            page.keyboard.press("Enter")
            page.wait_for_selector(EDITOR, state="attached", timeout=5_000)
            break
        except PlaywrightTimeout:
            if last:
                raise
    _type(page, text)


def enter(page: Page, text: str) -> None:
    """Type into the chosen cell and go on to the one below."""
    open_cell(page, text)
    _leave(page)


def _type(page: Page, text: str) -> None:
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type(text, delay=20)


def _leave(page: Page) -> None:
    page.keyboard.press("Enter")
    page.wait_for_selector(EDITOR, state="detached")


def table(
    visit: Visit, path: str = "/targets?plan=plan&view=worksheets&sheet=segment", who: str = "Ada", width: int = 1440
) -> Page:
    """A page with a table that is ready to be typed into."""
    page = visit(path, who=who, width=width)
    page.wait_for_selector("[data-testid=stDataFrame] canvas")
    page.wait_for_timeout(600)
    return page
