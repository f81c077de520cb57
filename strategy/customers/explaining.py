"""One customer explained: the purchases over time, the scores, and the stage with every fact against its threshold.

The facts are those of :func:`strategy.customers.lifecycle.lifecycle_table` and are judged in its order, so that the explanation and
the table cannot disagree; what would change the stage is found by judging what may come (:mod:`strategy.customers.foretelling`).
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from strategy.customers.expressions import cached_sql, frame, purchases, rows
from strategy.customers.foretelling import Cause, History, Outlook, outlook
from strategy.customers.lifecycle import STAGE_NAMES, LifecycleRules, Stage, lifecycle_table
from strategy.customers.rfm import scored_customers
from strategy.customers.risk import BAND_NAMES, RiskThresholds, risk_table
from strategy.customers.rules import percent_set
from strategy.customers.segments import Cuts
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
    return own.select("stage", "usual_gap_days", "tenure_days", "last_window", "previous_window", "peak_window", "growth_known")


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
    """A day or a number inside a message, written as the language writes it; money to the cent, anything else to a tenth."""

    value: dt.date | float
    digits: int = 1

    def in_(self, language: Language) -> str:
        if isinstance(self.value, dt.date):
            return date_text(self.value, language)
        return number(round(self.value, self.digits), language)


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
        r, f, m: scores 1 to 5; ``segment`` their named segment's id, ``segment_name`` what it is called under the cuts; ``stage``, ``band``: ids.
        facts: the conditions of the stages in the order they are judged.
        changes: what would change the stage, in words. ``fading``: the day from which it is degradation, past or to come.
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
    segment_name: Message
    stage: str
    band: str
    facts: tuple[Fact, ...] = field(default=())
    changes: tuple[Message, ...] = field(default=())
    fading: dt.date | None = None


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
    begun, newest = days_covered(cursor)
    if timeline.empty:
        near = find_customers(cursor, customer[: max(1, len(customer) - 1)], 5) if customer else []
        fix = (
            msg("Ids that begin alike: {names}.", names=", ".join(near))
            if near
            else msg("Check the id: it is text, with its leading zeros.")
        )
        raise UnknownName(msg("There is no customer {name} in the data", name=customer[:60] or "?"), None, fix)
    stage, gap, tenure, last, before, peak, growth_known = rows(cursor, _stage_sql(customer, rules))[0]
    first_day, last_day, days, recency, r, f, m, segment, revenue = rows(cursor, _scores_sql(customer, cuts))[0]
    band, ratio, stake = rows(cursor, _risk_sql(customer, thresholds))[0]
    facts = _facts(rules, days, tenure, gap, recency, last, before, peak, bool(growth_known))
    bought = zip(timeline["day"].dt.date, timeline["amount"], strict=True)
    ahead = outlook(History.of(bought, float(gap), begun), newest, rules)
    changes = _changes(rules, stage, newest, float(gap), days, ahead)
    return Explained(
        customer, timeline, first_day, last_day, newest, round(float(revenue), 2), days, recency, float(gap),
        None if ratio is None or math.isnan(ratio) else float(ratio), float(stake or 0.0), r, f, m, segment,
        cuts.segment_names()[segment], stage, band, facts, changes,
        dt.date.fromordinal(ahead.fading) if ahead.fading else None,
    )  # fmt: skip


def _facts(
    rules: LifecycleRules, days: int, tenure: int, gap: float, recency: int, last: float, before: float, peak: float | None,
    growth_known: bool,
) -> tuple[Fact, ...]:  # fmt: skip
    """The branches of the stages in the order in which the table judges them; the first that holds decides."""
    known = peak is not None and not math.isnan(peak)
    fits = gap <= rules.window_days
    found = [
        Fact(
            "exploration",
            msg(
                "{days:# purchase day|# purchase days} (at most {most}) and known for {tenure:# day|# days} (below {limit})",
                days=days, most=rules.exploring_orders, tenure=Said(tenure), limit=Said(rules.exploring_gaps * gap),
            ),
            days <= rules.exploring_orders and tenure < rules.exploring_gaps * gap,
        ),
        Fact(
            "degradation",
            msg(
                "silent for {recency:# day|# days} (above {times} × {gap} = {limit})",
                recency=Said(recency), times=Said(rules.silence), gap=Said(gap), limit=Said(rules.silence * gap),
            ),
            recency > rules.silence * gap,
        ),
        Fact(
            "degradation",
            msg(
                "{last} in the last {days} days (below {drop} of the best window before, {peak})",
                last=Said(last), days=rules.window_days, drop=percent_set(rules.drop), peak=Said(peak or 0.0),
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
                last=Said(last), days=rules.window_days, limit=Said((1 + rules.growth) * before), growth=percent_set(rules.growth),
            )
            if growth_known
            else msg("growth cannot be judged: the data begin too late to know the window before"),
            growth_known and last > (1 + rules.growth) * before,
        ),
        Fact("stability", msg("none of the conditions above"), True),
    ]  # fmt: skip
    first = next(at for at, fact in enumerate(found) if fact.holds)
    return tuple(Fact(fact.stage, fact.text, fact.holds, at == first) for at, fact in enumerate(found))


def _changes(
    rules: LifecycleRules, stage: str, today: dt.date, gap: float, days: int, ahead: Outlook
) -> tuple[Message, ...]:  # fmt: skip
    """What would move the customer to another stage, as tried."""
    fading = STAGE_NAMES["degradation"]
    tomorrow, amount = Said(dt.date.fromordinal(ahead.tomorrow)), Said(ahead.amount, 2)
    changes: list[Message] = []
    if ahead.change:
        changes.append(_without_purchase(rules, today, gap, ahead.change))
    if ahead.bought and ahead.bought != stage:
        changes.append(
            msg("A purchase of the usual size ({amount}) on {day} makes it {stage}.", amount=amount, day=tomorrow,
                stage=STAGE_NAMES[ahead.bought])
        )  # fmt: skip
    elif ahead.bought == "degradation":
        changes.append(
            msg("A purchase of the usual size ({amount}) on {day} does not end {stage}.", amount=amount, day=tomorrow, stage=fading)
        )
    if ahead.bought and ahead.change and ahead.change[1] == "degradation":
        if ahead.prevents:
            changes.append(
                msg("A purchase of the usual size ({amount}) on any day before then keeps the customer out of {stage} that day.",
                    amount=amount, stage=fading)
            )  # fmt: skip
        elif ahead.bought == stage and ahead.later and ahead.later > ahead.change[0]:
            changes.append(
                msg("A purchase of the usual size ({amount}) on {day} puts that off to {later}.", amount=amount, day=tomorrow,
                    later=Said(dt.date.fromordinal(ahead.later)))
            )  # fmt: skip
        elif ahead.bought == stage:
            changes.append(
                msg("A single purchase of the usual size ({amount}) on {day} does not prevent that.", amount=amount, day=tomorrow)
            )
    if ahead.lifting:
        changes.append(
            msg("A purchase of {amount} or more on {day} would end {stage}.", amount=Said(ahead.lifting[0], 2), day=tomorrow,
                stage=fading)
        )  # fmt: skip
    if ahead.growing:
        changes.append(
            msg("A purchase of {amount} or more on {day} would make it {stage}.", amount=Said(ahead.growing, 2), day=tomorrow,
                stage=STAGE_NAMES["formation"])
        )  # fmt: skip
    if stage == "exploration" and days <= rules.exploring_orders:
        changes.append(
            msg("After {count:# more purchase day|# more purchase days} it is no longer {stage}.", count=rules.exploring_orders + 1 - days,
                stage=STAGE_NAMES["exploration"])
        )  # fmt: skip
    return tuple(changes)


def _without_purchase(rules: LifecycleRules, today: dt.date, gap: float, change: tuple[int, Stage, Cause]) -> Message:
    """When the stage changes if nothing is bought, to which, and why."""
    day, stage, cause = change
    said: dict[str, Any] = {
        "day": Said(dt.date.fromordinal(day)),
        "stage": STAGE_NAMES[stage],
        "left": day - today.toordinal() - 1,
    }
    if cause == "silence":
        return msg(
            "Without another purchase it becomes {stage} from {day}: silence is then longer than {times} × {gap} = {limit} days; days left: {left}.",
            times=Said(rules.silence), gap=Said(gap), limit=Said(rules.silence * gap), **said,
        )  # fmt: skip
    if cause == "money":
        return msg(
            "Without another purchase it becomes {stage} from {day}: what was bought in the last {days} days is then below {share} of the best window before; days left: {left}.",
            days=rules.window_days, share=percent_set(rules.drop), **said,
        )  # fmt: skip
    return msg("Without another purchase it becomes {stage} from {day}; days left: {left}.", **said)


def named(explained: Explained) -> tuple[Message, Message, Message]:
    """Segment, stage and band of silence by name."""
    return explained.segment_name, STAGE_NAMES[explained.stage], BAND_NAMES[explained.band]
