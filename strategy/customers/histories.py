"""What analyses need of each customer's days: totals up to a day, gaps, money within windows, and the days themselves.

Each is an expression over the purchase table, for any database. A workbook keeps each customer's days in order, and what was bought on
them, as two lists (``days`` and ``day_revenue`` of ``customer_purchases``); there the same is said over the lists, which needs no
grouping, joining or sorting: eleven million lines take a second instead of ten. A test compares the two.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from strategy.customers.expressions import customer_totals, in_workbook, looked_at, purchases, purchases_until, stored, totals_of

if TYPE_CHECKING:
    import ibis.expr.types as ir


#: Windows are told one by one as far as two years back, at least so many and at most.
_ONE_BY_ONE, _LEAST, _MOST = 730, 5, 25


def _upto(day: str) -> str:
    """SQL of each customer's days up to ``day`` alone, of those who had bought by then."""
    return f"SELECT *, list_filter(days, lambda d: d <= {day}) AS seen FROM customer_purchases WHERE first_day <= {day}"


def _literal(day: dt.date) -> str:
    return f"DATE '{day.isoformat()}'"


def snapshot_day(counted: ir.Table, until: dt.date | None) -> ir.DateValue:
    """The day from which silence is counted: ``until``, else the newest in the data. ``counted``: has every customer's ``last_day``."""
    import ibis

    if in_workbook():
        return looked_at(customer_totals().last_day.max().as_scalar(), until)
    return looked_at(counted.last_day.max().over(ibis.window()), until)


def begun_day(counted: ir.Table) -> ir.DateValue:
    """The day the data begin. ``counted``: has every customer's ``first_day``."""
    import ibis

    return customer_totals().first_day.min().as_scalar() if in_workbook() else counted.first_day.min().over(ibis.window())


def spans() -> ir.Table:
    """Per customer: customer, first_day, last_day."""
    if in_workbook():
        return customer_totals().select("customer", "first_day", "last_day")
    table = purchases()
    return table.group_by("customer").aggregate(first_day=table.day.min(), last_day=table.day.max())


def totals_until(day: dt.date) -> ir.Table:
    """What the purchases up to and including a day come to, per customer who had bought by then.

    Columns: customer, first_day, last_day, purchase_days, revenue, first_day_revenue; every_day (days with a purchase, later ones too).
    """
    import ibis

    if in_workbook():
        return stored(
            f"""SELECT customer, first_day, seen[-1] AS last_day, len(seen) AS purchase_days, purchase_days AS every_day,
                       list_sum(day_revenue[:len(seen)])::DOUBLE AS revenue, first_day_revenue
                FROM ({_upto(_literal(day))})""",
            customer="string", first_day="date", last_day="date", purchase_days="int64", every_day="int64", revenue="float64",
            first_day_revenue="float64",
        )  # fmt: skip
    table = purchases()
    days = table.group_by("customer", "day").aggregate(money=table.amount.sum())
    inside = days.day <= ibis.literal(day)
    counted = days.group_by("customer").aggregate(
        first_day=days.day.min(),
        last_day=days.day.max(where=inside),
        purchase_days=days.count(where=inside),
        every_day=days.count(),
        revenue=days.money.sum(where=inside).cast("float64"),
        # The money of the first day, without a second pass over the table.
        first_day_revenue=days.money.argmin(days.day).cast("float64"),
    )
    return counted.filter(counted.purchase_days > 0)


def customer_days() -> ir.Table:
    """Per customer and day with a purchase: customer, day, money; first_day and previous (the customer's first day, and the one before
    this one, NULL for the first)."""
    import ibis

    if in_workbook():
        return stored(
            """SELECT customer, first_day, unnest(days) AS day, unnest([NULL::DATE] || days[:-2]) AS previous,
                      unnest(day_revenue)::DOUBLE AS money
               FROM customer_purchases""",
            customer="string", first_day="date", day="date", previous="date", money="float64",
        )  # fmt: skip
    table = purchases()
    days = table.group_by("customer", "day").aggregate(money=table.amount.sum().cast("float64"))
    own = ibis.window(group_by="customer", order_by="day")
    return days.mutate(first_day=days.day.min().over(ibis.window(group_by="customer")), previous=days.day.lag().over(own))


def trajectories(window_days: int, until: dt.date | None) -> ir.Table:
    """How each customer's buying went, up to a day or to the end of the data.

    Columns: customer, first_day, last_day, purchase_days, revenue; own_gap (median days between days with a purchase; NULL for customers
    of one day); last_window, previous_window (money of the last ``window_days`` days and of as many before; 0 where nothing was bought),
    peak_window (most money of any window but the last with a purchase in it; NULL where there is none).
    """
    import ibis

    if in_workbook():
        return _stored_trajectories(int(window_days), until)
    table = purchases_until(until)
    totals = (customer_totals() if until is None else totals_of(table)).drop("purchase_lines", "first_day_revenue")
    days = table.select(table.customer, table.day).distinct()
    gaps = days.mutate(gap=days.day.delta(days.day.lag().over(ibis.window(group_by="customer", order_by="day")), unit="day"))
    own = gaps.group_by("customer").aggregate(own_gap=gaps.gap.median())
    newest = looked_at(table.day.max().over(ibis.window()), until)
    windowed = table.mutate(window=(newest.delta(table.day, unit="day") / window_days).floor().cast("int64"))
    sums = windowed.group_by(["customer", "window"]).aggregate(money=windowed.amount.sum().cast("float64"))
    shape = sums.group_by("customer").aggregate(
        last_window=sums.money.sum(where=sums.window == 0).coalesce(0.0),
        previous_window=sums.money.sum(where=sums.window == 1).coalesce(0.0),
        peak_window=sums.money.max(where=sums.window > 0),
    )
    return totals.join(own, "customer").join(shape, "customer")


