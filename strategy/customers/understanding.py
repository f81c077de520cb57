"""Read a whole file under a mapping and say what was understood, before anything is stored."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from strategy.customers.adding import add_purchases_at_hand, warnings_of_adding
from strategy.customers.arrow_files import HELD_ROWS, ROW_GROUP, Keep, on_disk
from strategy.customers.cleaning import NAMELESS, Staged, check_rows, show_checked
from strategy.customers.file_digest import FileDigest
from strategy.customers.left_out import left_out_rows
from strategy.customers.mapping import Mapping, check_mapping
from strategy.customers.money_units import currency_said
from strategy.customers.netting import net_refunds
from strategy.customers.progress import Progress, unheard
from strategy.customers.quality import REASON_NAMES, Dropped, Example, FileFacts, Rules, Understanding
from strategy.customers.reading import OpenTable, csv_refusal, opened, refuse_unpacking
from strategy.customers.reasons import CODE, REASONS
from strategy.customers.room import room_refusals
from strategy.customers.schema import one_row
from strategy.customers.time_gaps import find_gaps
from strategy.customers.totals import count_different, customer_totals
from strategy.customers.warnings_of_import import find_warnings, sample_rows
from strategy.errors import ImportRefused
from strategy.language import Message, msg

if TYPE_CHECKING:
    import pyarrow as pa

_CORRECT = msg("Correct the file, or choose to leave unreadable rows out.")
#: A moment of 1990 to 2049 as computers count it, in seconds or thousandths.
_SECONDS = re.compile(r"(?:[6-9]|1\d|2[0-4])\d{8}(\d{3})?(?:\.\d+)?")
_UNREADABLE: dict[str, Message] = {
    "bad_date": msg("Dates that cannot be read or are out of range: {count}; the first is {value}"),
    "bad_amount": msg("Amounts that cannot be read or are out of range: {count}; the first is {value}"),
}

# Nearly every line stands as it is: one look-up of the few that refunds lowered is cheaper than a table of all that are left.
_KEPT = """
    SELECT customer, moment::DATE AS day, CASE WHEN lowered THEN new_amount ELSE amount END AS amount,
           CASE WHEN lowered THEN amount - new_amount + coalesce(refunded, 0) ELSE refunded END AS refunded, order_id,
           CASE WHEN lowered THEN quantity * (new_amount / amount)::DOUBLE ELSE quantity END AS quantity, price,
           CASE WHEN lowered THEN margin * (new_amount / amount)::DOUBLE ELSE margin END AS margin, product, channel, region
    FROM checked LEFT JOIN (SELECT line, new_amount, true AS lowered FROM change) AS changed USING (line)
    WHERE reason = 0 AND amount >= 0 AND (lowered IS NULL OR new_amount IS NOT NULL)"""

#: What a purchase may hold beside customer, day and amount.
PURCHASE_COLUMNS = ("refunded", "order_id", "quantity", "price", "margin", "product", "channel", "region")


def understand(
    path: Path | str,
    name: str | None,
    mapping: Mapping,
    rules: Rules = Rules(),  # noqa: B008
    at_hand: pa.Table | None = None,
    settled: pa.Table | None = None,
    progress: Progress = unheard,
    keep: Keep | None = None,
) -> Understanding:
    """Everything an import would do, short of storing it.

    Args:
        path: the file. ``name`` is what messages call it (its own name when None).
        at_hand: the purchases the file is to be added to; None when it stands alone.
        settled: refunds at hand and what they cancelled, which may come again in the file.
        progress: told how far the work is, from 0 to 1.
        keep: files for ``purchases`` and ``totals``, where they are too many to be held in memory.

    Raises:
        ImportRefused: no table; a column is missing; dates or numbers are ambiguous; rows are unreadable and the rules do not
            skip them; no purchase is left.
    """
    file = Path(path)
    said = name or file.name
    with FileDigest(file) as sha256, room_refusals(said), opened(
        file, said, sheet=mapping.sheet, encoding=mapping.encoding, delimiter=mapping.delimiter,
        progress=lambda share: progress(0.3 * share),
    ) as table:  # fmt: skip
        currency, staged = _check(table, said, mapping, rules, lines=at_hand is not None)
        progress(0.6)
        rows_read, money_read, copies = _count_rows(table, mapping, rules, at_hand is None)
        show_checked(table, mapping)
        if at_hand is not None:
            add_purchases_at_hand(table, at_hand, settled, mapping, rules.drop_known)
        refunds = net_refunds(table.connection)
        progress(0.8)
        rows_at_hand = 0 if at_hand is None else at_hand.num_rows
        most = rows_read + rows_at_hand
        purchases, totals = _purchases(table, most, refunds.rows > 0, keep)
        table.connection.register("totals", totals)
        kept = _add_up(table, mapping, totals, most, at_hand is None)
        if not kept["rows"]:
            raise _nothing_left(table, said)
        everybody = totals.num_rows if kept["rows"] == kept["added"] == rows_read else None
        own_rows = "checked_row" if at_hand is None else "checked_row WHERE line > 0"
        facts = _facts(table, own_rows, mapping, rules, rows_read, copies, everybody)
        samples = sample_rows(table)
        progress(0.95)
        of_adding = warnings_of_adding(table, settled, mapping) if at_hand is not None else ()
        return Understanding(
            file_name=said,
            sha256=sha256.value(),
            mapping=mapping,
            rules=rules,
            preview=table.preview,
            dates=staged.dates,
            numbers=replace(staged.numbers, currency=staged.numbers.currency or currency),
            rows_read=rows_read,
            money_read=round(money_read, 2),
            **_as_kept(kept),
            dropped=_dropped(table, mapping),
            refunds=refunds,
            facts=facts,
            samples=samples,
            rows_at_hand=rows_at_hand,
            warnings=find_warnings(table, mapping, rules, kept, refunds, facts, staged, of_adding),
            rejected=left_out_rows(table.connection),
            purchases=purchases,
            totals=totals,
        )


def _check(table: OpenTable, said: str, mapping: Mapping, rules: Rules, lines: bool) -> tuple[str | None, Staged]:
    """The currency the file names and its rows as checked; ``lines`` numbers them. Raises where it cannot be read under ``mapping``."""
    import duckdb

    check_mapping(mapping, table.preview)
    refuse_unpacking(table, mapping.columns().values())
    try:
        return currency_said(table, mapping), check_rows(table, mapping, rules, lines=lines)
    except duckdb.InvalidInputException as error:
        raise csv_refusal(error, said) from error


def _as_kept(kept: dict[str, Any]) -> dict[str, Any]:
    """What :func:`_add_up` found, by the names an :class:`Understanding` has for it."""
    same = ("revenue", "customers", "orders", "first_day", "last_day", "gaps")
    return {name: kept[name] for name in same} | {"rows_kept": kept["rows"], "rows_added": kept["added"]}


def _one(table: OpenTable, sql: str) -> tuple[Any, ...]:
    return one_row(table.connection, sql)


def _count_rows(table: OpenTable, mapping: Mapping, rules: Rules, alone: bool) -> tuple[int, float, int]:
    """Rows of the file, what their amounts come to, and how many are exact copies of another. Raises where rows cannot be read.

    The fingerprints of the rows are gone afterwards: eleven million take 100 MB, and nobody else asks for them. So are the reasons, 75
    MB, where every row counts and none will be put beside them (``alone``).
    """
    blank = f"reason = {CODE['blank_row']}"
    rows, money, blanks, left_out = _one(
        table,
        f"""SELECT count(*), coalesce(sum(amount), 0)::DOUBLE, count(*) FILTER ({blank}), count(*) FILTER (reason > 0)
            FROM checked_row""",
    )
    _refuse_unreadable(table, mapping, rules, rows)
    looked_at = f"CASE WHEN NOT {blank} THEN fingerprint END" if blanks else "fingerprint"
    copies = rows - blanks - count_different(table.connection, looked_at, "checked_row", rows)
    table.connection.execute("ALTER TABLE checked_row DROP COLUMN fingerprint")
    if alone and not left_out:
        table.connection.execute("ALTER TABLE checked_row DROP COLUMN reason")
    return rows, money, copies


def _arrow(table: OpenTable, sql: str) -> Any:
    """Rows in batches of DuckDB's row group size: one big batch would be stored by one thread only."""
    return table.connection.sql(sql).to_arrow_table(ROW_GROUP)


