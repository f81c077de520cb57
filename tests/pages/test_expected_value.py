"""The view of expected value on the page of customer data."""

from __future__ import annotations

import pytest

from strategy.language import Language
from strategy.samples import build
from strategy.workbook import Library
from tests.pages.conftest import OpenPage

PAGE = "workspace/data.py"


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_all_six_exhibits_of_a_real_log(open_page: OpenPage, library: Library, lang: Language) -> None:
    key = library.create("CDNOW", lambda path, name: build("cdnow", path, name, "Ada", lang))
    at = open_page(PAGE, plan=key, lang=lang, view="future")
    assert not at.error
    assert len(at.subheader) == 6
    words = "repeat purchases expected" if lang == "en" else "预期重复购买"
    assert any(words in caption.value for caption in at.caption)
    before = at.subheader[1].value
    at.number_input(key="future.set.expected_purchases.horizon_days").set_value(365).run()
    assert not at.exception
    assert at.subheader[1].value != before
    assert "365" in at.subheader[1].value


def test_without_purchases_it_says_what_to_do(open_page: OpenPage, library: Library) -> None:
    at = open_page(PAGE, plan=library.create("Empty"), view="future")
    assert not at.exception
    assert [info.value for info in at.info] == ["Import purchases first; what customers will buy is estimated from them."]
