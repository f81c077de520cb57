"""How a file writes its numbers: decimal mark, grouping, minus signs and currency, decided by all number columns together."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from strategy.customers.currencies import known_currency
from strategy.customers.mapping import DecimalMark
from strategy.errors import ImportRefused
from strategy.language import msg

MARKS: tuple[DecimalMark, ...] = (".", ",")
_SIGNED = re.compile(
    r"(?P<minus>[-−+]?)(?P<before>[^\d.,+−-]{0,5})(?P<inner>[-−+]?)(?P<number>[\d.,]*\d[\d.,]*(?:[eE][+-]?\d{1,3})?)"
    r"(?P<after>[^\d.,+−-]{0,5})(?P<trailing>[-−]?)"
)
_GROUPED = {
    mark: re.compile(
        rf"(?:\d+|[1-9]\d{{0,2}}(?:{other}\d{{3}})+|[1-9]\d?(?:{other}\d{{2}})+{other}\d{{3}})(?:{point}\d*)?(?:[eE][+-]?\d+)?|{point}\d+"
    )
    for mark, point, other in ((".", r"\.", ","), (",", ",", r"\."))
}
_PLAIN = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")


@dataclass(frozen=True)
class NumberFormat:
    """Decimal mark (None where no number needs one), currency if any is written, and whether parentheses mean minus."""

    decimal: DecimalMark | None = None
    currency: str | None = None
    parentheses: bool = False
    native: bool = False
    samples: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True)
class NumberText:
    """One way a number is written: an example, its column, the first row with that writing, and how many rows have it."""

    text: str
    column: str
    row: int
    count: int


@dataclass(frozen=True)
class _Parts:
    number: str
    negative: bool
    currency: str | None
    parentheses: bool


def _parts(text: str) -> _Parts | None:
    """Sign, currency and digits of one number; None where there is more or less than these."""
    plain = re.sub(r"[\s'’]", "", unicodedata.normalize("NFKC", text))
    parentheses = plain.startswith("(") and plain.endswith(")")
    match = _SIGNED.fullmatch(plain[1:-1] if parentheses else plain)
    if not match:
        return None
    words = [word for word in (match["before"], match["after"]) if word]
    currencies = {known_currency(word) or (word.upper() if re.fullmatch("[A-Z]{3}", word) else "") for word in words}
    if "" in currencies or len(currencies) > 1:
        return None
    signs = [sign for place in ("minus", "inner", "trailing") if (sign := match[place])]
    if len(signs) + parentheses > 1:
        return None
    negative = parentheses or any(sign in "-−" for sign in signs)
    return _Parts(match["number"], negative, next(iter(currencies), None), parentheses)


def _value(parts: _Parts, mark: DecimalMark) -> Decimal | None:
    if not _GROUPED[mark].fullmatch(parts.number):
        return None
    digits = parts.number.replace("," if mark == "." else ".", "").replace(mark, ".")
    try:
        value = Decimal(digits)
    except InvalidOperation:
        return None
    return -value if parts.negative else value


def parse_number(text: str, mark: DecimalMark) -> Decimal | None:
    """The number a text stands for, None when it is none: ``(1.234,50 €)`` with ``,`` is -1234.50."""
    parts = _parts(text)
    return _value(parts, mark) if parts else None


def _where(file: str, text: NumberText) -> object:
    return msg("{file}, row {row}, column {column}", file=file, row=text.row, column=text.column)


def find_format(texts: Sequence[NumberText], file: str, decimal: DecimalMark | None) -> tuple[NumberFormat, bool]:
    """The format that reads all number columns, and whether every text is a bare number SQL can cast by itself.

    Raises:
        ImportRefused: several currencies, or a decimal mark that cannot be told, or two of them.
    """
    parted = [(text, parts) for text in sorted(texts, key=lambda each: each.row) if (parts := _parts(text.text))]
    first_by_currency: dict[str, NumberText] = {}
    for text, parts in parted:
        if parts.currency:
            first_by_currency.setdefault(parts.currency, text)
    if len(first_by_currency) > 1:
        one, two = list(first_by_currency.values())[:2]
        raise ImportRefused(
            msg("The amounts are in more than one currency: {values}", values=f"{one.text}, {two.text}"),
            msg("{file}, column {column}, rows {rows}", file=file, column=one.column, rows=f"{one.row}, {two.row}"),
            msg("Convert them to one currency, or import one file per currency."),
        )
    read = [(text, {mark: _value(parts, mark) for mark in MARKS}) for text, parts in parted]
    readable = [(text, values) for text, values in read if any(value is not None for value in values.values())]
    mark = decimal or _choose(readable, file)
    bare = all(_PLAIN.fullmatch(text.text) for text in texts) and mark != ","
    samples = tuple((text.text, float(value)) for text, values in readable if (value := values[mark or "."]) is not None)[:3]
    currency = next(iter(first_by_currency), None)
    return NumberFormat(mark, currency, any(parts.parentheses for _, parts in parted), False, samples), bare


def _choose(readable: list[tuple[NumberText, dict[DecimalMark, Decimal | None]]], file: str) -> DecimalMark | None:
    fits = [mark for mark in MARKS if all(values[mark] is not None for _, values in readable)]
    if not fits:
        point = next(text for text, values in readable if values[","] is None)
        comma = next(text for text, values in readable if values["."] is None)
        raise ImportRefused(
            msg("The numbers use both a point and a comma as decimal mark: {values}", values=f"{point.text}, {comma.text}"),
            msg("{file}, column {column}, rows {rows}", file=file, column=comma.column, rows=f"{point.row}, {comma.row}"),
            msg("Write all numbers alike, or say which mark holds; rows that do not fit it then count as unreadable."),
        )
    if len(fits) == 1:
        return fits[0]
    for text, values in readable:
        if values["."] != values[","]:
            raise ImportRefused(
                msg("The numbers can be read in two ways: {value} is {first} or {second}",
                    value=text.text, first=values["."], second=values[","]),
                _where(file, text),  # type: ignore[arg-type]
                msg("Say whether the decimal mark is a point or a comma."),
            )  # fmt: skip
    return None
