"""A file added to the data at hand: its refunds may take back earlier purchases, and lines that are there already count once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from strategy.customers.cleaning import show_checked
from strategy.customers.mapping import Mapping
from strategy.customers.reading import OpenTable
from strategy.customers.reasons import CODE

if TYPE_CHECKING:
    import pyarrow as pa

#: Role -> column of the purchases, for what tells one line from another beside customer, day and amount.
#: Columns of the purchases that are carried over, with their types.
_CARRIED = {
    **dict.fromkeys(("order_id", "product", "channel", "region"), "VARCHAR"),
    **dict.fromkeys(("quantity", "price", "margin"), "DOUBLE"),
}
_TELLING = {"order": "order_id", "quantity": "quantity", "price": "price", "product": "product"}


def add_purchases_at_hand(table: OpenTable, purchases: pa.Table, mapping: Mapping, drop_known: bool) -> None:
    """Put the purchases at hand into ``checked``, on lines below 1, and mark the file's lines that are among them.

    Args:
        purchases: the purchase table of the workbook, any columns of it.
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
    if drop_known:
        telling = [column for role, column in _TELLING.items() if role in mapping.columns() and column in there]
        same = f"hash({', '.join(['customer', 'moment::DATE', 'amount', *telling])})"
        connection.execute(f"""
            UPDATE checked_row SET reason = {CODE["already_there"]}
            WHERE line > 0 AND reason = 0 AND amount > 0 AND {same} IN (SELECT {same} FROM checked_row WHERE line < 1)""")