def _facts(
    table: OpenTable, own_rows: str, mapping: Mapping, rules: Rules, rows: int, copies: int, everybody: int | None
) -> FileFacts:
    """What stands in the file's ``rows``, of which so many are ``copies``; ``everybody``: its customers, where they are known.

    ``own_rows``: the relation of these rows, without those at hand.
    """
    nameless = "customer IS NULL" if rules.drop_nameless else f"(customer IS NULL OR customer = '{NAMELESS}')"
    asked = [
        nameless,
        "amount < 0",
        "amount = 0",
        "price <= 0" if mapping.price else "",
        "quantity <= 0" if mapping.quantity else "",
    ]
    # Each by itself: the database knows of most pieces of a column that none of their values can be meant.
    blank, negative, zero, cheap, empty = (
        _one(table, f"SELECT count(*) FROM (FROM {own_rows}) WHERE {condition}")[0] if condition else 0 for condition in asked
    )

    def count(text: str) -> int:
        return count_different(table.connection, f"CASE WHEN {text} IS NOT NULL THEN hash({text}) END", own_rows, rows)

    # One count of distinct values a query: together they run twice as long.
    customers = count("customer") if everybody is None else everybody
    orders = count("order_id") if mapping.order else None
    return FileFacts(blank, copies, negative, zero, cheap, empty, customers, orders)


