"""Customers described by a table, one row each: cells as text, held as numbers of the different writings of a column.

A million customers have a million ids, but few regions. So a column is looked at once for each way it is written, and single cells
never become objects of their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from strategy.customers.date_format import DayText
from strategy.customers.plain_table import too_many_rows
from strategy.customers.reading import OpenTable
from strategy.customers.spreadsheet import cell_text
from strategy.customers.staging import is_number
from strategy.errors import ImportRefused
from strategy.language import msg

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

    Numbers = np.ndarray[Any, Any]

#: What programs write where there is nothing. "None" is not among them: it may be a kind of customer.
_NOTHING = frozenset({"nan", "null", "n/a", "#n/a", "nat", "<na>"})


@dataclass(frozen=True)
class Described:
    """The customers of a table in the order of the file.

    Attributes:
        customers: their ids, once each. ``lines``: the row of the file that describes each.
        texts: of each column, the different writings. ``codes``: of each column, which of them each customer has; -1 for none.
        rows_read: rows that are not empty; ``blank``: those of them without a customer.
    """

    customers: pa.Array
    lines: Numbers
    texts: tuple[list[str], ...]
    codes: tuple[Numbers, ...]
    rows_read: int
    blank: int

    def writings(self, place: int) -> list[DayText]:
        """How the cells of a column are written, by first appearance, each with its first row and how many customers have it."""
        import numpy as np

        used, first, counts = np.unique(self.codes[place], return_index=True, return_counts=True)
        order = np.argsort(first)
        found = zip(used[order].tolist(), self.lines[first[order]].tolist(), counts[order].tolist(), strict=True)
        return [DayText(self.texts[place][code], line, count) for code, line, count in found if code >= 0]

    def filled(self, place: int) -> tuple[pa.Array, Numbers]:
        """The customers with something in a column, and the place of what they have among its :meth:`writings`."""
        import numpy as np
        import pyarrow as pa

        has = self.codes[place] >= 0
        used, first, back = np.unique(self.codes[place][has], return_index=True, return_inverse=True)
        places = np.empty(len(used), np.int64)
        places[np.argsort(first)] = np.arange(len(used))
        return self.customers.filter(pa.array(has)), places[back]


def describe_customers(table: OpenTable, customer: str, columns: Sequence[str], most: int) -> Described:
    """Read a table of customers. ``customer`` is the heading of the id, ``columns`` those of the attributes.

    Raises:
        ImportRefused: a heading that is not there, more than ``most`` rows, a customer described twice in different ways.
    """
    import numpy as np
    import pyarrow as pa

    name, headings = table.preview.name, table.preview.columns
    missing = [heading for heading in (customer, *columns) if heading not in headings]
    if missing:
        raise ImportRefused(
            msg("There is no column {column}", column=missing[0]), name,
            msg("The file has the columns {columns}.", columns=", ".join(headings[:30])),
        )  # fmt: skip
    some = " OR ".join(f"trim(coalesce(c{at}::VARCHAR, '')) <> ''" for at in range(len(headings)))
    wanted = ", ".join(f"{_plain(table, heading)} AS a{at}" for at, heading in enumerate((customer, *columns)))
    rows = table.connection.execute(
        f"SELECT line, {wanted} FROM (SELECT *, {table.line} AS line FROM {table.relation}) AS numbered WHERE {some} LIMIT {most + 1}"
    ).to_arrow_table()
    if rows.num_rows > most:
        raise too_many_rows(name, most)
    who, ids = _encoded(rows["a0"])
    named = np.flatnonzero(who >= 0)
    who, lines = who[named], rows["line"].to_numpy()[named]
    texts, codes = [], []
    for at in range(len(columns)):
        of_rows, written = _encoded(rows[f"a{at + 1}"])
        texts.append(written)
        codes.append(of_rows[named])
    first = np.zeros(len(ids), np.int64)
    first[who[::-1]] = np.arange(len(who))[::-1]
    if len(who) > len(ids):
        _refuse_contradiction(name, ids, who, lines, codes, first)
    kept = np.sort(first)
    return Described(
        pa.array(ids, pa.string()).take(pa.array(who[kept])),
        lines[kept],
        tuple(texts),
        tuple(column[kept] for column in codes),
        rows.num_rows,
        rows.num_rows - len(named),
    )


def _plain(table: OpenTable, heading: str) -> str:
    """SQL for a column as a type of which the different values can be told; of a moment, its day."""
    kind = table.type_of(heading)
    if kind.endswith("]") or not (is_number(kind) or kind.startswith(("BOOLEAN", "DATE", "TIMESTAMP"))):
        return f"{table.column(heading)}::VARCHAR"
    cast = "::DOUBLE" if kind.startswith("DECIMAL") else "::DATE" if kind.startswith("TIMESTAMP") else ""
    return f"{table.column(heading)}{cast}"


def _encoded(column: pa.ChunkedArray) -> tuple[Numbers, list[str]]:
    """The cells of a column as numbers of the different texts they are, -1 where there is nothing; and these texts."""
    import numpy as np

    found = column.combine_chunks().dictionary_encode()
    places: dict[str, int] = {}
    codes = np.full(len(found.dictionary) + 1, -1, np.int32)  # the last for what is empty
    for at, value in enumerate(found.dictionary.to_pylist()):
        text = cell_text(value).strip()
        if text and text.lower() not in _NOTHING:
            codes[at] = places.setdefault(text, len(places))
    return codes[found.indices.fill_null(len(found.dictionary)).to_numpy()], list(places)


def _refuse_contradiction(name: str, ids: list[str], who: Numbers, lines: Numbers, codes: list[Numbers], first: Numbers) -> None:
    """Refuse a customer whose later row says something else than the first."""
    import numpy as np

    differs = np.zeros(len(who), bool)
    for column in codes:
        differs |= column != column[first[who]]
    at = np.flatnonzero(differs)
    if len(at):
        raise ImportRefused(
            msg("Customer {customer} is described twice, in different ways", customer=ids[who[at[0]]][:60]),
            msg("{file}, rows {rows}", file=name, rows=f"{lines[first[who[at[0]]]]}, {lines[at[0]]}"),
            msg("Keep one row for each customer."),
        )
