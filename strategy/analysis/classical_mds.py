"""Classical scaling: a map from judged differences between pairs, without any attribute.

Source: Torgerson, "Multidimensional scaling: I. Theory and method", Psychometrika 17 (1952). The two measures of fit are those of
Mardia, Kent and Bibby, "Multivariate Analysis" (1979), section 14.4, as R's ``cmdscale`` reports them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from strategy.analysis.orientation import EPSILON, Matrix, SingularMap, shown, signs


@dataclass(frozen=True)
class Scaling:
    """``points``: brands x axes, the coordinate of largest absolute value on each axis positive.

    ``eigenvalues``: all of them, falling. Negative ones mean that no map, of whatever dimension, shows the judged differences
    exactly. ``fit_absolute`` divides by the sum of absolute eigenvalues, ``fit_positive`` by the sum of the positive ones.
    ``quality``: share of each brand's squared distance from the centre, over all positive axes, that the map shows.
    """

    points: Matrix
    eigenvalues: Matrix
    fit_absolute: float
    fit_positive: float
    quality: Matrix
    shares: Matrix

    @property
    def negative_share(self) -> float:
        """Sum of the negative eigenvalues, as a share of the sum of absolute ones."""
        return float(-self.eigenvalues[self.eigenvalues < 0].sum() / np.abs(self.eigenvalues).sum())


def classical_mds(dissimilarities: ArrayLike, dimensions: int = 2) -> Scaling:
    """Place brands so that distances come close to a symmetric table of dissimilarities with an empty diagonal (0).

    Raises :class:`SingularMap` for fewer than three brands, ``negative`` dissimilarities or when all are 0; ``ValueError`` for a
    table that is not square, symmetric and complete.
    """
    d = np.asarray(dissimilarities, dtype=float)
    if d.ndim != 2 or d.shape[0] != d.shape[1] or not np.isfinite(d).all() or not np.allclose(d, d.T):
        raise ValueError("a complete symmetric table is needed")
    if (d < 0).any():
        raise SingularMap("negative")
    if len(d) < 3:
        raise SingularMap("few_rows")
    squared = d**2
    doubly = -0.5 * (squared - squared.mean(axis=0) - squared.mean(axis=1, keepdims=True) + squared.mean())
    values, vectors = np.linalg.eigh((doubly + doubly.T) / 2)
    values, vectors = values[::-1], vectors[:, ::-1]
    size = float(np.abs(values).max())
    if size <= EPSILON:
        raise SingularMap("no_difference")
    values = np.where(np.abs(values) <= EPSILON * size, 0.0, values)
    positive = np.clip(values, 0, None)
    whole = vectors * np.sqrt(positive)
    points = whole[:, :dimensions]
    own = (whole**2).sum(axis=1)
    own = np.where(own > EPSILON * own.max(), own, 0.0)
    return Scaling(
        points=points * signs(points),
        eigenvalues=values,
        fit_absolute=float(positive[:dimensions].sum() / np.abs(values).sum()),
        fit_positive=float(positive[:dimensions].sum() / positive.sum()),
        quality=shown((points**2).sum(axis=1), own),
        shares=positive / positive.sum(),
    )
