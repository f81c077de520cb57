"""A segment in focus reaches the worksheets and the thread, and an edit of a filtered table lands in its own row."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from pages.registry import STEP_PAGES
from pages.ui import tables
from strategy.workbook import Delete, Library, Put
from tests.pages.conftest import OpenPage

TARGETS, NEEDS = STEP_PAGES["step_1"][0], STEP_PAGES["step_2"][0]

ROWS = [
    *(Put("segment", name, {"name": name.title(), "role": "primary"}) for name in ("riders", "regulars")),
    Put("need", "r1", {"need": "Know the news", "segment": "riders"}),
    Put("need", "g1", {"need": "A word in the morning", "segment": "regulars"}),
    Put("need", "g2", {"need": "The usual, unasked", "segment": "regulars"}),
    Put("need", "open", {"need": "Whose is this?"}),
    Put("rival", "kiosk", {"name": "Kiosk", "kind": "direct"}),
    *(Put("rival_performance", f"p-{need}", {"need": need, "rival": "kiosk", "performance": 5}) for need in ("r1", "g1", "g2")),
    Put("criterion", "value", {"name": "Margin", "axis": "attractiveness", "weight": 100}),
]


@pytest.fixture
def plan(library: Library) -> str:
    key = library.create("Newsstand")
    library.open(key).commit(ROWS, "Ada")
    return key


def _grid(at: AppTest) -> pd.DataFrame:
    frame: pd.DataFrame = at.dataframe[0].value
    return frame


def test_a_worksheet_shows_the_rows_of_the_segment_and_the_way_back(open_page: OpenPage, plan: str) -> None:
    at = open_page(NEEDS, plan=plan, view="worksheets", sheet="need", segment="regulars")
    assert list(_grid(at)["need"]) == ["A word in the morning", "The usual, unasked", "Whose is this?"]
    assert any("3 of 4" in caption.value for caption in at.caption)
    at.button(key="all_segments.need").click().run()
    assert len(_grid(at)) == 4
    assert "segment" not in at.query_params
    at.selectbox(key="segment_in_focus.sheet.need").set_value("riders").run()
    assert list(_grid(at)["need"]) == ["Know the news", "Whose is this?"]


def test_rows_belong_to_a_segment_through_what_they_refer_to(open_page: OpenPage, plan: str) -> None:
    at = open_page(NEEDS, plan=plan, view="worksheets", sheet="rival_performance", segment="riders")
    assert list(_grid(at)["need"]) == ["Know the news"]


def test_segments_themselves_are_ordered_and_scores_are_narrowed(open_page: OpenPage, plan: str) -> None:
    at = open_page(TARGETS, plan=plan, view="worksheets", sheet="segment", segment="regulars")
    assert list(_grid(at)["name"]) == ["Regulars", "Riders"]
    at = open_page(TARGETS, plan=plan, view="worksheets", sheet="segment_evaluation", segment="regulars")
    assert list(_grid(at)["label"]) == ["Regulars"]


def test_a_worksheet_without_segments_is_left_alone(open_page: OpenPage, plan: str) -> None:
    at = open_page(TARGETS, plan=plan, view="worksheets", sheet="criterion", segment="regulars")
    assert len(_grid(at)) == 1
    assert not any(button.key == "all_segments.criterion" for button in at.button)


def test_an_edit_of_a_filtered_table_lands_in_its_own_row(
    open_page: OpenPage, library: Library, plan: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second row shown for regulars is the third of the worksheet; an edit that arrives after the filter changed still finds it."""
    at = open_page(NEEDS, plan=plan, view="worksheets", sheet="need", segment="regulars")
    editing: tables.Editing = at.session_state["memo"][f"editing.{plan}.1.need.regulars"]
    assert editing.row_ids == ["g1", "g2", "open"]
    workbook = library.open(plan)
    memo = at.session_state["memo"]

    def commit(changes: list[Any]) -> Any:
        return workbook.commit(changes, "Ada")

    edits = {"edited_rows": {1: {"importance": 8}}, "added_rows": [{"segment": "Regulars", "need": "A chair"}], "deleted_rows": []}
    fake = SimpleNamespace(
        plan_key=lambda: plan,
        snapshot=workbook.snapshot,
        get_memo=memo.get,
        widget_value=lambda key: edits if key == editing.key else None,
        commit=commit,
        forget=memo.pop,
    )
    at.button(key="all_segments.need").click().run()  # the filter is gone before the edit arrives
    monkeypatch.setattr(tables, "state", fake)
    monkeypatch.setattr(tables.boundary, "snapshot_for", lambda typed: fake.snapshot())
    tables._changed("need", "regulars", editing)
    snapshot = workbook.snapshot()
    row = snapshot.row("need", "g2")
    assert row is not None
    assert row["importance"] == 8
    assert [snapshot.row("need", name)["importance"] for name in ("r1", "g1")] == [None, None]  # type: ignore[index]
    assert snapshot.rows("need")[-1].values == {"segment": "regulars", "need": "A chair"}


