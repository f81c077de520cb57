"""Evaluate the method's checks on a snapshot. Each finding names its row and says in both languages what is missing."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from strategy.language import Language, Speaks, Spoken, number, say
from strategy.method import Check
from strategy.method.check_rules import Allowed, Compare, Count, Covers, Filled, Function, Severity, Sum, Where
from strategy.thread.drift import FigureSource, told_all
from strategy.thread.functions import FUNCTIONS, Hit, evidence_drift
from strategy.thread.memory import per_snapshot
from strategy.thread.staleness import RowLabel
from strategy.thread.telling import Namesakes, Told
from strategy.workbook import Row, Snapshot
from strategy.workbook.values import is_empty, targets

ORDER: dict[Severity, int] = {"blocker": 0, "warning": 1, "hint": 2}


@dataclass(frozen=True)
class Said:
    """A check's message with its names filled in."""

    check: Check
    names: Mapping[str, Any]

    def in_(self, language: Language) -> str:
        template = self.check.message.zh if language == "zh" else self.check.message.en
        return template.format_map(_Names({name: Spoken(_spoken(value, language)) for name, value in self.names.items()}))


class _Names(dict[str, Spoken]):
    """Names for a template; one that a method file misspells shows as itself instead of breaking the page."""

    def __missing__(self, key: str) -> Spoken:
        return Spoken("{" + key + "}")


def _spoken(value: Any, language: Language) -> str:
    if isinstance(value, Speaks):
        return value.in_(language)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return number(float(value), language)
    if isinstance(value, (list, tuple)):
        return ("、" if language == "zh" else ", ").join(say(item, language) for item in value)
    return str(value)


@dataclass(frozen=True)
class Finding:
    """One check that does not hold at one place. ``row_id`` is ``None`` where a whole worksheet is concerned."""

    check: Check
    step: str
    severity: Severity
    worksheet: str
    row_id: str | None
    column: str | None
    message: Speaks = field(compare=False)


def find(snapshot: Snapshot, figures: FigureSource | None = None) -> tuple[Finding, ...]:
    """All findings, the gravest first, then in the order of the steps.

    ``figures`` computes an exhibit's key figures on today's evidence; without it, evidence drift is left out.
    """
    return per_snapshot(("findings", figures is None), snapshot, lambda s: _find(s, figures), lambda _: told_all(figures))


def _find(snapshot: Snapshot, figures: FigureSource | None) -> tuple[Finding, ...]:
    steps = [step.id for step in snapshot.method.steps]
    found: list[Finding] = []
    among = Namesakes(snapshot)
    for check in snapshot.method.checks:
        for hit in _hits(snapshot, check, figures):
            names = {"row": Told(snapshot, (hit.worksheet, hit.row_id), among) if hit.row_id else "", **hit.names}
            found.append(
                Finding(check, hit.step or check.step, check.severity, hit.worksheet, hit.row_id, hit.column, Said(check, names))
            )
    return tuple(sorted(found, key=lambda finding: (ORDER[finding.severity], steps.index(finding.step))))


def _hits(snapshot: Snapshot, check: Check, figures: FigureSource | None) -> Iterable[Hit]:
    rule = check.rule
    if isinstance(rule, Function):
        if rule.name == "evidence_drift":
            return evidence_drift(snapshot, figures) if figures else ()
        return FUNCTIONS[rule.name](snapshot)
    evaluate: Callable[[Snapshot, Any], Iterator[Hit]] = _EVALUATORS[type(rule)]
    return evaluate(snapshot, rule)


def matches(snapshot: Snapshot, row: Row, where: Where) -> bool:
    """Whether a row meets a condition: values, lists of values, null for empty, ``"*"`` for filled in."""
    for name, wanted in where.items():
        column, _, beyond = name.partition(".")
        value = row[column]
        if beyond:
            found = [snapshot.row(*target) for target in targets(snapshot.method.worksheet(row.worksheet).column(column), value)]
            value = found[0][beyond] if found and found[0] else None
        if not _accepts(wanted, value):
            return False
    return True


