"""Work out what a set of changes does to the rows, before anything is written."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from strategy.errors import InvalidValue, Refused, UnknownName
from strategy.language import Speaks, msg
from strategy.method import Method
from strategy.workbook.changes import Change, Delete, Put, Review, merge
from strategy.workbook.journal import Operation
from strategy.workbook.snapshot import RowNamed, Snapshot
from strategy.workbook.values import clean_values, targets

ROW_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")

#: Origins of commands that write what was computed or is given; whatever else writes a row is somebody's hand.
NOT_BY_HAND = frozenset({"adopt", "seed", "sample", "carry"})

#: What the rule of a row computes from customer data.
FIGURES_OF_A_RULE = ("customers", "revenue")


@dataclass
class Planned:
    """What a row becomes: the revision to be written for it."""

    worksheet: str
    row_id: str
    version: int
    operation: Operation
    body: dict[str, Any]


class Draft:
    """Changes laid one over the other on a snapshot. :meth:`finish` checks what only the end state can show."""

    def __init__(self, method: Method, snapshot: Snapshot, trusted: bool, by_hand: bool = False) -> None:
        self._method, self._snapshot, self._trusted, self._by_hand = method, snapshot, trusted, by_hand
        self._planned: dict[tuple[str, str], Planned] = {}

    def add(self, change: Change) -> None:
        if not self._trusted or not isinstance(change, Put):
            self._method.worksheet(change.worksheet)
        if isinstance(change, Put):
            self._put(change)
        elif isinstance(change, Delete):
            self._delete(change)
        else:
            self._review(change)

    def _current(self, worksheet: str, row_id: str) -> tuple[int, dict[str, Any] | None]:
        """Version and values of a row as this draft has it; ``None`` where there is no such row."""
        planned = self._planned.get((worksheet, row_id))
        if planned:
            return planned.version, None if planned.operation == "delete" else planned.body
        row = self._snapshot.row(worksheet, row_id)
        if row:
            return row.version, dict(row.values)
        earlier = self._snapshot.journal.of_row(self._snapshot.cycle, worksheet, row_id)
        return (earlier[-1].version if earlier else 0), None

    def _base(self, change: Put, version: int, current: Mapping[str, Any]) -> Mapping[str, Any]:
        if change.base is None or change.base == version:
            return current
        for revision in self._snapshot.journal.of_row(self._snapshot.cycle, change.worksheet, change.row_id):
            if revision.version == change.base:
                return revision.body if revision.operation != "delete" else {}
        return {}

    def _put(self, change: Put) -> None:
        if not ROW_ID.fullmatch(change.row_id):
            raise InvalidValue(
                msg("“{row}” cannot be the id of a row", row=change.row_id[:70]),
                change.worksheet,
                msg("Use lower-case letters, digits, - and _; at most 64."),
            )
        version, current = self._current(change.worksheet, change.row_id)
        if change.base is not None and change.base > version:
            raise InvalidValue(
                msg("The row has no version {base}; the latest is {version}", base=change.base, version=version)
                if version
                else msg("There is no such row yet, and so no version {base} of it", base=change.base),
                RowNamed(self._snapshot, change.worksheet, change.row_id),
                msg("Read the row, and say the version you have read."),
            )
        if current is None and change.base:
            raise Refused(
                msg("The row has been deleted in the meantime"),
                RowNamed(self._snapshot, change.worksheet, change.row_id),
                msg("Undo the deletion, or add it anew."),
            )
        known = current or {}
        if self._trusted:
            patch = dict(change.values)
        else:
            worksheet = self._method.worksheet(change.worksheet)
            self._closed(worksheet.rows == "fixed" and current is None and not _seeded(worksheet, change.row_id), change)
            patch = clean_values(worksheet, change.values)
        base = self._base(change, version, known)
        body = merge(change, patch, known, base, self._last_author(change), self._titles(change.worksheet))
        if current is not None and body == current:
            return
        if self._by_hand and not self._trusted and current is not None and _overwrites_figures(current, body):
            body["figures_from"] = "judgement"
        operation: Operation = "insert" if current is None else "update"
        self._plan(change.worksheet, change.row_id, version, operation, body)

    def _titles(self, worksheet: str) -> dict[str, Speaks]:
        """What the columns of a worksheet are called; none where the method no longer has it."""
        known = self._method.has_worksheet(worksheet)
        return {column.id: column.title for column in self._method.worksheet(worksheet).fields} if known else {}

    def _closed(self, refused: bool, change: Put | Delete) -> None:
        if refused:
            raise Refused(
                msg("The rows of this worksheet are given by the method"),
                RowNamed(self._snapshot, change.worksheet, change.row_id),
                msg("Fill in the rows that are there."),
            )

    def _delete(self, change: Delete) -> None:
        version, current = self._current(change.worksheet, change.row_id)
        if current is None:
            raise unknown_row(change.worksheet, change.row_id)
        worksheet = self._method.worksheet(change.worksheet)
        self._closed(worksheet.rows == "fixed" and not self._trusted, change)
        if change.base is not None and change.base != version:
            raise Refused(
                msg("{author} changed the row after you read it", author=self._last_author(change)),
                RowNamed(self._snapshot, change.worksheet, change.row_id),
                msg("Look at it again before you delete it."),
            )
        self._plan(change.worksheet, change.row_id, version, "delete", current)

    def _review(self, change: Review) -> None:
        version, current = self._current(change.worksheet, change.row_id)
        if current is None:
            raise unknown_row(change.worksheet, change.row_id)
        self._plan(change.worksheet, change.row_id, version, "review", current)

    def _plan(self, worksheet: str, row_id: str, version: int, operation: Operation, body: dict[str, Any]) -> None:
        key = (worksheet, row_id)
        earlier = self._planned.pop(key, None)
        if earlier:
            # Two changes of one row in one command are one revision: what counts is where it started and where it ended.
            started = self._snapshot.row(worksheet, row_id)
            version = started.version if started else version - 1
            if started is None and operation == "delete":
                return
            if started is None:
                operation = "insert"
            elif operation == "insert":
                operation = "update"
        self._planned[key] = Planned(worksheet, row_id, version + 1, operation, body)

    def _last_author(self, change: Change) -> str:
        revisions = self._snapshot.journal.of_row(self._snapshot.cycle, change.worksheet, change.row_id)
        return revisions[-1].author if revisions else "?"

    # -- the end state ------------------------------------------------------------------------------------------------------

    def finish(self) -> list[Planned]:
        """The revisions to write. Raises :class:`Refused` when a reference would point to a row that is not there."""
        deleted = {key for key, planned in self._planned.items() if planned.operation == "delete"}
        for planned in self._planned.values():
            if planned.operation in ("insert", "update") and self._method.has_worksheet(planned.worksheet):
                self._check_references(planned)
        if deleted:
            self._check_dependants(deleted)
        return list(self._planned.values())

    def _check_references(self, planned: Planned) -> None:
        for column in self._method.worksheet(planned.worksheet).references:
            for worksheet, row_id in targets(column, planned.body.get(column.id)):
                if self._current(worksheet, row_id)[1] is None:
                    raise Refused(
                        msg(
                            "{column} refers to {row}, which does not exist or was deleted",
                            column=column.title,
                            row=f"{worksheet}/{row_id}",
                        ),
                        RowNamed(self._snapshot, planned.worksheet, planned.row_id),
                        msg("Choose a row that is there."),
                    )

    def _check_dependants(self, deleted: set[tuple[str, str]]) -> None:
        pointing = list(self._pointing(deleted))
        if not pointing:
            return
        worksheet, row_id, pointed = pointing[0]
        names = {"row": RowNamed(self._snapshot, *pointed), "other": RowNamed(self._snapshot, worksheet, row_id)}
        rows = len({(sheet, row) for sheet, row, _ in pointing})
        raise Refused(
            msg("{row} is still referred to by {other}", **names)
            if rows == 1
            else msg("{row} is still referred to by {count:# row|# rows}, such as {other}", count=rows, **names),
            None,
            msg("Point them elsewhere or delete them first."),
        )

    def _pointing(self, deleted: set[tuple[str, str]]) -> Iterator[tuple[str, str, tuple[str, str]]]:
        wanted = {worksheet for worksheet, _ in deleted}
        for worksheet in self._method.worksheets:
            columns = [column for column in worksheet.references if wanted & set(column.to)]
            for row in self._snapshot.rows(worksheet.id) if columns else ():
                current = self._current(worksheet.id, row.id)[1]
                for column in columns if current is not None else ():
                    for target in targets(column, (current or {}).get(column.id)):
                        if target in deleted:
                            yield worksheet.id, row.id, target


def _seeded(worksheet: Any, row_id: str) -> bool:
    return any(row.id == row_id for row in worksheet.seed)


def _overwrites_figures(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Whether figures that the row's rule computed from customer data become other ones."""
    computed = bool(after.get("rule")) and before.get("figures_from") == "data"
    return computed and any(before.get(name) != after.get(name) for name in FIGURES_OF_A_RULE)


def unknown_row(worksheet: str, row_id: str) -> UnknownName:
    return UnknownName(msg("There is no row {row}", row=f"{worksheet}/{row_id}"), None, msg("It may have been deleted."))


def new_row_id(worksheet: str) -> str:
    """An id no other row has; short, because it stands in links."""
    return f"{worksheet[:12].strip('_')}-{uuid.uuid4().hex[:8]}"
