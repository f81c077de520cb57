"""How a column writes its dates, decided by the whole column.

``03/04/2024`` is 3 April or 4 March. One value with a day above 12 settles it for the column; when every value fits both readings
and they differ, nobody can know, and the program asks instead of guessing.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from strategy.customers.limits import FIRST_YEAR, LAST_YEAR
from strategy.customers.mapping import DateOrder
from strategy.errors import ImportRefused
from strategy.language import Message, msg

_YEAR_FIRST = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
#: Also as programs write it that take the column for decimal numbers: 20240115.0.
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:\.0{1,2})?")
_NUMERIC = re.compile(r"(\d{1,2})\s*[-/.]\s*(\d{1,2})\s*[-/.]\s*(\d{4}|\d{2})")
_SERIAL = re.compile(r"([2-5]\d{4})(?:\.\d+)?")
_DAY_NAME = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[\s\-/.]*([A-Za-z]{3,9})[\s\-/.,]*(\d{4}|\d{2})")
_NAME_DAY = re.compile(r"([A-Za-z]{3,9})[\s\-/.]*(\d{1,2})(?:st|nd|rd|th)?,?\s*(\d{4})")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
#: Day 0 of a spreadsheet, which takes 1900 for a leap year.
_SPREADSHEET_DAY_0 = dt.date(1899, 12, 30)
ORDERS: tuple[DateOrder, ...] = ("dmy", "mdy", "ymd")

ORDER_NAMES: dict[str, Message] = {
    "native": msg("dates of the file's own type"),
    "iso": msg("year, month, day"),
    "named": msg("with the month's name"),
    "serial": msg("numbers of days, as a spreadsheet counts them"),
    "dmy": msg("day, month, year"),
    "mdy": msg("month, day, year"),
    "ymd": msg("year, month, day, the year in two digits"),
}


@dataclass(frozen=True)
class DateFormat:
    """The order found, and samples of how it reads: (text of the file, date). ``two_digit_years``: 00-69 are read as 20xx; ``mixed``: one
    text of each writing, where there are several."""

    order: str
    samples: tuple[tuple[str, dt.date], ...] = ()
    two_digit_years: bool = False
    mixed: tuple[str, ...] = ()


@dataclass(frozen=True)
class DayText:
    """One way a day is written in the file, the first row that has it, and how many rows do."""

    text: str
    row: int
    count: int


def _date(year: int, month: int, day: int) -> dt.date | None:
    try:
        found = dt.date(year, month, day)
    except ValueError:
        return None
    return found if FIRST_YEAR <= year <= LAST_YEAR else None


def _full_year(digits: str) -> int:
    year = int(digits)
    return year if len(digits) == 4 else year + (2000 if year < 70 else 1900)


def _month(name: str) -> int:
    start = name.lower()[:3]
    return _MONTHS.index(start) + 1 if start in _MONTHS else 0


def _fixed(text: str) -> tuple[dt.date | None, str]:
    """A date that can be read in one way only, and the kind of writing. Full width as a Chinese keyboard writes it is read likewise."""
    text = unicodedata.normalize("NFKC", text)
    if match := _YEAR_FIRST.fullmatch(text) or _COMPACT.fullmatch(text):
        return _date(int(match[1]), int(match[2]), int(match[3])), "iso"
    if match := _DAY_NAME.fullmatch(text):
        return _date(_full_year(match[3]), _month(match[2]), int(match[1])), "named"
    if match := _NAME_DAY.fullmatch(text):
        return _date(_full_year(match[3]), _month(match[1]), int(match[2])), "named"
    if match := _SERIAL.fullmatch(text):
        return _SPREADSHEET_DAY_0 + dt.timedelta(int(match[1])), "serial"
    return None, ""


def _ordered(order: DateOrder) -> Callable[[re.Match[str]], dt.date | None]:
    def read(match: re.Match[str]) -> dt.date | None:
        first, second, third = match.groups()
        if order == "ymd":
            return _date(_full_year(first), int(second), int(third)) if len(first) == len(third) == 2 else None
        day, month = (first, second) if order == "dmy" else (second, first)
        return _date(_full_year(third), int(month), int(day))

    return read


def _first_fitting(seen: list[tuple[DayText, dict[DateOrder, dt.date | None]]], order: DateOrder) -> DayText:
    return min(
        (text for text, read in seen if read[order] and sum(day is not None for day in read.values()) == 1),
        key=lambda text: text.row,
    )


def _choose(seen: list[tuple[DayText, dict[DateOrder, dt.date | None]]], file: str, column: str) -> DateOrder:
    """The one order that reads every date of the column.

    Raises:
        ImportRefused: several orders do, with different results, or none does.
    """
    readable = [(text, read) for text, read in seen if any(read.values())]
    fits = [order for order in ORDERS if all(read[order] for _, read in readable)]
    if not fits:
        told = [order for order in ORDERS if any(read[order] and sum(map(bool, read.values())) == 1 for _, read in readable)]
        samples = [_first_fitting(readable, order) for order in told[:2]]
        raise ImportRefused(
            msg("The dates are written in more than one order: {values}", values=", ".join(text.text for text in samples)),
            msg(
                "{file}, column {column}, rows {rows}", file=file, column=column, rows=", ".join(str(text.row) for text in samples)
            ),
            msg("Write all dates as year-month-day, or say which order holds; rows that do not fit it then count as unreadable."),
        )
    for text, read in sorted(readable, key=lambda pair: pair[0].row):
        if len({read[order] for order in fits}) > 1:
            ways = [read[order] for order in fits]
            raise ImportRefused(
                msg("The dates can be read in more than one way: {value} is {ways}", value=text.text,
                    ways=" / ".join(f"{way:%Y-%m-%d} ({order})" for order, way in zip(fits, ways, strict=True) if way)),
                msg("{file}, row {row}, column {column}", file=file, row=text.row, column=column),
                msg("Say whether day, month or year comes first: {orders}.", orders=", ".join(fits)),
            )  # fmt: skip
    return fits[0]


def read_days(texts: Sequence[DayText], file: str, column: str, order: DateOrder | None) -> tuple[DateFormat, dict[str, dt.date]]:
    """How the column writes days, and each readable text's date. ``order`` is what a person said, if anybody did.

    Raises:
        ImportRefused: the dates fit several orders, or no single one.
    """
    days: dict[str, dt.date] = {}
    kinds: dict[str, int] = {}
    open_texts: list[tuple[DayText, dict[DateOrder, dt.date | None]]] = []
    matches: dict[str, re.Match[str]] = {}
    readers = {each: _ordered(each) for each in ORDERS}
    for text in texts:
        found, kind = _fixed(text.text)
        if found:
            days[text.text] = found
            kinds[kind] = kinds.get(kind, 0) + text.count
        elif match := _NUMERIC.fullmatch(unicodedata.normalize("NFKC", text.text)):
            matches[text.text] = match
            open_texts.append((text, {each: reader(match) for each, reader in readers.items()}))
    if kinds.keys() > {"serial"} or (kinds and open_texts and "serial" in kinds):
        # Numbers among written dates are more likely slips than days.
        days = {text: day for text, day in days.items() if not _SERIAL.fullmatch(text)}
        kinds.pop("serial", None)
    chosen: str = max(kinds, key=lambda kind: kinds[kind]) if kinds else "iso"
    two_digits = False
    if any(any(read.values()) for _, read in open_texts):
        chosen = order or _choose(open_texts, file, column)
        for text, read in open_texts:
            if day := read[chosen]:
                days[text.text] = day
                two_digits = two_digits or len(matches[text.text][3]) == 2
    by_row = sorted((text for text in texts if text.text in days), key=lambda text: text.row)
    samples = tuple((text.text, days[text.text]) for text in by_row[:3])
    writings: dict[str, str] = {}
    for text in by_row:
        writings.setdefault("open" if text.text in matches else _fixed(text.text)[1], text.text)
    return DateFormat(chosen, samples, two_digits, tuple(writings.values()) if len(writings) > 1 else ()), days
