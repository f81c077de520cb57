"""A file of what is known about customers beyond their purchases: one row a customer, one column an attribute.

Each column is text, numbers or days, decided by all of its values together; identifiers with leading zeros stay text.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from strategy.customers.date_format import DayText, read_days
from strategy.customers.file_digest import file_sha256
from strategy.customers.number_format import NumberText, find_format, parse_number
from strategy.customers.plain_table import PlainTable, read_table
from strategy.customers.progress import Progress, unheard
from strategy.customers.schema import create_tables
from strategy.errors import ImportRefused
from strategy.language import Message, msg

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

Kind = Literal["text", "number", "day"]
KIND_NAMES: dict[Kind, Message] = {"text": msg("text"), "number": msg("number"), "day": msg("date")}
#: A text attribute with more different values than this share of the customers, such as a name or an address, describes nobody's kind.
UNIQUE_SHARE = 0.5
MOST_CUSTOMERS = 2_000_000
_LEADING_ZERO = re.compile(r"-?0\d")


@dataclass(frozen=True)
class Attribute:
    """One attribute as understood: how many customers have it, how many different values, and examples."""

    name: str
    kind: Kind
    filled: int
    different: int
    samples: tuple[str, ...]

    @property
    def singles_out(self) -> bool:
        """Whether it tells single customers apart rather than kinds of customers."""
        return self.kind == "text" and self.filled > 20 and self.different > UNIQUE_SHARE * self.filled


@dataclass(frozen=True)
class Attributes:
    """A file of attributes as understood; nothing is stored yet.

    Attributes:
        known: customers of the file who are in the purchases too; ``buyers``: all customers in the purchases.
        rows: the rows to store, as an Arrow table: customer, name, text, number, day, one of the last three filled.
    """

    file_name: str
    sha256: str
    rows_read: int
    customers: int
    known: int
    buyers: int
    blank: int
    attributes: tuple[Attribute, ...]
    rows: pa.Table = field(repr=False, compare=False, default=None)

    def sentences(self) -> tuple[Message, ...]:
        """What was understood, for a person to confirm."""
        said = [
            msg("{file} describes {customers} customers in {rows} rows.", file=self.file_name, customers=f"{self.customers:,}",
                rows=f"{self.rows_read:,}"),
            msg("{known} of them have purchases; {missing} customers with purchases are not described.", known=f"{self.known:,}",
                missing=f"{self.buyers - self.known:,}"),
        ]  # fmt: skip
        if self.blank:
            said.append(msg("{count} rows name no customer and are left out.", count=f"{self.blank:,}"))
        return tuple(said)


def read_attributes(
    path: Path, name: str, customer: str, columns: Sequence[str], buyers: pa.Table, progress: Progress = unheard
) -> Attributes:
    """Understand a file of attributes. ``customer`` is the heading of the id, ``columns`` those of the attributes.

    Args:
        buyers: the customers with purchases, once each, in the column ``customer``.
        progress: told how far the work is, from 0 to 1.

    Raises:
        ImportRefused: a heading that is not there, a customer described twice in different ways, nobody described.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    table = read_table(path, name, most=MOST_CUSTOMERS, progress=lambda share: progress(0.5 * share))
    missing = [heading for heading in (customer, *columns) if heading not in table.columns]
    if missing:
        raise ImportRefused(
            msg("There is no column {column}", column=missing[0]), name,
            msg("The file has the columns {columns}.", columns=", ".join(table.columns[:30])),
        )  # fmt: skip
    if not columns:
        raise ImportRefused(msg("No column with an attribute is chosen"), name, msg("Choose at least one."))
    described, blank = _by_customer(table, customer, columns)
    if not described:
        raise ImportRefused(msg("The customer is empty in every row"), name, msg("Choose the column that holds the customer's id."))
    found: list[Attribute] = []
    rows = [_rows("", [], [])]
    for place, heading in enumerate(columns):
        cells = {who: (line, values[place]) for who, (line, values) in described.items() if values[place]}
        kind, made = _typed(cells, name, heading)
        rows.append(_rows(heading, list(cells), [made[who] for who in cells]))
        different = dict.fromkeys(text for _, text in cells.values())
        found.append(Attribute(heading, kind, len(cells), len(different), tuple(list(different)[:5])))
        progress(0.5 + 0.5 * (place + 1) / len(columns))
    known = pc.sum(pc.is_in(pa.array(list(described), pa.string()), value_set=buyers["customer"])).as_py()
    return Attributes(
        file_name=name,
        sha256=file_sha256(path),
        rows_read=len(table.rows),
        customers=len(described),
        known=int(known),
        buyers=buyers.num_rows,
        blank=blank,
        attributes=tuple(found),
        rows=pa.concat_tables(rows),
    )


