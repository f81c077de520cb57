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
from strategy.customers.reading import OpenTable
from strategy.customers.time_zones import shop_time_sql, written_time_sql
from strategy.errors import ImportRefused
from strategy.language import msg

#: Reason codes of ``checked.reason``; the place in the tuple is the code, 0 is a row that counts.
REASONS = (
    "kept",
    "blank_row",
    "totals_row",
    "no_customer",
    "bad_date",
    "bad_amount",
    "future_date",
    "duplicate",
    "zero_or_negative_price",
    "refund_netted",
    "refund_unmatched",
    "cancelled_by_refund",
    "refund_left_out",
    "already_there",
)
CODE = {reason: code for code, reason in enumerate(REASONS)}

_TOTALS = ("total", "totals", "grand total", "subtotal", "sub-total", "sum", "合计", "总计", "小计", "汇总", "总和", "共计")
_BLANKS = ("nan", "null", "none", "n/a", "#n/a", "nat", "<na>")
_INTEGERS = {"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT"}
_MOST_WRITINGS = 200_000
#: The customer of purchases that name none, where these are kept.
NAMELESS = "-"
_NUMBERS = ("amount", "quantity", "price", "margin")
#: A literal, because an expression would be worked out again for every row. The last three: no-break, wide, zero-width.
_SPACES = "' \t\n\r\u00a0\u3000\ufeff'"


def _list(words: tuple[str, ...]) -> str:
    return ", ".join(f"'{word}'" for word in words)


def _is_number(kind: str) -> bool:
    return kind in _INTEGERS or kind in ("FLOAT", "DOUBLE") or kind.startswith("DECIMAL")


def _text(column: str, kind: str, identifier: bool = False) -> str:
    """SQL for the value as text without stray spaces, blank as NULL. Whole numbers lose their ``.0``.

    Control characters of an ``identifier`` become spaces: they would break documents it is written to. That call works on the
    column itself, so that DuckDB does it once per entry of a dictionary.
    """
    if kind in _INTEGERS:
        return f"{column}::VARCHAR"
    if kind in ("FLOAT", "DOUBLE"):
        whole = f"{column} = floor({column}) AND abs({column}) < 1e18"
        return f"CASE WHEN {whole} THEN {column}::BIGINT::VARCHAR WHEN isfinite({column}) THEN {column}::VARCHAR END"
    clean = f"regexp_replace({column}::VARCHAR, '[\\x00-\\x1f\\x7f]+', ' ', 'g')" if identifier else f"{column}::VARCHAR"
    return f"nullif(trim({clean}, {_SPACES}), '')"


def _present(name: str) -> str:
    """SQL for a text that is NULL where it says that there is nothing, such as "nan"."""
    return f"CASE WHEN length({name}) < 8 AND lower({name}) IN ({_list(_BLANKS)}) THEN NULL ELSE {name} END"


@dataclass(frozen=True)
class Staged:
    """What was prepared: formats found, and the heading behind each role."""

    dates: DateFormat
    numbers: NumberFormat


def _day_part(text: str) -> str:
    """SQL that cuts the time of day off a written moment."""
    return (
        f"CASE WHEN contains({text}, ':') THEN regexp_replace({text}, '[T ]*(上午|下午)?[T ]*\\d{{1,2}}:.*$', '') "
        f"WHEN length({text}) = 14 AND try_cast({text} AS BIGINT) IS NOT NULL THEN {text}[:8] ELSE {text} END"
    )


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


def check_rows(table: OpenTable, mapping: Mapping, rules: Rules) -> Staged:
    """Create the temporary table ``checked`` on the file's connection, one row per row of the file.

    Its columns: line, customer, moment (TIMESTAMP), order_id, customer_key and order_key (fingerprints to join on), quantity,
    price, margin, product, channel, region, amount (DECIMAL(18,4)), date_text and amount_text (as written; NULL where the file has a type of its own and the value
    is readable), fingerprint (of the whole row), reason (a code of ``REASONS``; 0 counts).

    Raises:
        ImportRefused: dates or numbers that can be read in more than one way, several currencies, a column of an unsuitable type.
    """
    roles = mapping.columns()
    kinds = {role: table.type_of(heading) for role, heading in roles.items()}
    number_roles: list[str] = [role for role in _NUMBERS if role in roles]
    for role in number_roles:
        if kinds[role] != "VARCHAR" and not _is_number(kinds[role]):
            raise _wrong_type(table, roles[role])
    native_date = kinds["date"] == "DATE" or kinds["date"].startswith("TIMESTAMP")
    if not native_date and kinds["date"] != "VARCHAR" and not _is_number(kinds["date"]):
        raise _wrong_type(table, roles["date"])
    text_roles = {role: roles[role] for role in number_roles if kinds[role] == "VARCHAR"}
    staged = _staged_sql(table, mapping, kinds, native_date)
    dates, numbers, bare = DateFormat("native"), NumberFormat(native=True), True
    source = f"({staged}) AS staged"
    if text_roles or not native_date:
        table.connection.execute(f"CREATE TEMP TABLE staged AS {staged}")
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
    _create_checked(table, mapping, values, source, kinds["date"] if native_date else None, rules)
    return Staged(dates, numbers)


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


