"""How concentrated revenue is on few customers: Lorenz curve, shares of the best customers, Gini coefficient.

Customers whose revenue is zero or, after refunds, negative hold none of it: they count as customers with 0, and are reported
beside. Equal revenues need no rule, because the curve is straight across them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from strategy.customers.expressions import cached_sql, customer_totals, purchases, rows
from strategy.errors import NoData
from strategy.language import msg

if TYPE_CHECKING:
    import duckdb
    import ibis.expr.types as ir

STEPS = 200
TOP_SHARES = (0.01, 0.05, 0.10, 0.20, 0.50)


@dataclass(frozen=True)
class Concentration:
    """Concentration of revenue.

    Attributes:
        points: (share of customers, share of revenue), poorest customers first, from (0, 0) to (1, 1), at most 201 points.
        top: share of best customers -> their share of revenue, read off the curve.
        gini: 0 when all bring the same, towards 1 when one brings everything.
        below_zero, below_zero_money: customers whose refunds exceed their purchases, and by how much; they count as 0.
    """

    points: tuple[tuple[float, float], ...]
    top: dict[float, float]
    gini: float
    customers: int
    revenue: float
    below_zero: int
    below_zero_money: float


def curve_table(steps: int = STEPS, shares: tuple[float, ...] = TOP_SHARES) -> ir.Table:
    """Customers by rising revenue in ``steps`` equal groups, by rank; everything that is asked of them, in one pass.

    Columns: rank (from 1) and running total at the last customer of the group; and, of its customers: customers, total, weighted (sum of
    rank x value, for the Gini coefficient), net, below_zero, below_zero_money, and top_0 ...: what belongs to the best customers for
    each share, a part of a customer in proportion.
    """
    import ibis

    totals = customer_totals()
    value = totals.select(net=totals.revenue, value=ibis.greatest(totals.revenue, 0.0))
    # Customers who bring the same need no order among them: the running total is the same whoever comes first.
    ranked = value.mutate(
        rank=ibis.row_number().over(order_by=value.value) + 1,
        running=value.value.sum().over(ibis.window(order_by=value.value, rows=(None, 0))),
        everyone=value.count().over(ibis.window()),
    )
    # How much of a customer lies above the line: all, a part, or nothing.
    above = {
        f"inside_{at}": (ranked["rank"] - ranked.everyone * (1 - share)).clip(lower=0.0, upper=1.0)
        for at, share in enumerate(shares)
    }
    stepped = ranked.mutate(step=(ranked["rank"] * steps / ranked.everyone).ceil(), **above)
    found = stepped.group_by("step").aggregate(
        rank=stepped["rank"].max(),
        running=stepped["running"].max(),
        customers=stepped.count(),
        total=stepped["value"].sum(),
        weighted=(stepped["rank"] * stepped["value"]).sum(),
        net=stepped.net.sum(),
        below_zero=(stepped.net < 0).sum(),
        below_zero_money=stepped.net.sum(where=stepped.net < 0).coalesce(0.0),
        **{f"top_{at}": (stepped["value"] * stepped[f"inside_{at}"]).sum() for at in range(len(shares))},
    )
    return found.drop("step").order_by("rank")


_curve_sql = cached_sql(curve_table)


def concentration(cursor: duckdb.DuckDBPyConnection) -> Concentration:
    """Concentration of revenue over the customers of the current data set.

    Raises:
        NoData: no customer has brought any revenue.
    """
    found = rows(cursor, _curve_sql())
    ranks, running, *counted = zip(*found, strict=True) if found else ((), (), *[()] * (6 + len(TOP_SHARES)))
    customers, total, weighted, net, below_zero, below_money, *tops = (sum(column) for column in counted)
    if not customers or not total:
        raise NoData(msg("There are no purchases yet"), None, msg("Import customer data first."))
    points = [(0.0, 0.0), *((rank / customers, upto / total) for rank, upto in zip(ranks, running, strict=True))]
    return Concentration(
        points=tuple(points),
        top={share: value / total for share, value in zip(TOP_SHARES, tops, strict=True)},
        # Where all bring the same, floats may end a hair below 0, which would be written -0.00.
        gini=max(0.0, 2 * weighted / (customers * total) - (customers + 1) / customers),
        customers=customers,
        revenue=round(net, 2),
        below_zero=int(below_zero),
        below_zero_money=round(below_money, 2),
    )


@dataclass(frozen=True)
class Whale:
    """Cumulative profit from the most to the least profitable customer (Kaplan and Narayanan 2001, the whale curve).

    Attributes:
        points: (share of customers, share of the final profit), at most 201 from (0, 0); shares of profit can pass 1.
        peak: the highest share, and ``peak_at`` the share of customers who reach it: those after it lose money.
        losing, lost: customers with negative profit, and how much they lose.
        without: share of purchase lines that have no margin and are left out.
    """

    points: tuple[tuple[float, float], ...]
    peak: float
    peak_at: float
    profit: float
    customers: int
    losing: int
    lost: float
    without: float


def profit_table() -> ir.Table:
    """Customers by falling profit with running total: rank from 1, running, profit, everyone."""
    import ibis

    table = purchases()
    known = table.filter(table.margin.notnull())
    # Rounded, so that a customer who comes out even is not counted as losing by the last digit of a sum.
    profit = known.group_by("customer").aggregate(profit=known.margin.sum().round(6))
    order = [ibis.desc(profit.profit), profit.customer]
    return profit.mutate(
        rank=ibis.row_number().over(order_by=order) + 1,
        running=profit.profit.sum().over(ibis.window(order_by=order, rows=(None, 0))),
        everyone=profit.count().over(ibis.window()),
    )


def _whale_table(steps: int = STEPS) -> ir.Table:
    import ibis

    ranked = profit_table()
    stepped = ranked.mutate(step=(ranked["rank"] * steps / ranked.everyone).ceil())
    ended = stepped.mutate(last=stepped["rank"].max().over(ibis.window(group_by="step")))
    last = ended.filter(ended["rank"] == ended["last"])
    return last.select("rank", "running").order_by("rank")


def _whale_totals() -> ir.Table:
    ranked = profit_table()
    return ranked.aggregate(
        customers=ranked.count(),
        profit=ranked.profit.sum(),
        peak=ranked.running.max(),
        gaining=(ranked.profit > 0).sum(),
        losing=(ranked.profit < 0).sum(),
        lost=ranked.profit.sum(where=ranked.profit < 0).coalesce(0.0),
    )


def _margins() -> ir.Table:
    table = purchases()
    return table.aggregate(lines=table.count(), known=table.margin.count())


_whale_sql, _whale_totals_sql, _margins_sql = cached_sql(_whale_table), cached_sql(_whale_totals), cached_sql(_margins)


def whale(cursor: duckdb.DuckDBPyConnection) -> Whale:
    """The whale curve of the current data set.

    Raises:
        NoData: no purchase has a margin, or all of it together is not positive, so that no share of it can be taken.
    """
    row = cursor.execute(_whale_totals_sql()).fetchone()
    if row is None or not row[0]:
        raise NoData(
            msg("No margin is known for the purchases"), None, msg("Import purchases with a column of margin or cost.")
        )  # fmt: skip
    customers, profit, peak, gaining, losing, lost = row
    if profit <= 0:
        raise NoData(
            msg("All customers together bring no profit, so no share of it can be drawn"), None,
            msg("Check the margin column of the file."),
        )  # fmt: skip
    lines, known = rows(cursor, _margins_sql())[0]
    points = [(0.0, 0.0)] + [(rank / customers, running / profit) for rank, running in cursor.execute(_whale_sql()).fetchall()]
    return Whale(
        tuple(points),
        peak / profit,
        gaining / customers,
        round(profit, 2),
        customers,
        int(losing),
        round(lost, 2),
        1 - known / lines,
    )
