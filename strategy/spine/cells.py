"""Cells of a file as values of a worksheet's columns. A column is read as a whole, because one cell cannot tell 3 April from 4 March."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from strategy.customers.date_format import DayText, read_days
from strategy.customers.mapping import DateOrder, DecimalMark
from strategy.customers.number_format import NumberText, find_format, parse_number
from strategy.errors import ImportRefused, InvalidValue
from strategy.language import Speaks, msg
from strategy.method import Column, Worksheet
from strategy.spine.headings import parts, plain
from strategy.workbook import Snapshot
from strategy.workbook.values import clean_text, clean_value

_SPLIT = re.compile(r"\s*[;；\n]\s*")
_LIGHT_SPLIT = re.compile(r"\s*[,，、]\s*")
_IN_BRACKETS = re.compile(r"\[([a-z0-9][a-z0-9_:-]*)\]\s*$")
#: A score with the bounds of the scale it is not on, as questionnaires mark it.
_OFF_SCALE = re.compile(r"(.+) \((-?[\d.]+)–(-?[\d.]+)\)")
_NUMBERED = re.compile(r"^\s*(\d{1,2})\s*[-–—.):：、．]\s*(.+)$", re.DOTALL)


@dataclass(frozen=True)
class Problem:
    """What is wrong in a file, in which row (``None``: a whole column or the file) and column, and what to do."""

    row: int | None
    column: Speaks | str
    what: Speaks
    fix: Speaks | None = None
    #: A row with a problem can be left out; a fatal one stops the import.
    fatal: bool = False


class Cell(Exception):
    """A cell that cannot be taken."""

    def __init__(self, what: Speaks, fix: Speaks | None = None) -> None:
        self.what, self.fix = what, fix
        super().__init__(str(what))


Read = Callable[[str], Any]


def references(snapshot: Snapshot, column: Column) -> Mapping[str, tuple[str, ...]]:
    """Plain name -> the stored values it may stand for: row ids, labels in both languages, short names of segments."""
    many = len(column.to) > 1
    found: dict[str, dict[str, None]] = {}
    for sheet in column.to:
        title = snapshot.method.worksheet(sheet).title
        for row in snapshot.rows(sheet):
            stored = f"{sheet}:{row.id}" if many else row.id
            labels = {snapshot.label(sheet, row.id, "en"), snapshot.label(sheet, row.id, "zh")}
            if sheet == "segment" and row["short_name"]:
                labels.add(str(row["short_name"]))
            names = {*labels, row.id, f"{sheet}:{row.id}"}
            if many:
                names |= {f"{prefix}: {label}" for prefix in (title.en, title.zh) for label in labels}
            for name in names:
                found.setdefault(plain(name), {})[stored] = None
    ids = {plain(f"{sheet}:{row.id}"): row.id for sheet in column.to for row in snapshot.rows(sheet)}
    # An id is meant before a label that happens to read alike.
    exact = {plain(row_id): (f"{name.partition(':')[0]}:{row_id}" if many else row_id) for name, row_id in ids.items()}
    return {name: (exact[name],) if name in exact and not many else tuple(values) for name, values in found.items()}


def one_of(known: Mapping[str, tuple[str, ...]], title: Speaks, text: str) -> str:
    """The row a text means. Raises :class:`Cell` when there is none, or more than one."""
    if (tagged := _IN_BRACKETS.search(text)) and len(found := known.get(plain(tagged[1]), ())) == 1:
        return found[0]
    for name in parts(text):
        found = known.get(name, ())
        if len(found) == 1:
            return found[0]
        if found:
            raise Cell(
                msg("{value} may mean several rows: {rows}", value=text[:60], rows=", ".join(found[:6])),
                msg("Write the id of the row that is meant."),
            )
    raise Cell(
        msg("There is no row called {value} for {column}", value=text[:60], column=title),
        msg("Add it to its worksheet first, or write it as it is called there."),
    )


def choice_of(column: Column, text: str, numbered: bool = False) -> str:
    """The choice a text means: its id or title in either language, also after a number (``1 - I like it``).

    ``numbered``: a bare number counts the choices from 1. Raises :class:`Cell`.
    """
    named = {plain(name): choice.id for choice in column.choices for name in (choice.id, choice.title.en, choice.title.zh)}
    for name in parts(text):
        if name in named:
            return named[name]
    led = _NUMBERED.match(text)
    if led:
        for name in parts(led[2]):
            if name in named:
                return named[name]
    if numbered and re.fullmatch(r"\d{1,3}(\.0+)?", text):
        at = int(float(text))
        if 1 <= at <= len(column.choices):
            return column.choices[at - 1].id
        raise Cell(
            msg("{value} is outside the scale of 1 to {count}", value=text, count=len(column.choices)),
            msg("Correct the code, or leave the cell empty where nothing was answered."),
        )
    raise Cell(
        msg("{value} is not one of the choices", value=text[:60]),
        msg("The choices are: {choices}.", choices="; ".join(f"{c.title.en} / {c.title.zh}" for c in column.choices)),
    )


def _numbers(column: Column, texts: Sequence[NumberText], file: str, decimal: DecimalMark | None) -> Read:
    mark: DecimalMark = find_format([t for t in texts if t.text], file, decimal)[0].decimal or "."

    def read(text: str) -> Any:
        value = parse_number(text.rstrip("%％") if column.type == "percent" else text, mark)
        if value is None and (off := _OFF_SCALE.fullmatch(text)):
            raise Cell(
                msg("{value} is outside the scale of {low} to {high}", value=off[1][:60], low=off[2], high=off[3]),
                msg("Correct the answer, or leave the cell empty where nothing was answered."),
            )
        if value is None:
            percent = text.endswith(("%", "％"))
            fix = (
                msg("Write the bare number in which the target is counted, 45 or 0.45.")
                if percent
                else msg(
                    "Write scores as numbers. Number the words of a questionnaire from the least to the most, and leave cells empty where "
                    "nothing was answered."
                )
                if column.type == "score"
                else msg("Type digits, such as 1234.5.")
            )
            raise Cell(msg("{value} is not a number", value=text[:60]), fix)
        return float(value)

    return read


def _days(texts: Sequence[NumberText], file: str, title: str, order: DateOrder | None) -> Read:
    days = read_days([DayText(t.text[:10] if re.match(r"\d{4}-\d\d-\d\d[ T]", t.text) else t.text, t.row, t.count) for t in texts],
                     file, title, order)[1]  # fmt: skip

    def read(text: str) -> Any:
        day = days.get(text[:10] if re.match(r"\d{4}-\d\d-\d\d[ T]", text) else text)
        if day is None:
            raise Cell(msg("{value} is not a date", value=text[:60]), msg("Write dates as 2026-03-15."))
        return day.isoformat()

    return read


def _several(read: Read) -> Read:
    """Several values in one cell, separated by semicolons or lines; by commas only where that alone makes sense of it."""

    def items(text: str) -> list[Any]:
        tries = [_SPLIT.split(text), [text], _LIGHT_SPLIT.split(text)]
        for number, found in enumerate(tries):
            try:
                return list(dict.fromkeys(read(item) for item in found if item))
            except Cell:
                if number == len(tries) - 1:
                    raise
        return []

    return items


def reader(
    snapshot: Snapshot,
    sheet: Worksheet,
    column: Column,
    cells: Iterable[tuple[int, str]],
    file: str,
    heading: str,
    decimal: DecimalMark | None = None,
    order: DateOrder | None = None,
    numbered: bool = False,
) -> Read:
    """How the cells of one column are read: text -> stored value.

    ``cells``: (row, text) of the whole column, which decide the order of dates and the decimal mark. The function returned raises
    :class:`Cell` for a cell that cannot be taken.

    Raises:
        ImportRefused: dates or numbers that fit two readings.
    """
    given = [(row, text) for row, text in cells if text]
    counted: dict[str, tuple[int, int]] = {}
    for row, text in given:
        first, count = counted.get(text, (row, 0))
        counted[text] = (first, count + 1)
    if column.type == "date":
        raw = _days([NumberText(text, heading, *at) for text, at in counted.items()], file, heading, order)
    elif column.is_numeric:
        raw = _numbers(
            column,
            [NumberText(t.rstrip("%％") if column.type == "percent" else t, heading, *at) for t, at in counted.items()],
            file,
            decimal,
        )
    elif column.type in ("choice", "choices"):
        one: Read = lambda text: choice_of(column, text, numbered)  # noqa: E731
        raw = _several(one) if column.type == "choices" else one
    elif column.is_reference:
        known = references(snapshot, column)
        one = lambda text: one_of(known, column.title, text)  # noqa: E731
        raw = _several(one) if column.type == "references" else one
    else:
        raw = str
    remembered: dict[str, Any] = {}

    def read(text: str) -> Any:
        if text not in remembered:
            try:
                remembered[text] = clean_value(sheet, column, raw(clean_text(text)))
            except InvalidValue as error:
                raise Cell(error.what, error.fix) from error  # type: ignore[arg-type]
        return remembered[text]

    return read


def refused(error: ImportRefused, column: Speaks | str) -> Problem:
    """A column that can be read in two ways, as a problem of the file."""
    return Problem(None, column, error.what, error.fix, fatal=True)  # type: ignore[arg-type]
