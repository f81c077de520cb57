"""Editing in a real browser: cells, rows at the foot of a table, scores and texts, typed as fast as hands do."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from strategy.workbook import Put, Workbook
from tests.browser.conftest import Served, Visit, settled
from tests.browser.tables import HEADER, click_cell, enter, revision, rows_in_file, saved, table

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def server(five_segments: Served) -> Served:
    return five_segments


def test_five_cells_typed_one_after_the_other_are_all_stored(visit: Visit, server: Served) -> None:
    page = table(visit)
    before = revision(page)
    click_cell(page, 1, 0)
    for number in range(5):
        enter(page, f"Short {number}")  # Enter goes on to the cell below
    saved(page, before + 5)
    page.reload()
    settled(page)
    assert {row: values.get("short_name") for row, values in rows_in_file(server, "segment").items()} == {
        f"s{n}": f"Short {n}" for n in range(5)
    }
    assert server.complaints() == []


def test_a_row_added_at_the_foot_is_stored(visit: Visit, server: Served) -> None:
    page = table(visit)
    click_cell(page, 0, 5)
    page.wait_for_timeout(1500)
    page.keyboard.type("Walk-ins", delay=60)
    page.keyboard.press("Enter")
    page.wait_for_timeout(1500)
    settled(page)
    names = [str(values.get("name")) for values in rows_in_file(server, "segment").values()]
    assert names == [*(f"Segment {n}" for n in range(5)), "Walk-ins"]


def test_scores_are_typed_into_a_grid_and_stored_one_row_each(visit: Visit, server: Served) -> None:
    page = table(visit, "/opening?plan=plan&view=worksheets&sheet=orientation")
    box = page.get_by_test_id("stDataFrame").first.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] - 60, box["y"] + HEADER + 18)
    page.wait_for_timeout(200)
    for score in ("7", "3", "5"):
        enter(page, score)
    expect(page.get_by_text("Scored: 3 of 5.")).to_be_visible()
    rows = rows_in_file(server, "orientation").values()
    assert {(row["orientation"], row["participant"], row["score"]) for row in rows} == {
        ("product", "Ada", 7.0),
        ("competition", "Ada", 3.0),
        ("market", "Ada", 5.0),
    }
    assert len(rows) == 3


#: A browser so busy that what is to be done at once comes well after the keys that were pressed since.
LATE_TIMERS = "const real = window.setTimeout; window.setTimeout = (work, wait, ...more) => real(work, wait || 120, ...more)"


@pytest.mark.parametrize(("keys", "stored"), [("7 2 Backspace", 7.0), ("1 0", 10.0), ("7 Shift", 7.0)])
def test_a_number_typed_into_a_busy_browser_is_stored_as_it_was_typed(
    visit: Visit, server: Served, keys: str, stored: float
) -> None:
    """The cell's editor looks after Backspace and Shift in a timer: one that came after Enter closed the cell without the number. In
    another it selects all when it opens: what was typed before that was written over by what came after.
    """
    page = table(visit, "/opening?plan=plan&view=worksheets&sheet=orientation")
    page.evaluate(LATE_TIMERS)
    box = page.get_by_test_id("stDataFrame").first.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] - 60, box["y"] + HEADER + 18)
    page.keyboard.press("Enter")
    page.wait_for_selector("#portal input")
    first, *others = keys.split()
    page.keyboard.press(first)
    page.wait_for_timeout(80)
    for key in (*others, "Enter"):
        page.keyboard.press(key)
    expect(page.get_by_text("Scored: 1 of 5.")).to_be_visible()
    assert [row["score"] for row in rows_in_file(server, "orientation").values()] == [stored]


def test_a_table_of_one_segment_keeps_every_edit_in_its_row(visit: Visit, server: Served) -> None:
    needs = [("a", "s0"), ("b", "s1"), ("c", "s0"), ("d", "s1")]
    with Workbook.open(server.file) as opened:
        opened.commit([Put("need", name, {"need": f"Need {name}", "segment": segment}) for name, segment in needs], "Setup")
    page = table(visit, "/needs?plan=plan&view=worksheets&sheet=need&segment=s1")
    click_cell(page, 0, 1)
    enter(page, "Need d, edited")
    click_cell(page, 0, 2)  # the empty line at the foot
    page.wait_for_timeout(1500)
    page.keyboard.type("A new need", delay=60)
    page.keyboard.press("Enter")
    page.wait_for_timeout(1500)
    page.get_by_role("button", name="All segments").click()
    settled(page)
    rows = {name: (row["need"], row["segment"]) for name, row in rows_in_file(server, "need").items()}
    assert [rows.pop(name) for name in "abcd"] == [
        ("Need a", "s0"), ("Need b", "s1"), ("Need c", "s0"), ("Need d, edited", "s1"),
    ]  # fmt: skip
    ((text, segment),) = rows.values()
    assert (text, segment) == ("A new need", "s1")
    assert server.complaints() == []


def test_a_text_form_loses_no_keystroke(visit: Visit, server: Served) -> None:
    page = visit("/targets?plan=plan&view=worksheets&sheet=segment&row=s1")
    reason = "They buy every day, in every weather, and they tell others."
    gain = "Passers-by who never stop; the second stand."
    page.get_by_role("textbox", name="Reason").click()
    page.keyboard.type(reason, delay=4)
    page.get_by_role("textbox", name="What is given up").click()
    page.keyboard.type(gain, delay=25)  # long enough for the save of the first field to come back meanwhile
    before = revision(page)
    page.keyboard.press("Tab")
    page.wait_for_timeout(600)
    settled(page)
    assert revision(page) >= before
    second_tab = page.context.new_page()
    second_tab.goto(page.url)
    settled(second_tab)
    expect(second_tab.get_by_role("textbox", name="Reason")).to_have_value(reason)
    stored = rows_in_file(server, "segment")["s1"]
    assert (stored["reason"], stored["given_up"]) == (reason, gain)


@pytest.mark.parametrize("opened", [True, False])
def test_a_day_typed_as_the_tables_show_it_is_that_day(visit: Visit, server: Served, opened: bool) -> None:
    """The browser's own date field would read the month first, and make a day of the year 70315 of it."""
    with Workbook.open(server.file) as made:
        made.commit([Put("inspection", "i", {"what": "Shelves", "by_whom": "Ada", "planned_on": "2026-01-01"})], "Setup")
    page = table(visit, "/circle?plan=plan&view=worksheets&sheet=inspection", width=1900)
    number = revision(page)
    click_cell(page, 3, 0)
    if opened:
        page.keyboard.press("Enter")
        page.wait_for_selector("#portal input[type=date]", state="attached")
    page.keyboard.type("2027-03-15", delay=30)
    page.keyboard.press("Enter")
    saved(page, number + 1)
    assert {row["planned_on"] for row in rows_in_file(server, "inspection").values()} == {"2027-03-15"}
