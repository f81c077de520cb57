"""Attitude against behaviour: true, latent, spurious or no loyalty.

Dick and Basu, "Customer Loyalty: Toward an Integrated Conceptual Framework", Journal of the Academy of Marketing Science 22 (1994):
relative attitude and repeat patronage, each low or high.
"""

from __future__ import annotations

from typing import Literal

Loyalty = Literal["true", "latent", "spurious", "none"]

#: The middle of scores from 1 to 9; only above it does a score count as high.
MIDDLE = 5.0


def loyalty(attitude: float, behaviour: float, split: float = MIDDLE) -> Loyalty:
    """The kind of loyalty two scores (1-9) stand for. A score at ``split`` is neither for nor against, and counts as low."""
    if attitude > split:
        return "true" if behaviour > split else "latent"
    return "spurious" if behaviour > split else "none"
