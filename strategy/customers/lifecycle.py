"""Stages of the relationship: exploration, formation, stability, degradation.

The stages are those of Dwyer, Schurr and Oh (1987) and of the four-stage model common in Chinese teaching. No numeric thresholds
have been published; the ones here are stated, adjustable and the same for the single customer and for the whole table.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from strategy.customers.expressions import cached_sql, frame
from strategy.customers.histories import begun_day, median_of_all, snapshot_day, trajectories
from strategy.errors import InvalidValue
from strategy.language import Message, msg

if TYPE_CHECKING:
    import duckdb
    import ibis.expr.types as ir
    import pandas as pd

Stage = Literal["exploration", "formation", "stability", "degradation"]

STAGE_NAMES: dict[str, Message] = {
    "exploration": msg("Exploration"),
    "formation": msg("Formation"),
    "stability": msg("Stability"),
    "degradation": msg("Degradation"),
}


@dataclass(frozen=True)
class LifecycleRules:
    """When a relationship counts as which stage.

    Attributes:
        window_days: length of the windows whose revenue is compared, counted back from the last day in the data.
        exploring_orders: at most this many purchase days, within ``exploring_gaps`` usual gaps since the first, is exploration.
        silence: a gap ratio above this is degradation.
        drop: so is a last window below this share of the best earlier one.
        growth: a last window above the one before by more than this share is formation, where the data tell what the one before was:
            they begin no later than it does, or so long before the customer's first purchase that it would count as silence.

    Raises:
        InvalidValue: a number that is not positive, or a drop of 1 or more.
    """

    window_days: int = 182
    exploring_orders: int = 2
    exploring_gaps: float = 2.0
    silence: float = 3.0
    drop: float = 0.5
    growth: float = 0.2

    @property
    def days_to_judge_growth(self) -> int:
        """Days from the first to the last in the data that cover two windows."""
        return 2 * self.window_days - 1

    def __post_init__(self) -> None:
        if (
            min(self.window_days, self.exploring_orders, self.exploring_gaps, self.silence, self.drop, self.growth) <= 0
            or self.drop >= 1
        ):
            raise InvalidValue(
                msg("The rules for lifecycle stages must be positive, and the drop below 1"), None, msg("Correct the number.")
            )


def stage_of(values: Sequence[float], gap_ratio: float | None = None, rules: LifecycleRules = LifecycleRules()) -> Stage:
    """The stage a trajectory of revenue per window shows, oldest first.

    One window is exploration: there is nothing yet to compare it with.
    """
    if gap_ratio is not None and gap_ratio > rules.silence:
        return "degradation"
    if len(values) < 2:
        return "exploration"
    last, before, peak = values[-1], values[-2], max(values[:-1])
    if last < rules.drop * peak:
        return "degradation"
    if last > (1 + rules.growth) * before:
        return "formation"
    return "stability"


def lifecycle_table(rules: LifecycleRules, until: dt.date | None = None) -> ir.Table:
    """Per customer: customer, stage, usual_gap_days (own median gap; everybody's for customers of one day), tenure_days,
    last_window, previous_window, peak_window (revenue; windows the customer was already buying in), revenue, purchase_days,
    recency_days, growth_known (whether the data tell what the window before brought).

    The fall of a window counts only for customers whose usual gap fits into it: a quiet half-year says nothing of a yearly buyer.
    Growth counts only where the data cover the window before: of a customer who bought from the data's first day on, half a window
    looks like half the money.
    """
    import ibis

    gone = trajectories(rules.window_days, until)
    dated = gone.mutate(recency_days=snapshot_day(gone, until).delta(gone.last_day, unit="day"))
    with_everyone = median_of_all(dated, "own_gap")
    known = with_everyone.mutate(
        usual_gap_days=ibis.coalesce(with_everyone.own_gap, with_everyone.everyone, float(rules.window_days)).cast("float64"),
        tenure_days=with_everyone.last_day.delta(with_everyone.first_day, unit="day") + with_everyone.recency_days,
    )
    known = known.mutate(unseen_days=known.first_day.delta(begun_day(known), unit="day"))
    known = known.mutate(
        growth_known=(known.unseen_days + known.tenure_days >= rules.days_to_judge_growth)
        | (known.unseen_days > rules.silence * known.usual_gap_days)
    )
    fits = known.usual_gap_days <= rules.window_days
    stage = ibis.cases(
        (
            (known.purchase_days <= rules.exploring_orders) & (known.tenure_days < rules.exploring_gaps * known.usual_gap_days),
            "exploration",
        ),
        (known.recency_days > rules.silence * known.usual_gap_days, "degradation"),
        (known.peak_window.notnull() & fits & (known.last_window < rules.drop * known.peak_window), "degradation"),
        (known.peak_window.isnull() & (known.purchase_days <= rules.exploring_orders), "exploration"),
        (known.growth_known & (known.last_window > (1 + rules.growth) * known.previous_window), "formation"),
        else_="stability",
    )
    return known.mutate(stage=stage).select(
        "customer", "stage", "usual_gap_days", "tenure_days", "last_window", "previous_window", "peak_window", "revenue",
        "purchase_days", "recency_days", "growth_known",
    )  # fmt: skip


def _stages(rules: LifecycleRules) -> ir.Table:
    table = lifecycle_table(rules)
    return table.group_by("stage").aggregate(
        customers=table.count(), revenue=table.revenue.sum(), last_window=table.last_window.sum()
    )


def _listed(rules: LifecycleRules) -> ir.Table:
    return lifecycle_table(rules).order_by("customer")


_stages_sql, _listed_sql = cached_sql(_stages), cached_sql(_listed)


def lifecycle_stages(cursor: duckdb.DuckDBPyConnection, rules: LifecycleRules = LifecycleRules()) -> pd.DataFrame:
    """Per stage: stage (id), customers, revenue, last_window (revenue of the last window). All four, in order."""
    import pandas as pd

    found = frame(cursor, _stages_sql(rules))
    stages = pd.DataFrame({"stage": list(STAGE_NAMES)}).merge(found, on="stage", how="left").fillna({"customers": 0})
    return stages.fillna(0.0).astype({"customers": "int64", "revenue": "float64", "last_window": "float64"})


def lifecycle_customers(cursor: duckdb.DuckDBPyConnection, rules: LifecycleRules = LifecycleRules()) -> pd.DataFrame:
    """:func:`lifecycle_table` of the current data set, by customer id."""
    return frame(cursor, _listed_sql(rules))
