"""Price against perceived benefit, and the line of fair value through the offers of a market.

Source: the value map of Gale, "Managing Customer Value" (1994), chapter 4, and Leszinski and Marn, "Setting value, not price",
McKinsey Quarterly (1997). The line here is an ordinary least-squares fit of price on benefit; they draw it by judgement.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

#: Two points lie on their line whatever they are, so they say nothing about fairness.
LEAST_POINTS = 3


@dataclass(frozen=True)
class FairValue:
    """price = intercept + slope x benefit."""

    intercept: float
    slope: float

    def price(self, benefit: float) -> float:
        return self.intercept + self.slope * benefit


def fair_value(benefits: Sequence[float], prices: Sequence[float]) -> FairValue | None:
    """The line through the offers, or ``None`` with fewer than three of them or when all give the same benefit."""
    x, y = np.asarray(benefits, dtype=float), np.asarray(prices, dtype=float)
    if len(x) < LEAST_POINTS or np.ptp(x) == 0:
        return None
    slope = float(((x - x.mean()) * (y - y.mean())).sum() / ((x - x.mean()) ** 2).sum())
    return FairValue(float(y.mean() - slope * x.mean()), slope)
