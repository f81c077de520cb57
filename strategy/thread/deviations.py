"""KPIs against their targets: the latest actual, the deviation, and whether it has been answered."""

from __future__ import annotations

from dataclasses import dataclass

from strategy.workbook import Row, Snapshot
from strategy.workbook.cycle import latest_actual

DEFAULT_TOLERANCE = 5.0


@dataclass(frozen=True)
class Deviation:
    """A KPI with an actual. ``size`` is in percent of the target, negative when the actual is worse than the target."""

    kpi: Row
    actual: float
    target: float
    size: float
    tolerance: float
    answered: bool

    @property
    def beyond(self) -> bool:
        return self.size < -self.tolerance


def worse_by(actual: float, target: float, better: str) -> float:
    """How far the actual is from the target in percent of it, negative when worse. A target of 0 is measured in units."""
    gap = (actual - target) if better != "lower" else (target - actual)
    return gap / abs(target) * 100 if target else gap * 100


def deviations(snapshot: Snapshot) -> list[Deviation]:
    """All KPIs that have a target and at least one actual."""
    found = []
    for kpi in snapshot.rows("kpi"):
        actual, target = latest_actual(snapshot, kpi.id), kpi["target"]
        if actual is None or target is None:
            continue
        answers = snapshot.children("deviation", "kpi", kpi.id)
        answered = any(answer["cause"] and answer["action"] for answer in answers)
        size = worse_by(actual, float(target), kpi.get("better", "higher"))
        found.append(Deviation(kpi, actual, float(target), size, float(kpi.get("tolerance", DEFAULT_TOLERANCE)), answered))
    return found
