"""Which purchases leave the workbook when others take their place, and which days are lost with them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from strategy.customers.importing import current_dataset, rows_outside
from strategy.language import Day, Message, msg

if TYPE_CHECKING:
    import duckdb

_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Replaced:
    """The purchases of the files at hand, beside others that cover ``fresh_first`` to ``fresh_last``.

    Attributes:
        file: name of the file they came from, or of the first of several and how many more.
        lost_rows: purchase lines of days before or after those the others cover.
    """

    file: str
    rows: int
    customers: int
    first_day: dt.date
    last_day: dt.date
    fresh_first: dt.date
    fresh_last: dt.date
    lost_rows: int

    @property
    def days_lost(self) -> list[tuple[dt.date, dt.date]]:
        """Spells of days, first and last, that had purchases at hand and lie outside what the others cover."""
        before = (self.first_day, min(self.last_day, self.fresh_first - _DAY))
        after = (max(self.first_day, self.fresh_last + _DAY), self.last_day)
        return [(first, last) for first, last in (before, after) if first <= last]

    def title(self) -> Message:
        """What goes, whether or not any day is lost."""
        return msg(
            "Replaced: {rows:# purchase line|# purchase lines} of {customers:# customer|# customers}, {first} to {last}.",
            rows=f"{self.rows:,}",
            customers=f"{self.customers:,}",
            first=Day(self.first_day),
            last=Day(self.last_day),
        )

    def loss(self, way: Message) -> Message | None:
        """Which days are lost, and the ``way`` to keep them; ``None`` where the others cover every day at hand."""
        if not self.days_lost:
            return None
        return msg(
            "Only {first} to {last} are covered. {rows:# purchase line|# purchase lines} of other days {rows:leaves|leave} the "
            "workbook, segments are counted without {rows:it|them}, and undo does not bring {rows:it|them} back. {way}",
            first=Day(self.fresh_first),
            last=Day(self.fresh_last),
            rows=f"{self.lost_rows:,}",
            way=way,
        )

    def as_record(self) -> dict[str, Any]:
        """The same for scripts: days as ISO texts."""
        return {
            "file": self.file,
            "rows": self.rows,
            "customers": self.customers,
            "first_day": self.first_day.isoformat(),
            "last_day": self.last_day.isoformat(),
            "lost_rows": self.lost_rows,
            "days_lost": [[first.isoformat(), last.isoformat()] for first, last in self.days_lost],
        }


def replaced(cursor: duckdb.DuckDBPyConnection, first: dt.date, last: dt.date) -> Replaced | None:
    """What purchases of ``first`` to ``last`` would replace; ``None`` where no purchases are in the workbook itself."""
    now = current_dataset(cursor)
    if now is None or now.understood.get("kind") == "connected":
        return None
    lost = rows_outside(cursor, first, last)
    return Replaced(now.file_name, now.rows_kept, now.customers, now.first_day, now.last_day, first, last, lost)
