"""English agrees with numbers; Chinese has no need of it."""

from __future__ import annotations

import re

import pytest

from strategy.language import Message, msg
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


def test_what_is_counted_in_sentences_agrees() -> None:
    fixed = ("Fewer than", "fewer than", "more than", "at most")
    astray = [text for text in said() if (found := COUNTED.search(text)) and not text[: found.start()].rstrip().endswith(fixed)]
    assert not astray, "write {count:# row|# rows}:\n" + "\n".join(astray)
