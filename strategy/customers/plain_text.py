"""Plainly written files, which most large ones are: dates year-month-day, numbers with a point and nothing else.

The first rows tell whether a file looks so. Then SQL reads it as it stands, without the look-ups and the copies of every text that
other writings need, and says of each row whether it is plain indeed: five times as fast, in a fifth of the memory. A file that turns
out otherwise further down is read again in the general way.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from strategy.customers.date_format import DateFormat, DayText, read_days
from strategy.customers.mapping import Mapping
from strategy.customers.number_format import NumberFormat, NumberText, find_format
from strategy.customers.reading import OpenTable
from strategy.customers.schema import one_row
from strategy.customers.staging import staged_sql

#: SQL for a plainly written number that is none. What else could be cast is looked for sign by sign, which takes half as long as an
#: expression over all of them: 1e5, 1_000, inf.
_NO_NUMBER = "({signs} OR {text} IS NOT NULL AND {value})"
_PLAIN_NUMBER = "^-?[0-9]+([.][0-9]+)?$"
#: A point that cannot part thousands: no three digits after it, over three before it, or a zero in front.
_POINT_SETTLED = "^-?(0|[0-9]{4,})[.]|[.]([0-9]{1,2}|[0-9]{4,})$"
#: Rows that tell how a file is written.
_FIRST = 50_000


@dataclass(frozen=True)
class Plain:
    """What a plainly written file's formats are.

    Attributes:
        odd_rows: some of the first rows name no customer or take something back.
        days_only: no date has a time of day.
        points: some number has a point.
    """

    dates: DateFormat | None
    numbers: NumberFormat | None
    odd_rows: bool
    days_only: bool
    points: bool

    @property
    def moment(self) -> str:
        """SQL for the moment of a written date."""
        return f"try_cast(date_text AS {'DATE' if self.days_only else 'TIMESTAMP'})"

    def otherwise(self, roles: Iterable[str], native_date: bool) -> str:
        """SQL for a row that is not plainly written, over date_text, moment, and of each role the text (``_seen``) and the value."""
        found = [] if native_date else [f"NOT coalesce({_shape(self.days_only)}, false) OR moment IS NULL"]
        for role in roles:
            signs = " OR ".join(f"contains({role}_seen, '{sign}')" for sign in ("eE_" if self.points else "eE_."))
            # The amount is a decimal, which is finite or nothing.
            value = "amount IS NULL" if role == "amount" else f"NOT coalesce(isfinite({role}), false)"
            found.append(_NO_NUMBER.format(signs=signs, text=f"{role}_seen", value=value))
        return " OR ".join(found) or "false"


def _shape(days_only: bool) -> str:
    """SQL for a date written year-month-day, perhaps with a time."""
    if days_only:
        return "date_text LIKE '____-__-__'"
    return "date_text LIKE '____-__-__%' AND length(date_text) IN (10, 16, 19)"


def find_plain(
    table: OpenTable, mapping: Mapping, kinds: dict[str, str], native_date: bool, text_roles: dict[str, str]
) -> Plain | None:
    """The formats when the first rows are plainly written; None when the general way is needed, which also says what is wrong."""
    if mapping.time_zone or mapping.decimal == ",":
        return None
    texts = [f"{role}_text" for role in text_roles]
    moment = "true" if native_date else f"{_shape(False)} AND try_cast(date_text AS TIMESTAMP) IS NOT NULL"
    checks = [
        f"count(*) FILTER (NOT coalesce({moment}, false)) = 0",
        *(f"count(*) FILTER (NOT regexp_matches(coalesce({text}, '0'), '{_PLAIN_NUMBER}')) = 0" for text in texts),
        "count(*) FILTER (customer IS NULL) > 0",
        "false" if native_date else "count(*) FILTER (length(date_text) > 10) = 0",
        " OR ".join(f"coalesce(bool_or({text}[1] = '-'), false)" for text in texts) or "true",
    ]
    staged = staged_sql(table, mapping, kinds, native_date, lines=False, plain=True, first=_FIRST)
    dots = [
        " OR ".join(f"coalesce(bool_or(contains({text}, '.')), false)" for text in texts) or "false",
        " OR ".join(f"coalesce(bool_or(regexp_matches({text}, '{_POINT_SETTLED}')), false)" for text in texts) or "false",
    ]
    *plainly, nameless, days_only, negative, points, settled = _asked(table, [*checks, *dots], staged)
    if texts and all(plainly) and not points:
        points, settled = _asked(table, dots, staged_sql(table, mapping, kinds, native_date, lines=False, plain=True))
    if not all(plainly) or (points and not settled and not mapping.decimal):
        return None
    return Plain(
        None if native_date else _dates(table, mapping),
        _numbers(table, text_roles, points) if text_roles else None,
        bool(nameless or negative),
        days_only,
        points,
    )


def _asked(table: OpenTable, checks: list[str], staged: str) -> tuple[bool, ...]:
    return tuple(one_row(table.connection, f"SELECT {', '.join(checks)} FROM ({staged}) AS staged"))


def _first_cells(table: OpenTable, heading: str) -> list[tuple[int, str]]:
    """The first written cells of a column, with their rows."""
    at = table.preview.columns.index(heading)
    cells = [(number, row[at].strip()) for number, row in enumerate(table.preview.rows, table.preview.first_row)]
    return [(number, cell) for number, cell in cells if cell]


def _dates(table: OpenTable, mapping: Mapping) -> DateFormat:
    texts = [DayText(cell[:10], number, 1) for number, cell in _first_cells(table, mapping.date)]
    return read_days(texts, table.preview.name, mapping.date, mapping.date_order)[0]


def _numbers(table: OpenTable, text_roles: dict[str, str], points: bool) -> NumberFormat:
    texts = [
        NumberText(cell, heading, number, 1) for heading in text_roles.values() for number, cell in _first_cells(table, heading)
    ]
    return find_format(texts, table.preview.name, "." if points else None)[0]
