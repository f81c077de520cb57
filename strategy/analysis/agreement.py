"""How far people agree: on scores, on an order, and on an answer in their own words.

Sources: Kendall and Babington Smith, "The problem of m rankings", Annals of Mathematical Statistics 10 (1939), with the
correction for ties of Kendall, "Rank Correlation Methods" (1962); James, Demaree and Wolf, "Estimating within-group interrater
reliability with and without response bias", Journal of Applied Psychology 69 (1984); Dice, "Measures of the amount of ecologic
association between species", Ecology 26 (1945), applied to pairs of neighbouring characters.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats


def opinion_spread(scores: pd.DataFrame) -> pd.DataFrame:
    """Mean and spread over participants.

    ``scores``: item, participant, score. Somebody who scored an item twice counts once, with the mean of the two.
    Returns item, mean, low, high, sd (of the sample; 0 for one person), participants; items in order of appearance.
    """
    each = scores.assign(score=scores["score"].astype(float)).groupby(["item", "participant"], sort=False)["score"].mean()
    grouped = each.groupby(level="item", sort=False)
    return pd.DataFrame(
        {
            "mean": grouped.mean(),
            "low": grouped.min(),
            "high": grouped.max(),
            "sd": grouped.std(ddof=1).fillna(0.0),
            "participants": grouped.count(),
        }
    ).reset_index()


def rwg(ratings: Sequence[float], points: int) -> float | None:
    """Agreement on one item: 1 - s2 / ((A^2 - 1) / 12), James, Demaree and Wolf (1984), eq. 1.

    ``points``: how many points the scale has (A). 1 is full agreement, 0 what chance alone would give, and opinions split to both
    ends fall below 0: clip for display. ``None`` with fewer than two ratings or a scale of one point.
    """
    if len(ratings) < 2 or points < 2:
        return None
    return float(1 - np.var(np.asarray(ratings, dtype=float), ddof=1) / ((points**2 - 1) / 12))


@dataclass(frozen=True)
class Concordance:
    """Kendall's W (0 to 1) with its chi-square on n - 1 degrees of freedom and p-value."""

    w: float
    chi_square: float
    p_value: float


def kendall_w(ratings: np.ndarray) -> Concordance | None:
    """Concordance of ``m`` raters over ``n`` items, from an array of n rows and m columns (scores or ranks, no gaps).

    Mid-ranks and the correction for ties always: without ties they give the plain formula. ``None`` with fewer than two raters or
    items, or when every rater gave every item the same.
    """
    values = np.asarray(ratings, dtype=float)
    if values.ndim != 2 or min(values.shape) < 2:
        return None
    items, raters = values.shape
    ranks = np.column_stack([stats.rankdata(values[:, rater]) for rater in range(raters)])
    sums = ranks.sum(axis=1)
    squared = float(((sums - sums.mean()) ** 2).sum())
    ties = sum(float((counts**3 - counts).sum()) for counts in (np.unique(column, return_counts=True)[1] for column in ranks.T))
    largest = raters**2 * (items**3 - items) - raters * ties
    if largest <= 0:
        return None
    w = 12 * squared / largest
    chi_square = raters * (items - 1) * w
    return Concordance(w, chi_square, float(stats.chi2.sf(chi_square, items - 1)))


def character_pairs(text: str) -> Counter[str]:
    """Pairs of neighbouring letters, digits or characters of ``text``, each word by itself; a word of one letter counts as it is.

    Pairs rather than words, because Chinese does not separate words.
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    words = "".join(character if character.isalnum() else " " for character in folded).split()
    return Counter(
        pair
        for word in words
        for pair in ([word] if len(word) == 1 else [word[start : start + 2] for start in range(len(word) - 1)])
    )


def dice(first: str, second: str) -> float:
    """Dice's coefficient over character pairs: 2 x shared / total, 0 (nothing shared) to 1 (the same pairs)."""
    one, two = character_pairs(first), character_pairs(second)
    total = one.total() + two.total()
    return 2 * (one & two).total() / total if total else 0.0


def similarity_matrix(answers: Sequence[str]) -> np.ndarray:
    """Dice's coefficient of every two answers; 1 on the diagonal."""
    size = len(answers)
    matrix = np.eye(size)
    for row in range(size):
        for column in range(row):
            matrix[row, column] = matrix[column, row] = dice(answers[row], answers[column])
    return matrix


def mean_pairwise_similarity(answers: Sequence[str]) -> float | None:
    """Mean of Dice's coefficient over all pairs of answers. It compares wording, not meaning. ``None`` with fewer than two."""
    if len(answers) < 2:
        return None
    matrix = similarity_matrix(answers)
    return float(matrix[np.triu_indices(len(answers), 1)].mean())
