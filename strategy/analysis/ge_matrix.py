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


def score_table(scores: pd.DataFrame) -> pd.DataFrame:
    """Scores with one row per item and participant and one column per criterion, gaps as NaN: made once, weighed many times."""
    return scores.pivot_table(index=["item", "participant"], columns="criterion", values="score", aggfunc="mean", sort=False)


def weighted_table(table: pd.DataFrame, weights: Mapping[str, float]) -> pd.DataFrame:
    """:func:`weighted_scores` of a :func:`score_table`: item, participant, value."""
    names = [name for name, weight in weights.items() if weight > 0 and name in table.columns]
    values = table[names].to_numpy(dtype=float)
    given = np.array([weights[name] for name in names], dtype=float)
    known = ~np.isnan(values)
    total = known @ given
    found = np.divide(np.where(known, values, 0.0) @ given, total, out=np.full(len(table), np.nan), where=total > 0)
    frame = table.index.to_frame(index=False)
    frame["value"] = found
    return frame[total > 0].reset_index(drop=True)


def own_totals(table: pd.DataFrame, weights: Mapping[str, float]) -> dict[str, dict[str, float]]:
    """Participant -> item -> weighted mean, of the items that the participant scored on all criteria he or she used at all.

    An item with a gap is left out for that person: its mean over fewer criteria cannot be set against the whole means of others.
    """
    names = [name for name, weight in weights.items() if weight > 0 and name in table.columns]
    totals: dict[str, dict[str, float]] = {}
    for participant, own in table[names].groupby(level="participant", sort=False):
        whole = own.dropna(axis="columns", how="all").dropna()
        if whole.columns.empty:
            continue
        scored = weighted_table(whole, weights)
        totals[str(participant)] = dict(zip(scored["item"], scored["value"].tolist(), strict=True))
    return totals


def means(table: pd.DataFrame, weights: Mapping[str, float]) -> dict[str, float]:
    """Item -> mean over participants of their weighted scores: :func:`spread` where only the place matters."""
    scored = weighted_table(table, weights)
    codes, items = pd.factorize(scored["item"])
    count = np.bincount(codes, minlength=len(items))
    total = np.bincount(codes, weights=scored["value"].to_numpy(dtype=float), minlength=len(items))
    return dict(zip(items, (total / np.maximum(count, 1)).tolist(), strict=True))


def spread(values: pd.DataFrame) -> pd.DataFrame:
    """Mean and range over participants: item, mean, low, high, participants."""
    known = values[values["value"].notna()]
    codes, items = pd.factorize(known["item"])
    given = known["value"].to_numpy(dtype=float)
    # A matrix is drawn under every set of weights at hand; grouping in pandas took most of its time.
    count = np.bincount(codes, minlength=len(items))
    low, high = np.full(len(items), np.inf), np.full(len(items), -np.inf)
    np.minimum.at(low, codes, given)
    np.maximum.at(high, codes, given)
    mean = np.bincount(codes, weights=given, minlength=len(items)) / np.maximum(count, 1)
    return pd.DataFrame({"item": items, "mean": mean, "low": low, "high": high, "participants": count})


def advice(attractiveness: float, ability: float) -> Advice:
    """The advice of the cell: the diagonal selects, above it invest, below it harvest."""
    rank = int(attractiveness >= LOW) + int(attractiveness >= HIGH) + int(ability >= LOW) + int(ability >= HIGH)
    return "invest" if rank >= 3 else "select" if rank == 2 else "harvest"


Third = Literal["low", "medium", "high"]


def third(value: float) -> Third:
    """In which third of the range from 1 to 9 a value lies; a value on the border belongs to the higher one."""
    return "high" if value >= HIGH else "medium" if value >= LOW else "low"


def cell(attractiveness: float, ability: float) -> tuple[Third, Third]:
    """The cell of the matrix: thirds of attractiveness and of ability."""
    return third(attractiveness), third(ability)


@dataclass(frozen=True)
class Flip:
    """The smallest change of one criterion's weight share at which another item overtakes the last chosen one."""

    criterion: str
    share_now: float
    share_at_flip: float
    overtaken: str
    overtaking: str

    @property
    def change(self) -> float:
        return abs(self.share_at_flip - self.share_now)


