"""Principal components of brands rated on attributes, and the map they span.

Source: Pearson (1901) and Hotelling (1933); the biplot of Gabriel, "The biplot graphic display of matrices with application to
principal component analysis", Biometrika 58 (1971). Variances divide by n - 1, as R's ``prcomp`` does. The scaling is the one that
keeps distances between rows true (Gabriel's JK, alpha = 1): brands stand at their scores, attributes at their loadings, and
score times loading gives back the rating less its mean.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from strategy.analysis.orientation import EPSILON, Matrix, SingularMap, shown, signs


@dataclass(frozen=True)
class PrincipalComponents:
    """Rows are brands, columns attributes, both in the order given.

    ``variances``: of each component, falling, dividing by n - 1. ``shares``: of the total variance. ``loadings``: attributes x
    components, columns of length 1, the entry of largest absolute value positive. ``scores``: brands x components.
    ``row_cos2`` and ``column_cos2``: share of a brand's squared distance, or of an attribute's variance, carried by each component.
    ``mean`` and ``scale``: what was taken off the ratings and what they were divided by (1 unless standardised).
    """

    variances: Matrix
    shares: Matrix
    loadings: Matrix
    scores: Matrix
    row_cos2: Matrix
    column_cos2: Matrix
    mean: Matrix
    scale: Matrix

    def quality(self, dimensions: int = 2) -> Matrix:
        """How well each brand is shown by the first components, 0 to 1."""
        return np.clip(self.row_cos2[:, :dimensions].sum(axis=1), 0, 1)

    def column_quality(self, dimensions: int = 2) -> Matrix:
        """How well each attribute is shown by the first components, 0 to 1."""
        return np.clip(self.column_cos2[:, :dimensions].sum(axis=1), 0, 1)


def principal_components(ratings: ArrayLike, standardise: bool = False) -> PrincipalComponents:
    """Components of a complete table, brands x attributes; of the correlation matrix when ``standardise``.

    An attribute on which all brands are rated the same stays, with a loading of 0. Raises :class:`SingularMap` for fewer than three
    brands (two always lie on a line), fewer than two attributes, or ratings that are all equal; ``ValueError`` for gaps.
    """
    x = np.asarray(ratings, dtype=float)
    if x.ndim != 2 or not np.isfinite(x).all():
        raise ValueError("a complete table is needed")
    if x.shape[0] < 3:
        raise SingularMap("few_rows")
    if x.shape[1] < 2:
        raise SingularMap("few_columns")
    mean = x.mean(axis=0)
    centred = x - mean
    spread = np.sqrt((centred**2).sum(axis=0) / (len(x) - 1))
    flat = spread <= EPSILON * max(1.0, float(np.abs(x).max()))
    if flat.all():
        raise SingularMap("no_difference")
    centred[:, flat] = 0.0
    scale = np.where(flat, 1.0, spread) if standardise else np.ones_like(spread)
    centred = centred / scale
    _, singular, directions = np.linalg.svd(centred, full_matrices=False)
    loadings = directions.T
    loadings = loadings * signs(loadings)
    scores = centred @ loadings
    variances = singular**2 / (len(x) - 1)
    own = (centred**2).sum(axis=1, keepdims=True)
    own = np.where(own > EPSILON * own.max(), own, 0.0)
    column = (centred**2).sum(axis=0)[:, None] / (len(x) - 1)
    return PrincipalComponents(
        variances=variances,
        shares=variances / variances.sum(),
        loadings=loadings,
        scores=scores,
        row_cos2=shown(scores**2, own),
        column_cos2=np.where(column > 0, shown(loadings**2 * variances, column), 0.0),
        mean=mean,
        scale=scale,
    )
