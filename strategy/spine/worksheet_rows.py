"""A table of a file into the rows of a worksheet: headings and cells understood, every problem named, all of it stored or nothing."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from strategy.customers.mapping import DateOrder, DecimalMark
from strategy.customers.plain_table import PlainTable
from strategy.errors import ImportRefused
from strategy.language import Message, Speaks, msg
from strategy.method import Column, Worksheet
from strategy.spine.cells import Cell, Problem, Read, reader, refused
from strategy.spine.headings import HELP_MARK, ROW_ID, VERSION, match, place_of, writable
from strategy.spine.participants import with_names_kept
from strategy.spine.same_row import Told
from strategy.spine.survey_layout import Options, Record, Survey, recognise
from strategy.workbook import Put, Receipt, Row, Snapshot, Workbook
from strategy.workbook.drafting import ROW_ID as ROW_ID_FORM
from strategy.workbook.drafting import new_row_id
from strategy.workbook.values import is_empty

MOST_ROWS = 20_000


@dataclass(frozen=True)
class RowsRead:
    """What a file would do to a worksheet.

    ``matched``: heading -> column id; ``unmatched``: headings nothing was found for; ``puts``: one change per row without a problem,
    with its row in the file; ``identical`` rows are there already; ``left_out``: rows of the file with a problem.
    """

    worksheet: str
    file: str
    matched: Mapping[str, str]
    unmatched: tuple[str, ...]
    notes: tuple[Message, ...]
    puts: tuple[Put, ...]
    added: int
    updated: int
    identical: int
    problems: tuple[Problem, ...]
    left_out: int
    survey: Survey | None = field(default=None, compare=False)

    @property
    def fatal(self) -> bool:
        return any(problem.fatal for problem in self.problems)

    def sentences(self, stored: bool = False) -> list[Message]:
        """What was understood and what would happen, or did happen where it is ``stored``, for a reader."""
        counts = {"added": self.added, "updated": self.updated, "identical": self.identical}
        said: list[Message] = list(self.notes)
        said.append(
            msg(
                "{added:0=No row was|# row was|# rows were} added, {updated:0=none|#} changed; {identical:0=none was|# was|# were} there already.",
                **counts,
            )
            if stored
            else msg(
                "{added:0=No row|# row|# rows} would be added, {updated:0=none|#} changed; {identical:0=none is|# is|# are} there already.",
                **counts,
            )
        )
        if self.unmatched:
            said.append(msg("Not understood and left alone: {names}.", names=", ".join(self.unmatched[:12])))
        if self.left_out:
            said.append(msg("Rows or questionnaires with a problem: {count}.", count=self.left_out))
        return said


def read_rows(
    snapshot: Snapshot,
    sheet: Worksheet,
    table: PlainTable,
    decimal: DecimalMark | None = None,
    order: DateOrder | None = None,
    options: Options | None = None,
) -> RowsRead:
    """Understand ``table`` as rows of ``sheet``; nothing is stored.

    ``decimal`` and ``order`` settle numbers and dates that can be read in two ways; ``options`` is for survey answers.

    Raises:
        ImportRefused: no heading is known, or there are more than 20,000 rows.
    """
    survey = recognise(snapshot, sheet, table, options or Options())
    records, matched, unmatched = (survey.records, survey.matched, survey.unmatched) if survey else _plain(sheet, table)
    if not matched:
        raise ImportRefused(
            msg("None of the headings belongs to the worksheet “{worksheet}”", worksheet=sheet.title),
            table.name,
            msg("Its columns are: {columns}. The template has them all.", columns=", ".join(c.title.en for c in writable(sheet))),
        )
    if len(records) > MOST_ROWS:
        raise ImportRefused(
            msg("The file holds {count:# row|# rows} for this worksheet; at most {limit} can be brought in", count=f"{len(records):,}",
                limit=f"{MOST_ROWS:,}"),
            table.name,
            msg("Split the file, or bring in a sample of the answers."),
        )  # fmt: skip
    work = _Work(snapshot, sheet, table.name, records, bool(survey))
    work.problems += survey.problems if survey else ()
    work.bad |= survey.bad if survey else set()
    headings = {column: heading for heading, column in matched.items()}
    work.read(headings, decimal, order, survey.points if survey else frozenset())
    return work.result(matched, unmatched, survey, table.notes)


def _plain(sheet: Worksheet, table: PlainTable) -> tuple[Sequence[Record], dict[str, str], tuple[str, ...]]:
    """One record a row of the table, under the headings that name columns."""
    id_at, version_at = place_of(table.columns, ROW_ID), place_of(table.columns, VERSION)
    own = match(table.columns, writable(sheet))
    own = {place: column for place, column in own.items() if place not in (id_at, version_at)}
    records = []
    for number, cells in zip(table.numbers, table.rows, strict=True):
        row_id = cells[id_at] if id_at is not None else ""
        if row_id.startswith(HELP_MARK):
            continue
        version = cells[version_at] if version_at is not None else ""
        if row_id or any(cells[place] for place in own):
            records.append(Record(number, {column: cells[place] for place, column in own.items()}, row_id, version))
    matched = {table.columns[place]: column for place, column in own.items()}
    known = {*own, id_at, version_at}
    return records, matched, tuple(name for place, name in enumerate(table.columns) if place not in known)


class _Work:
    """Records on their way to changes; collects problems instead of stopping at the first."""

    def __init__(self, snapshot: Snapshot, sheet: Worksheet, file: str, records: Sequence[Record], survey: bool) -> None:
        self.snapshot, self.sheet, self.file, self.records, self.survey = snapshot, sheet, file, records, survey
        self.problems: list[Problem] = []
        self.notes: list[Message] = []
        self.bad: set[int] = set()
        self.values: list[dict[str, Any]] = [{} for _ in records]

    def _say(self, at: int, column: Speaks | str, what: Speaks, fix: Speaks | None = None) -> None:
        self.problems.append(Problem(self.records[at].row, column, what, fix))
        self.bad.add(at)

    def read(
        self, headings: Mapping[str, str], decimal: DecimalMark | None, order: DateOrder | None, points: Collection[str] = ()
    ) -> None:
        """Take every column's cells for values; numbers of the columns in ``points`` have a point, whatever else the file writes."""
        for column in writable(self.sheet):
            if column.id not in headings:
                continue
            cells = [(record.row, record.cells.get(column.id, "")) for record in self.records]
            mark: DecimalMark | None = "." if column.id in points else decimal
            try:
                take = reader(self.snapshot, self.sheet, column, cells, self.file, headings[column.id], mark, order, self.survey)
            except ImportRefused as error:
                self.problems.append(refused(error, column.title))
                continue
            self._column(column, take)
            if column.type == "percent":
                self._shares_of_one(column, [text for _, text in cells if text])

    def _shares_of_one(self, column: Column, texts: Sequence[str]) -> None:
        """Say how percentages are read that look like shares of 1: 0.6 is 0.6%, and may have been meant as 60%."""
        given = [value for value in (values.get(column.id) for values in self.values) if value is not None]
        if any(text.endswith(("%", "％")) for text in texts) or not given or not all(0 <= value <= 1 for value in given):
            return
        if all(value in (0, 1) for value in given):
            return
        largest = max(given)
        self.notes.append(
            msg("“{column}” holds nothing above 1 and is read as percent: {value} is {value}%, not {times}%. Where shares of 1 are meant, "
                "multiply them by 100.", column=column.title, value=f"{largest:g}", times=f"{100 * largest:g}")
        )  # fmt: skip

    def _column(self, column: Column, take: Read) -> None:
        for at, record in enumerate(self.records):
            if column.id not in record.cells:
                continue
            text = record.cells[column.id]
            try:
                self.values[at][column.id] = take(text) if text else None
            except Cell as problem:
                self._say(at, column.title, problem.what, problem.fix)

    def result(
        self, matched: Mapping[str, str], unmatched: tuple[str, ...], survey: Survey | None, heard: tuple[Message, ...]
    ) -> RowsRead:
        rows_there = self.snapshot.rows(self.sheet.id)
        present, told = {self._key(row.values) for row in rows_there}, Told(self.sheet, rows_there)
        puts: list[Put] = []
        added = updated = identical = 0
        lacking: dict[str, int] = {}
        for at, record in enumerate(self.records):
            if at in self.bad:
                continue
            row = self.snapshot.row(self.sheet.id, record.row_id)
            if row is not None:
                change = self._change(row, record, self.values[at])
                if change is None:
                    identical += 1
                else:
                    puts.append(change)
                    updated += 1
                continue
            values = {name: value for name, value in self.values[at].items() if not is_empty(value)}
            if not values:
                continue
            key = self._key(values)
            if not record.row_id and key in present:
                identical += 1
                continue
            if not self._may_add(at, record, values, lacking):
                continue
            if not record.row_id and (otherwise := told.otherwise(values, record.row)):
                self._say(at, self._who(values), *otherwise)
                continue
            present.add(key)
            puts.append(Put(self.sheet.id, record.row_id or new_row_id(self.sheet.id), values, 0))
            added += 1
        for name, count in lacking.items():
            column = self.sheet.column(name)
            self.problems.append(
                Problem(
                    None,
                    column.title,
                    msg(
                        "There is no column for {column}, which {count:# new row needs|# new rows need}",
                        column=column.title,
                        count=count,
                    ),
                    msg("Add a column headed “{heading}”, or use the template.", heading=column.title),
                    fatal=True,
                )
            )
        notes = (*heard, *(survey.notes if survey else ()), *self.notes)
        self.problems.sort(key=lambda problem: (problem.row is not None, problem.row or 0))
        rows = {self.records[at].row for at in self.bad} | {p.row for p in self.problems if p.row is not None}
        return RowsRead(
            self.sheet.id, self.file, matched, unmatched, notes, tuple(puts), added, updated, identical, tuple(self.problems),
            len(rows), survey,
        )  # fmt: skip

    def _who(self, values: Mapping[str, Any]) -> str:
        """Whose row it is, for a list of problems."""
        if kpi := values.get("kpi"):
            return self.snapshot.label("kpi", str(kpi), "en")[:60]
        return str(values.get("respondent") or values.get("participant") or "")[:60]

    def _key(self, values: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
        """A row by its contents, for telling that it is there already."""
        return tuple((c.id, _canonical(values.get(c.id))) for c in writable(self.sheet) if not is_empty(values.get(c.id)))

    def _may_add(self, at: int, record: Record, values: Mapping[str, Any], lacking: dict[str, int]) -> bool:
        if self.sheet.rows == "fixed":
            self._say(
                at,
                "id",
                msg("The rows of this worksheet are given by the method"),
                msg("Fill in the rows of the template and keep their id."),
            )
            return False
        if record.row_id and not ROW_ID_FORM.fullmatch(record.row_id):
            self._say(
                at,
                "id",
                msg("“{row}” cannot be the id of a row", row=record.row_id[:70]),
                msg("Leave the id empty for a new row; one is given."),
            )
            return False
        complete = True
        for column in self.sheet.required:
            if column.id in values or column.is_structured:
                continue
            complete = False
            if column.id in record.cells:
                self._say(at, column.title, msg("{column} is empty", column=column.title), msg("Fill it in, or leave the row out."))
            else:
                lacking[column.id] = lacking.get(column.id, 0) + 1
                self.bad.add(at)
        return complete

    def _change(self, row: Row, record: Record, values: Mapping[str, Any]) -> Put | None:
        """What the file changes in a row that is there; what others changed since the file was written is left to the merge."""
        base: Mapping[str, Any] = row.values
        version: int | None = None
        if record.version.isdigit():
            for revision in self.snapshot.journal.of_row(self.snapshot.cycle, self.sheet.id, row.id):
                if revision.version == int(record.version):
                    base, version = revision.body, revision.version
        changed = {name: value for name, value in values.items() if not _same(value, base.get(name))}
        return Put(self.sheet.id, row.id, changed, version) if changed else None


def _canonical(value: Any) -> str:
    return f"{float(value):.12g}" if isinstance(value, (int, float)) and not isinstance(value, bool) else str(value)


def _same(one: Any, two: Any) -> bool:
    if is_empty(one) and is_empty(two):
        return True
    numbers = all(isinstance(value, (int, float)) and not isinstance(value, bool) for value in (one, two))
    return math.isclose(one, two, rel_tol=1e-12) if numbers else bool(one == two)


def import_rows(workbook: Workbook, read: RowsRead, author: str, skip_problems: bool = False) -> Receipt | None:
    """Store what was read, in one commit; ``None`` when there is nothing to store.

    Raises:
        ImportRefused: there are problems and ``skip_problems`` is not set, or one that cannot be passed over. Nothing is stored then.
        Conflict: somebody changed the same cells since the file was written.
    """
    if read.problems and (read.fatal or not skip_problems):
        first = next((problem for problem in read.problems if problem.fatal), read.problems[0])
        headings = {*read.matched, *read.unmatched, "id"}
        where = (
            msg("{file}, row {row}, column {column}", file=read.file, row=first.row, column=first.column)
            if first.row is not None and (not isinstance(first.column, str) or first.column in headings)
            else msg("{file}, row {row} ({who})", file=read.file, row=first.row, who=first.column)
            if first.row is not None
            else msg("{file}, column {column}", file=read.file, column=first.column)
        )
        what: Speaks = first.what
        if len(read.problems) > 1:
            what = msg("{problem} (and {count} more problems)", problem=first.what, count=len(read.problems) - 1)
        raise ImportRefused(what, where, first.fix)
    if not read.puts:
        return None
    return workbook.commit(with_names_kept(workbook.snapshot(), read.puts), author, origin="file")
