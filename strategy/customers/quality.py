"""What was understood of a file, before anything of it is stored: numbers for a person to confirm, and for the record."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any

from strategy.customers.cleaning_rules import RULE_NAMES, Rules
from strategy.customers.date_format import ORDER_NAMES, DateFormat
from strategy.customers.mapping import ROLE_NAMES, Mapping
from strategy.customers.netting import Refunds
from strategy.customers.number_format import NumberFormat
from strategy.customers.reading import FilePreview
from strategy.customers.time_gaps import Gap
from strategy.language import Message, msg

if TYPE_CHECKING:
    import pyarrow as pa

REASON_NAMES: dict[str, Message] = {
    "blank_row": msg("Empty row"),
    "totals_row": msg("Row of totals"),
    "no_customer": msg("No customer"),
    "bad_date": msg("Date unreadable or out of range"),
    "bad_amount": msg("Amount unreadable or out of range"),
    "future_date": msg("Date in the future"),
    "duplicate": msg("Exact copy of an earlier row"),
    "zero_or_negative_price": msg("Unit price zero or below"),
    "zero_or_negative_amount": msg("Amount zero or below"),
    "refund_netted": msg("Refund, set against the purchase it cancels"),
    "refund_unmatched": msg("Refund without an earlier purchase"),
    "cancelled_by_refund": msg("Purchase taken back by a refund"),
    "refund_left_out": msg("Refund, left out without being set against a purchase"),
    "already_there": msg("In the data already"),
}


DELIMITER_NAMES: dict[str, Message] = {",": msg("a comma"), ";": msg("a semicolon"), "\t": msg("a tab"), "|": msg("a vertical bar")}


@dataclass(frozen=True)
class Example:
    """A cell of the file: row as the reader's program counts it, heading, value."""

    row: int
    column: str
    value: str


@dataclass(frozen=True)
class LeftOut:
    """Rows left out for one reason and the money on them (0 where the amount is unreadable; refunds are negative)."""

    reason: str
    rows: int
    money: float

    @property
    def title(self) -> Message:
        return REASON_NAMES[self.reason]


@dataclass(frozen=True)
class Dropped(LeftOut):
    """Rows of a file left out for one reason, with the first of them."""

    first: Example


@dataclass(frozen=True)
class Sample:
    """A row before and after: its cells as they stand in the file, and what was made of them; ``reason`` "kept" counts."""

    row: int
    cells: tuple[str, ...]
    customer: str | None
    day: dt.date | None
    amount: float | None
    reason: str


@dataclass(frozen=True)
class FileFacts:
    """Counts over all rows of the file, whatever became of them. Unlike the reasons they may overlap."""

    blank_customer: int = 0
    duplicates: int = 0
    negative_amounts: int = 0
    zero_amounts: int = 0
    non_positive_prices: int = 0
    non_positive_quantities: int = 0
    customers: int = 0
    orders: int | None = None


