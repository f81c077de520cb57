"""Best-worst scaling from counts: scores with intervals, and shares of preference.

Sources: Louviere, Flynn and Marley, "Best-Worst Scaling: Theory, Methods and Applications" (2015), chapters 1 and 2, for the
score (best - worst) / shown and the ratio sqrt(best / worst); Lipovetsky and Conklin, "Best-worst scaling in analytical closed-form
solution", Journal of Choice Modelling 10 (2014), for the logit from the score. The interval is the delta method (here exact, because
the score is linear) on a multinomial of best, worst and neither; a score at -1 or 1 takes Wilson's interval instead, which does not
shrink to a point.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log, sqrt

from strategy.analysis.satisfaction import Z95, wilson

#: Louviere, Flynn and Marley add a half where an item was never chosen worst (or best), so that the ratio stays finite.
_CONTINUITY = 0.5


@dataclass(frozen=True)
class Item:
    """One item's counts. ``score``, ``low`` and ``high`` from -1 to 1. ``ratio``: sqrt(best / worst). ``utility``: logit of the score.

    ``share`` and ``ratio_share``: of preference among the items given together, from the logit and from the ratio; each sums to 1.
    """

    shown: int
    best: int
    worst: int
    score: float
    low: float
    high: float
    ratio: float
    utility: float
    share: float
    ratio_share: float


def score(shown: int, best: int, worst: int) -> float:
    """(best - worst) / shown. Raises ``ValueError`` when an item was chosen more often than shown, or never shown."""
    if shown <= 0 or best < 0 or worst < 0 or best + worst > shown:
        raise ValueError("best and worst together cannot exceed the times shown")
    return (best - worst) / shown


def interval(shown: int, best: int, worst: int, z: float = Z95) -> tuple[float, float]:
    """Of the score, at 95% unless ``z`` says otherwise.

    Variance of a difference of two multinomial shares: (p + q - (p - q)^2) / n. Choices of one respondent depend on each other a
    little, so the true interval is somewhat wider.
    """
    value = score(shown, best, worst)
    spread = (best + worst) / shown - value**2
    if spread <= 0:  # always best, always worst, or never chosen at all
        if best + worst == 0:
            reach = wilson(0.0, shown, z)[1]
            return -reach, reach
        low, high = wilson((value + 1) / 2, shown, z)
        return 2 * low - 1, 2 * high - 1
    half = z * sqrt(spread / shown)
    return max(-1.0, value - half), min(1.0, value + half)


def utility(shown: int, best: int, worst: int) -> float:
    """ln((1 + s) / (1 - s)) of the score s, Lipovetsky and Conklin (2014).

    An item always best or always worst is held half a choice short of the end, where the logarithm has none.
    """
    value = score(shown, best, worst)
    end = 1 - _CONTINUITY / shown
    value = max(-end, min(end, value))
    return log((1 + value) / (1 - value))


def ratio(best: int, worst: int) -> float:
    """sqrt(best / worst); a half is added to both where either was never chosen."""
    if best == 0 or worst == 0:
        return sqrt((best + _CONTINUITY) / (worst + _CONTINUITY))
    return sqrt(best / worst)


def rank(counts: Sequence[tuple[int, int, int]]) -> list[Item]:
    """The items of one study, given as (shown, best, worst), in the order given."""
    utilities = [utility(*count) for count in counts]
    ratios = [ratio(best, worst) for _, best, worst in counts]
    top = max(utilities, default=0.0)  # taken off before the exponential, which changes no share
    weights = [exp(value - top) for value in utilities]
    items = []
    for (shown, best, worst), value, weight, part in zip(counts, utilities, weights, ratios, strict=True):
        low, high = interval(shown, best, worst)
        items.append(
            Item(
                shown, best, worst, score(shown, best, worst), low, high, part, value, weight / sum(weights), part / sum(ratios)
            )
        )  # fmt: skip
    return items
