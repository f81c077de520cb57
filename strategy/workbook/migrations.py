"""The format of workbook files: its version, and one function for each step up. A shipped step is never edited.

Rows need no migration when the *method* changes: the journal keeps what was written, and the typed views show what the method
in use knows. Steps here are for changes of the file's own tables.
"""

from __future__ import annotations

from collections.abc import Callable

import duckdb

FORMAT_VERSION = 4


def _room_for_attributes(connection: duckdb.DuckDBPyConnection) -> None:
    """1 to 2: what more a purchase can say, attributes of customers, and who moved between segments.

    A workbook without customer data has none of these tables; they are laid out with the first import.
    """
    there = {row[0] for row in connection.execute("SELECT table_name FROM duckdb_tables() WHERE schema_name = 'main'").fetchall()}
    if "purchase" not in there:
        return
    for column, kind in (("margin", "DOUBLE"), ("product", "VARCHAR"), ("channel", "VARCHAR"), ("region", "VARCHAR")):
        connection.execute(f"ALTER TABLE purchase ADD COLUMN IF NOT EXISTS {column} {kind}")
    if "rejected_row" in there:
        connection.execute("ALTER TABLE rejected_row ADD COLUMN IF NOT EXISTS file_name VARCHAR")
    connection.execute(
        "CREATE TABLE IF NOT EXISTS customer_attribute (customer VARCHAR, name VARCHAR, text VARCHAR, number DOUBLE, day DATE)"
    )
    connection.execute(
        "CREATE TABLE IF NOT EXISTS segment_move "
        "(version INTEGER, basis VARCHAR, customer VARCHAR, segment_before VARCHAR, segment_after VARCHAR)"
    )


def _totals_of_customers(connection: duckdb.DuckDBPyConnection) -> None:
    """2 to 3: what each customer's purchases come to. Worked out from the purchases until the next import stores it beside them."""
    there = {row[0] for row in connection.execute("SELECT table_name FROM duckdb_tables() WHERE schema_name = 'main'").fetchall()}
    if "purchase" not in there:
        return
    connection.execute(
        """
        CREATE VIEW IF NOT EXISTS customer_purchases AS
        SELECT customer, min(day) AS first_day, max(day) AS last_day, count(*) AS purchase_days, sum(lines)::BIGINT AS purchase_lines,
               sum(money)::DOUBLE AS revenue, arg_min(money, day)::DOUBLE AS first_day_revenue
        FROM (
            SELECT customer, day, count(*) AS lines, sum(amount) AS money
            FROM purchase GROUP BY customer, day) AS days
        GROUP BY customer"""
    )


def _lean_rows_left_out(connection: duckdb.DuckDBPyConnection) -> None:
    """Part of 3 to 4: rows left out are stored as they come to hand, and ``rejected_row`` is a view that writes them out."""
    there = {row[0] for row in connection.execute("SELECT table_name FROM duckdb_tables() WHERE schema_name = 'main'").fetchall()}
    if "rejected_row" not in there:
        return
    connection.execute(
        """
        CREATE TABLE left_out (
            row_number BIGINT,
            reason ENUM('kept', 'blank_row', 'totals_row', 'no_customer', 'bad_date', 'bad_amount', 'future_date', 'duplicate',
                        'zero_or_negative_price', 'refund_netted', 'refund_unmatched', 'cancelled_by_refund', 'refund_left_out',
                        'already_there'),
            customer VARCHAR, moment TIMESTAMP, date_text VARCHAR, amount_text VARCHAR, amount DECIMAL(18,4),
            order_id VARCHAR, price DOUBLE, product VARCHAR, file SMALLINT);
        CREATE TABLE left_out_file (file SMALLINT, file_name VARCHAR);
        INSERT INTO left_out_file
        SELECT row_number() OVER (ORDER BY file_name), file_name FROM (SELECT DISTINCT file_name FROM rejected_row);
        INSERT INTO left_out
        SELECT row_number, try_cast(reason AS ENUM('kept', 'blank_row', 'totals_row', 'no_customer', 'bad_date', 'bad_amount', 'future_date', 'duplicate',
                        'zero_or_negative_price', 'refund_netted', 'refund_unmatched', 'cancelled_by_refund', 'refund_left_out',
                        'already_there')), customer, NULL, day_text, amount_text, amount, NULL, NULL, NULL, file
        FROM rejected_row LEFT JOIN left_out_file ON rejected_row.file_name IS NOT DISTINCT FROM left_out_file.file_name;
        DROP TABLE rejected_row;
        CREATE VIEW rejected_row AS
        SELECT row_number, reason::VARCHAR AS reason, customer,
               coalesce(date_text, CASE WHEN moment = moment::DATE THEN moment::DATE::VARCHAR ELSE moment::VARCHAR END) AS day_text,
               amount_text, amount, file_name
        FROM left_out LEFT JOIN left_out_file USING (file)"""
    )


def _days_of_customers(connection: duckdb.DuckDBPyConnection) -> None:
    """Part of 3 to 4: each customer's days with a purchase, in order, what was bought on them, and the usual gap between them."""
    kind = connection.execute(
        "SELECT table_type FROM information_schema.tables WHERE table_schema = 'main' AND table_name = 'customer_purchases'"
    ).fetchone()
    if kind is None:
        return
    # Where they were stored they are stored again; where they were worked out from the purchases they still are.
    stored = "VIEW" if kind[0] == "VIEW" else "TABLE"
    connection.execute(f"DROP {stored} customer_purchases")
    connection.execute(
        f"""
        CREATE {stored} customer_purchases AS
        SELECT * EXCLUDE (days, day_revenue),
               list_median(list_transform(list_zip(days[2:], days[:-2]), lambda pair: pair[1] - pair[2])) AS usual_gap_days,
               days, day_revenue
        FROM (
            SELECT * EXCLUDE (history), list_transform(history, lambda one: one.day) AS days,
                   list_transform(history, lambda one: one.money) AS day_revenue
            FROM (
                SELECT customer, min(day) AS first_day, max(day) AS last_day, count(*) AS purchase_days,
                       sum(lines)::BIGINT AS purchase_lines, sum(money)::DOUBLE AS revenue,
                       arg_min(money, day)::DOUBLE AS first_day_revenue,
                       list_sort(list({{'day': day, 'money': money::DECIMAL(18,4)}})) AS history
                FROM (
                    SELECT customer, day, count(*) AS lines, sum(amount) AS money
                    FROM purchase GROUP BY customer, day) AS days
                GROUP BY customer) AS customers) AS customers"""
    )


def _more_at_hand(connection: duckdb.DuckDBPyConnection) -> None:
    """3 to 4."""
    _lean_rows_left_out(connection)
    _days_of_customers(connection)


#: ``MIGRATIONS[n]`` takes a file from format n to n + 1, inside a transaction that also records the new version.
MIGRATIONS: dict[int, Callable[[duckdb.DuckDBPyConnection], None]] = {
    1: _room_for_attributes,
    2: _totals_of_customers,
    3: _more_at_hand,
}