def median_of_all(table: ir.Table, column: str) -> ir.Table:
    """``table`` with the median of a column over all rows, as ``everyone``."""
    import ibis

    if in_workbook():
        return table.mutate(everyone=table[column].median().over(ibis.window()))
    # Joined rather than a median over a window: PostgreSQL knows no such window.
    return table.cross_join(table.aggregate(everyone=table[column].median()))


def _stored_trajectories(days: int, until: dt.date | None) -> ir.Table:
    if until is None:
        newest = "(SELECT max(last_day) FROM customer_purchases)"
        seen = "SELECT *, days AS seen, usual_gap_days AS own_gap FROM customer_purchases"
    else:
        newest = _literal(until)
        # Only of those who bought later, for whom it was another one then; sorting is twice as fast as a median.
        gaps = """CASE WHEN len(seen) < len(days)
                  THEN list_sort(list_transform(list_zip(seen[2:], seen[:-2]), lambda pair: pair[1] - pair[2])) END"""
        seen = f"""SELECT *, CASE WHEN len(seen) = len(days) THEN usual_gap_days
                             ELSE (gaps[len(seen) // 2] + gaps[(len(seen) + 1) // 2]) / 2 END AS own_gap
                   FROM (SELECT * REPLACE (seen[-1] AS last_day, len(seen) AS purchase_days,
                                           list_sum(day_revenue[:len(seen)])::DOUBLE AS revenue), {gaps} AS gaps
                         FROM ({_upto(newest)}))"""

    def upto(name: str, many: str) -> str:
        return f"list_filter({name}, lambda d: d <= newest - {days} * {many})"

    # Windows one after the other, each looking only through the days that the later ones left; all older ones then at once.
    windows = min(max(_LEAST, _ONE_BY_ONE // days + 1), _MOST)
    rest = f"SELECT *, {newest} AS newest, seen AS rest_0 FROM ({seen})"
    for at in range(windows):
        rest = f"SELECT *, {upto(f'rest_{at}', str(at + 1))} AS rest_{at + 1} FROM ({rest})"
    older = f"rest_{windows}"
    sums = ", ".join(f"list_sum(day_revenue[len(rest_{at + 1}) + 1:len(rest_{at})]) AS window_{at}" for at in range(windows))
    peaks = ", ".join(f"window_{at}" for at in range(1, windows))
    return stored(
        f"""SELECT customer, first_day, last_day, purchase_days, revenue, own_gap, coalesce(window_0, 0)::DOUBLE AS last_window,
                   coalesce(window_1, 0)::DOUBLE AS previous_window,
                   greatest({peaks}, list_max(list_transform(range({windows}, (newest - first_day) // {days} + 1), lambda nth: list_sum(
                       day_revenue[len({upto(older, "(nth + 1)::INTEGER")}) + 1:len({upto(older, "nth::INTEGER")})]
                   ))))::DOUBLE AS peak_window
            FROM (SELECT *, {sums} FROM ({rest}))""",
        customer="string", first_day="date", last_day="date", purchase_days="int64", revenue="float64", own_gap="float64",
        last_window="float64", previous_window="float64", peak_window="float64",
    )  # fmt: skip


def last_years() -> ir.Table:
    """:func:`customer_totals` with value_at_stake: the customer's money of the 365 days up to their own last purchase."""
    if in_workbook():
        kept = {name: str(kind) for name, kind in customer_totals().schema().items()}
        return stored(
            f"""SELECT {", ".join(kept)},
                       list_sum(day_revenue[len(list_filter(days, lambda d: d <= last_day - 365)) + 1:])::DOUBLE AS value_at_stake
                FROM customer_purchases""",
            **kept,
            value_at_stake="float64",
        )
    totals, table = customer_totals(), purchases()
    joined = table.join(totals.select(totals.customer, totals.last_day), "customer")
    recent = joined.filter(joined.last_day.delta(joined.day, unit="day") < 365)
    stake = recent.group_by("customer").aggregate(value_at_stake=recent.amount.sum().cast("float64"))
    return totals.join(stake, "customer")


def spending(start: dt.date, middle: dt.date) -> ir.Table:
    """Per customer: customer, revenue (all time), recent (after ``middle``), before (after ``start`` up to ``middle``)."""
    import ibis

    if in_workbook():
        return stored(
            f"""SELECT customer, revenue, coalesce(list_sum(day_revenue[later + 1:]), 0)::DOUBLE AS recent,
                       coalesce(list_sum(day_revenue[len(list_filter(days, lambda d: d <= {_literal(start)})) + 1:later]), 0)::DOUBLE AS before
                FROM (SELECT *, len(list_filter(days, lambda d: d <= {_literal(middle)})) AS later FROM customer_purchases)""",
            customer="string", revenue="float64", recent="float64", before="float64",
        )  # fmt: skip
    table = purchases()
    amount = table.amount.cast("float64")
    return table.group_by("customer").aggregate(
        revenue=amount.sum(),
        recent=ibis.ifelse(table.day > middle, amount, 0.0).sum(),
        before=ibis.ifelse((table.day > start) & (table.day <= middle), amount, 0.0).sum(),
    )
