"""Weights from pairwise comparisons: the analytic hierarchy process, with its consistency and who disturbs it.

Sources: Saaty, "A scaling method for priorities in hierarchical structures", Journal of Mathematical Psychology 15 (1977), for the
principal eigenvector and the consistency ratio; Crawford and Williams, Journal of Mathematical Psychology 29 (1985), for the
geometric mean of rows; Harker, "Incomplete pairwise comparisons in the analytic hierarchy process", Mathematical Modelling 9 (1987),
for gaps; Aczel and Saaty, Journal of Mathematical Psychology 27 (1983), for the geometric mean over people.

A matrix holds in row i and column j how many times more i matters than j (1/9 to 9); NaN where nobody has said.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from strategy.errors import InvalidValue
from strategy.language import msg

Table = Literal["alonso_lamata_2006", "saaty_1980", "saaty_2005", "donegan_dodd_1991"]

#: Mean consistency index of random matrices, by size from 3. The tables differ by up to 12%, so a ratio names its own.
RANDOM_INDEX: dict[Table, tuple[float, ...]] = {
    "alonso_lamata_2006": (0.5245, 0.8815, 1.1086, 1.2479, 1.3417, 1.4056, 1.4499, 1.4854),
    "saaty_1980": (0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49),
    "saaty_2005": (0.52, 0.89, 1.11, 1.25, 1.35, 1.40, 1.45, 1.49, 1.52, 1.54, 1.56, 1.58, 1.59),
    "donegan_dodd_1991": (0.4914, 0.8286, 1.0591, 1.1797, 1.2519, 1.3171, 1.3733, 1.4055),
}
TABLE_NAMES: dict[Table, str] = {
    "alonso_lamata_2006": "Alonso & Lamata 2006",
    "saaty_1980": "Saaty 1980",
    "saaty_2005": "Saaty 2005",
    "donegan_dodd_1991": "Donegan & Dodd 1991",
}
DEFAULT_TABLE: Table = "alonso_lamata_2006"
#: Saaty's rule of thumb: above it, look at the judgements again.
ACCEPTABLE = 0.1
#: More than anybody can compare in pairs: 20 items are 190 judgements.
MOST_ITEMS = 20


def random_index(size: int, table: Table = DEFAULT_TABLE) -> float:
    """The random index for ``size`` items; 0 below three, which cannot contradict each other.

    Beyond its printed sizes Alonso and Lamata's table goes on with their fitted line, lambda = 2.7699 n - 4.3513.

    Raises:
        InvalidValue: the table ends before ``size``.
    """
    if size < 3:
        return 0.0
    values = RANDOM_INDEX[table]
    if size - 3 < len(values):
        return values[size - 3]
    if table == "alonso_lamata_2006":
        return (1.7699 * size - 4.3513) / (size - 1)
    raise InvalidValue(
        msg("The random index of {table} ends at {most} items", table=TABLE_NAMES[table], most=len(values) + 2),
        msg("{count:# item|# items}", count=size),
        msg("Take the table of Alonso & Lamata 2006, or compare fewer items."),
    )


def checked(matrix: np.ndarray) -> np.ndarray:
    """``matrix`` as floats, with every gap filled whose mirror image is known.

    Raises:
        InvalidValue: not square, not positive, not reciprocal, too large, or not connected by judgements.
    """
    values = np.array(matrix, dtype=float)
    if values.ndim != 2 or values.shape[0] != values.shape[1] or not len(values):
        raise InvalidValue(
            msg("The comparisons do not form a square"), str(values.shape), msg("Give every item one row and one column.")
        )
    if len(values) > MOST_ITEMS:
        raise InvalidValue(
            msg("{count:# item is|# items are} too many to compare in pairs", count=len(values)),
            None,
            msg("Compare at most {most}, or share out points.", most=MOST_ITEMS),
        )
    np.fill_diagonal(values, 1.0)
    known = ~np.isnan(values)
    if np.any(~np.isfinite(values[known])) or np.any(values[known] <= 0):
        raise InvalidValue(msg("A judgement must be a number above 0"), None, msg("Give 1/9 to 9; 1 means equally important."))
    mirrored = np.where(known, values, 1 / values.T)
    both = known & known.T
    if not np.allclose((values * values.T)[both], 1.0, rtol=1e-3):
        raise InvalidValue(
            msg("Two judgements of one pair contradict each other"), None, msg("The one must be the other upside down.")
        )
    if not _connected(~np.isnan(mirrored)):
        raise InvalidValue(
            msg("The judgements fall into groups that are never compared with each other"),
            None,
            msg("Compare at least one item of each group with one of another."),
        )
    return mirrored


def _connected(known: np.ndarray) -> bool:
    reached = np.zeros(len(known), dtype=bool)
    reached[0] = True
    for _ in range(len(known)):
        reached = reached | (known[reached].any(axis=0))
    return bool(reached.all())


@dataclass(frozen=True)
class Disturbance:
    """A judgement that fits the others badly: row, column, what was said, and the value that would fit.

    ``factor`` is a_ij * w_j / w_i where that is above 1, else its inverse: how many times the judgement is off.
    """

    row: int
    column: int
    said: float
    fitting: float
    factor: float


@dataclass(frozen=True)
class Priorities:
    """Weights (sum 1) with their consistency. ``missing``: pairs without a judgement; the ratio then flatters (Harker 1987).

    ``ratio`` is 0 for fewer than three items.
    """

    weights: np.ndarray
    lambda_max: float
    index: float
    ratio: float
    table: Table
    missing: int
    disturbing: tuple[Disturbance, ...]

    @property
    def acceptable(self) -> bool:
        return self.ratio <= ACCEPTABLE


def priorities(matrix: np.ndarray, table: Table = DEFAULT_TABLE, most: int = 3) -> Priorities:
    """Weights by the principal eigenvector (Saaty 1977, eq. A w = lambda w), with CI = (lambda - n) / (n - 1) and CR = CI / RI.

    Gaps count 0 and add 1 each to the diagonal of their row (Harker 1987). ``most``: how many disturbing judgements to name.
    Raises what :func:`checked` and :func:`random_index` raise.
    """
    values = checked(matrix)
    size = len(values)
    gaps = np.isnan(values)
    weights, lambda_max = _principal(values)
    index = max(0.0, (lambda_max - size) / (size - 1)) if size > 1 else 0.0
    random = random_index(size, table)
    ratio = index / random if random else 0.0
    return Priorities(
        weights, lambda_max, index, ratio, table, int(gaps.sum()) // 2, most_disturbing(values, weights, most)
    )  # fmt: skip


def _principal(values: np.ndarray) -> tuple[np.ndarray, float]:
    """Principal eigenvector (sum 1) and its root, gaps treated as Harker (1987) does."""
    gaps = np.isnan(values)
    roots, vectors = np.linalg.eig(np.where(gaps, 0.0, values) + np.diag(gaps.sum(axis=1).astype(float)))
    at = int(np.argmax(roots.real))
    vector = np.abs(vectors[:, at].real)
    return vector / vector.sum(), float(roots[at].real)


def geometric_mean_weights(matrix: np.ndarray) -> np.ndarray:
    """Weights by the geometric mean of each row (Crawford and Williams 1985); with gaps, by least squares on logarithms."""
    values = checked(matrix)
    size = len(values)
    rows, columns = np.nonzero(np.triu(~np.isnan(values), 1))
    design = np.zeros((len(rows) + 1, size))
    design[np.arange(len(rows)), rows], design[np.arange(len(rows)), columns] = 1.0, -1.0
    design[-1] = 1.0
    solved = np.linalg.lstsq(design, np.append(np.log(values[rows, columns]), 0.0), rcond=None)[0]
    weights = np.exp(solved)
    return weights / weights.sum()


def most_disturbing(matrix: np.ndarray, weights: np.ndarray, most: int = 3) -> tuple[Disturbance, ...]:
    """The judgements farthest from the weights (Saaty 1977): largest a_ij * w_j / w_i, worst first; those that fit are left out.

    ``fitting`` is what the other judgements say of the pair: w_i / w_j computed without it, kept between 1/9 and 9. Where nothing
    else links the two, it is w_i / w_j as they stand.
    """
    error = matrix * weights[None, :] / weights[:, None]
    factors = np.triu(np.where(np.isnan(error), 1.0, np.maximum(error, 1 / error)), 1)
    order = np.argsort(-factors, axis=None, kind="stable")[:most]
    found = []
    for row, column in zip(*np.unravel_index(order, factors.shape), strict=True):
        if factors[row, column] > 1.05:
            without = matrix.copy()
            without[row, column] = without[column, row] = np.nan
            fit = _principal(without)[0] if _connected(~np.isnan(without)) else weights
            fitting = float(np.clip(fit[row] / fit[column], 1 / 9, 9))
            found.append(Disturbance(int(row), int(column), float(matrix[row, column]), fitting, float(factors[row, column])))
    return tuple(found)


def aggregate(matrices: Sequence[np.ndarray]) -> np.ndarray:
    """The group's matrix: the geometric mean of what its members said of each pair (Aczel and Saaty 1983); NaN where none did.

    Averaging makes a group look consistent whatever its members are, so show their own ratios beside it.
    """
    logs = np.log(np.array([np.array(matrix, dtype=float) for matrix in matrices]))
    known = ~np.isnan(logs)
    count = known.sum(axis=0)
    mean = np.where(known, logs, 0.0).sum(axis=0) / np.maximum(count, 1)
    merged: np.ndarray = np.where(count > 0, np.exp(mean), np.nan)
    return merged
