"""Numbers, money, shares and dates as a reader of the language expects them."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal

from strategy.language.catalog import Language

_SYMBOLS = {"CNY": "¥", "USD": "$", "GBP": "£", "EUR": "€", "JPY": "¥"}


#: Room for any float with two decimals: an infinite number of digits would be refused, not cut.
_ROUNDED = Context(prec=400, rounding=ROUND_HALF_UP)


def _fixed(value: float, digits: int, hundredfold: bool = False) -> str:
    """``value`` with so many decimals, halves away from zero: as a spreadsheet rounds, and a reader by hand, while Python says 12 for 12.5.

    From the digits the number is written with, for 1.005 is a little less than that in binary.
    """
    if not math.isfinite(value):
        return f"{value}"
    exact = Decimal(str(value))
    return f"{(exact.scaleb(2) if hundredfold else exact).quantize(Decimal(1).scaleb(-digits), context=_ROUNDED):,f}"


def number(value: float | int | None, language: Language, digits: int | None = None) -> str:
    """``1234.5`` -> ``1,234.5``. ``digits`` fixes the decimals; without it integers stay integers and the rest shows up to two."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return "–"
    if digits is not None:
        return _unsigned_zero(_fixed(value, digits))
    return _unsigned_zero(_fixed(value, 2).rstrip("0").rstrip(".")) if value != int(value) else f"{int(value):,}"


def _unsigned_zero(text: str) -> str:
    """``text`` of a number; without its sign where rounding left nothing of it: nobody knows what -0 is."""
    return text.removeprefix("-") if not text.strip("-0.") else text


def compact(value: float, language: Language) -> str:
    """A large number in the unit its reader counts by: thousands and millions, or 万 and 亿."""
    size = abs(value)
    # The bounds are those from which a number is rounded to the next unit: 999,999 is 1.00m, not 1,000k.
    if language == "zh":
        if size >= 99_999_500:
            return f"{_fixed(value / 1e8, 2)}亿"
        if size >= 1e4:
            return f"{_fixed(value / 1e4, 1)}万"
    else:
        if size >= 999_995_000:
            return f"{_fixed(value / 1e9, 2)}bn"
        if size >= 999_500:
            return f"{_fixed(value / 1e6, 2)}m"
        if size >= 1e4:
            return f"{_fixed(value / 1e3, 0)}k"
    return number(value, language, 0 if size >= 100 else None)


def money(value: float | None, language: Language, currency: str = "") -> str:
    """An amount with its currency, in the compact unit of the language. An unknown currency is written behind the number."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return "–"
    symbol = _SYMBOLS.get(currency)
    amount = compact(abs(value), language)
    sign = "-" if value < 0 and amount != "0" else ""
    if symbol:
        return f"{sign}{symbol}{amount}"
    return f"{sign}{amount} {currency}".rstrip()


def amount(value: float | None, language: Language, currency: str = "") -> str:
    """An amount in full with its currency: ``¥48,000`` or ``48,000 CHF``; the number alone where no currency is named."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return "–"
    symbol = _SYMBOLS.get(currency)
    figure = number(abs(value), language)
    sign = "-" if value < 0 and figure != "0" else ""
    return f"{sign}{symbol}{figure}" if symbol else f"{sign}{figure} {currency}".rstrip()


def percent(share: float | None, language: Language, digits: int = 0) -> str:
    """``0.543`` -> ``54%``. Takes a share between 0 and 1, not percentage points."""
    if share is None or (isinstance(share, float) and math.isnan(share)):
        return "–"
    if digits == 0 and 0 < abs(share) < 0.005:
        return "<1%" if share > 0 else ">-1%"  # "0%" would say that there is nothing
    return f"{_unsigned_zero(_fixed(share, digits, hundredfold=True))}%"


def date_text(value: dt.date | dt.datetime | None, language: Language, year: bool = True) -> str:
    """``15 March 2026`` or ``2026年3月15日``."""
    if value is None:
        return "–"
    if language == "zh":
        return f"{value.year}年{value.month}月{value.day}日" if year else f"{value.month}月{value.day}日"
    return f"{value.day} {value:%B} {value.year}" if year else f"{value.day} {value:%B}"


@dataclass(frozen=True)
class Day:
    """A day in a message, said as the language writes it."""

    day: dt.date

    def in_(self, language: Language) -> str:
        return date_text(self.day, language)
