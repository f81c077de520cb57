"""The history of one row: the newest changes first, and older ones when they are asked for."""

from __future__ import annotations

from strategy.workbook import Library, Put
from tests.pages.conftest import OpenPage


def test_of_a_long_history_the_newest_changes_are_drawn_and_older_ones_on_request(library: Library, open_page: OpenPage) -> None:
    key = library.create("Old")
    workbook = library.open(key)
    workbook.commit([Put("segment", "regulars", {"name": "Regulars"})], "Ada")
    for customers in range(1, 121):
        workbook.commit([Put("segment", "regulars", {"customers": customers})], "Ada")
    at = open_page("steps/step_1_targets.py", plan=key, view="worksheets", sheet="segment", row="regulars")
    at.session_state["history.segment.regulars"] = True
    at.run()

    def changes() -> list[str]:
        return [caption.value for caption in at.caption if " → " in caption.value]

    assert len(changes()) == 50
    assert changes()[0].endswith(" 119 → 120")
    at.button(key="older.segment.regulars").click().run()
    at.button(key="older.segment.regulars").click().run()
    assert len(changes()) == 121, "the making of the row is the first"
    assert not [button for button in at.button if button.key == "older.segment.regulars"], "all are shown"
