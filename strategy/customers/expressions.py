"""Ibis expressions over the purchase table, and how they are run on a workbook's cursor.

Expressions are built over an unbound table, so that the same ones run on a company's warehouse; for the workbook they are
compiled to DuckDB's SQL and the text is cached. Ibis is imported at first use, because importing it takes over a second.

What every customer's purchases come to (:func:`customer_totals`) is what most analyses begin with, and going through millions of lines
for it takes seconds. A workbook therefore keeps it beside its purchases, with each customer's days in order, and an expression built
for a workbook reads it there; built for any other database it is one over the purchase table alone. The places where the two part ask
:func:`in_workbook`: here and in :mod:`strategy.customers.histories`.

Analyses write no SQL of their own: :func:`rows` and :func:`frame` ask for a :class:`Query`, and where the purchases live elsewhere
(:mod:`strategy.customers.source`) its expression is compiled for the database there.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import duckdb
    import ibis.expr.types as ir
    import pandas as pd


@lru_cache(maxsize=1)
def purchases() -> ir.Table:
    """The purchase table: customer, day, amount, order_id, quantity, price, margin, product, channel, region."""
    import ibis

    columns = {
        "customer": "string",
        "day": "date",
        "amount": "decimal(18,4)",
        "order_id": "string",
        "quantity": "float64",
        "price": "float64",
        "margin": "float64",
        "product": "string",
        "channel": "string",
        "region": "string",
    }
    return ibis.table(columns, name="purchase")


def purchases_until(until: dt.date | None) -> ir.Table:
    """The purchases made up to and including a day, as somebody looking on that day would have had them; all for None."""
    table = purchases()
    return table if until is None else table.filter(table.day <= until)


def looked_at(newest: ir.DateValue, until: dt.date | None) -> ir.DateValue:
    """The day from which silence is counted: ``until``, else the newest day in the data."""
    import ibis

    return newest if until is None else ibis.literal(until)


def totals_of(table: ir.Table) -> ir.Table:
    """One row per customer of a purchase table.

    Columns: customer; first_day, last_day; purchase_days (distinct days with a purchase); purchase_lines; revenue and
    first_day_revenue (all money, and that of the first day).
    """
    days = table.group_by("customer", "day").aggregate(lines=table.count(), money=table.amount.sum())
    return days.group_by("customer").aggregate(
        first_day=days.day.min(),
        last_day=days.day.max(),
        purchase_days=days.count(),
        purchase_lines=days.lines.sum().cast("int64"),
        revenue=days.money.sum().cast("float64"),
        first_day_revenue=days.money.argmin(days.day).cast("float64"),
    )


#: Whether the expression being built is for a workbook.
_in_workbook: ContextVar[bool] = ContextVar("in_workbook", default=False)


def in_workbook() -> bool:
    """Whether the expression being built will be asked of a workbook, which has ``customer_purchases``."""
    return _in_workbook.get()


def stored(sql: str, **columns: str) -> ir.Table:
    """What a workbook has stored, as a table with these columns (name = type): a query of DuckDB's, which may use its lists."""
    import ibis

    return ibis.table(columns, name=f"({sql})")


def customer_totals() -> ir.Table:
    """:func:`totals_of` the purchase table, which a workbook keeps in ``customer_purchases``."""
    import ibis

    totals = totals_of(purchases())
    return ibis.table(totals.schema(), name="customer_purchases") if in_workbook() else totals


@lru_cache(maxsize=1)
def attributes() -> ir.Table:
    """The table of customer attributes: customer, name, and one of text, number, day."""
    import ibis

    columns = {"customer": "string", "name": "string", "text": "string", "number": "float64", "day": "date"}
    return ibis.table(columns, name="customer_attribute")


@lru_cache(maxsize=1)
def interactions() -> ir.Table:
    """The table of interactions: customer, day, moment, kind, complaint, channel, status, still_open, score, topic."""
    import ibis

    columns = {
        "customer": "string",
        "day": "date",
        "moment": "timestamp",
        "kind": "string",
        "complaint": "boolean",
        "channel": "string",
        "status": "string",
        "still_open": "boolean",
        "score": "float64",
        "topic": "string",
    }
    return ibis.table(columns, name="interaction")


class Query(str):
    """DuckDB's SQL of an expression. It is that text, and can say the expression again for another database."""

    __slots__ = ("build", "given")
    build: Callable[..., ir.Table]
    given: tuple[tuple[Any, ...], dict[str, Any]]

    def expression(self) -> ir.Table:
        """The expression over :func:`purchases`."""
        arguments, named = self.given
        return self.build(*arguments, **named)


#: Every function given to :func:`cached_sql`. The parity tests ask each of them of every database.
BUILDERS: list[Callable[..., ir.Table]] = []


def cached_sql(build: Callable[..., ir.Table]) -> Callable[..., Query]:
    """The DuckDB SQL of an expression, compiled once per set of (hashable) arguments."""
    BUILDERS.append(build)

    @lru_cache(maxsize=256)
    def compiled(*arguments: Any, **named: Any) -> Query:
        import ibis

        before = _in_workbook.set(True)
        try:
            expression = build(*arguments, **named)
        finally:
            _in_workbook.reset(before)
        query = Query(_with_stored(expression, ibis.to_sql(expression, dialect="duckdb")))
        query.build, query.given = build, (arguments, named)
        return query

    return compiled


def _with_stored(expression: ir.Table, sql: str) -> str:
    """``sql`` of an expression, with the queries of :func:`stored` where their names stand."""
    from ibis.expr.operations import UnboundTable

    for table in expression.op().find(UnboundTable):
        if table.name.startswith("("):
            sql = sql.replace('"' + table.name.replace('"', '""') + '"', table.name)
    return sql


def frame(cursor: duckdb.DuckDBPyConnection, sql: str) -> pd.DataFrame:
    """The result of ``sql`` as a pandas frame."""
    return cursor.execute(sql).df()


def rows(cursor: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[Any, ...]]:
    """The result of ``sql`` as rows of Python values: days are dates, counts are whole numbers."""
    return cursor.execute(sql).fetchall()


def cases(value: ir.Value, branches: Sequence[tuple[Any, Any]], otherwise: Any) -> ir.Value:
    """``value`` mapped by equality; ``otherwise`` for the rest."""
    import ibis

    return ibis.cases(*((value == key, result) for key, result in branches), else_=otherwise)
