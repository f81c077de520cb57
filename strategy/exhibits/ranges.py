"""Judgements with their range: read from a row, drawn as thin lines, and called by their name in the reading."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from strategy.language import Language, Message, Speaks, msg, number
from strategy.workbook import Row

RANGE = msg("Thin lines: lowest to highest estimate.")
ESTIMATES = msg("The figures are the team's own judgement, not customer data.")


@dataclass(frozen=True)
class Ranged:
    """A figure with the ends of its range; without a range all three are the same. All ``None`` when nothing is known."""

    value: float | None
    low: float | None
    high: float | None

    @property
    def has_range(self) -> bool:
        return self.value is not None and self.low != self.high


def ranged(row: Row, column: str) -> Ranged:
    """A ranged column of ``row``. Where only the range was filled in, its middle stands for the figure."""
    ends = [float(row[name]) for name in (f"{column}_low", f"{column}_high") if row[name] is not None]
    value = row[column]
    if value is None:
        if len(ends) < 2:
            return Ranged(None, None, None)
        value = sum(ends) / 2
    value = float(value)
    return Ranged(value, min([value, *ends]), max([value, *ends]))


def known(value: Any) -> float | None:
    """A figure of a row or a frame as a number, or ``None`` for an empty cell."""
    return None if value is None or (isinstance(value, float) and math.isnan(value)) else float(value)


def error_bar(
    values: Sequence[float | None], lows: Sequence[float | None], highs: Sequence[float | None], color: str
) -> dict[str, Any] | None:
    """Plotly's error bar for these figures; ``None`` when none of them has a range."""
    above = [0.0 if v is None or h is None else max(0.0, h - v) for v, h in zip(values, highs, strict=True)]
    below = [0.0 if v is None or w is None else max(0.0, v - w) for v, w in zip(values, lows, strict=True)]
    if not any(above) and not any(below):
        return None
    # A gap instead of nothing keeps Plotly from drawing the caps of a line without length.
    shown = [bool(a or b) for a, b in zip(above, below, strict=True)]
    ups = [value if show else None for value, show in zip(above, shown, strict=True)]
    downs = [value if show else None for value, show in zip(below, shown, strict=True)]
    return {"type": "data", "symmetric": False, "array": ups, "arrayminus": downs, "color": color, "thickness": 1.5, "width": 4}


def cells(frame: pd.DataFrame, column: str) -> list[float | None]:
    """A numeric column as a list with ``None`` for gaps."""
    return [known(value) for value in frame[column].tolist()]


def sources(rows: Iterable[Row], drawn: bool = False) -> tuple[Speaks, ...]:
    """What the reading says on where the figures come from. ``drawn``: ranges can be seen in the chart.

    A row that does not say that its figures come from data counts as judgement.
    """
    from_data = [row["figures_from"] == "data" for row in rows]
    judged = len(from_data) - sum(from_data)
    note: tuple[Speaks, ...] = (RANGE,) if drawn else ()
    if judged == len(from_data):
        return (*note, ESTIMATES)
    if judged:
        mixed: Message = msg("Figures that are judgement: {judged} of {total}; the others come from customer data.",
                             judged=judged, total=len(from_data))  # fmt: skip
        return (*note, mixed)
    return (*note, msg("The figures come from customer data."))


def key_figures(frame: pd.DataFrame, key: str, columns: Iterable[str]) -> dict[str, float]:
    """Key figures ``<key>.<column>`` of a frame, gaps left out."""
    names = list(columns)
    found: dict[str, float] = {}
    for record in frame.to_dict("records"):
        for column in names:
            value = known(record[column])
            if value is not None:
                found[f"{record[key]}.{column}"] = value
    return found


def axis_span(lows: Sequence[float], highs: Sequence[float]) -> tuple[str, list[float]]:
    """Kind (``linear`` or ``log``) and range of an axis for figures of money: logarithmic where they differ by more than 30 times.

    ``lows`` and ``highs`` are the ends of the figures' ranges, without gaps and at least one of each.
    """
    low, high = min(lows), max(highs)
    if low > 0 and high / low > 30:
        return "log", [math.log10(low) - 0.5, math.log10(high) + 0.5]
    room = (high - min(0.0, low)) or 1.0
    return "linear", [min(0.0, low - 0.1 * room), high + 0.2 * room]


def axis_marks(kind: str, span: Sequence[float], language: Language) -> dict[str, Any]:
    """The marks of an axis of :func:`axis_span`, for Plotly: on a logarithmic one the powers of ten, written in full.

    Left to itself Plotly sets a bare 2 and 5 between 1000 and 10k, which nobody in a room reads as 2,000 and 5,000.
    """
    if kind != "log":
        return {}
    values = [10.0**power for power in range(math.ceil(span[0]), math.floor(span[1]) + 1)]
    return {"tickvals": values, "ticktext": [number(value, language, max(0, -round(math.log10(value)))) for value in values]}


def on_axis(kind: str, value: float) -> float:
    """A figure in the units Plotly places names by: its logarithm where the axis of :func:`axis_span` is logarithmic."""
    return math.log10(value) if kind == "log" else value


def bubble(size: float | None, largest: float, smallest_px: float = 16, span_px: float = 40) -> float:
    """The diameter of a bubble whose area stands for ``size``; a small one where it is unknown."""
    share = (size or 0) / largest if largest > 0 else 0.25
    return smallest_px + span_px * math.sqrt(max(0.0, share))


def bar_height(rows: int, each: int = 44, extra: int = 90) -> int:
    """A chart's height in pixels for so many bars, between 260 and 480."""
    return min(480, max(260, extra + each * rows))
