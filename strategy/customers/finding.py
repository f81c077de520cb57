"""Segments of any kind found in the current data set, in one shape: id, name, rule, customers, revenue; and whole partitions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from strategy.customers import attributes
from strategy.customers.clusters import DEFAULT_FEATURES, Model, clustered_customers, clusters
from strategy.customers.expressions import cached_sql, rows
from strategy.customers.lifecycle import STAGE_NAMES, LifecycleRules, lifecycle_table
from strategy.customers.rfm import default_cuts, rfm_segments, scored_customers
from strategy.customers.risk import BAND_NAMES, RiskThresholds, risk_table
from strategy.customers.rules import Members, evaluate_rule, members_of, silence_rule, stage_rule
from strategy.customers.segments import Cuts
from strategy.customers.summary import days_covered
from strategy.customers.value import DEFAULT_SHARES, abc_grades, graded_customers
from strategy.errors import InvalidValue, UnknownName
from strategy.language import Speaks, msg

if TYPE_CHECKING:
    import duckdb
    import ibis.expr.types as ir

KINDS = ("rfm", "stage", "silence", "grade", "cluster", "attribute")
Rule = dict[str, Any]


class Findable(Protocol):
    """What can be adopted: anything with these five."""

    @property
    def id(self) -> str: ...
    @property
    def name(self) -> Speaks: ...
    @property
    def rule(self) -> Rule: ...
    @property
    def customers(self) -> int: ...
    @property
    def revenue(self) -> float: ...


@dataclass(frozen=True)
class Found:
    """A segment on the current data set; ``rule`` finds its members again on other data."""

    id: str
    name: Speaks
    rule: Rule
    customers: int
    revenue: float


@dataclass(frozen=True)
class Written:
    """A name somebody wrote, the same in either language."""

    text: str

    def in_(self, language: str) -> str:
        return self.text


def found_by_rules(cursor: duckdb.DuckDBPyConnection, rules: Sequence[tuple[str, Speaks, Rule]]) -> list[Found]:
    return [Found(name, title, rule, *evaluate_rule(cursor, rule)) for name, title, rule in rules]


def attribute_segments(cursor: duckdb.DuckDBPyConnection, rules: Sequence[Mapping[str, Any]]) -> list[Found]:
    """Segments by attribute rules in their order, and everyone else.

    Raises as :func:`attributes.partition`, and :class:`UnknownName` for an attribute that no customer has.
    """
    made = attributes.partition(rules)
    known = list(attributes.attribute_names(cursor)["name"])
    for rule in made:
        for condition in attributes.parts(rule)[0]:
            if not condition.is_column and condition.name not in known:
                raise UnknownName(
                    msg("There is no attribute {name}", name=condition.name[:60]),
                    None,
                    msg("The attributes are: {names}.", names=", ".join(known[:30]))
                    if known
                    else msg("The workbook has no attributes of customers yet. Bring in a file of them on the page Customer data."),
                )
    return found_by_rules(
        cursor, [(rule["segment"], Written(rule["title"]) if "title" in rule else attributes.REST_NAME, rule) for rule in made]
    )


def stage_segments(cursor: duckdb.DuckDBPyConnection, rules: LifecycleRules = LifecycleRules()) -> list[Found]:  # noqa: B008
    """Segments by stage of the relationship, under editable thresholds."""
    return found_by_rules(cursor, [(stage, name, stage_rule(stage, rules)) for stage, name in STAGE_NAMES.items()])


def silence_segments(cursor: duckdb.DuckDBPyConnection, thresholds: RiskThresholds = RiskThresholds()) -> list[Found]:  # noqa: B008
    """Segments by silence against the customer's own usual gap."""
    return found_by_rules(cursor, [(band, name, silence_rule(band, thresholds)) for band, name in BAND_NAMES.items()])


def grade_segments(cursor: duckdb.DuckDBPyConnection, shares: Sequence[float] = DEFAULT_SHARES) -> list[Found]:
    """Segments by grade: A brings the first share of revenue, and so on."""
    return [
        Found(f"grade_{found.grade.lower()}", msg("Grade {grade}", grade=found.grade), found.rule, found.customers, found.revenue)
        for found in abc_grades(cursor, shares)
    ]


