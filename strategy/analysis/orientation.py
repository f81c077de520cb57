"""What maps of brands have in common: why one cannot be drawn, which way its axes point, and how well a point is shown."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]
Reason = Literal["few_rows", "few_columns", "no_difference", "empty", "negative"]

#: Below this share of the largest value a number is rounding error.
EPSILON = 1e-10


class SingularMap(ValueError):
    """The figures do not span a map. ``reason`` says why; ``at`` names the rows or columns concerned by their positions."""

    def __init__(self, reason: Reason, at: tuple[int, ...] = ()) -> None:
        super().__init__(reason)
        self.reason: Reason = reason
        self.at = at


def signs(columns: Matrix) -> Matrix:
    """+1 or -1 per column, so that its entry of largest absolute value becomes positive; the first one counts among equals.

    The sign of an axis is arbitrary. Without a rule the same map would appear mirrored on another machine.
    """
    if columns.size == 0:
        return np.ones(columns.shape[1])
    size = np.abs(columns)
    nearly = size >= size.max(axis=0) * (1 - 1e-9)
    leading = columns[nearly.argmax(axis=0), np.arange(columns.shape[1])]
    return np.where(leading < 0, -1.0, 1.0)


def shown(parts: Matrix, whole: Matrix) -> Matrix:
    """Share of each point's squared distance from the centre (``whole``) that the axes carry (``parts``); 1 for the centre itself."""
    safe = np.where(whole > 0, whole, 1.0)
    return np.where(whole > 0, np.clip(parts / safe, 0.0, 1.0), 1.0)