def weight_flips(mean_scores: pd.DataFrame, weights: Mapping[str, float], chosen: set[str]) -> dict[str, Flip | None]:
    """Per criterion, the smallest change of its weight share that turns the choice over, other weights keeping their proportions.

    ``mean_scores``: one row per item, one column per criterion (mean score, no gaps). The choice turns over when an item left out
    reaches the total of a chosen one. One-at-a-time sensitivity after Triantaphyllou and Sanchez, Decision Sciences 28 (1997).
    ``None`` for a criterion whose weight alone does not do it anywhere in [0, 1].
    """
    total = sum(weights.values())
    inside = [item for item in mean_scores.index if item in chosen]
    outside = [item for item in mean_scores.index if item not in chosen]
    if total <= 0 or not inside or not outside:
        return {}
    names = list(weights)
    shares = np.array([weights[name] for name in names], dtype=float) / total
    scores = mean_scores[names].to_numpy(dtype=float)
    at_item = {item: at for at, item in enumerate(mean_scores.index)}
    kept, left = [at_item[item] for item in inside], [at_item[item] for item in outside]
    found: dict[str, Flip | None] = {}
    for at, name in enumerate(names):
        rest = shares.copy()
        rest[at] = 0.0
        found[name] = None
        if rest.sum() <= 0:
            continue
        # score(w) = w * own + (1 - w) * others is a line in w; where the lines of two items cross their order turns over.
        others = scores @ (rest / rest.sum())
        own = scores[kept, at][:, None] - scores[left, at][None, :]
        other = others[kept][:, None] - others[left][None, :]
        slope = other - own
        now = shares[at] * own + (1 - shares[at]) * other
        with np.errstate(divide="ignore", invalid="ignore"):
            cross = np.where(np.isclose(slope, 0.0), np.nan, other / slope)
        distance = np.where((cross >= 0) & (cross <= 1) & (now >= 0), np.abs(cross - shares[at]), np.inf)
        best = int(np.argmin(distance))
        if np.isfinite(distance.flat[best]):
            row, column = divmod(best, len(outside))
            found[name] = Flip(name, float(shares[at]), float(cross.flat[best]), inside[row], outside[column])
    return found


def smallest_flip(mean_scores: pd.DataFrame, weights: Mapping[str, float], chosen: set[str]) -> Flip | None:
    """The smallest of :func:`weight_flips`; ``None`` when no single weight in [0, 1] turns the choice over."""
    flips = [flip for flip in weight_flips(mean_scores, weights, chosen).values() if flip]
    return min(flips, key=lambda flip: flip.change, default=None)


@dataclass(frozen=True)
class ScoreFlip:
    """The smallest change of one mean score that turns the choice over: whose score on which criterion, from what to what."""

    item: str
    criterion: str
    score_now: float
    score_at_flip: float
    overtaken: str
    overtaking: str

    @property
    def change(self) -> float:
        return self.score_at_flip - self.score_now


def smallest_score_flip(
    mean_scores: pd.DataFrame, weights: Mapping[str, float], chosen: set[str], low: float = 1.0, high: float = 9.0
) -> ScoreFlip | None:
    """The smallest change of a single mean score, within ``low`` to ``high``, at which an item left out reaches a chosen one.

    For a chosen item k and one left out l, s_k - s_l = d: their order turns over when k loses d / w_c or l gains it on criterion c
    (Triantaphyllou and Sanchez 1997, measures of performance). ``None`` when no single score can do it.
    """
    total = sum(weights.values())
    names = [name for name, weight in weights.items() if weight > 0]
    if total <= 0 or not names:
        return None
    share = np.array([weights[name] / total for name in names])
    values = mean_scores[names]
    totals = dict(zip(values.index, values.to_numpy(dtype=float) @ share, strict=True))
    best: ScoreFlip | None = None
    for kept in (item for item in values.index if item in chosen):
        for left in (item for item in values.index if item not in chosen):
            gap = totals[kept] - totals[left]
            if gap < 0:
                continue
            for name, weight in zip(names, share, strict=True):
                for item, step in ((kept, -gap / weight), (left, gap / weight)):
                    now = float(values.at[item, name])
                    if low <= now + step <= high and (best is None or abs(step) < abs(best.change)):
                        best = ScoreFlip(str(item), name, now, now + step, str(kept), str(left))
    return best
