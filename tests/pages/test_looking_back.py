"""The decision register and the history: what is filtered stays so, and nothing old is out of reach."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from pages.registry import STEP_PAGES
from strategy.exhibits import evidence_of, present
from strategy.workbook import Library, Put
from tests.pages.conftest import OpenPage

HISTORY = "workspace/history.py"


@pytest.fixture
def plan(library: Library) -> str:
    key = library.create("Plan")
    library.open(key).commit(
        [
            Put("decision", "a", {"step": "step_1", "statement": "Regulars first", "owner": "Ada", "status": "agreed"}),
            Put("decision", "b", {"step": "step_1", "statement": "Give up the rest", "owner": "Bo", "status": "draft"}),
            Put("decision", "c", {"step": "step_2", "statement": "Ask ten of them", "owner": "Bo", "status": "agreed"}),
        ],
        "Ada",
    )
    return key


def _register(at: AppTest) -> list[str]:
    return list(at.dataframe[0].value.iloc[:, 1])


def test_filters_of_the_register_hold_over_a_reload_and_in_the_other_language(open_page: OpenPage, plan: str) -> None:
    at = open_page(plan=plan, view="decisions")
    at.multiselect(key="filter_steps").set_value(["step_1"]).run()
    at.multiselect(key="filter_owner").set_value(["Bo"]).run()
    assert _register(at) == ["Give up the rest"]
    kept = {name: "".join(at.query_params[name]) for name in ("steps", "owner")}
    again = open_page(plan=plan, view="decisions", **kept)
    assert _register(again) == ["Give up the rest"]
    chinese = open_page(plan=plan, view="decisions", lang="zh", **kept)
    assert _register(chinese) == ["Give up the rest"]
    assert chinese.multiselect(key="filter_steps").value == ["step_1"]
    again.multiselect(key="filter_owner").set_value([]).run()
    assert len(_register(again)) == 2


def test_an_owner_of_any_name_can_be_filtered_by(open_page: OpenPage, library: Library, plan: str) -> None:
    library.open(plan).commit([Put("decision", "d", {"step": "step_3", "statement": "Be near", "owner": "Ann|Bob & 100%"})], "Ada")
    at = open_page(plan=plan, view="decisions")
    at.multiselect(key="filter_owner").set_value(["Ann|Bob & 100%"]).run()
    again = open_page(plan=plan, view="decisions", owner="".join(at.query_params["owner"]))
    assert _register(again) == ["Be near"]


def test_a_filter_of_the_address_that_means_nothing_hides_nothing(open_page: OpenPage, plan: str) -> None:
    at = open_page(plan=plan, view="decisions", steps="step_99|", owner="Nobody")
    assert len(_register(at)) == 3


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_revision_can_be_reached_and_filtered_by_person_and_worksheet(
    open_page: OpenPage, library: Library, plan: str, lang: str
) -> None:
    workbook = library.open(plan)
    first = workbook.seq
    for number in range(310):
        workbook.commit([Put("segment", "s", {"name": f"Segment {number}"})], "Bo")
    at = open_page(HISTORY, plan=plan, lang=lang)
    assert len(at.dataframe[0].value) == 300
    at.selectbox(key="history_by").set_value("Ada").run()
    assert set(at.dataframe[0].value.iloc[:, 2]) == {"Ada"}
    at.selectbox(key="history_sheet").set_value("decision").run()
    assert len(at.dataframe[0].value) == 3
    at.selectbox(key="history_by").set_value(None).run()
    at.selectbox(key="history_sheet").set_value(None).run()
    at.button(key="history_older").click().run()
    assert len(at.dataframe[0].value) == first + 310
    assert not [button for button in at.button if button.key == "history_older"]


def test_evidence_that_moved_says_shares_in_percent_beside_the_decision(open_page: OpenPage, plan: str, library: Library) -> None:
    workbook = library.open(plan)
    segments = {"a": {"name": "A", "role": "primary", "revenue": 45}, "b": {"name": "B", "role": "not_now", "revenue": 55}}
    workbook.commit([Put("segment", name, values) for name, values in segments.items()], "Ada")
    snapshot = workbook.snapshot()
    kept = [evidence_of(present("portfolio", snapshot), snapshot)]
    workbook.commit([Put("decision", "a", {"evidence": kept})], "Ada")
    workbook.commit([Put("segment", "b", {"revenue": 255})], "Ada")
    at = open_page(STEP_PAGES["step_1"][0], plan=plan, view="decide", row="a")
    (told,) = [caption.value for caption in at.caption if "evidence has moved" in caption.value]
    assert "was 45% and is now 15%" in told
