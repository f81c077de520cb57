"""What is open, and what is a hint: said apart wherever both stand."""

from __future__ import annotations

import re

from strategy.samples import build
from strategy.workbook import Library, Put
from tests.pages.conftest import OpenPage


def test_hints_stand_apart_from_what_is_open(open_page: OpenPage, library: Library) -> None:
    key = library.create("Plan", lambda path, name: build("newsstand", path, name, "Ada", "en"))
    for view, heading in (("evidence", "**Open checks**"), ("thread", "Open checks")):
        at = open_page("steps/step_2_needs.py", plan=key, view=view)
        said = [element.value for element in at.main if hasattr(element, "value") and isinstance(element.value, str)]
        start = said.index(heading)
        assert "None open." in said[start : start + 2]
        assert said[start + 2] == "**Hints**"
        assert "rests on assumption" in said[start + 3]
    report = open_page("workspace/report.py", plan=key)
    assert any("open checks: 0" in caption.value for caption in report.caption)


def test_beside_a_step_stands_how_much_its_thread_lists(open_page: OpenPage, library: Library) -> None:
    key = library.create("Plan", lambda path, name: build("newsstand", path, name, "Ada", "en"))
    at = open_page("steps/opening.py", plan=key, view="thread")
    said = [element.value for element in at.main if hasattr(element, "value") and isinstance(element.value, str)]
    assert "Nothing depends on this step yet." not in said
    listed = [re.fullmatch(r"\*\*.*\*\* · (\d+)", line) for line in said[said.index("What depends on it") :]]
    counted = [re.fullmatch(r"- .*: (\d+)", line) for line in "\n".join(said).splitlines()]
    assert sum(int(found[1]) for found in counted if found) == sum(int(found[1]) for found in listed if found) == 3


def test_where_nothing_is_filled_in_no_check_is_said_to_hold(open_page: OpenPage, library: Library) -> None:
    key = library.create("Plan")
    nothing = "Nothing is filled in yet, so there is nothing to check."

    def said() -> list[str]:
        return [caption.value for caption in open_page("steps/step_2_needs.py", plan=key).caption]

    assert nothing in said()
    assert "None open." not in said()
    library.open(key).commit([Put("need", "punctual", {"need": "Punctual"})], "Ada")
    assert nothing not in said()
    assert "None open." in said()
