"""Take segments found in the data into the spine, and keep their figures true to their rules."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from strategy.customers import RfmSegment, evaluate_rule
from strategy.language import Language, say
from strategy.workbook import Put, Receipt, Snapshot, Workbook

if TYPE_CHECKING:
    import duckdb


def adopt(workbook: Workbook, segments: Sequence[RfmSegment], author: str, language: Language) -> Receipt:
    """Make rows of ``segment`` from segments found in the data, in one commit. Empty ones are passed over.

    A segment adopted before keeps its row, name, role and all that hangs on it; its rule and figures are brought up to date.
    """
    snapshot = workbook.snapshot()
    changes = []
    for found in segments:
        if not found.customers:
            continue
        row_id = _row_for(snapshot, found)
        values: dict[str, Any] = {
            "rule": found.rule,
            "basis": "rfm",
            "figures_from": "data",
            "customers": found.customers,
            "revenue": round(float(found.revenue), 2),
        }
        if snapshot.row("segment", row_id) is None:
            values["name"] = say(found.name, language)
        changes.append(Put("segment", row_id, values))
    return workbook.commit(changes, author, origin="adopt")


def _row_for(snapshot: Snapshot, found: RfmSegment) -> str:
    """The row that carries this segment already, else a free id of its own."""
    for row in snapshot.rows("segment"):
        rule = row["rule"]
        if rule and rule.get("by") == found.rule["by"] and rule.get("segment") == found.id:
            return row.id
    return found.id if snapshot.row("segment", found.id) is None else f"{found.rule['by']}-{found.id}"


def refreshed(snapshot: Snapshot, cursor: duckdb.DuckDBPyConnection) -> tuple[Put, ...]:
    """The changes that bring every segment with a rule to what the rule finds in the data behind ``cursor``."""
    changes = []
    for row in snapshot.rows("segment"):
        if row["rule"]:
            customers, revenue = evaluate_rule(cursor, row["rule"])
            values = {"customers": customers, "revenue": round(float(revenue), 2), "figures_from": "data"}
            if any(row[name] != value for name, value in values.items()):
                changes.append(Put("segment", row.id, values))
    return tuple(changes)
