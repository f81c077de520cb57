"""The next planning cycle: it opens from this one, with decisions carried over and actuals as the new baseline."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from strategy.errors import Refused
from strategy.language import msg
from strategy.workbook.changes import Change, Put, Receipt
from strategy.workbook.snapshot import Row, Snapshot
from strategy.workbook.workbook import Workbook

#: Worksheets that record what happened in a cycle; they start empty in the next.
NOT_CARRIED = frozenset({"kpi_actual", "deviation", "inspection", "thirty_second", "lesson", "recovery_step"})


def latest_actual_row(snapshot: Snapshot, kpi_id: str) -> Row | None:
    """The actual of a KPI's latest period; ``None`` where nothing was entered."""
    dated = [row for row in snapshot.children("kpi_actual", "kpi", kpi_id) if row["value"] is not None]
    return max(dated, key=lambda row: (row.get("period", ""), row.ordinal)) if dated else None


def latest_actual(snapshot: Snapshot, kpi_id: str) -> float | None:
    """The value of a KPI's latest period; ``None`` where nothing was entered."""
    row = latest_actual_row(snapshot, kpi_id)
    return float(row["value"]) if row else None


def carried(snapshot: Snapshot, row: Row) -> Mapping[str, Any]:
    """The values a row starts the next cycle with."""
    values = dict(row.values)
    if row.worksheet == "kpi":
        actual = latest_actual(snapshot, row.id)
        if actual is not None:
            values["baseline"] = actual
    if row.worksheet == "decision" and values.get("status") == "agreed":
        values["status"] = "review_needed"
    return values


def open_next_cycle(workbook: Workbook, author: str, after: int | None = None) -> Receipt:
    """Open the cycle after the current one. Rows keep their ids, so that a segment stays one thread across cycles.

    Raises :class:`Refused` where there is no decision, or where ``after``, the cycle its author was looking at, is not the latest any
    more: two who press at once mean one cycle.
    """
    snapshot = workbook.snapshot()
    if after is not None and snapshot.cycle != after:
        raise Refused(
            msg("Cycle {cycle} is open already", cycle=snapshot.cycle), None, msg("Look at the page again before you open another.")
        )
    if not snapshot.rows("decision"):
        raise Refused(
            msg("There is no decision to carry over yet"), None, msg("Record decisions first; the next cycle starts from them.")
        )
    changes: list[Change] = []
    for worksheet in snapshot.method.worksheets:
        if worksheet.id in NOT_CARRIED:
            changes += [Put(worksheet.id, row.id, row.values) for row in worksheet.seed]
            continue
        changes += [Put(worksheet.id, row.id, carried(snapshot, row)) for row in snapshot.rows(worksheet.id)]
    return workbook.commit(changes, author, origin="carry", cycle=snapshot.cycle + 1, trusted=True)
