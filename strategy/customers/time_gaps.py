"""Gaps in time: spells without any purchase that are long against what is usual in the data."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

#: A spell counts as a gap from this many days on, and only when it is this many times the usual one.
LEAST_DAYS = 14
FACTOR = 5


@dataclass(frozen=True)
class Gap:
    """A spell without purchases, both days included."""

    first_day: dt.date
    last_day: dt.date

    @property
    def days(self) -> int:
        return (self.last_day - self.first_day).days + 1


def find_gaps(connection: duckdb.DuckDBPyConnection, relation: str, most: int = 5) -> tuple[Gap, ...]:
    """The longest gaps in ``relation`` (which has a column ``day``), in order of time.

    The usual spell is the 90th percentile of the spells between days with purchases, so that weekends are no gaps. Of a few spells the
    longest does not count: it would be its own measure.
    """
    found = connection.execute(f"""
        WITH days AS (SELECT DISTINCT day FROM {relation}),
             spells AS (SELECT day, lead(day) OVER (ORDER BY day) AS next_day, next_day - day AS days FROM days),
             ranked AS (SELECT days, row_number() OVER (ORDER BY days) AS place, count(*) OVER () AS many
                        FROM spells WHERE days IS NOT NULL),
             usual AS (SELECT max(days) AS days FROM ranked WHERE place <= greatest(1, least(ceil(0.9 * many), many - 1)))
        SELECT day, next_day FROM spells, usual
        WHERE spells.days > greatest({LEAST_DAYS}, {FACTOR} * usual.days) ORDER BY spells.days DESC LIMIT {most}""").fetchall()
    one = dt.timedelta(days=1)
    return tuple(Gap(day + one, next_day - one) for day, next_day in sorted(found))
