"""What the plan frame settles once for the whole plan: budget, horizon, margin, discount rate."""

from __future__ import annotations

from strategy.exhibits.ranges import known
from strategy.workbook import Row, Snapshot


def plan_figure(snapshot: Snapshot, column: str) -> float | None:
    """A figure of the plan frame, ``None`` where it has not been filled in."""
    frame = next(iter(snapshot.rows("plan_frame")), None)
    return known(frame[column]) if frame else None


def margin_percent(snapshot: Snapshot, segment: Row | None) -> float | None:
    """The gross margin of a segment in percent of revenue: its own, else the plan's."""
    own = known(segment["margin"]) if segment else None
    return plan_figure(snapshot, "margin") if own is None else own
