"""What models of repeat purchases need of every customer, as expressions over the purchase table.

Several purchases of one customer on one day are one event: what a person buys in one visit says nothing of coming back. Times are whole
days here and everywhere in this package; a model may work in weeks, which only divides them.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from strategy.customers.expressions import cached_sql, cases, customer_totals, frame
from strategy.customers.histories import customer_days, snapshot_day, spans, totals_until
from strategy.customers.rfm import scored
from strategy.customers.segments import SEGMENT_NAMES, Cuts
from strategy.customers.summary import summarised
from strategy.customers.value import DEFAULT_SHARES, GRADES, graded

if TYPE_CHECKING:
    import duckdb
    import ibis.expr.types as ir
    import pandas as pd


def purchase_counts(calibration_end: dt.date | None = None) -> ir.Table:
    """Per customer who had bought by ``calibration_end`` (the last day in the data when None, and then of all customers):

    customer; ``x``, days with a purchase after the first; ``last_days`` and ``observed_days``, from the first purchase to the last one
    and to the end of calibration; ``mean_repeat_spend``, money per repeat day, the first day left out (0 where x = 0); ``later``, days
    with a purchase after the end of calibration.
    """
    if calibration_end is None:
        totals = customer_totals()
        counted = totals.mutate(every_day=totals.purchase_days)
    else:
        counted = totals_until(calibration_end)
    return _counts_of(counted, calibration_end)


def _counts_of(counted: ir.Table, until: dt.date | None, *more: str) -> ir.Table:
    """:func:`purchase_counts` from what each customer's purchases come to, with the columns ``more`` of that."""
    end = snapshot_day(counted, until)
    repeats = (counted.purchase_days - 1).cast("int64")
    mean = ((counted.revenue - counted.first_day_revenue) / repeats.nullif(0)).cast("float64").coalesce(0.0)
    return counted.select(
        "customer",
        x=repeats,
        last_days=counted.last_day.delta(counted.first_day, unit="day").cast("int64"),
        observed_days=end.delta(counted.first_day, unit="day").cast("int64"),
        mean_repeat_spend=mean,
        later=(counted.every_day - counted.purchase_days).cast("int64"),
        **{name: counted[name] for name in more},
    )


def weighted_counts(calibration_end: dt.date | None = None) -> ir.Table:
    """Customers alike in ``x``, ``last_days`` and ``observed_days`` as one row, with how many they are (``customers``)."""
    counted = purchase_counts(calibration_end)
    return counted.group_by("x", "last_days", "observed_days").aggregate(customers=counted.count())


def counts_by_segment(cuts: Cuts) -> ir.Table:
    """:func:`purchase_counts` with ``part``, the id of the customer's segment by recency and frequency."""
    each = scored(summarised(customer_totals()), cuts)
    return _counts_of(each.mutate(part=each.segment, every_day=each.purchase_days), None, "part")


def counts_by_grade(shares: tuple[float, ...] = DEFAULT_SHARES) -> ir.Table:
    """:func:`purchase_counts` with ``part``, the customer's grade by share of revenue."""
    each = graded(customer_totals(), shares)
    return _counts_of(each.mutate(part=each.grade, every_day=each.purchase_days), None, "part")


def events_by_day(known_by: dt.date | None = None) -> ir.Table:
    """Per day with a purchase, over customers whose first was by ``known_by``: day, events (customers buying), first (new ones)."""
    import ibis

    days = customer_days()
    if known_by is not None:
        days = days.filter(days.first_day <= ibis.literal(known_by))
    counted = days.group_by("day").aggregate(events=days.count(), first=ibis.ifelse(days.day == days.first_day, 1, 0).sum())
    return counted.order_by("day")


