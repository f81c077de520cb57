"""Importance that is not asked for but derived: how far satisfaction overall goes with the performance on each need.

Source: Deng, "Using a revised importance-performance analysis approach: the case of Taiwanese hot springs tourism", Tourism
Management 28 (2007), for the partial correlation; its logarithm of the scores is left out here, so that a correlation stays one of
the answers as given.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

Kind = Literal["partial", "simple"]

#: Complete questionnaires beyond the number of needs, from which partial correlations are worth having.
ENOUGH_BEYOND = 15
#: Below this many complete questionnaires no correlation is given.
FEWEST = 8


@dataclass(frozen=True)
class Derived:
    """``importance``: correlation of each column with the overall score, from -1 to 1; ``nan`` where the answers never differ.

    ``kind``: partial (the other needs held) or simple, where there are too few ``respondents`` for the partial one, or where needs go
    exactly ``together`` and holding one of them holds the other.
    """

    importance: tuple[float, ...]
    kind: Kind
    respondents: int
    together: bool = False


def derive(performance: npt.ArrayLike, overall: npt.ArrayLike) -> Derived | None:
    """From complete answers: ``performance`` respondents x needs, ``overall`` one score a respondent.

    Rows with a gap are left out. ``None`` with fewer than 8 left, or when everybody is equally satisfied.
    """
    scores = np.asarray(performance, dtype=float)
    total = np.asarray(overall, dtype=float)
    if scores.ndim != 2 or not scores.shape[1]:
        return None
    whole = np.isfinite(scores).all(axis=1) & np.isfinite(total)
    scores, total = scores[whole], total[whole]
    count, needs = scores.shape
    if count < FEWEST or np.ptp(total) == 0:
        return None
    varying = np.ptp(scores, axis=0) > 0
    found = np.full(needs, np.nan)
    if not varying.any():
        return Derived(tuple(found.tolist()), "simple", count)
    used = scores[:, varying]
    joint = np.corrcoef(np.column_stack([used, total]), rowvar=False)
    kind: Kind = "simple"
    values = joint[:-1, -1]
    enough = count >= used.shape[1] + ENOUGH_BEYOND
    together = enough and not np.linalg.cond(joint) < 1e8
    if enough and not together:
        inverse = np.linalg.inv(joint)
        values = -inverse[:-1, -1] / np.sqrt(np.diag(inverse)[:-1] * inverse[-1, -1])
        kind = "partial"
    found[varying] = np.clip(values, -1.0, 1.0)
    return Derived(tuple(found.tolist()), kind, count, together)