def _by_customer(table: PlainTable, customer: str, columns: Sequence[str]) -> tuple[dict[str, tuple[int, tuple[str, ...]]], int]:
    """Customer -> row and cells; and how many rows name none."""
    at = [table.columns.index(heading) for heading in columns]
    who_at = table.columns.index(customer)
    found: dict[str, tuple[int, tuple[str, ...]]] = {}
    blank = 0
    for line, row in zip(table.numbers, table.rows, strict=True):
        who, cells = row[who_at], tuple(row[place] for place in at)
        if not who:
            blank += 1
        elif who in found and found[who][1] != cells:
            raise ImportRefused(
                msg("Customer {customer} is described twice, in different ways", customer=who[:60]),
                msg("{file}, rows {rows}", file=table.name, rows=f"{found[who][0]}, {line}"),
                msg("Keep one row for each customer."),
            )
        else:
            found.setdefault(who, (line, cells))
    return found, blank


_Value = tuple[str | None, float | None, dt.date | None]


def _typed(cells: dict[str, tuple[int, str]], file: str, heading: str) -> tuple[Kind, dict[str, _Value]]:
    """The kind all cells of a column have in common, and each customer's value."""
    texts: dict[str, tuple[int, int]] = {}
    for line, text in cells.values():
        first, count = texts.get(text, (line, 0))
        texts[text] = (min(first, line), count + 1)
    try:
        _, days = read_days([DayText(text, line, count) for text, (line, count) in texts.items()], file, heading, None)
    except ImportRefused:
        days = {}
    if texts and all(text in days for text in texts):
        return "day", {who: (None, None, days[text]) for who, (_, text) in cells.items()}
    if texts and not any(_LEADING_ZERO.match(text) for text in texts):
        try:
            numbers, _ = find_format([NumberText(text, heading, line, count) for text, (line, count) in texts.items()], file, None)
            values = {text: parse_number(text, numbers.decimal or ".") for text in texts}
        except ImportRefused:
            values = {}
        if values and all(value is not None for value in values.values()):
            return "number", {who: (None, float(values[text] or 0), None) for who, (_, text) in cells.items()}
    return "text", {who: (text, None, None) for who, (_, text) in cells.items()}


def _rows(heading: str, customers: Sequence[str], values: Sequence[_Value]) -> pa.Table:
    """The rows to store of one attribute."""
    import pyarrow as pa

    kinds = {"text": pa.string(), "number": pa.float64(), "day": pa.date32()}
    filled = {name: pa.array([value[at] for value in values], kind) for at, (name, kind) in enumerate(kinds.items())}
    named = pa.array([heading] * len(customers), pa.string())
    return pa.table({"customer": pa.array(customers, pa.string()), "name": named, **filled})


def attributes_elsewhere(name: str | None) -> ImportRefused:
    return ImportRefused(
        msg("The purchases stay in the company's own database, and attributes in this workbook cannot be used with them"),
        name,
        msg("Add the attributes to the table there, or import a file of the purchases."),
    )


def store_attributes(cursor: duckdb.DuckDBPyConnection, found: Attributes) -> None:
    """Replace what is known about customers. Runs in the caller's transaction."""
    create_tables(cursor)
    cursor.register("attribute_rows", found.rows)
    try:
        cursor.execute("DELETE FROM customer_attribute")
        cursor.execute("INSERT INTO customer_attribute SELECT customer, name, text, number, day FROM attribute_rows")
    finally:
        cursor.unregister("attribute_rows")
