"""Which segments a row is about: those it names, else those of the rows it refers to."""

from __future__ import annotations

from strategy.thread.graph import Node
from strategy.thread.memory import per_snapshot
from strategy.workbook import Snapshot

SEGMENT = "segment"


class Owners:
    """Rows of one snapshot -> ids of their segments, worked out as they are asked for."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._known: dict[Node, frozenset[str]] = {}

    def of(self, node: Node) -> frozenset[str]:
        """The segments of a row; empty where it concerns all of them, none, or is not there."""
        if node not in self._known:
            self._known[node] = frozenset()  # a row that refers back to itself through others adds nothing
            self._known[node] = self._find(node)
        return self._known[node]

    def _find(self, node: Node) -> frozenset[str]:
        worksheet, row_id = node
        row = self._snapshot.row(worksheet, row_id)
        if row is None:
            return frozenset()
        if worksheet == SEGMENT:
            return frozenset({row_id})
        targets = [(sheet, target) for _, sheet, target in self._snapshot.references(row)]
        named = frozenset(target for sheet, target in targets if sheet == SEGMENT)
        return named or frozenset().union(*(self.of(target) for target in targets))


def owners(snapshot: Snapshot) -> Owners:
    return per_snapshot("owners", snapshot, Owners)


def belongs(snapshot: Snapshot, node: Node, segment: str) -> bool:
    """Whether a row is about ``segment``, alone or among others."""
    return segment in owners(snapshot).of(node)


def refers(snapshot: Snapshot, worksheet: str) -> bool:
    """Whether rows of a worksheet can be about a segment: it is the segments' own, or its references lead there."""
    return worksheet in per_snapshot("refers", snapshot, _leading)


def _leading(snapshot: Snapshot) -> frozenset[str]:
    to = {sheet.id: {target for column in sheet.references for target in column.to} for sheet in snapshot.method.worksheets}
    found = {SEGMENT}
    while more := {sheet for sheet, targets in to.items() if sheet not in found and found & targets}:
        found |= more
    return frozenset(found)
