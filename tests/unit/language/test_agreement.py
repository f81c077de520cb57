"""English agrees with numbers; Chinese has no need of it."""

from __future__ import annotations

import re

import pytest

from strategy.language import LANGUAGES, Language, Message, msg
from strategy.language.catalog import catalogue
from tests.architecture.messages import said

ROWS = "{rows:# row was|# rows were} read in {days:# day|# days}"
#: Nouns that were once said of one as "1 rows".
COUNTED = re.compile(
    r"(?<!of )(?<!the )\{(count|rows|added|kept)\} (rows|customers|purchases|refunds|revisions|interactions|respondents)\b"
)


@pytest.mark.parametrize(
    ("rows", "days", "spoken"),
    [
        ("1", 1, "1 row was read in 1 day"),
        ("0", 2, "0 rows were read in 2 days"),
        ("1,001", "1.0", "1,001 rows were read in 1.0 days"),
        (msg("1"), 21, "1 row was read in 21 days"),
    ],
)
def test_one_is_said_otherwise_than_several(rows: str | Message, days: str | int, spoken: str) -> None:
    assert msg(ROWS, rows=rows, days=days).in_("en") == spoken


def test_chinese_says_the_number_as_it_is() -> None:
    template = "{count:# customer|# customers}, {share} of all"
    assert msg(template, count="1", share="3%").in_("zh") == msg(template, count="1", share="3%").in_("zh").replace("#", "")
    assert "1" in msg(template, count="1", share="3%").in_("zh")
    assert "customer" not in msg(template, count="1", share="3%").in_("zh")


@pytest.mark.parametrize(("count", "spoken"), [("0", "no row was read"), (1, "1 row was read"), (12, "12 rows were read")])
def test_nothing_is_said_otherwise_than_a_number(count: str | int, spoken: str) -> None:
    assert msg("{rows:0=no row was|# row was|# rows were} read", rows=count).in_("en") == spoken


@pytest.mark.parametrize(("count", "spoken"), [(0, "还没有需求"), (1, "只有1项需求"), (10, "只有10项需求")])
def test_what_is_not_nothing_may_be_said_alike(count: int, spoken: str) -> None:
    assert msg("{count:0=还没有需求|只有#项需求}", count=count).in_("en") == spoken


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_that_allows_for_nothing_counts_to_nought(language: Language) -> None:
    """Whatever words nothing in English or Chinese has no bare 0 left where that count stands."""
    for text in said():
        translated = catalogue(language).get(text, text)
        for place in re.findall(r"\{(\w+):0=", translated):
            values = {name: "0" if name == place else "7" for name in re.findall(r"\{(\w+)", translated)}
            assert not re.search(r"(?<![\d.])0(?![\d.])", msg(translated, **values).in_("en").replace("0.10", "")), translated


def test_what_is_counted_in_sentences_agrees() -> None:
    fixed = ("Fewer than", "fewer than", "more than", "at most")
    astray = [text for text in said() if (found := COUNTED.search(text)) and not text[: found.start()].rstrip().endswith(fixed)]
    assert not astray, "write {count:# row|# rows}:\n" + "\n".join(astray)
