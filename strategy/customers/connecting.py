"""Look at a connected table before anything is recorded, and record it: figures and settings, and not one purchase."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from strategy.customers.connected import Connected, canonical, has_odd_ids, marked, refundable, ties_of
from strategy.customers.connected_oddities import table_currency, table_oddities
from strategy.customers.connections import Urls, address_of, ask, try_again
from strategy.customers.importing import Dataset, datasets
from strategy.customers.left_out import forget_left_out
from strategy.customers.mapping import Mapping
from strategy.customers.moves import forget_moves
from strategy.customers.netting import Refunds
from strategy.customers.netting_expression import Found, refunds_found, refunds_of, refunds_said
from strategy.customers.quality import REASON_NAMES, LeftOut
from strategy.customers.schema import create_tables, one_row, show_totals
from strategy.errors import ImportRefused
from strategy.language import Message, msg

if TYPE_CHECKING:
    import duckdb
    from ibis.backends import BaseBackend

#: Rows left out for a reason above this share of all rows are worth a warning.
_MANY = 0.05
#: Reasons that come of netting, which says what it did itself.
_BY_REFUND = ("cancelled_by_refund", "refund_netted", "refund_unmatched")


@dataclass(frozen=True)
class ConnectedFigures:
    """What a connected table holds, as counted where it is.

    Attributes:
        connected: the settings, with the day and the moment of this reading.
        kind: of database, such as ``postgres``.
        rows_kept: rows that are purchases. ``orders``: distinct orders of a customer, or customer days where no column says.
        revenue: sum of the rows kept, net of refunds, in the table's currency. ``money_read``: of all rows whose amount can be read;
            it is ``revenue``, ``refunds.deducted`` and the money of all ``left_out``.
        refunds: what became of them; None where they are left out.
        currency: what a column of the table names, where one does. ``oddities``: what stands beside the purchases and was not looked at.
    """

    connected: Connected
    kind: str
    rows_read: int
    rows_kept: int
    money_read: float
    revenue: float
    customers: int
    orders: int
    first_day: dt.date
    last_day: dt.date
    left_out: tuple[LeftOut, ...]
    refunds: Refunds | None = None
    currency: str | None = None
    oddities: tuple[Message, ...] = ()

    def sentences(self) -> tuple[Message, ...]:
        """What was understood, a sentence each, for a person to confirm."""
        said = [
            msg("{table} is read where it is; no purchase is copied.", table=self.connected.title),
            msg("Times with a zone become days in {zone}; purchases up to {day} count.", zone=self.connected.time_zone,
                day=self.connected.as_of),
            msg("Kept: {rows:# purchase line|# purchase lines} of {customers:# customer|# customers}, {first} to {last}.",
                rows=f"{self.rows_kept:,}",
                customers=f"{self.customers:,}", first=f"{self.first_day:%Y-%m-%d}", last=f"{self.last_day:%Y-%m-%d}"),
        ]  # fmt: skip
        if not self.connected.order:
            said.append(msg("No order number: purchases of one customer on one day count as one."))
        if self.currency:
            said.append(msg("Amounts are in {currency}.", currency=self.currency))
        if self.refunds:
            said += refunds_said(self.refunds)
        return tuple(said)

    @property
    def warnings(self) -> tuple[Message, ...]:
        found = []
        refunds = next((entry for entry in self.left_out if entry.reason == "zero_or_negative_amount"), None)
        if refunds and refunds.money < 0:
            found.append(
                msg(
                    "Refunds of {money} in {rows:# row|# rows} are left out, not set against the purchases they cancel, so "
                    "revenue is too "
                    "high by up to that. Have them set against these, or connect a view that does.",
                    money=f"{-refunds.money:,.2f}",
                    rows=f"{refunds.rows:,}",
                )
            )
        if self.refunds and self.refunds.unmatched_rows:
            found.append(
                msg("{count:# refund|# refunds} worth {money} {count:has|have} no earlier purchase to be set against and "
                    "{count:was|were} left out.",
                    count=f"{self.refunds.unmatched_rows:,}", money=f"{self.refunds.unmatched_money:,.2f}")
            )  # fmt: skip
        for entry in self.left_out:
            if entry is not refunds and entry.reason not in _BY_REFUND and entry.rows > _MANY * self.rows_read:
                found.append(
                    msg(
                        "{share} of the rows are left out: {reason}", share=f"{entry.rows / self.rows_read:.0%}", reason=entry.title
                    )
                )
        return (*found, *self.oddities)

    def record(self) -> dict[str, Any]:
        """What the journal keeps of this reading."""
        return {
            "file_name": self.connected.title,
            "connected": self.connected.as_record(),
            "rows_read": self.rows_read,
            "rows_kept": self.rows_kept,
            "customers": self.customers,
            "revenue": self.revenue,
            "first_day": self.first_day.isoformat(),
            "last_day": self.last_day.isoformat(),
        }

    def quality(self) -> dict[str, Any]:
        """What the data set's record says of rows and money."""
        return {
            **{key: value for key, value in self.record().items() if key not in ("file_name", "connected")},
            "money_read": self.money_read,
            "orders": self.orders,
            "dropped": [{"reason": entry.reason, "rows": entry.rows, "money": entry.money} for entry in self.left_out],
            **({"refunds": asdict(self.refunds)} if self.refunds else {}),
            "warnings": [str(warning) for warning in self.warnings],
        }


