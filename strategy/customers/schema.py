"""The tables of customer data inside a workbook file.

Only the newest data set's purchases and rejected rows are kept, because analyses read one data set at a time and a workbook must
stay small enough to hand over; what every earlier data set was, and how good it was, stays in ``dataset``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import duckdb

#: Table -> (comment, columns); a column is (name, type, comment).
TABLES: dict[str, tuple[str, tuple[tuple[str, str, str], ...]]] = {
    "dataset": (
        "One row per import of customer data; the highest version is the current one",
        (
            ("version", "INTEGER", "1, 2, 3 ... in order of import"),
            ("file_name", "VARCHAR", "Name of the imported file"),
            ("sha256", "VARCHAR", "Fingerprint of the imported file"),
            ("mapping", "JSON", "Which column of the file held what"),
            ("understood", "JSON", "How dates, numbers and text were read"),
            ("quality", "JSON", "Rows and money kept and left out, by reason; refunds; warnings"),
            ("imported_at", "TIMESTAMP", "When it was imported (UTC)"),
            ("author", "VARCHAR", "Who imported it"),
        ),
    ),
    "purchase": (
        "Purchase lines of the current data set, after refunds were netted into the orders they cancel",
        (
            ("customer", "VARCHAR", "Customer id, as text"),
            ("day", "DATE", "Day of the purchase, in the shop's own time zone"),
            ("amount", "DECIMAL(18,4)", "Money of the line, net of refunds"),
            ("order_id", "VARCHAR", "Order or invoice, where the file named one"),
            ("quantity", "DOUBLE", "Pieces, where the file named them"),
            ("price", "DOUBLE", "Price of one piece, where the file named it"),
        ),
    ),
    "rejected_row": (
        "Rows of the current data set's file that are no purchase, with the reason",
        (
            ("row_number", "BIGINT", "Row of the file; a heading counts as row 1"),
            ("reason", "VARCHAR", "Why the row was left out"),
            ("customer", "VARCHAR", "Customer id as read"),
            ("day_text", "VARCHAR", "The date as it stood in the file"),
            ("amount_text", "VARCHAR", "The amount as it stood in the file, where it was text or could not be read"),
            ("amount", "DECIMAL(18,4)", "The amount as understood, where it could be read"),
        ),
    ),
}


def one_row(cursor: duckdb.DuckDBPyConnection, sql: str) -> tuple[Any, ...]:
    """The only row of a query that always has one, such as a sum over everything."""
    return cursor.execute(sql).fetchall()[0]


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def create_tables(cursor: duckdb.DuckDBPyConnection) -> None:
    """Create ``dataset``, ``purchase`` and ``rejected_row`` where they are missing, with their comments."""
    there = {row[0] for row in cursor.execute("SELECT table_name FROM duckdb_tables() WHERE schema_name = 'main'").fetchall()}
    if there >= set(TABLES):
        return
    for table, (comment, columns) in TABLES.items():
        definition = ", ".join(f"{name} {kind}" for name, kind, _ in columns)
        cursor.execute(f"CREATE TABLE IF NOT EXISTS {table} ({definition})")
        cursor.execute(f"COMMENT ON TABLE {table} IS {_quoted(comment)}")
        for name, _, said in columns:
            cursor.execute(f"COMMENT ON COLUMN {table}.{name} IS {_quoted(said)}")
