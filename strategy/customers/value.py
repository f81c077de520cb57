"""What customers are worth: historic, current and potential value, and grades by their share of revenue.

Total value = HV + CV + PV: what was earned, what the present business will still bring, and what more they could buy. Grades follow
the ABC analysis of cumulative shares (Dickie 1951).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from strategy.customers.expressions import cached_sql, customer_totals, frame, rows
from strategy.customers.summary import customer_summary
from strategy.errors import InvalidValue, NoData
from strategy.language import msg

if TYPE_CHECKING:
    import duckdb
    import ibis.expr.types as ir
    import pandas as pd

DEFAULT_SHARES = (0.8, 0.95)
GRADES = "ABCDEFGH"


def historic_value(history: Iterable[float], margin: float) -> float:
    """HV: margin (0 to 1) earned on past revenue."""
    return margin * sum(history)


def current_value(monthly_margin: float, p_alive: float, retention_month: float, discount_month: float, horizon: int) -> float:
    """CV: the discounted margin of months 1 to ``horizon``, if the customer is still active (``p_alive``) and stays."""
    return sum(monthly_margin * p_alive * retention_month**t / (1 + discount_month) ** t for t in range(1, horizon + 1))


def potential_value(chances: Iterable[tuple[float, float]]) -> float:
    """PV: the sum of probability x margin over what the customer could buy besides."""
    return sum(probability * margin for probability, margin in chances)


def value_per_year_table(margin: float = 1.0) -> ir.Table:
    """Per customer: customer, hv (margin x revenue), hv_per_year, years (from the first purchase to the last day in the data, at
    least 1).

    A customer of three months is not multiplied by four: what one quarter brought is all that is known.
    """
    import ibis

    summary = customer_summary()
    days = summary.last_day.delta(summary.first_day, unit="day") + summary.recency_days + 1
    # Cast first: Spark reads 365.25 as a decimal, and a whole number divided by one keeps six digits.
    lasting = summary.mutate(years=ibis.greatest(days.cast("float64") / 365.25, 1.0))
    return lasting.select(
        "customer", "years", hv=lasting.revenue * margin, hv_per_year=lasting.revenue * margin / lasting.years
    )  # fmt: skip


def _listed(margin: float) -> ir.Table:
    import ibis

    return value_per_year_table(margin).order_by([ibis.desc("hv_per_year"), "customer"])


_listed_sql = cached_sql(_listed)


def value_per_year(cursor: duckdb.DuckDBPyConnection, margin: float = 1.0) -> pd.DataFrame:
    """:func:`value_per_year_table` of the current data set, most valuable first. ``margin`` is a share between 0 and 1."""
    return frame(cursor, _listed_sql(float(margin)))


def checked_shares(shares: Sequence[float]) -> tuple[float, ...]:
    """Shares that separate grades: increasing, between 0 and 1.

    Raises:
        InvalidValue: otherwise.
    """
    values = tuple(float(share) for share in shares)
    if not 1 <= len(values) < len(GRADES) or any(not 0 < share < 1 for share in values) or list(values) != sorted(set(values)):
        raise InvalidValue(
            msg("The shares that separate grades must increase and lie between 0 and 1"),
            str(values),
            msg("Give for example 0.8 and 0.95."),
        )
    return values


def graded_customers(shares: tuple[float, ...] = DEFAULT_SHARES) -> ir.Table:
    """Per customer: customer, revenue, grade. A is who brings the first ``shares[0]`` of revenue, and so on; the last grade is
    the rest.

    Customers of equal revenue get the same grade; those of zero or negative revenue get the last one.
    """
    return graded(customer_totals().select("customer", "revenue"), shares)


def graded(totals: ir.Table, shares: tuple[float, ...] = DEFAULT_SHARES) -> ir.Table:
    """``totals``, which have each customer's revenue, with ``grade``."""
    import ibis

    worth = totals.mutate(value=ibis.greatest(totals.revenue, 0.0))
    # Revenue of all customers strictly better: equal ones share it, and with it the grade.
    upto = worth["value"].sum().over(ibis.window(order_by=ibis.desc("value"), range=(None, 0)))
    peers = worth["value"].sum().over(ibis.window(group_by="value"))
    total = worth["value"].sum().over(ibis.window())
    better = worth.mutate(before=((upto - peers) / total.nullif(0.0)).round(9))
    last = GRADES[len(shares)]
    branches = [(better["value"] <= 0, last), *((better.before < share, GRADES[at]) for at, share in enumerate(shares))]
    return better.mutate(grade=ibis.cases(*branches, else_=last)).select(*totals.columns, "grade")


def _grades(shares: tuple[float, ...]) -> ir.Table:
    each = graded_customers(shares)
    return each.group_by("grade").aggregate(customers=each.count(), revenue=each.revenue.sum(), least=each.revenue.min())


_grades_sql = cached_sql(_grades)


@dataclass(frozen=True)
class Grade:
    """A grade on the current data set. ``at_least``: the lowest revenue in it. ``rule`` finds its members on other data."""

    grade: str
    rule: dict[str, Any]
    customers: int
    revenue: float
    share_customers: float
    share_revenue: float
    at_least: float | None


def grade_rule(grade: str, shares: Sequence[float] = DEFAULT_SHARES) -> dict[str, Any]:
    return {"by": "grade", "grade": grade, "shares": list(shares)}


def abc_grades(cursor: duckdb.DuckDBPyConnection, shares: Sequence[float] = DEFAULT_SHARES) -> list[Grade]:
    """Grades A, B, C (one more than ``shares``) with their customers and revenue, the empty ones too.

    Raises:
        NoData: there are no purchases. InvalidValue: shares that do not increase between 0 and 1.
    """
    cut = checked_shares(shares)
    found = {row[0]: row[1:] for row in rows(cursor, _grades_sql(cut))}
    if not found:
        raise NoData(msg("There are no purchases yet"), None, msg("Import customer data first."))
    everyone, money = sum(row[0] for row in found.values()), sum(row[1] for row in found.values()) or 1.0
    grades = []
    for letter in GRADES[: len(cut) + 1]:
        customers, revenue, least = found.get(letter, (0, 0.0, None))
        grades.append(
            Grade(letter, grade_rule(letter, cut), customers, round(revenue, 2), customers / everyone, revenue / money, least)
        )
    return grades
