"""The plan as an XLSX file: overview, decisions, checks, every worksheet, history. Cells are written as what they are."""

from __future__ import annotations

import datetime as dt
import io
import re
from typing import Any

import xlsxwriter

from strategy.language import msg
from strategy.method import Column, Worksheet
from strategy.reports.plan import Plan
from strategy.thread.unseen import visible
from strategy.thread.wording import OPERATIONS, rule_text
from strategy.workbook import Row
from strategy.workbook.values import is_empty

_FORBIDDEN = re.compile(r"[\[\]:*?/\\]")
#: Characters of a worksheet's name that Excel takes.
_LONGEST_NAME = 31
#: Excel counts days from 1900 on, and shows an earlier one as ########.
_BEFORE_EXCEL = 1900


class _Book:
    """An XlsxWriter workbook with the house formats and sheet names that are valid and unique."""

    def __init__(self, target: io.BytesIO) -> None:
        # Text stays text: a cell that begins with "=" must never become a formula, nor a web address a link.
        options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
        self.file = xlsxwriter.Workbook(target, options)
        self.head = self.file.add_format({"bold": True, "bg_color": "#F3F5F8", "bottom": 1, "text_wrap": True, "valign": "top"})
        self.text = self.file.add_format({"text_wrap": True, "valign": "top"})
        # Two formats: "#,##0.##" alone would show a whole number as "30.".
        self.whole = self.file.add_format({"num_format": "#,##0", "valign": "top"})
        self.fraction = self.file.add_format({"num_format": "#,##0.0###", "valign": "top"})
        self.moment = self.file.add_format({"num_format": "yyyy-mm-dd hh:mm:ss", "valign": "top"})
        self.date = self.file.add_format({"num_format": "yyyy-mm-dd", "valign": "top"})
        self.title = self.file.add_format({"bold": True, "font_size": 16})
        self._names: set[str] = set()

    def sheet(self, name: str) -> Any:
        # Excel refuses an apostrophe at either end only, but doubles it in formulas.
        base = " ".join(_FORBIDDEN.sub(" ", name.replace("'", "’")).split()) or "Sheet"
        unique, number = _cut(base, _LONGEST_NAME), 2
        while unique.casefold() in self._names or unique.casefold() == "history":
            unique, number = f"{_cut(base, _LONGEST_NAME - 3)} {number}", number + 1
        self._names.add(unique.casefold())
        return self.file.add_worksheet(unique)

    def table(self, sheet: Any, headings: list[str], rows: list[list[Any]], top: int = 0) -> None:
        for column, heading in enumerate(headings):
            sheet.write_string(top, column, heading, self.head)
            longest = max([len(heading) * 1.2, *(_width(row[column]) for row in rows[:200])], default=8)
            sheet.set_column(column, column, min(48, max(8, longest + 2)))
        for line, row in enumerate(rows, top + 1):
            for column, value in enumerate(row):
                self._write(sheet, line, column, value)
        sheet.freeze_panes(top + 1, 0)
        if rows:
            sheet.autofilter(top, 0, top + len(rows), len(headings) - 1)

    def _write(self, sheet: Any, line: int, column: int, value: Any) -> None:
        if is_empty(value):
            return
        too_early = isinstance(value, dt.date) and value.year <= _BEFORE_EXCEL
        if too_early or isinstance(value, bool) or not isinstance(value, (int, float, dt.date)):
            sheet.write_string(line, column, str(value)[:32_000], self.text)
        elif isinstance(value, dt.datetime):
            sheet.write_datetime(line, column, value, self.moment)
        elif isinstance(value, dt.date):
            sheet.write_datetime(line, column, dt.datetime(value.year, value.month, value.day), self.date)
        else:
            sheet.write_number(line, column, value, self.whole if value == int(value) else self.fraction)


