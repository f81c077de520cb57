"""What it is worth to win a customer back: second lifetime value, expected return and the chance at which it breaks even.

Second lifetime value after Stauss and Friege, "Regaining Service Customers", Journal of Service Research 1 (1999), and Griffin and
Lowenstein, "Customer Winback" (2001). Money in one currency; chances and rates between 0 and 1.
"""

from __future__ import annotations


def second_lifetime_value(margin_per_year: float, retention: float, discount: float, years: int) -> float:
    """Present value of a returned customer's margin over ``years``: the sum of m * (r / (1 + d))^t for t = 0 to years - 1."""
    ratio = retention / (1 + discount)
    return sum(margin_per_year * ratio**year for year in range(years))


def expected_net(chance: float, value: float, offer_cost: float, contact_cost: float) -> float:
    """Expected gain from approaching one customer: the offer is paid for those who return, the contact for everybody."""
    return chance * (value - offer_cost) - contact_cost


def break_even_chance(value: float, offer_cost: float, contact_cost: float) -> float | None:
    """The chance of return at which one approach pays for itself. ``None`` where a return brings nothing."""
    gain = value - offer_cost
    return contact_cost / gain if gain > 0 else None


def group_return(customers: float, chance: float, margin_back: float) -> float:
    """Margin a whole group can be expected to bring back."""
    return customers * chance * margin_back


def group_break_even(cost: float, customers: float, margin_back: float) -> float | None:
    """The chance of return at which the spend on a group comes back; above 1 it cannot. ``None`` where nothing can come back."""
    return break_even_chance(customers * margin_back, 0.0, cost)
