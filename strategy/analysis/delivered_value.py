"""Delivered value: what customers get less what it costs them, over the stages from choosing to after-sale.

Source: Kotler, "Marketing Management", 8th edition (1994), chapter 2: customer delivered value = total customer value (product,
service, personnel, image) - total customer cost (money, time, energy, psychic).
"""

from __future__ import annotations

import pandas as pd

VALUES: tuple[str, ...] = ("product", "service", "personnel", "image")
COSTS: tuple[str, ...] = ("money", "time", "energy", "mind")
STAGES: tuple[str, ...] = ("choose", "buy", "use", "after_sale")


def sign(element: str) -> int:
    """+1 for a value, -1 for a cost."""
    return -1 if element in COSTS else 1


def net(scores: pd.DataFrame) -> pd.DataFrame:
    """Total value less total cost, per segment, brand and stage.

    ``scores``: segment, brand, stage, element, score. Returns segment, brand, stage, value, cost, net, cells (how many were
    scored).
    """
    signs = scores["element"].map(sign)
    parts = scores.assign(value=scores["score"].where(signs > 0, 0.0), cost=scores["score"].where(signs < 0, 0.0), cells=1)
    sums = parts.groupby(["segment", "brand", "stage"], sort=False, as_index=False)[["value", "cost", "cells"]].sum()
    sums["net"] = sums["value"] - sums["cost"]
    return sums


def advantage(scores: pd.DataFrame, ours: str = "") -> pd.DataFrame:
    """Our delivered value less each rival's, over the cells (stage and element) that were scored for both.

    Unscored cells would otherwise count as zero and make the brand with fewer scores look worse or better.
    Returns segment, brand, ours_net, rival_net, advantage, cells.
    """
    keys = ["segment", "stage", "element"]
    own = scores[scores["brand"] == ours].groupby(keys)["score"].mean().rename("own")
    rivals = scores[scores["brand"] != ours].groupby(["brand", *keys], as_index=False)["score"].mean()
    both = rivals.merge(own.reset_index(), on=keys)
    signs = both["element"].map(sign).astype(int)
    both = both.assign(ours_net=both["own"] * signs, rival_net=both["score"] * signs, cells=1)
    sums = both.groupby(["segment", "brand"], sort=False, as_index=False)[["ours_net", "rival_net", "cells"]].sum()
    sums["advantage"] = sums["ours_net"] - sums["rival_net"]
    return sums


def flattery(element: str, our_view: float, customers_view: float) -> float:
    """How much better we think of ourselves than customers do: above 0 flatters us, for values and for costs alike."""
    return (our_view - customers_view) * sign(element)
