"""A frozen view of everything in the workbook at one moment. All that computes is a function of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from strategy.language import Language, msg
from strategy.method import Column, Method, Worksheet
from strategy.workbook.journal import Journal, Revision
from strategy.workbook.values import is_empty, targets

#: What stands between several choices or references in one cell.
_BETWEEN: dict[Language, str] = {"en": ", ", "zh": "、"}

#: The unit of amounts of money, as the method names it.
PLAN_CURRENCY = "plan currency"

_EMPTY: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True)
class Row:
    """One row as it stands. ``ordinal`` counts the rows of its worksheet in order of creation, deleted ones included."""

    worksheet: str
    id: str
    version: int
    seq: int
    values: Mapping[str, Any]
    author: str
    made_at: dt.datetime
    ordinal: int

    def get(self, column: str, default: Any = None) -> Any:
        value = self.values.get(column)
        return default if value is None else value

    def __getitem__(self, column: str) -> Any:
        return self.values.get(column)


@dataclass(frozen=True)
class FieldChange:
    """One field of one row changed: what it was, what it became, who did it and when."""

    revision: Revision
    column: str
    before: Any
    after: Any


Sheets = Mapping[str, Mapping[str, Row]]


@dataclass(frozen=True)
class Snapshot:
    """The workbook at journal position ``seq``, seen from one planning cycle. ``data_version`` is 0 without customer data.

    ``head`` and ``data_head`` are the hashes of the last revision and of the one that brought the customer data. They tell copies of a
    workbook apart, which share its id and may have come equally far on different ways.
    """

    workbook_id: str
    name: str
    seq: int
    cycle: int
    cycles: tuple[int, ...]
    data_version: int
    method: Method
    sheets: Sheets
    head: str
    data_head: str
    journal: Journal = field(repr=False, compare=False)

    def rows(self, worksheet: str) -> tuple[Row, ...]:
        """The rows of a worksheet in order of creation."""
        return tuple(self.sheets.get(worksheet, _EMPTY).values())

    def row(self, worksheet: str, row_id: str | None) -> Row | None:
        return self.sheets.get(worksheet, _EMPTY).get(row_id) if row_id else None

    def children(self, worksheet: str, via: str, row_id: str) -> tuple[Row, ...]:
        """Rows of ``worksheet`` whose reference column ``via`` points to ``row_id``; none where the method lacks the worksheet."""
        if not self.method.has_worksheet(worksheet):
            return ()
        column = self.method.worksheet(worksheet).column(via)
        return tuple(row for row in self.rows(worksheet) if any(target == row_id for _, target in targets(column, row[via])))

    def label(self, worksheet: str, row_id: str, language: Language) -> str:
        """What a row is called: the value of its label column, in words; without one, its place in the worksheet."""
        row = self.row(worksheet, row_id)
        if row is None:
            return row_id
        spec = self.method.worksheet(worksheet)
        text = self.text(spec, row, spec.label, language)
        return text or self._unnamed(spec, row, language)

    def short(self, segment_id: str, language: Language) -> str:
        """A segment's short name, as it stands on charts."""
        row = self.row("segment", segment_id)
        return (row["short_name"] or self.label("segment", segment_id, language)) if row else segment_id

    def _unnamed(self, spec: Worksheet, row: Row, language: Language) -> str:
        """A row without a name: the third of its worksheet, say."""
        return msg("{worksheet}, row {number}", worksheet=spec.title, number=row.ordinal + 1).in_(language)

    def text(self, spec: Worksheet, row: Row, column_id: str, language: Language) -> str:
        """One cell in words: choices by their title, references by the label of their row."""
        column = spec.column(column_id)
        value = row[column_id]
        if is_empty(value):
            return ""
        if column.is_reference:
            return _BETWEEN[language].join(self.label(sheet, target, language) for sheet, target in targets(column, value))
        if column.type in ("choice", "choices"):
            items = value if isinstance(value, list) else [value]
            titles = [(column.choice(item), item) for item in items]
            return _BETWEEN[language].join(choice.title.in_(language) if choice else str(item) for choice, item in titles)
        if column.type == "boolean":
            return {"en": ("yes", "no"), "zh": ("是", "否")}[language][0 if value else 1]
        if isinstance(value, float):
            return f"{value:g}" if abs(value) < 1e6 else f"{value:.0f}"
        return str(value)

    def heading(self, column: Column, language: Language) -> str:
        """A column's title with the unit its numbers are in: the plan's own currency where it has said which, nothing said twice."""
        title = column.title.in_(language)
        unit = column.unit.in_(language) if column.unit else ""
        if column.unit and column.unit.en == PLAN_CURRENCY and self.currency:
            unit = self.currency
        if not unit or unit.casefold() in title.casefold():
            return title
        return f"{title} ({unit})" if language == "en" else f"{title}（{unit}）"

    def references(self, row: Row) -> Iterator[tuple[str, str, str]]:
        """What a row points to: (column, worksheet, row id)."""
        for column in self.method.worksheet(row.worksheet).references:
            for worksheet, row_id in targets(column, row[column.id]):
                yield column.id, worksheet, row_id

    def changes(self, worksheet: str, row_id: str, since: int = 0) -> Iterator[FieldChange]:
        """Field by field, what changed in a row after journal position ``since``."""
        before: Mapping[str, Any] = {}
        for revision in self.journal.of_row(self.cycle, worksheet, row_id, self.seq):
            if revision.seq > since and revision.operation in ("insert", "update"):
                for column in sorted({*before, *revision.body}):
                    if before.get(column) != revision.body.get(column):
                        yield FieldChange(revision, column, before.get(column), revision.body.get(column))
            before = revision.body

    def segments(self, *roles: str) -> tuple[Row, ...]:
        """Segments, all or those with one of ``roles``, in order of creation."""
        return tuple(row for row in self.rows("segment") if not roles or row["role"] in roles)

    def earlier(self, *worksheets: str) -> Snapshot | None:
        """The latest cycle before this one, as far as ``worksheets`` go; ``None`` in the first cycle."""
        before = [cycle for cycle in self.cycles if cycle < self.cycle]
        if not before:
            return None
        return replace(self, cycle=max(before), sheets=replay(self.journal, self.seq, max(before), frozenset(worksheets)))

    @property
    def targets(self) -> tuple[Row, ...]:
        """The segments this plan is for: primary and secondary."""
        return self.segments("primary", "secondary")

    @property
    def currency(self) -> str:
        frame = next(iter(self.rows("plan_frame")), None)
        return str(frame.get("currency", "")) if frame else ""