def tables(name: str, urls: Urls) -> list[str]:
    """Names of the tables and views a connection shows first. Raises what :func:`~strategy.customers.connections.ask` raises."""
    try_again()
    from strategy.customers.connected import names_there

    return ask(name, address_of(name, urls), "UTC", lambda backend: names_there(backend)[:1_000])


def columns(name: str, table: str, urls: Urls) -> list[str]:
    """Names of the columns of a table. Raises likewise, and :class:`UnknownName` when there is no such table."""
    from strategy.customers.connected import table_of

    return ask(name, address_of(name, urls), "UTC", lambda backend: list(table_of(backend, table).columns))


def measure(connected: Connected, urls: Urls, now: Callable[[], dt.datetime] | None = None) -> ConnectedFigures:
    """Count what a connected table holds, as of today in its time zone. Nothing is stored.

    Raises:
        UnknownName, ImportRefused, ConnectionProblem: no such connection, table or column; a column of the wrong type; no
            purchases at all; a database that cannot be asked.
    """
    moment = now() if now else dt.datetime.now(dt.timezone.utc)
    today = moment.astimezone(ZoneInfo(connected.time_zone)).date()
    reading = replace(connected, as_of=today.isoformat(), read_at=moment.astimezone(dt.timezone.utc).isoformat())
    url = address_of(connected.connection, urls)
    try_again()
    counted = ask(connected.connection, url, connected.time_zone, lambda backend: _count(backend, reading))
    if not counted.rows_read:
        raise ImportRefused(msg("The table has no rows"), connected.title, msg("Fill it, or connect another one."))
    by_reason = dict(counted.by_reason)
    rows_kept, revenue = by_reason.pop("kept", (0, 0.0))
    if revenue <= 0:
        raise _nothing_kept(by_reason, connected)
    deducted = counted.refunds.deducted if counted.refunds else 0.0
    customers, first, last = counted.totals
    return ConnectedFigures(
        connected=counted.reading,
        kind=counted.kind,
        rows_read=counted.rows_read,
        rows_kept=rows_kept,
        money_read=round(revenue + deducted + sum(money for _, money in by_reason.values()), 2),
        revenue=revenue,
        customers=customers,
        orders=counted.orders,
        first_day=first,
        last_day=last,
        left_out=tuple(LeftOut(reason, *by_reason[reason]) for reason in REASON_NAMES if reason in by_reason),
        refunds=counted.refunds,
        currency=counted.currency,
        oddities=counted.oddities,
    )


def _nothing_kept(by_reason: dict[str, tuple[int, float]], connected: Connected) -> ImportRefused:
    fix = msg("Check which column is what.")
    if not by_reason:
        return ImportRefused(msg("No purchase with a positive amount is left"), connected.title, fix)
    most = max(by_reason, key=lambda reason: by_reason[reason][0])
    what = msg("No row of the table is a purchase; most often: {reason}", reason=REASON_NAMES[most])
    return ImportRefused(what, connected.title, fix)


@dataclass(frozen=True)
class _Counted:
    """What the database said. ``by_reason``: rows and money, also of those ``kept``; ``totals``: customers, first and last day."""

    reading: Connected
    kind: str
    rows_read: int
    by_reason: dict[str, tuple[int, float]]
    totals: tuple[int, Any, Any]
    orders: int
    refunds: Refunds | None
    currency: str | None = None
    oddities: tuple[Message, ...] = ()


