"""Clusters of customers: found on a sample, kept as centres, and every customer assigned by an expression over the purchases.

The rule of a cluster carries its centres and scaling, so that new data are assigned to the clusters the team has named and not to
clusters found anew.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from strategy.customers.expressions import cached_sql, frame
from strategy.customers.summary import customer_summary
from strategy.errors import InvalidValue, NoData, UnknownName
from strategy.language import Language, Message, msg

if TYPE_CHECKING:
    import duckdb
    import ibis.expr.types as ir
    import pandas as pd

    from strategy.analysis.clusters import Choice, Floats

#: Customers the clusters are looked for among, at most; everybody is assigned.
SAMPLE = 20_000
MOST_CLUSTERS = 8

FEATURES: dict[str, Message] = {
    "recency_days": msg("Days since last purchase"),
    "purchase_days": msg("Days with a purchase"),
    "spend_per_day": msg("Spend per purchase day"),
    "revenue": msg("Revenue"),
    "tenure_days": msg("Days since first purchase"),
    "purchase_lines": msg("Purchase lines"),
}
#: How often, how recently and how much at a time: revenue is the product of two of them and would count them twice.
DEFAULT_FEATURES = ("recency_days", "purchase_days", "spend_per_day")

#: Feature -> what to call customers who are low and high in it.
_WORDS: dict[str, tuple[Message, Message]] = {
    "recency_days": (msg("bought recently"), msg("long silent")),
    "purchase_days": (msg("buy seldom"), msg("buy often")),
    "spend_per_day": (msg("small baskets"), msg("large baskets")),
    "revenue": (msg("low value"), msg("high value")),
    "tenure_days": (msg("known for a short time"), msg("known for long")),
    "purchase_lines": (msg("few lines"), msg("many lines")),
}
#: Features of money. Prices that many share are a price list and no group of customers, so each stands for what lies around it, by this
#: share of it; days and counts are whole numbers.
_MONEY, _PRICE, _WHOLE = frozenset({"spend_per_day", "revenue"}), 0.05, 0.5
#: A cluster is called high or low in a feature whose mean lies this many standard deviations from the average.
_NOTABLE = 0.4


@dataclass(frozen=True)
class ProfileName:
    """A name proposed from the profile, such as "bought recently, buy often"; ``number`` where two would be called alike."""

    words: tuple[Message, ...]
    number: int | None = None

    def in_(self, language: Language) -> str:
        said = [word.in_(language) for word in self.words] or [msg("close to the average").in_(language)]
        name = "、".join(said) if language == "zh" else ", ".join(said)
        return (name[:1].upper() + name[1:]) + (f" {self.number}" if self.number else "")


@dataclass(frozen=True)
class Model:
    """What assigns a customer: features, their scaling after log1p, and centres; for a mixture also weights and variances.

    A mixture's covariance is diagonal, so that the assignment can be written as plain sums on any database.

    Raises:
        InvalidValue: parts that do not fit each other, or numbers that are not finite.
    """

    features: tuple[str, ...]
    means: tuple[float, ...]
    spreads: tuple[float, ...]
    centres: tuple[tuple[float, ...], ...]
    weights: tuple[float, ...] = ()
    variances: tuple[tuple[float, ...], ...] = ()

    def __post_init__(self) -> None:
        wide, many = len(self.features), len(self.centres)
        checked_features(self.features)
        numbers = [*self.means, *self.spreads, *self.weights, *(value for row in (*self.centres, *self.variances) for value in row)]
        fits = len(self.means) == len(self.spreads) == wide and 1 <= many <= 20 and all(len(row) == wide for row in self.centres)
        if self.weights or self.variances:
            fits = fits and len(self.weights) == len(self.variances) == many and all(len(row) == wide for row in self.variances)
        positive = all(value > 0 for value in (*self.spreads, *self.weights, *(v for row in self.variances for v in row)))
        if not fits or not positive or not all(math.isfinite(value) for value in numbers):
            raise InvalidValue(
                msg("The rule of the clusters is not complete"), None, msg("Adopt the segment from the customer data again.")
            )

    @classmethod
    def from_rule(cls, rule: Mapping[str, Any]) -> Model:
        scale, mixture = rule["scaling"], rule.get("mixture") or {}
        return cls(
            tuple(map(str, rule["features"])),
            tuple(map(float, scale["means"])),
            tuple(map(float, scale["spreads"])),
            tuple(tuple(map(float, row)) for row in rule["centres"]),
            tuple(map(float, mixture.get("weights", ()))),
            tuple(tuple(map(float, row)) for row in mixture.get("variances", ())),
        )

    def centre(self, cluster: int) -> list[float]:
        """The centre of a cluster (from 1) in the features' own units: a geometric mean of 1 + x, less 1."""
        row = self.centres[cluster - 1]
        return [math.expm1(z * spread + mean) for z, spread, mean in zip(row, self.spreads, self.means, strict=True)]

    def rule(self, cluster: int) -> dict[str, Any]:
        """The rule "customers of this cluster" (from 1), as plain data."""
        rule: dict[str, Any] = {
            "by": "cluster",
            "features": list(self.features),
            "scaling": {"log1p": True, "means": list(self.means), "spreads": list(self.spreads)},
            "centres": [list(row) for row in self.centres],
            "cluster": cluster,
        }
        if self.weights:
            rule["mixture"] = {"weights": list(self.weights), "variances": [list(row) for row in self.variances]}
        return rule


