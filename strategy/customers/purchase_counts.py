"""What models of repeat purchases need of every customer, as expressions over the purchase table.

Several purchases of one customer on one day are one event: what a person buys in one visit says nothing of coming back. Times are whole
days here and everywhere in this package; a model may work in weeks, which only divides them.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from strategy.customers.expressions import cached_sql, customer_totals, frame, purchases, rows
from strategy.customers.rfm import scored_customers
from strategy.customers.segments import Cuts
from strategy.customers.source import ConnectedSource
from strategy.customers.value import DEFAULT_SHARES, graded_customers

if TYPE_CHECKING:
    import duckdb
    import ibis.expr.types as ir
    import pandas as pd

#: Purchase lines above which customers are counted in parts: grouping all by customer and day at once held twice the memory.
_LARGE, _PARTS = 3_000_000, 4


def purchase_days(part: int | None = None) -> ir.Table:
    """One row per customer and day with a purchase: customer, day, money; of one part of the customers only, where it is given."""
    table = purchases()
    if part is not None:
        table = table.filter((table.customer.hash() % _PARTS).abs() == part)
    return table.group_by("customer", "day").aggregate(money=table.amount.sum().cast("float64"))


def purchase_counts(calibration_end: dt.date | None = None, part: int | None = None) -> ir.Table:
    """Per customer who had bought by ``calibration_end`` (the last day in the data when None, and then of all customers):

    customer; ``x``, days with a purchase after the first; ``last_days`` and ``observed_days``, from the first purchase to the last one
    and to the end of calibration; ``mean_repeat_spend``, money per repeat day, the first day left out (0 where x = 0); ``later``, days
    with a purchase after the end of calibration.
    """
    import ibis

    if calibration_end is None:
        totals = customer_totals()
        ended = totals.select(
            "customer",
            "first_day",
            "last_day",
            events=totals.purchase_days,
            every=totals.purchase_days,
            spent=totals.revenue,
            first_spent=totals.first_day_revenue,
            end=totals.last_day.max().over(ibis.window()),
        )
    else:
        days = purchase_days(part)
        inside = days.day <= ibis.literal(calibration_end)
        counted = days.group_by("customer").aggregate(
            first_day=days.day.min(),
            last_day=days.day.max(where=inside),
            events=days.count(where=inside),
            every=days.count(),
            spent=days.money.sum(where=inside),
            # The money of the first day, without a second pass over the table.
            first_spent=days.money.argmin(days.day),
        )
        ended = counted.filter(counted.events > 0).mutate(end=ibis.literal(calibration_end))
    repeats = (ended.events - 1).cast("int64")
    mean = ((ended.spent - ended.first_spent) / repeats.nullif(0)).cast("float64").coalesce(0.0)
    return ended.select(
        "customer",
        x=repeats,
        last_days=ended.last_day.delta(ended.first_day, unit="day").cast("int64"),
        observed_days=ended.end.delta(ended.first_day, unit="day").cast("int64"),
        mean_repeat_spend=mean,
        later=(ended.every - ended.events).cast("int64"),
    )


def weighted_counts(calibration_end: dt.date | None = None) -> ir.Table:
    """Customers alike in ``x``, ``last_days`` and ``observed_days`` as one row, with how many they are (``customers``)."""
    counted = purchase_counts(calibration_end)
    return counted.group_by("x", "last_days", "observed_days").aggregate(customers=counted.count())


def counts_by_segment(cuts: Cuts) -> ir.Table:
    """:func:`purchase_counts` with ``part``, the id of the customer's segment by recency and frequency."""
    scored = scored_customers(cuts)
    return purchase_counts().join(scored.select(scored.customer, part=scored.segment), "customer")


def counts_by_grade(shares: tuple[float, ...] = DEFAULT_SHARES) -> ir.Table:
    """:func:`purchase_counts` with ``part``, the customer's grade by share of revenue."""
    graded = graded_customers(shares)
    return purchase_counts().join(graded.select(graded.customer, part=graded.grade), "customer")


def events_by_day(known_by: dt.date | None = None) -> ir.Table:
    """Per day with a purchase, over customers whose first was by ``known_by``: day, events (customers buying), first (new ones)."""
    import ibis

    days = purchase_days()
    first = days.group_by("customer").aggregate(first_day=days.day.min())
    if known_by is not None:
        first = first.filter(first.first_day <= ibis.literal(known_by))
    both = days.join(first, "customer")
    counted = both.group_by("day").aggregate(events=both.count(), first=ibis.ifelse(both.day == both.first_day, 1, 0).sum())
    return counted.order_by("day")


