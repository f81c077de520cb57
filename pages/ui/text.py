"""Interface text in the visitor's language."""

from __future__ import annotations

import re
from typing import Any

from pages.ui import state
from strategy.language import Speaks, msg, say, translate

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+!|<>~$:-])")


def t(template: str, /, **values: Any) -> str:
    """``template`` in the visitor's language, with its places filled in."""
    return msg(template, **values).in_(state.language()) if values else translate(template, state.language())


def paired(name: str, value: object) -> str:
    """A name and what belongs to it, with the colon of the visitor's language."""
    return t("{name}: {value}", name=name, value=value)


def s(value: Speaks | str) -> str:
    """A text of the method, a message or a plain string, in the visitor's language."""
    return say(value, state.language())


def safe(text: object) -> str:
    """User text inside Markdown: shown as typed, never as markup, so that it can load no image and make no link."""
    return _MARKDOWN.sub(r"\\\1", " ".join(str(text).split()))
