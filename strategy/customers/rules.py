"""Rules that assign customers to a segment: said in words, and evaluated again on whatever data the workbook now holds.

A rule is plain data (it is stored with the segment and travels in JSON): ``{"by": "rfm", ...}``, ``{"by": "grade", ...}``,
``{"by": "stage", ...}``, ``{"by": "silence", ...}``, ``{"by": "cluster", ...}``,
``{"by": "attribute", ...}`` or ``{"by": "everyone"}``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from strategy.customers.attributes import Conditions, attribute_members, parts
from strategy.customers.clusters import FEATURES, Model, cluster_members
from strategy.customers.expressions import Query, cached_sql, frame, rows
from strategy.customers.lifecycle import STAGE_NAMES, LifecycleRules, lifecycle_table
from strategy.customers.rfm import scored_customers
from strategy.customers.risk import BAND_NAMES, RiskThresholds, risk_table
from strategy.customers.segments import Cuts
from strategy.customers.segments import cells as segment_cells
from strategy.customers.summary import customer_summary
from strategy.customers.value import DEFAULT_SHARES, checked_shares, graded_customers
from strategy.errors import InvalidValue, UnknownName
from strategy.language import Language, Message, Speaks, msg

if TYPE_CHECKING:
    import duckdb
    import ibis.expr.types as ir
    import pandas as pd

Rule = dict[str, Any]


def stage_rule(stage: str, rules: LifecycleRules = LifecycleRules()) -> Rule:  # noqa: B008
    """The rule "customers in this stage of the relationship"."""
    return {"by": "stage", "stage": stage, "rules": asdict(rules)}


def silence_rule(band: str, thresholds: RiskThresholds = RiskThresholds()) -> Rule:  # noqa: B008
    """The rule "customers in this band of silence" (a key of ``BAND_NAMES``)."""
    return {"by": "silence", "band": band, "thresholds": asdict(thresholds)}


def _rfm(cuts: Cuts, chosen: tuple[tuple[int, int], ...]) -> ir.Table:
    scored = scored_customers(cuts)
    return scored.filter((scored.r * 10 + scored.f).isin([r * 10 + f for r, f in chosen])).select("customer", "revenue")


def _grade(shares: tuple[float, ...], grade: str) -> ir.Table:
    graded = graded_customers(shares)
    return graded.filter(graded.grade == grade).select("customer", "revenue")


def _stage(rules: LifecycleRules, stage: str) -> ir.Table:
    staged = lifecycle_table(rules)
    return staged.filter(staged.stage == stage).select("customer", "revenue")


def _silence(thresholds: RiskThresholds, band: str) -> ir.Table:
    table = risk_table(thresholds)
    return table.filter(table.band == band).select("customer", "revenue")


def _everyone() -> ir.Table:
    return customer_summary().select("customer", "revenue")


@dataclass(frozen=True)
class Members:
    """The members of a rule, not yet looked up. Hashable, so that what is compiled from it can be kept."""

    build: Callable[..., ir.Table]
    arguments: tuple[Any, ...] = ()

    def table(self) -> ir.Table:
        """Expression over the purchase table: customer, revenue."""
        return self.build(*self.arguments)


def _of(members: Members) -> ir.Table:
    return members.table()


def _listed(members: Members) -> ir.Table:
    import ibis

    return members.table().order_by([ibis.desc("revenue"), "customer"])


def _counted(members: Members) -> ir.Table:
    table = members.table()
    return table.aggregate(customers=table.count(), revenue=table.revenue.sum().coalesce(0.0))


_of_sql, _listed_sql, _counted_sql = cached_sql(_of), cached_sql(_listed), cached_sql(_counted)


def _bad(rule: Rule, error: Exception) -> InvalidValue:
    problem = msg("'{name}' is missing", name=str(error.args[0])) if isinstance(error, KeyError) else str(error)
    return InvalidValue(
        msg("The rule of the segment cannot be read: {problem}", problem=problem),
        str(rule.get("segment") or rule.get("by") or "rule"),
        msg("Adopt the segment from the customer data again."),
    )


def _chosen_cells(rule: Rule) -> tuple[tuple[int, int], ...]:
    given = rule.get("cells") or segment_cells(str(rule.get("segment")))
    chosen = tuple(sorted({(int(r), int(f)) for r, f in given}))
    if not chosen or any(not (1 <= r <= 5 and 1 <= f <= 5) for r, f in chosen):
        raise ValueError("cells")
    return chosen


def _model(rule: Rule) -> tuple[Model, int]:
    model, cluster = Model.from_rule(rule), int(rule["cluster"])
    if not 1 <= cluster <= len(model.centres):
        raise ValueError("cluster")
    return model, cluster


def _known(value: Any, names: dict[str, Message]) -> str:
    if value not in names:
        raise UnknownName(msg("There is no {name} among {names}", name=str(value), names=", ".join(names)))
    return str(value)


def _stage_given(rule: Rule) -> tuple[LifecycleRules, str]:
    return LifecycleRules(**rule.get("rules", {})), _known(rule["stage"], STAGE_NAMES)


def _silence_given(rule: Rule) -> tuple[RiskThresholds, str]:
    return RiskThresholds(**rule.get("thresholds", {})), _known(rule["band"], BAND_NAMES)


_BUILDERS: dict[str, Callable[[Rule], Members]] = {
    "rfm": lambda rule: Members(_rfm, (Cuts.from_dict(rule["cuts"]), _chosen_cells(rule))),
    "grade": lambda rule: Members(_grade, (checked_shares(rule.get("shares") or DEFAULT_SHARES), str(rule["grade"]))),
    "stage": lambda rule: Members(_stage, _stage_given(rule)),
    "silence": lambda rule: Members(_silence, _silence_given(rule)),
    "cluster": lambda rule: Members(cluster_members, _model(rule)),
    "attribute": lambda rule: Members(attribute_members, parts(rule)),
    "everyone": lambda _: Members(_everyone),
}


def members_of(rule: Rule) -> Members:
    """The members of a rule, as an expression can be made of them.

    Raises:
        InvalidValue, UnknownName: a rule that is incomplete, or of a kind that does not exist.
    """
    builder = _BUILDERS.get(str(rule.get("by")))
    if builder is None:
        raise UnknownName(
            msg("There is no kind of rule named {name}", name=str(rule.get("by"))), None,
            msg("Adopt the segment from the customer data again."),
        )  # fmt: skip
    try:
        return builder(rule)
    except (KeyError, TypeError, ValueError) as error:
        raise _bad(rule, error) from error


def members_sql(rule: Rule) -> Query:
    """DuckDB SQL for the members of a rule: customer, revenue. Raises what :func:`members_of` raises."""
    return _of_sql(members_of(rule))


def members(cursor: duckdb.DuckDBPyConnection, rule: Rule) -> pd.DataFrame:
    """The members of a rule on the current data set: customer, revenue, by falling revenue."""
    return frame(cursor, _listed_sql(members_of(rule)))


def evaluate_rule(cursor: duckdb.DuckDBPyConnection, rule: Rule) -> tuple[int, float]:
    """How many customers the rule now finds, and their revenue."""
    row = rows(cursor, _counted_sql(members_of(rule)))[0]
    return int(row[0]), round(float(row[1]), 2)


@dataclass(frozen=True)
class _Listed:
    """Names one after the other, as the language separates them."""

    items: tuple[Speaks, ...]

    def in_(self, language: Language) -> str:
        return ("、" if language == "zh" else ", ").join(item.in_(language) for item in self.items)


def _score_words(scores: list[int]) -> str:
    """``1–2`` or ``3``: the range of neighbouring scores."""
    return str(scores[0]) if len(scores) == 1 else f"{scores[0]}–{scores[-1]}"


def _blocks(chosen: tuple[tuple[int, int], ...]) -> str:
    """Cells as rows of the grid: ``R4 F5, R5 F4–5``."""
    rows = {r: sorted(f for row, f in chosen if row == r) for r, _ in chosen}
    return ", ".join(f"R{r} F{_score_words(scores)}" for r, scores in sorted(rows.items()))


def percent_set(share: float) -> str:
    """A threshold as it was set, from a share of 0 to 1: ``80.5%``."""
    return f"{100 * share:g}%"


def rule_in_words(rule: Rule) -> Message:
    """The rule as a sentence a person can check.

    Raises:
        InvalidValue, UnknownName: as :func:`members_of`.
    """
    members_of(rule)
    kind = rule["by"]
    if kind == "rfm":
        cuts = Cuts.from_dict(rule["cuts"])
        name: Message | str = cuts.segment_names().get(str(rule.get("segment")), msg("Chosen cells"))
        return msg(
            "{name}: recency and frequency scores {cells}; days of silence cut at {recency}, purchase days at {frequency}",
            name=name,
            cells=_blocks(_chosen_cells(rule)),
            recency=" / ".join(f"{cut:g}" for cut in cuts.recency),
            frequency=" / ".join(f"{cut:g}" for cut in cuts.frequency),
        )
    if kind == "grade":
        shares = " / ".join(percent_set(share) for share in rule.get("shares") or DEFAULT_SHARES)
        return msg("Grade {grade}, grades separated at {shares} of revenue", grade=rule["grade"], shares=shares)
    if kind == "stage":
        rules, stage = _stage_given(rule)
        return msg(
            "Stage of the relationship: {stage}; windows of {days} days, silence above {silence} times the usual gap, below {drop} of the "
            "best window, growth above {growth}, exploration up to {orders} purchase days and {gaps} usual gaps",
            stage=STAGE_NAMES[stage],
            days=rules.window_days,
            silence=f"{rules.silence:g}",
            drop=percent_set(rules.drop),
            growth=percent_set(rules.growth),
            orders=rules.exploring_orders,
            gaps=f"{rules.exploring_gaps:g}",
        )
    if kind == "silence":
        limits = RiskThresholds(**rule.get("thresholds", {}))
        said = msg("Silence: {band}, bands separated at {limits} times the usual gap", band=BAND_NAMES[rule["band"]],
                   limits=f"{limits.due:g} / {limits.at_risk:g} / {limits.lost:g}")  # fmt: skip
        if limits.purchase_days == RiskThresholds().purchase_days:
            return said
        return msg("{rule}; a usual gap from {days} purchase days", rule=said, days=limits.purchase_days)
    if kind == "cluster":
        model, cluster = _model(rule)
        return msg(
            "Cluster {number} of {count} by {features}: nearest to {centre}",
            number=cluster,
            count=len(model.centres),
            features=_Listed(tuple(FEATURES[name] for name in model.features)),
            centre=" / ".join(f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}" for value in model.centre(cluster)),
        )
    if kind == "attribute":
        wanted, earlier = parts(rule)
        if not wanted:
            return msg("Customers of none of the other {count:# rule|# rules}", count=len(earlier))
        if not earlier:
            return msg("Customers with {conditions}", conditions=Conditions(wanted))
        return msg(
            "Customers with {conditions}, without those of {count:# rule|# rules} before",
            conditions=Conditions(wanted),
            count=len(earlier),
        )
    return msg("All customers")
