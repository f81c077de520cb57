"""Ideas on their way through stages: how long each stage took, and how long the present one has lasted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence


def days_in_stages(
    stages: Sequence[str], entered: Mapping[str, dt.date | None], current: str, as_of: dt.date
) -> dict[str, int | None]:
    """Days spent in each stage up to ``current``, which lasts until ``as_of``. The last of ``stages`` is the aim: it takes no time.

    ``entered``: stage -> day it was entered. A stage without a day is passed over: the stage before it lasts until the next day
    known. ``None`` for a stage whose beginning is unknown or lies after its end.
    """
    reached = list(stages[: stages.index(current) + 1])
    found: dict[str, int | None] = {}
    for position, stage in enumerate(reached):
        if stage == stages[-1]:
            break
        start = entered.get(stage)
        later = [entered[name] for name in reached[position + 1 :] if entered.get(name)]
        # An idea that has left the stage on an unknown day cannot be timed; only the present stage runs on until today.
        end = later[0] if later else as_of if stage == current else None
        days = (end - start).days if start and end else None
        found[stage] = days if days is None or days >= 0 else None
    return found
