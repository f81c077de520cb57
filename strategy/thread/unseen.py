"""Answers of the 30-second test that nobody is to see yet: until all on the list have written, or the facilitator lays them open.

The workbook's file holds them all the same. What is shown or handed out asks here first.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from strategy.thread.memory import per_snapshot
from strategy.workbook import Row, Snapshot

SHEET = "thirty_second"
_WRITTEN = "answer"


def latest_answers(snapshot: Snapshot, test_round: str) -> list[Row]:
    """Each participant's last answer of a round, in order of first appearance."""
    latest: dict[str, Row] = {}
    for row in snapshot.rows(SHEET):
        if row["round"] == test_round and row[_WRITTEN]:
            latest[str(row["participant"] or row.author)] = row
    return list(latest.values())


@dataclass(frozen=True)
class Round:
    """How far a round of the test has come. Answers stay unseen until everybody on the list has written, or they are laid open.

    Without a list (``listed``) nobody knows who is still to write, so they wait to be laid open.
    """

    answers: tuple[Row, ...]
    waiting: tuple[str, ...]
    laid_open: bool
    listed: bool = True

    @property
    def open(self) -> bool:
        return self.laid_open or (self.listed and not self.waiting)


def round_of(snapshot: Snapshot, test_round: str) -> Round:
    """The round as it stands."""
    answers = latest_answers(snapshot, test_round)
    given = {str(row["participant"] or row.author) for row in answers}
    listed = dict.fromkeys(str(row["name"]) for row in snapshot.rows("participant") if row["name"])
    waiting = tuple(name for name in listed if name not in given)
    return Round(tuple(answers), waiting, any(row["open_to_all"] for row in answers), bool(listed))


def unseen(snapshot: Snapshot) -> frozenset[str]:
    """Ids of the answers that are not to be seen yet."""
    return per_snapshot("unseen", snapshot, _unseen)


def _unseen(snapshot: Snapshot) -> frozenset[str]:
    rows = [row for row in snapshot.rows(SHEET) if row[_WRITTEN]]
    closed = {name for name in {row["round"] for row in rows} if not round_of(snapshot, name).open}
    return frozenset(row.id for row in rows if row["round"] in closed)


def visible(snapshot: Snapshot, worksheet: str, rows: Iterable[Row]) -> tuple[Row, ...]:
    """``rows`` of a worksheet without those that are not to be seen yet."""
    if worksheet != SHEET:
        return tuple(rows)
    hidden = unseen(snapshot)
    return tuple(row for row in rows if row.id not in hidden)


def hides(snapshot: Snapshot, worksheet: str, row_id: str, column: str) -> bool:
    """Whether a field of the history is not to be seen yet; of a deleted answer, while any answer is unseen."""
    if worksheet != SHEET or column != _WRITTEN:
        return False
    hidden = unseen(snapshot)
    return row_id in hidden or (bool(hidden) and snapshot.row(worksheet, row_id) is None)
