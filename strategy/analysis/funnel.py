"""Acquisition funnel: how many go on at each step, what one of them costs, and where the funnel is narrowest.

Definitions by arithmetic, as in Farris, Bendle, Pfeifer and Reibstein, "Marketing Metrics", 2nd ed. (2010), chapter 10. Volumes
count prospects who reach a stage in one period; stages run from the top down.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise


def step_rates(volumes: Sequence[float | None]) -> list[float | None]:
    """Share (0-1) that goes on from each stage to the next: one fewer than stages. ``None`` after an empty or unknown stage.

    A rate above 1 means that the lower stage counts more than the upper one, so that the volumes are not of one period.
    """
    return [None if before is None or after is None or before <= 0 else after / before for before, after in pairwise(volumes)]


def cumulative_rates(volumes: Sequence[float | None]) -> list[float | None]:
    """Share (0-1) of the first stage that reaches each later stage: one fewer than stages."""
    if not volumes:
        return []
    first = volumes[0]
    return [None if not first or first <= 0 or volume is None else volume / first for volume in volumes[1:]]


def cost_per(cost: float | None, volume: float | None) -> float | None:
    """Money spent for each that reached a stage: cost per click, per lead or per customer (CAC), by the stage taken."""
    return None if cost is None or volume is None or volume <= 0 else cost / volume


def narrowest_step(volumes: Sequence[float | None]) -> int | None:
    """The step (0 = from the first stage to the second) with the lowest rate; the upper one of equals.

    It is where most are lost, not yet where most could be gained: that takes a benchmark for each step.
    """
    known = [(rate, position) for position, rate in enumerate(step_rates(volumes)) if rate is not None]
    return min(known)[1] if known else None
