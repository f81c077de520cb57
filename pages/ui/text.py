"""Interface text in the visitor's language."""

from __future__ import annotations

import re
from typing import Any

from pages.ui import state
from strategy.language import Speaks, msg, say, translate

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+!|<>~$:&=-])")
_NUMBERED = re.compile(r"^(\d+)([.)])")
#: What Streamlit (1.67) makes links, icons and arrows of although it is escaped: it looks through the text once more.
_LOOKED_THROUGH = re.compile(r"(?<=:)(?=//|[A-Za-z])|(?<=[wW]{3})(?=\.)|(?=@)|(?<=[-<>=~])(?=[-<>=~])")
#: Holds two characters together, and nobody sees it.
_JOINER = "\u2060"


def t(template: str, /, **values: Any) -> str:
    """``template`` in the visitor's language, with its places filled in."""
    return msg(template, **values).in_(state.language()) if values else translate(template, state.language())


def paired(name: str, value: object) -> str:
    """A name and what belongs to it, with the colon of the visitor's language."""
    return t("{name}: {value}", name=name, value=value)


def unbroken(day: str) -> str:
    """A date that no line breaks in two."""
    return day.replace("-", f"{_JOINER}-{_JOINER}")


def s(value: Speaks | str) -> str:
    """A text of the method, a message or a plain string, in the visitor's language."""
    return say(value, state.language())


def safe(text: object) -> str:
    """User text inside Markdown, labels and options of buttons included: shown as typed, never as markup, link, icon or arrow."""
    line = _LOOKED_THROUGH.sub(_JOINER, " ".join(str(text).split()))
    return _NUMBERED.sub(r"\1\\\2", _MARKDOWN.sub(r"\\\1", line))
