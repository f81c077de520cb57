"""What the purchases say on the four tests of a segment: its size, its share of revenue, its growth, and how stable it is.

Stability is the share of a segment's members who stay in it when the cut points are estimated again from a bootstrap sample of the
customers (Efron 1979, applied to the scores of recency and frequency), averaged over the samples. It is known only where cut points come
from the data: fixed thresholds and attributes move nobody, and the stability of clusters has an exhibit of its own.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from strategy.customers.expressions import cached_sql, customer_totals, rows
from strategy.customers.histories import spending
from strategy.customers.rules import Members, Rule, members_of
from strategy.customers.segments import GRID, Cuts
from strategy.customers.summary import customer_summary, days_covered

if TYPE_CHECKING:
    import duckdb
    import ibis.expr.types as ir
    import numpy as np

#: Enough for a standard error below one point of a share of 90%.
SAMPLES = 60
_SEED = 20261122
_LEVELS = (0.2, 0.4, 0.6, 0.8)


def _growth(named: tuple[tuple[str, Members], ...], start: dt.date, middle: dt.date) -> ir.Table:
    """Per rule: segment, customers, revenue (all time), recent (after ``middle``), before (after ``start`` up to ``middle``)."""
    import ibis

    own = (
        ibis.union(
            *(members.table().select(member="customer").mutate(segment=ibis.literal(name)) for name, members in named),
            distinct=False,
        )
        if len(named) > 1
        else named[0][1].table().select(member="customer").mutate(segment=ibis.literal(named[0][0]))
    )
    spent = spending(start, middle)
    bought = own.inner_join(spent, own.member == spent.customer)
    return bought.group_by("segment").aggregate(
        customers=bought.count(), revenue=bought.revenue.sum(), recent=bought.recent.sum(), before=bought.before.sum()
    )


def _everyone() -> ir.Table:
    table = customer_totals()
    return table.aggregate(customers=table.count(), revenue=table.revenue.sum())


def _cells() -> ir.Table:
    """How many customers have each pair of days of silence and days with a purchase: all that the scores depend on."""
    summary = customer_summary()
    cells = summary.group_by(["recency_days", "purchase_days"]).aggregate(customers=summary.count())
    return cells.order_by("recency_days", "purchase_days")  # in one order, so that the samples drawn from them are the same


_growth_sql, _everyone_sql, _cells_sql = cached_sql(_growth), cached_sql(_everyone), cached_sql(_cells)


@dataclass(frozen=True)
class Evidence:
    """Of one segment. ``growth``: revenue of the last ``days`` over that of as many days before, less 1; ``None`` where nothing was
    bought before. ``stability``: 0 to 1, ``None`` where it cannot be measured."""

    customers: int
    revenue: float
    share_customers: float
    share_revenue: float
    growth: float | None
    days: int
    stability: float | None


def evidence(cursor: duckdb.DuckDBPyConnection, rules: Mapping[str, Rule]) -> dict[str, Evidence]:
    """Per segment id what the current data set says of the members its rule finds.

    Growth compares the last 365 days with the 365 before; where the data are shorter, the later half with the earlier.

    Raises:
        NoData: there are no purchases. InvalidValue, UnknownName: a rule that cannot be read.
    """
    first, last = days_covered(cursor)
    days = min(365, max(1, ((last - first).days + 1) // 2))
    middle, start = last - dt.timedelta(days=days), last - dt.timedelta(days=2 * days)
    everyone, money = rows(cursor, _everyone_sql())[0]
    stable = _stabilities(cursor, rules)
    named = tuple((segment, members_of(rule)) for segment, rule in rules.items())
    grown = {segment: figures for segment, *figures in rows(cursor, _growth_sql(named, start, middle))} if named else {}
    found = {}
    for segment in rules:
        customers, revenue, recent, before = grown.get(segment, (0, 0.0, 0.0, 0.0))
        found[segment] = Evidence(
            int(customers),
            float(revenue),
            customers / everyone if everyone else 0.0,
            float(revenue) / float(money) if money and money > 0 else 0.0,
            float(recent) / float(before) - 1 if before and before > 0 else None,
            days,
            stable.get(segment),
        )
    return found


def _stabilities(cursor: duckdb.DuckDBPyConnection, rules: Mapping[str, Rule]) -> dict[str, float]:
    measured = {segment: rule for segment, rule in rules.items() if rule.get("by") == "rfm"}
    if not measured:
        return {}
    cells = [(int(recency), int(often), int(count)) for recency, often, count in rows(cursor, _cells_sql())]
    found: dict[str, float] = {}
    groups: dict[Cuts, list[str]] = {}
    for segment, rule in measured.items():
        groups.setdefault(Cuts.from_dict(rule["cuts"]), []).append(segment)
    for cuts, segments in groups.items():
        own = {segment: _chosen(measured[segment]) for segment in segments}
        found |= membership_stability(cells, cuts, own)
    return found


def _chosen(rule: Rule) -> set[int]:
    """The cells of a rule, each as 10 r + f."""
    given: Any = rule.get("cells") or [
        [r, f] for r, row in GRID.items() for f, name in enumerate(row, 1) if name == rule.get("segment")
    ]
    return {10 * int(r) + int(f) for r, f in given}


def membership_stability(
    cells: list[tuple[int, int, int]], cuts: Cuts, segments: Mapping[str, set[int]], samples: int = SAMPLES
) -> dict[str, float]:
    """Mean share of each segment's members that stay in it over ``samples`` bootstrap samples; empty segments are left out.

    ``cells``: recency_days, purchase_days, customers. ``segments``: id -> cells of the grid as 10 r + f. Samples are drawn from the
    cells with their counts, which is the bootstrap of customers without listing them.
    """
    import numpy as np

    data = np.array(cells, dtype=float)
    recency, often, counts = data[:, 0], data[:, 1], data[:, 2]
    total = int(counts.sum())
    levels = [_levels(values, counts, own) for values, own in ((recency, cuts.recency), (often, cuts.frequency))]
    now = _place(recency, often, cuts.recency, cuts.frequency)
    member = {segment: np.isin(now, list(chosen)) for segment, chosen in segments.items()}
    sizes = {segment: float(counts[inside].sum()) for segment, inside in member.items()}
    chance = np.random.default_rng(_SEED)
    stayed = dict.fromkeys(segments, 0.0)
    orders = [np.argsort(values, kind="stable") for values in (recency, often)]
    for drawn in chance.multinomial(total, counts / total, size=samples):
        fresh = [
            _quantiles(values[order], drawn[order], level)
            for values, order, level in zip((recency, often), orders, levels, strict=True)
        ]
        then = _place(recency, often, *fresh)
        for segment, chosen in segments.items():
            stayed[segment] += float(counts[member[segment] & np.isin(then, list(chosen))].sum())
    return {segment: stayed[segment] / samples / sizes[segment] for segment in segments if sizes[segment] > 0}


def _place(recency: np.ndarray, often: np.ndarray, by_recency: Any, by_often: Any) -> np.ndarray:
    """10 r + f of every cell, by the same rule as :class:`Cuts`."""
    import numpy as np

    r = 5 - np.searchsorted(np.asarray(by_recency, dtype=float), recency, side="left")
    f = 1 + np.searchsorted(np.asarray(by_often, dtype=float), often, side="left")
    placed: np.ndarray = 10 * r + f
    return placed


def _levels(values: np.ndarray, counts: np.ndarray, cuts: tuple[float, ...]) -> np.ndarray:
    """At which quantile each cut lies. A cut that is one of the usual quantiles keeps that level; another takes the middle of the
    jump it stands on, so that equal values do not make it look unstable."""
    import numpy as np

    total = counts.sum()
    found = []
    for cut, usual in zip(cuts, _LEVELS, strict=True):
        below, upto = counts[values < cut].sum() / total, counts[values <= cut].sum() / total
        found.append(usual if below <= usual <= upto else (below + upto) / 2)
    return np.array(found)


def _quantiles(ordered: np.ndarray, drawn: np.ndarray, levels: np.ndarray) -> np.ndarray:
    """The values at the levels of a sample given as counts of ordered values."""
    import numpy as np

    upto = np.cumsum(drawn)
    at = np.searchsorted(upto, levels * upto[-1], side="left")
    quantiles: np.ndarray = np.maximum.accumulate(ordered[np.minimum(at, len(ordered) - 1)])
    return quantiles
