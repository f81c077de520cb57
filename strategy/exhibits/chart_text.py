"""Names on a chart: wrapped to fit beside an axis, and never read as mark-up."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from strategy.language import Language, Speaks, say

#: Heights a chart may take, in pixels: readable on a phone, whole on a projector.
LOWEST, HIGHEST = 260, 480


def plain(text: str) -> str:
    """``text`` as it is written: Plotly would take ``<b>`` or ``<a href=...>`` in a name as mark-up."""
    return text.replace("<", "&lt;").replace(">", "&gt;")


def typed(text: str) -> str:
    """``text`` as it was before :func:`plain`."""
    return text.replace("&lt;", "<").replace("&gt;", ">")


# What may end a line: a word with the blanks after it, or a Chinese character with the marks that must not begin a line. An opening
# bracket stays with what follows.
_PIECE = re.compile(
    r"[（“《]*(?:[\u2e80-\u9fff\uac00-\ud7af]|[^\s\u2e80-\u9fff\uac00-\ud7af（“《]+)[，。、；：！？）”》…]*\s*|\S\s*"
)


def columns_of(text: str) -> int:
    """Columns a text takes up: a Chinese character counts two."""
    return sum(2 if character > "\u2e7f" else 1 for character in text)


def _cut(text: str, width: int) -> str:
    """The beginning of ``text`` that fits into ``width`` columns, at least one character."""
    while len(text) > 1 and columns_of(text) > width:
        text = text[:-1]
    return text.rstrip()


def _parted(pieces: Sequence[str], width: int) -> list[str]:
    """``pieces`` in lines of at most ``width`` columns."""
    parts = [""]
    for piece in pieces:
        if parts[-1] and columns_of((parts[-1] + piece).rstrip()) > width:
            parts.append("")
        parts[-1] += piece
        while columns_of(parts[-1].rstrip()) > width and len(head := _cut(parts[-1], width)) < len(parts[-1].rstrip()):
            parts[-1:] = [head, parts[-1][len(head) :]]
    return parts


def wrapped(name: Speaks | str, language: Language, width: int = 24, lines: int = 3) -> str:
    """A name over several lines of about ``width`` columns, as Plotly writes line breaks, cut with an ellipsis after ``lines``.

    A Latin letter takes one column, a Chinese character two; words stay whole unless they are longer than a line, Chinese breaks
    anywhere but before a closing mark. The lines are about equally long.
    """
    # A line holds at most its columns and a blank. One line more than are shown tells whether there is more; the rest of a long text
    # has no part in it, and takes minutes where it has no blanks.
    looked_at = (lines + 1) * (width + 1)
    pieces = _PIECE.findall(" ".join(say(name, language).split())[:looked_at])
    parts = _parted(pieces, width)
    if len(parts) > lines:
        last = parts[lines - 1]
        # A long word that moved to the next line would leave little more than an ellipsis: its beginning says more.
        kept = last + parts[lines] if 2 * columns_of(last.rstrip()) < width else last
        parts = [*parts[: lines - 1], _cut(kept, width - 1) + "…"]
    elif len(parts) > 1:  # the narrowest that takes no line more, so that no line is left with one word
        even = -(-sum(map(columns_of, pieces)) // len(parts))
        word = max(columns_of(piece.rstrip()) for piece in pieces)
        narrowest = min(max(even, word), width)
        parts = next(found for narrower in range(narrowest, width + 1) if len(found := _parted(pieces, narrower)) == len(parts))
    return "<br>".join(plain(part.rstrip()) for part in parts)


def round_ticks(low: float, high: float) -> list[float]:
    """1, 2 and 5 times the powers of ten from ``low`` to ``high`` (both above 0), for a logarithmic axis."""
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    return [step * 10.0**power for power in powers for step in (1, 2, 5) if low * 0.7 <= step * 10.0**power <= high * 1.4]


def height_for(rows: int, each: int = 46, rest: int = 110) -> int:
    """Pixels for a chart of ``rows`` horizontal bars, within the bounds every chart keeps."""
    return max(LOWEST, min(HIGHEST, rest + each * rows))