def find_segments(
    cursor: duckdb.DuckDBPyConnection,
    by: str,
    *,
    features: Sequence[str] = DEFAULT_FEATURES,
    k: int | None = None,
    method: str = "kmeans",
    rules: Sequence[Mapping[str, Any]] | None = None,
) -> list[Findable]:
    """Segments of a kind (one of ``KINDS``) with default cut points and thresholds; every customer is in exactly one.

    Raises:
        UnknownName: no such kind. InvalidValue: ``attribute`` without rules; NoData: without purchases.
    """
    if by not in KINDS:
        raise UnknownName(msg("There is no {name} among {names}", name=by, names=", ".join(KINDS)))
    days_covered(cursor)  # says so when there are no purchases
    if by == "rfm":
        return list(rfm_segments(cursor, default_cuts(cursor)))
    if by == "stage":
        return list(stage_segments(cursor))
    if by == "silence":
        return list(silence_segments(cursor))
    if by == "grade":
        return list(grade_segments(cursor))
    if by == "cluster":
        return list(clusters(cursor, features, k, "mixture" if method == "mixture" else "kmeans").clusters)
    if not rules:
        raise InvalidValue(msg("There are no rules"), by, msg("Give the attribute rules, each with segment and all."))
    return list(attribute_segments(cursor, rules))


def _rfm(cuts: Cuts) -> ir.Table:
    table = scored_customers(cuts)
    return table.select("customer", "revenue", part=table.segment)


def _stage(rules: LifecycleRules) -> ir.Table:
    table = lifecycle_table(rules)
    return table.select("customer", "revenue", part=table.stage)


def _silence(thresholds: RiskThresholds) -> ir.Table:
    table = risk_table(thresholds)
    return table.select("customer", "revenue", part=table.band)


def _grade(shares: tuple[float, ...]) -> ir.Table:
    table = graded_customers(shares)
    return table.select("customer", "revenue", part=table.grade)


def _cluster(model: Model) -> ir.Table:
    table = clustered_customers(model)
    return table.select("customer", "revenue", part=table.cluster.cast("string"))


def _named(parts: tuple[tuple[str, Members], ...]) -> ir.Table:
    import ibis

    return ibis.union(
        *(members.table().select("customer", "revenue").mutate(part=ibis.literal(name)) for name, members in parts), distinct=False
    )


@dataclass(frozen=True)
class Partition:
    """A whole segmentation, not yet looked up: customer, revenue, part. Hashable, so that what is compiled from it can be kept."""

    build: Callable[..., ir.Table]
    arguments: tuple[Any, ...]

    def table(self) -> ir.Table:
        """Expression over the purchase table."""
        return self.build(*self.arguments)


def partition(by: str, given: Cuts | LifecycleRules | RiskThresholds | tuple[float, ...] | Model | Sequence[Rule]) -> Partition:
    """The segmentation of a kind. ``given`` is what its rules share; for attributes, all rules."""
    kinds: dict[type[Any], Callable[..., ir.Table]] = {
        Cuts: _rfm,
        LifecycleRules: _stage,
        RiskThresholds: _silence,
        Model: _cluster,
    }
    for kind, build in kinds.items():
        if isinstance(given, kind):
            return Partition(build, (given,))
    if by == "grade":
        return Partition(_grade, (tuple(float(share) for share in given) or DEFAULT_SHARES,))  # type: ignore[arg-type, union-attr]
    return Partition(_named, (tuple((str(rule.get("segment")), members_of(rule)) for rule in given),))  # type: ignore[arg-type, union-attr]


def _crossed(first: Partition, second: Partition) -> ir.Table:
    one, other = first.table(), second.table()
    both = one.select("customer", "revenue", first=one.part).inner_join(other.select("customer", second=other.part), "customer")
    found = both.group_by("first", "second").aggregate(customers=both.count(), revenue=both.revenue.sum())
    return found.order_by("first", "second")


def _double(of: Partition) -> ir.Table:
    table = of.table()
    return table.aggregate(double=table.count() - table.customer.nunique())


_crossed_sql, _double_sql = cached_sql(_crossed), cached_sql(_double)


def crossed(cursor: duckdb.DuckDBPyConnection, first: Partition, second: Partition) -> list[tuple[str, str, int, float]]:
    """Two segmentations crossed: part of the first, of the second, customers, revenue."""
    return rows(cursor, _crossed_sql(first, second))


def overlap(cursor: duckdb.DuckDBPyConnection, of: Partition) -> int:
    """Customers who are in more than one part of a segmentation. Only rules written by hand can put them there."""
    return 0 if of.build is not _named else int(rows(cursor, _double_sql(of))[0][0])