def _staged_sql(table: OpenTable, mapping: Mapping, kinds: dict[str, str], native_date: bool) -> str:
    """The file's columns by role, as text or in their own type, with line number and fingerprint.

    Two steps, trimming and judging, so that no value is trimmed twice.
    """
    column = {role: table.column(heading) for role, heading in mapping.columns().items()}
    every = ", ".join(f"c{at}" for at in range(len(table.preview.columns)))
    trimmed = [f"{table.line} AS line", f"hash({every}) AS fingerprint"]
    judged = ["line", "fingerprint"]
    texts = {"customer": "customer", "order": "order_id", "product": "product", "channel": "channel", "region": "region"}
    for role, name in texts.items():
        trimmed.append(f"{_text(column[role], kinds[role], True) if role in column else 'NULL::VARCHAR'} AS {name}")
    judged.append("customer" if _is_number(kinds["customer"]) else f"{_present('customer')} AS customer")
    judged += [name for role, name in texts.items() if role != "customer"]
    if native_date:
        trimmed.append(f"{shop_time_sql(column['date'], kinds['date'], mapping)} AS moment_given")
        judged += ["moment_given", "NULL::VARCHAR AS date_text", "NULL::VARCHAR AS day_text"]
    else:
        trimmed.append(f"{_text(column['date'], kinds['date'])} AS date_text")
        judged += [f"{_present('date_text')} AS date_text", f"{_day_part('date_text')} AS day_text"]
    for role in _NUMBERS:
        if role not in column:
            judged.append(f"NULL::VARCHAR AS {role}_text")
        elif kinds[role] == "VARCHAR":
            trimmed.append(f"{_text(column[role], kinds[role])} AS {role}_text")
            judged.append(f"{_present(f'{role}_text')} AS {role}_text")
        else:
            trimmed.append(f"{column[role]}::DOUBLE AS {role}_number")
            judged += [f"NULL::VARCHAR AS {role}_text", f"{role}_number"]
    return f"SELECT {', '.join(judged)} FROM (SELECT {', '.join(trimmed)} FROM {table.relation}) AS trimmed"


def _create_checked(
    table: OpenTable,
    mapping: Mapping,
    values: dict[str, str],
    source: str,
    native_date: str | None,
    rules: Rules,
) -> None:
    quantity, price, margin = (values.get(role, "NULL::DOUBLE") for role in ("quantity", "price", "margin"))
    raw = values.get("amount") or f"({quantity} * {price})"
    if mapping.amount:
        text = values["amount"] != "amount_number"
        written = "amount_text" if text else "CASE WHEN amount IS NULL THEN amount_number::VARCHAR END"
    else:
        factors = [f"coalesce({'CAST(' + sql + ' AS VARCHAR)' if sql == f'{role}_number' else f'{role}_text'}, '')"
                   for role, sql in (("quantity", quantity), ("price", price))]  # fmt: skip
        written = f"CASE WHEN amount IS NULL THEN {factors[0]} || ' x ' || {factors[1]} END"
    if native_date:
        moment = "moment_given"
    else:
        moment = written_time_sql("day", "date_text", mapping)
    totals = " OR ".join(
        f"(length({text}) < 14 AND coalesce(rtrim(lower({text}), ' :：') IN ({_list(_TOTALS)}), false))"
        for text, native in (("customer", _is_number(table.type_of(mapping.customer))), ("date_text", native_date))
        if not native
    )  # fmt: skip
    blank = "customer IS NULL AND moment IS NULL AND date_text IS NULL AND amount IS NULL AND order_id IS NULL"
    unreadable_day = (
        f"moment IS NULL OR NOT isfinite(moment) OR moment < DATE '{FIRST_YEAR}-01-01' OR moment >= DATE '{LAST_YEAR + 1}-01-01'"
    )
    today = rules.today or dt.date.today()
    verdicts = [
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
    reason = " ".join(f"WHEN {condition} THEN {CODE[name]}" for condition, name in verdicts if condition)
    named = "customer" if rules.drop_nameless else f"coalesce(customer, '{NAMELESS}')"
    table.connection.execute(f"""
        CREATE TEMP TABLE checked AS
        WITH valued AS (
            SELECT line, customer, order_id, {moment} AS moment, date_text, {quantity} AS quantity, {price} AS price,
                   try_cast({raw} AS DECIMAL(18,4)) AS amount,
                   {written} AS amount_text,
                   {margin} AS margin, product, channel, region,
                   fingerprint
            FROM {source})
        SELECT * REPLACE ({named} AS customer), {key_columns(named, mapping)}, (CASE {reason} ELSE 0 END)::UTINYINT AS reason
        FROM valued""")


def key_columns(customer: str, mapping: Mapping) -> str:
    """SQL for ``customer_key`` and ``order_key``; without order numbers the purchases of one day are one order."""
    order = "coalesce(order_id, moment::DATE::VARCHAR)" if mapping.order else "moment::DATE"
    return f"hash({customer}) AS customer_key, hash({customer}, {order}) AS order_key"