def _refuse_unreadable(table: OpenTable, mapping: Mapping, rules: Rules, rows: int) -> None:
    if not rows:
        raise ImportRefused(
            msg("The file has headings and no rows"),
            table.preview.name,
            msg("Export the purchases again, with their rows, and choose the new file."),
        )
    if not table.connection.execute("SELECT 1 FROM checked WHERE customer IS NOT NULL LIMIT 1").fetchone():
        raise ImportRefused(
            msg("The customer is empty in every row"),
            msg("{file}, column {column}", file=table.preview.name, column=mapping.customer),
            msg("Choose the column that holds the customer's number or name."),
        )
    if rules.skip_unreadable:
        return
    codes = ", ".join(str(CODE[reason]) for reason in _UNREADABLE)
    found = _by_reason(table, f"FROM checked WHERE reason IN ({codes})")
    for reason, what in _UNREADABLE.items():
        if reason in found:
            count, _, row = found[reason]
            first = _example(mapping, reason, row)
            raise ImportRefused(
                Message(what.template, {"count": f"{count:,}", "value": first.value or msg("empty, or a word such as n/a")}),
                msg("{file}, row {row}, column {column}", file=table.preview.name, row=first.row, column=first.column),
                _since_1970(first.value) if reason == "bad_date" and first.value else _CORRECT,
            )


def _since_1970(value: str) -> Message:
    """What to do about a date that cannot be read; seconds are named as such, because nobody reads days out of them."""
    if found := _SECONDS.fullmatch(value):
        return msg("The dates look like {unit} since 1970. Write them as dates and times, such as 2024-01-15 08:30.",
                   unit=msg("milliseconds") if found[1] else msg("seconds"))  # fmt: skip
    return _CORRECT


#: Rows of the file come before those of an earlier one, whose lines are below 1.
_LATE = 1_000_000_000_000_000
_PLACE = f"CASE WHEN line > 0 THEN line ELSE {_LATE} - line END"


def _by_reason(table: OpenTable, rows: str) -> dict[str, tuple[int, float, dict[str, Any]]]:
    """How many ``rows`` (line, reason, amount) there are for each reason, their money, and the cells of the first of them."""
    counts = table.connection.execute(
        f"SELECT reason, count(*), coalesce(sum(amount), 0)::DOUBLE, min({_PLACE}) FROM ({rows}) GROUP BY reason ORDER BY reason"
    ).fetchall()
    if not counts:
        return {}
    # Only the cells of these few rows are gathered: to carry those of every row along takes three times as long.
    first = {code: place if place < _LATE else _LATE - place for code, _, _, place in counts}
    found = table.connection.execute(f"""
        SELECT line, {{line: greatest(line, 0), customer: customer, date: date_text, moment: moment, written: amount_text,
                       amount: amount, quantity: quantity, price: price}}
        FROM checked WHERE line IN ({", ".join(map(str, first.values()))})""").fetchall()
    cells = dict(found)
    return {REASONS[code]: (rows, money, cells[first[code]]) for code, rows, money, _ in counts}


def _example(mapping: Mapping, reason: str, row: dict[str, Any]) -> Example:
    """The cell of a row that says why it was left out. ``row`` is what ``_by_reason`` gathers."""
    line = row["line"]
    if reason in ("blank_row", "no_customer", "duplicate"):
        return Example(line, mapping.customer, row["customer"] or "")
    if reason == "totals_row":
        return Example(line, mapping.customer, row["customer"] or row["date"] or "")
    if reason in ("bad_date", "future_date"):
        return Example(line, mapping.date, row["date"] or ("" if row["moment"] is None else str(row["moment"])))
    if reason == "zero_or_negative_price":
        return Example(line, mapping.price or "", str(row["price"]))
    written = row["written"] if row["written"] is not None else ("" if row["amount"] is None else f"{row['amount'].normalize():f}")
    if mapping.amount:
        return Example(line, mapping.amount, written)
    if reason != "bad_amount" and row["quantity"] is not None and row["price"] is not None:
        return Example(line, f"{mapping.quantity} x {mapping.price}", f"{row['quantity']:g} x {row['price']:g}")
    column = mapping.quantity if reason != "bad_amount" or row["quantity"] is None else mapping.price
    return Example(line, column or "", written)


