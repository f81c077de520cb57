"""A participant keeps his or her scores and answers when the name on the list is corrected.

Scores name people by text, because somebody who is not on the list may score too. So a new name has to be carried to them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from strategy.language import Message, msg
from strategy.method import Worksheet
from strategy.workbook import Change, Delete, Put, Snapshot

LIST = "participant"
_NAME = "name"
_WHO = "participant"


def with_names_kept(snapshot: Snapshot, changes: Sequence[Change]) -> list[Change]:
    """``changes``, and after them what a participant's new name means for the rows that were entered under the old one."""
    renamed = [change for change in changes if isinstance(change, Put) and change.worksheet == LIST and _NAME in change.values]
    return [*changes, *(put for change in renamed for put in _carried(snapshot, change))]


def _carried(snapshot: Snapshot, change: Put) -> Iterator[Put]:
    row = snapshot.row(LIST, change.row_id)
    before = str(row[_NAME] or "").strip() if row else ""
    after = str(change.values[_NAME] or "").strip()
    others = {str(other[_NAME] or "").strip() for other in snapshot.rows(LIST) if other.id != change.row_id}
    if not before or not after or before == after or before in others:  # of two people of one name nobody can tell whose a score is
        return
    for sheet in snapshot.method.worksheets:
        if _names_people(sheet):
            rows = snapshot.rows(sheet.id)
            if all(row[_WHO] != after for row in rows):  # else they would pass for the scores of somebody who has scored already
                yield from (Put(sheet.id, row.id, {_WHO: after}) for row in rows if row[_WHO] == before)


def what_stays(before: Snapshot, changes: Sequence[Change]) -> Iterator[Message]:
    """For every participant whom ``changes`` took off the list, as it was ``before``: that his or her scores still count."""
    for change in changes:
        row = before.row(LIST, change.row_id) if isinstance(change, Delete) and change.worksheet == LIST else None
        name = str(row[_NAME] or "").strip() if row else ""
        people = [sheet for sheet in before.method.worksheets if _names_people(sheet)]
        count = sum(entered[_WHO] == name for sheet in people for entered in before.rows(sheet.id)) if name else 0
        if count:
            yield msg(
                "What {name} scored or answered ({count:# row|# rows}) stays in the plan and in its means. Delete these rows in their "
                "worksheets if they are not to count.",
                name=name,
                count=count,
            )


def _names_people(sheet: Worksheet) -> bool:
    return _WHO in sheet.by_id and sheet.column(_WHO).type == "text"
