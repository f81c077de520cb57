"""Lay an earlier map over the present one, to see what moved.

Source: Schönemann, "A generalized solution of the orthogonal Procrustes problem", Psychometrika 31 (1966). Two maps made at
different times differ by turning, mirroring and shifting that mean nothing; these are taken out, sizes are kept.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from strategy.analysis.orientation import Matrix

#: Three points fix how a plane lies; with two, the mirror image would fit as well.
LEAST_COMMON = 3


@dataclass(frozen=True)
class Alignment:
    """``points``: the earlier map, laid over the present one. ``moved``: how far each common point stands from its earlier place."""

    points: Matrix
    moved: Matrix


def align(earlier: ArrayLike, present: ArrayLike) -> Alignment | None:
    """Turn, mirror and shift ``earlier`` onto ``present`` (the same points in the same order, points x axes), by least squares.

    ``None`` for fewer than three points. What is left is movement against the field: a shift of all points together is taken out.
    """
    a, b = np.asarray(earlier, dtype=float), np.asarray(present, dtype=float)
    if a.shape != b.shape:
        raise ValueError("maps of different points")
    if len(a) < LEAST_COMMON:
        return None
    u, _, vt = np.linalg.svd((a - a.mean(axis=0)).T @ (b - b.mean(axis=0)))
    points = (a - a.mean(axis=0)) @ (u @ vt) + b.mean(axis=0)
    return Alignment(points, np.sqrt(((b - points) ** 2).sum(axis=1)))
