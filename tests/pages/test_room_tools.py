"""Pairs, the 30-second test and the segment in focus, as a visitor meets them."""

from __future__ import annotations

import pytest

from pages.registry import STEP_PAGES
from strategy.workbook import Library, Put
from tests.pages.conftest import OpenPage

OPENING, TARGETS, NEEDS = (STEP_PAGES[step][0] for step in ("opening", "step_1", "step_2"))


ROWS = [
    Put("criterion", "value", {"name": "Margin", "axis": "attractiveness", "weight": 50}),
    Put("criterion", "steady", {"name": "Steadiness", "axis": "attractiveness", "weight": 30}),
    Put("criterion", "growth", {"name": "Growth", "axis": "attractiveness", "weight": 20}),
    Put("criterion", "reach", {"name": "Reach", "axis": "ability", "weight": 100}),
    *(
        Put("pairwise", f"{first}-{second}", {"first": first, "second": second, "participant": "Neighbour", "judgement": judgement})
        for first, second, judgement in (
            ("value", "steady", "first_3"), ("steady", "growth", "first_3"), ("value", "growth", "second_5"),
        )
    ),
    Put("participant", "neighbour", {"name": "Neighbour"}),
    Put("thirty_second", "n", {"participant": "Neighbour", "round": "opening", "answer": "The familiar faces"}),
    *(Put("segment", name, {"name": name, "role": "primary", "revenue": 100}) for name in ("riders", "regulars")),
    *(
        Put("segment_evaluation", f"{segment}-{item}", {"segment": segment, "criterion": item, "participant": "Ada", "score": score})
        for segment, score in (("riders", 4), ("regulars", 8))
        for item in ("value", "reach")
    ),
]  # fmt: skip


@pytest.fixture
def plan(library: Library) -> str:
    key = library.create("Newsstand")
    library.open(key).commit(ROWS, "Ada")
    return key


def test_a_pair_is_saved_when_it_is_chosen(open_page: OpenPage, library: Library, plan: str) -> None:
    at = open_page(TARGETS, plan=plan, view="worksheets", sheet="pairwise")
    key = f"pair.{plan}.pairwise.Ada.value.steady"
    at.selectbox(key=key).set_value("first_3").run()
    assert not at.exception
    mine = [row for row in library.open(plan).snapshot().rows("pairwise") if row["participant"] == "Ada"]
    assert [(row["first"], row["second"], row["judgement"]) for row in mine] == [("value", "steady", "first_3")]
    at.selectbox(key=key).set_value(None).run()
    assert not [row for row in library.open(plan).snapshot().rows("pairwise") if row["participant"] == "Ada"]


def test_consistency_stands_under_the_pairs(open_page: OpenPage, plan: str) -> None:
    at = open_page(TARGETS, plan=plan, view="worksheets", sheet="pairwise")
    at.selectbox(key="compares.pairwise").set_value("Neighbour").run()
    said = " ".join(caption.value for caption in at.caption).replace("\\", "")
    assert "above 0.10, look again" in said
    assert "Most out of line" in said


def test_others_answers_are_not_on_the_page_before_all_have_written(open_page: OpenPage, library: Library, plan: str) -> None:
    library.open(plan).commit([Put("participant", "late", {"name": "Latecomer"})], "Ada")
    at = open_page(OPENING, plan=plan, view="worksheets", sheet="thirty_second")
    shown = " ".join(str(element.value) for kind in ("markdown", "caption", "text", "info") for element in getattr(at, kind))
    assert "Latecomer" in shown
    assert "familiar faces" not in shown
    at.button(key="thirty.open.opening").click().run()
    assert any("familiar faces" in text.value for text in at.text)


def test_the_segment_in_focus_stands_in_the_address(open_page: OpenPage, plan: str) -> None:
    at = open_page(TARGETS, plan=plan, exhibit="ge_matrix")
    at.selectbox(key="segment_in_focus.ge_matrix").set_value("riders").run()
    assert at.query_params["segment"] in ("riders", ["riders"])
    at = open_page(TARGETS, plan=plan, exhibit="portfolio", segment="riders")
    assert at.selectbox(key="segment_in_focus.portfolio").value == "riders"


def test_kano_is_judged_in_the_room_and_shown_as_judgement(open_page: OpenPage, library: Library, plan: str) -> None:
    library.open(plan).commit([Put("need", "news", {"need": "Know the news", "segment": "riders"})], "Ada")
    at = open_page(NEEDS, plan=plan, view="worksheets", sheet="kano_judgement", segment="riders")
    for side, answer in (("functional", "like"), ("dysfunctional", "neutral")):
        at.pills(key=f"kano.{plan}.Ada.news.{side}").set_value(answer).run()
        assert not at.exception
    rows = library.open(plan).snapshot().rows("kano_judgement")
    assert [(row["need"], row["participant"], row["functional"], row["dysfunctional"]) for row in rows] == [
        ("news", "Ada", "like", "neutral")
    ]
    assert any("Attractive" in text.value for text in at.markdown)
    # A contradiction is said at once, and taken back with a click; the row goes with its last answer.
    at.pills(key=f"kano.{plan}.Ada.news.dysfunctional").set_value("like").run()
    assert any("contradict each other" in text.value for text in at.markdown)
    for side in ("functional", "dysfunctional"):
        at.pills(key=f"kano.{plan}.Ada.news.{side}").set_value(None).run()
    assert not library.open(plan).snapshot().rows("kano_judgement")


def test_a_need_is_added_while_judging(open_page: OpenPage, library: Library, plan: str) -> None:
    at = open_page(NEEDS, plan=plan, view="worksheets", sheet="kano_judgement", segment="regulars")
    at.text_input(key="kano_need.0").set_value("To be known").run()
    (need,) = library.open(plan).snapshot().rows("need")
    assert (need["need"], need["segment"]) == ("To be known", "regulars")
    assert at.pills(key=f"kano.{plan}.Ada.{need.id}.functional").value is None
