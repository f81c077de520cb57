"""How far two value curves run apart.

Kim and Mauborgne, "Blue Ocean Strategy" (2005), draw the curves and give no measure. The two used here are our choice: the
Euclidean distance says how far apart the levels are, Spearman's rank correlation whether both put their weight on the same
factors.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats


@dataclass(frozen=True)
class Divergence:
    """``distance``: Euclidean, in points of the scale. ``rank_correlation``: -1 to 1; ``None`` for a flat or short curve."""

    distance: float
    rank_correlation: float | None
    factors: int


def divergence(own: Sequence[float], other: Sequence[float]) -> Divergence:
    """Compare two curves over the same factors, in the same order. Raises ``ValueError`` for unequal lengths."""
    if len(own) != len(other):
        raise ValueError("curves of unequal length")
    one, two = np.asarray(own, dtype=float), np.asarray(other, dtype=float)
    distance = float(np.sqrt(((one - two) ** 2).sum()))
    if len(one) < 3 or np.ptp(one) == 0 or np.ptp(two) == 0:
        return Divergence(distance, None, len(one))
    return Divergence(distance, float(stats.spearmanr(one, two).statistic), len(one))
