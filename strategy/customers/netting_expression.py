"""Refunds set against the purchases they cancel where the purchases live: the rules of :mod:`strategy.customers.netting` as one expression.

Ibis alone, and of it only what every database has: windows, and a join of customers. Each step looks along one order of the rows, so that
no row needs a number of its own, and the rows are read once however many steps there are: a database that works out again what is used
twice would take minutes. The latest earlier order of a refund, for which some databases have a join of its own, is a running maximum over
orders and refunds in order of time.

A company's table has no line numbers. Where a file's lines would decide (purchases of one amount and moment, orders of one moment,
equal amounts within an order), rows come in the order of their own columns: order, moment, then the columns of ``TIES``; text as the
database collates it, what is missing first. Rows equal in all of these are interchangeable. A file whose lines stand in that order gives
the same purchases; any other file the same money per customer unless such a tie decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from strategy.customers.netting import Refunds
from strategy.language import Message, msg

if TYPE_CHECKING:
    import ibis.expr.types as ir

#: What tells rows of one order and moment apart, in this order.
TIES = ("product", "quantity", "price", "margin", "channel", "region")


def netted(rows: ir.Table, ties: Sequence[str] = TIES) -> ir.Table:
    """The purchases that are left once refunds are set against them.

    Args:
        rows: purchases (amount 0 and above) and refunds (below 0): customer, day, moment, amount, order_id, quantity, price, margin and
            whatever else; ``moment`` is a date or a time. Of a day alone, refunds come after the purchases, as in a file without times.
        ties: the columns of ``TIES`` that the company's table has.

    Returns:
        The same columns without ``moment``. A lowered purchase has quantity and margin lowered in proportion.
    """
    import ibis

    names = [name for name in rows.columns if name != "moment"]
    found = _judged(rows, ties)
    kept = found.filter(found.fate == "kept")
    # A purchase that nothing is taken off stays as it is to the last digit.
    share = ibis.cases((kept.new_amount < kept.amount, kept.new_amount.cast("float64") / kept.amount.cast("float64")), else_=1.0)
    kept = kept.mutate(quantity=kept.quantity * share, margin=kept.margin * share, amount=kept.new_amount)
    whose = _whose(rows).mutate(takes_back=True)
    others = rows.left_join(whose, "customer")
    others = others.filter(others.takes_back.isnull())
    return others.select(*names).union(kept.select(*names))


def refunds_found(rows: ir.Table, ties: Sequence[str] = TIES) -> ir.Table:
    """What became of the rows of customers with refunds, a line a fate: fate, exact (a refund of a purchase's very amount), rows, money
    (refunds below 0, purchases before they were lowered), deducted (off purchases that stay). :func:`refunds_of` reads them.
    """
    found = _judged(rows, ties)
    return found.group_by("fate", "exact").aggregate(
        rows=found.count(),
        money=found.amount.sum().coalesce(0).cast("float64"),
        deducted=(found.amount - found.new_amount).sum().coalesce(0).cast("float64"),
    )


@dataclass(frozen=True)
class Found:
    """What refunds came to. ``cancelled_rows`` and ``cancelled_money``: of purchases that are none any more."""

    refunds: Refunds
    cancelled_rows: int
    cancelled_money: float


def refunds_of(lines: Sequence[tuple[str, Any, int, float, float]]) -> Found:
    """The lines of :func:`refunds_found` in the terms of a file's import."""
    count = {(str(fate), bool(exact)): (int(rows), float(money), float(off)) for fate, exact, rows, money, off in lines}
    exact, ordered, unmatched, gone, kept = (
        count.get(which, (0, 0.0, 0.0))
        for which in (
            ("refund_netted", True),
            ("refund_netted", False),
            ("refund_unmatched", False),
            ("cancelled_by_refund", False),
            ("kept", False),
        )
    )
    matched, deducted = -exact[1] - ordered[1], kept[2]
    refunds = Refunds(
        rows=exact[0] + ordered[0] + unmatched[0],
        money=round(matched - unmatched[1], 2),
        exact_rows=exact[0],
        order_rows=ordered[0],
        matched_money=round(matched, 2),
        unmatched_rows=unmatched[0],
        unmatched_money=round(-unmatched[1], 2) + 0.0,
        deducted=round(deducted, 2),
        excess=round(matched - deducted - gone[1], 2),
    )
    return Found(refunds, gone[0], round(gone[1], 2))


def refunds_said(refunds: Refunds) -> tuple[Message, ...]:
    """What was netted, for a person to confirm."""
    return (
        msg("Refunds: {rows:# row|# rows} worth {money}; {exact:0=none|#} of exactly a purchase's amount, {lowered:0=none|#} set against an order.",
            rows=f"{refunds.rows:,}", money=f"{refunds.money:,.2f}", exact=f"{refunds.exact_rows:,}", lowered=f"{refunds.order_rows:,}"),
        msg("Set against purchases: {matched}. Taken off orders that stay: {deducted}. More than the order was worth: {excess}.",
            matched=f"{refunds.matched_money:,.2f}", deducted=f"{refunds.deducted:,.2f}", excess=f"{refunds.excess:,.2f}"),
    )  # fmt: skip


def _whose(rows: ir.Table) -> ir.Table:
    """Customers with refunds: most never sent anything back, and are spared the sorting."""
    return rows.filter(rows.amount < 0).select("customer").distinct()


def _judged(rows: ir.Table, ties: Sequence[str] = TIES) -> ir.Table:
    """The rows of customers with refunds, each with ``fate`` (kept, or a reason of ``REASON_NAMES``), ``exact`` and ``new_amount``, which
    only a purchase that stays has."""
    import ibis

    table = rows.join(_whose(rows), "customer")
    # Without an order number, the purchases of one day are one order.
    table = table.mutate(order_key=table.order_id.coalesce(table.day.cast("string")), size=table.amount.abs())
    table = table.mutate(refund=table.amount < 0)
    ties = [name for name in ties if name in table.columns]

    # Rule 0: an order number that purchases carry too.
    bought = ibis.ifelse(table.refund, 0, 1).max().over(group_by=["customer", "order_key"])
    table = table.mutate(own=table.refund & table.order_id.notnull() & (bought == 1))

    table = _paired(table, ties)
    table = _placed(table)
    return _lowered(table, ties)


def _paired(table: ir.Table, ties: Sequence[str]) -> ir.Table:
    """Rule 1: adds ``open``, whether the row is neither a purchase cancelled by a refund of its amount nor such a refund.

    Purchases and refunds of one amount form a row of opening and closing brackets: a refund closes the latest open purchase.
    """
    import ibis

    alike = ["customer", "size", "same_price", "own"]
    table = table.mutate(same_price=table.price.coalesce(0), step=ibis.ifelse(table.refund, -1, 1))
    # One number for the order of time: the windows below sort by it alone, and rows equal in everything cannot change places between them.
    order = [_first(table.moment), table.step.desc(), *_told_apart(table, ["order_key", *ties])]
    table = table.mutate(at=ibis.row_number().over(group_by=alike, order_by=order))
    table = table.mutate(height=table.step.sum().over(_until_here(alike, table.at)))
    lowest = table.height.min().over(_until_here(alike, table.at))
    table = table.mutate(level=table.height - ibis.least(0, lowest) + ibis.ifelse(table.refund, 1, 0))
    pair = ibis.window(group_by=[*alike, "level"], order_by=table.at)
    table = table.mutate(before=table.step.lag().over(pair), after=table.step.lead().over(pair))
    closed = ibis.ifelse(table.refund, table.before.coalesce(-1) == 1, table.after.coalesce(1) == -1)
    return table.mutate(open=table.own | ~closed)


def _placed(table: ir.Table) -> ir.Table:
    """Rules 0 and 2: adds ``place`` (the order a purchase is in, or a refund lowers; NULL for none), ``gross`` (what its open purchases
    come to) and ``thinned`` (whether one of its purchases was cancelled)."""
    import ibis

    order = ["customer", "order_key"]
    mine = table.open & ~table.refund
    table = table.mutate(
        began=ibis.cases((mine, table.moment)).min().over(group_by=order),
        gross=ibis.cases((mine, table.amount)).sum().over(group_by=order),
        thinned=ibis.ifelse(table.refund | table.open, 0, 1).max().over(group_by=order),
    )
    # The orders of a customer in order of time. Rows of orders with nothing open have a number too, which nobody asks for.
    number = ibis.dense_rank().over(group_by="customer", order_by=[_first(table.began), table.order_key])
    table = table.mutate(number=number + 1)
    looking = table.open & table.refund & ~table.own
    table = table.mutate(looking=looking, seen_at=ibis.ifelse(looking, table.moment, table.began))
    good = table.open & ~table.refund & (table.gross > 0)
    latest = ibis.cases((good, table.number)).max()
    by_time = [_first(table.seen_at), ibis.ifelse(table.looking, 1, 0)]
    table = table.mutate(latest=latest.over(_until_here(["customer"], *by_time)))
    there = table.began.notnull() & (table.own | (table.open & ~table.refund))
    return table.mutate(place=ibis.cases((table.looking, table.latest), (there, table.number)))


def _lowered(table: ir.Table, ties: Sequence[str]) -> ir.Table:
    """Adds what becomes of the row: what refunds take off an order comes off its largest lines first."""
    import ibis

    place = ["customer", "place"]
    table = table.mutate(taken=ibis.cases((table.refund, -table.amount), else_=0).sum().over(group_by=place))
    mine = table.open & ~table.refund
    largest = [table.amount.desc(), *_told_apart(table, ["moment", *ties])]
    table = table.mutate(
        line=mine,
        so_far=ibis.cases((mine, table.amount), else_=0).sum().over(_until_here(place, *largest)),
    )
    emptied = ((table.taken > 0) | (table.thinned == 1)) & (table.gross <= table.taken)
    to_take = ibis.greatest(0, table.taken - (table.so_far - table.amount))
    left = (table.amount - ibis.least(table.amount, to_take)).cast("decimal(18,4)")
    gone = emptied | ((left == 0) & (table.amount > 0))
    stays = table.line & ~gone
    exact = table.refund & ~table.open
    fate = ibis.cases(
        (stays, "kept"),
        (~table.refund, "cancelled_by_refund"),
        (exact | table.own | table.place.notnull(), "refund_netted"),
        else_="refund_unmatched",
    )
    return table.mutate(fate=fate, exact=exact, new_amount=ibis.cases((stays, left)))


def _told_apart(table: ir.Table, names: Sequence[str]) -> list[Any]:
    return [_first(table[name]) for name in names]


def _first(column: Any) -> Any:
    """In rising order, what is missing first: databases differ in where they put it unasked."""
    return column.asc(nulls_first=True)


def _until_here(group: list[str], *order: Any) -> Any:
    import ibis

    return ibis.cumulative_window(group_by=group, order_by=order)
