"""Whether a value that stands in the method, as an example or in a row to start with, fits its column.

What is typed into a workbook is read more generously; here a slip is told to whoever writes the method.
"""

from __future__ import annotations

import datetime as dt
import math
from typing import TYPE_CHECKING, Any

from strategy.language import Message, msg

if TYPE_CHECKING:
    from strategy.method.models import Column


def misfit(column: Column, value: Any) -> Message | None:
    """What is wrong with ``value`` in this column; None where it fits. References are looked at where their rows are known."""
    if column.choices:
        known = {choice.id for choice in column.choices}
        unknown = [item for item in (value if isinstance(value, list) else [value]) if item not in known]
        return msg("Expected one of {expected}", expected=", ".join(sorted(known))) if unknown else None
    if column.is_numeric and isinstance(value, int | float) and not isinstance(value, bool):
        low, high = column.bounds
        return _beyond(value, low, high)
    if column.type == "date" and isinstance(value, str):
        return None if _is_date(value) else msg("Expected a date such as 2026-03-15")
    return None


def seed_misfit(column: Column, value: Any) -> Message | None:
    """The same for a row to start with, where a number has to be one; an example may also be said in words."""
    if column.is_numeric and (isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value)):
        return msg("Expected a number")
    if column.type == "integer" and value != int(value):
        return msg("Expected a whole number")
    if column.type == "boolean" and not isinstance(value, bool):
        return msg("Expected true or false")
    if column.type == "date" and not isinstance(value, str | dt.date):
        return msg("Expected a date such as 2026-03-15")
    return misfit(column, value)


def _beyond(value: float, low: float | None, high: float | None) -> Message | None:
    if low is not None and value < low:
        return msg("Expected at least {ge}", ge=f"{low:g}")
    if high is not None and value > high:
        return msg("Expected at most {le}", le=f"{high:g}")
    return None


def _is_date(text: str) -> bool:
    try:
        dt.date.fromisoformat(text)
    except ValueError:
        return False
    return True
