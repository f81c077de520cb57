"""Complaints beside purchases: who complains, about what, and whether customers buy again afterwards.

Everything is an expression over the purchase table and the table of interactions. Buying again is measured from landmark days, as
Anderson, Cain and Gelber, "Analysis of survival by tumor response", Journal of Clinical Oncology 1 (1983), propose: on one and the same
day those who complained shortly before and those who did not are told apart, and both are followed from that day on. Followed from the
complaint itself, customers would be compared who had lived to complain with some who had not.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from strategy.customers.expressions import cached_sql, frame, interactions, purchases, rows
from strategy.customers.interaction_files import has_table
from strategy.customers.risk import RiskThresholds, risk_table
from strategy.customers.rules import Members
from strategy.customers.source import ConnectedSource
from strategy.customers.summary import days_covered
from strategy.errors import NoData
from strategy.language import msg

if TYPE_CHECKING:
    import duckdb
    import ibis.expr.types as ir
    import pandas as pd

#: Days between landmarks, which is also how long before one a complaint may lie.
STEP_DAYS = 30
#: Alike are customers of one class: days since the last purchase below the next of these, purchase days up to the next of those.
RECENCY_EDGES, OFTEN_EDGES = (7, 15, 30, 60, 120), (1, 3, 7)
#: A year of landmarks, so that no season decides; older ones, up to two years, only while there are fewer than ``ENOUGH`` cases: more of
#: them would narrow the interval by less than two points.
YEAR, MOST_LANDMARKS, ENOUGH = 12, 24, 2_000


def _complaints(first: dt.date, last: dt.date) -> ir.Table:
    table = interactions()
    return table.filter(table.complaint & (table.day >= first) & (table.day <= last))


def _covered() -> ir.Table:
    import ibis

    table = interactions()
    return table.aggregate(
        first_day=table.day.min(), last_day=table.day.max(), complaints=ibis.ifelse(table.complaint, 1, 0).sum().coalesce(0)
    )


def _group(members: Members, first: dt.date, last: dt.date) -> ir.Table:
    """One row: customers and revenue of a group; of its complaints from ``first`` to ``last``: who, how many, how many are open."""
    import ibis

    table, own = _complaints(first, last), members.table()
    each = table.group_by("customer").aggregate(
        complaints=table.count(),
        known=table.still_open.count(),
        unsettled=ibis.ifelse(table.still_open, 1, 0).sum(),
    )
    both = own.left_join(each, "customer")
    said = both.complaints.notnull()
    return both.aggregate(
        customers=both.count(),
        revenue=both.revenue.sum().coalesce(0.0),
        complaining=ibis.ifelse(said, 1, 0).sum().coalesce(0),
        complaints=both.complaints.sum().coalesce(0),
        revenue_complaining=ibis.ifelse(said, both.revenue, 0.0).sum().coalesce(0.0),
        known=both.known.sum().coalesce(0),
        unsettled=both.unsettled.sum().coalesce(0),
    )


def _strangers(first: dt.date, last: dt.date) -> ir.Table:
    """One row: complaints of customers without purchases."""
    table = _complaints(first, last).anti_join(purchases().select("customer").distinct(), "customer")
    return table.aggregate(complaints=table.count())


def _topics(first: dt.date, last: dt.date) -> ir.Table:
    """Per topic (NULL: none given): complaints, customers, known (whether settled), unsettled."""
    import ibis

    table = _complaints(first, last)
    return table.group_by("topic").aggregate(
        complaints=table.count(),
        customers=table.customer.nunique(),
        known=table.still_open.count(),
        unsettled=ibis.ifelse(table.still_open, 1, 0).sum().coalesce(0),
    )


def _landmark(day: dt.date, active_days: int, after_days: int) -> ir.Table:
    """Customers active in the ``active_days`` up to a landmark day, by how alike they are and by whether they complained.

    Columns: recency and often (classes by ``RECENCY_EDGES`` and ``OFTEN_EDGES``), complained (1 within ``STEP_DAYS`` up to the landmark),
    customers, again (bought within ``after_days`` after it). Who complained earlier in that time is in neither group.
    """
    import ibis

    start, end, recent = (dt.timedelta(days=days) for days in (active_days, after_days, STEP_DAYS))
    table = purchases()
    near = table.filter((table.day > day - start) & (table.day <= day + end))
    before = near.day <= day
    each = near.group_by("customer").aggregate(
        last_before=ibis.ifelse(before, near.day, ibis.null("date")).max(),
        days_before=ibis.ifelse(before, near.day, ibis.null("date")).nunique(),
        again=ibis.ifelse(before, 0, 1).max(),
    )
    said = _complaints(day - start + dt.timedelta(days=1), day)
    complained = said.group_by("customer").aggregate(
        lately=ibis.ifelse(said.day > day - recent, 1, 0).max(), earlier=ibis.ifelse(said.day > day - recent, 0, 1).max()
    )
    both = each.filter(each.days_before > 0).left_join(complained, "customer")
    silent = ibis.literal(day).delta(both.last_before, unit="day")
    placed = both.filter(both.earlier.coalesce(0) == 0).mutate(
        complained=both.lately.coalesce(0),
        recency=ibis.cases(*((silent < edge, at) for at, edge in enumerate(RECENCY_EDGES)), else_=len(RECENCY_EDGES)),
        often=ibis.cases(*((both.days_before <= edge, at) for at, edge in enumerate(OFTEN_EDGES)), else_=len(OFTEN_EDGES)),
    )
    return placed.group_by(["recency", "often", "complained"]).aggregate(customers=placed.count(), again=placed.again.sum())


def _silent(thresholds: RiskThresholds) -> ir.Table:
    """One row: customers at risk or lost who ever complained, with what is at stake, and how many have a complaint still open."""
    import ibis

    said = interactions()
    said = said.filter(said.complaint)
    each = said.group_by("customer").aggregate(unsettled=ibis.ifelse(said.still_open, 1, 0).max())
    risk = risk_table(thresholds)
    both = risk.filter(risk.band.isin(["at_risk", "lost"])).inner_join(each, "customer")
    return both.aggregate(
        customers=both.count(), value_at_stake=both.value_at_stake.sum().coalesce(0.0), unsettled=both.unsettled.sum().coalesce(0)
    )


_covered_sql, _group_sql, _strangers_sql, _topics_sql = (cached_sql(build) for build in (_covered, _group, _strangers, _topics))
_landmark_sql, _silent_sql = cached_sql(_landmark), cached_sql(_silent)


@dataclass(frozen=True)
class Covered:
    """From when to when there are interactions, and how many of them are complaints."""

    first_day: dt.date
    last_day: dt.date
    complaints: int


def have_complaints(cursor: duckdb.DuckDBPyConnection) -> bool:
    """Whether the workbook knows of complaints that can be held against purchases."""
    if isinstance(cursor, ConnectedSource) or not has_table(cursor, "interaction"):
        return False
    return bool(rows(cursor, _covered_sql())[0][2])


def complaints_covered(cursor: duckdb.DuckDBPyConnection) -> Covered:
    """Raises :class:`NoData` where no complaints are known, with what would fill it."""
    if isinstance(cursor, ConnectedSource):
        raise NoData(
            msg("The purchases stay in the company's own database, and interactions in this workbook cannot be used with them"),
            None,
            msg("Import a file of the purchases to use the two together."),
        )
    if not has_table(cursor, "interaction"):
        raise _none()
    first, last, complaints = rows(cursor, _covered_sql())[0]
    if first is None:
        raise _none()
    if not complaints:
        raise NoData(
            msg("None of the interactions counts as a complaint"),
            None,
            msg("Import the file again and choose the kinds that are complaints."),
        )
    return Covered(first, last, int(complaints))


def _none() -> NoData:
    return NoData(
        msg("There are no interactions in this workbook yet"),
        None,
        msg("Import a file of complaints, calls or visits on the customer data page."),
    )


@dataclass(frozen=True)
class GroupComplaints:
    """A group of customers and its complaints in a period. ``known``: complaints of which it is known whether they are settled."""

    customers: int
    revenue: float
    complaining: int
    complaints: int
    revenue_complaining: float
    known: int
    unsettled: int


def group_complaints(cursor: duckdb.DuckDBPyConnection, members: Members, first: dt.date, last: dt.date) -> GroupComplaints:
    """The complaints of the members of a rule from ``first`` to ``last``, both included."""
    customers, revenue, complaining, complaints, money, known, unsettled = rows(cursor, _group_sql(members, first, last))[0]
    return GroupComplaints(
        int(customers),
        round(float(revenue), 2),
        int(complaining),
        int(complaints),
        round(float(money), 2),
        int(known),
        int(unsettled),
    )


def complaints_of_strangers(cursor: duckdb.DuckDBPyConnection, first: dt.date, last: dt.date) -> int:
    """Complaints by customers who have no purchases."""
    return int(rows(cursor, _strangers_sql(first, last))[0][0])


def complaint_topics(cursor: duckdb.DuckDBPyConnection, first: dt.date, last: dt.date) -> pd.DataFrame:
    """Per topic, most frequent first: topic (None where none was given), complaints, customers, known, unsettled."""
    found = frame(cursor, _topics_sql(first, last)).astype({"topic": "object"})
    found["topic"] = found["topic"].where(found["topic"].notna(), None)
    return found.sort_values(["complaints", "topic"], ascending=[False, True], kind="stable", na_position="last").reset_index(
        drop=True
    )


def landmarks(covered: Covered, first: dt.date, last: dt.date, after_days: int) -> list[dt.date]:
    """The days from which buying again can be followed, newest first.

    Before each there are ``STEP_DAYS`` in which complaints were recorded, after each ``after_days`` of purchases. ``first`` and
    ``last``: days covered by the purchases.
    """
    day = min(last - dt.timedelta(days=after_days), covered.last_day)
    earliest = max(covered.first_day + dt.timedelta(days=STEP_DAYS - 1), first)
    found: list[dt.date] = []
    while day >= earliest and len(found) < MOST_LANDMARKS:
        found.append(day)
        day -= dt.timedelta(days=STEP_DAYS)
    return found


def bought_again(cursor: duckdb.DuckDBPyConnection, active_days: int, after_days: int) -> pd.DataFrame:
    """Per landmark and stratum of alike customers: landmark, recency, often, and of those who complained and of the others (``_without``)
    customers and again. See :func:`_landmark`.

    Raises:
        NoData: there are no purchases or complaints.
    """
    import pandas as pd

    covered = complaints_covered(cursor)
    first, last = days_covered(cursor)
    parts: list[pd.DataFrame] = []
    cases = 0
    for day in landmarks(covered, first, last, after_days):
        if len(parts) >= YEAR and cases >= ENOUGH:
            break
        found = frame(cursor, _landmark_sql(day, active_days, after_days))
        cases += int(found.loc[found["complained"] == 1, "customers"].sum())
        parts.append(found.assign(landmark=day))
    columns = ["landmark", "recency", "often", "customers", "again", "customers_without", "again_without"]
    if not parts:
        return pd.DataFrame(columns=columns)
    both = pd.concat(parts)
    keys = ["landmark", "recency", "often"]
    groups = [
        both[both["complained"] == at].set_index(keys)[["customers", "again"]].add_suffix(suffix)
        for at, suffix in ((1, ""), (0, "_without"))
    ]
    return groups[0].join(groups[1], how="outer").fillna(0).astype("int64").reset_index()[columns]


def silent_complainers(cursor: duckdb.DuckDBPyConnection, thresholds: RiskThresholds) -> tuple[int, float, int] | None:
    """Of the customers at risk or lost: how many complained, what is at stake with them, how many have a complaint still open.

    None where no complaints are known.
    """
    if not have_complaints(cursor):
        return None
    customers, stake, unsettled = rows(cursor, _silent_sql(thresholds))[0]
    return int(customers), round(float(stake), 2), int(unsettled)
