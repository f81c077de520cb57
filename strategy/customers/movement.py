"""Movement: in which segment or stage customers were on an earlier day, and in which they are now, by the same rule."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from strategy.customers.expressions import cached_sql
from strategy.customers.lifecycle import STAGE_NAMES, LifecycleRules, lifecycle_table
from strategy.customers.rfm import scored_customers
from strategy.customers.segments import SEGMENT_NAMES, Cuts
from strategy.customers.summary import days_covered
from strategy.errors import InvalidValue, NoData
from strategy.language import Message, msg

if TYPE_CHECKING:
    import duckdb
    import ibis.expr.types as ir
    import pandas as pd

By = Literal["rfm", "stage"]

#: Where customers come from who first bought after the earlier day.
NOT_YET = "not_yet"
NOT_YET_NAME = msg("Not yet a customer")


def group_names(by: By) -> dict[str, Message]:
    """Id -> name of the groups, in their order."""
    return SEGMENT_NAMES if by == "rfm" else STAGE_NAMES


def _grouped(rule: Cuts | LifecycleRules, until: dt.date | None) -> ir.Table:
    """customer, state, revenue on a day."""
    if isinstance(rule, Cuts):
        scored = scored_customers(rule, until)
        return scored.select("customer", "revenue", state=scored.segment)
    staged = lifecycle_table(rule, until)
    return staged.select("customer", "revenue", state=staged.stage)


def movement_table(rule: Cuts | LifecycleRules, before: dt.date) -> ir.Table:
    """Per pair of groups: before (``NOT_YET`` for new customers), after, customers, revenue (brought since the earlier day).

    Both days are judged by the same rule: the same cut points, or the same thresholds.
    """
    now, then = _grouped(rule, None), _grouped(rule, before)
    earlier = then.select(known=then.customer, before=then.state, revenue_before=then.revenue)
    joined = now.left_join(earlier, now.customer == earlier.known)
    pairs = joined.select(
        before=joined.before.coalesce(NOT_YET), after=joined.state, gained=joined.revenue - joined.revenue_before.coalesce(0.0)
    )
    return pairs.group_by(["before", "after"]).aggregate(customers=pairs.count(), revenue=pairs.gained.sum())


_movement_sql = cached_sql(movement_table)


@dataclass(frozen=True)
class Movement:
    """Who went where. ``frame``: before, after (ids), customers, revenue since; all pairs that occur, in the groups' order."""

    by: By
    frame: pd.DataFrame
    day_before: dt.date
    day_after: dt.date

    @property
    def known(self) -> int:
        """Customers who had bought by the earlier day."""
        return int(self.frame.loc[self.frame["before"] != NOT_YET, "customers"].sum())

    @property
    def stayed(self) -> int:
        return int(self.frame.loc[self.frame["before"] == self.frame["after"], "customers"].sum())


def movement(cursor: duckdb.DuckDBPyConnection, rule: Cuts | LifecycleRules, days: int) -> Movement:
    """Movement over the last ``days`` days, between the segments of cut points or the stages of lifecycle rules.

    Raises:
        NoData: there are no purchases. InvalidValue: the data do not reach back that far.
    """
    first, last = days_covered(cursor)
    if first is None:
        raise NoData(msg("There are no purchases yet"), None, msg("Import customer data first."))
    reach = (last - first).days
    if not 1 <= days <= reach:
        if reach < 1:
            raise NoData(
                msg("All purchases fall on one day; nobody can have moved"), None, msg("Import purchases over a longer time.")
            )
        raise InvalidValue(
            msg("The data do not reach back {days:# day|# days}", days=days),
            msg("They begin on {day}", day=str(first)),
            msg("Choose 1 to {most} days.", most=reach),
        )
    before = last - dt.timedelta(days=days)
    found = cursor.execute(_movement_sql(rule, before)).df()
    by: By = "rfm" if isinstance(rule, Cuts) else "stage"
    place = {name: at for at, name in enumerate([*group_names(by), NOT_YET])}
    order = found["before"].map(place) * 100 + found["after"].map(place)
    ordered = found.assign(order=order).sort_values("order").drop(columns="order").reset_index(drop=True)
    return Movement(by, ordered.astype({"customers": "int64", "revenue": "float64"}), before, last)
