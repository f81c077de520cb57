"""One customer explained: the purchases over time, the scores, and the stage with every fact against its threshold.

The facts are those of :func:`strategy.customers.lifecycle.lifecycle_table` and are judged in its order, so that the explanation and
the table cannot disagree; what would change the stage is worked out from the same thresholds.
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from strategy.customers.expressions import cached_sql, frame, purchases, rows
from strategy.customers.lifecycle import STAGE_NAMES, LifecycleRules, lifecycle_table
from strategy.customers.rfm import scored_customers
from strategy.customers.risk import BAND_NAMES, RiskThresholds, risk_table
from strategy.customers.segments import SEGMENT_NAMES, Cuts
from strategy.customers.summary import days_covered
from strategy.errors import UnknownName
from strategy.language import Language, Message, date_text, msg, number

if TYPE_CHECKING:
    import duckdb
    import ibis.expr.types as ir
    import pandas as pd


def _ids(start: str, limit: int) -> ir.Table:
    table = purchases()
    return table.filter(table.customer.startswith(start)).select("customer").distinct().order_by("customer").limit(limit)


def _days(customer: str) -> ir.Table:
    table = purchases()
    own = table.filter(table.customer == customer)
    return own.group_by("day").aggregate(amount=own.amount.sum().cast("float64")).order_by("day")


def _stage(customer: str, rules: LifecycleRules) -> ir.Table:
    table = lifecycle_table(rules)
    own = table.filter(table.customer == customer)
    return own.select("stage", "usual_gap_days", "tenure_days", "last_window", "previous_window", "peak_window")


def _scores(customer: str, cuts: Cuts) -> ir.Table:
    table = scored_customers(cuts)
    own = table.filter(table.customer == customer)
    return own.select("first_day", "last_day", "purchase_days", "recency_days", "r", "f", "m", "segment", "revenue")


def _risk(customer: str, thresholds: RiskThresholds) -> ir.Table:
    table = risk_table(thresholds)
    return table.filter(table.customer == customer).select("band", "gap_ratio", "value_at_stake")


_ids_sql, _days_sql = cached_sql(_ids), cached_sql(_days)
_stage_sql, _scores_sql, _risk_sql = cached_sql(_stage), cached_sql(_scores), cached_sql(_risk)


@dataclass(frozen=True)
class Said:
    """A day or a number inside a message, written as the language writes it."""

    value: dt.date | float

    def in_(self, language: Language) -> str:
        if isinstance(self.value, dt.date):
            return date_text(self.value, language)
        return number(round(self.value, 1), language)


@dataclass(frozen=True)
class Fact:
    """A measured fact against its threshold. ``holds``: whether the condition of ``stage`` is met; ``decides``: the first that is."""

    stage: str
    text: Message
    holds: bool
    decides: bool = False


@dataclass(frozen=True)
class Explained:
    """What is known of one customer.

    Attributes:
        timeline: day, amount (money of the day), by day.
        r, f, m: scores 1 to 5; ``segment`` their named segment's id; ``stage``, ``band``: ids.
        facts: the conditions of the stages in the order they are judged.
        changes: what would change the stage, in words.
        snapshot: the day from which silence is counted.
    """

    customer: str
    timeline: pd.DataFrame
    first_day: dt.date
    last_day: dt.date
    snapshot: dt.date
    revenue: float
    purchase_days: int
    recency_days: int
    usual_gap_days: float
    gap_ratio: float | None
    value_at_stake: float
    r: int
    f: int
    m: int
    segment: str
    stage: str
    band: str
    facts: tuple[Fact, ...] = field(default=())
    changes: tuple[Message, ...] = field(default=())


def find_customers(cursor: duckdb.DuckDBPyConnection, start: str, limit: int = 20) -> list[str]:
    """Customer ids that begin with a text, in order."""
    return [row[0] for row in rows(cursor, _ids_sql(start, limit))]


def explain_customer(
    cursor: duckdb.DuckDBPyConnection,
    customer: str,
    cuts: Cuts,
    rules: LifecycleRules = LifecycleRules(),  # noqa: B008
    thresholds: RiskThresholds = RiskThresholds(),  # noqa: B008
) -> Explained:
    """Everything that decides how a customer is judged today.

    Raises:
        NoData: there are no purchases. UnknownName: nobody of that id, with ids that begin alike.
    """
    timeline = frame(cursor, _days_sql(customer))
    _, newest = days_covered(cursor)
    if timeline.empty:
        near = find_customers(cursor, customer[: max(1, len(customer) - 1)], 5) if customer else []
        fix = (
            msg("Ids that begin alike: {names}.", names=", ".join(near))
            if near
            else msg("Check the id: it is text, with its leading zeros.")
        )
        raise UnknownName(msg("There is no customer {name} in the data", name=customer[:60] or "?"), None, fix)
    stage, gap, tenure, last, before, peak = rows(cursor, _stage_sql(customer, rules))[0]
    first_day, last_day, days, recency, r, f, m, segment, revenue = rows(cursor, _scores_sql(customer, cuts))[0]
    band, ratio, stake = rows(cursor, _risk_sql(customer, thresholds))[0]
    facts = _facts(rules, days, tenure, gap, recency, last, before, peak)
    changes = _changes(rules, stage, last_day, newest, gap, recency, days, last, before, peak)
    return Explained(
        customer, timeline, first_day, last_day, newest, round(float(revenue), 2), days, recency, float(gap),
        None if ratio is None or math.isnan(ratio) else float(ratio), float(stake or 0.0), r, f, m, segment, stage, band, facts, changes,
    )  # fmt: skip


def _facts(
    rules: LifecycleRules, days: int, tenure: int, gap: float, recency: int, last: float, before: float, peak: float | None
) -> tuple[Fact, ...]:
    """The branches of the stages in the order in which the table judges them; the first that holds decides."""
    known = peak is not None and not math.isnan(peak)
    fits = gap <= rules.window_days
    found = [
        Fact(
            "exploration",
            msg(
                "{days} purchase days (at most {most}) and known for {tenure} days (below {limit})",
                days=days, most=rules.exploring_orders, tenure=Said(tenure), limit=Said(rules.exploring_gaps * gap),
            ),
            days <= rules.exploring_orders and tenure < rules.exploring_gaps * gap,
        ),
        Fact(
            "degradation",
            msg(
                "silent for {recency} days (above {times} × {gap} = {limit})",
                recency=Said(recency), times=Said(rules.silence), gap=Said(gap), limit=Said(rules.silence * gap),
            ),
            recency > rules.silence * gap,
        ),
        Fact(
            "degradation",
            msg(
                "{last} in the last {days} days (below {drop} of the best window before, {peak})",
                last=Said(last), days=rules.window_days, drop=f"{rules.drop:.0%}", peak=Said(peak or 0.0),
            )
            if known and fits
            else msg("no earlier window to compare with, or a usual gap longer than a window"),
            known and fits and last < rules.drop * (peak or 0.0),
        ),
        Fact(
            "exploration",
            msg("all purchases in the last {days} days, on at most {most} days", days=rules.window_days, most=rules.exploring_orders),
            not known and days <= rules.exploring_orders,
        ),
        Fact(
            "formation",
            msg(
                "{last} in the last {days} days (above {limit}, the window before and {growth} more)",
                last=Said(last), days=rules.window_days, limit=Said((1 + rules.growth) * before), growth=f"{rules.growth:.0%}",
            ),
            last > (1 + rules.growth) * before,
        ),
        Fact("stability", msg("none of the conditions above"), True),
    ]  # fmt: skip
    first = next(at for at, fact in enumerate(found) if fact.holds)
    return tuple(Fact(fact.stage, fact.text, fact.holds, at == first) for at, fact in enumerate(found))


def _changes(
    rules: LifecycleRules, stage: str, last_day: dt.date, today: dt.date, gap: float, recency: int, days: int, last: float,
    before: float, peak: float | None,
) -> tuple[Message, ...]:  # fmt: skip
    """What would move the customer to another stage, from the thresholds."""
    limit = rules.silence * gap
    changes: list[Message] = []
    if recency <= limit and stage != "degradation":
        falls = last_day + dt.timedelta(days=math.floor(limit) + 1)
        changes.append(
            msg(
                "Silence beyond {times} × {gap} = {limit} days, that is from {day}, puts the customer into {stage}. A purchase before then prevents it; days left: {left}.",
                times=Said(rules.silence), gap=Said(gap), limit=Said(limit), day=Said(falls), stage=STAGE_NAMES["degradation"],
                left=max(0, (falls - today).days - 1),
            )
        )  # fmt: skip
    elif recency > limit:
        changes.append(
            msg("A purchase ends the silence; whether it is still {stage} then depends on the money of the last {days} days alone.",
                stage=STAGE_NAMES["degradation"], days=rules.window_days)
        )  # fmt: skip
    known = peak is not None and not math.isnan(peak) and gap <= rules.window_days
    floor = rules.drop * (peak or 0.0) if known else 0.0
    if known and last < floor:
        changes.append(
            msg("{missing} more in the last {days} days would lift the customer to {share} of the best window and out of {stage}.",
                missing=Said(floor - last), days=rules.window_days, share=f"{rules.drop:.0%}", stage=STAGE_NAMES["degradation"])
        )  # fmt: skip
    grown = (1 + rules.growth) * before
    if stage == "stability" and last <= grown:
        changes.append(
            msg("More than {missing} in addition within the window would make it {stage}.",
                missing=Said(grown - last), stage=STAGE_NAMES["formation"])
        )  # fmt: skip
    if stage == "exploration" and days <= rules.exploring_orders:
        changes.append(
            msg("After {count} more purchase days it is no longer {stage}.", count=rules.exploring_orders + 1 - days,
                stage=STAGE_NAMES["exploration"])
        )  # fmt: skip
    return tuple(changes)


def named(explained: Explained) -> tuple[Message, Message, Message]:
    """Segment, stage and band of silence by name."""
    return SEGMENT_NAMES[explained.segment], STAGE_NAMES[explained.stage], BAND_NAMES[explained.band]
