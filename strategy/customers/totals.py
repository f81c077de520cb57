"""Adding up many purchases: what each customer's come to, and how many different values there are.

Grouping eleven million lines by customer and day took DuckDB four seconds of work and 500 MB. Whole numbers are sorted forty times
faster than texts are grouped, so fingerprints of customers, with the day in their last bits, are sorted instead. Fingerprints are
never trusted: where two customers share one, which the count of customers tells, everything is grouped after all.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from strategy.customers.arrow_files import ROW_GROUP
from strategy.customers.sandbox import THREADS
from strategy.customers.schema import TOTALS, one_row
from strategy.errors import ImportRefused
from strategy.language import msg

if TYPE_CHECKING:
    import duckdb
    import numpy as np
    import pyarrow as pa

#: Lines from which sorting is quicker than counting different values, and than grouping; and up to which the numbers to be sorted, 8
#: bytes a line, are held in memory.
_LEAST_TO_COUNT, _LEAST_TO_GROUP, _MOST = 100_000, 1_000_000, 40_000_000
#: Sorted numbers are looked through in pieces, which take turns in the same memory.
_PIECE = 1 << 18
#: Money is added up in ten-thousandths, as whole numbers of at most so much.
_UNITS, _MOST_MONEY = 10_000, 10**18


def _sorted(connection: duckdb.DuckDBPyConnection, value: str, relation: str, lines: int) -> np.ndarray[Any, Any]:
    """The whole numbers ``value`` gives for the rows of ``relation``, of which there are at most ``lines``, in order."""
    import numpy as np

    numbers, at = np.empty(lines, np.uint64), 0
    # In batches, so that the numbers are held once; touching memory for the first time costs more than sorting it.
    for batch in connection.execute(f"SELECT {value} AS value FROM {relation}").to_arrow_reader(ROW_GROUP):
        part = batch.column(0)
        part = part.drop_null() if part.null_count else part
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
    pieces = (numbers[max(at - 1, 0) : at + _PIECE] for at in range(0, len(numbers), _PIECE))
    return sum(int(np.count_nonzero(piece[1:] != piece[:-1])) for piece in pieces) + bool(len(numbers))


def customer_totals(connection: duckdb.DuckDBPyConnection, relation: str, lines: int) -> pa.Table:
    """What the purchases of each customer come to, one row a customer.

    Columns as those of :data:`strategy.customers.schema.TOTALS`, which it gives the answer of; a test compares them.

    Args:
        relation: a table of purchases with customer, day and amount.
        lines: how many rows it has at most.

    Raises:
        ImportRefused: what a customer bought on one day comes to 10¹⁴ or more.
    """
    found = _by_sorting(connection, relation, lines) if _LEAST_TO_GROUP <= lines <= _MOST else None
    return _grouped(connection, relation) if found is None else found


def _grouped(connection: duckdb.DuckDBPyConnection, relation: str) -> pa.Table:
    import duckdb
    import pyarrow as pa

    try:
        found = connection.execute(TOTALS.format(purchases=relation)).to_arrow_table(ROW_GROUP)
    except duckdb.ConversionException as error:
        raise _beyond_counting(connection, relation) from error
    lists = {"days": pa.list_(pa.date32()), "day_revenue": pa.list_(pa.decimal64(18, 4))}
    return found.cast(pa.schema([(field.name, lists.get(field.name, field.type)) for field in found.schema]))


def _beyond_counting(connection: duckdb.DuckDBPyConnection, relation: str) -> ImportRefused:
    customer, day, money = one_row(
        connection, f"SELECT customer, day, sum(amount)::DOUBLE AS money FROM {relation} GROUP BY ALL ORDER BY money DESC LIMIT 1"
    )
    return ImportRefused(
        msg("The purchases of one day come to {money}, which is more than can be counted", money=f"{money:,.0f}"),
        msg("customer {customer}, {day}", customer=str(customer)[:60], day=str(day)),
        msg("Correct the amounts, or leave these rows out of the file."),
    )


def _by_sorting(connection: duckdb.DuckDBPyConnection, relation: str, lines: int) -> pa.Table | None:
    """The totals, or None where two customers have one fingerprint, or sums would be too large for whole numbers."""
    import numpy as np
    import pyarrow as pa

    first, span, most = one_row(
        connection, f"SELECT min(day), max(day) - min(day), max(abs(amount))::DOUBLE * {_UNITS} FROM {relation}"
    )
    if first is None or most * lines >= _MOST_MONEY:
        return None
    bits = np.uint64(int(span).bit_length())
    # The day in the last bits: in order, the lines of a customer and day are neighbours, and so are the days of a customer.
    keys = f"(hash(customer) >> {bits} << {bits}) | (day - DATE '{first}')::UBIGINT"
    low = np.uint64(max(1, int(lines).bit_length()))
    kind = np.dtype(np.int32 if most < np.iinfo(np.int32).max else np.int64)
    money, days, customers = _added_up(*_lines(connection, keys, relation, lines, low, kind), bits, low)
    found = connection.execute(f"SELECT customer, hash(customer) >> {bits} AS print FROM {relation} GROUP BY customer")
    named = found.to_arrow_table(ROW_GROUP)
    if named.num_rows != len(customers["days"]):
        return None
    names = named["customer"].take(pa.array(np.argsort(named["print"].to_numpy())))
    offsets = np.append(np.int32(0), np.cumsum(customers["days"], dtype=np.int32))
    starts = offsets[:-1]
    days += np.datetime64(first, "D").astype(np.int32)
    dates = pa.array(days).view(pa.date32())
    decimals = pa.Array.from_buffers(pa.decimal64(18, 4), len(money), [None, pa.py_buffer(money)])
    return pa.table(
        {
            "customer": names,
            "first_day": dates.take(pa.array(starts)),
            "last_day": dates.take(pa.array(offsets[1:] - 1)),
            "purchase_days": customers["days"],
            "purchase_lines": customers["lines"],
            "revenue": customers["money"] / _UNITS,
            "first_day_revenue": money[starts] / _UNITS,
            "usual_gap_days": pa.array(customers["gap"], from_pandas=True),
            "days": pa.ListArray.from_arrays(pa.array(offsets), dates),
            "day_revenue": pa.ListArray.from_arrays(pa.array(offsets), decimals),
        }
    )


def _lines(
    connection: duckdb.DuckDBPyConnection, key: str, relation: str, lines: int, low: np.uint64, kind: np.dtype[Any]
) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Of each row of ``relation``, at most so many: the first bits of the whole number ``key`` with the row's place in the last ``low``
    ones, these last bits of the key, and the amount in ten-thousandths, as a number of a ``kind``."""
    import numpy as np

    # As narrow as they can be: at sixteen bytes a line they take 180 MB for eleven million.
    packed, rest, money, at = np.empty(lines, np.uint64), np.empty(lines, np.uint32), np.empty(lines, kind), 0
    last = (np.uint64(1) << low) - np.uint64(1)
    # In batches, so that the numbers are held once; touching memory for the first time costs more than sorting it.
    reader = connection.execute(f"SELECT {key} AS key, (amount * {_UNITS})::BIGINT AS money FROM {relation}")
    for batch in reader.to_arrow_reader(ROW_GROUP):
        end, keys = at + len(batch), batch.column(0).to_numpy()
        packed[at:end] = (keys & ~last) | np.arange(at, end, dtype=np.uint64)
        rest[at:end], money[at:end] = keys & last, batch.column(1).to_numpy()
        at = end
    return packed[:at], rest[:at], money[:at]


