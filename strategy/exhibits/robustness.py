"""How firmly a choice of targets stands: at which weight it would turn over, and who would have chosen otherwise."""

from __future__ import annotations

import pandas as pd

from strategy.analysis import ge_matrix as ge
from strategy.exhibits.labels import Label, Share, Short
from strategy.language import Message, msg
from strategy.workbook import Snapshot


def _weights(snapshot: Snapshot) -> dict[str, float]:
    """Criterion -> weight share, each axis counting for one half."""
    shares: dict[str, float] = {}
    for axis in ("attractiveness", "ability"):
        weights = {row.id: float(row.get("weight", 0)) for row in snapshot.rows("criterion") if row["axis"] == axis}
        total = sum(weights.values())
        shares |= {name: weight / total / 2 for name, weight in weights.items()} if total > 0 else {}
    return shares


def _scores(snapshot: Snapshot) -> pd.DataFrame:
    """item, criterion, participant, score: only what names all four."""
    rows = [
        (row["segment"], row["criterion"], row["participant"] or row.author, float(row["score"]))
        for row in snapshot.rows("segment_evaluation")
        if row["segment"] and row["criterion"] and row["score"] is not None
    ]
    return pd.DataFrame(rows, columns=["item", "criterion", "participant", "score"])


def dissenters(scores: pd.DataFrame, weights: dict[str, float], chosen: set[str]) -> tuple[int, int]:
    """How many participants rank a segment left out above one chosen, and how many have ranked them at all."""
    otherwise = asked = 0
    totals = ge.weighted_scores(scores, weights)
    for _, own in totals.groupby("participant"):
        values = dict(zip(own["item"], own["value"], strict=True))
        inside = [value for item, value in values.items() if item in chosen]
        outside = [value for item, value in values.items() if item not in chosen]
        if inside and outside:
            asked += 1
            otherwise += max(outside) > min(inside)
    return otherwise, asked


def robustness(snapshot: Snapshot) -> list[Message]:
    """What to say of the present choice of targets; nothing before there is one and everybody can be compared."""
    chosen = {row.id for row in snapshot.targets}
    scores, weights = _scores(snapshot), _weights(snapshot)
    if not chosen or scores.empty or not weights:
        return []
    said: list[Message] = []
    means = scores.pivot_table(index="item", columns="criterion", values="score", aggfunc="mean").reindex(columns=list(weights))
    complete = means.dropna()
    if len(complete) == len(means):
        flip = ge.smallest_flip(complete, weights, chosen & set(complete.index))
        if flip:
            said.append(
                msg(
                    "The choice turns over when {criterion} has {at} of all weight (now {now}): {overtaking} then overtakes {overtaken}.",
                    criterion=Label(snapshot, "criterion", flip.criterion),
                    at=Share(flip.share_at_flip),
                    now=Share(flip.share_now),
                    overtaking=Short(snapshot, flip.overtaking),
                    overtaken=Short(snapshot, flip.overtaken),
                )
            )
    otherwise, asked = dissenters(scores, weights, chosen)
    if asked > 1:
        said.append(msg("{count} of {total} participants would have chosen otherwise.", count=otherwise, total=asked))
    return said
