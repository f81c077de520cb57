"""Adding up many purchases: what each customer's come to, and how many different values there are.

Grouping eleven million lines by customer and day took DuckDB four seconds of work and 500 MB. Whole numbers are sorted forty times
faster than texts are grouped, so fingerprints of customers, with the day in their last bits, are sorted instead. Fingerprints are
never trusted: where two customers share one, which the count of customers tells, everything is grouped after all.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from strategy.customers.arrow_files import ROW_GROUP
from strategy.customers.schema import TOTALS, one_row

if TYPE_CHECKING:
    import duckdb
    import numpy as np
    import pyarrow as pa

#: Lines from which sorting is quicker than counting different values, and than grouping; and up to which the numbers to be sorted, 8
#: bytes a line, are held in memory.
_LEAST_TO_COUNT, _LEAST_TO_GROUP, _MOST = 100_000, 1_000_000, 40_000_000
#: Sorted numbers are looked through in pieces, which take turns in the same memory.
_PIECE = 1 << 19


def _sorted(connection: duckdb.DuckDBPyConnection, value: str, relation: str, lines: int) -> np.ndarray[Any, Any]:
    """The whole numbers ``value`` gives for the rows of ``relation``, of which there are at most ``lines``, in order."""
    import numpy as np

    numbers, at = np.empty(lines, np.uint64), 0
    # In batches, so that the numbers are held once; touching memory for the first time costs more than sorting it.
    for batch in connection.execute(f"SELECT {value} AS value FROM {relation}").to_arrow_reader(ROW_GROUP):
        part = batch.column(0).drop_null()
        numbers[at : at + len(part)] = part.to_numpy()
        at += len(part)
    numbers = numbers[:at]
    numbers.sort()
    return numbers


def count_different(connection: duckdb.DuckDBPyConnection, value: str, relation: str, lines: int) -> int:
    """How many different values the expression ``value`` (a fingerprint, NULL where there is nothing) has in ``relation``.

    Args:
        lines: how many rows ``relation`` has at most.
    """
    import numpy as np

    if not _LEAST_TO_COUNT <= lines <= _MOST:
        return int(one_row(connection, f"SELECT count(DISTINCT {value}) FROM {relation}")[0])
    numbers = _sorted(connection, value, relation, lines)
    return sum(int(np.count_nonzero(_begins(numbers, at, at + _PIECE))) for at in range(0, len(numbers), _PIECE))


def _begins(numbers: np.ndarray[Any, Any], start: int, end: int) -> np.ndarray[Any, Any]:
    """Of the sorted numbers from ``start`` to before ``end``, which are the first of their kind."""
    import numpy as np

    differs = numbers[max(start, 1) : end] != numbers[max(start, 1) - 1 : min(end, len(numbers)) - 1]
    return differs if start else np.concatenate(([True], differs))


def customer_totals(connection: duckdb.DuckDBPyConnection, relation: str, lines: int) -> pa.Table:
    """What the purchases of each customer come to, one row a customer.

    Columns as those of :func:`strategy.customers.expressions.totals_of`, which it gives the answer of; a test compares them.

    Args:
        relation: a table of purchases with customer, day and amount.
        lines: how many rows it has at most.
    """
    found = _by_sorting(connection, relation, lines) if _LEAST_TO_GROUP <= lines <= _MOST else None
    return found if found is not None else connection.execute(TOTALS.format(purchases=relation)).to_arrow_table(ROW_GROUP)


def _by_sorting(connection: duckdb.DuckDBPyConnection, relation: str, lines: int) -> pa.Table | None:
    """The totals, or None where two customers have one fingerprint."""
    import numpy as np
    import pyarrow as pa

    first, span = one_row(connection, f"SELECT min(day), max(day) - min(day) FROM {relation}")
    if first is None:
        return None
    bits = np.uint64(int(span).bit_length())
    # The day in the last bits: in order, the lines of a customer and day are neighbours, and so are the days of a customer.
    keys = _sorted(connection, f"(hash(customer) >> {bits} << {bits}) | (day - DATE '{first}')::UBIGINT", relation, lines)
    prints, *counted = (np.concatenate(parts) for parts in zip(*_counted(keys, bits), strict=True))
    del keys
    days, lines_of, first_days, last_days, first_lines = counted
    money = connection.execute(
        f"""SELECT customer, hash(customer) >> {bits} AS print, sum(amount)::DOUBLE AS revenue, arg_min(amount, day)::DOUBLE AS of_a_line
            FROM {relation} GROUP BY customer"""
    ).to_arrow_table(ROW_GROUP)
    if money.num_rows != len(prints):
        return None
    money = money.take(pa.array(np.argsort(money["print"].to_numpy())))
    found = pa.table(
        {
            "customer": money["customer"],
            "first_day": np.datetime64(first, "D") + first_days,
            "last_day": np.datetime64(first, "D") + last_days,
            "purchase_days": days,
            "purchase_lines": lines_of,
            "revenue": money["revenue"],
            "first_day_revenue": money["of_a_line"],
        }
    )
    # Money of the first day is that of its line; where it has several lines, they are added up.
    return _with_whole_first_days(connection, relation, found, first_lines > 1)


def _counted(keys: np.ndarray[Any, Any], bits: np.unsignedinteger[Any]) -> Iterator[tuple[np.ndarray[Any, Any], ...]]:
    """Piece by piece, for each customer among sorted keys: fingerprint, days, lines, first and last day, lines of the first day."""
    import numpy as np

    start, of_day = 0, (np.uint64(1) << bits) - np.uint64(1)
    while start < len(keys):
        # No customer is cut in two: a piece ends where the last one's days could end.
        end = int(np.searchsorted(keys, keys[min(start + _PIECE, len(keys)) - 1] | of_day, "right"))
        piece = keys[start:end]
        begins = np.flatnonzero(_begins(piece, 0, len(piece)))  # of each customer and day, among the lines
        piece = piece[begins]
        prints = piece >> bits
        starts = np.flatnonzero(_begins(prints, 0, len(prints)))  # of each customer, among the days
        days = np.diff(starts, append=len(begins))
        offsets = (piece & of_day).astype(np.int32)
        yield (
            prints[starts],
            days,
            np.diff(begins[starts], append=end - start),
            offsets[starts],
            offsets[starts + days - 1],
            np.append(begins, end - start)[starts + 1] - begins[starts],
        )
        start = end


def _with_whole_first_days(
    connection: duckdb.DuckDBPyConnection, relation: str, found: pa.Table, several: np.ndarray[Any, Any]
) -> pa.Table:
    import numpy as np
    import pyarrow as pa

    at = np.flatnonzero(several)
    if not len(at):
        return found
    asked = found.select(["customer", "first_day"]).take(pa.array(at)).append_column("place", pa.array(at))
    connection.register("first_days", asked)
    sums = connection.execute(
        f"""SELECT place, sum(amount)::DOUBLE AS money FROM {relation} AS bought
            JOIN first_days ON bought.day = first_day AND bought.customer = first_days.customer GROUP BY place"""
    ).fetchnumpy()
    connection.unregister("first_days")
    money = found["first_day_revenue"].to_numpy().copy()
    money[sums["place"]] = sums["money"]
    return found.set_column(found.schema.get_field_index("first_day_revenue"), "first_day_revenue", pa.array(money))