def checked_features(features: Sequence[str]) -> tuple[str, ...]:
    """Known features, each once. Raises :class:`UnknownName` or :class:`InvalidValue`."""
    for name in features:
        if name not in FEATURES:
            raise UnknownName(msg("There is no {name} among {names}", name=name, names=", ".join(FEATURES)))
    if not features or len(set(features)) != len(features):
        raise InvalidValue(
            msg("Clusters need at least one feature, and each only once"),
            ", ".join(features),
            msg("Choose from {names}.", names=", ".join(FEATURES)),
        )
    return tuple(features)


def feature_table() -> ir.Table:
    """Per customer: customer, revenue and the features, as floats."""
    summary = customer_summary()
    tenure = summary.recency_days + summary.last_day.delta(summary.first_day, unit="day")
    return summary.select(
        "customer",
        recency_days=summary.recency_days.cast("float64"),
        purchase_days=summary.purchase_days.cast("float64"),
        spend_per_day=summary.revenue / summary.purchase_days,
        revenue=summary.revenue,
        tenure_days=tenure.cast("float64"),
        purchase_lines=summary.purchase_lines.cast("float64"),
    )


def clustered_customers(model: Model) -> ir.Table:
    """:func:`feature_table` with ``cluster``, from 1: the nearest centre, or the component of highest responsibility."""
    import ibis

    table = feature_table()
    scaled = table.mutate(
        **{
            f"z{at}": ((ibis.greatest(table[name], 0.0) + 1.0).ln() - mean) / spread
            for at, (name, mean, spread) in enumerate(zip(model.features, model.means, model.spreads, strict=True))
        }
    )
    costs: dict[str, Any] = {}
    for number, centre in enumerate(model.centres):
        variances = model.variances[number] if model.variances else (1.0,) * len(centre)
        parts = [(scaled[f"z{at}"] - value) * (scaled[f"z{at}"] - value) / variances[at] for at, value in enumerate(centre)]
        constant = sum(math.log(value) for value in variances) - 2 * math.log(model.weights[number]) if model.weights else 0.0
        costs[f"cost{number}"] = sum(parts[1:], parts[0]) + constant
    costed = scaled.mutate(**costs)
    names = list(costs)
    least = costed[names[0]] if len(names) == 1 else ibis.least(*(costed[name] for name in names))
    found = costed.mutate(cluster=ibis.cases(*((costed[name] == least, at + 1) for at, name in enumerate(names)), else_=1))
    return found.select(*table.columns, "cluster")


def cluster_members(model: Model, cluster: int) -> ir.Table:
    found = clustered_customers(model)
    return found.filter(found.cluster == cluster).select("customer", "revenue")


def _profiles(model: Model) -> ir.Table:
    found = clustered_customers(model)
    means = {name: found[name].mean() for name in FEATURES}
    logs = {f"log_{name}": (found[name].clip(lower=0.0) + 1.0).ln().mean() for name in model.features}
    return found.group_by("cluster").aggregate(customers=found.count(), money=found.revenue.sum(), **means, **logs)


def _sampled(features: tuple[str, ...], most: int) -> ir.Table:
    """The features of every n-th customer in the order of their ids, n such that at most ``most`` are taken."""
    import ibis

    table = feature_table()
    placed = table.mutate(place=ibis.row_number().over(order_by=table.customer), everyone=table.count().over(ibis.window()))
    step = (placed.everyone / most).ceil().cast("int64")
    return placed.filter(placed.place % step == 0).order_by("place").select(*features)


_profiles_sql, _sampled_sql = cached_sql(_profiles), cached_sql(_sampled)


@dataclass(frozen=True)
class Cluster:
    """A cluster on the current data set. ``profile``: feature -> mean; ``standing``: feature -> standard deviations from average."""

    id: str
    name: ProfileName
    rule: dict[str, Any]
    customers: int
    revenue: float
    share_customers: float
    share_revenue: float
    profile: dict[str, float]
    standing: dict[str, float]


