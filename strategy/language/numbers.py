"""Numbers, money, shares and dates as a reader of the language expects them."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass

from strategy.language.catalog import Language

_SYMBOLS = {"CNY": "¥", "USD": "$", "GBP": "£", "EUR": "€", "JPY": "¥"}


def number(value: float | int | None, language: Language, digits: int | None = None) -> str:
    """``1234.5`` -> ``1,234.5``. ``digits`` fixes the decimals; without it integers stay integers and the rest shows up to two."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return "–"
    if digits is not None:
        return _unsigned_zero(f"{value:,.{digits}f}")
    return _unsigned_zero(f"{value:,.2f}".rstrip("0").rstrip(".")) if value != int(value) else f"{int(value):,}"


def _unsigned_zero(text: str) -> str:
    """``text`` of a number; without its sign where rounding left nothing of it: nobody knows what -0 is."""
    return text.removeprefix("-") if not text.strip("-0.") else text


def compact(value: float, language: Language) -> str:
    """A large number in the unit its reader counts by: thousands and millions, or 万 and 亿."""
    size = abs(value)
    if language == "zh":
        if size >= 1e8:
            return f"{value / 1e8:,.2f}亿"
        if size >= 1e4:
            return f"{value / 1e4:,.1f}万"
    else:
        if size >= 1e9:
            return f"{value / 1e9:,.2f}bn"
        if size >= 1e6:
            return f"{value / 1e6:,.2f}m"
        if size >= 1e4:
            return f"{value / 1e3:,.0f}k"
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
        return "<1%"  # "0%" would say that there is nothing
    return f"{_unsigned_zero(f'{share * 100:,.{digits}f}')}%"


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
