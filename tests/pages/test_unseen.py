"""Answers of the 30-second test stay unseen everywhere until all have written or they are laid open."""

from __future__ import annotations

from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook
from streamlit.testing.v1 import AppTest

from pages.registry import STEP_PAGES
from strategy.reports import write_report
from strategy.reports.template import template
from strategy.spine.thirty_second import to_write
from strategy.thread.unseen import hides, round_of, unseen
from strategy.workbook import Library, Put, Workbook
from tests.pages.conftest import OpenPage

OPENING = STEP_PAGES["opening"][0]
SECRET = "The familiar faces"
ROWS = [
    Put("participant", "neighbour", {"name": "Neighbour"}),
    Put("participant", "late", {"name": "Latecomer"}),
    Put("thirty_second", "n", {"participant": "Neighbour", "round": "opening", "answer": SECRET}),
]


@pytest.fixture
def plan(library: Library) -> str:
    key = library.create("Newsstand")
    library.open(key).commit(ROWS, "Neighbour")
    return key


def _shown(at: AppTest) -> str:
    texts = [str(element.value) for kind in ("markdown", "caption", "text", "info", "text_area") for element in getattr(at, kind)]
    return " ".join([*texts, *(frame.value.to_string() for frame in at.dataframe)])


def _handed_out(workbook: Workbook, folder: Path) -> str:
    """The text of the document, the spreadsheet and the template."""
    for name in ("plan.html", "plan.xlsx"):
        write_report(workbook, folder / name, "en")
    (folder / "template.xlsx").write_bytes(
        template(workbook.snapshot(), workbook.snapshot().method.worksheet("thirty_second"), "en")
    )
    books = [CalamineWorkbook.from_path(folder / name) for name in ("plan.xlsx", "template.xlsx")]
    cells = [str(book.get_sheet_by_name(name).to_python()) for book in books for name in book.sheet_names]
    return (folder / "plan.html").read_text(encoding="utf-8") + " ".join(cells)


def test_nothing_on_the_page_and_nothing_handed_out_shows_an_unseen_answer(
    open_page: OpenPage, library: Library, plan: str, tmp_path: Path
) -> None:
    for address in ({"view": "worksheets", "sheet": "thirty_second", "row": "n"}, {"view": "evidence", "exhibit": "thirty_second"}):
        assert SECRET not in _shown(open_page(OPENING, plan=plan, **address))
    assert SECRET not in _shown(open_page("workspace/history.py", plan=plan))
    assert SECRET not in _handed_out(library.open(plan), tmp_path)
    library.open(plan).commit([Put("thirty_second", "n", {"open_to_all": True})], "Ada")
    assert SECRET in _handed_out(library.open(plan), tmp_path)
    assert SECRET in _shown(open_page("workspace/history.py", plan=plan))


def test_choosing_another_name_shows_no_answer(open_page: OpenPage, library: Library, plan: str) -> None:
    at = open_page(OPENING, plan=plan, view="worksheets", sheet="thirty_second")
    at.selectbox(key="thirty.who").set_value("Neighbour").run()
    assert SECRET not in _shown(at)
    own = open_page(OPENING, who="Neighbour", plan=plan, view="worksheets", sheet="thirty_second")
    assert SECRET in _shown(own)


def test_an_open_round_does_not_show_the_answers_of_the_other(open_page: OpenPage, library: Library, plan: str) -> None:
    library.open(plan).commit(
        [
            Put("thirty_second", "l", {"participant": "Latecomer", "round": "opening", "answer": "Whoever comes"}),
            Put("thirty_second", "c", {"participant": "Neighbour", "round": "circle", "answer": "The same faces again"}),
        ],
        "Ada",
    )
    at = open_page(OPENING, plan=plan, view="worksheets", sheet="thirty_second")
    shown = _shown(at)
    assert "Whoever comes" in shown
    assert "same faces again" not in shown
    snapshot = library.open(plan).snapshot()
    assert unseen(snapshot) == {"c"}
    assert hides(snapshot, "thirty_second", "c", "answer")
    assert not hides(snapshot, "thirty_second", "c", "participant")


def test_without_a_list_of_participants_answers_wait_to_be_laid_open(open_page: OpenPage, library: Library) -> None:
    key = library.create("Unlisted")
    library.open(key).commit(
        [Put("thirty_second", "n", {"participant": "Neighbour", "round": "opening", "answer": SECRET})], "Neighbour"
    )
    at = open_page(OPENING, plan=key, view="worksheets", sheet="thirty_second")
    assert SECRET not in _shown(at)
    at.button(key="thirty.open.opening").click().run()
    assert SECRET in _shown(at)


def test_what_everybody_has_seen_stays_seen_when_somebody_is_listed_later(library: Library, plan: str) -> None:
    workbook = library.open(plan)
    last = {"participant": "Latecomer", "round": "opening", "answer": "Those who wait"}
    workbook.commit(to_write(round_of(workbook.snapshot(), "opening"), "l", last), "Latecomer")
    workbook.commit([Put("participant", "guest", {"name": "Guest"})], "Ada")
    assert not unseen(workbook.snapshot())


def test_an_answer_that_is_not_the_last_lays_nothing_open(library: Library, plan: str) -> None:
    workbook = library.open(plan)
    workbook.commit([Put("participant", "guest", {"name": "Guest"})], "Ada")
    answer = {"participant": "Latecomer", "round": "opening", "answer": "Those who wait"}
    workbook.commit(to_write(round_of(workbook.snapshot(), "opening"), "l", answer), "Latecomer")
    assert unseen(workbook.snapshot()) == {"n", "l"}
