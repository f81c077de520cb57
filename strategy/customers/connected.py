"""A table of the company's own database as purchases: which column is what, and the canonical table as an expression over it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, NoReturn

from strategy.customers.connections import checked_zone, tells_days_in_a_zone
from strategy.customers.expressions import purchases
from strategy.customers.mapping import ROLE_NAMES
from strategy.customers.netting_expression import TIES, netted
from strategy.customers.staging import BLANKS
from strategy.errors import ImportRefused, UnknownName
from strategy.language import Message, msg

if TYPE_CHECKING:
    import ibis.expr.types as ir
    from ibis.backends import BaseBackend

#: What DECIMAL(18,4) holds; NaN and infinity are not below it in any database either.
_LARGEST = 10**14
#: Column of the canonical table -> what it holds, where the two are called differently.
_ROLE_OF = {"day": "date", "order_id": "order"}
_FIRST_DAY = dt.date(1900, 1, 1)
#: Signs that are no part of an id: those that cannot be seen, inside it; and round it also blanks, no-break, wide and zero-width ones.
_CONTROL = "\x01-\x1f\x7f"
_SIGNS_AROUND = " \u00a0\u3000\ufeff"


@dataclass(frozen=True)
class Connected:
    """Purchases that stay where they are.

    Attributes:
        connection: name of the connection; its address is kept elsewhere.
        table: name, or schema and name, or catalogue, schema and name, with points between.
        customer, date, amount, order: columns of the table. Without ``order``, a customer's purchases of one day are one order.
        more: further columns of the canonical table by name, as (canonical column, column of the table).
        time_zone: in which instants become days. Dates, and times without a zone, are taken as they stand.
        net_refunds: set refunds against the purchases they cancel, and read other rows as a file's are read: lines of amount 0
            count, lines with a unit price of 0 or below do not. Else amounts of 0 and below are left out.
        has_refunds: whether the reading found any; where there are none, nothing is netted.
        odd_ids: whether the reading found ids with stray signs or words such as "null"; where there are none, none are looked for.
        as_of: the last day read; purchases after it wait for the next reading. ISO text.
        read_at: when the figures of the record were read, UTC; tells one reading from the next.
    """

    connection: str
    table: str
    customer: str
    date: str
    amount: str
    order: str | None = None
    more: tuple[tuple[str, str], ...] = ()
    time_zone: str = "UTC"
    net_refunds: bool = True
    has_refunds: bool = True
    odd_ids: bool = True
    as_of: str = ""
    read_at: str = ""

    def __post_init__(self) -> None:
        checked_zone(self.time_zone)
        object.__setattr__(self, "more", tuple((str(name), str(column)) for name, column in self.more))
        object.__setattr__(self, "order", self.order or None)

    @property
    def title(self) -> str:
        """How the data set is named where a file's name would stand."""
        return f"{self.connection}: {self.table}"

    def columns(self) -> dict[str, str]:
        """Column of the canonical table -> column of the company's."""
        given = {"customer": self.customer, "day": self.date, "amount": self.amount, "order_id": self.order}
        return {name: column for name, column in given.items() if column} | dict(self.more)

    def as_record(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Connected:
        """From the record of a data set in the journal; see :func:`is_connected`. One made before refunds were netted leaves them out."""
        settings: dict[str, Any] = {"net_refunds": False, "odd_ids": False, **record["connected"]}
        return cls(**settings)


def is_connected(record: Mapping[str, Any]) -> bool:
    """Whether the record of a data set is of one that lives elsewhere."""
    return "connected" in record


def names_there(backend: BaseBackend, database: Any = None) -> list[str]:
    """Names of the tables and views, PostgreSQL's materialised ones among them, which Ibis does not list."""
    names = set(backend.list_tables(database=database))
    if backend.name == "postgres":
        kept = backend.table("pg_matviews", database="pg_catalog")
        schema = backend.current_database if database is None else database if isinstance(database, str) else database[-1]
        names |= set(kept.filter(kept.schemaname == schema).select("matviewname").execute()["matviewname"])
    return sorted(names)


def table_of(backend: BaseBackend, name: str) -> ir.Table:
    """The company's table.

    Raises:
        UnknownName: there is no such table, with those there are.
    """
    import ibis.common.exceptions as ibis_errors

    *place, table = [part for part in name.split(".") if part] or [""]
    database: Any = None if not place else place[0] if len(place) == 1 else tuple(place)
    there: list[str] | None = None
    try:
        return backend.table(table, database=database)
    except ibis_errors.TableNotFound:
        there = names_there(backend, database)
    if place and not there:
        raise UnknownName(
            msg("There is no schema {schema}, or no table in it that the connection may read", schema=".".join(place)),
            None,
            msg("Check the name before the point, or ask for the right to read its tables."),
        )
    raise UnknownName(
        msg("There is no table {table}", table=name), None, msg("Tables there: {names}.", names=", ".join(there[:20]) or "–")
    )


def marked(backend: BaseBackend, connected: Connected) -> ir.Table:
    """The company's rows as purchases, with ``moment`` (the date or time they were made) and ``reason``: ``kept``, ``refund`` (one to be
    netted), or why a row is none; see ``REASON_NAMES``.

    Raises:
        UnknownName: a column is not there. ImportRefused: a column is of a type that could be read in more than one way.
    """
    import ibis

    table = table_of(backend, connected.table)
    wanted = _wanted(table, connected)
    customer = _id(wanted["customer"], connected.odd_ids)
    day = _day(backend, wanted["day"], connected)
    raw = _number(wanted["amount"], connected)
    amount = ibis.cases((raw.abs() < _LARGEST, raw)).cast("decimal(18,4)")
    made: dict[str, ir.Value] = {"customer": customer, "day": day, "amount": amount}
    if connected.net_refunds and connected.order:
        made["order_id"] = _id(wanted["order_id"], connected.odd_ids, words=False)
    columns = {}
    for name, kind in purchases().schema().items():
        # What the company's table does not have is there and empty, as after the import of a file without it.
        given = made.get(name, wanted.get(name))
        columns[name] = (ibis.null() if given is None else given).cast(kind)
    rows = table.select(**columns, moment=wanted["day"])
    free = [(rows.price <= 0, "zero_or_negative_price")] if connected.net_refunds and "price" in wanted else []
    below = (rows.amount < 0, "refund") if connected.net_refunds else (rows.amount <= 0, "zero_or_negative_amount")
    reason = ibis.cases(
        (rows.customer.isnull(), "no_customer"),
        (rows.day.isnull() | (rows.day < ibis.literal(_FIRST_DAY)), "bad_date"),
        (rows.day > ibis.literal(dt.date.fromisoformat(connected.as_of)), "future_date"),
        (rows.amount.isnull(), "bad_amount"),
        *free,
        below,
        else_="kept",
    )
    return rows.mutate(reason=reason)


def _id(column: Any, odd: bool, words: bool = True) -> Any:
    """An id as a file's is read: whole numbers without a point, no signs round it and, where ``words``, no word for nothing.

    ``odd``: look for these in texts, which takes a database longer than all the rest.
    """
    import ibis

    kind = column.type()
    if kind.is_floating() or kind.is_decimal():
        text = column.cast("string")
        # One within the other, because no database may look for the whole part of what is no number.
        small = ibis.cases((column == column.floor(), column.cast("int64").cast("string")), else_=text)
        return ibis.cases((column.abs() < 1e18, small), (column.abs() < 1e300, text))
    text = column.cast("string")
    if not (odd and kind.is_string()):
        return text.strip().nullif("")
    text = text.re_replace(f"[{_CONTROL}]+", " ").re_replace(f"^[{_SIGNS_AROUND}]+|[{_SIGNS_AROUND}]+$", "").nullif("")
    return ibis.cases((text.lower().isin(BLANKS), ibis.null("string")), else_=text) if words else text


def has_odd_ids(backend: BaseBackend, connected: Connected) -> bool:
    """Whether looking for stray signs and words for nothing changes any id of the company's table."""
    table = table_of(backend, connected.table)
    wanted = _wanted(table, connected)
    found: Any = False
    for name in wanted.keys() & {"customer", "order_id"}:
        words = name == "customer"
        found |= ~_id(wanted[name], True, words).coalesce("").identical_to(_id(wanted[name], False).coalesce(""))
    return bool(backend.execute(table.filter(found).limit(1).count()))


def refundable(rows: ir.Table) -> ir.Table:
    """Of :func:`marked` rows the purchases and the refunds, as :mod:`strategy.customers.netting_expression` takes them."""
    return rows.filter(rows.reason.isin(("kept", "refund"))).drop("reason")


def canonical(backend: BaseBackend, connected: Connected) -> ir.Table:
    """The purchase table of :func:`~strategy.customers.expressions.purchases`, as an expression over the company's table."""
    rows = marked(backend, connected)
    if connected.net_refunds and connected.has_refunds:
        return netted(refundable(rows), ties_of(connected))
    return rows.filter(rows.reason == "kept").drop("reason", "moment")


def ties_of(connected: Connected) -> tuple[str, ...]:
    """Which columns there are to tell equal rows apart by."""
    there = connected.columns()
    return tuple(name for name in TIES if name in there)


def _wanted(table: ir.Table, connected: Connected) -> dict[str, ir.Column]:
    """Column of the canonical table -> the company's. Several values in one cell, or bytes, are refused: as text they would name as many
    customers as there are ways to write them."""
    found = {name: _column(table, column, connected) for name, column in connected.columns().items()}
    for name, column in found.items():
        kind = column.type()
        if name not in ("day", "amount") and (kind.is_nested() or kind.is_json() or kind.is_binary()):
            _refuse_type(connected, _ROLE_OF.get(name, name), column, msg("a text or a number, one value a cell"))
    return found


def _column(table: ir.Table, name: str, connected: Connected) -> ir.Column:
    if name not in table.columns:
        # Some databases fold names to one case; a name that differs in nothing else is meant.
        alike = [column for column in table.columns if column.casefold() == name.casefold()]
        if len(alike) != 1:
            raise UnknownName(
                msg("There is no column {column} in {table}", column=name, table=connected.table),
                None,
                msg("Its columns are: {names}.", names=", ".join(table.columns[:40])),
            )
        name = alike[0]
    return table[name]


def _day(backend: BaseBackend, column: ir.Column, connected: Connected) -> ir.Value:
    kind = column.type()
    if kind.is_date():
        return column
    if kind.is_timestamp() and (kind.timezone is None or tells_days_in_a_zone(backend)):
        return column.date()
    return _refuse_type(connected, "date", column, _days_wanted(backend))


def _number(column: ir.Column, connected: Connected) -> Any:
    if column.type().is_numeric():
        return column
    return _refuse_type(connected, "amount", column, msg("a number"))


def _days_wanted(backend: BaseBackend) -> Message:
    """What a column of days may hold in this database."""
    if tells_days_in_a_zone(backend):
        return msg("a date, or a date with its time")
    return msg("a date, or a date with its time and without a zone")


def _refuse_type(connected: Connected, role: str, column: ir.Column, wanted: Message) -> NoReturn:
    raise ImportRefused(
        msg("The column {column} for the {role} is of type {type}", column=column.get_name(), role=ROLE_NAMES[role],
            type=_short(str(column.type()))),
        connected.title,
        msg("It has to be {wanted}. Make a view that converts it, and connect the view.", wanted=wanted),
    )  # fmt: skip


def _short(kind: str, most: int = 60) -> str:
    """A type as a reader can take it in; a struct may have a hundred fields."""
    return kind if len(kind) <= most else kind[:most] + " …"
