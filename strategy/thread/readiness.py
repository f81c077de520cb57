"""How far a step is: what it asks for, what of that is there, and what is open."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from strategy.language import Speaks, msg
from strategy.method import Step, Worksheet
from strategy.thread.checks import Finding, find
from strategy.thread.drift import FigureSource, told_all
from strategy.thread.memory import per_snapshot
from strategy.workbook import Snapshot
from strategy.workbook.values import is_empty

State = Literal["empty", "started", "ready"]


@dataclass(frozen=True)
class Item:
    """One thing a step asks for. ``worksheet`` is where to do it; ``None`` stands for the decision view."""

    title: Speaks
    done: bool
    worksheet: str | None = None


@dataclass(frozen=True)
class Readiness:
    """What a step asks for, and the checks that are open in it.

    ``begun``: something was filled in or decided. Before that no open check means that there is nothing to check, not that all is well.
    """

    step: Step
    items: tuple[Item, ...]
    findings: tuple[Finding, ...]
    begun: bool

    @cached_property
    def done(self) -> int:
        return sum(item.done for item in self.items)

    @cached_property
    def total(self) -> int:
        return len(self.items)

    @cached_property
    def share(self) -> float:
        return self.done / self.total if self.items else 0.0

    @cached_property
    def open(self) -> tuple[Finding, ...]:
        """Findings that keep the step from being ready; hints do not."""
        return tuple(finding for finding in self.findings if finding.severity != "hint")

    @cached_property
    def hints(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.severity == "hint")

    @cached_property
    def state(self) -> State:
        if self.done == self.total and not any(finding.severity == "blocker" for finding in self.findings):
            return "ready"
        return "started" if self.done or self.findings else "empty"


def readiness(snapshot: Snapshot, figures: FigureSource | None = None) -> dict[str, Readiness]:
    """Readiness of every step, by step id. ``figures`` as for :func:`strategy.thread.checks.find`."""
    return per_snapshot(("readiness", figures is None), snapshot, lambda s: _readiness(s, figures), lambda _: told_all(figures))


def _readiness(snapshot: Snapshot, figures: FigureSource | None) -> dict[str, Readiness]:
    findings = find(snapshot, figures)
    result = {}
    for step in snapshot.method.steps:
        items = [Item(sheet.title, _complete(snapshot, sheet), sheet.id) for sheet in step.worksheets if not sheet.optional]
        if snapshot.method.has_worksheet("decision"):
            agreed = any(row["step"] == step.id and row["status"] == "agreed" for row in snapshot.rows("decision"))
            items.append(Item(msg("An agreed decision"), agreed))
        mine = tuple(finding for finding in findings if finding.step == step.id)
        result[step.id] = Readiness(step, tuple(items), mine, _begun(snapshot, step))
    return result


def _begun(snapshot: Snapshot, step: Step) -> bool:
    decided = snapshot.method.has_worksheet("decision") and any(row["step"] == step.id for row in snapshot.rows("decision"))
    return decided or any(_touched(snapshot, sheet) for sheet in step.worksheets)


def _complete(snapshot: Snapshot, worksheet: Worksheet) -> bool:
    """At least one row, more in it than every new workbook starts with, and no required cell empty."""
    rows = snapshot.rows(worksheet.id)
    return _touched(snapshot, worksheet) and not any(is_empty(row[column.id]) for row in rows for column in worksheet.required)


def _touched(snapshot: Snapshot, worksheet: Worksheet) -> bool:
    """Whether it holds more than every new workbook starts with."""
    seeded = {row.id: row.values for row in worksheet.seed}
    return any(dict(row.values) != seeded.get(row.id) for row in snapshot.rows(worksheet.id))
