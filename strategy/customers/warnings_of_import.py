"""What a person should see before a file is stored: sample rows before and after, and what looks odd."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from strategy.customers.cleaning import NAMELESS, Staged
from strategy.customers.cleaning_rules import Rules
from strategy.customers.mapping import Mapping
from strategy.customers.money_units import multiples, partly_marked
from strategy.customers.netting import Refunds
from strategy.customers.odd_columns import odd_columns
from strategy.customers.odd_values import odd_values
from strategy.customers.quality import FileFacts, Sample
from strategy.customers.reading import OpenTable
from strategy.customers.reasons import REASONS
from strategy.customers.schema import one_row
from strategy.customers.staging import is_number
from strategy.customers.time_zones import clock_warnings
from strategy.language import Message, msg

#: An amount this many times the 99.9th percentile is worth a second look.
ABSURD_FACTOR = 1000
#: How many rows are shown before and after.
SAMPLES = 8
#: Lines that show what is so all over a file, and the share of their money above which a loss by rounding is said.
_LOOKED_AT, _ROUNDED_AWAY = 100_000, 0.001
#: Margins of at most 1 on amounts that many times as large are shares.
_RATE_FACTOR = 5
#: Signs in full width and the same in ASCII, but for the quotation mark that ends a text of SQL.
_ITS_ASCII = "".join(map(chr, range(0x21, 0x7F))).replace("'", "")
_FULL_WIDTH = "".join(chr(ord(sign) + 0xFEE0) for sign in _ITS_ASCII)


def find_warnings(
    table: OpenTable,
    mapping: Mapping,
    rules: Rules,
    kept: dict[str, Any],
    refunds: Refunds,
    facts: FileFacts,
    staged: Staged,
    adding: Sequence[Message] = (),
) -> tuple[Message, ...]:
    """What a person should look at before the file is stored. ``kept`` are the totals of the purchases that count,
    ``adding`` what :func:`strategy.customers.adding.warnings_of_adding` finds."""
    return (
        *table.preview.notes,
        *_other_sheets(table, mapping),
        *_too_little(kept),
        *_absurd_amount(table, kept),
        *_rows_kept_all_the_same(table, rules, facts),
        *_refunds_left_over(refunds),
        *_gaps(kept),
        *adding,
        *_dates_in_several_ways(staged),
        *multiples(mapping.columns()),
        *_rounded(table, mapping, refunds),
        *_margins(table, mapping),
        *_margins_of_refunds(table, mapping, refunds),
        *clock_warnings(table, "checked", mapping.date, mapping.time_zone),
        *_id_warnings(table, mapping),
        *_letter_case(table, mapping),
        *_same_number(table),
        *_same_look(table),
        *odd_columns(table, mapping),
        *odd_values(table, mapping, rules),
        *partly_marked(table, mapping, staged.numbers.currency),
    )


def _other_sheets(table: OpenTable, mapping: Mapping) -> Iterator[Message]:
    others = [sheet for sheet in table.preview.sheets if sheet != table.preview.sheet]
    if mapping.sheet is None and others:
        yield msg(
            "Other worksheets of the file were not read: {sheets}. Choose the worksheet to read; several are added one after the other.",
            sheets=", ".join(others[:8]),
        )


def _too_little(kept: dict[str, Any]) -> Iterator[Message]:
    """One customer, one purchase each or one day: a column may be the wrong one."""
    if kept["customers"] == 1:
        yield msg("All purchases are of one customer. Is the right column chosen for the customer?")
    elif kept["customers"] == kept["orders"]:
        yield msg(
            "Nobody bought a second time. Frequency, loyalty and lifetime cannot be judged from this file. Is the right column "
            "chosen for the customer?"
        )
    if kept["first_day"] == kept["last_day"]:
        yield msg("All purchases fall on one day. Is the right column chosen for the date?")


def _absurd_amount(table: OpenTable, kept: dict[str, Any]) -> Iterator[Message]:
    share = min(0.999, 1 - 2 / max(3, kept["rows"]))
    # The quantile needs all amounts in order; where plenty come near the largest it is near it too.
    near = one_row(
        table.connection, f"SELECT count(*) FROM kept WHERE amount >= {float(kept['top']) / ABSURD_FACTOR:.4f}::DECIMAL(18,4)"
    )[0]
    if near > (1 - share) * kept["rows"] + 2:
        return
    usual = one_row(table.connection, f"SELECT quantile_disc(amount, {share})::DOUBLE FROM kept WHERE amount > 0")[0]
    if usual and float(kept["top"]) > ABSURD_FACTOR * usual:
        yield msg(
            "The largest amount, {amount}, is more than {factor} times what nearly all purchases stay below ({usual}).",
            amount=f"{float(kept['top']):,.2f}", factor=ABSURD_FACTOR, usual=f"{usual:,.2f}",
        )  # fmt: skip


def _rows_kept_all_the_same(table: OpenTable, rules: Rules, facts: FileFacts) -> Iterator[Message]:
    """Rows that a rule would leave out, were it switched on."""
    if facts.duplicates and not rules.drop_duplicates:
        yield msg(
            "{count:# row is an exact copy|# rows are exact copies} of another row. They were read as they stand.",
            count=f"{facts.duplicates:,}",
        )
    if facts.blank_customer and not rules.drop_nameless:
        nameless = one_row(table.connection, f"SELECT count(*) FROM kept WHERE customer = '{NAMELESS}'")[0]
        yield msg(
            "{count:# row|# rows} without a customer {count:counts|count} as purchases of one nameless customer, named {name}.",
            count=f"{nameless:,}", name=NAMELESS,
        )  # fmt: skip


def _refunds_left_over(refunds: Refunds) -> Iterator[Message]:
    if refunds.unmatched_rows:
        yield msg(
            "{count:# refund|# refunds} worth {money} {count:has|have} no earlier purchase to be set against and {count:was|were} left out.",
            count=f"{refunds.unmatched_rows:,}", money=f"{refunds.unmatched_money:,.2f}",
        )  # fmt: skip
    if refunds.excess >= 0.01:
        yield msg(
            "Refunds go {money} beyond what the purchases they belong to were worth. That money is in no figure: look at these refunds "
            "before you trust the revenue.",
            money=f"{refunds.excess:,.2f}",
        )


def _gaps(kept: dict[str, Any]) -> Iterator[Message]:
    if kept["gaps"]:
        longest = max(kept["gaps"], key=lambda gap: gap.days)
        yield msg(
            "No purchase at all from {first} to {last} ({days:# day|# days}; such spells: {count}). Was something left out of the export?",
            first=f"{longest.first_day:%Y-%m-%d}", last=f"{longest.last_day:%Y-%m-%d}", days=longest.days, count=len(kept["gaps"]),
        )  # fmt: skip


def _dates_in_several_ways(staged: Staged) -> Iterator[Message]:
    if staged.dates.mixed:
        yield msg(
            "Dates are written in several ways: {values}. Some may have their day and month exchanged, as happens when a spreadsheet of "
            "another country opens an export. Compare them with the rows before and after.",
            values=", ".join(staged.dates.mixed),
        )


def _id_warnings(table: OpenTable, mapping: Mapping) -> list[Message]:
    """Ids such as 1.23E+11: a spreadsheet has written a long number so, and its last digits are gone."""
    row = table.connection.execute(
        "SELECT customer FROM totals WHERE regexp_full_match(customer, '[0-9]([.,][0-9]+)?[eE][+]?[0-9]+') LIMIT 1"
    ).fetchone()
    if not row and table.type_of(mapping.customer) in ("DOUBLE", "FLOAT"):
        row = table.connection.execute("SELECT customer FROM totals WHERE length(customer) > 15 LIMIT 1").fetchone()
    signs = table.connection.execute(
        "SELECT customer FROM totals WHERE ascii(customer) IN (39, 61) OR contains(customer, chr(8203)) LIMIT 1"
    ).fetchone()
    if signs:
        return [
            msg("Some customer ids carry signs that a spreadsheet or a web page put there ({value}); one customer may have become several. "
                "Export the ids without them.", value=signs[0].replace("\u200b", "·"))
        ]  # fmt: skip
    if not row:
        return []
    return [
        msg("Some customer ids look like numbers a spreadsheet has shortened ({value}); different customers may have become one. Export "
            "the ids as text if that is so.", value=row[0])
    ]  # fmt: skip


def _rounded(table: OpenTable, mapping: Mapping, refunds: Refunds) -> list[Message]:
    """Prices of so little a piece that lines lose money when they are kept in ten-thousandths."""
    if mapping.amount:
        return []
    whole = "WHERE refunded IS NULL" if refunds.rows else ""
    exact, kept = one_row(
        table.connection, f"SELECT sum(quantity * price), sum(amount)::DOUBLE FROM (SELECT * FROM kept LIMIT {_LOOKED_AT}) {whole}"
    )
    if not exact or abs(exact - kept) <= _ROUNDED_AWAY * abs(exact):
        return []
    return [
        msg("Prices are so small that lines lose money when they are rounded to ten-thousandths: {exact} became {kept}. Bring in the prices "
            "in a smaller unit, such as cents.", exact=f"{exact:,.4f}", kept=f"{kept:,.4f}")
    ]  # fmt: skip


def _margins(table: OpenTable, mapping: Mapping) -> list[Message]:
    """Margins that are no money: written as 30%, or as a share of the amount."""
    if not mapping.margin:
        return []
    own = "checked WHERE line > 0 AND reason = 0"
    rows, read, largest, usual = one_row(
        table.connection, f"SELECT count(*), count(margin), max(abs(margin))::DOUBLE, avg(abs(amount))::DOUBLE FROM {own}"
    )
    place = table.preview.columns.index(mapping.margin)
    written = next((row[place] for row in table.preview.rows if row[place].strip()), None)
    if written and read < rows / 2:
        return [
            msg("The margin could be read in {read:0=none|only #} of {rows} rows; it is to be money, and stands in the file as {value}.",
                read=f"{read:,}", rows=f"{rows:,}", value=written[:40])
        ]  # fmt: skip
    if read and largest <= 1 and usual > _RATE_FACTOR * largest:
        return [
            msg("The margins are at most {largest}, the amounts {amount} on average. A margin is the money a line earned; is this a share of "
                "the amount?", largest=f"{largest:,.2f}", amount=f"{usual:,.2f}")
        ]  # fmt: skip
    return []


def _margins_of_refunds(table: OpenTable, mapping: Mapping, refunds: Refunds) -> list[Message]:
    """What a refund's own margin says is not used, and profit would be expected to follow it."""
    if not mapping.margin or refunds.rows == refunds.unmatched_rows:
        return []
    count = one_row(table.connection, "SELECT count(*) FROM checked WHERE line > 0 AND amount < 0 AND margin <> 0")[0]
    if not count:
        return []
    return [
        msg("{count:# refund has|# refunds have} a margin of their own. It is not used: a refund lowers the margin of its "
            "purchase in the proportion of the "
            "amounts.", count=f"{count:,}")
    ]  # fmt: skip