def _editing(**more: Any) -> tables.Editing:
    given, labels = {"segment": "Regulars"}, {"segment": {"regulars": "Regulars"}}
    return tables.Editing("k", pd.DataFrame(), ["g1"], {"g1": 1}, {"g1": 1}, labels, "en", "regulars", given, **more)


def test_a_new_row_waits_for_more_than_the_segment_it_was_given(library: Library, plan: str) -> None:
    sheet = library.open(plan).snapshot().method.worksheet("need")
    editing = _editing()
    edits: dict[str, Any] = {"added_rows": [{"segment": "Regulars"}]}
    assert tables._differences(sheet, editing, edits) == []
    edits["added_rows"][0]["need"] = "A chair"
    (put,) = tables._differences(sheet, editing, edits)
    assert isinstance(put, Put)
    assert put.values == {"segment": "regulars", "need": "A chair"}


def test_deleting_one_of_two_added_rows_keeps_the_other_in_its_own_row(library: Library, plan: str) -> None:
    """The editor lets the rows behind a deleted one move up."""
    sheet = library.open(plan).snapshot().method.worksheet("need")
    editing = _editing(added=[{"need": "First"}, {"need": "Second"}], added_ids=["a", "b"])
    editing.versions |= {"a": 1, "b": 1}
    assert tables._differences(sheet, editing, {"added_rows": [{"need": "Second"}]}) == [Delete("need", "a")]
    assert editing.added_ids == ["b"]


def test_the_thread_leads_with_the_segment_in_focus(open_page: OpenPage, plan: str) -> None:
    plain = open_page(NEEDS, plan=plan, view="thread")
    at = open_page(NEEDS, plan=plan, view="thread", segment="regulars")
    dotted = [text.value for text in at.markdown if "●" in text.value]
    assert dotted
    assert all("Riders" not in line for line in dotted)
    assert not [text.value for text in plain.markdown if "●" in text.value]
    checks = [text.value for text in at.markdown if "latent" in text.value]
    assert "Regulars" in checks[0]
    assert "Riders" in next(text.value for text in plain.markdown if "latent" in text.value)
    at.button(key="all_segments.thread").click().run()
    assert not [text.value for text in at.markdown if "●" in text.value]


def test_a_crowded_chart_brings_its_key_for_narrow_screens(open_page: OpenPage, library: Library, plan: str) -> None:
    needs = [Put("need", f"n{at}", {"need": f"Need number {at}", "segment": "riders"}) for at in range(7)]
    judged = [
        Put("kano_judgement", f"j{at}", {"need": f"n{at}", "participant": "Ada", "functional": "like", "dysfunctional": "neutral"})
        for at in range(7)
    ]
    library.open(plan).commit([*needs, *judged], "Ada")
    at = open_page(NEEDS, plan=plan, view="evidence", exhibit="kano_split")
    assert any("**7** Need number" in caption.value for caption in at.caption)
