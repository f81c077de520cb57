"""Review needed: what a row was built on has changed since, and how.

A reference is as fresh as the moment it was made or last reviewed. When a material field of the row it points to differs now from
what it was then, the row needs review until somebody reviews it, or until the field goes back. What customers answered, what was
counted and what a participant scored was no judgement on that field, and stands: the method says so (``rests_on``).
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from strategy.language import Day, Language, Message, msg
from strategy.method import Column, Worksheet
from strategy.thread.graph import Link, Node, graph_of
from strategy.thread.memory import per_snapshot
from strategy.thread.wording import Cell
from strategy.workbook import Revision, Snapshot
from strategy.workbook.values import targets


@dataclass(frozen=True)
class RowLabel:
    """The name of a row, in the language of the reader."""

    snapshot: Snapshot
    node: Node

    def in_(self, language: Language) -> str:
        return self.snapshot.label(*self.node, language)


@dataclass(frozen=True)
class Reason:
    """Why a row needs review: one material field of one row it builds on."""

    row: Node
    upstream: Node
    column: str
    before: Any
    after: Any
    author: str
    made_at: dt.datetime
    message: Message = field(compare=False)


def stale(snapshot: Snapshot) -> dict[Node, tuple[Reason, ...]]:
    """All rows that need review, each with its reasons."""
    return per_snapshot("stale", snapshot, _stale)


def _stale(snapshot: Snapshot) -> dict[Node, tuple[Reason, ...]]:
    found: dict[Node, list[Reason]] = {}
    for link in graph_of(snapshot).links:
        reasons = _reasons(snapshot, link)
        if reasons:
            found.setdefault(link.source, []).extend(reasons)
    return {node: tuple(dict.fromkeys(reasons)) for node, reasons in found.items()}


def _reasons(snapshot: Snapshot, link: Link) -> list[Reason]:
    upstream = snapshot.row(*link.target)
    source = snapshot.row(*link.source)
    if upstream is None or source is None or upstream.version == 1:
        return []
    since = _fresh_at(snapshot, link)
    if upstream.seq <= since:
        return []
    worksheet, source_sheet = snapshot.method.worksheet(link.target[0]), snapshot.method.worksheet(link.source[0])
    reference = source_sheet.column(link.column)
    then = _body_at(snapshot, link.target, since)
    reasons = []
    for column in worksheet.fields:
        before, after = then.get(column.id), upstream[column.id]
        if source_sheet.rests_on(reference, column) and before != after:
            reasons.append(_reason(snapshot, link, worksheet, column, before, after))
    return reasons


def _reason(snapshot: Snapshot, link: Link, worksheet: Worksheet, column: Column, before: Any, after: Any) -> Reason:
    last = _last_change(snapshot, link.target, column.id)
    message = msg(
        "{column} of {row} changed from {before} to {after} on {day} by {author}",
        column=column.title,
        row=RowLabel(snapshot, link.target),
        before=Cell(snapshot, worksheet, column, before),
        after=Cell(snapshot, worksheet, column, after),
        day=Day(last.made_at.date()),
        author=last.author,
    )
    return Reason(link.source, link.target, column.id, _hashable(before), _hashable(after), last.author, last.made_at, message)


def _hashable(value: Any) -> Any:
    if isinstance(value, dict):
        return json.dumps(value, sort_keys=True, ensure_ascii=False)
    return tuple(value) if isinstance(value, list) else value


def _revisions(snapshot: Snapshot, node: Node) -> list[Revision]:
    return snapshot.journal.of_row(snapshot.cycle, *node, snapshot.seq)


def _last_change(snapshot: Snapshot, node: Node, column: str) -> Revision:
    """The revision that gave a column of a row the value it has. Looked for from the newest: a row may have thousands."""
    revisions = _revisions(snapshot, node)
    for after, before in pairwise(reversed(revisions)):
        if after.operation in ("insert", "update") and after.body.get(column) != before.body.get(column):
            return after
    return revisions[0]


def _fresh_at(snapshot: Snapshot, link: Link) -> int:
    """Journal position at which the reference was made or last reviewed."""
    column = snapshot.method.worksheet(link.source[0]).column(link.column)
    fresh: Revision | None = None
    for revision in reversed(_revisions(snapshot, link.source)):
        if revision.operation == "delete" or link.target not in targets(column, revision.body.get(link.column)):
            break
        fresh = revision
        if revision.operation == "review":
            break
    # The commands of one commit take effect together, whatever their order in it.
    return snapshot.journal.of_command(fresh.command_id)[-1].seq if fresh else 0


def _body_at(snapshot: Snapshot, node: Node, seq: int) -> Mapping[str, Any]:
    earlier = snapshot.journal.of_row(snapshot.cycle, *node, min(seq, snapshot.seq))
    return earlier[-1].body if earlier else {}
