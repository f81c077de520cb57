"""A file's columns by role, as SQL over the file: text without stray spaces, or the column's own type."""

from __future__ import annotations

from collections.abc import Iterable

from strategy.customers.delimited import Blanks
from strategy.customers.mapping import Mapping
from strategy.customers.reading import OpenTable
from strategy.customers.time_zones import shop_time_sql

#: Words that say that there is nothing.
BLANKS = ("nan", "null", "none", "n/a", "#n/a", "nat", "<na>")
_INTEGERS = {"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT"}
#: Roles whose columns hold text, and the columns they become.
TEXTS = {"customer": "customer", "order": "order_id", "product": "product", "channel": "channel", "region": "region"}
#: Roles whose columns hold numbers.
NUMBERS = ("amount", "quantity", "price", "margin")
#: A literal, because an expression would be worked out again for every row. The last three: no-break, wide, zero-width.
_SPACES = "' \t\n\r\u00a0\u3000\ufeff'"


def one_of(value: str, choices: Iterable[str | int]) -> str:
    """SQL for a value being among constants. Not ``IN``: DuckDB joins with a long list, for every row, whatever is asked before."""
    return f"list_contains([{', '.join(repr(choice) for choice in choices)}], {value})"


def is_number(kind: str) -> bool:
    return kind in _INTEGERS or kind in ("FLOAT", "DOUBLE") or kind.startswith("DECIMAL")


def _text(column: str, kind: str, blanks: Blanks, identifier: bool = False) -> str:
    """SQL for the value as text without stray spaces, blank as NULL. Whole numbers lose their ``.0``.

    Control characters of an ``identifier`` become spaces: they would break documents it is written to. That call works on the
    column itself, so that DuckDB does it once per entry of a dictionary.
    """
    if kind in _INTEGERS:
        return f"{column}::VARCHAR"
    if kind in ("FLOAT", "DOUBLE") or (kind.startswith("DECIMAL") and not kind.endswith(",0)")):
        whole = f"{column} = floor({column}) AND abs({column}) < 1e18"
        return f"CASE WHEN {whole} THEN {column}::BIGINT::VARCHAR WHEN isfinite({column}) THEN {column}::VARCHAR END"
    if blanks == "none":
        return f"nullif({column}, '')"
    if blanks == "spaces":  # looking at both ends first takes a third of the time: few values have any
        return f"nullif(CASE WHEN prefix({column}, ' ') OR suffix({column}, ' ') THEN trim({column}) ELSE {column} END, '')"
    clean = f"regexp_replace({column}::VARCHAR, '[\\x00-\\x1f\\x7f]+', ' ', 'g')" if identifier else f"{column}::VARCHAR"
    return f"nullif(trim({clean}, {_SPACES}), '')"


def _present(name: str) -> str:
    """SQL for a text that is NULL where it says that there is nothing, such as "nan"."""
    short = f"{one_of(f'ascii({name})', (35, 60, 78, 110))} AND length({name}) < 8"
    return f"CASE WHEN {short} AND {one_of(f'lower({name})', BLANKS)} THEN NULL ELSE {name} END"


def _day_part(text: str) -> str:
    """SQL that cuts the time of day off a written moment."""
    return (
        f"CASE WHEN contains({text}, ':') THEN regexp_replace({text}, '[T ]*(上午|下午)?[T ]*\\d{{1,2}}:.*$', '') "
        f"WHEN length({text}) = 14 AND try_cast({text} AS BIGINT) IS NOT NULL THEN {text}[:8] ELSE {text} END"
    )


def staged_sql(
    table: OpenTable,
    mapping: Mapping,
    kinds: dict[str, str],
    native_date: bool,
    lines: bool = True,
    *,
    plain: bool = False,
    first: int | None = None,
) -> str:
    """The file's columns by role, as text or in their own type, with fingerprint and, where asked for, line number.

    Two steps, trimming and judging, so that no value is trimmed twice. ``plain``: dates and numbers are judged by whoever asks;
    ``first``: so many rows from the beginning only.
    """
    column = {role: table.column(heading) for role, heading in mapping.columns().items()}
    every = ", ".join(f"c{at}" for at in range(len(table.preview.columns)))
    trimmed, judged = [f"hash({every}) AS fingerprint"], ["fingerprint"]
    if lines:
        trimmed.append(f"{table.line} AS line")
        judged.append("line")
    for role, name in TEXTS.items():
        trimmed.append(f"{_text(column[role], kinds[role], table.blanks, True) if role in column else 'NULL::VARCHAR'} AS {name}")
    judged.append("customer" if is_number(kinds["customer"]) else f"{_present('customer')} AS customer")
    judged += [name for role, name in TEXTS.items() if role != "customer"]
    if native_date:
        trimmed.append(f"{shop_time_sql(column['date'], kinds['date'], mapping)} AS moment_given")
        judged += ["moment_given", "NULL::VARCHAR AS date_text", "NULL::VARCHAR AS day_text"]
    else:
        trimmed.append(f"{_text(column['date'], kinds['date'], table.blanks)} AS date_text")
        judged += ["date_text"] if plain else [f"{_present('date_text')} AS date_text", f"{_day_part('date_text')} AS day_text"]
    for role in NUMBERS:
        if role not in column:
            judged.append(f"NULL::VARCHAR AS {role}_text")
        elif kinds[role] == "VARCHAR":
            trimmed.append(f"{_text(column[role], kinds[role], table.blanks)} AS {role}_text")
            judged.append(f"{role}_text" if plain else f"{_present(f'{role}_text')} AS {role}_text")
        else:
            trimmed.append(f"{column[role]}::DOUBLE AS {role}_number")
            judged += [f"NULL::VARCHAR AS {role}_text", f"{role}_number"]
    relation = table.relation if first is None else f"(SELECT * FROM {table.relation} LIMIT {first})"
    return f"SELECT {', '.join(judged)} FROM (SELECT {', '.join(trimmed)} FROM {relation}) AS trimmed"