def _accepts(wanted: Any, value: Any) -> bool:
    if wanted is None:
        return is_empty(value)
    if wanted == "*":
        return not is_empty(value)
    held = value if isinstance(value, list) else [value]
    accepted = wanted if isinstance(wanted, (list, tuple)) else [wanted]
    return any(item in accepted for item in held)


def _filled(snapshot: Snapshot, rule: Filled) -> Iterator[Hit]:
    worksheet = snapshot.method.worksheet(rule.worksheet)
    for row in snapshot.rows(rule.worksheet):
        if matches(snapshot, row, rule.where):
            missing = [worksheet.column(name) for name in rule.columns if is_empty(row[name])]
            if missing:
                yield Hit(rule.worksheet, row.id, missing[0].id, {"columns": [column.title for column in missing]})


def _sum(snapshot: Snapshot, rule: Sum) -> Iterator[Hit]:
    groups: dict[str | None, list[Row]] = {}
    for row in snapshot.rows(rule.worksheet):
        if matches(snapshot, row, rule.where):
            groups.setdefault(str(row[rule.per]) if rule.per else None, []).append(row)
    for group, rows in groups.items():
        total = sum(float(row.get(rule.column, 0) or 0) for row in rows)
        if abs(total - rule.equals) > rule.tolerance:
            title: Any = ""
            if rule.per and group:
                column = snapshot.method.worksheet(rule.worksheet).column(rule.per)
                choice = column.choice(group)
                title = choice.title if choice else RowLabel(snapshot, (column.to[0], group)) if column.to else group
            yield Hit(rule.worksheet, None, rule.column, {"actual": round(total, 2), "expected": rule.equals, "group": title})


def _count(snapshot: Snapshot, rule: Count) -> Iterator[Hit]:
    for parent in snapshot.rows(rule.parent):
        if matches(snapshot, parent, rule.parent_where):
            having = [row for row in snapshot.children(rule.worksheet, rule.via, parent.id) if matches(snapshot, row, rule.where)]
            if len(having) < rule.least:
                yield Hit(rule.parent, parent.id, None, {"actual": len(having), "expected": rule.least})


def _covers(snapshot: Snapshot, rule: Covers) -> Iterator[Hit]:
    column = snapshot.method.worksheet(rule.worksheet).column(rule.column)
    for parent in snapshot.rows(rule.parent):
        if not matches(snapshot, parent, rule.parent_where):
            continue
        rows = [
            row
            for row in snapshot.children(rule.worksheet, rule.via, parent.id)
            if not any(is_empty(row[name]) for name in rule.filled)
        ]
        covered = {row[rule.column] for row in rows}
        missing = [choice.title for choice in column.choices if choice.id not in covered]
        if missing:
            yield Hit(rule.parent, parent.id, None, {"missing": missing})


_COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "at_most": operator.le,
    "at_least": operator.ge,
    "below": operator.lt,
    "above": operator.gt,
}


def _compare(snapshot: Snapshot, rule: Compare) -> Iterator[Hit]:
    for row in snapshot.rows(rule.worksheet):
        left = row[rule.left]
        right = row[rule.right] if rule.right else rule.value
        if left is None or right is None or not matches(snapshot, row, rule.where):
            continue
        if not _COMPARISONS[rule.is_](float(left), float(right)):
            yield Hit(rule.worksheet, row.id, rule.left, {"left": left, "right": right})


def _allowed(snapshot: Snapshot, rule: Allowed) -> Iterator[Hit]:
    column = snapshot.method.worksheet(rule.worksheet).column(rule.via)
    for row in snapshot.rows(rule.worksheet):
        for worksheet, row_id in targets(column, row[rule.via]) if matches(snapshot, row, rule.where) else ():
            target = snapshot.row(worksheet, row_id)
            if target and not matches(snapshot, target, rule.target_where):
                yield Hit(rule.worksheet, row.id, rule.via, {"target": RowLabel(snapshot, (worksheet, row_id))})


_EVALUATORS: dict[type, Callable[[Snapshot, Any], Iterator[Hit]]] = {
    Filled: _filled,
    Sum: _sum,
    Count: _count,
    Covers: _covers,
    Compare: _compare,
    Allowed: _allowed,
}