def lifetimes(silent_days: int) -> ir.Table:
    """How long customers stayed, by a rule: who has been silent for more than ``silent_days`` left on the day of the last purchase.

    One row per lifetime: days, ended (1 or 0), customers. Nobody can be seen to leave within the last ``silent_days``, so everybody is
    watched up to that many days before the end of the data, and who first bought later is left out.
    """
    import ibis

    table = purchases()
    spans = table.group_by("customer").aggregate(first_day=table.day.min(), last_day=table.day.max())
    dated = spans.mutate(snapshot=spans.last_day.max().over(ibis.window()))
    known = dated.mutate(
        watched=dated.snapshot.delta(dated.first_day, unit="day") - silent_days,
        lived=dated.last_day.delta(dated.first_day, unit="day"),
        ended=ibis.ifelse(dated.snapshot.delta(dated.last_day, unit="day") > silent_days, 1, 0).cast("int64"),
    )
    seen = known.filter(known.watched >= 0)
    lived = seen.select("customer", "ended", days=ibis.ifelse(seen.ended == 1, seen.lived, seen.watched).cast("int64"))
    return lived.group_by("days", "ended").aggregate(customers=lived.count()).order_by("days", "ended")


def _numbers(calibration_end: dt.date | None = None, part: int | None = None) -> ir.Table:
    """:func:`purchase_counts` without ids; of one part of the customers only, where ``part`` is given."""
    return purchase_counts(calibration_end, part).select("x", "last_days", "observed_days", "mean_repeat_spend", "later")


def _named(calibration_end: dt.date | None = None) -> ir.Table:
    return purchase_counts(calibration_end).order_by("customer")


def _size() -> ir.Table:
    table = purchases()
    return table.aggregate(lines=table.count())


_numbers_sql, _named_sql, _size_sql = cached_sql(_numbers), cached_sql(_named), cached_sql(_size)
_weighted_sql = cached_sql(weighted_counts)
_segment_sql, _grade_sql = cached_sql(counts_by_segment), cached_sql(counts_by_grade)
_events_sql, _lifetimes_sql = cached_sql(events_by_day), cached_sql(lifetimes)


def counts_frame(cursor: duckdb.DuckDBPyConnection, calibration_end: dt.date | None = None, names: bool = False) -> pd.DataFrame:
    """:func:`purchase_counts` of the current data set, one row a customer; with their ids, in order, where ``names`` are wanted.

    Without ids, because a million of them as Python text take more memory than all the numbers.
    """
    if names:
        return frame(cursor, _named_sql(calibration_end))
    if calibration_end is None or isinstance(cursor, ConnectedSource) or rows(cursor, _size_sql())[0][0] <= _LARGE:
        return frame(cursor, _numbers_sql(calibration_end))
    import pandas as pd

    parts = [frame(cursor, _numbers_sql(calibration_end, part)) for part in range(_PARTS)]
    return pd.concat(parts, ignore_index=True)


def weights_frame(cursor: duckdb.DuckDBPyConnection, calibration_end: dt.date | None = None) -> pd.DataFrame:
    """:func:`weighted_counts` of the current data set: all that fitting a model of repeat purchases needs."""
    return frame(cursor, _weighted_sql(calibration_end))


def parts_frame(
    cursor: duckdb.DuckDBPyConnection, cuts: Cuts | None = None, shares: tuple[float, ...] = DEFAULT_SHARES
) -> pd.DataFrame:
    """One row a customer with ``part``: the segment under ``cuts``, or without them the grade under ``shares``."""
    sql = _segment_sql(cuts) if cuts else _grade_sql(shares)
    return frame(cursor, sql).drop(columns="customer").astype({"part": "category"})


def events_frame(cursor: duckdb.DuckDBPyConnection, known_by: dt.date | None = None) -> pd.DataFrame:
    """:func:`events_by_day` of the current data set, by day."""
    return frame(cursor, _events_sql(known_by))


def lifetimes_frame(cursor: duckdb.DuckDBPyConnection, silent_days: int) -> pd.DataFrame:
    """:func:`lifetimes` of the current data set, by days."""
    return frame(cursor, _lifetimes_sql(int(silent_days)))
