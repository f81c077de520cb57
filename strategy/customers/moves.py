"""Who moved between adopted segments when new data came in: members before and after, kept customer by customer.

Both are taken inside the transaction of the import, so that the record and the data can never part.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from strategy.customers.rules import members_sql
from strategy.customers.schema import create_tables

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

#: Kind of rule -> (row id of the segment, its rule), of every adopted segment.
Adopted = Mapping[str, Sequence[tuple[str, Mapping[str, Any]]]]


def _members(adopted: Adopted) -> str | None:
    """SQL of everybody's segments by kind of rule: basis, customer, segment (several are listed with commas)."""
    parts = [
        f"SELECT '{_quoted(basis)}' AS basis, customer, '{_quoted(row_id)}' AS segment FROM ({members_sql(dict(rule))}) AS members"
        for basis, rules in adopted.items()
        for row_id, rule in rules
    ]
    if not parts:
        return None
    return (
        "SELECT basis, customer, string_agg(segment, ', ' ORDER BY segment) AS segment "
        f"FROM ({' UNION ALL '.join(parts)}) AS everybody GROUP BY basis, customer"
    )


def _quoted(text: str) -> str:
    return text.replace("'", "''")


def remember_members(cursor: duckdb.DuckDBPyConnection, adopted: Adopted) -> bool:
    """Note who is in which adopted segment now. False where there is nothing to compare later: no purchases or no segments."""
    create_tables(cursor)
    sql = _members(adopted)
    if sql is None or not cursor.execute("SELECT 1 FROM purchase LIMIT 1").fetchall():
        return False
    cursor.execute(f"CREATE OR REPLACE TEMP TABLE members_before AS {sql}")
    cursor.execute("CREATE OR REPLACE TEMP TABLE customers_before AS SELECT customer FROM customer_purchases")
    return True


def record_moves(cursor: duckdb.DuckDBPyConnection, adopted: Adopted, version: int) -> None:
    """Replace ``segment_move`` by everybody whose segment differs from what :func:`remember_members` noted."""
    cursor.execute("DELETE FROM segment_move")
    sql = _members(adopted)
    if sql is None:
        return
    cursor.execute(
        f"""
        INSERT INTO segment_move (version, basis, customer, segment_before, segment_after)
        WITH now AS ({sql}),
             customers_now AS (SELECT customer FROM customer_purchases),
             pair AS (
                 SELECT coalesce(a.basis, b.basis) AS basis, coalesce(a.customer, b.customer) AS customer,
                        a.segment AS was, b.segment AS became
                 FROM members_before AS a FULL OUTER JOIN now AS b ON a.basis = b.basis AND a.customer = b.customer)
        SELECT {int(version)}, pair.basis, pair.customer,
               CASE WHEN earlier.customer IS NULL THEN NULL ELSE coalesce(was, '') END,
               CASE WHEN later.customer IS NULL THEN NULL ELSE coalesce(became, '') END
        FROM pair
        LEFT JOIN customers_before AS earlier ON earlier.customer = pair.customer
        LEFT JOIN customers_now AS later ON later.customer = pair.customer
        WHERE was IS DISTINCT FROM became
        ORDER BY 2, 3"""
    )
    cursor.execute("DROP TABLE members_before")
    cursor.execute("DROP TABLE customers_before")


def moves(cursor: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """How many moved at the latest import: basis, segment_before, segment_after, customers.

    A segment is None where the customer was not in the data, and empty where he or she was in none of that kind.
    """
    create_tables(cursor)
    found = cursor.execute(
        "SELECT basis, segment_before, segment_after, count(*) AS customers FROM segment_move GROUP BY ALL ORDER BY 1, 4 DESC, 2, 3"
    ).df()
    return found.astype({"segment_before": "object", "segment_after": "object"}).where(found.notna(), None)


def moved_customers(cursor: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """Every customer who moved at the latest import: customer, basis, segment_before, segment_after."""
    create_tables(cursor)
    return cursor.execute(
        "SELECT customer, basis, segment_before, segment_after FROM segment_move ORDER BY basis, customer"
    ).df()  # fmt: skip