def _cut(name: str, most: int) -> str:
    """A name of at most ``most`` characters, cut between words where it has any, and visibly so."""
    if len(name) <= most:
        return name
    kept = name[: most - 1]
    return (kept.rpartition(" ")[0] if " " in kept[most // 2 :] else kept) + "…"


def _width(value: Any) -> float:
    text = str(value)
    return sum(2 if ord(character) > 0x2E80 else 1 for character in text[:60])


def spreadsheet(plan: Plan) -> bytes:
    """The XLSX file as bytes."""
    target = io.BytesIO()
    book = _Book(target)
    _overview(book, plan)
    _decisions(book, plan)
    _checks(book, plan)
    for sheet in plan.snapshot.method.worksheets:
        if sheet.id != "decision":
            _worksheet(book, plan, sheet)
    _history(book, plan)
    book.file.close()
    return target.getvalue()


def _overview(book: _Book, plan: Plan) -> None:
    sheet = book.sheet(plan.say(msg("Overview")))
    sheet.write_string(0, 0, plan.workbook.name, book.title)
    sheet.write_string(1, 0, plan.say(plan.snapshot.method.title))
    facts = msg(
        "Revision {seq}, cycle {cycle}, written {day}",
        seq=plan.snapshot.seq,
        cycle=plan.snapshot.cycle,
        day=f"{plan.made_at:%Y-%m-%d %H:%M}",
    )
    sheet.write_string(2, 0, plan.say(facts))
    headings = [plan.say(m) for m in (msg("Step"), msg("Name"), msg("Done"), msg("Required"), msg("Open checks"), msg("Decision"))]
    rows = [
        [
            section.step.number,
            plan.say(section.step.title),
            section.readiness.done,
            section.readiness.total,
            len(section.readiness.open),
            "\n".join(str(row.get("statement", "")) for row in section.decisions),
        ]
        for section in plan.sections
    ]
    book.table(sheet, headings, rows, top=4)


def _decisions(book: _Book, plan: Plan) -> None:
    spec = plan.snapshot.method.worksheet("decision")
    columns = [column for column in spec.fields if column.type != "evidence"]
    headings = [plan.snapshot.heading(column, plan.language) for column in columns] + [plan.say(msg("Evidence"))]
    rows = []
    for row in plan.decisions:
        cells = [plan.status(row) if column.id == "status" else _value(plan, spec, row, column) for column in columns]
        evidence = "\n".join(str(item.get("title", {}).get(plan.language, "")) for item in row.get("evidence", []))
        rows.append([*cells, evidence])
    book.table(book.sheet(plan.say(spec.title)), headings, rows)


def _checks(book: _Book, plan: Plan) -> None:
    names = {"blocker": msg("Blocker"), "warning": msg("Warning"), "hint": msg("Hint")}
    headings = [plan.say(m) for m in (msg("Severity"), msg("Step"), msg("Message"), msg("Worksheet"), msg("Row"))]
    rows = [
        [
            plan.say(names[finding.severity]),
            plan.say(plan.snapshot.method.step(finding.step).title),
            plan.say(finding.message),
            _title_of(plan, finding.worksheet),
            _label_of(plan, finding.worksheet, finding.row_id),
        ]
        for finding in plan.findings
    ]
    book.table(book.sheet(plan.say(msg("Open checks"))), headings, rows)


def _title_of(plan: Plan, worksheet: str | None) -> str:
    method = plan.snapshot.method
    return plan.say(method.worksheet(worksheet).title) if worksheet and method.has_worksheet(worksheet) else ""


def _label_of(plan: Plan, worksheet: str | None, row_id: str | None) -> str:
    """What a row is called, as far as it may be seen."""
    if not worksheet or not row_id or not plan.snapshot.method.has_worksheet(worksheet):
        return ""
    row = plan.snapshot.row(worksheet, row_id)
    return plan.snapshot.label(worksheet, row_id, plan.language) if row and visible(plan.snapshot, worksheet, (row,)) else ""


def _worksheet(book: _Book, plan: Plan, spec: Worksheet) -> None:
    headings = [plan.say(msg("Row id")), *(plan.snapshot.heading(column, plan.language) for column in spec.fields)]
    seen = visible(plan.snapshot, spec.id, plan.snapshot.rows(spec.id))
    rows = [[row.id, *(_value(plan, spec, row, column) for column in spec.fields)] for row in seen]
    step = plan.snapshot.method.step_of(spec.id)
    name = f"{step.number} {plan.say(spec.title)}" if step else plan.say(spec.title)
    book.table(book.sheet(name), headings, rows)


def _value(plan: Plan, spec: Worksheet, row: Row, column: Column) -> Any:
    value = row[column.id]
    if is_empty(value):
        return None
    if column.is_numeric:
        return value
    if column.type == "date":
        return dt.date.fromisoformat(value)
    if column.type == "rule":
        return rule_text(value, plan.language)
    return plan.snapshot.text(spec, row, column.id, plan.language)


def _history(book: _Book, plan: Plan) -> None:
    messages = (msg("Revision"), msg("When (UTC)"), msg("Changed by"), msg("What"), msg("Worksheet"), msg("Row"), msg("Fields"))
    rows = [
        [
            change.revision.seq,
            change.revision.made_at.replace(microsecond=0, tzinfo=None),
            change.revision.author,
            plan.say(OPERATIONS[change.revision.operation]),
            change.worksheet,
            change.row,
            change.fields,
        ]
        for change in plan.history
    ]
    book.table(book.sheet(plan.say(msg("Changes"))), [plan.say(message) for message in messages], rows)
