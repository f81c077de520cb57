"""One row per customer: when they first and last bought, how often, how much, and how their silence compares with their habit."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from strategy.customers.expressions import cached_sql, customer_totals, frame, rows
from strategy.customers.histories import snapshot_day, totals_until
from strategy.errors import NoData
from strategy.language import msg

if TYPE_CHECKING:
    import duckdb
    import ibis.expr.types as ir
    import pandas as pd


def customer_summary(until: dt.date | None = None) -> ir.Table:
    """The summary as an expression over the purchase table.

    Columns: customer; first_day, last_day; purchase_days (distinct days with a purchase: the frequency, as several purchases on one
    day are one visit); purchase_lines; revenue (currency of the file); recency_days (from the customer's last day to the last day
    in the data, the snapshot); mean_gap_days (own usual time between purchase days; NULL for customers of one day); gap_ratio
    (recency_days / mean_gap_days; NULL likewise).

    With ``until`` it is the summary as it stood on that day: later purchases are unknown, and silence is counted up to it. It has no
    purchase_lines then.
    """
    counted = customer_totals() if until is None else totals_until(until).drop("every_day")
    return summarised(counted, until).drop("first_day_revenue")


def summarised(counted: ir.Table, until: dt.date | None = None) -> ir.Table:
    """``counted``, what each customer's purchases come to, with recency_days, mean_gap_days and gap_ratio as in :func:`customer_summary`."""
    dated = counted.mutate(recency_days=snapshot_day(counted, until).delta(counted.last_day, unit="day"))
    gap = dated.last_day.delta(dated.first_day, unit="day") / (dated.purchase_days - 1).nullif(0)
    gapped = dated.mutate(mean_gap_days=gap.cast("float64"))
    return gapped.mutate(gap_ratio=(gapped.recency_days / gapped.mean_gap_days).cast("float64"))


def _listed() -> ir.Table:
    return customer_summary().order_by("customer")


def _covered() -> ir.Table:
    table = customer_totals()
    return table.aggregate(first_day=table.first_day.min(), last_day=table.last_day.max())


summary_sql, _listed_sql, _covered_sql = cached_sql(customer_summary), cached_sql(_listed), cached_sql(_covered)


def days_covered(cursor: duckdb.DuckDBPyConnection) -> tuple[dt.date, dt.date]:
    """The first and the last day with a purchase. Raises :class:`NoData` without purchases."""
    first, last = rows(cursor, _covered_sql())[0]
    if first is None:
        raise NoData(msg("There are no purchases yet"), None, msg("Import customer data first."))
    return first, last


def customer_frame(cursor: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """:func:`customer_summary` of the workbook's current data set, one row per customer, by customer id."""
    return frame(cursor, _listed_sql())
