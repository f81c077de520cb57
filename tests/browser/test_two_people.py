"""Two people in one workbook at once: nothing of either is lost, and neither takes the other's table from under their hands."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Served, Visit, settled
from tests.browser.tables import EDITOR, click_cell, enter, open_cell, revision, rows_in_file, saved, table

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def server(five_segments: Served) -> Served:
    return five_segments


def test_two_people_edit_one_table_and_nothing_is_lost(visit: Visit, server: Served) -> None:
    ada, bo = table(visit, who="Ada"), table(visit, who="Bo")
    stored = revision(bo)
    for page, name, rows in ((ada, "A", (0, 2)), (bo, "B", (1, 3))):
        for number in rows:
            click_cell(page, 1, number)
            enter(page, f"{name}{number}")
            page.wait_for_timeout(200)
        # Whoever comes next has seen all of it: a click at the very moment in which a table is drawn anew goes into the air.
        stored += len(rows)
        saved(bo, stored)
        settled(bo)
    expect(ada.get_by_text("last changed by Bo")).to_be_visible(timeout=20_000)
    names = {row: values.get("short_name") for row, values in rows_in_file(server, "segment").items()}
    assert names == {"s0": "A0", "s1": "B1", "s2": "A2", "s3": "B3", "s4": None}


@pytest.fixture
def behind(visit: Visit, server: Served) -> Page:
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


def _type_while_it_is_drawn_anew(page: Page) -> None:
    """``Mine!`` and Enter, the table drawn anew after the first letter."""
    page.keyboard.type("M")
    page.wait_for_selector(EDITOR, state="attached")
    page.evaluate(_DRAWN_ANEW)
    page.keyboard.type("ine", delay=20)
    _is_drawn_anew(page)
    page.keyboard.type("!")
    page.keyboard.press("Enter")


def test_a_chosen_cell_stays_chosen_when_the_table_is_drawn_anew_for_another(behind: Page, server: Served) -> None:
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


def test_what_is_being_typed_is_still_there_when_the_table_is_drawn_anew(behind: Page, server: Served) -> None:
    click_cell(behind, 1, 3)
    _type_while_it_is_drawn_anew(behind)
    behind.wait_for_timeout(1_000)
    settled(behind)
    assert rows_in_file(server, "segment")["s3"].get("short_name") == "Mine!"


def test_what_is_typed_in_a_cell_that_another_has_changed_meanwhile_is_said(behind: Page, server: Served) -> None:
    click_cell(behind, 0, 4)
    behind.keyboard.type("Mine", delay=20)
    behind.evaluate(_DRAWN_ANEW)
    said = behind.get_by_test_id("stAlert").filter(has_text="Somebody else changed the cell while you were typing")
    expect(said).to_contain_text("Row 5, Name: “Mine” was not stored. Type it again if it is to stand.")
    assert rows_in_file(server, "segment")["s4"]["name"] == "Bo's"


def test_a_row_typed_at_the_foot_is_there_when_the_table_is_drawn_anew_meanwhile(behind: Page, server: Served) -> None:
    click_cell(behind, 0, 5)
    _type_while_it_is_drawn_anew(behind)
    expect(behind.get_by_text("Segments · 6").first).to_be_visible()
    for name in ("Another", "A third"):
        behind.keyboard.type(name, delay=20)
        behind.keyboard.press("Enter")
    expect(behind.get_by_text("Segments · 8").first).to_be_visible()
    rows = [(row["name"], row.get("short_name")) for row in rows_in_file(server, "segment").values()]
    assert rows[4:] == [("Bo's", None), ("Mine!", None), ("Another", None), ("A third", None)]
    assert [short for _, short in rows[:4]] == ["Ada's", None, None, None]


def test_the_same_cell_changed_by_two_shows_both_values(visit: Visit, server: Served) -> None:
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