def _alike(table: OpenTable, core: str, what: Message) -> list[Message]:
    """Say ``what`` of ids that share their ``core``, a SQL expression of ``customer``, with another; not where it is NULL.

    ``what`` names how many there are ({count}) and two that are alike ({one}, {other}).
    """
    count, one, other = one_row(
        table.connection,
        f"""SELECT sum(writings), min_by(first, first), min_by(last, first)
            FROM (SELECT count(*) AS writings, min(customer) AS first, max(customer) AS last, {core} AS core FROM totals
                  GROUP BY core HAVING count(*) > 1 AND core IS NOT NULL)""",
    )
    return [Message(what.template, {"count": f"{count:,}", "one": one, "other": other})] if count else []


def _same_number(table: OpenTable) -> list[Message]:
    """Ids that are one number but for leading zeros or a ``.0``: what a spreadsheet or a program makes of 00123 on its way."""
    if not one_row(table.connection, "SELECT bool_or(prefix(customer, '0')) OR bool_or(suffix(customer, '.0')) FROM totals")[0]:
        return []
    number = (
        r"""CASE WHEN regexp_full_match(customer, '[0-9]+(\.0+)?') THEN ltrim(regexp_replace(customer, '\.0+$', ''), '0') END"""
    )
    return _alike(
        table, number,
        msg("{count:# customer id is|# customer ids are} the same number as another but for leading zeros or a .0, such as {one} "
            "and {other}, and count as "
            "customers of their own. Write them alike if they are not."),
    )  # fmt: skip


