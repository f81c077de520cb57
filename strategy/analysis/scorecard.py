"""KPIs of different units on one scale: how much of the way from the baseline to the target has been gone.

The scale is that of goal attainment in balanced scorecards: Kaplan and Norton, "The Balanced Scorecard" (1996).
"""

from __future__ import annotations


def progress(baseline: float | None, actual: float, target: float) -> float | None:
    """0 at the baseline, 1 at the target, below 0 when it moved away; it works for falling targets too.

    ``None`` where there is no way to go: no baseline, or a target equal to it.
    """
    if baseline is None or target == baseline:
        return None
    return (actual - baseline) / (target - baseline)


def tolerance_in_progress(baseline: float | None, target: float, tolerance: float) -> float | None:
    """A tolerance given in percent of the target, as a share of the way from baseline to target."""
    if baseline is None or target == baseline:
        return None
    return abs(target) * tolerance / 100 / abs(target - baseline)
