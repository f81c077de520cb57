"""Correspondence analysis of a table of counts: which brands are named with which attributes more often than chance would have it.

Source: Greenacre, "Theory and Applications of Correspondence Analysis" (1984). Rows and columns both stand in principal
coordinates (the symmetric map): distances within the rows, and within the columns, are chi-square distances; a distance between a
row and a column has no meaning, only their directions from the centre have.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from strategy.analysis.orientation import EPSILON, Matrix, SingularMap, shown, signs


@dataclass(frozen=True)
class Correspondence:
    """``inertias`` of the axes, falling, and their ``shares``; ``chi_square`` is the total inertia times the grand total.

    ``rows`` and ``columns``: principal coordinates, one axis a column, the column coordinate of largest absolute value positive.
    ``row_cos2``: share of a row's own inertia carried by each axis; ``row_contribution``: share of each axis's inertia that comes
    from the row. The same for columns.
    """

    inertias: Matrix
    shares: Matrix
    total_inertia: float
    chi_square: float
    rows: Matrix
    columns: Matrix
    row_cos2: Matrix
    column_cos2: Matrix
    row_contribution: Matrix
    column_contribution: Matrix

    def quality(self, dimensions: int = 2) -> Matrix:
        """How well each row is shown by the first axes, 0 to 1."""
        return np.clip(self.row_cos2[:, :dimensions].sum(axis=1), 0, 1)

    def column_quality(self, dimensions: int = 2) -> Matrix:
        return np.clip(self.column_cos2[:, :dimensions].sum(axis=1), 0, 1)


def correspondence_analysis(counts: ArrayLike) -> Correspondence:
    """The axes of a table of counts, brands x attributes.

    Raises :class:`SingularMap`: ``negative`` counts, an ``empty`` row or column (its profile is not defined; ``at`` lists rows, then
    columns counted on from them), fewer than three rows or columns (fewer give one axis only), or profiles that are all alike.
    """
    n = np.asarray(counts, dtype=float)
    if n.ndim != 2 or not np.isfinite(n).all():
        raise ValueError("a complete table is needed")
    if (n < 0).any():
        raise SingularMap("negative")
    if n.shape[0] < 3:
        raise SingularMap("few_rows")
    if n.shape[1] < 3:
        raise SingularMap("few_columns")
    blank = np.concatenate([n.sum(axis=1) == 0, n.sum(axis=0) == 0])
    if blank.any():
        raise SingularMap("empty", tuple(int(at) for at in np.flatnonzero(blank)))
    total = n.sum()
    p = n / total
    r, c = p.sum(axis=1), p.sum(axis=0)
    residuals = (p - np.outer(r, c)) / np.sqrt(np.outer(r, c))
    inertia = float((residuals**2).sum())
    if inertia <= EPSILON:
        raise SingularMap("no_difference")
    u, singular, vt = np.linalg.svd(residuals, full_matrices=False)
    axes = min(n.shape) - 1
    u, singular, v = u[:, :axes], singular[:axes], vt.T[:, :axes]
    columns = v * singular / np.sqrt(c)[:, None]
    turn = signs(columns)
    columns, rows = columns * turn, u * singular / np.sqrt(r)[:, None] * turn
    return Correspondence(
        inertias=singular**2,
        shares=singular**2 / inertia,
        total_inertia=inertia,
        chi_square=inertia * float(total),
        rows=rows,
        columns=columns,
        row_cos2=shown(rows**2, _own(rows)),
        column_cos2=shown(columns**2, _own(columns)),
        row_contribution=u**2,
        column_contribution=v**2,
    )


def _own(coordinates: Matrix) -> Matrix:
    own: Matrix = (coordinates**2).sum(axis=1, keepdims=True)
    return np.where(own > EPSILON * own.max(), own, 0.0)
