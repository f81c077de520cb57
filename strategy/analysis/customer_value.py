"""What customers are expected to bring within a horizon: expected purchases times expected spend.

Source: Fader, Hardie and Lee, "RFM and CLV", Journal of Marketing Research 42(4) (2005): purchases and spend are taken as independent,
so that the value is the product of BG/NBD's and Gamma-Gamma's expectations.
"""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np

from strategy.analysis.bg_nbd import BgNbd


def discounted_purchases(
    model: BgNbd,
    horizon: float,
    x: Any,
    t_x: Any,
    T: Any,
    discount: float = 0.0,
    steps: int = 12,
) -> np.ndarray:
    """Expected purchases of each customer in the coming ``horizon``, each worth less the later it comes.

    ``discount`` is per unit of time (0.01 with weeks: 1% a week). The horizon is cut into ``steps`` parts; a purchase counts at the
    middle of its part. Without a discount these are the plain expected purchases.
    """
    if discount <= 0:
        return model.expected_future(horizon, x, t_x, T)
    ends = np.linspace(0.0, horizon, steps + 1)
    total, before = np.zeros(np.shape(x)), np.zeros(np.shape(x))
    for start, end in itertools.pairwise(ends):
        upto = model.expected_future(end, x, t_x, T)
        total = total + (upto - before) / (1 + discount) ** ((start + end) / 2)
        before = upto
    return total
