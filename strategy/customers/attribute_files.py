"""A file of what is known about customers beyond their purchases: one row a customer, one column an attribute.

Each column is text, numbers or days, decided by all of its values together; identifiers with leading zeros stay text.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from strategy.customers.date_format import ORDERS, DayText, read_days
from strategy.customers.described import Described, describe_customers
from strategy.customers.file_digest import file_sha256
from strategy.customers.number_format import MARKS, NumberText, find_format, parse_number
from strategy.customers.plain_table import opened_plainly
from strategy.customers.progress import Progress, unheard
from strategy.customers.schema import create_tables
from strategy.customers.totals_rows import sums_among
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
_TIME = re.compile(r"[T ]\d{1,2}:\d{2}.*$")
_PERCENT = ("%", "％")
#: Writings that tell most columns of text, without all being read.
_FIRST_LOOK = 50


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
        notes: what to hear of how the file was read.
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
    notes: tuple[Message, ...] = ()
    rows: pa.Table = field(repr=False, compare=False, default=None)

    def sentences(self) -> tuple[Message, ...]:
        """What was understood, for a person to confirm."""
        said = [
            msg("{file} describes {customers:# customer|# customers} in {rows:# row|# rows}.",
                file=self.file_name, customers=f"{self.customers:,}",
                rows=f"{self.rows_read:,}"),
            msg("{known} of them have purchases; {missing:# customer|# customers} with purchases are not described.",
                known=f"{self.known:,}",
                missing=f"{self.buyers - self.known:,}"),
        ]  # fmt: skip
        if self.blank:
            said.append(msg("{count:# row names|# rows name} no customer and {count:is|are} left out.", count=f"{self.blank:,}"))
        return (*said, *self.notes)


def read_attributes(
    path: Path,
    name: str,
    customer: str,
    columns: Sequence[str],
    buyers: pa.Table,
    progress: Progress = unheard,
    sheet: str | None = None,
) -> Attributes:
    """Understand a file of attributes. ``customer`` is the heading of the id, ``columns`` those of the attributes.

    Args:
        buyers: the customers with purchases, once each, in the column ``customer``.
        progress: told how far the work is, from 0 to 1.
        sheet: the worksheet of an Excel file; the first that is a table unless named.

    Raises:
        ImportRefused: a heading that is not there, a customer described twice in different ways, nobody described.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    if not columns:
        raise ImportRefused(msg("No column with an attribute is chosen"), name, msg("Choose at least one."))
    with opened_plainly(path, name, sheet, progress=lambda share: progress(0.3 * share)) as table:
        described, notes = describe_customers(table, customer, columns, MOST_CUSTOMERS), table.preview.notes
    if not len(described.customers):
        raise ImportRefused(msg("The customer is empty in every row"), name, msg("Choose the column that holds the customer's id."))
    found: list[Attribute] = []
    rows: list[pa.Table] = []
    for place, heading in enumerate(columns):
        writings = described.writings(place)
        kind, values = _typed(writings, name, heading)
        rows.append(_rows(heading, described, place, kind, values))
        texts = [each.text for each in writings]
        found.append(Attribute(heading, kind, sum(each.count for each in writings), len(texts), tuple(texts[:5])))
        progress(0.4 + 0.6 * (place + 1) / len(columns))
    known = pc.sum(pc.is_in(described.customers, value_set=buyers["customer"])).as_py()
    return Attributes(
        file_name=name,
        sha256=file_sha256(path),
        rows_read=described.rows_read,
        customers=len(described.customers),
        known=int(known or 0),
        buyers=buyers.num_rows,
        blank=described.blank,
        attributes=tuple(found),
        notes=(*notes, *sums_among(described.customers, buyers["customer"])),
        rows=pa.concat_tables(rows),
    )


def _typed(writings: list[DayText], file: str, heading: str) -> tuple[Kind, list[Any]]:
    """The kind all cells of a column have in common, and the value of each way they are written."""
    texts, few = [each.text for each in writings], writings[:_FIRST_LOOK]
    if texts and all(text.endswith(_PERCENT) for text in texts):
        kind, values = _typed([replace(each, text=each.text.rstrip("%％").rstrip()) for each in writings], file, heading)
        return (kind, values) if kind == "number" else ("text", texts)
    if days := _days(few, writings, file, heading):
        return "day", days
    numeric = all(any(parse_number(each.text, mark) is not None for mark in MARKS) for each in few)
    if numeric and not any(_LEADING_ZERO.match(text) for text in texts):
        try:
            numbers, _ = find_format([NumberText(each.text, heading, each.row, each.count) for each in writings], file, None)
            values = [parse_number(text, numbers.decimal or ".") for text in texts]
        except ImportRefused:
            values = [None]
        if all(value is not None for value in values):
            return "number", [float(value or 0) for value in values]
    return "text", texts


def _days(few: list[DayText], writings: list[DayText], file: str, heading: str) -> list[dt.date]:
    """The day of each writing, whatever its time; nothing where some are no day."""

    def dates_only(some: list[DayText]) -> list[DayText]:
        return [replace(each, text=_TIME.sub("", each.text)) for each in some]

    beginning = dates_only(few)
    if not any(all(each.text in read_days(beginning, file, heading, order)[1] for each in beginning) for order in ORDERS):
        return []
    written = dates_only(writings)
    try:
        dates, days = read_days(written, file, heading, None)
    except ImportRefused:
        return []
    # A number of days is a number: nobody has said that the column holds dates.
    readable = dates.order != "serial" and all(each.text in days for each in written)
    return [days[each.text] for each in written] if readable else []


def _rows(heading: str, described: Described, place: int, kind: Kind, values: list[Any]) -> pa.Table:
    """The rows to store of one attribute, of which ``values`` are the different ones."""
    import pyarrow as pa

    customers, codes = described.filled(place)
    kinds = {"text": pa.string(), "number": pa.float64(), "day": pa.date32()}
    held = {name: pa.nulls(len(codes), arrow) for name, arrow in kinds.items()}
    held[kind] = pa.array(values, kinds[kind]).take(pa.array(codes))
    return pa.table({"customer": customers, "name": pa.repeat(heading, len(codes)), **held})


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
