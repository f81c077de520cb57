"""Two shares side by side: the difference with its interval, and a share among comparable customers.

The interval of a difference: Newcombe, "Interval estimation for the difference between independent proportions: comparison of eleven
methods", Statistics in Medicine 17 (1998), method 10, from the score intervals of Wilson (1927); it stays within -1 and 1 and is sound
for few customers. Comparable: direct standardisation, each stratum weighing as much as among those compared with, and the effective
number of Kish, "Survey Sampling" (1965), for the interval of what the weights make of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import Any

import numpy as np

from strategy.analysis.satisfaction import Z95, wilson
from strategy.errors import InvalidValue, msg


@dataclass(frozen=True)
class Counted:
    """A share (0 to 1) of ``customers`` with its 95% interval. ``customers`` is an effective number where strata were weighed."""

    share: float
    low: float
    high: float
    customers: float


@dataclass(frozen=True)
class Comparison:
    """What one group does, what comparable others do, and the difference (group less others) with its 95% interval.

    Attributes:
        customers: of the group that have comparable others; ``unmatched``: those that have none and are left out.
        counted: the others looked at, before weighing.
    """

    group: Counted
    others: Counted
    difference: float
    low: float
    high: float
    customers: int
    unmatched: int
    counted: int


def share_of(events: float, customers: float, z: float = Z95) -> Counted:
    """``events`` of ``customers`` > 0 as a share with Wilson's interval."""
    share = events / customers
    low, high = wilson(min(1.0, share), customers, z)
    return Counted(share, low, high, customers)


def difference(one: Counted, other: Counted) -> tuple[float, float]:
    """Newcombe's interval of ``one.share - other.share`` for independent groups, from their own intervals."""
    gap = one.share - other.share
    low = gap - sqrt((one.share - one.low) ** 2 + (other.high - other.share) ** 2)
    high = gap + sqrt((one.high - one.share) ** 2 + (other.share - other.low) ** 2)
    return max(-1.0, low), min(1.0, high)


def compare(customers: Any, events: Any, others: Any, other_events: Any, most_others: float | None = None) -> Comparison | None:
    """Compare a group with others who are alike, stratum by stratum.

    Args:
        customers, events: of the group, by stratum; ``others``, ``other_events``: of the rest, in the same order.
        most_others: upper limit of the effective number of others, where the same people stand in several strata.

    Returns:
        None where no customer of the group has anybody comparable.

    Raises:
        InvalidValue: lengths differ, counts are negative or no numbers, more events than customers.
    """
    n, x, m, y = (np.atleast_1d(np.asarray(values, dtype=float)) for values in (customers, events, others, other_events))
    if not len(n) == len(x) == len(m) == len(y) or not all(np.isfinite(v).all() and (v >= 0).all() for v in (n, x, m, y)):
        raise InvalidValue(msg("The counts to compare are negative or no numbers"), None, msg("Correct the counts."))
    if (x > n).any() or (y > m).any():
        raise InvalidValue(msg("More customers bought again than there are"), None, msg("Correct the counts."))
    both = (n > 0) & (m > 0)
    if not both.any():
        return None
    total = float(n[both].sum())
    weight = n[both] / total
    effective = 1 / float((weight**2 / m[both]).sum())
    if most_others is not None:
        effective = min(effective, most_others)
    group = share_of(float(x[both].sum()), total)
    alike = float((weight * y[both] / m[both]).sum())
    rest = share_of(min(1.0, alike) * effective, effective)
    low, high = difference(group, rest)
    return Comparison(
        group, rest, group.share - rest.share, low, high, round(total), round(float(n[~both].sum())), round(float(m[both].sum()))
    )
