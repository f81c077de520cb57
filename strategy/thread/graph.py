"""Typed references between worksheets as a graph: where does this come from, what depends on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from strategy.method import Step
from strategy.thread.memory import per_snapshot
from strategy.workbook import Snapshot

Node = tuple[str, str]


@dataclass(frozen=True)
class Link:
    """``source`` refers to ``target`` in its column ``column``: the source builds on the target."""

    source: Node
    column: str
    target: Node


class Graph:
    """All references of a snapshot, walkable both ways."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._forward: dict[Node, list[Link]] = {}
        self._backward: dict[Node, list[Link]] = {}
        for worksheet in snapshot.method.worksheets:
            if not worksheet.references:
                continue
            for row in snapshot.rows(worksheet.id):
                for column, target_sheet, target_id in snapshot.references(row):
                    link = Link((worksheet.id, row.id), column, (target_sheet, target_id))
                    self._forward.setdefault(link.source, []).append(link)
                    self._backward.setdefault(link.target, []).append(link)

    @property
    def links(self) -> Iterator[Link]:
        for links in self._forward.values():
            yield from links

    def builds_on(self, node: Node) -> list[Link]:
        return self._forward.get(node, [])

    def depended_on_by(self, node: Node) -> list[Link]:
        return self._backward.get(node, [])

    def downstream(self, node: Node) -> list[Node]:
        """Everything that depends on ``node``, directly or through others, nearest first."""
        return self._walk(node, lambda at: [link.source for link in self.depended_on_by(at)])

    def upstream(self, node: Node) -> list[Node]:
        """Everything ``node`` comes from, nearest first."""
        return self._walk(node, lambda at: [link.target for link in self.builds_on(at)])

    @staticmethod
    def _walk(start: Node, neighbours: Callable[[Node], list[Node]]) -> list[Node]:
        seen, queue, order = {start}, [start], []
        while queue:
            for following in neighbours(queue.pop(0)):
                if following not in seen:
                    seen.add(following)
                    queue.append(following)
                    order.append(following)
        return order


def graph_of(snapshot: Snapshot) -> Graph:
    """The graph of a snapshot, kept for as long as the journal has not moved on."""
    return per_snapshot("graph", snapshot, Graph)


def rows_of(step: Step, snapshot: Snapshot) -> tuple[Node, ...]:
    """What stands in a step: the rows of its worksheets and its decisions, in their order."""
    rows = [(sheet.id, row.id) for sheet in step.worksheets for row in snapshot.rows(sheet.id)]
    return (*rows, *(("decision", row.id) for row in snapshot.rows("decision") if row["step"] == step.id))


def resting_on(step: Step, snapshot: Snapshot) -> tuple[Node, ...]:
    """What of other steps refers to what stands in ``step``."""
    graph, mine = graph_of(snapshot), dict.fromkeys(rows_of(step, snapshot))
    return tuple(dict.fromkeys(link.source for node in mine for link in graph.depended_on_by(node) if link.source not in mine))


def rested_on(step: Step, snapshot: Snapshot) -> tuple[Node, ...]:
    """What of other steps is referred to by what stands in ``step``."""
    graph, mine = graph_of(snapshot), dict.fromkeys(rows_of(step, snapshot))
    return tuple(dict.fromkeys(link.target for node in mine for link in graph.builds_on(node) if link.target not in mine))
