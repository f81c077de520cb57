"""Contacts with one customer spread over the months of a year, and what a year of them costs."""

from __future__ import annotations

from collections.abc import Collection

MONTHS: tuple[str, ...] = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def monthly_contacts(times_a_year: float, months: Collection[str]) -> dict[str, float]:
    """Contacts per customer in each month: evenly over ``months``, or over the whole year when none is named."""
    chosen = [month for month in MONTHS if month in months] or list(MONTHS)
    return {month: times_a_year / len(chosen) if month in chosen else 0.0 for month in MONTHS}


def yearly_cost(times_a_year: float, cost_each: float | None, customers: float | None = 1.0) -> float | None:
    """Cost of a touchpoint in a year for ``customers``. ``None`` where the cost of a contact or their number is unknown."""
    return None if cost_each is None or customers is None else times_a_year * cost_each * customers
