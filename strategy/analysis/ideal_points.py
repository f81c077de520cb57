"""Attributes and ideal points on a map of brands.

Attributes are fitted to a given map by least squares, the vector model of Carroll, "Individual differences and multidimensional
scaling" (1972, in Shepard, Romney and Nerlove, "Multidimensional Scaling", vol. 1): rating = mean + vector . position. An ideal point
is the position whose ratings under the same vectors come closest to the ideal levels (his point model, with the attributes
given). On a map of principal components the vectors are the loadings and the ideal point is its ordinary projection.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from strategy.analysis.orientation import EPSILON, Matrix


@dataclass(frozen=True)
class Fitted:
    """``vectors``: attributes x axes. ``mean``: rating at the centre of the map. ``r_squared``: variance of each attribute explained."""

    vectors: Matrix
    mean: Matrix
    r_squared: Matrix


@dataclass(frozen=True)
class Ideal:
    """``position`` on the map and ``quality``, the share of the wish's squared distance from the average rating that the map shows."""

    position: Matrix
    quality: float


def fit_attributes(points: ArrayLike, ratings: ArrayLike) -> Fitted:
    """Fit attributes (brands x attributes) to a map (brands x axes). With as many parameters as brands the fit is empty praise:
    a map of two axes says something from four brands on."""
    x, y = np.asarray(points, dtype=float), np.asarray(ratings, dtype=float)
    if len(x) != len(y):
        raise ValueError("map and ratings of different brands")
    middle, mean = x.mean(axis=0), y.mean(axis=0)
    vectors = np.linalg.lstsq(x - middle, y - mean, rcond=None)[0].T
    rest = ((y - mean - (x - middle) @ vectors.T) ** 2).sum(axis=0)
    total = ((y - mean) ** 2).sum(axis=0)
    known = total > EPSILON
    return Fitted(vectors, mean - vectors @ middle, np.where(known, 1 - rest / np.where(known, total, 1.0), 0.0))


def ideal_point(vectors: ArrayLike, mean: ArrayLike, wish: ArrayLike) -> Ideal | None:
    """Where a segment's ideal stands. ``wish`` has one level per attribute, NaN where none was named.

    ``None`` when the attributes named do not settle a position: fewer of them than axes, or all pointing the same way.
    """
    v, centre, levels = (np.asarray(part, dtype=float) for part in (vectors, mean, wish))
    known = np.isfinite(levels)
    v, away = v[known], (levels - centre)[known]
    if len(v) < v.shape[1] or np.linalg.matrix_rank(v, tol=1e-8 * max(1.0, float(np.abs(v).max(initial=0)))) < v.shape[1]:
        return None
    position = np.linalg.lstsq(v, away, rcond=None)[0]
    whole = float((away**2).sum())
    return Ideal(position, 1.0 if whole <= EPSILON else float(min(1.0, ((v @ position) ** 2).sum() / whole)))
