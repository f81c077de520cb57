"""In what the money of a file is counted, as far as the file says so beside the figures: its currency, and thousands or millions."""

from __future__ import annotations

import re

from strategy.customers.currencies import currency_of, known_currency
from strategy.customers.mapping import Mapping
from strategy.customers.reading import OpenTable
from strategy.errors import ImportRefused
from strategy.language import Message, msg

_CURRENCY_COLUMN = re.compile(r"currency|\bcurr\b|^cur$|waers|währung|devise|moneda|valuta|币种|货币|币别", re.IGNORECASE)
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


def currency_said(table: OpenTable, mapping: Mapping) -> str | None:
    """The currency that a column of its own, the heading of the money, or the format of its cells names; None where none does.

    Raises:
        ImportRefused: more than one is named, and amounts of several cannot be added up.
    """
    return _of_a_column(table, mapping) or _of_money(table, mapping)


def multiples(mapping: Mapping) -> list[Message]:
    """What to hear of headings that count in thousands, 万 or millions."""
    found = []
    for role in _MONEY:
        heading = mapping.columns().get(role)
        factor = next((factor for pattern, factor in _MULTIPLES if heading and pattern.search(heading)), None)
        if factor:
            found.append(
                msg("The heading {column} says that its figures stand for {factor} times as much. They were read as they stand: 1 counts as 1. "
                    "Write them out in full before they are brought in, or every sum is too small.", column=heading, factor=f"{factor:,}")
            )  # fmt: skip
    return found


def _refused(table: OpenTable, heading: str, codes: list[str]) -> ImportRefused:
    return ImportRefused(
        msg("The amounts are in more than one currency: {values}", values=", ".join(codes[:5])),
        msg("{file}, column {column}", file=table.preview.name, column=heading),
        msg("Convert them to one currency, or import one file per currency."),
    )


def _of_a_column(table: OpenTable, mapping: Mapping) -> str | None:
    for heading in table.preview.columns:
        if heading in mapping.columns().values() or not _CURRENCY_COLUMN.search(heading):
            continue
        column = table.column(heading)
        found = table.connection.execute(
            f"SELECT DISTINCT trim({column}::VARCHAR) AS code FROM {table.relation} "
            "WHERE code <> '' AND NOT regexp_matches(code, '[0-9]') AND length(code) < 20 ORDER BY code LIMIT 20"
        ).fetchall()
        codes = sorted({currency_of(row[0]) for row in found})
        if len(codes) > 1:
            raise _refused(table, heading, codes)
        if codes:
            return codes[0]
    return None


def _of_money(table: OpenTable, mapping: Mapping) -> str | None:
    """By the formats of a spreadsheet's cells, which show a sign that is not in the value, else by the headings."""
    headings = [heading for role, heading in mapping.columns().items() if role in _MONEY]
    for heading in headings:
        codes = sorted(table.shown_in.get(heading, ()))
        if len(codes) > 1:
            raise _refused(table, heading, codes)
        if codes:
            return codes[0]
    words = [word for heading in headings for word in re.findall(r"(?<![A-Za-z])[A-Z]{3}(?![A-Za-z])|[€£$¥₩₹]|[元円]", heading)]
    return next((code for word in words if (code := known_currency(word))), None)
