"""Days are cut in the shop's time zone: a purchase at 23:30 UTC is tomorrow's in Shanghai."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import available_timezones

from strategy.errors import InvalidValue
from strategy.language import Message, msg

if TYPE_CHECKING:
    from strategy.customers.mapping import Mapping
    from strategy.customers.reading import OpenTable

#: How an offset ends a written time: ``Z``, ``UTC``, ``+08:00``, ``-0530``, ``+00``.
OFFSET = "(Z|[+-][0-9]{2}(:?[0-9]{2})?)$"
#: How a zone's name ends it. Names other than those of UTC are not read: CST is Chicago's time and Shanghai's.
_UTC, ZONE_NAME = "[ ]*(UTC|GMT)$", "[0-9] ?([A-Z]{3,5})$"


def checked_zone(name: str) -> str:
    """``name`` when it is a time zone. Raises :class:`InvalidValue` otherwise."""
    if name not in available_timezones():
        raise InvalidValue(
            msg("There is no time zone named {name}", name=name[:60]),
            None,
            msg("Use a name such as Europe/London or Asia/Shanghai."),
        )
    return name


def _shop(utc_or_zoned: str, zone: str) -> str:
    return f"timezone('{checked_zone(zone)}', {utc_or_zoned})"


def shop_time_sql(column: str, kind: str, mapping: Mapping) -> str:
    """SQL for a column of DuckDB type ``kind`` as a TIMESTAMP on the shop's clock. Dates have no clock and stay as they are."""
    if kind.startswith("TIMESTAMP WITH TIME ZONE"):
        return _shop(column, mapping.time_zone or "UTC")
    if kind == "DATE" or not mapping.time_zone or not mapping.times_in:
        return f"{column}::TIMESTAMP"
    return _shop(_shop(f"{column}::TIMESTAMP", mapping.times_in), mapping.time_zone)


def written_time_sql(day: str, text: str, mapping: Mapping) -> str:
    """SQL for a moment from its ``day`` (DATE) and the ``text`` it was written as, on the shop's clock.

    A time of day is read as hours and minutes, also with am and pm. Without a time zone chosen, the clock is as it was written.
    """
    clock = f"coalesce(try_cast(regexp_extract({text}, '\\d{{1,2}}:\\d{{2}}') || ':00' AS TIME), TIME '00:00:00')"
    low = f"lower({text})"
    hours = (
        f"CASE WHEN regexp_matches({low}, 'pm|下午') AND {clock} < TIME '12:00:00' THEN 12 "
        f"WHEN regexp_matches({low}, 'am|上午') AND {clock} >= TIME '12:00:00' THEN -12 ELSE 0 END"
    )
    local = f"({day} + {clock} + to_hours({hours}))"
    if not mapping.time_zone:
        return f"CASE WHEN contains({text}, ':') THEN {local} ELSE {day}::TIMESTAMP END"
    text = f"regexp_replace({text}, '{_UTC}', 'Z')"
    offset = f"rpad(replace(regexp_extract({text}, '{OFFSET}', 1), ':', ''), 5, '0')"
    minutes = f"(CASE WHEN {offset}[1] = 'Z' THEN 0 ELSE {offset}[:3]::INT * 60 + ({offset}[1] || {offset}[4:])::INT END)"
    from_offset = _shop(f"timezone('UTC', {local} - to_minutes({minutes}))", mapping.time_zone)
    naive = _shop(_shop(local, mapping.times_in), mapping.time_zone) if mapping.times_in else local
    return (
        f"CASE WHEN NOT contains({text}, ':') THEN {day}::TIMESTAMP "
        f"WHEN regexp_matches({text}, '{OFFSET}') THEN {from_offset} ELSE {naive} END"
    )


def clock_warnings(table: OpenTable, rows: str, column: str, time_zone: str | None) -> list[Message]:
    """Times that say how far they are from UTC, when nobody has said in which zone the shop cuts its days.

    Args:
        rows: the relation whose ``date_text`` holds the times as they are written. ``column``: the column of the file they come from.
        time_zone: in which days are cut, where somebody said.
    """
    zone = f"regexp_extract(date_text, '{ZONE_NAME}', 1) NOT IN ('', 'UTC', 'GMT')"
    named = f"SELECT date_text FROM {rows} WHERE contains(date_text, ':') AND {zone} LIMIT 1"
    if row := table.connection.execute(named).fetchone():
        return [
            msg("Times carry the name of a time zone ({value}) that can mean several; it was not read, and days are cut as written. Export "
                "the times in UTC.", value=row[0])
        ]  # fmt: skip
    if time_zone:
        return []
    row = table.connection.execute(
        f"SELECT date_text FROM {rows} WHERE contains(date_text, ':') AND regexp_matches(date_text, '{OFFSET}|(UTC|GMT)$') LIMIT 1"
    ).fetchone()
    if not row and not table.type_of(column).startswith("TIMESTAMP WITH TIME ZONE"):
        return []
    if row:
        return [
            msg("Times are written with their distance from UTC ({value}); days are cut as written. Choose the shop's time zone to "
                "cut them there.", value=row[0])
        ]  # fmt: skip
    return [msg("Times are stored in UTC; days are cut there. Choose the shop's time zone to cut them in the shop's own day.")]
