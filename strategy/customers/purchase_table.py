"""How purchases and what each customer's come to are laid out inside a workbook: little room, and little work for what is empty."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from strategy.customers.arrow_files import ROW_GROUP
from strategy.customers.schema import TABLES, TOTALS, drop_totals, explain_totals, quoted

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa


#: So many customers leave few of them twice among the rows that are compressed together.
_MANY = 50_000


def empty_purchases(cursor: duckdb.DuckDBPyConnection, filled: Collection[str], customers: int = 0) -> None:
    """Make the purchase table anew, without rows and with ``filled`` as the columns that can hold something.

    The others are there to be read and are empty in every row. They are worked out rather than stored: to store a column of eleven
    million empty cells took as long as to store one of days. The names of many ``customers`` are compressed as texts at once: to find
    out that no list of them would be shorter took as long as all the rest of storing eleven million lines.
    """
    comment, columns = TABLES["purchase"]
    how = {"customer": " USING COMPRESSION fsst"} if customers >= _MANY else {}
    stored = [f"{name} {kind}" + (how.get(name, "") if name in filled else f" AS (NULL::{kind})") for name, kind, _ in columns]
    cursor.execute("DROP TABLE IF EXISTS purchase")
    cursor.execute(f"CREATE TABLE purchase ({', '.join(stored)})")
    cursor.execute(f"COMMENT ON TABLE purchase IS {quoted(comment)}")
    for name, _, said in columns:
        cursor.execute(f"COMMENT ON COLUMN purchase.{name} IS {quoted(said)}")


def keep_totals(cursor: duckdb.DuckDBPyConnection, totals: pa.Table | None = None) -> None:
    """Store what each customer's purchases come to, beside the purchases.

    Args:
        totals: as :func:`strategy.customers.totals.customer_totals` gives them for the very purchases that are stored; worked out
            from these where it is None.
    """
    import pyarrow as pa

    drop_totals(cursor)
    if totals is not None:
        # Batch by batch, each as many as are stored together: held whole, the lists take 100 MB more and half as long again.
        cursor.register("totals_to_store", pa.Table.from_batches(totals.to_batches(max_chunksize=ROW_GROUP), totals.schema))
    found = TOTALS.format(purchases="purchase") if totals is None else "FROM totals_to_store"
    cursor.execute(f"CREATE TABLE customer_purchases AS {found}")
    explain_totals(cursor, "TABLE")
    if totals is not None:
        cursor.unregister("totals_to_store")
