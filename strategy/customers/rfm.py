"""Recency, frequency and monetary value: scores from cut points that keep ties together, the grid, and the named segments on it.

Quintiles of frequency do not exist where half the customers bought once, so scores come from cut points (Hughes 1994 describes the
measure; the segments are this workbook's own partition of the recency x frequency grid).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from strategy.customers.expressions import cached_sql, frame, rows
from strategy.customers.segments import GRID, Cuts, cells
from strategy.customers.summary import customer_summary
from strategy.errors import NoData
from strategy.language import Message, msg

if TYPE_CHECKING:
    import duckdb
    import ibis.expr.types as ir
    import pandas as pd

_QUANTILES = (0.2, 0.4, 0.6, 0.8)


@dataclass(frozen=True)
class RfmSegment:
    """A named segment on the current data set.

    Attributes:
        rule: how members are found again on other data; see :func:`strategy.customers.rules.members`.
        recency_days: median days since the last purchase. ``purchase_days``: mean. None in an empty segment.
        share_customers, share_revenue: between 0 and 1.
    """

    id: str
    name: Message
    rule: dict[str, Any]
    customers: int
    revenue: float
    recency_days: float | None
    purchase_days: float | None
    first_day: dt.date | None
    last_day: dt.date | None
    share_customers: float
    share_revenue: float


def _cut_points() -> ir.Table:
    summary = customer_summary()
    measures = {"recency": summary.recency_days, "frequency": summary.purchase_days, "monetary": summary.revenue}
    return summary.aggregate(
        **{f"{name}_{at}": column.quantile(share) for name, column in measures.items() for at, share in enumerate(_QUANTILES)}
    )


_cut_points_sql = cached_sql(_cut_points)


def default_cuts(cursor: duckdb.DuckDBPyConnection) -> Cuts:
    """Cut points at the 20, 40, 60 and 80% quantiles of the current data set.

    Raises:
        NoData: there are no purchases.
    """
    row = next(iter(rows(cursor, _cut_points_sql())), None)
    if row is None or row[0] is None:
        raise NoData(msg("There are no purchases yet"), None, msg("Import customer data first."))
    # A quantile between two equal sums can differ from them in the last digit.
    found = [round(float(value), 6) for value in row]
    return Cuts.from_dict({"recency": found[0:4], "frequency": found[4:8], "monetary": found[8:12]})


def _score(value: ir.NumericValue, cut_points: tuple[float, ...]) -> ir.IntegerValue:
    import ibis

    total: Any = ibis.literal(1)
    for cut in cut_points:
        # Not a boolean cast to a number: PostgreSQL has no such cast to a wide integer.
        total = total + ibis.ifelse(value > cut, 1, 0).cast("int64")
    return total


def scored_customers(cuts: Cuts, until: dt.date | None = None) -> ir.Table:
    """:func:`customer_summary` with scores r, f, m (1 to 5, 5 best) and ``segment``, the named segment's id."""
    return scored(customer_summary(until), cuts)


def scored(summary: ir.Table, cuts: Cuts) -> ir.Table:
    """``summary``, with the columns of :func:`customer_summary`, with scores and ``segment``."""
    import ibis

    marked = summary.mutate(
        r=6 - _score(summary.recency_days, cuts.recency),
        f=_score(summary.purchase_days, cuts.frequency),
        m=_score(summary.revenue, cuts.monetary),
    )
    branches = [(marked.r * 10 + marked.f == r * 10 + f, name) for r, row in GRID.items() for f, name in enumerate(row, 1)]
    return marked.mutate(segment=ibis.cases(*branches))


def _segments(cuts: Cuts) -> ir.Table:
    each = scored_customers(cuts)
    return each.group_by("segment").aggregate(
        customers=each.count(),
        revenue=each.revenue.sum(),
        recency_days=each.recency_days.median(),
        purchase_days=each.purchase_days.mean(),
        first_day=each.first_day.min(),
        last_day=each.last_day.max(),
    )


def _grid(cuts: Cuts) -> ir.Table:
    each = scored_customers(cuts)
    return each.group_by(["r", "f", "segment"]).aggregate(customers=each.count(), revenue=each.revenue.sum())


def _listed(cuts: Cuts) -> ir.Table:
    return scored_customers(cuts).order_by("customer")


_listed_sql, _segments_sql, _grid_sql = cached_sql(_listed), cached_sql(_segments), cached_sql(_grid)


def rfm_rule(segment: str, cuts: Cuts) -> dict[str, Any]:
    """The rule of a named segment, as stored with it and re-evaluated on new data."""
    return {"by": "rfm", "segment": segment, "cells": cells(segment), "cuts": cuts.as_dict()}


def rfm_segments(cursor: duckdb.DuckDBPyConnection, cuts: Cuts) -> list[RfmSegment]:
    """All eight named segments, the empty ones too, in the order of ``SEGMENT_NAMES``. Every customer is in exactly one."""
    found = {row[0]: row[1:] for row in rows(cursor, _segments_sql(cuts))}
    everyone = sum(row[0] for row in found.values()) or 1
    money = sum(row[1] for row in found.values()) or 1.0
    segments = []
    for segment, name in cuts.segment_names().items():
        customers, revenue, recency, frequency, first, last = found.get(segment, (0, 0.0, None, None, None, None))
        segments.append(
            RfmSegment(
                segment, name, rfm_rule(segment, cuts), customers, round(revenue, 2), recency, frequency, first, last,
                customers / everyone, revenue / money,
            )
        )  # fmt: skip
    return segments


def rfm_grid(cursor: duckdb.DuckDBPyConnection, cuts: Cuts) -> pd.DataFrame:
    """All 25 cells: r, f (1 to 5), segment (id), customers, revenue. Cells without customers are there with zeros."""
    import pandas as pd

    found = {(row[0], row[1]): row[3:] for row in rows(cursor, _grid_sql(cuts))}
    cells_ = [(r, f, GRID[r][f - 1], *(found.get((r, f)) or (0, 0.0))) for r in sorted(GRID, reverse=True) for f in range(1, 6)]
    return pd.DataFrame(cells_, columns=["r", "f", "segment", "customers", "revenue"])


def rfm_customers(cursor: duckdb.DuckDBPyConnection, cuts: Cuts) -> pd.DataFrame:
    """Every customer with summary, scores r, f, m and segment, by customer id."""
    return frame(cursor, _listed_sql(cuts))