def _purchases(table: OpenTable, most_rows: int, refunded: bool, keep: Keep | None) -> tuple[pa.Table, pa.Table]:
    """The purchase lines that count, with the columns the file has something in, also as ``kept``; and what each customer's come to."""
    connection = table.connection
    there = {row[0] for row in connection.execute("DESCRIBE checked_row").fetchall()}
    there |= {"refunded"} if refunded else set()
    columns = ["customer", "day", "amount", *(name for name in PURCHASE_COLUMNS if name in there)]
    if refunded:
        query = f"WITH line AS ({_KEPT}) SELECT {', '.join(columns)} FROM line"
    else:  # the lines are read where they lie
        lines = ", ".join(["customer", "moment::DATE AS day", *columns[2:]])
        counts = "reason = 0 AND amount >= 0" if "reason" in there else "amount >= 0"
        connection.execute(f"CREATE VIEW kept AS SELECT {lines} FROM checked_row WHERE {counts}")
        query = "FROM kept"
    file = keep("purchases") if keep else None
    if most_rows <= HELD_ROWS:
        purchases = _arrow(table, query)
    elif refunded:
        purchases = on_disk(connection.execute(query).to_arrow_reader(ROW_GROUP), file)
    else:
        # Writing lines and adding them up each keep one core busy most of the time.
        with ThreadPoolExecutor(1) as pool, connection.cursor() as cursor:
            writing = pool.submit(lambda: on_disk(cursor.execute(query).to_arrow_reader(ROW_GROUP), file))
            totals = customer_totals(connection, "kept", most_rows)
            return writing.result(), _put_down(totals, keep)
    if refunded:
        connection.register("kept", purchases)
    totals = customer_totals(connection, "kept", most_rows)
    return purchases, totals if most_rows <= HELD_ROWS else _put_down(totals, keep)


def _put_down(totals: pa.Table, keep: Keep | None) -> pa.Table:
    """``totals`` in their file where they are wanted in one: of a million customers they take 250 MB, and are looked at but once more."""
    return totals if keep is None else on_disk(totals, keep("totals"))


def _add_up(table: OpenTable, mapping: Mapping, totals: pa.Table, most: int, alone: bool) -> dict[str, Any]:
    """What the purchase lines of ``kept``, at most so many, come to. ``totals``: what those of each customer do; ``alone``: none
    was at hand."""
    import pyarrow.compute as pc

    rows, revenue, first, last, top = _one(
        table, "SELECT count(*), coalesce(sum(amount), 0)::DOUBLE, min(day), max(day), max(amount) FROM kept"
    )
    if mapping.order:
        orders = count_different(table.connection, "hash(customer, coalesce(order_id, day::VARCHAR))", "kept", most)
    else:
        orders = pc.sum(totals["purchase_days"]).as_py()
    still = "SELECT count(*) FROM checked ANTI JOIN outcome USING (line) WHERE line > 0 AND reason = 0 AND amount >= 0"
    added = rows if alone else _one(table, still)[0]
    return {
        "added": added,
        "gaps": find_gaps(table.connection, "kept"),
        "rows": rows if top else 0,
        "revenue": round(revenue, 2),
        "first_day": first,
        "last_day": last,
        "customers": totals.num_rows,
        "orders": orders,
        "top": top,
    }


def _nothing_left(table: OpenTable, name: str) -> ImportRefused:
    row = table.connection.execute("""
        SELECT reason, count(*) FROM (SELECT reason FROM checked WHERE reason > 0 UNION ALL SELECT reason FROM outcome)
        GROUP BY reason ORDER BY 2 DESC LIMIT 1""").fetchone()
    where = (
        msg("{file}; most rows left out: {reason} ({count})", file=name, reason=REASON_NAMES[REASONS[row[0]]], count=row[1])
        if row
        else name
    )
    return ImportRefused(
        msg("No purchase with a positive amount is left"),
        where,
        msg("Check which column holds the amount, and whether its sign is turned round."),
    )


def _dropped(table: OpenTable, mapping: Mapping) -> tuple[Dropped, ...]:
    found = _by_reason(
        table,
        """SELECT line, reason, amount FROM checked WHERE reason > 0
           UNION ALL SELECT line, outcome.reason, amount FROM outcome JOIN checked USING (line)""",
    )
    return tuple(
        Dropped(reason, rows, round(money, 2), _example(mapping, reason, row)) for reason, (rows, money, row) in found.items()
    )
