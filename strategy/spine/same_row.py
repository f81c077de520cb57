"""Rows that say something else of what was said already: a respondent who answers twice would count as two people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from strategy.language import Joined, Message, msg
from strategy.method import Worksheet
from strategy.workbook import Row
from strategy.workbook.values import is_empty

#: Worksheet -> the columns that tell its rows apart: one answer a respondent and need, one actual a KPI and period.
TOLD_BY: Mapping[str, tuple[str, ...]] = {
    "kano_answer": ("need", "respondent"),
    "need_answer": ("need", "respondent"),
    "price_answer": ("respondent", "segment"),
    "brand_rating": ("attribute", "rival", "participant", "segment"),
    "kpi_actual": ("kpi", "period"),
}
#: The columns that say who answered.
_WHO = ("respondent", "participant")


class Told:
    """Which rows there are, in the workbook and in the file so far, by what tells them apart."""

    def __init__(self, sheet: Worksheet, rows: Iterable[Row]) -> None:
        self._sheet, self._by = sheet, TOLD_BY.get(sheet.id, ())
        self._people = any(name in self._by for name in _WHO)
        self._there = {self._key(row.values): row.id for row in rows if self._by}
        self._in_file: dict[tuple[str, ...], int] = {}

    def _key(self, values: Mapping[str, Any]) -> tuple[str, ...]:
        return tuple("" if is_empty(values.get(name)) else str(values[name]) for name in self._by)

    def otherwise(self, values: Mapping[str, Any], number: int) -> tuple[Message, Message] | None:
        """What is wrong with a row of the file that says something else than an earlier one of it, or than one that is there; and what to do.

        ``values`` differ from those of every earlier row. Respondents called after their row, ``R7`` in row 7, are nobody in particular.
        """
        if not self._by or any(values.get(name) == f"R{number}" for name in _WHO):
            return None
        key = self._key(values)
        names = Joined(tuple(self._sheet.column(name).title for name in self._by if not is_empty(values.get(name))))
        if key in self._in_file:
            return (
                msg("Row {row} says something else of the same {names}", row=self._in_file[key], names=names),
                msg("Keep one of the two; where two people answered, name them apart.")
                if self._people
                else msg("Keep one of the two rows."),
            )
        if key in self._there:
            return (
                msg("{row} is there already and says something else of the same {names}", row=self._there[key], names=names),
                msg("To change it, write its id into a column headed id; where it is somebody else, name them apart.")
                if self._people
                else msg("To change it, write its id into a column headed id."),
            )
        self._in_file[key] = number
        return None
