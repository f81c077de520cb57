"""Going back: undo a command, restore a moment, compare two moments. All of it by new revisions; nothing is erased."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from strategy.errors import Refused
from strategy.language import msg
from strategy.workbook.changes import Change, Delete, Put, Receipt
from strategy.workbook.journal import Revision
from strategy.workbook.snapshot import FieldChange, Row, RowNamed, Snapshot, replay
from strategy.workbook.workbook import Workbook

#: Commands that are not themselves undone by "undo": what the program did by itself.
_NOT_UNDONE = ("undo:", "seed", "sample", "import", "carry")

#: From a worksheet and a row's values as they are to stand again, the values that are computed and hold today instead.
Settle = Callable[[str, Mapping[str, Any]], Mapping[str, Any]]


def _as_stored(worksheet: str, values: Mapping[str, Any]) -> Mapping[str, Any]:
    return {}


def last_undoable(workbook: Workbook, author: str) -> list[Revision]:
    """What can be taken back of the author's latest command that has not been undone; empty when there is none.

    Of a row that somebody has since deleted, or brought back, nothing is left to take back, and a command of such rows is passed over:
    else it would stand for ever in the way of those before it.
    """
    passed: set[str] = set()
    snapshot = workbook.snapshot()
    for revision in workbook.history(snapshot.cycle):
        if revision.author != author:
            continue
        if revision.origin.startswith("undo:"):
            passed.add(revision.origin.removeprefix("undo:"))
        elif revision.command_id not in passed and not revision.origin.startswith(_NOT_UNDONE) and revision.operation != "review":
            if left := [part for part in workbook.journal.of_command(revision.command_id) if _still_so(snapshot, part)]:
                return left
            passed.add(revision.command_id)
    return []


def _still_so(snapshot: Snapshot, revision: Revision) -> bool:
    """Whether the row is there, or is not, as the revision left it."""
    return (snapshot.row(revision.worksheet, revision.row_id) is None) == (revision.operation == "delete")


def undo(workbook: Workbook, author: str, settle: Settle = _as_stored) -> Receipt:
    """Take back the author's latest command. What ``settle`` computes takes the place of what was stored of it.

    Raises :class:`Conflict` where somebody else has since changed the same fields, :class:`Refused` when there is nothing to undo or
    when a row would go in which somebody else has written.
    """
    command = last_undoable(workbook, author)
    if not command:
        raise Refused(msg("You have nothing to undo"))
    changes: list[Change] = []
    snapshot = workbook.snapshot()
    for revision in reversed(command):
        before = _before(workbook, revision)
        if before is None:
            if other := _written_by_another(workbook, revision):
                raise Refused(
                    msg("{author} has written in the row you added", author=other),
                    RowNamed(snapshot, revision.worksheet, revision.row_id),
                    msg("Delete the row in its worksheet if it is to go with that."),
                )
            changes.append(Delete(revision.worksheet, revision.row_id))
        elif revision.operation == "delete":
            changes.append(Put(revision.worksheet, revision.row_id, {**before, **settle(revision.worksheet, before)}))
        else:
            changes += _taken_back(revision, before, snapshot.row(revision.worksheet, revision.row_id), settle)
    return workbook.commit(changes, author, origin=f"undo:{command[0].command_id}", trusted=True)


def _written_by_another(workbook: Workbook, added: Revision) -> str | None:
    """Who else changed a row by hand since it was added; changes that were undone do not count."""
    since = [r for r in workbook.journal.of_row(added.cycle, added.worksheet, added.row_id) if r.seq > added.seq]
    undone = {r.origin for r in since}
    return next(
        (
            r.author
            for r in reversed(since)
            if r.author != added.author
            and r.operation in ("insert", "update")
            and not r.origin.startswith(_NOT_UNDONE)
            and f"undo:{r.command_id}" not in undone
        ),
        None,
    )


def _taken_back(revision: Revision, before: Mapping[str, Any], row: Row | None, settle: Settle) -> list[Change]:
    """The changes that take a change of a row back. Computed values are nobody's edit: they collide with none."""
    patch = _difference(revision.body, before)
    computed = settle(revision.worksheet, {**(row.values if row else {}), **patch})
    mine = {name: value for name, value in patch.items() if name not in computed}
    changes: list[Change] = [Put(revision.worksheet, revision.row_id, mine, revision.version)]
    return [*changes, Put(revision.worksheet, revision.row_id, computed)] if computed else changes