def _added_up(
    packed: np.ndarray[Any, Any], rest: np.ndarray[Any, Any], money: np.ndarray[Any, Any], bits: np.uint64, low: np.uint64
) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any], dict[str, np.ndarray[Any, Any]]]:
    """Of each customer and day money and day (from 0), in order of fingerprints and days; of each customer days, lines, money and
    the median gap between days, not a number for customers of one day.

    Sorting numbers is eight times faster than sorting places by numbers. So ``packed`` is sorted, in its own memory, which groups the
    lines of a customer; only groups that are not in order of days then are sorted by their keys.
    """
    import numpy as np

    packed.sort()
    of_day, of_place = (np.uint64(1) << bits) - np.uint64(1), (np.uint64(1) << low) - np.uint64(1)

    def add_up(start: int, end: int) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any], tuple[np.ndarray[Any, Any], ...]]:
        """Money and day of each customer and day among these lines; and of each customer days, lines, money and gap."""
        places = (packed[start:end] & of_place).astype(np.int64)
        piece = (packed[start:end] & ~of_place) | rest[places]
        if (falls := np.flatnonzero(piece[1:] < piece[:-1])).size:
            _put_in_order(piece, places, packed[start:end] >> low, falls)
        begins = _begins(piece)  # of each customer and day, among the lines
        each = np.add.reduceat(money[places], begins, dtype=np.int64)
        piece = piece[begins]
        starts = _begins(piece >> bits)  # of each customer, among the days
        counted = (
            np.diff(starts, append=len(begins)),
            np.diff(begins[starts], append=end - start),
            np.add.reduceat(each, starts),
            _medians(piece, starts),
        )
        return each, piece & of_day, counted

    # No customer is cut in two: a piece ends where the last one's lines do.
    ends = [0]
    while (start := ends[-1]) < len(packed):
        last = packed[min(start + _PIECE, len(packed)) - 1] >> low
        ends.append(start + int(np.searchsorted(packed[start:], (last << low) | of_place, "right")))
    # What the days come to takes the place of what has been read: there are never more days than lines.
    sums, days, filled = packed.view(np.int64), np.empty(len(packed), np.int32), 0
    counted: list[tuple[np.ndarray[Any, Any], ...]] = []
    with ThreadPoolExecutor(THREADS) as pool:
        for each, day, of_customers in pool.map(add_up, ends[:-1], ends[1:]):
            at, filled = filled, filled + len(each)
            sums[at:filled], days[at:filled] = each, day
            counted.append(of_customers)
    columns = (np.concatenate(parts) for parts in zip(*counted, strict=True))
    return sums[:filled], days[:filled], dict(zip(("days", "lines", "money", "gap"), columns, strict=True))


