"""The tables of customer data inside a workbook file.

Only the newest data set's purchases and rejected rows are kept, because analyses read one data set at a time and a workbook must
stay small enough to hand over; what every earlier data set was, and how good it was, stays in ``dataset``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from strategy.customers.reasons import REASONS

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
            ("margin", "DOUBLE", "Money the line earned after its costs, where the file named it"),
            ("product", "VARCHAR", "Product or category, where the file named one"),
            ("channel", "VARCHAR", "Channel or shop, where the file named one"),
            ("region", "VARCHAR", "Region, where the file named one"),
            ("refunded", "DECIMAL(18,4)", "Money refunds took off the line; NULL where none did"),
        ),
    ),
    "left_out": (
        "Rows of the current data set's files that are no purchase, with the reason; written out by the view rejected_row",
        (
            ("row_number", "BIGINT", "Row of the file; a heading counts as row 1; empty for a line of an earlier file"),
            ("reason", f"ENUM({', '.join(repr(reason) for reason in REASONS)})", "Why the row was left out"),
            ("customer", "VARCHAR", "Customer id as read"),
            ("moment", "TIMESTAMP", "Day and time as understood, where they could be read"),
            (
                "date_text",
                "VARCHAR",
                "The date as it stood in the file, unless it was written year-month-day or had a type of its own",
            ),
            ("amount_text", "VARCHAR", "The amount as it stood in the file, where it was text or could not be read"),
            ("amount", "DECIMAL(18,4)", "The amount as understood, where it could be read"),
            ("order_id", "VARCHAR", "Of a refund and of what it cancelled: the order, where the file named one"),
            ("price", "DOUBLE", "The same: the price of one piece"),
            ("product", "VARCHAR", "The same: the product"),
            ("file", "SMALLINT", "File of the row, as left_out_file numbers it"),
        ),
    ),
    "left_out_file": (
        "The files that rows were left out of",
        (("file", "SMALLINT", "1, 2, 3 ... in order of import"), ("file_name", "VARCHAR", "Name of the file")),
    ),
    "customer_attribute": (
        "What is known about customers beyond their purchases, from the current attribute file",
        (
            ("customer", "VARCHAR", "Customer id, as in the purchases"),
            ("name", "VARCHAR", "Which attribute; exactly one of text, number and day is filled"),
            ("text", "VARCHAR", "Its value, where it is text"),
            ("number", "DOUBLE", "Its value, where it is a number"),
            ("day", "DATE", "Its value, where it is a date"),
        ),
    ),
    "interaction": (
        "Contacts with customers beside their purchases, such as calls, visits and complaints: the current set of interactions",
        (
            ("customer", "VARCHAR", "Customer id, as in the purchases; some may have none"),
            ("day", "DATE", "Day of the contact"),
            ("moment", "TIMESTAMP", "Day and time of day, where the file named one"),
            ("kind", "VARCHAR", "What it was, as the file writes it; NULL where it says nothing"),
            ("complaint", "BOOLEAN", "Whether this kind was confirmed to be a complaint"),
            ("channel", "VARCHAR", "How it reached the company, where the file named it"),
            ("status", "VARCHAR", "What became of it, as the file writes it"),
            ("still_open", "BOOLEAN", "Whether this status was confirmed to mean not settled yet; NULL where that is not known"),
            ("score", "DOUBLE", "How satisfied the customer was, on the scale of the file"),
            ("topic", "VARCHAR", "Reason or subject, its first 500 characters"),
        ),
    ),
    "interaction_set": (
        "One row per import of interactions; the highest version is the current one",
        (
            ("version", "INTEGER", "1, 2, 3 ... in order of import"),
            ("file_name", "VARCHAR", "Name of the imported file"),
            ("sha256", "VARCHAR", "Fingerprint of the imported file"),
            ("mapping", "JSON", "Which column of the file held what"),
            ("quality", "JSON", "Rows kept and left out by reason, kinds that are complaints, statuses that are open, files"),
            ("imported_at", "TIMESTAMP", "When it was imported (UTC)"),
            ("author", "VARCHAR", "Who imported it"),
        ),
    ),
    "segment_move": (
        "Customers whose adopted segment changed when the current data set came in",
        (
            ("version", "INTEGER", "Data set that moved them"),
            ("basis", "VARCHAR", "Kind of rule the segments were found by"),
            ("customer", "VARCHAR", "Customer id, as text"),
            ("segment_before", "VARCHAR", "Row id of the segment before; empty for none of this kind, NULL when not in the data"),
            ("segment_after", "VARCHAR", "Row id of the segment now; empty for none of this kind, NULL when not in the data"),
        ),
    ),
}


_REJECTED_ROW = """
    SELECT row_number, reason::VARCHAR AS reason, customer,
           coalesce(date_text, CASE WHEN moment = moment::DATE THEN moment::DATE::VARCHAR ELSE moment::VARCHAR END) AS day_text,
           amount_text, amount, file_name
    FROM left_out LEFT JOIN left_out_file USING (file)"""
_REJECTED_SAID = {
    "": "Rows of the current data set's files that are no purchase, as a person reads them",
    "row_number": "Row of the file; a heading counts as row 1; empty for a line of an earlier file",
    "reason": "Why the row was left out",
    "customer": "Customer id as read",
    "day_text": "The date as it stood in the file, or as understood where it was plain",
    "amount_text": "The amount as it stood in the file, where it was text or could not be read",
    "amount": "The amount as understood, where it could be read",
    "file_name": "File of the row",
}

#: What each customer's purchases come to: the same as :func:`strategy.customers.expressions.totals_of`, and the days in order, as SQL
#: over a table of purchases.
TOTALS = """
    SELECT * EXCLUDE (days, day_revenue),
           list_median(list_transform(list_zip(days[2:], days[:-2]), lambda pair: pair[1] - pair[2])) AS usual_gap_days, days, day_revenue
    FROM (
        SELECT * EXCLUDE (history), list_transform(history, lambda one: one.day) AS days,
               list_transform(history, lambda one: one.money) AS day_revenue
        FROM (
            SELECT customer, min(day) AS first_day, max(day) AS last_day, count(*) AS purchase_days,
                   sum(lines)::BIGINT AS purchase_lines, sum(money)::DOUBLE AS revenue,
                   arg_min(money, day)::DOUBLE AS first_day_revenue,
                   list_sort(list({{'day': day, 'money': money::DECIMAL(18,4)}})) AS history
            FROM (SELECT customer, day, count(*) AS lines, sum(amount) AS money FROM {purchases} GROUP BY customer, day) AS days
            GROUP BY customer) AS customers) AS customers"""
#: Comments of ``customer_purchases`` and of its columns.
_TOTALS_SAID = {
    "": "What the purchases of each customer of the current data set come to",
    "customer": "Customer id, as in the purchases",
    "first_day": "Day of the first purchase",
    "last_day": "Day of the latest purchase",
    "purchase_days": "Different days with a purchase",
    "purchase_lines": "Purchase lines",
    "revenue": "Money of all lines",
    "first_day_revenue": "Money of the lines of the first day",
    "usual_gap_days": "Median days from one day with a purchase to the next; NULL for customers of one day",
    "days": "The days with a purchase, in order",
    "day_revenue": "Money of the lines of each of these days",
}


def one_row(cursor: duckdb.DuckDBPyConnection, sql: str) -> tuple[Any, ...]:
    """The only row of a query that always has one, such as a sum over everything."""
    return cursor.execute(sql).fetchall()[0]


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def drop_totals(cursor: duckdb.DuckDBPyConnection) -> None:
    """Drop ``customer_purchases``, be it a table or a view."""
    kind = cursor.execute(
        "SELECT table_type FROM information_schema.tables WHERE table_schema = 'main' AND table_name = 'customer_purchases'"
    ).fetchone()
    if kind:
        cursor.execute(f"DROP {'VIEW' if kind[0] == 'VIEW' else 'TABLE'} customer_purchases")


def _explain(cursor: duckdb.DuckDBPyConnection, kind: str, name: str, said: dict[str, str]) -> None:
    """Give a TABLE or VIEW, and its columns, their comments; that of the whole stands under the empty name."""
    for column, comment in said.items():
        what = f"COLUMN {name}.{column}" if column else f"{kind} {name}"
        cursor.execute(f"COMMENT ON {what} IS {quoted(comment)}")


def explain_totals(cursor: duckdb.DuckDBPyConnection, kind: str) -> None:
    """Give ``customer_purchases``, a TABLE or a VIEW, its comments."""
    _explain(cursor, kind, "customer_purchases", _TOTALS_SAID)


def show_totals(cursor: duckdb.DuckDBPyConnection) -> None:
    """Make ``customer_purchases`` a view over the purchases, which is right whatever becomes of them."""
    drop_totals(cursor)
    cursor.execute(f"CREATE VIEW customer_purchases AS {TOTALS.format(purchases='purchase')}")
    explain_totals(cursor, "VIEW")


def create_tables(cursor: duckdb.DuckDBPyConnection) -> None:
    """Create the tables of ``TABLES`` that are missing, and the columns a table lacks, with their comments."""
    there: dict[str, set[str]] = {}
    for table, column in cursor.execute(
        "SELECT table_name, column_name FROM duckdb_columns() WHERE schema_name = 'main' AND NOT internal"
    ).fetchall():
        there.setdefault(table, set()).add(column)
    for table, (comment, columns) in TABLES.items():
        missing = [column for column in columns if column[0] not in there.get(table, ())]
        if table not in there:
            definition = ", ".join(f"{name} {kind}" for name, kind, _ in columns)
            cursor.execute(f"CREATE TABLE {table} ({definition})")
            cursor.execute(f"COMMENT ON TABLE {table} IS {quoted(comment)}")
        for name, kind, said in missing:
            cursor.execute(f"ALTER TABLE {table} ADD COLUMN IF NOT EXISTS {name} {kind}")
            cursor.execute(f"COMMENT ON COLUMN {table}.{name} IS {quoted(said)}")
    if "rejected_row" not in there:
        cursor.execute(f"CREATE VIEW rejected_row AS {_REJECTED_ROW}")
        _explain(cursor, "VIEW", "rejected_row", _REJECTED_SAID)
    if "customer_purchases" not in there:
        show_totals(cursor)
