"""Who moved between adopted segments when new purchases or attributes came in: members before and after, customer by customer.

Both are taken inside the transaction of the import, so that the record and the data can never part.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from strategy.customers.rules import members_sql
from strategy.customers.schema import create_tables

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

#: Kind of rule -> (row id of the segment, its rule), of every adopted segment.
Adopted = Mapping[str, Sequence[tuple[str, Mapping[str, Any]]]]


#: Segments told in one whole number, a bit each. Lists of names for a million customers took half a gigabyte.
_BITS = 60


@dataclass(frozen=True)
class _Column:
    """A column of whole numbers whose bits say which of ``segments`` of one ``basis`` a customer is in, lowest bit first."""

    name: str
    basis: str
    segments: tuple[str, ...]
    rules: tuple[Mapping[str, Any], ...]

    def of_members(self) -> list[str]:
        """SQL of each segment's members: customer, column (its place), bit."""
        return [
            f"SELECT customer, '{self.name}' AS place, {1 << at}::UBIGINT AS bit FROM ({members_sql(dict(rule))}) AS members"
            for at, rule in enumerate(self.rules)
        ]

    def names(self, table: str) -> str:
        """SQL for the names of the segments a number of ``table`` says, NULL for none."""
        found = [
            f"CASE WHEN {table}.{self.name} & {1 << at} <> 0 THEN '{_quoted(segment)}' END"
            for at, segment in enumerate(self.segments)
        ]
        return f"nullif(concat_ws(', ', {', '.join(found)}), '')"


def _columns(adopted: Adopted) -> list[_Column]:
    columns: list[_Column] = []
    for basis, segments in adopted.items():
        ordered = sorted(segments, key=lambda segment: segment[0])
        for start in range(0, len(ordered), _BITS):
            ids, rules = zip(*ordered[start : start + _BITS], strict=True)
            columns.append(_Column(f"m{len(columns)}", basis, ids, rules))
    return columns


def _members(columns: Sequence[_Column]) -> str:
    """SQL of all customers, one row each: customer, and for each of ``columns`` the number that says the segments."""
    members = [part for column in columns for part in column.of_members()]
    everybody = "SELECT customer, '' AS place, 0::UBIGINT AS bit FROM customer_purchases"
    numbers = [f"bit_or(CASE WHEN place = '{column.name}' THEN bit ELSE 0 END) AS {column.name}" for column in columns]
    return f"SELECT customer, {', '.join(numbers)} FROM ({' UNION ALL '.join([everybody, *members])}) AS told GROUP BY customer"


def _quoted(text: str) -> str:
    return text.replace("'", "''")


def remember_members(cursor: duckdb.DuckDBPyConnection, adopted: Adopted) -> bool:
    """Note who is in which adopted segment now. False where there is nothing to compare later: no purchases or no segments."""
    create_tables(cursor)
    columns = _columns(adopted)
    if not columns or not cursor.execute("SELECT 1 FROM purchase LIMIT 1").fetchall():
        return False
    cursor.execute(f"CREATE OR REPLACE TEMP TABLE members_before AS {_members(columns)}")
    return True


def forget_moves(cursor: duckdb.DuckDBPyConnection) -> None:
    """Leave nobody in ``segment_move``: the customers it names are those of data that are no longer at hand."""
    create_tables(cursor)
    cursor.execute("DELETE FROM segment_move")


def record_moves(cursor: duckdb.DuckDBPyConnection, adopted: Adopted, version: int) -> None:
    """Put into ``segment_move`` everybody whose segment differs from what :func:`remember_members` noted.

    They replace those recorded before of the same kinds of rule. Who is in segments of another kind has not been asked, so what is
    recorded of those stays.
    """
    columns = _columns(adopted)
    if not columns:
        return
    cursor.executemany("DELETE FROM segment_move WHERE basis = ?", [[basis] for basis in adopted])
    differs = " OR ".join(f"coalesce(was.{column.name}, 0) <> coalesce(became.{column.name}, 0)" for column in columns)
    told = ", ".join(f"{column.names(table)} AS {table}_{column.name}" for column in columns for table in ("was", "became"))
    cursor.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE moved AS
        SELECT coalesce(was.customer, became.customer) AS customer, was.customer IS NOT NULL AS known, became.customer IS NOT NULL AS there,
               {told}
        FROM members_before AS was FULL OUTER JOIN ({_members(columns)}) AS became ON was.customer = became.customer
        WHERE {differs}"""
    )
    for basis in adopted:
        own = [column.name for column in columns if column.basis == basis]
        if not own:
            continue
        was, became = (f"concat_ws(', ', {', '.join(f'{table}_{name}' for name in own)})" for table in ("was", "became"))
        cursor.execute(
            f"""
            INSERT INTO segment_move (version, basis, customer, segment_before, segment_after)
            SELECT {int(version)}, '{_quoted(basis)}', customer, CASE WHEN known THEN {was} END, CASE WHEN there THEN {became} END
            FROM moved WHERE {was} <> {became} ORDER BY customer"""
        )
    cursor.execute("DROP TABLE members_before")
    cursor.execute("DROP TABLE moved")


def moves(cursor: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """How many moved at the latest import that could move them: basis, segment_before, segment_after, customers.

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
