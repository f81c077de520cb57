"""Whether the parts of a method fit each other: what one file names has to stand in it or in another."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from strategy.language import Message, msg
from strategy.method.check_rules import Allowed, AnyRule, Compare, Count, Covers, Sum
from strategy.method.exhibit_names import EXHIBITS
from strategy.method.fitting import seed_misfit
from strategy.method.mistakes import Mistake

if TYPE_CHECKING:
    from strategy.method.check_rules import Check
    from strategy.method.models import Column, Step, Worksheet

Part = tuple[Literal["step", "worksheet", "check"], str]

#: Worksheets every method has: tools outside rely on these ids, and the spine, the thread and the cycles stand on them.
FIXED_WORKSHEETS = (
    "plan_frame", "customer_type", "segment", "segment_evaluation", "need", "rival", "positioning", "mix", "acquisition", "grade",
    "touchpoint", "win_back", "capability", "vendor", "kpi", "initiative", "decision",
)  # fmt: skip


class Slip(Mistake):
    """A name that does not fit. ``part`` is what holds it, so that the loader can say where it stands; ``within``, where it is given, says it."""

    def __init__(self, problem: Message, part: Part, name: str, *within: str | int) -> None:
        super().__init__(problem, *within)
        self.part, self.name = part, name


def check_worksheets(worksheets: Sequence[Worksheet]) -> None:
    """Raises :class:`Slip` for an id given twice and for references to worksheets and columns that are not there."""
    seen: set[str] = set()
    for worksheet in worksheets:
        if worksheet.id in seen:
            raise Slip(
                msg("Worksheet '{worksheet}' is defined twice", worksheet=worksheet.id), ("worksheet", worksheet.id), worksheet.id
            )
        seen.add(worksheet.id)
    for worksheet in worksheets:
        for column in worksheet.references:
            place = f"{worksheet.id}.{column.id}"
            part: Part = ("worksheet", worksheet.id)
            _refuse(set(column.to) - seen, msg("{place} refers to unknown worksheets", place=place), part)
            known = {name for other in worksheets if other.id in column.to for name in other.by_id}
            unknown = set(column.rests_on or ()) - known
            _refuse(unknown, msg("{place} rests on unknown columns", place=place), part)


def check_fixed(worksheets: Iterable[Worksheet]) -> None:
    """Raises :class:`Mistake` when one of :data:`FIXED_WORKSHEETS` is missing."""
    missing = set(FIXED_WORKSHEETS) - {worksheet.id for worksheet in worksheets}
    if missing:
        problem = msg("Worksheets are missing that every method has: {names}", names=", ".join(sorted(missing)))
        raise Mistake(problem, "steps")


def check_seeds(worksheets: Sequence[Worksheet]) -> None:
    """Raises :class:`Slip` for a row given twice, and for values and references that no new workbook could take."""
    seeded = {worksheet.id: {row.id for row in worksheet.seed} for worksheet in worksheets}
    for worksheet in worksheets:
        part: Part = ("worksheet", worksheet.id)
        for at, row in enumerate(worksheet.seed):
            if any(row.id == earlier.id for earlier in worksheet.seed[:at]):
                raise Slip(msg("Seed row '{row}' is there twice", row=row.id), part, row.id, "seed", at, "id")
            for name, value in row.values.items():
                problem = None if value is None else _seed_problem(worksheet.column(name), value, seeded)
                if problem:
                    said = msg("Seed row '{row}', {column}: {problem}", row=row.id, column=name, problem=problem)
                    raise Slip(said, part, name, "seed", at, "values", name)


def _seed_problem(column: Column, value: Any, seeded: Mapping[str, set[str]]) -> Message | None:
    """What keeps a new workbook from taking the value; a reference finds only rows that are seeded too."""
    if not column.is_reference:
        return seed_misfit(column, value)
    for item in value if isinstance(value, list) else [value]:
        worksheet, _, row = str(item).rpartition(":")
        if row not in seeded.get(worksheet or column.to[0], ()):
            return msg("Expected a row that is seeded too; found {value}", value=str(item))
    return None


def check_steps(steps: Sequence[Step], layers: set[str]) -> None:
    """Raises :class:`Slip` for an id given twice, an unknown layer and exhibits that do not exist. ``layers``: their ids."""
    for at, step in enumerate(steps):
        if any(step.id == earlier.id for earlier in steps[:at]):
            raise Slip(msg("Step ids are not unique: {step}", step=step.id), ("step", step.id), step.id)
        if step.number and any(step.number == earlier.number for earlier in steps[:at]):
            raise Slip(msg("Two steps have the number {number}", number=step.number), ("step", step.id), "number", "number")
        if step.layer not in layers:
            raise Slip(
                msg("Step '{step}' names unknown layer '{layer}'", step=step.id, layer=step.layer), ("step", step.id), step.layer
            )
        _refuse(set(step.exhibits) - EXHIBITS, msg("Step '{step}' names unknown exhibits", step=step.id), ("step", step.id))


def check_checks(checks: Sequence[Check], steps: set[str], worksheets: Mapping[str, Worksheet]) -> None:
    """Raises :class:`Slip` for an id given twice, names that are not there and rules that could never fire.

    ``steps``: their ids; ``worksheets``: each under its id.
    """
    for at, check in enumerate(checks):
        part: Part = ("check", check.id)
        if any(check.id == earlier.id for earlier in checks[:at]):
            raise Slip(msg("Check ids are not unique: {check}", check=check.id), part, check.id)
        if check.step not in steps:
            raise Slip(msg("Check '{check}' names unknown step '{step}'", check=check.id, step=check.step), part, check.step)
        for worksheet, columns in check.rule.mentions():
            if worksheet not in worksheets:
                raise Slip(
                    msg("Check '{check}' names unknown worksheet '{worksheet}'", check=check.id, worksheet=worksheet),
                    part,
                    worksheet,
                )
            unknown = columns - set(worksheets[worksheet].by_id)
            _refuse(unknown, msg("Check '{check}' names unknown columns of {worksheet}", check=check.id, worksheet=worksheet), part)
        for column, fits, expected in _expected(check.rule):
            if column and not fits(worksheets[check.rule.worksheet].column(column)):
                raise Slip(
                    msg("Check '{check}' needs {column} to be {expected}", check=check.id, column=column, expected=expected),
                    part,
                    column,
                )
        for worksheet, where in check.rule.conditions():
            for name, wanted in where.items():
                _check_condition(check, worksheets, worksheets[worksheet], name, wanted)


def _expected(rule: AnyRule) -> Iterator[tuple[str | None, Callable[[Column], bool], Message]]:
    """Columns of the rule's worksheet that have to be of a kind, without which the check would fail or never fire."""
    if isinstance(rule, Sum):
        yield rule.column, lambda column: column.is_numeric, msg("a number")
    if isinstance(rule, Compare):
        for side in (rule.left, rule.right):
            yield side, lambda column: column.is_numeric, msg("a number")
    if isinstance(rule, (Count, Covers, Allowed)):
        target = rule.target if isinstance(rule, Allowed) else rule.parent
        yield rule.via, lambda column: target in column.to, msg("a reference to {worksheet}", worksheet=target)
    if isinstance(rule, Covers):
        yield rule.column, lambda column: bool(column.choices), msg("a choice")


