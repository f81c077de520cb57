"""What an exhibit is: a finding as its title, tidy data, a reading in words, key figures, and a chart drawn from them."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from strategy.errors import InvalidValue, UnknownName
from strategy.language import Language, Message, Speaks, msg
from strategy.workbook.values import span

if TYPE_CHECKING:
    import duckdb
    import pandas as pd
    import plotly.graph_objects as go

    from strategy.workbook import Snapshot

Draw = Callable[[Language], "go.Figure"]


@dataclass(frozen=True)
class Setting:
    """Something a reader can set: a number with bounds, one of several choices, or text. A hidden one is for other code to set."""

    name: str
    title: Speaks
    default: Any
    low: float | None = None
    high: float | None = None
    choices: tuple[tuple[str, Speaks], ...] = ()
    hidden: bool = False

    def read(self, value: Any, exhibit: str) -> Any:
        """``value`` in the type of the setting. Raises :class:`InvalidValue` saying what is accepted."""
        if value is None or value == "":
            return self.default
        if self.choices:
            known = [choice for choice, _ in self.choices]
            if value not in known:
                raise InvalidValue(
                    msg("{value} is not one of the choices", value=str(value)[:60]),
                    f"{exhibit}.{self.name}",
                    msg("The choices are: {choices}.", choices=", ".join(known)),
                )
            return value
        if isinstance(self.default, (int, float)):
            return self._number(value, f"{exhibit}.{self.name}")
        return str(value)

    def _number(self, value: Any, where: str) -> float | int:
        """``value`` as a finite number within the bounds; a whole one where the default is one."""
        try:
            number = float(value)
        except (TypeError, ValueError):
            number = math.nan
        if not math.isfinite(number):
            raise InvalidValue(msg("{value} is not a number", value=str(value)[:60]), where)
        if (self.low is not None and number < self.low) or (self.high is not None and number > self.high):
            raise InvalidValue(
                msg("{value} is out of range", value=f"{number:g}"),
                where,
                msg("It accepts {span}.", span=span(self.low, self.high)),
            )
        if not isinstance(self.default, int):
            return number
        if number != int(number):  # cut off, it would be computed with another one than was asked for
            raise InvalidValue(msg("{value} is not a whole number", value=str(value)[:60]), where)
        return int(number)


@dataclass(frozen=True)
class Context:
    """What an exhibit is computed from: a snapshot, the customer data where there are any, and its settings."""

    snapshot: Snapshot
    settings: Mapping[str, Any]
    cursor: duckdb.DuckDBPyConnection | None = None

    @property
    def has_customers(self) -> bool:
        return self.cursor is not None and self.snapshot.data_version > 0


@dataclass(frozen=True)
class Exhibit:
    """One exhibit, computed. ``columns`` names the columns of ``frame`` for a reader; ``figures`` are what a decision keeps.

    ``texts`` are long texts under their headings: a page shows them when they are asked for, a document at once.
    ``settings`` are the values it was computed with. ``draw(language)`` makes the Plotly figure when it is needed.
    """

    title: Speaks
    reading: tuple[Speaks, ...]
    frame: pd.DataFrame
    columns: Mapping[str, Speaks]
    figures: Mapping[str, float]
    draw: Draw
    alt: Speaks
    height: int = 420
    texts: tuple[tuple[Speaks, Speaks], ...] = ()
    id: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)

    def table(self, language: Language) -> pd.DataFrame:
        """The tidy data under headings a reader knows."""
        named = {name: heading.in_(language) for name, heading in self.columns.items()}
        table = self.frame[list(named)].rename(columns=named)
        for heading in table.columns:
            if table[heading].dtype == object:
                cells = [value.in_(language) if isinstance(value, Speaks) else value for value in table[heading]]
                worded = any(isinstance(cell, str) for cell in cells)  # a page would write None beside words
                table[heading] = ["" if worded and _is_missing(cell) else cell for cell in cells]
        return table


def _is_missing(cell: Any) -> bool:
    import pandas as pd

    return bool(pd.api.types.is_scalar(cell) and pd.isna(cell))


Reads = Literal["worksheets", "customers"]


@dataclass(frozen=True)
class Spec:
    """An exhibit that can be asked for. ``reads`` says what it is computed from: the plan's worksheets alone, or customer data too."""

    id: str
    name: Message
    compute: Callable[[Context], Exhibit]
    reads: Reads
    settings: tuple[Setting, ...]

    def read_settings(self, given: Mapping[str, Any]) -> dict[str, Any]:
        known = {setting.name: setting for setting in self.settings}
        for name in given:
            if name not in known:
                raise UnknownName(
                    msg("The exhibit {exhibit} has no setting {name}", exhibit=self.id, name=name),
                    None,
                    msg("Its settings are: {names}.", names=", ".join(known) or "-"),
                )
        return {name: setting.read(given.get(name), self.id) for name, setting in known.items()}


REGISTRY: dict[str, Spec] = {}


def exhibit(
    exhibit_id: str, name: Message, reads: Reads = "worksheets", settings: tuple[Setting, ...] = ()
) -> Callable[[Callable[[Context], Exhibit]], Callable[[Context], Exhibit]]:
    """Register a function from :class:`Context` to :class:`Exhibit` under ``exhibit_id``."""

    def register(compute: Callable[[Context], Exhibit]) -> Callable[[Context], Exhibit]:
        REGISTRY[exhibit_id] = Spec(exhibit_id, name, compute, reads, settings)
        return compute

    return register
