"""The shape of a method: layers, steps, worksheets and columns, each with its text in both languages.

Models are frozen and refuse unknown keys, so that a slip in a YAML file is an error with a line number and not a silent gap.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, StringConstraints, model_validator

from strategy.errors import UnknownName, UnknownWorksheet
from strategy.language import Language, msg
from strategy.method.check_rules import Check
from strategy.method.consistency import check_checks, check_fixed, check_seeds, check_steps, check_worksheets
from strategy.method.fitting import misfit
from strategy.method.mistakes import Mistake

Identifier = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,62}$")]
RowIdentifier = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$")]
NonEmpty = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]

ColumnType = Literal[
    "text",
    "long_text",
    "integer",
    "number",
    "money",
    "percent",
    "score",
    "date",
    "boolean",
    "choice",
    "choices",
    "reference",
    "references",
    "rule",
    "evidence",
]

NUMERIC: frozenset[str] = frozenset({"integer", "number", "money", "percent", "score"})
STRUCTURED: frozenset[str] = frozenset({"rule", "evidence"})
MATERIAL_BY_DEFAULT: frozenset[str] = frozenset({*NUMERIC, "choice", "choices", "boolean", "reference", "references", "rule"})

RESERVED_NAMES = frozenset({"row_id", "cycle", "version", "seq", "author", "made_at", "body"})
#: Tables and views of a workbook file; a test compares them with what one holds.
RESERVED_WORKSHEETS = frozenset({
    "revision", "current_row", "workbook", "dataset", "purchase", "customer_purchases", "left_out", "left_out_file", "rejected_row",
    "customer_attribute", "interaction", "interaction_set", "segment_move", "segment_member",
})  # fmt: skip


class Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Text(Model):
    """One piece of text in both languages; neither may be missing."""

    en: NonEmpty
    zh: NonEmpty

    def in_(self, language: Language) -> str:
        return self.zh if language == "zh" else self.en


class Choice(Model):
    """One of the values a ``choice`` column accepts."""

    id: Identifier
    title: Text


class Column(Model):
    """A column of a worksheet.

    ``percent`` is stored in percentage points (45 means 45%); ``money`` in the plan's currency; ``score`` runs from 1 to 9 unless
    ``min`` and ``max`` say otherwise. ``ranged`` adds the columns ``<id>_low`` and ``<id>_high`` for a judgement with its range.
    ``material`` says that a change of this column puts what was built on the row up for review. ``rests_on``, at a reference, names the
    columns of the row it points to whose change asks for a review of this one; without it, every material one does.
    """

    id: Identifier
    type: ColumnType
    title: Text
    help: Text | None = None
    required: bool = False
    choices: tuple[Choice, ...] = ()
    to: tuple[Identifier, ...] = ()
    min: FiniteFloat | None = None
    max: FiniteFloat | None = None
    unit: Text | None = None
    example: Text | str | float | bool | None = None
    material: bool | None = None
    rests_on: tuple[Identifier, ...] | None = None
    ranged: bool = False
    computed: bool = False

    @model_validator(mode="after")
    def _consistent(self) -> Column:
        if self.id in RESERVED_NAMES:
            raise Mistake(msg("'{name}' is a name the workbook uses itself; choose another", name=self.id), "id")
        if (self.type in ("choice", "choices")) != bool(self.choices):
            raise Mistake(msg("'choices' belongs to columns of type choice or choices, and those need it"), "choices")
        if (self.type in ("reference", "references")) != bool(self.to):
            raise Mistake(msg("'to' names the worksheets a reference column points to, and only such a column has it"), "to")
        if self.rests_on is not None and not self.to:
            raise Mistake(msg("'rests_on' belongs to a reference column"), "rests_on")
        if self.ranged and self.type not in NUMERIC:
            raise Mistake(msg("Only a numeric column can be 'ranged'"), "ranged")
        if self.type not in NUMERIC and (self.min, self.max) != (None, None):
            raise Mistake(msg("Only a numeric column has 'min' and 'max'"), "min" if self.min is not None else "max")
        if len({choice.id for choice in self.choices}) != len(self.choices):
            raise Mistake(msg("Two choices have the same id"), "choices")
        if self.min is not None and self.max is not None and self.min > self.max:
            raise Mistake(msg("'min' is greater than 'max'"), "min")
        if self.example is not None and (problem := misfit(self, self.example)):
            raise Mistake(problem, "example")
        return self

    @property
    def is_material(self) -> bool:
        return self.type in MATERIAL_BY_DEFAULT if self.material is None else self.material

    @property
    def is_numeric(self) -> bool:
        return self.type in NUMERIC

    @property
    def is_reference(self) -> bool:
        return self.type in ("reference", "references")

    @property
    def is_structured(self) -> bool:
        """Whether its cells have a shape of their own: the program writes them, nobody types them."""
        return self.type in STRUCTURED

    @property
    def bounds(self) -> tuple[float | None, float | None]:
        """Smallest and greatest value allowed, with the defaults of the type."""
        low, high = {"score": (1.0, 9.0), "percent": (None, None)}.get(self.type, (None, None))
        return (self.min if self.min is not None else low, self.max if self.max is not None else high)

    def choice(self, choice_id: str) -> Choice | None:
        return next((choice for choice in self.choices if choice.id == choice_id), None)

    def range_columns(self) -> tuple[Column, ...]:
        """The two companions of a ranged column, for the low and the high end of a judgement."""
        if not self.ranged:
            return ()
        shared: dict[str, Any] = {"type": self.type, "min": self.min, "max": self.max, "unit": self.unit, "material": False}
        return (
            Column(id=f"{self.id}_low", title=Text(en=f"{self.title.en}, low", zh=f"{self.title.zh}下限"), **shared),
            Column(id=f"{self.id}_high", title=Text(en=f"{self.title.en}, high", zh=f"{self.title.zh}上限"), **shared),
        )


class SeedRow(Model):
    """A row that every new workbook starts with."""

    id: RowIdentifier
    values: dict[Identifier, Any]


class Worksheet(Model):
    """A table of the workbook. ``label`` is the column a row is called by.

    ``rows: fixed`` lists what is closed in the method: its seeded rows can be filled in, but none added or deleted.
    ``scored`` means that every participant enters scores of his or her own.
    """

    id: Identifier
    title: Text
    why: Text
    how: Text
    label: Identifier
    columns: tuple[Column, ...] = Field(min_length=1)
    scored: bool = False
    rows: Literal["open", "fixed"] = "open"
    optional: bool = False
    seed: tuple[SeedRow, ...] = ()

    @model_validator(mode="after")
    def _consistent(self) -> Worksheet:
        if self.id in RESERVED_WORKSHEETS:
            raise Mistake(msg("'{name}' is a table the workbook uses itself; choose another id", name=self.id), "id")
        ids = [column.id for column in self.fields]
        repeated = {column_id for column_id in ids if ids.count(column_id) > 1}
        if repeated:
            at = max(
                at for at, column in enumerate(self.columns) if repeated & {column.id, *(c.id for c in column.range_columns())}
            )
            raise Mistake(msg("Column ids are not unique: {names}", names=", ".join(sorted(repeated))), "columns", at, "id")
        if self.label not in ids:
            raise Mistake(
                msg("Label '{label}' is not one of the columns: {names}", label=self.label, names=", ".join(ids)), "label"
            )
        for at, row in enumerate(self.seed):
            unknown = sorted(set(row.values) - set(ids))
            if unknown:
                problem = msg("Seed row '{row}' has unknown columns: {names}", row=row.id, names=", ".join(unknown))
                raise Mistake(problem, "seed", at, "values", unknown[0])
        if self.rows == "fixed" and not self.seed:
            raise Mistake(msg("A worksheet with fixed rows needs 'seed'"))
        return self

    @cached_property
    def fields(self) -> tuple[Column, ...]:
        """All stored columns: the declared ones, each ranged one followed by its low and high end."""
        return tuple(field for column in self.columns for field in (column, *column.range_columns()))

    @cached_property
    def by_id(self) -> dict[str, Column]:
        return {column.id: column for column in self.fields}

    def rests_on(self, reference: Column, column: Column) -> bool:
        """Whether a change of ``column`` in the row that ``reference`` points to puts a row of this worksheet up for review.

        A participant's score rests on what the row is, which is its rule, and on none of the figures and choices beside it.
        """
        if reference.rests_on is not None:
            return column.id in reference.rests_on
        return column.is_material and (not self.scored or column.type == "rule")

    def column(self, column_id: str) -> Column:
        try:
            return self.by_id[column_id]
        except KeyError:
            raise UnknownName(
                msg("There is no column {column}", column=column_id),
                self.id,
                msg("The columns are: {columns}.", columns=", ".join(self.by_id)),
            ) from None

    @property
    def references(self) -> tuple[Column, ...]:
        return tuple(column for column in self.fields if column.is_reference)

    @property
    def required(self) -> tuple[Column, ...]:
        return tuple(column for column in self.fields if column.required)


class Layer(Model):
    """One of the four layers, with the colour of its quiet tint."""

    id: Identifier
    title: Text
    tint: Literal["blue", "green", "orange", "violet", "gray"]


class Case(Model):
    """A case the guidance cites, as reported by its source."""

    title: Text
    text: Text


class ExhibitGroup(Model):
    """Exhibits of a step that answer one question, where a step has too many to choose from at a glance."""

    title: Text
    exhibits: tuple[Identifier, ...] = Field(min_length=1)


class Step(Model):
    """One step of the way: what it decides, how to work through it, what it stores and what it shows."""

    id: Identifier
    number: int = Field(ge=0, le=99)
    layer: Identifier
    title: Text
    short: Text
    decides: Text
    outcome: Text
    why: Text
    how: tuple[Text, ...] = Field(min_length=1)
    questions: tuple[Text, ...] = ()
    cases: tuple[Case, ...] = ()
    exhibits: tuple[Identifier, ...] = ()
    exhibit_groups: tuple[ExhibitGroup, ...] = ()
    worksheets: tuple[Worksheet, ...] = ()

    @model_validator(mode="after")
    def _grouped(self) -> Step:
        grouped = tuple(exhibit for group in self.exhibit_groups for exhibit in group.exhibits)
        if grouped and grouped != self.exhibits:
            raise Mistake(msg("The groups of step '{step}' must name each of its exhibits once, in the same order", step=self.id))
        return self


class Method(Model):
    """The whole method. Worksheets that belong to every step (decisions) stand in ``shared``."""

    id: Identifier
    version: NonEmpty
    title: Text
    layers: tuple[Layer, ...] = Field(min_length=1)
    steps: tuple[Step, ...] = Field(min_length=1)
    shared: tuple[Worksheet, ...] = ()
    checks: tuple[Check, ...] = ()
    fingerprint: str = ""

    @model_validator(mode="after")
    def _consistent(self) -> Method:
        check_fixed(self.worksheets)
        check_worksheets(tuple(self.worksheets))
        check_seeds(tuple(self.worksheets))
        check_steps(self.steps, {layer.id for layer in self.layers})
        check_checks(self.checks, {step.id for step in self.steps}, {sheet.id: sheet for sheet in self.worksheets})
        return self

    @property
    def worksheets(self) -> Iterator[Worksheet]:
        for step in self.steps:
            yield from step.worksheets
        yield from self.shared

    @cached_property
    def _by_id(self) -> dict[str, Worksheet]:
        return {worksheet.id: worksheet for worksheet in self.worksheets}

    @cached_property
    def _step_of(self) -> dict[str, Step]:
        return {worksheet.id: step for step in self.steps for worksheet in step.worksheets}

    def has_worksheet(self, worksheet_id: str) -> bool:
        return worksheet_id in self._by_id

    def worksheet(self, worksheet_id: str) -> Worksheet:
        try:
            return self._by_id[worksheet_id]
        except KeyError:
            raise UnknownWorksheet(
                msg("There is no worksheet {worksheet}", worksheet=worksheet_id),
                None,
                msg("The worksheets are: {worksheets}.", worksheets=", ".join(sorted(self._by_id))),
            ) from None

    def step(self, step_id: str) -> Step:
        found = next((step for step in self.steps if step.id == step_id), None)
        if found is None:
            raise UnknownName(
                msg("There is no step {step}", step=step_id),
                None,
                msg("The steps are: {steps}.", steps=", ".join(step.id for step in self.steps)),
            )
        return found

    def step_of(self, worksheet_id: str) -> Step | None:
        """The step a worksheet belongs to; ``None`` for a shared one."""
        return self._step_of.get(worksheet_id)

    def layer(self, layer_id: str) -> Layer:
        return next(layer for layer in self.layers if layer.id == layer_id)
