"""Dates in exhibits: as rows keep them, as readers say them, and the day an exhibit is seen from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from strategy.errors import InvalidValue
from strategy.exhibits.model import Setting
from strategy.language import Language, msg
from strategy.workbook import Row

if TYPE_CHECKING:
    import plotly.graph_objects as go

#: The day overdue is measured against, as 2026-03-15; empty stands for today.
AS_OF = Setting("as_of", msg("Seen from this day (empty: today)"), "", hidden=True)


@dataclass(frozen=True)
class Month:
    """A month in words: ``March 2026``; ``2026年3月``."""

    date: dt.date

    def in_(self, language: Language) -> str:
        return f"{self.date.year}年{self.date.month}月" if language == "zh" else f"{self.date:%B} {self.date.year}"


def today() -> dt.date:
    """The day it is, in UTC."""
    return dt.datetime.now(dt.timezone.utc).date()


def as_of(settings: Mapping[str, Any], exhibit_id: str) -> dt.date:
    """The day an exhibit is seen from. Raises :class:`InvalidValue` when the setting is no date."""
    text = str(settings.get("as_of") or "")
    if not text:
        return today()
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise InvalidValue(
            msg("{value} is not a date", value=text[:60]), f"{exhibit_id}.as_of", msg("Write dates as 2026-03-15.")
        ) from None


def day(row: Row, column: str) -> dt.date | None:
    """A date cell; ``None`` when it is empty."""
    value = row[column]
    return dt.date.fromisoformat(str(value)[:10]) if value else None


#: A time axis has at most about so many months written on it: more run into one another on a phone.
_MOST_TICKS = 6


def month_axis(first: dt.date, last: dt.date, language: Language) -> dict[str, Any]:
    """A time axis from ``first`` to ``last`` with whole months on it, each once, and the year beneath where it changes."""
    months = max((last - first).days / 30.4, 1.0)
    step = next((step for step in (1, 2, 3, 6) if months / step <= _MOST_TICKS), 12 * max(1, round(months / 12 / _MOST_TICKS)))
    return {
        "type": "date",
        "dtick": f"M{step}",
        "tick0": f"{first.year}-01-01",
        "tickformat": "%-m月\n%Y年" if language == "zh" else "%b\n%Y",
        "tickangle": 0,
    }


def is_near(today: dt.date, first: dt.date, last: dt.date) -> bool:
    """Whether ``today`` is worth a line on an axis from ``first`` to ``last``: from two months before them to four months after.

    Told by differences, because there is no day after 9999-12-31, which people write for "no end".
    """
    return (first - today).days <= 60 and (today - last).days <= 120


#: Plotly measures the length of a bar on a time axis in milliseconds.
_DAY_MS = 86_400_000


def period_bar(label: str, start: dt.date | None, finish: dt.date | None, row_id: str, color: str) -> go.Bar | None:
    """A bar from ``start`` to ``finish``, both days included, in either order; one of them stands for both, without any there is none."""
    import plotly.graph_objects as go

    days = [at for at in (start, finish) if at is not None]
    if not days:
        return None
    first, last = min(days), max(days)
    return go.Bar(
        y=[label],
        base=[first.isoformat()],
        x=[((last - first).days + 1) * _DAY_MS],
        orientation="h",
        customdata=[row_id],
        marker_color=color,
        hovertemplate=f"%{{y}}<br>{first.isoformat()} – {last.isoformat()}<extra></extra>",
    )
