"""What it costs to win a customer against what the customer brings: value ratio, payback, and the cell to develop it in.

Ratio and payback after Farris, Bendle, Pfeifer and Reibstein, "Marketing Metrics", 2nd ed. (2010), chapter 5. The four cells of
development cost against customer value are those of the workbook's own method. Money is in one currency throughout.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from typing import Literal

Cell = Literal["compete", "staged", "opportunistic", "decline"]


def value_ratio(lifetime_value: float | None, cost: float | None) -> float | None:
    """Lifetime value for each unit of money spent to win the customer. ``None`` where winning costs nothing or is unknown."""
    return None if lifetime_value is None or cost is None or cost <= 0 else lifetime_value / cost


def payback_months(cost: float | None, margin_per_month: float | None) -> float | None:
    """Months until the margin has paid for winning the customer. ``None`` where the margin is unknown, zero or negative."""
    return None if cost is None or margin_per_month is None or margin_per_month <= 0 else cost / margin_per_month


def median_split(values: Sequence[float]) -> float | None:
    """The median, as the line between low and high. ``None`` when all values are equal: nothing tells them apart."""
    return statistics.median(values) if len(set(values)) > 1 else None


def cell(cost: float, value: float, cost_split: float, value_split: float) -> Cell:
    """The cell of development cost against customer value. A figure on the line counts in the customer's favour:
    as high value and as low cost.
    """
    dear, valuable = cost > cost_split, value >= value_split
    if valuable:
        return "staged" if dear else "compete"
    return "decline" if dear else "opportunistic"
