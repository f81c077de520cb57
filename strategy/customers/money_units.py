"""In what the money of a file is counted, as far as the file says so beside the figures: its currency, thousands or millions, or cents."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from strategy.customers.currencies import currency_of, known_currency
from strategy.customers.mapping import Mapping
from strategy.customers.reading import OpenTable
from strategy.customers.schema import one_row
from strategy.customers.staging import BLANKS
from strategy.errors import ImportRefused
from strategy.language import Message, msg

_CURRENCY_HEADING = re.compile(r"currency|\bcurr\b|^cur$|waers|währung|devise|moneda|valuta|币种|货币|币别", re.IGNORECASE)
#: A code of three letters or a sign, and not a country: KR and RS are both.
_CODE = re.compile(r"[A-Za-z]{3}|[^A-Za-z0-9]{1,3}|[A-Z]{1,2}[$¥]")
#: An amount that says its currency, in SQL: a sign, or letters other than the E of 1E5.
_MARKED = "[$€£¥￥₩₹₽฿₫元円]|[A-Za-z]{2}"
#: Roles of columns that hold money.
_MONEY = ("amount", "price", "margin")

_SIGNS = "€|\\$|£|¥|eur|usd|gbp|chf|cny|rmb|jpy|euros?|dollars?"
#: A heading that counts in more than single pieces of money, and how many pieces that is.
_MULTIPLES: tuple[tuple[re.Pattern[str], int], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), factor)
    for pattern, factor in (
        (
            rf"(?<![a-z])(k|t|tsd\.?|tausend|thousands?|'?000s?)[ ]?({_SIGNS})(?![a-z])|({_SIGNS})[ ]?(k|tsd\.?|'000s?)(?![a-z0-9])|"
            r"in (thousands?|tausend|tsd\.?)(?![a-z])|[(\[]\s*(k|'?000s?|thousands?|tsd\.?|tausend)\s*[)\]]|千(元|円|美元|欧元)|[(（]千[)）]",
            1_000,
        ),
        (r"(?<![百千])万(元|円|美元|欧元)|[(（]万[)）]|(?<![a-z])10k (yuan|cny|rmb)", 10_000),
        (
            rf"(?<![a-z])(m|mn|mln|mio\.?|millions?|mm)[ ]?({_SIGNS})(?![a-z])|({_SIGNS})[ ]?(m|mn|mln|mio\.?|millions?)(?![a-z])|"
            r"in (millions?|millionen|mio\.?|mln)(?![a-z])|[(\[]\s*(mn|mln|mio\.?|millions?)\s*[)\]]|百万(元|円|美元|欧元)|[(（]百万[)）]",
            1_000_000,
        ),
        (r"亿(元|円|美元|欧元)|[(（]亿[)）]", 100_000_000),
    )
)
#: A heading that counts in hundredths, as payment services export amounts. Not per cent, and not 积分 (points) or 部分.
_HUNDREDTHS = re.compile(
    r"(?<![a-z])(?<!per[ _-])(cents?|pence|pennies|centimes?|centavos?|c[ée]ntimos?|kopecks?|paise|minor[ _-]?units?)(?![a-z])|"
    r"(?:^|[\s_/（(【\[:：-]|单位|金额|价|款|额|费)分(?:$|[\s)）】\]])",
    re.IGNORECASE,
)


def currency_said(table: OpenTable, mapping: Mapping) -> str | None:
    """The currency that a column of its own, the heading of the money, or the format of its cells names; None where none does.

    Raises:
        ImportRefused: more than one is named, and amounts of several cannot be added up.
    """
    return _of_a_column(table, mapping) or _of_money(table, mapping)


def multiples(columns: dict[str, str]) -> list[Message]:
    """What to hear of headings that count in thousands, 万, millions or cents. ``columns``: role -> heading."""
    found = []
    for role in _MONEY:
        heading = columns.get(role)
        if not heading:
            continue
        factor = next((factor for pattern, factor in _MULTIPLES if pattern.search(heading)), None)
        if factor:
            found.append(
                msg("The heading {column} says that its figures stand for {factor} times as much. They were read as they stand: 1 counts as 1. "
                    "Write them out in full before they are brought in, or every sum is too small.", column=heading, factor=f"{factor:,}")
            )  # fmt: skip
        elif _HUNDREDTHS.search(heading):
            found.append(
                msg("The heading {column} says that its figures are hundredths, such as cents. They were read as they stand: 100 counts as 100, "
                    "not as 1. Divide them by 100 before they are brought in, or every sum is a hundred times too large.", column=heading)
            )  # fmt: skip
    return found


def _refused(source: str, heading: str, codes: list[str]) -> ImportRefused:
    return ImportRefused(
        msg("The amounts are in more than one currency: {values}", values=", ".join(codes[:5])),
        msg("{file}, column {column}", file=source, column=heading),
        msg("Convert them to one currency, or import one file per currency."),
    )


def names_currencies(heading: str, first: Iterable[str]) -> bool:
    """Whether a column says in which currency each row is: by its heading, or by its ``first`` values, all of them codes or signs."""
    if _CURRENCY_HEADING.search(heading):
        return True
    values = {value.strip() for value in first} - {""}
    return bool(values) and all(_CODE.fullmatch(value) and known_currency(value) for value in values)


def the_currency(values: Iterable[str], source: str, heading: str) -> str | None:
    """The one currency that the different ``values`` of a column stand for; None where there are none.

    Raises:
        ImportRefused: they stand for several.
    """
    codes = sorted({currency_of(value) for value in values})
    if len(codes) > 1:
        raise _refused(source, heading, codes)
    return codes[0] if codes else None


def partly_marked(table: OpenTable, mapping: Mapping, written: str | None) -> list[Message]:
    """What to hear where some amounts say their currency and others none: the others may be in another one, or just not say it.

    ``written``: the currency that some amounts say; None where none of them does, and nothing needs to be counted.
    """
    heading = mapping.amount or mapping.price or ""
    money = table.column(heading)
    found: list[Message] = []
    if written and table.type_of(heading) == "VARCHAR":
        marked, bare, row = _counted(table, money, f"regexp_matches({money}, '{_MARKED}')")
        if marked and bare:
            found.append(
                msg("Of the amounts {marked} say their currency, such as {value} in row {row}, and {bare} do not. All count as one currency; "
                    "if the others are in another one, convert them before they are brought in.",
                    marked=f"{marked:,}", bare=f"{bare:,}", value=row["value"], row=row["line"])
            )  # fmt: skip
    elif len(table.shown_in.get(heading, ())) > 1 and "" in table.shown_in[heading]:
        found.append(
            msg("Some cells of {column} are shown with a currency and others without. All count as one currency; if the others are in "
                "another one, convert them before they are brought in.", column=heading)
        )  # fmt: skip
    for column in _currency_columns(table, mapping):
        code = table.column(column)
        named, unnamed, row = _counted(table, money, f"coalesce(trim({code}::VARCHAR), '') <> ''", example=False)
        if named and unnamed:
            found.append(
                msg("The column {column} names no currency in {count:# row|# rows}, the first of them row {row}. "
                    "{count:It counts|They count} as being in the currency "
                    "of the others.", column=column, count=f"{unnamed:,}", row=row["line"])
            )  # fmt: skip
    return found


def _counted(table: OpenTable, money: str, holds: str, example: bool = True) -> tuple[int, int, dict[str, Any]]:
    """Rows with something in ``money`` of which ``holds`` is true, those of which it is not, and the first that is (is not) the example."""
    row: tuple[int, int, dict[str, Any]] = one_row(
        table.connection,
        f"""SELECT count(*) FILTER (holds), count(*) FILTER (NOT holds), arg_min({{line: line, value: value}}, line) FILTER (holds = {example})
            FROM (SELECT {table.line} AS line, trim({money}::VARCHAR) AS value, {holds} AS holds FROM {table.relation})
            WHERE value <> '' AND lower(value) NOT IN {BLANKS}""",
    )
    return row


def _currency_columns(table: OpenTable, mapping: Mapping) -> list[str]:
    """Headings of the columns that say in which currency a row is."""
    return [
        heading
        for at, heading in enumerate(table.preview.columns)
        if heading not in mapping.columns().values() and names_currencies(heading, (row[at] for row in table.preview.rows))
    ]


def _of_a_column(table: OpenTable, mapping: Mapping) -> str | None:
    for heading in _currency_columns(table, mapping):
        column = table.column(heading)
        found = table.connection.execute(
            f"SELECT DISTINCT trim({column}::VARCHAR) AS code FROM {table.relation} "
            "WHERE code <> '' AND NOT regexp_matches(code, '[0-9]') AND length(code) < 20 ORDER BY code LIMIT 20"
        ).fetchall()
        if code := the_currency((row[0] for row in found), table.preview.name, heading):
            return code
    return None


def _of_money(table: OpenTable, mapping: Mapping) -> str | None:
    """By the formats of a spreadsheet's cells, which show a sign that is not in the value, else by the headings."""
    headings = [heading for role, heading in mapping.columns().items() if role in _MONEY]
    for heading in headings:
        if code := the_currency(filter(None, table.shown_in.get(heading, ())), table.preview.name, heading):
            return code
    words = [word for heading in headings for word in re.findall(r"(?<![A-Za-z])[A-Z]{3}(?![A-Za-z])|[€£$¥₩₹]|[元円]", heading)]
    return next((code for word in words if (code := known_currency(word))), None)
