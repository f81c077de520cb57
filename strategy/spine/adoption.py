"""Take segments found in the data into the spine, and keep their figures true to their rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from strategy.customers import evaluate_rule
from strategy.customers.finding import Findable
from strategy.customers.moves import moves
from strategy.language import Language, say
from strategy.workbook import Put, Receipt, Snapshot, Workbook

if TYPE_CHECKING:
    import duckdb

#: Kind of rule -> choice of the column ``segment.basis``.
BASIS = {
    "rfm": "rfm",
    "cluster": "cluster",
    "stage": "lifecycle",
    "silence": "lifecycle",
    "grade": "value",
    "attribute": "attribute",
}

#: Kind of rule -> the parts that say which segment it is; the other parts may change and it stays the same one. The clusters of
#: another run are other clusters, whatever their number, so there every part counts.
_IDENTITY = {"rfm": ("segment",), "stage": ("stage",), "silence": ("band",), "grade": ("grade",), "attribute": ("segment",)}


def adopt(workbook: Workbook, segments: Sequence[Findable], author: str, language: Language) -> Receipt:
    """Make rows of ``segment`` from segments found in the data, in one commit. Empty ones are passed over unless they have a row.

    A segment adopted before keeps its row, name, role and all that hangs on it; its rule and figures are brought up to date, also
    where nobody is left in it: by its former rule it would hold customers whom the other segments now have. Names are the segments'
    own: rename a copy of one before, or its row afterwards.
    """
    snapshot = workbook.snapshot()
    changes: list[Put] = []
    for found in segments:
        row_id = _adopted_row(snapshot, found)
        if row_id is None:
            if not found.customers:
                continue
            row_id = _free_id(snapshot, found, {change.row_id for change in changes})
        values: dict[str, Any] = {
            "rule": found.rule,
            "figures_from": "data",
            "customers": found.customers,
            "revenue": round(float(found.revenue), 2),
        }
        basis = snapshot.method.worksheet("segment").by_id.get("basis")
        if basis is not None and basis.choice(BASIS.get(found.rule["by"], "")):
            values["basis"] = BASIS[found.rule["by"]]
        if snapshot.row("segment", row_id) is None:
            values["name"] = say(found.name, language)
        changes.append(Put("segment", row_id, values))
    return workbook.commit(changes, author, origin="adopt")


def _identity(rule: Mapping[str, Any]) -> Any:
    parts = _IDENTITY.get(str(rule.get("by")))
    return (rule.get("by"), *(rule.get(part) for part in parts)) if parts else dict(rule)


def _adopted_row(snapshot: Snapshot, found: Findable) -> str | None:
    """The row that carries this segment already."""
    rows = (row.id for row in snapshot.rows("segment") if row["rule"] and _identity(row["rule"]) == _identity(found.rule))
    return next(rows, None)


def _free_id(snapshot: Snapshot, found: Findable, taken: set[str]) -> str:
    names = [found.id, f"{found.rule['by']}-{found.id}", *(f"{found.rule['by']}-{found.id}-{number}" for number in range(2, 1000))]
    return next(name for name in names if name not in taken and snapshot.row("segment", name) is None)


def adopted_rules(snapshot: Snapshot) -> dict[str, list[tuple[str, dict[str, Any]]]]:
    """Kind of rule -> row id and rule of every segment that has one."""
    found: dict[str, list[tuple[str, dict[str, Any]]]] = {}
    for row in snapshot.rows("segment"):
        if row["rule"]:
            found.setdefault(str(row["rule"].get("by")), []).append((row.id, row["rule"]))
    return found


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


@dataclass(frozen=True)
class Moved:
    """What the latest import did to an adopted segment. ``joined`` and ``left`` count customers; ``new`` of the joined had not been
    in the data before, ``gone`` of those who left are no longer in it."""

    segment: str
    joined: int
    left: int
    new: int
    gone: int


def who_moved(workbook: Workbook, basis: str | None = None) -> tuple[Moved, ...]:
    """Per adopted segment, who joined and left when the current data came in; in the order of the spine, movers only.

    ``basis``: the one kind of rule whose segments are told; all when None.
    """
    snapshot = workbook.snapshot()
    if not snapshot.data_version:
        return ()
    counts: dict[str, list[int]] = {}
    for row in moves(workbook.cursor()).itertuples():
        if basis not in (None, row.basis):
            continue
        before = set((row.segment_before or "").split(", ")) - {""}
        after = set((row.segment_after or "").split(", ")) - {""}
        for segment in after - before:
            entry = counts.setdefault(segment, [0, 0, 0, 0])
            entry[0] += row.customers
            entry[2] += row.customers if row.segment_before is None else 0
        for segment in before - after:
            entry = counts.setdefault(segment, [0, 0, 0, 0])
            entry[1] += row.customers
            entry[3] += row.customers if row.segment_after is None else 0
    return tuple(Moved(row.id, *counts[row.id]) for row in snapshot.rows("segment") if row.id in counts)
