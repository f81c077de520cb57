"""Whether the purchases in a workbook are those its history says were brought in.

The history is chained, the purchases are not: a program that opens the file beside Ninefold can change them, and every figure with them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from strategy.customers.schema import one_row
from strategy.errors import WorkbookDamaged
from strategy.language import msg

if TYPE_CHECKING:
    import duckdb

#: Recorded money is rounded to a hundredth.
_ROUNDED = 0.011


def check_purchases(cursor: duckdb.DuckDBPyConnection, record: Mapping[str, Any], file: str) -> None:
    """Compare lines, customers and money with ``record``, what the history says of the data set; ``file`` is named in the error.

    Raises:
        WorkbookDamaged: purchases were changed, added or taken out, or a table of theirs is gone.
    """
    import duckdb

    expected = (int(record["rows_kept"]), int(record["customers"]), float(record["revenue"]))
    try:
        rows, customers, revenue = one_row(
            cursor, "SELECT count(*), count(DISTINCT customer), coalesce(sum(amount), 0)::DOUBLE FROM purchase"
        )
        totals = one_row(cursor, "SELECT count(*), coalesce(sum(revenue), 0)::DOUBLE FROM customer_purchases")
    except duckdb.CatalogException as error:
        raise WorkbookDamaged(
            msg("A table of the purchases is not in the file"), file, msg("Restore a backup, or import the purchases again.")
        ) from error
    same = (rows, customers, totals[0]) == (*expected[:2], expected[1])
    if same and all(abs(money - expected[2]) < _ROUNDED for money in (revenue, totals[1])):
        return
    raise WorkbookDamaged(
        msg("The file holds {rows:# purchase line|# purchase lines} of {customers:# customer|# customers} worth {money}, but {rows_then} of {customers_then} worth "
            "{money_then} were brought in",
            rows=f"{rows:,}", customers=f"{customers:,}", money=f"{revenue:,.2f}",
            rows_then=f"{expected[0]:,}", customers_then=f"{expected[1]:,}", money_then=f"{expected[2]:,.2f}"),
        file,
        msg("Restore a backup, or import the purchases again."),
    )  # fmt: skip
