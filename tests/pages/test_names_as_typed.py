"""What people type is shown as typed, and figures with their units."""

from __future__ import annotations

import re

import pytest

from pages.ui.text import safe
from strategy.workbook import Library, Put
from tests.pages.conftest import OpenPage

AWKWARD = "*Star* _under_ $x$ [link](http://e.com) :red[hot]"
#: What Streamlit (1.67) still makes something of when it is escaped: links, icons, arrows.
ALIVE = re.compile(r"https?://|www\.|\w@\w|:material/|-+>|<-|[<>~]=|--|^\d+[.)]")


@pytest.mark.parametrize(
    "typed",
    [
        AWKWARD, "see https://e.com", "www.e.com", "me@e.com", ":material/home: :smile:", "a -> b <- c <-> d", "x >= 3, y <= 4, a ~= b",
        "A -- B", "1. Families", "2) Parents", "&lt;b&gt; &amp;", "=SUM(A1:A9)", "# head", "back\\slash `code`",
    ],
)  # fmt: skip
def test_user_text_is_shown_as_typed(typed: str) -> None:
    marked = safe(typed)
    unescaped = re.sub(r"\\(.)", r"\1", marked)
    assert unescaped.replace("\u2060", "") == typed, "nothing but what nobody sees is added"
    assert not ALIVE.search(unescaped if not typed[0].isdigit() else marked)


def test_one_segment_shows_its_name_as_typed_and_figures_with_units(open_page: OpenPage, library: Library) -> None:
    key = library.create("Plan")
    facts = {"role": "primary", "resource_share": 45, "customers": 12000, "revenue": 48000, "figures_from": "judgement"}
    library.open(key).commit(
        [Put("plan_frame", "plan", {"currency": "EUR"}), Put("segment", "a", {"name": AWKWARD, **facts}), Put("segment", "b", {"name": "B"})],
        "Ada",
    )  # fmt: skip
    at = open_page(plan=key, view="segment")
    assert at.button_group(key="thread_segment").options[0] == safe(AWKWARD)
    said = next(caption.value for caption in at.caption if "45" in caption.value)
    assert [part in said for part in ("Share of resources: 45%", "Customers: 12,000 ·", "Revenue: €48,000")] == [True] * 3
    chinese = open_page(plan=key, view="segment", lang="zh")
    assert any("45%" in caption.value and "12,000人" in caption.value for caption in chinese.caption)


def test_an_example_of_a_whole_number_is_one(open_page: OpenPage, library: Library) -> None:
    key = library.create("Plan")
    library.open(key).commit([Put("customer_type", "a", {"name": "Riders"})], "Ada")
    at = open_page("steps/opening.py", plan=key, view="worksheets", sheet="customer_type", row="a", lang="zh")
    shown = [field.placeholder for kind in (at.number_input, at.text_input) for field in kind if field.placeholder]
    assert "例如：60" in shown
    assert not [text for text in shown if ".0" in text]
