"""KPIs against their targets: the latest actual, the deviation, and whether it has been answered.

An answer speaks of one period. Where it names none, it speaks of the latest actual that was known when it was given.
"""

from __future__ import annotations

from dataclasses import dataclass

from strategy.workbook import Row, Snapshot
from strategy.workbook.cycle import latest_actual_row

DEFAULT_TOLERANCE = 5.0


@dataclass(frozen=True)
class Deviation:
    """A KPI with an actual. ``size`` is in percent of the target, negative when the actual is worse than the target.

    ``answers`` are the rows that speak of this very actual, complete or not.
    """

    kpi: Row
    actual: float
    target: float
    size: float
    tolerance: float
    answers: tuple[Row, ...] = ()

    @property
    def answered(self) -> bool:
        return any(answer["cause"] and answer["action"] for answer in self.answers)

    @property
    def beyond(self) -> bool:
        return self.size < -self.tolerance


def worse_by(actual: float, target: float, better: str) -> float:
    """How far the actual is from the target in percent of it, negative when worse. A target of 0 is measured in units."""
    gap = (actual - target) if better != "lower" else (target - actual)
    return gap / abs(target) * 100 if target else gap * 100


def _entered(snapshot: Snapshot, row: Row) -> int:
    """Journal position at which a row came to be; the rows of one command come together."""
    first = snapshot.journal.of_row(snapshot.cycle, row.worksheet, row.id, snapshot.seq)[0]
    return snapshot.journal.of_command(first.command_id)[-1].seq


def actual_of(snapshot: Snapshot, answer: Row) -> Row | None:
    """The actual an answer to a deviation speaks of; ``None`` where its period has none."""
    actuals = [row for row in snapshot.children("kpi_actual", "kpi", answer["kpi"]) if row["value"] is not None]
    if answer["period"]:
        return next((row for row in reversed(actuals) if row["period"] == answer["period"]), None)
    given = _entered(snapshot, answer)
    known = [row for row in actuals if _entered(snapshot, row) <= given]
    return max(known, key=lambda row: (row.get("period", ""), row.ordinal)) if known else None


def deviations(snapshot: Snapshot) -> list[Deviation]:
    """All KPIs that have a target and at least one actual."""
    found = []
    for kpi in snapshot.rows("kpi"):
        latest, target = latest_actual_row(snapshot, kpi.id), kpi["target"]
        if latest is None or target is None:
            continue
        actual = float(latest["value"])
        answers = tuple(row for row in snapshot.children("deviation", "kpi", kpi.id) if _speaks_of(snapshot, row, latest))
        size = worse_by(actual, float(target), kpi.get("better", "higher"))
        found.append(Deviation(kpi, actual, float(target), size, float(kpi.get("tolerance", DEFAULT_TOLERANCE)), answers))
    return found


def _speaks_of(snapshot: Snapshot, answer: Row, actual: Row) -> bool:
    spoken_of = actual_of(snapshot, answer)
    return spoken_of is not None and (spoken_of.id == actual.id or spoken_of["period"] == actual["period"] is not None)
