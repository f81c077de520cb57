"""Names on a chart: wrapped to fit beside an axis, and never read as mark-up."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from strategy.language import Language, Speaks, say

if TYPE_CHECKING:
    import plotly.graph_objects as go

#: Heights a chart may take, in pixels: readable on a phone, whole on a projector.
LOWEST, HIGHEST = 260, 480


def plain(text: str) -> str:
    """``text`` as it is written: Plotly would take ``<b>`` or ``<a href=...>`` in a name as mark-up."""
    return text.replace("<", "&lt;").replace(">", "&gt;")


@dataclass(frozen=True)
class InSentence:
    """A title within a sentence: English begins it with a small letter, unless the word is written in capitals."""

    title: Speaks

    def in_(self, language: Language) -> str:
        text = self.title.in_(language)
        return text[:1].lower() + text[1:] if text[1:2].islower() else text


def wrapped(name: Speaks | str, language: Language, width: int = 24, lines: int = 3) -> str:
    """A name over several lines of about ``width`` Latin letters, cut with an ellipsis after ``lines``.

    Chinese characters are twice as wide and break anywhere.
    """
    text = " ".join(say(name, language).split())
    if any("\u2e80" <= character <= "\uffef" for character in text):
        size = max(width // 2, 4)
        parts = [text[start : start + size] for start in range(0, len(text), size)]
    else:
        parts = textwrap.wrap(text, width, break_on_hyphens=False) or [""]
    if len(parts) > lines:
        parts = [*parts[: lines - 1], parts[lines - 1][: max(width - 1, 1)] + "…"]
    return "<br>".join(plain(part) for part in parts)


def round_ticks(low: float, high: float) -> list[float]:
    """1, 2 and 5 times the powers of ten from ``low`` to ``high`` (both above 0), for a logarithmic axis."""
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    return [step * 10.0**power for power in powers for step in (1, 2, 5) if low * 0.7 <= step * 10.0**power <= high * 1.4]


def height_for(rows: int, each: int = 46, rest: int = 110) -> int:
    """Pixels for a chart of ``rows`` horizontal bars, within the bounds every chart keeps."""
    return max(LOWEST, min(HIGHEST, rest + each * rows))


def label_rows(figure: go.Figure, names: Sequence[Speaks | str], language: Language, width: int = 24) -> None:
    """Write ``names`` beside the rows 0, 1, 2 ... of a horizontal chart, the first on top.

    Rows are numbered rather than named, because two rows may carry the same name.
    """
    lines = 3 if len(names) <= 7 else 2 if len(names) <= 12 else 1
    figure.update_yaxes(
        tickmode="array",
        tickvals=list(range(len(names))),
        ticktext=[wrapped(name, language, width, lines) for name in names],
        range=[len(names) - 0.5, -0.5],
        showgrid=False,
    )
