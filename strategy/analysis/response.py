"""Sales response to spend, calibrated from judgements.

Source: Little, "Models and managers: the concept of a decision calculus", Management Science 16(8) (1970), the ADBUDG function
y = min + (max - min) x^g / (d + x^g), with x = spend / today's spend. Here y is an index with today's sales = ``today``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Adbudg:
    """``low`` and ``high``: sales with no spend and at saturation. ``gamma`` (g) bends the curve, ``delta`` (d) places it."""

    low: float
    high: float
    gamma: float
    delta: float

    def sales(self, x: float) -> float:
        """Sales at ``x`` times today's spend (x >= 0)."""
        if x <= 0:
            return self.low
        # x^g / (d + x^g) written so that a large x^g cannot overflow.
        return self.low + (self.high - self.low) / (1 + self.delta * math.exp(-self.gamma * math.log(x)))

    def marginal(self, x: float) -> float:
        """Slope dy/dx at ``x`` times today's spend: index points gained per further spend of today's size.

        At x = 0 it is infinite for g < 1; a caller that meets no spend should look a little above it.
        """
        if x <= 0:
            return math.inf if self.gamma < 1 else (self.high - self.low) / self.delta if self.gamma == 1 else 0.0
        share = 1 / (1 + self.delta * math.exp(-self.gamma * math.log(x)))
        return (self.high - self.low) * self.gamma * share * (1 - share) / x

    @property
    def s_shaped(self) -> bool:
        """Whether little spend has little effect: below the inflection the next sum earns more than the last."""
        return self.gamma > 1

    @property
    def inflection(self) -> float | None:
        """Where the curve turns from rising ever faster to rising ever slower, in multiples of today's spend."""
        if not self.s_shaped:
            return None
        return float((self.delta * (self.gamma - 1) / (self.gamma + 1)) ** (1 / self.gamma))


def calibrate(zero: float, plus_half: float, saturation: float, today: float = 100.0) -> Adbudg | None:
    """The curve through four judgements: sales at no spend, today (x = 1), at 150% of today's spend, and at saturation.

    d = (max - y1) / (y1 - min); g = ln(d (y1.5 - min) / (max - y1.5)) / ln 1.5, the closed form of Little's equations.
    ``None`` unless zero < today < plus_half < saturation: no such curve exists otherwise.
    """
    if not zero < today < plus_half < saturation:
        return None
    delta = (saturation - today) / (today - zero)
    gamma = math.log(delta * (plus_half - zero) / (saturation - plus_half)) / math.log(1.5)
    return Adbudg(zero, saturation, gamma, delta)