def _medians(days: np.ndarray[Any, Any], starts: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """The median difference between neighbours of each group of ascending whole numbers; groups begin at ``starts``."""
    import numpy as np

    gaps = np.diff(days, prepend=days[:1])
    gaps[starts] = 0  # one a group that is none, and comes first
    many = np.diff(starts, append=len(days))
    wide = np.uint64(int(gaps.max()).bit_length())
    gaps |= np.repeat(np.arange(len(starts), dtype=np.uint64), many) << wide
    gaps.sort()
    gaps &= (np.uint64(1) << wide) - np.uint64(1)
    middle = (gaps[starts + many // 2] + gaps[starts + (many + 1) // 2 - (many == 1)]) / 2.0
    return np.where(many > 1, middle, np.nan)


def _put_in_order(
    piece: np.ndarray[Any, Any], places: np.ndarray[Any, Any], group: np.ndarray[Any, Any], falls: np.ndarray[Any, Any]
) -> None:
    """Sort those groups of ``piece`` (neighbours alike in ``group``) in which it falls, and their ``places`` with them."""
    import numpy as np

    begins = _begins(group)
    wrong = np.unique(np.searchsorted(begins, falls, "right") - 1)
    starts, sizes = begins[wrong], np.diff(begins, append=len(piece))[wrong]
    at = np.repeat(starts - np.append(0, np.cumsum(sizes)[:-1]), sizes) + np.arange(sizes.sum())
    order = np.argsort(piece[at])
    piece[at], places[at] = piece[at][order], places[at][order]


def _begins(numbers: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Where among neighbours that are alike each begins."""
    import numpy as np

    return np.flatnonzero(np.append(True, numbers[1:] != numbers[:-1]))