def _letter_case(table: OpenTable, mapping: Mapping) -> list[Message]:
    """Ids that are the same but for capitals: A17 and a17 may be one customer, typed by two people."""
    if is_number(table.type_of(mapping.customer)):
        return []
    both = "SELECT bool_or(customer <> upper(customer)) AND bool_or(customer <> lower(customer)) FROM totals"
    if not one_row(table.connection, both)[0]:
        return []
    return _alike(
        table, "lower(customer)",
        msg("{count:# customer id is|# customer ids are} the same as another but for capital letters, such as {one} and {other}, "
            "and count as customers of their "
            "own. Write them alike if they are not."),
    )  # fmt: skip


def _same_look(table: OpenTable) -> list[Message]:
    """Ids that look the same to a reader: in full width as a Chinese keyboard writes them, or a letter and its accent as two signs."""
    if not one_row(table.connection, "SELECT bool_or(strlen(customer) > length(customer)) FROM totals")[0]:
        return []
    # Translating takes ten times as long as looking for what is to be translated.
    ascii_signs = f"translate(nfc_normalize(customer), '{_FULL_WIDTH}', '{_ITS_ASCII}')"
    return _alike(
        table, f"CASE WHEN regexp_matches(customer, '[！-～]') THEN {ascii_signs} ELSE nfc_normalize(customer) END",
        msg("{count:# customer id looks|# customer ids look} the same as another but are made of other signs (full width, or "
            "accents apart from their letters), such "
            "as {one} and {other}, and count as customers of their own. Write them alike if they are not."),
    )  # fmt: skip


def sample_rows(table: OpenTable) -> tuple[Sample, ...]:
    """The first rows of the file and what became of each."""
    first = table.preview.first_row
    count = min(len(table.preview.rows), SAMPLES)
    # Where lines are not stored they are places in the table, and its beginning need not be looked for in all of it.
    stored = any(row[0] == "line" for row in table.connection.execute("DESCRIBE checked_row").fetchall())
    shown = "checked" if stored else f"(FROM checked LIMIT {count})"
    found = table.connection.execute(
        f"""SELECT line, customer, moment::DATE, amount::DOUBLE, coalesce(outcome.reason, shown.reason)
            FROM {shown} AS shown LEFT JOIN outcome USING (line) WHERE line BETWEEN {first} AND {first + count - 1} ORDER BY line"""
    ).fetchall()
    return tuple(
        Sample(line, table.preview.rows[line - first], customer, day, amount, REASONS[reason])
        for line, customer, day, amount, reason in found
    )
