"""Cells of a table hold the words on the screen; what they stand for is stored, and what they cannot stand for is refused by name."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pages.registry import STEP_PAGES
from pages.ui import boundary, columns, grid_keys, options, tables
from strategy.errors import InvalidValue
from strategy.method.loader import shipped_method
from strategy.workbook import Library, Put
from tests.pages.conftest import OpenPage

TARGETS, NEEDS = STEP_PAGES["step_1"][0], STEP_PAGES["step_2"][0]
NEED = shipped_method().worksheet("need")


@pytest.fixture
def plan(library: Library) -> str:
    key = library.create("Newsstand")
    library.open(key).commit(
        [
            Put("segment", "a", {"name": "Regulars", "role": "primary"}),
            Put("segment", "b", {"name": "Regulars", "role": "secondary", "resource_share": 40}),
            Put("need", "n", {"need": "A word", "segment": "b"}),
        ],
        "Ada",
    )
    return key


def _editing(at: Any, plan: str, sheet: str) -> tables.Editing:
    editing: tables.Editing = at.session_state["memo"][f"editing.{plan}.1.{sheet}."]
    return editing


def test_a_table_shows_words_where_something_is_chosen(open_page: OpenPage, plan: str) -> None:
    assert list(open_page(TARGETS, plan=plan, view="worksheets", sheet="segment").dataframe[0].value["role"]) == [
        "Primary",
        "Secondary",
    ]
    chinese = open_page(TARGETS, plan=plan, view="worksheets", sheet="segment", lang="zh")
    assert list(chinese.dataframe[0].value["role"]) == ["主要目标", "次要目标"]


def test_of_two_rows_of_one_name_the_one_that_was_chosen_is_stored(open_page: OpenPage, library: Library, plan: str) -> None:
    at = open_page(NEEDS, plan=plan, view="worksheets", sheet="need")
    labels = _editing(at, plan, "need").labels
    assert len(set(labels["segment"].values())) == 2
    for row_id, label in labels["segment"].items():
        assert columns.stored(NEED.column("segment"), label, labels) == row_id
    assert at.dataframe[0].value["segment"][0] == labels["segment"]["b"]
    # A name that two rows share is neither of them, and one that is no longer in the list is none.
    for words in ("Regulars", "Riders", "b"):
        with pytest.raises(InvalidValue, match=words):
            columns.stored(NEED.column("segment"), words, labels)


def test_a_label_means_the_row_it_meant_on_the_screen(open_page: OpenPage, library: Library, plan: str) -> None:
    """Somebody gives the names the other way round while the table is open; no label passes from one row to the other."""
    at = open_page(NEEDS, plan=plan, view="worksheets", sheet="need")
    drawn = _editing(at, plan, "need")
    before = dict(drawn.labels["segment"])
    library.open(plan).commit([Put("segment", "a", {"name": "Zeta"}), Put("segment", "b", {"name": "Alpha"})], "Bo")
    edits = {"edited_rows": {0: {"segment": before["a"]}}}
    (put,) = tables._differences(NEED, drawn, edits)
    assert put == Put("need", "n", {"segment": "a"}, 1)


def test_what_others_add_does_not_take_the_editor_away(open_page: OpenPage, library: Library, plan: str) -> None:
    """An editor whose lists changed would start anew without the rows added in it, which then counted as deleted."""
    at = open_page(NEEDS, plan=plan, view="worksheets", sheet="need")
    editing = _editing(at, plan, "need")
    before, element = repr(editing.config), at.dataframe[0].proto.id
    editing.touched = float("inf")  # somebody is typing
    library.open(plan).commit([Put("segment", "c", {"name": "Riders"})], "Bo")
    at.run()
    assert _editing(at, plan, "need") is editing
    assert repr(editing.config) == before
    assert at.dataframe[0].proto.id == element
    editing.touched = -1000.0
    at.run()
    assert "Riders" in _editing(at, plan, "need").labels["segment"].values()


def test_words_that_are_no_longer_there_are_refused_on_the_page(
    open_page: OpenPage, library: Library, plan: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = open_page(NEEDS, plan=plan, view="worksheets", sheet="need")
    editing, said = _editing(at, plan, "need"), []
    fake = SimpleNamespace(
        plan_key=lambda: plan,
        snapshot=library.open(plan).snapshot,
        get_memo=lambda name: editing,
        widget_value=lambda key: {"edited_rows": {0: {"segment": "Riders", "importance": 8}}},
        forget=lambda name: said.append("drawn anew"),
        flash=lambda error, kind: said.append(str(error)),
    )
    monkeypatch.setattr(tables, "state", fake)
    monkeypatch.setattr(boundary, "state", fake)
    tables._changed("need", None, editing)
    assert said[0].startswith("Riders is not in the list")
    assert said[1] == "drawn anew"
    row = library.open(plan).snapshot().row("need", "n")
    assert row is not None
    assert (row["segment"], row["importance"]) == ("b", None)


def test_numbers_are_cut_to_no_limit_by_the_editor(open_page: OpenPage, plan: str) -> None:
    """It would cut 250 to 100 without a word; the workbook refuses it by name."""
    editing = _editing(open_page(TARGETS, plan=plan, view="worksheets", sheet="segment"), plan, "segment")
    for name in ("resource_share", "customers"):
        config = editing.config[name]["type_config"]
        assert {config["min_value"], config["max_value"], config["step"]} == {None}
    assert str(editing.frame["customers"].dtype) == "Float64"


@given(st.dictionaries(st.from_regex(r"[a-z0-9_]+", fullmatch=True), st.text(), max_size=6))
def test_what_is_shown_leads_back_to_what_is_stored(labels: dict[str, str]) -> None:
    shown = options.distinct({item: columns._squeezed(label) or item for item, label in labels.items()})
    for item, label in shown.items():
        assert columns.stored(NEED.column("segment"), f" {label} ", {"segment": shown}) == item


def test_what_was_pasted_and_refused_is_said_with_row_column_and_limit() -> None:
    cell = {"row": 4, "title": "Share of resources (%)", "text": "250", "why": "range", "low": 0, "high": 100}
    line = grid_keys._line(cell)
    assert line.in_("en") == "Row 4, Share of resources (%): 250 is out of range. The column takes 0 to 100."
    assert line.in_("zh") == "第4行，Share of resources (%)：250超出范围。这一列的取值范围是0到100。"
    assert "two ways" in str(grid_keys._line({**cell, "text": "1.234,5", "why": "two"}))
    assert "not a number" in str(grid_keys._line({"why": {}, "low": "x", "row": None}))  # whatever a browser sends


@pytest.mark.parametrize(("lang", "place"), [("en", "Segments · Share of resources"), ("zh", "细分市场 · 资源份额")])
def test_a_refused_value_says_where_in_the_words_of_the_page(open_page: OpenPage, plan: str, lang: str, place: str) -> None:
    at = open_page(TARGETS, plan=plan, lang=lang, view="worksheets", sheet="segment")
    at.session_state["flashes"] = [("error", InvalidValue("250 is out of range", "segment.resource_share"))]
    at.run()
    said = " ".join(str(error.value) for error in at.error)
    assert place in said
    assert "resource_share" not in said
