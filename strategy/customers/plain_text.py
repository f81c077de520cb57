"""Plainly written files, which most large ones are: dates year-month-day, numbers with a point and nothing else.

One look over the file tells whether every value is written so. Then SQL reads the file as it stands, without the look-ups and the
copies of every text that other writings need: five times as fast, in a fifth of the memory.
"""

from __future__ import annotations

from dataclasses import dataclass

from strategy.customers.date_format import DateFormat, DayText, read_days
from strategy.customers.mapping import Mapping
from strategy.customers.number_format import NumberFormat, NumberText, find_format
from strategy.customers.reading import OpenTable
from strategy.customers.staging import staged_sql

#: SQL for the moment of a plainly written date.
PLAIN_MOMENT = "try_cast(date_text AS TIMESTAMP)"
_PLAIN_NUMBER = "^-?[0-9]+([.][0-9]+)?$"
#: A point that cannot part thousands: no three digits after it, over three before it, or a zero in front.
_POINT_SETTLED = "^-?(0|[0-9]{4,})[.]|[.]([0-9]{1,2}|[0-9]{4,})$"


@dataclass(frozen=True)
class Plain:
    """What a plainly written file's formats are. ``odd_rows``: some rows name no customer or take something back."""

    dates: DateFormat | None
    numbers: NumberFormat | None
    odd_rows: bool


def find_plain(
    table: OpenTable, mapping: Mapping, kinds: dict[str, str], native_date: bool, text_roles: dict[str, str]
) -> Plain | None:
    """The formats when every value is plainly written; None when the general way is needed, which also says what is wrong."""
    if mapping.time_zone or mapping.decimal == ",":
        return None
    checks = ["count(*) FILTER (customer IS NULL) > 0"]
    if native_date:
        checks.append("true")
    else:
        shape = "date_text[5] = '-' AND date_text[8] = '-' AND length(date_text) IN (10, 16, 19)"
        checks.append(f"count(*) FILTER (NOT coalesce({shape} AND {PLAIN_MOMENT} IS NOT NULL, false)) = 0")
    texts = [f"{role}_text" for role in text_roles]
    for text in texts:
        checks.append(f"count(*) FILTER (NOT regexp_matches(coalesce({text}, '0'), '{_PLAIN_NUMBER}')) = 0")
    checks.append(" OR ".join([f"coalesce(bool_or(contains({text}, '.')), false)" for text in texts] or ["false"]))
    checks.append(
        " OR ".join([f"coalesce(bool_or(regexp_matches({text}, '{_POINT_SETTLED}')), false)" for text in texts] or ["false"])
    )
    checks.append(" OR ".join([f"coalesce(bool_or({text}[1] = '-'), false)" for text in texts] or ["true"]))
    staged = staged_sql(table, mapping, kinds, native_date, lines=False)
    row = table.connection.execute(f"SELECT {', '.join(checks)} FROM ({staged}) AS staged").fetchall()[0]
    nameless, *plain, points, settled, negative = row
    if not all(plain) or (points and not settled and not mapping.decimal):
        return None
    return Plain(
        None if native_date else _dates(table, mapping),
        _numbers(table, text_roles, points) if text_roles else None,
        bool(nameless or negative),
    )


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
