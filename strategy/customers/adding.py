"""A file added to the data at hand: its refunds may take back earlier purchases, and lines that are there already count once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from strategy.customers.cleaning import show_checked
from strategy.customers.cleaning_rules import RULE_NAMES
from strategy.customers.mapping import Mapping
from strategy.customers.reading import OpenTable
from strategy.customers.reasons import CODE
from strategy.customers.schema import one_row
from strategy.language import Message, msg

if TYPE_CHECKING:
    import pyarrow as pa

#: Columns of the purchases that are carried over, with their types.
_CARRIED = {
    **dict.fromkeys(("order_id", "product", "channel", "region"), "VARCHAR"),
    **dict.fromkeys(("quantity", "price", "margin"), "DOUBLE"),
    "refunded": "DECIMAL(18,4)",
}
#: Role -> column, for what tells one line from another beside customer, day and amount. Not the pieces: refunds lower them.
_TELLING = {"order": "order_id", "price": "price", "product": "product"}


def add_purchases_at_hand(
    table: OpenTable, purchases: pa.Table, settled: pa.Table | None, mapping: Mapping, drop_known: bool
) -> None:
    """Put the purchases at hand into ``checked``, on lines below 1, and mark the file's lines that are known already.

    A line counts as known as often as it is at hand, be it as a purchase, as a refund or as what a refund took out: two exports that
    overlap add up to what one export of the whole period would say.

    Args:
        purchases: the purchase table of the workbook, any columns of it.
        settled: refunds at hand and what they cancelled, as :func:`strategy.customers.left_out.settled_lines` gives them.
    """
    connection = table.connection
    connection.register("at_hand", purchases)
    there = set(purchases.column_names)
    columns = {row[0] for row in connection.execute("DESCRIBE checked_row").fetchall()}
    carried = [name for name in _CARRIED if name in there]
    for name in carried:
        if name not in columns:
            connection.execute(f"ALTER TABLE checked_row ADD COLUMN {name} {_CARRIED[name]}")
    connection.execute(f"""
        INSERT INTO checked_row BY NAME
        SELECT row_number() OVER () - 1 - (SELECT count(*) FROM at_hand) AS line, customer, day::TIMESTAMP AS moment,
               amount::DECIMAL(18,4) AS amount, 0::UTINYINT AS reason{"".join(f", {name}" for name in carried)}
        FROM at_hand""")
    show_checked(table, mapping)
    if settled is not None:
        connection.register("settled", settled)
    if drop_known:
        _mark_known(table, settled, [column for role, column in _TELLING.items() if role in mapping.columns() and column in there])
    if settled is not None and mapping.order:
        # The order is known and taken back whole: such a refund is set against nothing, and against no other order.
        of_order = "hash(customer, order_id)"
        connection.execute(f"""
            UPDATE checked_row SET reason = {CODE["refund_unmatched"]}
            WHERE line > 0 AND reason = 0 AND amount < 0 AND order_id IS NOT NULL
                  AND {of_order} IN (SELECT {of_order} FROM settled WHERE amount > 0)
                  AND {of_order} NOT IN (SELECT {of_order} FROM checked_row WHERE reason = 0 AND amount > 0)""")


def warnings_of_adding(table: OpenTable, settled: pa.Table | None, mapping: Mapping) -> list[Message]:
    """What a person should hear before the file is added to what is at hand."""
    found = []
    count, money = _late_purchases(table) if settled is not None else (0, 0.0)
    if count:
        found.append(
            msg("{count:# refund|# refunds} worth {money} in the data at hand {count:was|were} left out for want of an earlier "
                "purchase, and this file has one. "
                "Import the files together, in order of time, to set them against each other.",
                count=f"{count:,}", money=f"{money:,.2f}")
        )  # fmt: skip
    if not mapping.order and (alike := _alike_by_chance(table)):
        found.append(alike)
    if mapping.order and (changed := _changed_orders(table)):
        found.append(changed)
    counts = "SELECT any_value(customer), count(DISTINCT customer) FROM checked WHERE line {side} AND reason = 0 AND amount >= 0"
    (new, several), (old, _) = (one_row(table.connection, counts.format(side=side)) for side in ("> 0", "< 1"))
    if several > 1 and old is not None and not _known_customers(table):
        found.append(
            msg("None of the customers of this file is among those at hand. Are the ids written alike? Here one is {new}, at hand one is {old}.",
                new=new, old=old)
        )  # fmt: skip
    return found


def _alike_by_chance(table: OpenTable) -> Message | None:
    """What to say where lines count as known that may be purchases of their own: the files agree on few lines of the days they share.

    Two exports of one shop that overlap have all lines of such a day in common, those of two shops the few that are alike by chance.
    """
    known, money, others = one_row(
        table.connection,
        f"""WITH line AS (SELECT moment::DATE AS day, amount, reason = {CODE["already_there"]} AS known FROM checked
                          WHERE line > 0 AND reason IN (0, {CODE["already_there"]}))
            SELECT count(*) FILTER (known), coalesce(sum(amount) FILTER (known), 0)::DOUBLE, count(*) FILTER (NOT known)
            FROM line WHERE day IN (SELECT day FROM line WHERE known)""",
    )
    if others <= known:
        return None
    return msg(
        "{count:# line|# lines} worth {money} {count:has|have} customer, day and amount in common with lines at hand and "
        "{count:counts|count} once, though {others:# other line|# other lines} of "
        "these days are new. If the files are of different shops or channels, these are purchases of their own: switch off “{rule}”, or name "
        "the column with the order number.",
        count=f"{known:,}", money=f"{money:,.2f}", others=f"{others:,}", rule=RULE_NAMES["drop_known"],
    )  # fmt: skip


def _changed_orders(table: OpenTable) -> Message | None:
    """What to say of orders at hand that the file writes otherwise: with lines of its own, and without some of those at hand.

    A line whose amount was corrected between two exports is such a line, and would count with both of its amounts.
    """
    known = CODE["already_there"]
    count, lines, money, order = one_row(
        table.connection,
        f"""WITH written AS (SELECT hash(customer, moment::DATE, order_id) AS same, order_id, amount, line > 0 AS here, reason = {known} AS known
                             FROM checked WHERE order_id IS NOT NULL AND amount > 0 AND reason IN (0, {known})),
                 added AS (SELECT DISTINCT same FROM written WHERE here AND NOT known)
            SELECT count(*), sum(lines), sum(money)::DOUBLE, min(order_id) FROM (
                SELECT any_value(order_id) AS order_id, count(*) FILTER (here AND NOT known) AS lines, sum(amount) FILTER (here AND NOT known) AS money
                FROM written SEMI JOIN added USING (same) GROUP BY same
                HAVING count(*) FILTER (NOT here) > count(*) FILTER (known))""",
    )
    if not count:
        return None
    return msg(
        "{count:# order|# orders} at hand, such as {order}, {count:is|are} written otherwise in this file, with {lines:# line|# lines} "
        "worth {money} that {lines:is|are} not at hand. If amounts were corrected since, these orders count with both; import one export "
        "of the whole period instead.",
        count=f"{count:,}", order=str(order)[:60], lines=f"{lines:,}", money=f"{money:,.2f}",
    )  # fmt: skip


def _known_customers(table: OpenTable) -> bool:
    return bool(
        table.connection.execute(
            "SELECT 1 FROM checked WHERE line > 0 AND customer IN (SELECT customer FROM checked WHERE line < 1) LIMIT 1"
        ).fetchone()
    )


def _late_purchases(table: OpenTable) -> tuple[int, float]:
    """Refunds at hand that found no earlier purchase and would find one in this file: how many, and their money."""
    late = """SELECT count(*), coalesce(-sum(amount), 0)::DOUBLE FROM settled WHERE unmatched AND EXISTS (
        FROM checked WHERE line > 0 AND checked.reason = 0 AND checked.amount > 0
                           AND checked.customer = settled.customer AND checked.moment <= settled.moment)"""
    return one_row(table.connection, late)


def _mark_known(table: OpenTable, settled: pa.Table | None, telling: list[str]) -> None:
    connection = table.connection
    same = ", ".join(("customer", "moment::DATE", "{amount}::DECIMAL(18,4)", *telling))
    known = [f"SELECT hash({same.format(amount='(amount + coalesce(refunded, 0))')}) AS same FROM checked WHERE line < 1"]
    if settled is not None and settled.num_rows:
        known.append(f"SELECT hash({same.format(amount='amount')}) FROM settled")
    connection.execute(f"""
        UPDATE checked_row SET reason = {CODE["already_there"]} WHERE line IN (
            SELECT line FROM (
                SELECT line, same, row_number() OVER (PARTITION BY same ORDER BY line) AS place
                FROM (SELECT line, hash({same.format(amount="amount")}) AS same FROM checked WHERE line > 0 AND reason = 0)) AS new
            JOIN (SELECT same, count(*) AS many FROM ({" UNION ALL ".join(known)}) GROUP BY same) AS known USING (same)
            WHERE place <= many)""")
