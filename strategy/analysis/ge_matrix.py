"""Multifactor portfolio matrix: attractiveness against ability to serve, from weighted scores of several participants.

Source: the nine-cell matrix of General Electric and McKinsey & Company (1971), as described in Coyne, "Enduring Ideas: The
GE-McKinsey nine-box matrix", McKinsey Quarterly (2008). Scores run from 1 to 9; the cells are the thirds of that range.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

LOW, HIGH = 1.0 + 8.0 / 3.0, 1.0 + 16.0 / 3.0

Advice = Literal["invest", "select", "harvest"]


def weighted_scores(scores: pd.DataFrame, weights: Mapping[str, float]) -> pd.DataFrame:
    """Each participant's weighted mean score of each item on one axis.

    ``scores``: item, criterion, participant, score (1-9). ``weights``: criterion -> weight, any scale, not all zero. A participant
    who left criteria out is averaged over those he or she scored. Returns item, participant, value.
    """
    known = scores[scores["criterion"].isin(weights)].copy()
    known["weight"] = known["criterion"].map(weights).astype(float)
    known = known[known["weight"] > 0]
    if known.empty:
        return pd.DataFrame({"item": [], "participant": [], "value": []})
    known["part"] = known["score"].astype(float) * known["weight"]
    sums = known.groupby(["item", "participant"], sort=False, as_index=False)[["part", "weight"]].sum()
    sums["value"] = sums["part"] / sums["weight"]
    return sums[["item", "participant", "value"]]


def spread(values: pd.DataFrame) -> pd.DataFrame:
    """Mean and range over participants: item, mean, low, high, participants."""
    grouped = values.groupby("item", sort=False)["value"]
    return pd.DataFrame(
        {"mean": grouped.mean(), "low": grouped.min(), "high": grouped.max(), "participants": grouped.count()}
    ).reset_index()


def advice(attractiveness: float, ability: float) -> Advice:
    """The advice of the cell: the diagonal selects, above it invest, below it harvest."""
    rank = int(attractiveness >= LOW) + int(attractiveness >= HIGH) + int(ability >= LOW) + int(ability >= HIGH)
    return "invest" if rank >= 3 else "select" if rank == 2 else "harvest"


@dataclass(frozen=True)
class Flip:
    """The smallest change of one criterion's weight share at which another item overtakes the last chosen one."""

    criterion: str
    share_now: float
    share_at_flip: float
    overtaken: str
    overtaking: str


def smallest_flip(mean_scores: pd.DataFrame, weights: Mapping[str, float], chosen: set[str]) -> Flip | None:
    """At which weight the choice would turn over, other weights keeping their proportions.

    ``mean_scores``: one row per item, one column per criterion (mean score, no gaps). The choice turns over when an item left out
    reaches the total of a chosen one. One-at-a-time sensitivity after Triantaphyllou and Sanchez, Decision Sciences 28 (1997).
    ``None`` when no single weight in [0, 1] does it.
    """
    total = sum(weights.values())
    inside = [item for item in mean_scores.index if item in chosen]
    outside = [item for item in mean_scores.index if item not in chosen]
    if total <= 0 or not inside or not outside:
        return None
    shares = {criterion: weight / total for criterion, weight in weights.items()}
    best: Flip | None = None
    for criterion, share in shares.items():
        rest = [c for c in shares if c != criterion]
        rest_total = sum(shares[c] for c in rest)
        if rest_total <= 0:
            continue
        others = sum(mean_scores[c] * (shares[c] / rest_total) for c in rest)
        for kept in inside:
            for left in outside:
                # score(w) = w * own + (1 - w) * others is a line in w; where the two lines cross the order turns over.
                own = float(mean_scores.at[kept, criterion] - mean_scores.at[left, criterion])
                other = float(others[kept] - others[left])
                if np.isclose(own, other):
                    continue
                at = other / (other - own)
                now = share * own + (1 - share) * other
                if not 0 <= at <= 1 or now < 0:
                    continue
                if best is None or abs(at - share) < abs(best.share_at_flip - best.share_now):
                    best = Flip(criterion, share, at, kept, left)
    return best
