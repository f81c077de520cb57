"""What is done with doubtful rows: every rule has a name a person can read, and a switch."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from strategy.language import Message, msg


@dataclass(frozen=True)
class Rules:
    """What to do with doubtful rows.

    Attributes:
        skip_unreadable: leave rows with an unreadable date or amount out and report them, instead of refusing the file.
        drop_duplicates: count each exactly repeated row once. Off by default: two equal lines may be two purchases.
        net_refunds: set refunds against the purchases they cancel. Off, they are left out and purchases stay as they were.
        drop_free: leave out lines with a unit price of zero or below.
        drop_future: leave out dates after ``today``.
        drop_totals: leave out rows of totals.
        drop_nameless: leave out purchases without a customer. Off, they count as purchases of one nameless customer.
        drop_known: when a file is added to the data at hand, leave out lines that are in the data already.
        today: later dates are in the future; None is the day of the import.
    """

    skip_unreadable: bool = False
    drop_duplicates: bool = False
    net_refunds: bool = True
    drop_free: bool = True
    drop_future: bool = True
    drop_totals: bool = True
    drop_nameless: bool = True
    drop_known: bool = True
    today: dt.date | None = None


#: The switches, in the order they are offered.
RULE_NAMES: dict[str, Message] = {
    "net_refunds": msg("Set refunds against the purchases they cancel"),
    "drop_nameless": msg("Leave out purchases without a customer"),
    "drop_free": msg("Leave out lines with a unit price of zero or below"),
    "drop_future": msg("Leave out dates in the future"),
    "drop_totals": msg("Leave out rows of totals"),
    "drop_duplicates": msg("Count exact copies once"),
    "skip_unreadable": msg("Leave out rows that cannot be read"),
    "drop_known": msg("Leave out lines that are in the data already"),
}