@dataclass(frozen=True)
class Understanding:
    """A file as understood under a mapping; nothing is stored yet.

    ``money_read`` (and the money at hand before) = ``revenue`` + ``refunds.deducted`` + the money of all ``dropped`` reasons.

    Attributes:
        rows_at_hand: purchase lines the file is added to; ``rows_added``: lines of the file that count.
        rows_kept: purchase lines after netting. ``orders``: distinct orders of a customer, or customer days where none is mapped.
        revenue: sum of the kept lines, net of refunds, in the file's currency.
        purchases, rejected: the rows to store, as Arrow tables.
        totals: what each customer's purchases come to, as :func:`strategy.customers.totals.customer_totals` gives it.
    """

    file_name: str
    sha256: str
    mapping: Mapping
    rules: Rules
    preview: FilePreview
    dates: DateFormat
    numbers: NumberFormat
    rows_read: int
    rows_kept: int
    money_read: float
    revenue: float
    customers: int
    orders: int
    first_day: dt.date
    last_day: dt.date
    dropped: tuple[Dropped, ...]
    refunds: Refunds
    facts: FileFacts
    samples: tuple[Sample, ...] = ()
    gaps: tuple[Gap, ...] = ()
    rows_at_hand: int = 0
    rows_added: int = 0
    warnings: tuple[Message, ...] = ()
    purchases: pa.Table = field(repr=False, compare=False, default=None)
    rejected: pa.Table = field(repr=False, compare=False, default=None)
    totals: pa.Table = field(repr=False, compare=False, default=None)

    def sentences(self) -> tuple[Message, ...]:
        """What was understood, a sentence each, for a person to confirm."""
        kind = {"csv": "CSV", "xlsx": "Excel", "parquet": "Parquet"}[self.preview.kind]
        said = [msg("{file} is {kind} with {rows:# row|# rows}.", file=self.file_name, kind=kind, rows=f"{self.rows_read:,}")]
        if self.preview.encoding:
            delimiter = DELIMITER_NAMES.get(self.preview.delimiter or "", self.preview.delimiter)
            said.append(
                msg(
                    "Text is {encoding}; columns are separated by {delimiter}.", encoding=self.preview.encoding, delimiter=delimiter
                )
            )
        elif self.preview.sheet:
            said.append(msg("The worksheet read is {sheet}.", sheet=self.preview.sheet))
        if customers := list(dict.fromkeys(sample.customer for sample in self.samples if sample.customer))[:3]:
            said.append(msg("Customer ids are text, kept as they are written: {ids}.", ids=", ".join(customers)))
        samples = ", ".join(f"{text} → {day:%Y-%m-%d}" for text, day in self.dates.samples)
        order = ORDER_NAMES[self.dates.order]
        if samples:
            said.append(msg("Dates are read as {order}: {samples}.", order=order, samples=samples))
        else:
            said.append(msg("Dates are read as {order}.", order=order))
        if self.dates.two_digit_years:
            said.append(msg("Years of two digits are 1970 to 2069."))
        if self.numbers.decimal:
            said.append(msg("The decimal mark is {mark}.", mark=msg("a point") if self.numbers.decimal == "." else msg("a comma")))
        if self.numbers.parentheses:
            said.append(msg("Amounts in parentheses are negative."))
        if self.numbers.currency:
            said.append(msg("Amounts are in {currency}.", currency=self.numbers.currency))
        if not self.mapping.amount:
            said.append(msg("The amount is {quantity} times {price}.", quantity=self.mapping.quantity, price=self.mapping.price))
        if self.mapping.time_zone:
            said.append(msg("Days are cut in the time zone {zone}.", zone=self.mapping.time_zone))
        if self.rows_at_hand:
            said.append(
                msg(
                    "{added:# line is|# lines are} added to the {there} at hand.",
                    added=f"{self.rows_added:,}",
                    there=f"{self.rows_at_hand:,}",
                )
            )
        said.append(
            msg("Kept: {rows:# purchase line|# purchase lines} of {customers:# customer|# customers}, {first} to {last}.",
                rows=f"{self.rows_kept:,}",
                customers=f"{self.customers:,}", first=f"{self.first_day:%Y-%m-%d}", last=f"{self.last_day:%Y-%m-%d}")
        )  # fmt: skip
        return tuple(said)

    def understood_json(self) -> str:
        """How the file was read: kind, encoding, date order, decimal mark, currency, samples, rules."""
        record: dict[str, Any] = {
            "kind": self.preview.kind,
            "encoding": self.preview.encoding,
            "delimiter": self.preview.delimiter,
            "sheet": self.preview.sheet,
            "dates": asdict(self.dates),
            "numbers": asdict(self.numbers),
            "rules": asdict(self.rules),
        }
        return json.dumps(record, ensure_ascii=False, default=str)

    def quality_json(self) -> str:
        """Rows and money kept and left out, refunds, facts and warnings (in English) for the data set's record."""
        record: dict[str, Any] = {
            "rows_read": self.rows_read,
            "rows_kept": self.rows_kept,
            "money_read": self.money_read,
            "revenue": self.revenue,
            "customers": self.customers,
            "orders": self.orders,
            "first_day": self.first_day,
            "last_day": self.last_day,
            "dropped": [asdict(entry) for entry in self.dropped],
            "refunds": asdict(self.refunds),
            "facts": asdict(self.facts),
            "gaps": [asdict(gap) for gap in self.gaps],
            "rows_added": self.rows_added,
            "warnings": [str(warning) for warning in self.warnings],
        }
        return json.dumps(record, ensure_ascii=False, default=str)

    def without_rows(self) -> Understanding:
        """The same without its Arrow tables, light enough to keep in a session."""
        return replace(self, purchases=None, rejected=None, totals=None)


__all__ = ["REASON_NAMES", "ROLE_NAMES", "RULE_NAMES", "Dropped", "Example", "FileFacts", "Rules", "Understanding"]
