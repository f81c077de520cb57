"""Segments of any kind found in the current data set, in one shape: id, name, rule, customers, revenue; and whole partitions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from strategy.customers import attributes
from strategy.customers.clusters import DEFAULT_FEATURES, Model, clustered_sql, clusters
from strategy.customers.expressions import cached_sql
from strategy.customers.lifecycle import STAGE_NAMES, LifecycleRules, lifecycle_table
from strategy.customers.rfm import default_cuts, rfm_segments, scored_customers
from strategy.customers.risk import BAND_NAMES, RiskThresholds, risk_table
from strategy.customers.rules import evaluate_rule, members_sql, silence_rule, stage_rule
from strategy.customers.segments import Cuts
from strategy.customers.value import DEFAULT_SHARES, abc_grades, graded_customers
from strategy.errors import InvalidValue, NoData, UnknownName
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
    """Segments by attribute rules in their order, and everyone else. Raises as :func:`attributes.partition`."""
    made = attributes.partition(rules)
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
    if not cursor.execute("SELECT 1 FROM purchase LIMIT 1").fetchall():
        raise NoData(msg("There are no purchases yet"), None, msg("Import customer data first."))
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


_rfm_sql, _stage_sql, _silence_sql, _grade_sql = (cached_sql(build) for build in (_rfm, _stage, _silence, _grade))


def partition_sql(by: str, given: Cuts | LifecycleRules | RiskThresholds | tuple[float, ...] | Model | Sequence[Rule]) -> str:
    """DuckDB SQL for a whole segmentation: customer, revenue, part. ``given`` is what its rules share; for attributes, all rules."""
    if isinstance(given, Cuts):
        return _rfm_sql(given)
    if isinstance(given, LifecycleRules):
        return _stage_sql(given)
    if isinstance(given, RiskThresholds):
        return _silence_sql(given)
    if isinstance(given, Model):
        return f"SELECT customer, revenue, cluster::VARCHAR AS part FROM ({clustered_sql(given)}) AS clustered"
    if by == "grade":
        return _grade_sql(tuple(float(share) for share in given) or DEFAULT_SHARES)  # type: ignore[arg-type]
    named = [(str(rule.get("segment")).replace("'", "''"), members_sql(rule)) for rule in given]  # type: ignore[arg-type, union-attr]
    return " UNION ALL ".join(f"SELECT customer, revenue, '{name}' AS part FROM ({sql}) AS members" for name, sql in named)


def crossed(cursor: duckdb.DuckDBPyConnection, first: str, second: str) -> list[tuple[str, str, int, float]]:
    """Two segmentations (SQL of :func:`partition_sql`) crossed: part of the first, of the second, customers, revenue."""
    return cursor.execute(
        f"SELECT a.part, b.part, count(*), sum(a.revenue) FROM ({first}) AS a JOIN ({second}) AS b USING (customer) "
        f"GROUP BY a.part, b.part ORDER BY a.part, b.part"
    ).fetchall()


def overlap(cursor: duckdb.DuckDBPyConnection, sql: str) -> int:
    """Customers who are in more than one part of a segmentation (SQL of :func:`partition_sql`)."""
    found = cursor.execute(f"SELECT count(*) - count(DISTINCT customer) FROM ({sql}) AS parts").fetchone()
    return int(found[0]) if found else 0
