"""Importance against performance, and the opportunity that is left between them.

Sources: Martilla and James, "Importance-performance analysis", Journal of Marketing 41 (1977), for the four quadrants; Ulwick,
"Turn customer input into innovation", Harvard Business Review 80 (2002), for the opportunity.
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean
from typing import Literal

Quadrant = Literal["concentrate", "keep_up", "low_priority", "overkill"]
Crosshair = Literal["mean", "midpoint"]

#: The middle of the scale of 1 to 9.
MIDPOINT = 5.0


def crosshair(importance: Sequence[float], performance: Sequence[float], kind: Crosshair) -> tuple[float, float]:
    """Where the lines cross: (importance, performance). Means of the needs shown, or the middle of the scale."""
    if kind == "midpoint" or not importance:
        return MIDPOINT, MIDPOINT
    return fmean(importance), fmean(performance)


def quadrant(importance: float, performance: float, cross: tuple[float, float]) -> Quadrant:
    """The quadrant of a need. A need on a line counts as important, or as well met."""
    if importance >= cross[0]:
        return "concentrate" if performance < cross[1] else "keep_up"
    return "low_priority" if performance < cross[1] else "overkill"


def opportunity(importance: float, performance: float) -> float:
    """importance + max(importance - performance, 0), Ulwick (2002).

    Ulwick's scale runs from 0 to 10 and the result to 20; on scores of 1 to 9 it runs from 1 to 17. Being better than needed takes
    nothing away.
    """
    return importance + max(importance - performance, 0.0)
