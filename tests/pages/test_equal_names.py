"""Names that occur twice: whatever is chosen from a list is what was meant, and nothing moves without a click."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from pages.registry import STEP_PAGES
from pages.ui import options, tables
from strategy.workbook import Library, Put
from tests.pages.conftest import OpenPage

ROOT = Path(__file__).resolve().parents[2]


def _address(at: AppTest, name: str) -> str:
    value = at.query_params[name]
    return value if isinstance(value, str) else value[0]


def test_two_workbooks_of_one_name_stay_apart(open_page: OpenPage, library: Library) -> None:
    first, second = library.create("Newsstand"), library.create("Newsstand")
    for key in (first, second):
        at = open_page("workspace/history.py", plan=key)
        at.run()
        assert _address(at, "plan") == key
        assert at.selectbox(key=f"pick_plan.{key}").value == key
    other = at.selectbox(key=f"pick_plan.{second}").select(first).run()
    assert _address(other, "plan") == first


def test_a_reference_stays_while_another_field_of_the_row_is_edited(open_page: OpenPage, library: Library) -> None:
    key = library.create("Newsstand")
    library.open(key).commit(
        [
            Put("segment", "a", {"name": "Regulars", "role": "primary"}),
            Put("segment", "b", {"name": "Regulars", "role": "primary"}),
            Put("decision", "d", {"step": "step_1", "statement": "Keep both", "builds_on": ["segment:b"]}),
            Put("need", "n", {"need": "The usual, unasked", "segment": "b"}),
        ],
        "Ada",
    )
    at = open_page(STEP_PAGES["step_2"][0], plan=key, view="worksheets", sheet="need", row="n")
    field = f"field.{key}.need.n.segment"
    assert at.selectbox(key=field).value == "b"
    assert len(set(at.selectbox(key=field).options)) == 2
    need = f"field.{key}.need.n.need"
    next(field for field in (*at.text_area, *at.text_input) if field.key == need).set_value("The usual, at once").run()
    row = library.open(key).snapshot().row("need", "n")
    assert row is not None
    assert (row["segment"], row["need"]) == ("b", "The usual, at once")


def test_rows_of_one_name_are_told_apart_in_the_thread(open_page: OpenPage, library: Library) -> None:
    key = library.create("Newsstand")
    value = {"segment": "a", "element": "product", "score": 5}
    stages = [Put("delivered_value", stage, value | {"stage": stage}) for stage in ("buy", "use")]
    library.open(key).commit([Put("segment", "a", {"name": "Regulars", "role": "primary"}), *stages], "Ada")
    at = open_page(STEP_PAGES["step_1"][0], plan=key, view="thread")
    shown = [part.value for part in at.markdown if "Product value" in part.value]
    shown += [button.label for button in at.button if "Product value" in button.label]
    assert len(shown) == len(set(shown)) == 2
    assert ["Buy" in name for name in shown] == [True, False]


def test_a_segment_in_focus_is_the_one_chosen(open_page: OpenPage, library: Library) -> None:
    key = library.create("Newsstand")
    rows = [Put("segment", name, {"name": "Regulars", "role": "primary"}) for name in "ab"]
    library.open(key).commit([*rows, Put("need", "n", {"need": "The usual", "segment": "b"})], "Ada")
    at = open_page(STEP_PAGES["step_2"][0], plan=key, view="worksheets", sheet="need")
    at.selectbox(key="segment_in_focus.sheet.need").select("b").run()
    assert _address(at, "segment") == "b"
    at.run()
    assert _address(at, "segment") == "b"


def test_a_new_name_of_another_workbook_moves_nobody(open_page: OpenPage, library: Library) -> None:
    mine, other = library.create("Newsstand"), library.create("Kiosk")
    at = open_page("workspace/history.py", plan=mine)
    library.rename(mine, "Old stand")
    library.rename(other, "Newsstand")
    at.run()
    at.run()
    assert _address(at, "plan") == mine


def test_rows_of_one_name_are_told_apart_in_words(open_page: OpenPage, library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    key = library.create("Newsstand")
    workbook = library.open(key)
    workbook.commit(
        [
            Put("segment", "a", {"name": "Regulars", "role": "primary"}),
            Put("segment", "b", {"name": "Riders", "role": "primary"}),
            Put("need", "x", {"need": "Speed", "segment": "a"}),
            Put("need", "y", {"need": "Speed", "segment": "b"}),
            Put("need", "z", {"need": "Calm", "segment": "b"}),
        ],
        "Ada",
    )
    monkeypatch.setattr(options.state, "snapshot", workbook.snapshot)
    monkeypatch.setattr(options.state, "language", lambda: "en")
    assert options.of_rows("need", "xyz") == {"x": "Speed · Regulars", "y": "Speed · Riders", "z": "Calm"}
    workbook.commit([Put("need", "w", {"need": "Calm", "segment": "b"})], "Ada")
    named = options.of_rows("need", "xyzw")
    assert (named["z"], named["w"]) == ("Calm · row 3", "Calm · row 4")
    column = workbook.method.worksheet("need").column("segment")
    assert len(set(tables.reference_options(workbook.snapshot(), column).values())) == 2


@given(st.dictionaries(st.integers(), st.sampled_from(["a", "a ", "a (1)", "a (2)", "a · x", "b"])))
def test_labels_are_never_alike_and_begin_with_the_name(labels: dict[int, str]) -> None:
    found = options.distinct(labels, lambda item: "x" if item % 2 else "")
    assert list(found) == list(labels)
    assert len(set(found.values())) == len(found)
    assert all(label.startswith(labels[item]) for item, label in found.items())


def test_lists_of_rows_take_their_labels_from_one_place() -> None:
    """A ``format_func`` that names rows by itself would give two rows one label."""
    named = re.compile(r"format_func=[^\n]*(\.short\(|\.label\(|row_name\(|entry\.)")
    found = [
        str(path.relative_to(ROOT)) for path in sorted((ROOT / "pages").rglob("*.py")) if named.search(path.read_text("utf-8"))
    ]
    assert found == []
