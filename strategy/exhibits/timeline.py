"""Dates in exhibits: as rows keep them, as readers say them, and the day an exhibit is seen from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from strategy.errors import InvalidValue
from strategy.exhibits.model import Setting
from strategy.language import Language, date_text, msg
from strategy.workbook import Row

#: The day overdue is measured against, as 2026-03-15; empty stands for today.
AS_OF = Setting("as_of", msg("Seen from this day (empty: today)"), "", hidden=True)


@dataclass(frozen=True)
class Day:
    """A date in words."""

    date: dt.date

    def in_(self, language: Language) -> str:
        return date_text(self.date, language)


@dataclass(frozen=True)
class Month:
    """A month in words: ``March 2026``; ``2026年3月``."""

    date: dt.date

    def in_(self, language: Language) -> str:
        return f"{self.date.year}年{self.date.month}月" if language == "zh" else f"{self.date:%B} {self.date.year}"


def as_of(settings: Mapping[str, Any], exhibit_id: str) -> dt.date:
    """The day an exhibit is seen from. Raises :class:`InvalidValue` when the setting is no date."""
    text = str(settings.get("as_of") or "")
    if not text:
        return dt.datetime.now(dt.timezone.utc).date()
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


def tick_format(language: Language) -> str:
    """How months stand on a time axis."""
    return "%Y年%-m月" if language == "zh" else "%b %Y"


#: Plotly measures the length of a bar on a time axis in milliseconds.
DAY_MS = 86_400_000
