"""Weights of criteria and of types of customer: as points, from pairs, or from a named set. Exhibits ask here for all of them."""

from __future__ import annotations

from collections.abc import Sequence

from strategy.analysis import ahp
from strategy.errors import NoData, UnknownName
from strategy.exhibits.labels import ChoiceTitle
from strategy.exhibits.model import Setting
from strategy.language import Message, Speaks, msg
from strategy.thread.pairs import Said, Weighed, criteria, judgement, said, weighed
from strategy.workbook import Snapshot

__all__ = ["AXES", "PAIRS", "POINTS", "ROSTER_WEIGHTS", "TABLE", "WEIGHTS", "Said", "Weighed", "balance", "choices", "criteria",
           "criterion_weights", "judgement", "name_of", "said", "sets", "weighed"]  # fmt: skip

POINTS, PAIRS = "points", "pairwise"

#: ``points``, ``pairwise``, or the name of a set of weights.
WEIGHTS = Setting("weights", msg("Weights"), POINTS)
ROSTER_WEIGHTS = Setting("weights", msg("Weights"), POINTS, choices=((POINTS, msg("Points")), (PAIRS, msg("In pairs"))))
TABLE = Setting(
    "table",
    msg("Random index"),
    ahp.DEFAULT_TABLE,
    choices=tuple((table, msg("{source}", source=name)) for table, name in ahp.TABLE_NAMES.items()),
)

AXES = ("attractiveness", "ability")


def sets(snapshot: Snapshot) -> list[str]:
    """The names of the sets of weights, in order of first appearance."""
    return list(dict.fromkeys(str(row["name"]).strip() for row in snapshot.rows("weight_set") if row["name"]))


def choices(snapshot: Snapshot) -> dict[str, Speaks]:
    """What the setting can be: id -> name."""
    named: dict[str, Speaks] = {name: msg("{source}", source=name) for name in sets(snapshot) if name not in (POINTS, PAIRS)}
    return {POINTS: msg("Points"), PAIRS: msg("In pairs"), **named}


def criterion_weights(snapshot: Snapshot, axis: str, which: str = POINTS) -> dict[str, float]:
    """Criterion -> weight (any scale, none negative) on one axis; empty when the axis has no criterion.

    Raises:
        NoData: the weights asked for are missing or all zero. UnknownName: no set has that name.
    """
    items = criteria(snapshot, axis)
    if not items:
        return {}
    name = ChoiceTitle(snapshot, "criterion", "axis", axis)
    if which == PAIRS:
        found = weighed(snapshot, "pairwise", items) if len(items) > 1 else None
        if found is None and len(items) > 1:
            raise NoData(
                msg("Nobody has compared the criteria of {axis} in pairs yet", axis=name),
                None,
                msg("Fill in “Criteria in pairs”, or take the points; the matrix can be shown with them now."),
            )
        return dict(zip(items, map(float, found.group.weights), strict=True)) if found else {items[0]: 1.0}
    if which == POINTS:
        weights = {row.id: float(row.get("weight", 0)) for row in snapshot.rows("criterion") if row["axis"] == axis}
    else:
        weights = _of_set(snapshot, items, which)
    if sum(weights.values()) <= 0:
        raise NoData(
            msg("All weights of {axis} are zero", axis=name),
            None,
            msg("Share out 100 points among its criteria, or choose other weights; the scores are kept."),
        )
    return weights


def _of_set(snapshot: Snapshot, items: Sequence[str], which: str) -> dict[str, float]:
    known = sets(snapshot)
    if which not in known:
        raise UnknownName(
            msg("There is no set of weights named {name}", name=which[:60]),
            None,
            msg("The weights are: {names}.", names=", ".join([POINTS, PAIRS, *known])),
        )
    given = {
        row["criterion"]: float(row.get("weight", 0))
        for row in snapshot.rows("weight_set")
        if str(row["name"] or "").strip() == which and row["criterion"]
    }
    return {item: given.get(item, 0.0) for item in items}


def balance(snapshot: Snapshot, which: str = POINTS) -> dict[str, float]:
    """Criterion -> share of all weight, each axis counting for one half."""
    shares: dict[str, float] = {}
    for axis in AXES:
        weights = criterion_weights(snapshot, axis, which)
        total = sum(weights.values())
        shares |= {name: weight / total / 2 for name, weight in weights.items()} if total > 0 else {}
    return shares


def name_of(snapshot: Snapshot, which: str) -> Message | Speaks:
    return choices(snapshot).get(which, msg("{source}", source=which))
