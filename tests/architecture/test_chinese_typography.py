"""Chinese reads as Chinese: full-width punctuation, and no blanks between Chinese and Latin letters or figures."""

from __future__ import annotations

import re

from strategy.language.catalog import catalogue

_HAN = "\u4e00-\u9fff"
_HALF_WIDTH = re.compile(f"[{_HAN}）][,:;?!]|[,;?!][{_HAN}]")
_BLANK = re.compile(f"[{_HAN}] [A-Za-z0-9{{]|[A-Za-z0-9}}] [{_HAN}]")
#: Where the punctuation is part of something to be typed.
_TO_BE_TYPED = ("postgresql://", "“工作表:行”")


def test_punctuation_and_blanks() -> None:
    texts = [text for text in catalogue("zh").values() if not any(typed in text for typed in _TO_BE_TYPED)]
    assert len(texts) > 2000
    assert not [text for text in texts if _HALF_WIDTH.search(text)]
    assert not [text for text in texts if _BLANK.search(text)]