def _before(workbook: Workbook, revision: Revision) -> Mapping[str, Any] | None:
    """The row's values before a revision; ``None`` where it did not exist."""
    earlier = [r for r in workbook.journal.of_row(revision.cycle, revision.worksheet, revision.row_id) if r.seq < revision.seq]
    if not earlier or (earlier[-1].operation == "delete"):
        return None
    return earlier[-1].body


def _difference(now: Mapping[str, Any], wanted: Mapping[str, Any]) -> dict[str, Any]:
    """The patch that turns ``now`` into ``wanted``."""
    return {name: wanted.get(name) for name in {*now, *wanted} if now.get(name) != wanted.get(name)}


def first_of_cycle(workbook: Workbook) -> int:
    """The revision with which the current planning cycle stood complete for the first time: what opened it, or 0 in the first cycle."""
    cycle = workbook.snapshot().cycle
    if cycle == 1:
        return 0
    opening = next(revision for revision in workbook.journal.up_to(workbook.seq) if revision.cycle == cycle)
    return workbook.journal.of_command(opening.command_id)[-1].seq


def restore(workbook: Workbook, seq: int, author: str, settle: Settle = _as_stored) -> Receipt:
    """Bring all rows of the current cycle back to how they stood after revision ``seq``; customer data stay as they are.

    What ``settle`` computes takes the place of what was stored of it, because the data may be others by now. Raises :class:`Refused`
    for a revision before the current cycle, and for one within a command whose rows refer to others that only come after it.
    """
    now = workbook.snapshot()
    if seq < (first := first_of_cycle(workbook)):
        raise Refused(
            msg("Revision {seq} is of an earlier cycle, and the rows of this one were not there yet", seq=seq),
            None,
            msg("Cycle {cycle} begins with revision {first}.", cycle=now.cycle, first=first),
        )
    then = workbook.snapshot_at(seq, now.cycle)
    changes: list[Change] = []
    for worksheet in sorted({*now.sheets, *then.sheets}):
        present, wanted = now.sheets.get(worksheet, {}), then.sheets.get(worksheet, {})
        for row_id, row in wanted.items():
            stands = {**row.values, **settle(worksheet, row.values)}
            patch = _difference(present[row_id].values if row_id in present else {}, stands)
            if patch or row_id not in present:
                changes.append(Put(worksheet, row_id, patch))
        changes += [Delete(worksheet, row_id) for row_id in present if row_id not in wanted]
    try:
        return workbook.commit(changes, author, origin=f"restore:{seq}", trusted=True)
    except Refused as refusal:
        if (end := _end_of_command(workbook, seq)) == seq:
            raise
        raise Refused(
            msg("Revision {seq} lies within a change that only ended with revision {end}", seq=seq, end=end),
            refusal.where,
            msg("Restore revision {end}.", end=end),
        ) from refusal


def _end_of_command(workbook: Workbook, seq: int) -> int:
    """The last revision of the command that ``seq`` is part of."""
    revision = next(workbook.journal.newest_first(seq), None)
    return workbook.journal.of_command(revision.command_id)[-1].seq if revision else seq


def field_changes(workbook: Workbook, revision: Revision) -> Iterator[FieldChange]:
    """What one revision changed, field by field."""
    before = _before(workbook, revision) or {}
    after: Mapping[str, Any] = {} if revision.operation == "delete" else revision.body
    for column in sorted({*before, *after}):
        if before.get(column) != after.get(column):
            yield FieldChange(revision, column, before.get(column), after.get(column))


def compare(workbook: Workbook, first: int, second: int) -> dict[tuple[str, str], dict[str, tuple[Any, Any]]]:
    """Rows that differ between two moments: (worksheet, row) -> column -> (value at first, value at second)."""
    cycle = workbook.snapshot().cycle
    one, two = (replay(workbook.journal, seq, cycle) for seq in (first, second))
    found: dict[tuple[str, str], dict[str, tuple[Any, Any]]] = {}
    for worksheet in {*one, *two}:
        for row_id in {*one.get(worksheet, {}), *two.get(worksheet, {})}:
            a, b = one.get(worksheet, {}).get(row_id), two.get(worksheet, {}).get(row_id)
            before, after = (a.values if a else {}), (b.values if b else {})
            fields = {
                name: (before.get(name), after.get(name)) for name in {*before, *after} if before.get(name) != after.get(name)
            }
            if fields or (a is None) != (b is None):
                found[worksheet, row_id] = fields
    return found
