"""A file of interactions with customers, such as calls, visits and complaints: one row each, read under a mapping and explained
before anything is stored.

The file is opened and its dates and numbers are read as those of purchases are. Customers who have no purchases are counted and kept,
because somebody who complains before buying, or whose purchases are elsewhere, is known all the same.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from strategy.customers.date_format import ORDER_NAMES, DateFormat
from strategy.customers.file_digest import file_sha256
from strategy.customers.interaction_mapping import (
    INTERACTION_ROLE_NAMES,
    InteractionMapping,
    check_interaction_mapping,
    means_complaint,
    means_open,
)
from strategy.customers.interaction_rows import judge, stage
from strategy.customers.progress import Progress, unheard
from strategy.customers.quality import REASON_NAMES, Example
from strategy.customers.reading import OpenTable, named_refusals, opened
from strategy.customers.schema import one_row
from strategy.customers.time_zones import clock_warnings
from strategy.customers.totals_rows import sums_among
from strategy.errors import ImportRefused
from strategy.language import Message, msg

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

MOST_INTERACTIONS = 5_000_000
#: Kinds and statuses are few; a column with more different values than this holds something else.
MOST_KINDS = 200
#: A topic with more different values than this share of the rows is free text, in which people may be named.
_FREE_TEXT_SHARE = 0.5


@dataclass(frozen=True)
class LeftOutRows:
    """Rows that are not taken in for one reason, with the first of them."""

    reason: str
    rows: int
    first: Example

    @property
    def title(self) -> Message:
        return REASON_NAMES[self.reason]


@dataclass(frozen=True)
class Counted:
    """A kind or a status as the file writes it, how many rows have it, and whether it is proposed: as a complaint, as open."""

    name: str
    rows: int
    proposed: bool


@dataclass(frozen=True)
class Interactions:
    """A file of interactions as understood; nothing is stored yet.

    Attributes:
        rows_at_hand: interactions the file is added to; None when it replaces them. ``rows_kept``: rows of the file that are taken in.
        customers: who is named in the rows kept; ``known`` of them have purchases. ``buyers``: all customers with purchases.
        copies: rows kept that say the same as an earlier one. ``kindless``: rows kept that name no kind.
        bad_scores: rows kept whose score is no number, with the first; it is left empty.
        kinds, statuses: of the rows kept, most frequent first.
        notes: what to hear of how the file was read.
        rows: the rows to store, as an Arrow table.
    """

    file_name: str
    sha256: str
    mapping: InteractionMapping
    dates: DateFormat
    rows_read: int
    rows_kept: int
    customers: int
    known: int
    buyers: int
    first_day: dt.date | None
    last_day: dt.date | None
    kinds: tuple[Counted, ...]
    statuses: tuple[Counted, ...]
    left_out: tuple[LeftOutRows, ...]
    copies: int = 0
    kindless: int = 0
    bad_scores: int = 0
    first_bad_score: Example | None = None
    scores: tuple[float, float] | None = None
    topics: int = 0
    topics_filled: int = 0
    rows_at_hand: int | None = None
    notes: tuple[Message, ...] = ()
    rows: pa.Table = field(repr=False, compare=False, default=None)

    @property
    def free_text(self) -> bool:
        """Whether the topic is free text rather than one of a few subjects."""
        return self.topics_filled > 20 and self.topics > _FREE_TEXT_SHARE * self.topics_filled

    def proposed_complaints(self) -> tuple[str, ...]:
        return tuple(kind.name for kind in self.kinds if kind.proposed)

    def proposed_open(self) -> tuple[str, ...]:
        return tuple(status.name for status in self.statuses if status.proposed)

    def sentences(self) -> tuple[Message, ...]:
        """What was understood, a sentence each, for a person to confirm."""
        if self.first_day is None or self.last_day is None:
            return (
                msg(
                    "{file}: {rows:# row was|# rows were} read, and all of them are at hand already.",
                    file=self.file_name,
                    rows=f"{self.rows_read:,}",
                ),
            )
        said = [
            msg("{file}: {rows:# row was|# rows were} read, {kept:# interaction|# interactions} of "
                "{customers:# customer|# customers} {kept:is|are} kept, {first} to {last}.",
                file=self.file_name, rows=f"{self.rows_read:,}", kept=f"{self.rows_kept:,}", customers=f"{self.customers:,}",
                first=f"{self.first_day:%Y-%m-%d}", last=f"{self.last_day:%Y-%m-%d}"),
        ]  # fmt: skip
        order = ORDER_NAMES[self.dates.order]
        if self.dates.samples:
            samples = ", ".join(f"{text} → {day:%Y-%m-%d}" for text, day in self.dates.samples)
            said.append(msg("Dates are read as {order}: {samples}.", order=order, samples=samples))
        else:
            said.append(msg("Dates are read as {order}.", order=order))
        if self.dates.two_digit_years:
            said.append(msg("Years of two digits are 1970 to 2069."))
        if self.mapping.time_zone:
            said.append(msg("Days are cut in the time zone {zone}.", zone=self.mapping.time_zone))
        said.append(
            msg("Customers with purchases: {known}; without any, and kept all the same: {unknown}. Customers with purchases and no interaction: {silent}.",
                known=f"{self.known:,}", unknown=f"{self.customers - self.known:,}", silent=f"{self.buyers - self.known:,}")
        )  # fmt: skip
        if self.rows_at_hand is not None:
            said.append(msg("They are added to the {there:# interaction|# interactions} at hand.", there=f"{self.rows_at_hand:,}"))
        if self.scores:
            said.append(msg("Satisfaction scores run from {low} to {high}.", low=f"{self.scores[0]:g}", high=f"{self.scores[1]:g}"))
        return tuple(said)

    def warnings(self) -> tuple[Message, ...]:
        """What a person should look at before confirming."""
        said = list(self.notes)
        if self.buyers and self.customers and not self.known:
            said.append(
                msg(
                    "None of the customers is among the purchases: compare how the two files write the customer's id, with leading zeros."
                )
            )
        elif self.buyers and self.known < 0.5 * self.customers:
            said.append(msg("More than half of the customers are not among the purchases: compare how the two files write the id."))
        if self.kindless:
            said.append(
                msg("Rows that name no kind: {count}. They are kept and count as no complaint.", count=f"{self.kindless:,}")
            )
        if self.copies:
            said.append(
                msg("Rows that say the same as an earlier one: {count}. They are kept, unless you choose to count copies once.",
                    count=f"{self.copies:,}")
            )  # fmt: skip
        if self.bad_scores and self.first_bad_score:
            first = self.first_bad_score
            said.append(
                msg("Scores that are no numbers and are left empty: {count}; the first is {value} in row {row}.",
                    count=f"{self.bad_scores:,}", value=first.value[:60], row=first.row)
            )  # fmt: skip
        if self.free_text:
            said.append(
                msg("{column} is free text, in which people may be named. Leave it out, or choose a column with a few subjects.",
                    column=self.mapping.topic)
            )  # fmt: skip
        return tuple(said)

    def quality(self) -> dict[str, Any]:
        """Rows and customers by what became of them, for the record."""
        return {
            "rows_read": self.rows_read,
            "rows_added": self.rows_kept,
            "left_out": [asdict(entry) for entry in self.left_out],
            "copies": self.copies,
            "kindless": self.kindless,
            "bad_scores": self.bad_scores,
            "unknown_customers": self.customers - self.known,
            "dates": asdict(self.dates),
        }


def understand_interactions(
    path: Path,
    name: str,
    mapping: InteractionMapping,
    buyers: pa.Table,
    at_hand: pa.Table | None = None,
    *,
    skip_unreadable: bool = False,
    drop_copies: bool = False,
    drop_future: bool = True,
    today: dt.date | None = None,
    progress: Progress = unheard,
) -> Interactions:
    """Everything an import would do, short of storing it.

    Args:
        buyers: the customers with purchases, once each, in the column ``customer``.
        at_hand: the interactions the file is to be added to, whose rows are left out of it; None when it stands alone.
        skip_unreadable: leave out rows whose date cannot be read, instead of refusing the file.
        progress: told how far the work is, from 0 to 1.

    Raises:
        ImportRefused: no table; a column is missing; dates are ambiguous or unreadable; nobody is named; too many kinds or rows.
    """
    with named_refusals(name), opened(
        path, name, sheet=mapping.sheet, encoding=mapping.encoding, delimiter=mapping.delimiter,
        progress=lambda share: progress(0.3 * share),
    ) as table:  # fmt: skip
        check_interaction_mapping(mapping, table.preview)
        rows_read = one_row(table.connection, f"SELECT count(*) FROM {table.relation}")[0]
        if rows_read > MOST_INTERACTIONS:
            raise ImportRefused(
                msg("The table has more than {limit} rows", limit=f"{MOST_INTERACTIONS:,}"),
                name,
                msg("Split it into several files, or summarise it before it is brought in."),
            )
        progress(0.4)
        dates = stage(table, mapping)
        progress(0.6)
        if at_hand is not None:
            table.connection.register("at_hand", at_hand)
        judge(table, mapping, at_hand is not None, drop_copies, drop_future, today or dt.date.today())
        progress(0.8)
        _refuse(table, mapping, skip_unreadable)
        there = None if at_hand is None else at_hand.num_rows
        found = _added_up(table, mapping, buyers, dates, rows_read, there, file_sha256(path))
        progress(1.0)
        return found


def purchases_elsewhere(name: str | None) -> ImportRefused:
    return ImportRefused(
        msg("The purchases stay in the company's own database, and interactions in this workbook cannot be used with them"),
        name,
        msg("Import a file of the purchases to use the two together."),
    )


def has_table(cursor: duckdb.DuckDBPyConnection, name: str) -> bool:
    """Whether the workbook has a table: those of interactions are laid out with the first import by a program that knows them."""
    sql = "SELECT count(*) FROM duckdb_tables() WHERE schema_name = 'main' AND table_name = ?"
    return bool(cursor.execute(sql, [name]).fetchall()[0][0])


_FIRST = "arg_min({line: line, customer: customer, date: date_text, moment: read_at, kind: kind, score: score_text}, line)"


def _example(mapping: InteractionMapping, reason: str, row: dict[str, Any]) -> Example:
    """The cell of a row that says why it was left out. ``row`` is what ``_FIRST`` gathers."""
    if reason in ("bad_date", "future_date"):
        written = row["date"] or ("" if row["moment"] is None else str(row["moment"]))
        return Example(row["line"], mapping.date, written)
    if reason == "bad_score":
        return Example(row["line"], mapping.score or "", row["score"] or "")
    return Example(row["line"], mapping.customer, row["customer"] or "")


def _refuse(table: OpenTable, mapping: InteractionMapping, skip_unreadable: bool) -> None:
    """Refuse a file that cannot be taken in as it is."""
    name, rows = table.preview.name, table.connection
    if not rows.execute("SELECT 1 FROM judged WHERE customer IS NOT NULL LIMIT 1").fetchall():
        raise ImportRefused(
            msg("The customer is empty in every row"),
            msg("{file}, column {column}", file=name, column=mapping.customer),
            msg("Choose the column that holds the customer's number or name."),
        )
    count, row = one_row(rows, f"SELECT count(*), {_FIRST} FROM judged WHERE reason = 'bad_date'")
    if count and not skip_unreadable:
        first = _example(mapping, "bad_date", row)
        raise ImportRefused(
            msg("Dates that cannot be read or are out of range: {count}; the first is {value}", count=f"{count:,}",
                value=first.value or msg("empty")),
            msg("{file}, row {row}, column {column}", file=name, row=first.row, column=first.column),
            msg("Correct the file, or choose to leave unreadable rows out."),
        )  # fmt: skip
    for role, heading in (("kind", mapping.kind), ("status", mapping.status)):
        different = one_row(rows, f"SELECT count(DISTINCT {role}) FROM judged WHERE reason = 'kept'")[0]
        if heading and different > MOST_KINDS:
            raise ImportRefused(
                msg(
                    "The {role} has {count} different values, and should have a few",
                    role=INTERACTION_ROLE_NAMES[role],
                    count=f"{different:,}",
                ),
                msg("{file}, column {column}", file=name, column=heading),
                msg("Choose the column that sorts interactions, and give one with free text as the topic."),
            )


def _counted(table: OpenTable, column: str) -> list[tuple[str, int]]:
    return table.connection.execute(
        f"SELECT {column}, count(*) FROM judged WHERE reason = 'kept' AND {column} IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1"
    ).fetchall()


def _added_up(
    table: OpenTable, mapping: InteractionMapping, buyers: pa.Table, dates: DateFormat, rows_read: int,
    at_hand: int | None, sha256: str,
) -> Interactions:  # fmt: skip
    """What the judged rows come to, and the rows to store."""
    left_out = tuple(
        LeftOutRows(reason, count, _example(mapping, reason, row))
        for reason, count, row in table.connection.execute(
            f"SELECT reason, count(*), {_FIRST} FROM judged WHERE reason <> 'kept' GROUP BY reason ORDER BY min(line)"
        ).fetchall()
    )
    kept, customers, first, last, copies, kindless, low, high, topics, filled = one_row(
        table.connection,
        """SELECT count(*), count(DISTINCT customer), min(day), max(day), count(*) FILTER (copy), count(*) FILTER (kind IS NULL),
                  min(score), max(score), count(DISTINCT topic), count(topic)
           FROM judged WHERE reason = 'kept'""",
    )
    if not kept and not any(entry.reason == "already_there" for entry in left_out):
        worst = max(left_out, key=lambda entry: entry.rows)
        raise ImportRefused(
            msg("No interaction is left"),
            msg("{file}; most rows left out: {reason} ({count})", file=table.preview.name, reason=worst.title, count=worst.rows),
            msg("Check which columns hold the customer and the date."),
        )
    bad_scores, bad = one_row(
        table.connection,
        f"SELECT count(*), {_FIRST} FROM judged WHERE reason = 'kept' AND score IS NULL AND score_text IS NOT NULL",
    )
    rows = table.connection.execute(
        "SELECT customer, day, moment, kind, channel, status, score, topic FROM judged WHERE reason = 'kept' ORDER BY line"
    ).to_arrow_table()
    table.connection.register("buyers", buyers)
    known = one_row(
        table.connection,
        "SELECT count(*) FROM (SELECT DISTINCT customer FROM judged WHERE reason = 'kept') SEMI JOIN buyers USING (customer)",
    )[0]
    return Interactions(
        file_name=table.preview.name,
        sha256=sha256,
        mapping=mapping,
        dates=dates,
        rows_read=rows_read,
        rows_kept=kept,
        customers=customers,
        known=known,
        buyers=buyers.num_rows,
        first_day=first,
        last_day=last,
        kinds=tuple(Counted(kind, count, means_complaint(kind)) for kind, count in _counted(table, "kind")),
        statuses=tuple(
            Counted(status, count, means_open(status, mapping.status or "")) for status, count in _counted(table, "status")
        ),
        left_out=left_out,
        copies=copies,
        kindless=kindless,
        bad_scores=bad_scores,
        first_bad_score=_example(mapping, "bad_score", bad) if bad_scores else None,
        scores=None if low is None else (low, high),
        topics=topics,
        topics_filled=filled,
        rows_at_hand=at_hand,
        notes=(
            *table.preview.notes,
            *sums_among(rows["customer"].unique(), buyers["customer"]),
            *clock_warnings(table, "judged", mapping.date, mapping.time_zone),
        ),
        rows=rows,
    )
