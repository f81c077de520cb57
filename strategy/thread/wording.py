"""Values, rows and changes in words: what history, conflicts, reviews and facts say instead of what is stored."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from strategy.errors import StrategyError
from strategy.language import Language, amount, msg, number
from strategy.method import Column, Worksheet
from strategy.thread.unseen import hides
from strategy.workbook import Row, Snapshot
from strategy.workbook.snapshot import PLAN_CURRENCY, FieldChange
from strategy.workbook.values import is_empty, targets

#: Characters of one value in a list of changes.
MOST_OF_A_VALUE = 60
_BETWEEN: dict[Language, str] = {"en": ", ", "zh": "、"}
#: What a revision did -> as lists of changes say it.
OPERATIONS = {
    "insert": msg("added"),
    "update": msg("changed"),
    "delete": msg("deleted"),
    "review": msg("reviewed"),
    "import": msg("imported"),
}


@dataclass(frozen=True)
class Cell:
    """One value of a row, said in words when it is read."""

    snapshot: Snapshot
    worksheet: Worksheet
    column: Column
    value: Any

    def in_(self, language: Language) -> str:
        if is_empty(self.value):
            return {"en": "empty", "zh": "空"}[language]
        return value_in_words(self.snapshot, self.worksheet, self.column, self.value, language)


def value_in_words(snapshot: Snapshot, sheet: Worksheet, column: Column, value: Any, language: Language) -> str:
    """A value as its reader says it: choices by title, rows by name, figures grouped and with their unit; ``–`` where it is empty."""
    if is_empty(value):
        return "–"
    if column.type == "rule":
        return rule_text(value, language)
    if column.type == "evidence":
        return _BETWEEN[language].join(_kept(item, language) for item in value) if isinstance(value, list) else str(value)
    if column.is_reference:
        return _BETWEEN[language].join(row_in_words(snapshot, *target, language) for target in targets(column, value))
    if column.is_numeric and isinstance(value, (int, float)):
        return figure_in_words(snapshot, column, value, language)
    return snapshot.text(sheet, _row_of(sheet, {column.id: value}), column.id, language)


def figure_in_words(snapshot: Snapshot, column: Column, value: float, language: Language) -> str:
    """A figure of a column: ``45%``, ``48,000 EUR``, ``24 months``; without a unit that its title names already."""
    figure = number(value, language) if value == 0 or abs(value) >= 0.01 else f"{value:.3g}"
    unit = column.unit.in_(language) if column.unit else ""
    if column.type == "percent" or unit == "%":
        return f"{figure}%"
    if column.unit and column.unit.en == PLAN_CURRENCY:
        return amount(value, language, snapshot.currency)
    if not unit or unit.casefold() in column.title.in_(language).casefold() or any(mark in unit for mark in ",，（("):
        return figure
    return f"{figure}{'' if language == 'zh' else ' '}{unit}"


def row_in_words(snapshot: Snapshot, worksheet: str, row_id: str, language: Language) -> str:
    """What a row is called; one that is deleted by what it was called last, its id where it never was there."""
    if snapshot.row(worksheet, row_id) is not None or not snapshot.method.has_worksheet(worksheet):
        return snapshot.label(worksheet, row_id, language)
    sheet = snapshot.method.worksheet(worksheet)
    for revision in reversed(snapshot.journal.of_row(snapshot.cycle, worksheet, row_id, snapshot.seq)):
        if label := snapshot.text(sheet, _row_of(sheet, revision.body), sheet.label, language):
            return label
    return row_id


def change_in_words(snapshot: Snapshot, change: FieldChange, language: Language, most: int = MOST_OF_A_VALUE) -> str:
    """``Role: Secondary → Primary``; an answer that is not to be seen yet is only said to be one."""
    worksheet = change.revision.worksheet
    sheet = snapshot.method.worksheet(worksheet) if snapshot.method.has_worksheet(worksheet) else None
    column = sheet.by_id.get(change.column) if sheet else None
    if hides(snapshot, worksheet, change.revision.row_id, change.column):
        return msg("an answer, unseen so far").in_(language)
    if sheet is None or column is None:  # a worksheet or column the method no longer has
        return f"{change.column}: {_raw(change.before)} → {_raw(change.after)}"
    before, after = (
        shortened(value_in_words(snapshot, sheet, column, value, language), most) for value in (change.before, change.after)
    )
    return f"{column.title.in_(language)}{'：' if language == 'zh' else ': '}{before} → {after}"


def shortened(text: str, most: int = MOST_OF_A_VALUE) -> str:
    """``text`` on one line, cut with an ellipsis after ``most`` characters."""
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def _raw(value: Any) -> str:
    return "–" if is_empty(value) else shortened(str(value))


def _row_of(sheet: Worksheet, values: Mapping[str, Any]) -> Row:
    """A row that stands nowhere, to have its values said."""
    return Row(sheet.id, "", 0, 0, values, "", dt.datetime.min, 0)


def _kept(item: Any, language: Language) -> str:
    """Evidence kept with a decision, by the title it had."""
    titles = item.get("title", {}) if isinstance(item, dict) else {}
    return str(titles.get(language) or (item.get("exhibit", "") if isinstance(item, dict) else item))


def rule_text(rule: Any, language: Language) -> str:
    """A segment's rule as its sentence; one that cannot be read as it is stored, so that it stops neither page nor report."""
    from strategy.customers import rule_in_words

    try:
        return rule_in_words(rule).in_(language)
    except StrategyError:  # written by another version, or by hand
        return json.dumps(rule, ensure_ascii=False)