def _count(backend: BaseBackend, reading: Connected) -> _Counted:
    """A few questions, each with a small answer: rows and money by reason; refunds, where there are any; customers, period; orders."""
    import pandas as pd

    currency, oddities = table_currency(backend, reading), table_oddities(backend, reading)
    reading = replace(reading, odd_ids=has_odd_ids(backend, reading))
    rows = marked(backend, reading)
    reasons = rows.group_by("reason").aggregate(rows=rows.count(), money=rows.amount.sum().coalesce(0).cast("float64"))
    found = list(backend.execute(reasons).itertuples(index=False, name=None))
    by_reason = {str(reason): (int(count), round(float(money), 2)) for reason, count, money in found}
    rows_read = sum(count for count, _ in by_reason.values())
    if not by_reason.keys() & {"kept", "refund"}:
        return _Counted(reading, str(backend.name), rows_read, by_reason, (0, None, None), 0, None)
    reading = replace(reading, has_refunds="refund" in by_reason)
    refunds = None
    if reading.has_refunds:
        asked = refunds_found(refundable(rows), ties_of(reading)).select("fate", "exact", "rows", "money", "deducted")
        netting = refunds_of(list(backend.execute(asked).itertuples(index=False, name=None)))
        refunds, by_reason = netting.refunds, _netted(by_reason, netting)
    kept = canonical(backend, reading)
    which = kept.day
    if reading.order:
        # A purchase without its number belongs to its day, as in a file.
        which = kept.order_id.coalesce(kept.day.cast("string") if reading.net_refunds else "")
    each = kept.group_by("customer", which=which).aggregate(first=kept.day.min(), last=kept.day.max())
    totals = each.aggregate(
        customers=each.customer.nunique(), first=each["first"].min(), last=each["last"].max(), orders=each.count()
    )
    customers, first, last, orders = next(backend.execute(totals).itertuples(index=False, name=None))
    first, last = (None if pd.isna(day) else pd.Timestamp(day).date() for day in (first, last))
    totals_found = (int(customers), first, last)
    return _Counted(reading, str(backend.name), rows_read, by_reason, totals_found, int(orders), refunds, currency, oddities)


def _netted(by_reason: dict[str, tuple[int, float]], netting: Found) -> dict[str, tuple[int, float]]:
    """Rows and money by reason once refunds are set against purchases."""
    refunds = netting.refunds
    rows, money = by_reason.get("kept", (0, 0.0))
    found = by_reason | {
        "kept": (rows - netting.cancelled_rows, round(money - netting.cancelled_money - refunds.deducted, 2)),
        "cancelled_by_refund": (netting.cancelled_rows, netting.cancelled_money),
        "refund_netted": (refunds.exact_rows + refunds.order_rows, -refunds.matched_money),
        "refund_unmatched": (refunds.unmatched_rows, -refunds.unmatched_money),
    }
    return {reason: entry for reason, entry in found.items() if reason != "refund" and entry[0]}


def store_connected(cursor: duckdb.DuckDBPyConnection, figures: ConnectedFigures, author: str) -> Dataset:
    """Make a connected table the workbook's current data set: its record alone; purchases of a file, and who moved with them, are removed.

    Runs in the caller's transaction, without beginning or committing one.
    """
    create_tables(cursor)
    cursor.execute("DELETE FROM purchase")
    show_totals(cursor)
    forget_left_out(cursor)
    forget_moves(cursor)
    connected = figures.connected
    mapping = Mapping(connected.customer, connected.date, connected.amount, connected.order)
    understood = {"kind": "connected", "database": figures.kind, "connected": connected.as_record(), "rules": {}}
    quality = figures.quality()
    # No file, hence no fingerprint of one: this tells one reading from another.
    content = json.dumps([connected.as_record(), quality], sort_keys=True, default=str)
    version = one_row(cursor, "SELECT coalesce(max(version), 0) + 1 FROM dataset")[0]
    cursor.execute(
        "INSERT INTO dataset (version, file_name, sha256, mapping, understood, quality, imported_at, author) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            version,
            connected.title,
            hashlib.sha256(content.encode()).hexdigest(),
            mapping.as_json(),
            json.dumps(understood, ensure_ascii=False),
            json.dumps(quality, ensure_ascii=False, default=str),
            dt.datetime.now(dt.timezone.utc).replace(tzinfo=None),
            author,
        ],
    )
    return datasets(cursor)[-1]
