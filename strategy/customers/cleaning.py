"""From a file's columns to checked rows: every row gets its customer, moment and amount, or the reason why it is no purchase.

The work is done set-wise in SQL. Text dates and numbers go through a look-up of the distinct texts, so that Python reads each
writing once however many million rows repeat it.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from strategy.customers.cleaning_rules import Rules
from strategy.customers.date_format import DateFormat, DayText, read_days
from strategy.customers.limits import FIRST_YEAR, LAST_YEAR, MAX_AMOUNT
from strategy.customers.mapping import Mapping
from strategy.customers.number_format import NumberFormat, NumberText, find_format, parse_number
from strategy.customers.plain_text import Plain, find_plain
from strategy.customers.reading import OpenTable
from strategy.customers.reasons import CODE
from strategy.customers.schema import one_row
from strategy.customers.staging import NUMBERS, TEXTS, is_number, one_of, staged_sql
from strategy.customers.time_zones import written_time_sql
from strategy.customers.totals_rows import LONGEST_TOTAL, TOTALS
from strategy.errors import ImportRefused
from strategy.language import msg

#: Code of a row that is not written as the file was taken to be; none is left when ``check_rows`` returns.
_UNLIKE = 255

_MOST_WRITINGS = 200_000
#: The customer of purchases that name none, where these are kept.
NAMELESS = "-"


@dataclass(frozen=True)
class Staged:
    """What was prepared: formats found, and the heading behind each role."""

    dates: DateFormat
    numbers: NumberFormat


def _too_varied(table: OpenTable, heading: str) -> ImportRefused:
    return ImportRefused(
        msg("The column does not hold what it was chosen for: almost every value is written differently"),
        msg("{file}, column {column}", file=table.preview.name, column=heading),
        msg("Choose another column, or correct its values."),
    )


def _read_rows(rules: Rules) -> str:
    """SQL for the rows whose writing counts: a row that is left out for want of a customer decides nothing."""
    return "customer IS NOT NULL" if rules.drop_nameless else "true"


def _read_dates(table: OpenTable, mapping: Mapping, rules: Rules) -> DateFormat:
    """Fill the look-up ``day_lookup(day_text, day)`` from the distinct texts of ``staged.day_text``."""
    import pyarrow as pa

    found = table.connection.execute(
        f"SELECT day_text, min(line), count(*) FROM staged WHERE day_text IS NOT NULL AND {_read_rows(rules)} "
        f"GROUP BY 1 LIMIT {_MOST_WRITINGS + 1}"
    ).fetchall()
    if len(found) > _MOST_WRITINGS:
        raise _too_varied(table, mapping.date)
    texts = [DayText(*row) for row in found]
    dates, days = read_days(texts, table.preview.name, mapping.date, mapping.date_order)
    lookup = pa.table({"day_text": pa.array(days.keys(), pa.string()), "day": pa.array(days.values(), pa.date32())})
    table.connection.register("day_lookup", lookup)
    return dates


def _read_numbers(table: OpenTable, mapping: Mapping, rules: Rules, roles: dict[str, str]) -> tuple[NumberFormat, bool]:
    """The format of the text columns ``roles`` (role -> heading), and whether SQL can cast them as they stand."""
    texts: list[NumberText] = []
    for role, heading in roles.items():
        # Digits are all alike in a shape, except a zero before the first separator: 0.234 can be read in one way only.
        shape = f"translate({role}_text, '012345678', '999999999') || regexp_matches({role}_text, '^[^0-9]*0[^0-9]')"
        found = table.connection.execute(
            f"SELECT arg_min({role}_text, line), min(line), count(*) FROM staged "
            f"WHERE {role}_text IS NOT NULL AND {_read_rows(rules)} GROUP BY {shape} LIMIT {_MOST_WRITINGS + 1}"
        ).fetchall()
        if len(found) > _MOST_WRITINGS:
            raise _too_varied(table, heading)
        texts.extend(NumberText(text, heading, row, count) for text, row, count in found)
    return find_format(texts, table.preview.name, mapping.decimal)


def _register_numbers(table: OpenTable, role: str, numbers: NumberFormat) -> None:
    """Fill the look-up ``<role>_lookup(written, value)`` with every distinct text of the column that is a number."""
    import pyarrow as pa

    written = table.connection.execute(f"SELECT DISTINCT {role}_text FROM staged WHERE {role}_text IS NOT NULL").fetchall()
    values: dict[str, float] = {}
    for (text,) in written:
        value = parse_number(text, numbers.decimal or ".")
        if value is not None:
            values[text] = float(value)
    lookup = pa.table({"written": pa.array(values.keys(), pa.string()), "value": pa.array(values.values(), pa.float64())})
    table.connection.register(f"{role}_lookup", lookup)


def check_rows(table: OpenTable, mapping: Mapping, rules: Rules, lines: bool = False) -> Staged:
    """Create the view ``checked`` on the file's connection, one row per row of the file, over the table ``checked_row``.

    Its columns: line, customer, moment (TIMESTAMP), order_id, customer_key and order_key (fingerprints to join on), quantity, price,
    margin, product, channel, region, amount (DECIMAL(18,4)), date_text and amount_text (as written; NULL where the file has a type of
    its own or a plain writing, and the value is readable), fingerprint (of the whole row), reason (a code of ``REASONS``; 0 counts).

    The table holds only what the file has: eleven million empty cells of a column nobody mapped take 176 MB. ``lines`` stores the line
    with each row, for rows of other files to be put beside them; else it follows from the place in the table.

    Raises:
        ImportRefused: dates or numbers that can be read in more than one way, several currencies, a column of an unsuitable type.
    """
    roles = mapping.columns()
    kinds = {role: table.type_of(heading) for role, heading in roles.items()}
    number_roles: list[str] = [role for role in NUMBERS if role in roles]
    for role in number_roles:
        if kinds[role] != "VARCHAR" and not is_number(kinds[role]):
            raise _wrong_type(table, roles[role])
    native_date = kinds["date"] == "DATE" or kinds["date"].startswith("TIMESTAMP")
    if not native_date and kinds["date"] != "VARCHAR" and not is_number(kinds["date"]):
        raise _wrong_type(table, roles["date"])
    text_roles = {role: roles[role] for role in number_roles if kinds[role] == "VARCHAR"}
    lines = lines or rules.drop_duplicates or table.preview.kind == "parquet"
    dates, numbers, bare = DateFormat("native"), NumberFormat(native=True), True
    plain = find_plain(table, mapping, kinds, native_date, text_roles) if text_roles or not native_date else None
    if plain is not None and _check_plainly(table, mapping, kinds, rules, plain, native_date, lines, text_roles):
        return Staged(plain.dates or dates, plain.numbers or numbers)
    source = f"({staged_sql(table, mapping, kinds, native_date, lines)}) AS staged"
    if text_roles or not native_date:
        lines = True
        table.connection.execute(f"CREATE TEMP TABLE staged AS {staged_sql(table, mapping, kinds, native_date, lines)}")
        source = "staged"
        if not native_date:
            dates = _read_dates(table, mapping, rules)
            source += " LEFT JOIN day_lookup USING (day_text)"
        if text_roles:
            numbers, bare = _read_numbers(table, mapping, rules, text_roles)
        for role in text_roles if not bare else ():
            _register_numbers(table, role, numbers)
            source += f" LEFT JOIN {role}_lookup ON {role}_lookup.written = {role}_text"
    values = {role: _value_sql(role, role in text_roles, bare) for role in number_roles}
    moment = "moment_given" if native_date else written_time_sql("day", "date_text", mapping)
    _create_checked(table, mapping, rules, _Cells(source, values, moment, native_date, lines, _written_sql(mapping, values)))
    table.connection.execute("DROP TABLE IF EXISTS staged")
    return Staged(dates, numbers)


def _check_plainly(
    table: OpenTable, mapping: Mapping, kinds: dict[str, str], rules: Rules, plain: Plain, native_date: bool, lines: bool,
    text_roles: dict[str, str],
) -> bool:  # fmt: skip
    """Check the rows of a file that began plainly, in one pass. False, with nothing made, where it does not go on so."""
    values = {role: _value_sql(role, role in text_roles, True) for role in NUMBERS if role in mapping.columns()}
    if "amount" in text_roles:
        values["amount"] = "try_cast(amount_text AS DECIMAL(18,4))"
    source = f"({staged_sql(table, mapping, kinds, native_date, lines, plain=True)}) AS staged"
    moment = "moment_given" if native_date else plain.moment
    otherwise = plain.otherwise(text_roles, native_date)
    # What stands in the file is needed where rows are left out. It takes room, so it is read only once there are such rows.
    for written in (_written_sql(mapping, values),) if plain.odd_rows else (None, _written_sql(mapping, values)):
        _create_checked(
            table, mapping, rules, _Cells(source, values, moment, native_date, lines, written, tuple(text_roles), otherwise)
        )
        nameless, unlike, taken_back = one_row(
            table.connection,
            f"""SELECT count(*) FILTER (reason = {CODE["no_customer"]}), count(*) FILTER (reason = {_UNLIKE}),
                       count(*) FILTER (amount < 0) FROM checked_row""",
        )
        if unlike:
            break
        if written or not (nameless or taken_back):
            return True
        table.connection.execute("DROP TABLE checked_row")
    table.connection.execute("DROP VIEW checked")
    table.connection.execute("DROP TABLE checked_row")
    return False


def _wrong_type(table: OpenTable, heading: str) -> ImportRefused:
    return ImportRefused(
        msg("The column is of type {kind} and cannot serve here", kind=table.type_of(heading)),
        msg("{file}, column {column}", file=table.preview.name, column=heading),
        msg("Choose another column, or export this one as text or numbers."),
    )


def _value_sql(role: str, text: bool, bare: bool) -> str:
    if not text:
        return f"{role}_number"
    return f"try_cast({role}_text AS DOUBLE)" if bare else f"{role}_lookup.value"


def _written_sql(mapping: Mapping, values: dict[str, str]) -> str:
    """SQL for the amount as it stands in the file: always where it is text, else where it cannot be read."""
    if mapping.amount:
        return "amount_text" if values["amount"] != "amount_number" else "CASE WHEN amount IS NULL THEN amount_number::VARCHAR END"
    factors = [
        f"coalesce({'CAST(' + values[role] + ' AS VARCHAR)' if values[role] == f'{role}_number' else f'{role}_text'}, '')"
        for role in ("quantity", "price")
    ]
    return f"CASE WHEN amount IS NULL THEN {factors[0]} || ' x ' || {factors[1]} END"


@dataclass(frozen=True)
class _Cells:
    """SQL for what is read of each row.

    Attributes:
        source: relation with the columns of ``staged_sql``. ``values``: role -> its number. ``moment``: day and time.
        lines: whether the source has the line. ``written``: the amount as it stands in the file; None where nobody will ask.
        texts: roles whose texts ``otherwise`` looks at, which tells a row that is not written as the file was taken to be.
    """

    source: str
    values: dict[str, str]
    moment: str
    native_date: bool
    lines: bool
    written: str | None
    texts: tuple[str, ...] = ()
    otherwise: str | None = None


def _create_checked(table: OpenTable, mapping: Mapping, rules: Rules, cells: _Cells) -> None:
    values, written = cells.values, cells.written
    raw = values.get("amount") or f"({values['quantity']} * {values['price']})"
    # Most values do not begin with a letter of such a word, and need no further look.
    starts = sorted({ord(form) for word in TOTALS for form in (word[0], word[0].upper())})
    looked_at = [] if is_number(table.type_of(mapping.customer)) else ["customer"]
    looked_at += [] if cells.native_date or cells.otherwise else ["date_text"]
    said = {text: one_of(f"rtrim(lower({text}), ' :：')", TOTALS) for text in looked_at}
    totals = " OR ".join(
        f"({one_of(f'ascii({text})', starts)} AND length({text}) <= {LONGEST_TOTAL} AND coalesce({word}, false))"
        for text, word in said.items()
    )
    blank = "customer IS NULL AND moment IS NULL AND date_text IS NULL AND amount IS NULL AND order_id IS NULL"
    unreadable_day = (
        f"moment IS NULL OR NOT isfinite(moment) OR moment < DATE '{FIRST_YEAR}-01-01' OR moment >= DATE '{LAST_YEAR + 1}-01-01'"
    )
    today = rules.today or dt.date.today()
    verdicts = [
        (cells.otherwise or "", "otherwise"),
        (blank, "blank_row"),
        (totals if rules.drop_totals else "", "totals_row"),
        ("customer IS NULL" if rules.drop_nameless else "", "no_customer"),
        (unreadable_day, "bad_date"),
        (f"amount IS NULL OR abs(amount) > {MAX_AMOUNT}", "bad_amount"),
        (f"moment >= DATE '{today + dt.timedelta(days=1)}'" if rules.drop_future else "", "future_date"),
        ("row_number() OVER (PARTITION BY fingerprint ORDER BY line) > 1" if rules.drop_duplicates else "", "duplicate"),
        ("coalesce(price <= 0, false)" if mapping.price and rules.drop_free else "", "zero_or_negative_price"),
        ("" if rules.net_refunds else "amount < 0", "refund_left_out"),
    ]
    reason = " ".join(f"WHEN {condition} THEN {CODE.get(name, _UNLIKE)}" for condition, name in verdicts if condition)
    named = "customer" if rules.drop_nameless else f"coalesce(customer, '{NAMELESS}')"
    there = mapping.columns()
    numbers = {role: values[role] for role in ("quantity", "price", "margin") if role in there}
    texts = [name for role, name in TEXTS.items() if role in there and role != "customer"]
    valued = [
        "customer",
        f"{cells.moment} AS moment",
        f"try_cast({raw} AS DECIMAL(18,4)) AS amount",
        "fingerprint",
        "date_text",
        *texts,
    ]
    valued += [f"{sql} AS {name}" for name, sql in numbers.items()]
    stored = [f"{named} AS customer", "moment", "amount", "fingerprint", *texts, *numbers]
    valued += [f"{role}_text AS {role}_seen" for role in cells.texts]
    if cells.lines:
        valued.append("line")
        stored.append("line")
    if written:
        valued.append(f"{written} AS amount_text")
        stored.append("amount_text")
    if not (cells.native_date or cells.otherwise):  # else it is in the moment
        stored.append("date_text")
    if "order_id" not in texts:
        valued.append("NULL::VARCHAR AS order_id")
    table.connection.execute(f"""
        CREATE TABLE checked_row AS
        SELECT {", ".join(stored)}, (CASE {reason} ELSE 0 END)::UTINYINT AS reason
        FROM (SELECT {", ".join(valued)} FROM {cells.source}) AS valued""")
    show_checked(table, mapping)


#: Columns of ``checked`` that ``checked_row`` may be without.
_OPTIONAL = dict.fromkeys(("date_text", "amount_text", *TEXTS.values()), "VARCHAR") | dict.fromkeys(
    ("quantity", "price", "margin"), "DOUBLE"
)
_OPTIONAL["refunded"] = "DECIMAL(18,4)"


def show_checked(table: OpenTable, mapping: Mapping) -> None:
    """Make the view ``checked`` over what ``checked_row`` holds now."""
    there = {row[0] for row in table.connection.execute("DESCRIBE checked_row").fetchall()}
    shown = [f"NULL::{kind} AS {name}" for name, kind in _OPTIONAL.items() if name not in there]
    if "reason" not in there:
        shown.append("0::UTINYINT AS reason")
    if "line" not in there:
        shown.append(f"rowid + {table.preview.first_row} AS line")
    inner = f"SELECT {', '.join(['*', *shown])} FROM checked_row"
    table.connection.execute(f"CREATE OR REPLACE TEMP VIEW checked AS SELECT *, {key_columns('customer', mapping)} FROM ({inner})")


def key_columns(customer: str, mapping: Mapping) -> str:
    """SQL for ``customer_key`` and ``order_key``; without order numbers the purchases of one day are one order."""
    order = "coalesce(order_id, moment::DATE::VARCHAR)" if mapping.order else "moment::DATE"
    return f"hash({customer}) AS customer_key, hash({customer}, {order}) AS order_key"
