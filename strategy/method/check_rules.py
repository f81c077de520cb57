"""The rules a method file can state as checks of the golden thread.

A rule says *what must hold*; :mod:`strategy.thread` evaluates it on a snapshot. The declarative kinds let a team write a check for
a worksheet of its own in YAML; ``function`` names one of the checks that need more than a comparison and are written in Python.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from strategy.language import Spoken, msg
from strategy.method.mistakes import Mistake

Severity = Literal["blocker", "warning", "hint"]

#: Column -> accepted value, list of values, ``null`` for "empty" or ``"*"`` for "filled in". ``segment.role`` looks through a reference.
Where = dict[str, Any]


def _columns(where: Where) -> set[str]:
    return {name.split(".")[0] for name in where}


class Rule(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    def mentions(self) -> Iterator[tuple[str, set[str]]]:
        """Worksheets and columns the rule speaks of, so that loading the method finds a slip."""
        raise NotImplementedError  # pragma: no cover

    def conditions(self) -> Iterator[tuple[str, Where]]:
        """The conditions of the rule, each with the worksheet whose rows it is asked of."""
        asked: dict[str, Any] = dict(self)
        for worksheet, where in (("worksheet", "where"), ("parent", "parent_where"), ("target", "target_where")):
            if asked.get(where):
                yield asked[worksheet], asked[where]


class Filled(Rule):
    """Every row of ``worksheet`` that meets ``where`` has all of ``columns`` filled in."""

    kind: Literal["filled"]
    worksheet: str
    columns: tuple[str, ...] = Field(min_length=1)
    where: Where = {}

    def mentions(self) -> Iterator[tuple[str, set[str]]]:
        yield self.worksheet, {*self.columns, *_columns(self.where)}


class Sum(Rule):
    """The values of ``column`` add up to ``equals``, within ``tolerance``; grouped by the reference ``per`` where given."""

    kind: Literal["sum"]
    worksheet: str
    column: str
    equals: float
    tolerance: float = 0.01
    where: Where = {}
    per: str | None = None

    def mentions(self) -> Iterator[tuple[str, set[str]]]:
        yield self.worksheet, {self.column, *_columns(self.where), *({self.per} if self.per else set())}


class Count(Rule):
    """Every row of ``parent`` that meets ``parent_where`` is referred to, through ``via``, by at least ``least`` rows."""

    kind: Literal["count"]
    parent: str
    parent_where: Where = {}
    worksheet: str
    via: str
    where: Where = {}
    least: int = Field(default=1, ge=1)

    def mentions(self) -> Iterator[tuple[str, set[str]]]:
        yield self.parent, _columns(self.parent_where)
        yield self.worksheet, {self.via, *_columns(self.where)}


class Covers(Rule):
    """Every row of ``parent`` has, through ``via``, a row for each choice of ``column``; ``filled`` columns must not be empty."""

    kind: Literal["covers"]
    parent: str
    parent_where: Where = {}
    worksheet: str
    via: str
    column: str
    filled: tuple[str, ...] = ()

    def mentions(self) -> Iterator[tuple[str, set[str]]]:
        yield self.parent, _columns(self.parent_where)
        yield self.worksheet, {self.via, self.column, *self.filled}


class Compare(Rule):
    """In every row, ``left`` compares with ``right`` (a column, or ``value``) as ``is_`` says; rows with a gap are passed over."""

    kind: Literal["compare"]
    worksheet: str
    left: str
    is_: Literal["at_most", "at_least", "below", "above"] = Field(alias="is")
    right: str | None = None
    value: float | None = None
    where: Where = {}

    def mentions(self) -> Iterator[tuple[str, set[str]]]:
        yield self.worksheet, {self.left, *({self.right} if self.right else set()), *_columns(self.where)}


class Allowed(Rule):
    """The row that ``via`` refers to meets ``target_where``: acquisition serves target segments only."""

    kind: Literal["allowed"]
    worksheet: str
    via: str
    target: str
    target_where: Where
    where: Where = {}

    def mentions(self) -> Iterator[tuple[str, set[str]]]:
        yield self.worksheet, {self.via, *_columns(self.where)}
        yield self.target, _columns(self.target_where)


class Function(Rule):
    """A check written in Python under this name in :mod:`strategy.thread.functions`."""

    kind: Literal["function"]
    name: Literal[
        "row_without_name",
        "no_primary_segment",
        "need_on_assumption",
        "difference_answers_need",
        "difference_not_true",
        "statement_too_long",
        "statement_not_chosen",
        "statement_without_difference",
        "statement_without_need",
        "canvas_action_disagrees",
        "price_position_agrees",
        "budgets_sum",
        "payback_in_horizon",
        "win_back_pays",
        "complaints_unheard",
        "customers_in_no_segment",
        "target_without_customers",
        "vendor_covers",
        "decision_without_kpi",
        "decision_incomplete",
        "deviation_unanswered",
        "review_needed",
        "evidence_drift",
        "pairs_contradict",
    ]
    worksheet: str

    def mentions(self) -> Iterator[tuple[str, set[str]]]:
        yield self.worksheet, set()


AnyRule = Annotated[Filled | Sum | Count | Covers | Compare | Allowed | Function, Field(discriminator="kind")]


class CheckText(BaseModel):
    """The message of a check. ``{row}`` is the row concerned; each kind of rule adds names of its own (see docs)."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    en: str = Field(min_length=1)
    zh: str = Field(min_length=1)

    @field_validator("en", "zh")
    @classmethod
    def _can_be_said(cls, template: str) -> str:
        """A brace too many would break every page that shows the check."""
        try:
            template.format_map(defaultdict(Spoken))
        except (ValueError, TypeError, LookupError, AttributeError) as error:
            problem = msg(
                "'{template}' cannot be filled in ({reason}); a place is a name in braces, such as {row} or {needs}, and a brace that "
                "is to be shown is doubled",
                template=template, reason=str(error), row="{row}", needs="{actual:# need|# needs}",
            )  # fmt: skip
            raise Mistake(problem) from error
        return template


class Check(BaseModel):
    """One check: its place in the ten groups of the golden thread, how bad a failure is, and what it says."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    id: str = Field(pattern=r"^[a-z][a-z0-9_.]*$")
    group: int = Field(ge=1, le=99)
    step: str
    severity: Severity
    message: CheckText
    rule: AnyRule
