"""Two groupings of the same customers: how they cross, and how far they agree beyond chance.

The adjusted Rand index is that of Hubert and Arabie (1985), "Comparing partitions", Journal of Classification 2, equation 5.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt


def cross_table(first: npt.ArrayLike, second: npt.ArrayLike) -> tuple[list[Any], list[Any], npt.NDArray[np.int64]]:
    """Counts of every pair: the groups of the first (rows), of the second (columns), both sorted, and the table."""
    rows, row_of = np.unique(np.asarray(first), return_inverse=True)
    columns, column_of = np.unique(np.asarray(second), return_inverse=True)
    table = np.zeros((len(rows), len(columns)), dtype=np.int64)
    np.add.at(table, (row_of, column_of), 1)
    return rows.tolist(), columns.tolist(), table


def _pairs(counts: npt.NDArray[Any]) -> float:
    """Pairs that can be made within groups of these sizes."""
    sizes = counts.astype(float)
    return float((sizes * (sizes - 1) / 2).sum())


def adjusted_rand_of_table(table: npt.ArrayLike) -> float:
    """The index of a cross table: 1 when both group alike, about 0 for chance, below 0 when less alike than chance.

    Where both put everybody into one group, or everybody apart, they agree wholly: 1.
    """
    counts = np.asarray(table)
    both, first, second = _pairs(counts), _pairs(counts.sum(axis=1)), _pairs(counts.sum(axis=0))
    every = _pairs(np.array([counts.sum()]))
    if every == 0:
        return 1.0
    expected = first * second / every
    most = (first + second) / 2
    return 1.0 if most == expected else (both - expected) / (most - expected)


def adjusted_rand(first: npt.ArrayLike, second: npt.ArrayLike) -> float:
    """:func:`adjusted_rand_of_table` of two lists of labels, one a customer."""
    return adjusted_rand_of_table(cross_table(first, second)[2])
