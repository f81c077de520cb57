"""What stands beside the purchases of a connected table and would make some of them none: other currencies, words such as cancelled.

The same is looked for in files, by :mod:`strategy.customers.odd_columns` and :mod:`strategy.customers.money_units`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from strategy.customers.connected import Connected, table_of
from strategy.customers.money_units import multiples, names_currencies, the_currency
from strategy.customers.odd_columns import MONEY_BACK_HEADING, MOST_SHOWN, NO_PURCHASE, STATE_HEADING
from strategy.language import Message, msg

if TYPE_CHECKING:
    import ibis.expr.types as ir
    from ibis.backends import BaseBackend

#: Rows that show what the values of a column are like.
_FIRST = 20


def table_currency(backend: BaseBackend, connected: Connected) -> str | None:
    """The currency a column of the table names; None where none does.

    Raises:
        ImportRefused: it names several, whose amounts cannot be added up.
    """
    table = table_of(backend, connected.table)
    texts = [name for name in _others(table, connected) if table[name].type().is_string()]
    if not texts:
        return None
    first = backend.execute(table.select(*texts).limit(_FIRST))
    for heading in texts:
        if not names_currencies(heading, first[heading].dropna()):
            continue
        code = table[heading].strip()
        told = (code != "") & ~code.re_search("[0-9]") & (code.length() < _FIRST)
        found = backend.execute(table.filter(told).select(code=code).distinct().limit(_FIRST))
        if currency := the_currency(found["code"], connected.title, heading):
            return currency
    return None


def table_oddities(backend: BaseBackend, connected: Connected) -> tuple[Message, ...]:
    """What a person should hear of columns nobody chose, and of amounts that count in thousands."""
    table = table_of(backend, connected.table)
    found = multiples(connected.columns())
    for heading in _others(table, connected):
        found += _state(backend, table, heading) + _money_back(backend, table, heading)
    return tuple(found)


def _others(table: ir.Table, connected: Connected) -> list[str]:
    chosen = {name.casefold() for name in connected.columns().values()}
    return [name for name in table.columns if name.casefold() not in chosen]


def _state(backend: BaseBackend, table: ir.Table, heading: str) -> list[Message]:
    column: Any = table[heading]
    if not STATE_HEADING.search(heading) or not column.type().is_string():
        return []
    told = table.filter(column.lower().re_search(NO_PURCHASE)).group_by(value=column).aggregate(rows=lambda each: each.count())
    rows = list(backend.execute(told).sort_values("rows", ascending=False).itertuples(index=False, name=None))
    if not rows:
        return []
    shown = ", ".join(f"{value[:40]} ({count:,})" for value, count in rows[:MOST_SHOWN])
    return [
        msg("The column {column} was not looked at. It says of {count:# row|# rows} what may mean that they are no purchases: "
            "{values}. Connect a "
            "view without such rows, or with negative amounts for them.",
            column=heading, count=f"{sum(count for _, count in rows):,}", values=shown)
    ]  # fmt: skip


def _money_back(backend: BaseBackend, table: ir.Table, heading: str) -> list[Message]:
    column: Any = table[heading]
    if not MONEY_BACK_HEADING.search(heading) or not column.type().is_numeric():
        return []
    count = int(backend.execute(table.filter(column != 0).count()))
    if not count:
        return []
    return [
        msg("The column {column} was not looked at. It holds something other than zero in {count:# row|# rows}; if that is money "
            "given back, the "
            "revenue is too high. Connect a view that takes it off.", column=heading, count=f"{count:,}")
    ]  # fmt: skip
