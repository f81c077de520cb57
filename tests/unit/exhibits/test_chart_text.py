"""Names on charts: broken at words, Chinese anywhere but before a closing mark, and never read as mark-up."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strategy.exhibits.captions import Verbatim
from strategy.exhibits.chart_text import wrapped
from strategy.exhibits.labels import Joined


@pytest.mark.parametrize(
    ("name", "width", "shown"),
    [
        ("To find again what sold well（Champions）", 24, "To find again what<br>sold well（Champions）"),
        ("质量只归生产部门管／质量人人有责", 30, "质量只归生产部门<br>管／质量人人有责"),
        ("An internationalisation of it", 24, "An internationalisation<br>of it"),
        ("Talks with the general manager of the house", 16, "Talks with the<br>general manager<br>of the house"),
        ("微信群里的老客户，每天早上来", 16, "微信群里的老客<br>户，每天早上来"),
        ("a <b>bold</b> name", 24, "a &lt;b&gt;bold&lt;/b&gt; name"),
        ("One two three four", 4, "One<br>two<br>thr…"),
        ("", 24, ""),
    ],
)
def test_names_break_where_a_reader_would(name: str, width: int, shown: str) -> None:
    assert wrapped(name, "zh", width) == shown


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("x" * 20_000, "x" * 24 + "<br>" + "x" * 24 + "<br>" + "x" * 23 + "…"),
        ("长" * 20_000, "长" * 12 + "<br>" + "长" * 12 + "<br>" + "长" * 11 + "…"),
        ("word " * 4_000, "word word word word word<br>" * 2 + "word word word word wor…"),
        ("two " + "x" * 20_000, "two<br>" + "x" * 24 + "<br>" + "x" * 23 + "…"),
    ],
)
def test_a_text_as_long_as_a_cell_may_hold_is_named_at_once(name: str, shown: str) -> None:
    began = time.process_time()
    assert wrapped(name, "en", 24) == shown
    assert time.process_time() - began < 0.5


@given(st.text(alphabet="ab c客户，（）", max_size=400), st.integers(4, 30), st.integers(1, 4))
def test_only_what_is_shown_of_a_long_name_counts(name: str, width: int, lines: int) -> None:
    whole = wrapped(name, "en", width, 999).split("<br>")
    shown = wrapped(name, "en", width, lines).split("<br>")
    if len(whole) > lines:
        assert len(shown) == lines
        assert shown[-1].endswith("…")
        assert "".join(name.split()).startswith("".join("".join(shown).removesuffix("…").split()))


@given(st.text(alphabet="ab c客户，（）", max_size=60), st.integers(4, 30))
def test_nothing_is_lost_and_no_line_is_much_too_long(name: str, width: int) -> None:
    lines = wrapped(name, "en", width, 99).split("<br>")
    assert "".join("".join(lines).split()) == "".join(name.split())
    # A closing mark may hang over the end of its line.
    assert all(sum(2 if letter > "\u2e7f" else 1 for letter in line.rstrip("，）")) <= width for line in lines)


@pytest.mark.parametrize(
    ("names", "en", "zh"),
    [
        (["甲"], "甲", "甲"),
        (["甲", "乙", "丙"], "甲, 乙 and 丙", "甲、乙和丙"),
        (["是熟人，不是路人", "人不到也能先订下"], "是熟人，不是路人 and 人不到也能先订下", "是熟人，不是路人；人不到也能先订下"),
    ],
)
def test_a_list_of_names_can_be_told_apart(names: list[str], en: str, zh: str) -> None:
    listed = Joined([Verbatim(name) for name in names])
    assert (listed.in_("en"), listed.in_("zh")) == (en, zh)


@pytest.mark.parametrize(
    ("name", "width", "lines", "shown"),
    [
        ("Lost Gastronomy/hotels/cafés of the chains", 24, 1, "Lost Gastronomy/hotels/…"),
        ("To Krankenhausverwaltungen", 16, 1, "To Krankenhausv…"),
        ("Small workshops and their suppliers", 24, 1, "Small workshops and…"),
    ],
)
def test_what_is_left_of_a_name_says_more_than_its_first_word(name: str, width: int, lines: int, shown: str) -> None:
    assert wrapped(name, "en", width, lines) == shown
