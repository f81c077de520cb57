"""Chinese reads as Chinese: full-width punctuation, and no blanks between Chinese and Latin letters or figures."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from strategy.language.catalog import catalogue
from tests.architecture.messages import ROOT

_HAN = "\u4e00-\u9fff"
_HALF_WIDTH = re.compile(f"[{_HAN}）][,:;?!]|[,;?!][{_HAN}]")
_BLANK = re.compile(f"[{_HAN}] [A-Za-z0-9{{]|[A-Za-z0-9}}] [{_HAN}]")
#: A text folded over two lines of YAML gets a blank where Chinese has none.
_FOLDED = re.compile(f"[{_HAN}，。；：、！？）”] +[{_HAN}（“]")
#: Where the punctuation is part of something to be typed.
_TO_BE_TYPED = ("postgresql://", "“工作表:行”")


def test_punctuation_and_blanks() -> None:
    texts = [text for text in catalogue("zh").values() if not any(typed in text for typed in _TO_BE_TYPED)]
    assert len(texts) > 2000
    assert not [text for text in texts if _HALF_WIDTH.search(text)]
    assert not [text for text in texts if _BLANK.search(text)]


def _chinese(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("zh"), str):
            yield node["zh"]
        node = list(node.values())
    if isinstance(node, list):
        for item in node:
            yield from _chinese(item)


@pytest.mark.parametrize("folder", ["method", "samples"])
def test_texts_in_yaml(folder: str) -> None:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the samples hold thousands of rows
    files = sorted((ROOT / "data" / folder).rglob("*.yaml"))
    texts = [text for path in files for text in _chinese(yaml.load(path.read_text(encoding="utf-8"), Loader=loader))]
    assert len(texts) > 300
    assert not [text for text in texts if _HALF_WIDTH.search(text) or _FOLDED.search(text)]