def _check_condition(check: Check, worksheets: Mapping[str, Worksheet], sheet: Worksheet, name: str, wanted: Any) -> None:
    """A condition nothing can meet would be a check that never fires."""
    part: Part = ("check", check.id)
    column_id, _, beyond = name.partition(".")
    looked_at = [sheet.column(column_id)]
    if beyond:
        targets = [worksheets[target] for target in looked_at[0].to]
        looked_at = [target.by_id[beyond] for target in targets if beyond in target.by_id]
        if not looked_at:
            raise Slip(msg("Check '{check}' names an unknown column: {column}", check=check.id, column=name), part, name)
    choices = _choices(looked_at)
    if choices is not None:
        given = wanted if isinstance(wanted, list) else [wanted]
        unknown = {str(value) for value in given if value not in (None, "*")} - choices
        problem = msg("Check '{check}' asks {column} for what is not among its choices ({choices})", check=check.id, column=name,
                      choices=", ".join(sorted(choices)))  # fmt: skip
        _refuse(unknown, problem, part)


def _choices(columns: Iterable[Column]) -> set[str] | None:
    """What the columns can hold; None where one of them is no choice."""
    found: set[str] = set()
    for column in columns:
        if not column.choices:
            return None
        found |= {choice.id for choice in column.choices}
    return found


def _refuse(unknown: set[str], problem: Message, part: Part) -> None:
    if unknown:
        raise Slip(msg("{problem}: {names}", problem=problem, names=", ".join(sorted(unknown))), part, min(unknown))