@dataclass(frozen=True)
class RowNamed:
    """A row in a sentence: its worksheet and what it is called, and its id where it is called nothing."""

    snapshot: Snapshot
    worksheet: str
    row_id: str

    def in_(self, language: Language) -> str:
        if not self.snapshot.method.has_worksheet(self.worksheet):
            return f"{self.worksheet}/{self.row_id}"
        title = self.snapshot.method.worksheet(self.worksheet).title.in_(language)
        label = self.snapshot.label(self.worksheet, self.row_id, language)
        return f"{title}“{label}”" if language == "zh" else f"{title} “{label}”"


def replay(journal: Journal, seq: int, cycle: int, worksheets: frozenset[str] | None = None) -> dict[str, dict[str, Row]]:
    """The rows of one cycle after the first ``seq`` revisions; of some ``worksheets`` only, where they are named."""
    sheets: dict[str, dict[str, Row]] = {}
    ordinals: dict[tuple[str, str], int] = {}
    counts: dict[str, int] = {}
    for revision in journal.up_to(seq):
        if revision.cycle == cycle and revision.operation != "import" and (worksheets is None or revision.worksheet in worksheets):
            apply(sheets, ordinals, counts, revision)
    return in_order(sheets)


def apply(
    sheets: dict[str, dict[str, Row]], ordinals: dict[tuple[str, str], int], counts: dict[str, int], revision: Revision
) -> None:
    """Carry one revision into ``sheets``. A row keeps its ordinal even when it is deleted and brought back."""
    key = (revision.worksheet, revision.row_id)
    if key not in ordinals:
        ordinals[key] = counts.get(revision.worksheet, 0)
        counts[revision.worksheet] = ordinals[key] + 1
    rows = sheets.setdefault(revision.worksheet, {})
    if revision.operation == "delete":
        rows.pop(revision.row_id, None)
        return
    rows[revision.row_id] = Row(
        revision.worksheet,
        revision.row_id,
        revision.version,
        revision.seq,
        MappingProxyType(dict(revision.body)),
        revision.author,
        revision.made_at,
        ordinals[key],
    )


def in_order(sheets: dict[str, dict[str, Row]]) -> dict[str, dict[str, Row]]:
    return {name: dict(sorted(rows.items(), key=lambda item: item[1].ordinal)) for name, rows in sheets.items()}
