"""Who has been silent for longer than is usual for them, and what is at stake.

The gap ratio (time since the last purchase over the customer's own mean gap) leads, because it needs no model:
models of the probability of being alive call every one-time buyer alive, and on some shops' data everybody.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from strategy.customers.expressions import cached_sql, frame
from strategy.customers.histories import last_years
from strategy.customers.summary import summarised
from strategy.errors import InvalidValue
from strategy.language import Message, msg

if TYPE_CHECKING:
    import duckdb
    import ibis.expr.types as ir
    import pandas as pd

    from strategy.customers.rules import Members

BAND_NAMES: dict[str, Message] = {
    "on_time": msg("On time"),
    "due": msg("Due"),
    "at_risk": msg("Overdue, at risk"),
    "lost": msg("Probably lost"),
    "no_habit": msg("Too few purchases to tell"),
}


@dataclass(frozen=True)
class RiskThresholds:
    """Gap ratios above which a customer is due, at risk, lost; and the purchase days it takes to speak of a habit.

    The defaults are this workbook's own: no published thresholds exist.

    Raises:
        InvalidValue: thresholds that are not increasing and positive, or fewer than two purchase days.
    """

    due: float = 1.5
    at_risk: float = 3.0
    lost: float = 6.0
    purchase_days: int = 2

    def __post_init__(self) -> None:
        if not 0 < self.due < self.at_risk < self.lost or self.purchase_days < 2:
            raise InvalidValue(
                msg("The thresholds for silence must be positive and increase"),
                f"{self.due}, {self.at_risk}, {self.lost}, {self.purchase_days}",
                msg("Give three increasing multiples of the usual gap, and at least two purchase days."),
            )


def risk_table(thresholds: RiskThresholds) -> ir.Table:
    """:func:`customer_summary` with ``band`` (a key of ``BAND_NAMES``) and ``value_at_stake``.

    ``value_at_stake`` is the customer's revenue in the 365 days up to their own last purchase: a year of business as it last was.
    """
    import ibis

    both = summarised(last_years()).drop("first_day_revenue")
    both = both.relocate("value_at_stake", after="gap_ratio")
    # A gap of zero days cannot occur: a purchase day is counted once, so two of them are at least a day apart.
    band = ibis.cases(
        (both.gap_ratio.isnull() | (both.purchase_days < thresholds.purchase_days), "no_habit"),
        (both.gap_ratio > thresholds.lost, "lost"),
        (both.gap_ratio > thresholds.at_risk, "at_risk"),
        (both.gap_ratio > thresholds.due, "due"),
        else_="on_time",
    )
    return both.mutate(band=band)


def _within(thresholds: RiskThresholds, chosen: Members | None) -> ir.Table:
    """:func:`risk_table`, of the members of a segment alone where one is chosen."""
    table = risk_table(thresholds)
    return table.semi_join(chosen.table(), "customer") if chosen else table


def _bands(thresholds: RiskThresholds, chosen: Members | None = None) -> ir.Table:
    table = _within(thresholds, chosen)
    return table.group_by("band").aggregate(
        customers=table.count(), revenue=table.revenue.sum(), value_at_stake=table.value_at_stake.sum()
    )


def _listed(thresholds: RiskThresholds, bands: tuple[str, ...], chosen: Members | None, limit: int) -> ir.Table:
    import ibis

    table = _within(thresholds, chosen)
    return table.filter(table.band.isin(bands)).order_by([ibis.desc("value_at_stake"), "customer"]).limit(limit)


_bands_sql, _listed_sql = cached_sql(_bands), cached_sql(_listed)


def _members(rule: dict[str, Any] | None) -> Members | None:
    from strategy.customers.rules import members_of

    return members_of(rule) if rule else None


def risk_bands(
    cursor: duckdb.DuckDBPyConnection, thresholds: RiskThresholds = RiskThresholds(), rule: dict[str, Any] | None = None
) -> pd.DataFrame:
    """Per band: band (id), customers, revenue, value_at_stake; all five, in the order of ``BAND_NAMES``.

    ``rule`` limits them to the members of a segment.
    """
    import pandas as pd

    found = frame(cursor, _bands_sql(thresholds, _members(rule)))
    bands = pd.DataFrame({"band": list(BAND_NAMES)}).merge(found, on="band", how="left").fillna({"customers": 0})
    return bands.fillna(0.0).astype({"customers": "int64", "revenue": "float64", "value_at_stake": "float64"})


def at_risk_customers(
    cursor: duckdb.DuckDBPyConnection,
    thresholds: RiskThresholds = RiskThresholds(),
    bands: tuple[str, ...] = ("at_risk", "lost"),
    rule: dict[str, Any] | None = None,
    limit: int = 500,
) -> pd.DataFrame:
    """Customers of the given bands, most valuable first: the summary's columns, band, value_at_stake."""
    known = tuple(band for band in bands if band in BAND_NAMES)
    return frame(cursor, _listed_sql(thresholds, known, _members(rule), int(limit)))


def value_at_stake(
    cursor: duckdb.DuckDBPyConnection, thresholds: RiskThresholds = RiskThresholds(), rule: dict[str, Any] | None = None
) -> tuple[int, float]:
    """Customers at risk or lost, and their last year's revenue, overall or in the segment of ``rule``."""
    bands = risk_bands(cursor, thresholds, rule).set_index("band").loc[["at_risk", "lost"]]
    return int(bands["customers"].sum()), round(float(bands["value_at_stake"].sum()), 2)
