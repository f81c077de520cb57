"""What a workbook holds that a file is read beside: whose purchases there are, and the interactions a file is added to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from strategy.customers.interaction_files import has_table
from strategy.customers.interaction_rows import TELLING

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa


def buyers_at_hand(cursor: duckdb.DuckDBPyConnection) -> pa.Table:
    """Every customer with purchases, once each, in the column ``customer``; nobody in a workbook without purchases."""
    names = (
        "DISTINCT customer FROM purchase WHERE customer IS NOT NULL"
        if has_table(cursor, "purchase")
        else "NULL::VARCHAR AS customer WHERE false"
    )
    return cursor.execute(f"SELECT {names}").to_arrow_table()


def interactions_at_hand(cursor: duckdb.DuckDBPyConnection) -> pa.Table:
    """What tells each interaction of the workbook from the others; no row in a workbook without any."""
    if has_table(cursor, "interaction"):
        return cursor.execute(f"SELECT {TELLING} FROM interaction").to_arrow_table()
    return cursor.execute(f"SELECT {', '.join(f'NULL AS {name}' for name in TELLING.split(', '))} WHERE false").to_arrow_table()