@dataclass(frozen=True)
class Clustering:
    """Clusters by falling revenue, with the choice of their number; ``looked_at``: customers they were found among."""

    clusters: tuple[Cluster, ...]
    choice: Choice
    k: int
    features: tuple[str, ...]
    averages: dict[str, float]
    looked_at: int
    model: Model


def sampled_features(cursor: duckdb.DuckDBPyConnection, features: Sequence[str]) -> pd.DataFrame:
    """The features of at most ``SAMPLE`` customers, the same ones for the same data.

    Raises:
        NoData: there are no purchases.
    """
    found = frame(cursor, _sampled_sql(checked_features(features), SAMPLE))
    if found.empty:
        raise NoData(msg("There are no purchases yet"), None, msg("Import customer data first."))
    return found


def _stands_for(values: Floats, features: Sequence[str]) -> Floats:
    """How far either side of itself each value stands for (rows x features)."""
    import numpy as np

    return np.column_stack([
        _PRICE * np.abs(column) if name in _MONEY else np.full(len(column), _WHOLE)
        for name, column in zip(features, values.T, strict=True)
    ])  # fmt: skip


def clusters(
    cursor: duckdb.DuckDBPyConnection,
    features: Sequence[str] = DEFAULT_FEATURES,
    k: int | None = None,
    how: Literal["kmeans", "mixture"] = "kmeans",
    choice: Choice | None = None,
) -> Clustering:
    """Clusters of the current data set; ``k`` of them, or as many as suggested. ``choice`` spares weighing the numbers again.

    Raises:
        NoData: there are no purchases. InvalidValue, UnknownName: features or a number that cannot serve.
    """
    from strategy.analysis import clusters as analysis

    features = checked_features(features)
    if k is not None and not 2 <= k <= MOST_CLUSTERS:
        raise InvalidValue(
            msg("{count:# cluster|# clusters} cannot be made", count=k), None, msg("Ask for 2 to {most}.", most=MOST_CLUSTERS)
        )  # fmt: skip
    values = sampled_features(cursor, features).to_numpy(dtype=float)
    scale = analysis.scaling(values, [FEATURES[name] for name in features])
    scaled = scale.apply(values)
    choice = choice or analysis.choose(scaled, MOST_CLUSTERS, how, widths=scale.widths(values, _stands_for(values, features)))
    wanted = k or choice.suggested
    known = [candidate.k for candidate in choice.candidates]
    if wanted not in known:
        raise InvalidValue(
            msg("There are fewer different customers than {count} groups", count=wanted), None, msg("Ask for fewer groups.")
        )
    found = analysis.fit(scaled, wanted, how)

    def rounded(rows: Any) -> tuple[tuple[float, ...], ...]:
        return tuple(tuple(round(float(value), 6) for value in row) for row in rows)

    centres = rounded(found.centres)
    weights = () if found.weights is None else tuple(max(round(float(w), 9), 1e-9) for w in found.weights)
    variances = () if found.variances is None else rounded(found.variances)
    means, spreads = (tuple(round(value, 9) for value in values) for values in (scale.means, scale.spreads))
    model = Model(features, means, spreads, centres, weights, variances)
    return described(cursor, model, choice, len(values))


def described(cursor: duckdb.DuckDBPyConnection, model: Model, choice: Choice, looked_at: int) -> Clustering:
    """Everybody assigned by a model, and each cluster's figures and proposed name."""
    rows = cursor.execute(_profiles_sql(model)).df().set_index("cluster")
    everyone, money = int(rows["customers"].sum()), float(rows["money"].sum())
    averages = {name: float((rows[name] * rows["customers"]).sum() / everyone) for name in FEATURES}
    made: list[Cluster] = []
    names: dict[tuple[str, ...], int] = {}
    order = sorted(rows.index, key=lambda cluster: (-float(rows.loc[cluster, "money"]), cluster))
    for place, cluster in enumerate(order, 1):
        row = rows.loc[cluster]
        standing = {
            name: (float(row[f"log_{name}"]) - mean) / spread
            for name, mean, spread in zip(model.features, model.means, model.spreads, strict=True)
        }
        words = tuple(_WORDS[name][value > 0] for name, value in standing.items() if abs(value) >= _NOTABLE)
        key = tuple(word.template for word in words)
        names[key] = names.get(key, 0) + 1
        made.append(
            Cluster(
                f"cluster_{place}",
                ProfileName(words, names[key] if names[key] > 1 else None),
                model.rule(int(cluster)),
                int(row["customers"]),
                round(float(row["money"]), 2),
                float(row["customers"]) / everyone,
                float(row["money"]) / money if money else 0.0,
                {name: float(row[name]) for name in FEATURES},
                standing,
            )
        )
    return Clustering(tuple(made), choice, len(model.centres), model.features, averages, looked_at, model)
