"""A workbook that is archived while somebody works in it: nothing typed is lost unnamed."""

from __future__ import annotations

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from pages.ui import boundary, state
from pages.ui.columns import new_words
from strategy.errors import Refused
from strategy.workbook import Library, Put
from tests.pages.conftest import OpenPage


def test_what_is_typed_into_a_table_is_named_as_far_as_it_is_new() -> None:
    edited: dict[Any, dict[str, Any]] = {0: {"name": "Regulars", "share": 40.0}, 1: {"name": None}}
    assert new_words(edited, {0: {"share": 40.0}}) == "Regulars"
    assert new_words(edited, edited) == ""


def test_a_callback_without_its_workbook_names_what_was_typed(monkeypatch: pytest.MonkeyPatch, library: Library) -> None:
    monkeypatch.setattr(state, "snapshot", lambda: library.open("gone"))
    with pytest.raises(Refused, match="Regulars") as refused:
        boundary.snapshot_for(lambda: "Regulars")
    assert refused.value.fix is not None


def test_the_page_of_an_archived_workbook_asks_whether_it_is_back(open_page: OpenPage, library: Library) -> None:
    key = library.create("Client")
    library.archive(key)
    at: AppTest = open_page("steps/step_1_targets.py", plan=key, view="worksheets")
    assert any("is not in the library" in warning.proto.title for warning in at.warning)
    library.unarchive(key)
    assert not at.run().warning


def test_laying_answers_open_in_a_workbook_that_is_gone_is_answered_in_words(open_page: OpenPage, library: Library) -> None:
    key = library.create("Client")
    library.open(key).commit(
        [
            *(Put("participant", who.lower(), {"name": who}) for who in ("Ada", "Bo")),
            Put("thirty_second", "a", {"participant": "Ada", "round": "opening", "answer": "Everybody"}),
        ],
        "Ada",
    )
    at: AppTest = open_page("steps/opening.py", plan=key, view="worksheets", sheet="thirty_second")
    library.archive(key)
    at.button(key="thirty.open.opening").click().run()
    assert not at.exception
    assert any("is not in the library" in warning.proto.title for warning in at.warning)
