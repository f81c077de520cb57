"""Cohorts: customers by the period of their first purchase, and how many of them buy, and for how much, in the periods after."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from strategy.customers.expressions import cached_sql
from strategy.customers.histories import customer_days
from strategy.customers.summary import days_covered
from strategy.errors import NoData
from strategy.language import msg

if TYPE_CHECKING:
    import duckdb
    import ibis.expr.types as ir
    import pandas as pd

Period = Literal["week", "month", "quarter"]
PERIODS: tuple[Period, ...] = ("week", "month", "quarter")
#: A Monday, from which weeks are counted.
_MONDAY = dt.date(1900, 1, 1)


def _number(day: ir.DateValue, period: Period) -> ir.IntegerValue:
    """Periods as consecutive numbers, so that ages are plain differences on every engine."""
    import ibis

    if period == "week":
        return (day.delta(ibis.literal(_MONDAY), unit="day") / 7).floor().cast("int64")
    if period == "quarter":
        return (day.year() * 4 + day.quarter() - 1).cast("int64")
    return (day.year() * 12 + day.month() - 1).cast("int64")


def period_start(number: int, period: Period) -> dt.date:
    """The first day of a numbered period, the inverse of the numbering in :func:`cohort_table`."""
    if period == "week":
        return _MONDAY + dt.timedelta(days=7 * number)
    if period == "quarter":
        return dt.date(number // 4, number % 4 * 3 + 1, 1)
    return dt.date(number // 12, number % 12 + 1, 1)


def cohort_table(period: Period) -> ir.Table:
    """Per cohort and age: cohort (number of the period of the first purchase), age (periods since, from 0), customers (who
    bought), revenue. Only where somebody bought.
    """
    import ibis

    days = customer_days()
    cohort, number = _number(days.first_day, period), _number(days.day, period)
    # Counted where a customer's day is the first in its period, so that nobody needs to be told from others by name.
    begins = days.previous.isnull() | (_number(days.previous, period) != number)
    aged = days.mutate(cohort=cohort, age=number - cohort, begins=ibis.ifelse(begins, 1, 0))
    return aged.group_by(["cohort", "age"]).aggregate(customers=aged.begins.sum().cast("int64"), revenue=aged.money.sum())


_cohort_sql = cached_sql(cohort_table)


@dataclass(frozen=True)
class Cohorts:
    """Cohorts of the current data set.

    ``frame``, by cohort and age: cohort (first day of the period), age (periods), customers, revenue, size (customers of the
    cohort), first_revenue (of its first period), retained (customers / size), revenue_kept (revenue / first_revenue; NaN where
    that is not positive), complete (whether the data cover the whole period). Periods in which nobody bought are there with zero;
    those after the last day are not.
    """

    period: Period
    frame: pd.DataFrame
    first_day: dt.date
    last_day: dt.date

    def at_age(self, age: int, measure: str = "customers") -> float | None:
        """The share kept at an age, over all cohorts seen there for a whole period; None where there is none.

        Larger cohorts weigh more.
        """
        seen = self.frame[(self.frame["age"] == age) & self.frame["complete"]]
        base = seen["size" if measure == "customers" else "first_revenue"].sum()
        return float(seen[measure].sum() / base) if len(seen) and base > 0 else None


def cohorts(cursor: duckdb.DuckDBPyConnection, period: Period = "month") -> Cohorts:
    """Retention of the current data set's cohorts.

    Raises:
        NoData: there are no purchases.
    """
    import pandas as pd

    found = {(row[0], row[1]): row[2:] for row in cursor.execute(_cohort_sql(period)).fetchall()}
    if not found:
        raise NoData(msg("There are no purchases yet"), None, msg("Import customer data first."))
    first_day, last_day = days_covered(cursor)
    starts = sorted({cohort for cohort, _ in found})
    newest = max(cohort + age for cohort, age in found)
    rows: list[dict[str, Any]] = []
    for cohort in starts:
        size, first_revenue = found[cohort, 0]
        for age in range(newest - cohort + 1):
            customers, revenue = found.get((cohort, age), (0, 0.0))
            rows.append(
                {
                    "cohort": period_start(cohort, period),
                    "age": age,
                    "customers": customers,
                    "revenue": round(float(revenue), 2),
                    "size": size,
                    "first_revenue": round(float(first_revenue), 2),
                    "retained": customers / size,
                    "revenue_kept": revenue / first_revenue if first_revenue > 0 else float("nan"),
                    "complete": period_start(cohort + age + 1, period) - dt.timedelta(days=1) <= last_day,
                }
            )
    return Cohorts(period, pd.DataFrame(rows), first_day, last_day)