def lifetimes(silent_days: int) -> ir.Table:
    """How long customers stayed, by a rule: who has been silent for more than ``silent_days`` left on the day of the last purchase.

    One row per lifetime: days, ended (1 or 0), customers. Nobody can be seen to leave within the last ``silent_days``, so everybody is
    watched up to that many days before the end of the data, and who first bought later is left out.
    """
    import ibis

    each = spans()
    dated = each.mutate(snapshot=snapshot_day(each, None))
    known = dated.mutate(
        watched=dated.snapshot.delta(dated.first_day, unit="day") - silent_days,
        lived=dated.last_day.delta(dated.first_day, unit="day"),
        ended=ibis.ifelse(dated.snapshot.delta(dated.last_day, unit="day") > silent_days, 1, 0).cast("int64"),
    )
    seen = known.filter(known.watched >= 0)
    lived = seen.select("customer", "ended", days=ibis.ifelse(seen.ended == 1, seen.lived, seen.watched).cast("int64"))
    return lived.group_by("days", "ended").aggregate(customers=lived.count()).order_by("days", "ended")


def _numbers(calibration_end: dt.date | None = None) -> ir.Table:
    """:func:`purchase_counts` without ids."""
    return purchase_counts(calibration_end).drop("customer")


def _numbered(table: ir.Table, parts: tuple[str, ...]) -> ir.Table:
    """``table`` without ids and with the place among ``parts`` instead of ``part``: a million texts take long to fetch."""
    return table.drop("customer").mutate(part=cases(table.part, [(part, at) for at, part in enumerate(parts)], -1).cast("int64"))


def _by_segment(cuts: Cuts) -> ir.Table:
    return _numbered(counts_by_segment(cuts), tuple(SEGMENT_NAMES))


def _by_grade(shares: tuple[float, ...] = DEFAULT_SHARES) -> ir.Table:
    return _numbered(counts_by_grade(shares), tuple(GRADES[: len(shares) + 1]))


def _named(calibration_end: dt.date | None = None) -> ir.Table:
    return purchase_counts(calibration_end).order_by("customer")


_numbers_sql, _named_sql = cached_sql(_numbers), cached_sql(_named)
_weighted_sql = cached_sql(weighted_counts)
_segment_sql, _grade_sql = cached_sql(_by_segment), cached_sql(_by_grade)
_events_sql, _lifetimes_sql = cached_sql(events_by_day), cached_sql(lifetimes)


def counts_frame(cursor: duckdb.DuckDBPyConnection, calibration_end: dt.date | None = None, names: bool = False) -> pd.DataFrame:
    """:func:`purchase_counts` of the current data set, one row a customer; with their ids, in order, where ``names`` are wanted.

    Without ids, because a million of them as Python text take more memory than all the numbers.
    """
    return frame(cursor, (_named_sql if names else _numbers_sql)(calibration_end))


def weights_frame(cursor: duckdb.DuckDBPyConnection, calibration_end: dt.date | None = None) -> pd.DataFrame:
    """:func:`weighted_counts` of the current data set: all that fitting a model of repeat purchases needs."""
    return frame(cursor, _weighted_sql(calibration_end))


def parts_frame(
    cursor: duckdb.DuckDBPyConnection, cuts: Cuts | None = None, shares: tuple[float, ...] = DEFAULT_SHARES
) -> pd.DataFrame:
    """One row a customer with ``part``: the segment under ``cuts``, or without them the grade under ``shares``."""
    import pandas as pd

    names = list(SEGMENT_NAMES) if cuts else list(GRADES[: len(shares) + 1])
    found = frame(cursor, _segment_sql(cuts) if cuts else _grade_sql(shares))
    # Only parts that somebody is in, as if they had been fetched by name.
    found["part"] = pd.Series(pd.Categorical.from_codes(found["part"], names), index=found.index).cat.remove_unused_categories()
    return found


def events_frame(cursor: duckdb.DuckDBPyConnection, known_by: dt.date | None = None) -> pd.DataFrame:
    """:func:`events_by_day` of the current data set, by day."""
    return frame(cursor, _events_sql(known_by))


def lifetimes_frame(cursor: duckdb.DuckDBPyConnection, silent_days: int) -> pd.DataFrame:
    """:func:`lifetimes` of the current data set, by days."""
    return frame(cursor, _lifetimes_sql(int(silent_days)))
