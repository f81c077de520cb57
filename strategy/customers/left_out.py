"""Rows of a file that are no purchase, from the file to the workbook: nobody may be left wondering where a row went.

There may be hundreds of thousands of them, and hardly anyone looks. So the workbook stores them as they come to hand, reasons and
files as numbers and moments as moments, and the view ``rejected_row`` writes them out.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from strategy.customers.arrow_files import ROW_GROUP
from strategy.customers.reasons import REASONS
from strategy.customers.schema import one_row

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

#: Of a line that refunds took out, what tells it from others: it may come again in a later file.
TELLING = {"order_id": "VARCHAR", "price": "DOUBLE", "product": "VARCHAR"}
_COLUMNS = ", ".join(("row_number, reason, customer, moment, date_text, amount_text, amount", *TELLING))
_READ = "CASE WHEN line > 0 THEN line END AS row_number, reason, customer, moment, date_text, amount_text"
#: Lines that were right, and left out for what became of them.
_SETTLED = ("refund_netted", "refund_unmatched", "cancelled_by_refund")


def left_out_rows(connection: duckdb.DuckDBPyConnection) -> pa.Table:
    """The rows of ``checked`` that do not count, be it in themselves or for what ``outcome`` says became of them.

    Columns as those of the table ``left_out``, without the file.
    """
    import pyarrow as pa

    nothing = ", ".join(f"NULL::{kind} AS {name}" for name, kind in TELLING.items())
    query = f"""
        SELECT {_READ}, amount, {nothing} FROM checked WHERE reason > 0
        UNION ALL
        SELECT {_READ}, amount + coalesce(refunded, 0), {", ".join(TELLING)}
        FROM (SELECT * EXCLUDE (reason) FROM checked) AS rows JOIN outcome USING (line)"""
    found = connection.sql(query).to_arrow_table(ROW_GROUP).combine_chunks()
    # The few different texts are held once, with a number a row.
    reasons = [pa.DictionaryArray.from_arrays(chunk.cast(pa.int8()), list(REASONS)) for chunk in found["reason"].chunks]
    kind = pa.dictionary(pa.int8(), pa.string())
    return found.set_column(1, "reason", pa.chunked_array(reasons, kind))


def settled_lines(rejected: pa.Table) -> pa.Table:
    """Of the rows left out, refunds and what they cancelled: customer, moment, amount as in the file, what tells lines apart, and whether
    it is a refund without an earlier purchase (``unmatched``)."""
    import pyarrow as pa
    import pyarrow.compute as pc

    wanted = rejected.filter(pc.is_in(rejected["reason"].cast(pa.string()), value_set=pa.array(_SETTLED)))
    unmatched = pc.equal(wanted["reason"].cast(pa.string()), "refund_unmatched")
    columns = wanted.select(["customer", "moment", "amount", *TELLING]).append_column("unmatched", unmatched)
    return columns.cast(_settled_schema())


def settled_at_hand(cursor: duckdb.DuckDBPyConnection) -> pa.Table:
    """The same of the data set at hand."""
    reasons = ", ".join(f"'{reason}'" for reason in _SETTLED)
    columns = ", ".join(("customer", "moment", "amount", *TELLING, "reason = 'refund_unmatched' AS unmatched"))
    return cursor.execute(f"SELECT {columns} FROM left_out WHERE reason IN ({reasons})").to_arrow_table().cast(_settled_schema())


def _settled_schema() -> pa.Schema:
    import pyarrow as pa

    return pa.schema(
        [
            ("customer", pa.string()), ("moment", pa.timestamp("us")), ("amount", pa.decimal128(18, 4)), ("order_id", pa.string()),
            ("price", pa.float64()), ("product", pa.string()), ("unmatched", pa.bool_()),
        ]
    )  # fmt: skip


def store_left_out(cursor: duckdb.DuckDBPyConnection, files: Sequence[tuple[str, pa.Table]]) -> None:
    """Add the rows left out of ``files``, each a name and what :func:`left_out_rows` found."""
    first = one_row(cursor, "SELECT coalesce(max(file), 0) + 1 FROM left_out_file")[0]
    for number, (name, rows) in enumerate(files, first):
        cursor.execute("INSERT INTO left_out_file VALUES (?, ?)", [number, name])
        cursor.register("rows_to_store", rows)
        try:
            cursor.execute(f"INSERT INTO left_out ({_COLUMNS}, file) SELECT {_COLUMNS}, {number} FROM rows_to_store")
        finally:
            cursor.unregister("rows_to_store")


def forget_left_out(cursor: duckdb.DuckDBPyConnection) -> None:
    """Remove every row left out."""
    cursor.execute("DELETE FROM left_out")
    cursor.execute("DELETE FROM left_out_file")
