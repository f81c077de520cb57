"""The plan as a reader gets it, in one language: cover, steps with decisions, evidence and worksheets, register, checks, history."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from strategy.errors import StrategyError
from strategy.exhibits import Exhibit, figure_source, present
from strategy.exhibits.captions import Brief
from strategy.exhibits.palette import segment_color
from strategy.language import Language, Speaks, msg, say
from strategy.method import Step, Worksheet
from strategy.thread import Finding, Readiness, find, readiness, stale
from strategy.thread.unseen import visible
from strategy.thread.wording import change_in_words, row_in_words, rule_text
from strategy.workbook import Revision, Row, Snapshot, Workbook
from strategy.workbook.history import field_changes
from strategy.workbook.values import is_empty, targets

#: Revisions listed in a report; the workbook file holds them all.
HISTORY = 2_000
#: Letters of a name in the tables of others.
MOST_NAME = 120


@dataclass(frozen=True)
class Table:
    """A worksheet as a table of words: headings and cells in the reader's language, empty columns left out."""

    worksheet: Worksheet
    title: str
    headings: tuple[str, ...]
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    raw: tuple[Row, ...]


@dataclass(frozen=True)
class Section:
    """One step of the plan."""

    step: Step
    layer: str
    readiness: Readiness
    decisions: tuple[Row, ...]
    exhibits: tuple[Exhibit, ...]
    tables: tuple[Table, ...]


@dataclass(frozen=True)
class Change:
    """One revision, for the history table."""

    revision: Revision
    worksheet: str
    row: str
    fields: str


@dataclass(frozen=True)
class Plan:
    """Everything a report shows."""

    workbook: Workbook
    snapshot: Snapshot
    language: Language
    made_at: dt.datetime
    sections: tuple[Section, ...]
    findings: tuple[Finding, ...]
    history: tuple[Change, ...]

    def say(self, value: Speaks | str) -> str:
        return say(value, self.language)

    def cell(self, row: Row, column: str) -> str:
        return self.snapshot.text(self.snapshot.method.worksheet(row.worksheet), row, column, self.language)

    @property
    def segments(self) -> tuple[Row, ...]:
        return self.snapshot.rows("segment")

    def color(self, segment: Row) -> str:
        return segment_color(segment)

    @property
    def decisions(self) -> tuple[Row, ...]:
        order = {step.id: number for number, step in enumerate(self.snapshot.method.steps)}
        return tuple(sorted(self.snapshot.rows("decision"), key=lambda row: (order.get(row.get("step", ""), 99), row.ordinal)))

    def status(self, decision: Row) -> str:
        """A decision's status; one that stands on something that has changed needs review."""
        column = self.snapshot.method.worksheet("decision").column("status")
        shown = "review_needed" if ("decision", decision.id) in stale(self.snapshot) else decision.get("status", "draft")
        choice = column.choice(shown)
        return choice.title.in_(self.language) if choice else str(shown)


def plan_of(workbook: Workbook, language: Language) -> Plan:
    """The plan of a workbook as it stands now."""
    snapshot = workbook.snapshot()
    figures = figure_source(snapshot, workbook.cursor)
    findings = find(snapshot, figures)
    ready = readiness(snapshot, figures)
    sections = tuple(_section(workbook, snapshot, step, ready[step.id], language) for step in snapshot.method.steps)
    history = tuple(_history(workbook, snapshot, language))
    return Plan(workbook, snapshot, language, dt.datetime.now().astimezone(), sections, findings, history)


def _section(workbook: Workbook, snapshot: Snapshot, step: Step, ready: Readiness, language: Language) -> Section:
    decisions = tuple(row for row in snapshot.rows("decision") if row["step"] == step.id)
    tables = tuple(table_of(snapshot, sheet, language) for sheet in step.worksheets if filled(snapshot, sheet))
    layer = snapshot.method.layer(step.layer).title.in_(language)
    return Section(step, layer, ready, decisions, tuple(_exhibits(workbook, snapshot, step)), tables)


def _exhibits(workbook: Workbook, snapshot: Snapshot, step: Step) -> Iterator[Exhibit]:
    """The exhibits of a step that have something to show."""
    for exhibit_id in step.exhibits:
        try:
            yield present(exhibit_id, snapshot, workbook.cursor)
        except StrategyError:
            continue


def filled(snapshot: Snapshot, sheet: Worksheet) -> bool:
    """Whether anybody has written anything beyond the seeded rows."""
    seeded = {row.id: row.values for row in sheet.seed}
    return any(dict(row.values) != seeded.get(row.id) for row in snapshot.rows(sheet.id))


def table_of(snapshot: Snapshot, sheet: Worksheet, language: Language) -> Table:
    rows = visible(snapshot, sheet.id, snapshot.rows(sheet.id))
    columns = [column for column in sheet.fields if column.type != "evidence" and any(not is_empty(row[column.id]) for row in rows)]
    cells = tuple(tuple(_cell(snapshot, sheet, row, column.id, language) for column in columns) for row in rows)
    headings = tuple(snapshot.heading(column, language) for column in columns)
    return Table(sheet, sheet.title.in_(language), headings, tuple(column.id for column in columns), cells, rows)


def _cell(snapshot: Snapshot, sheet: Worksheet, row: Row, column_id: str, language: Language) -> str:
    if sheet.column(column_id).type == "rule" and row[column_id]:
        return rule_text(row[column_id], language)
    text, column = snapshot.text(sheet, row, column_id, language), sheet.column(column_id)
    if column.is_reference and len(text) > MOST_NAME:  # a name stands whole in its own table
        for worksheet, target in targets(column, row[column_id]):
            label = snapshot.label(worksheet, target, language)
            text = text.replace(label, Brief(label, MOST_NAME).in_(language))
    return text


def _history(workbook: Workbook, snapshot: Snapshot, language: Language) -> Iterator[Change]:
    for revision in islice(workbook.history(), HISTORY):
        if snapshot.method.has_worksheet(revision.worksheet):
            sheet = snapshot.method.worksheet(revision.worksheet)
            changes = field_changes(workbook, revision)
            fields = msg("; ").in_(language).join(change_in_words(snapshot, change, language, MOST_NAME) for change in changes)
            yield Change(revision, sheet.title.in_(language), row_in_words(snapshot, sheet.id, revision.row_id, language), fields)
        else:
            title = msg("Customer data").in_(language) if revision.worksheet == "dataset" else revision.worksheet
            yield Change(revision, title, revision.row_id, str(revision.body.get("file_name", "")))
