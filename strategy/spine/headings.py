"""Headings of a stranger's file matched to the columns of a worksheet: by id or title, in either language or both."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

from strategy.method import Column, Worksheet

#: The headings of the columns that say which row it is and the version it was written from.
ROW_ID = ("id", "row_id", "row id", "行编号")
VERSION = ("version", "版本")
#: What stands in the id column of the template's line of help.
HELP_MARK = "#"

#: The plan's currency behind a heading, as a spreadsheet of the plan writes it.
_CURRENCY = re.compile(r"\s*[(（][A-Z]{3}[)）]\s*$")
_NOTES = re.compile(r"\s*[*＊]\s*$")


def plain(text: str) -> str:
    """A heading or a label for comparison: case, width, spaces and underscores make no difference."""
    return "".join(unicodedata.normalize("NFKC", _NOTES.sub("", text)).casefold().replace("_", " ").split())


def parts(heading: str) -> tuple[str, ...]:
    """The whole heading and, where it is bilingual such as ``Need / 需要``, its parts, made :func:`plain`."""
    pieces = [heading, *re.split(r"\s*[/|\n]\s*", heading)] if re.search(r"[/|\n]", heading) else [heading]
    pieces += [_CURRENCY.sub("", piece) for piece in pieces]
    return tuple(dict.fromkeys(filter(None, map(plain, pieces))))


def names_of(column: Column) -> tuple[str, ...]:
    """What a column may be headed: its id and its titles, with and without the unit in brackets."""
    named = [column.id, column.title.en, column.title.zh]
    if column.unit:
        named += [f"{column.title.en} ({column.unit.en})", f"{column.title.zh}({column.unit.zh})"]
    return tuple(dict.fromkeys(map(plain, named)))


def writable(sheet: Worksheet) -> tuple[Column, ...]:
    """The columns a table can fill: what is computed or has a structure of its own is entered on the page."""
    return tuple(column for column in sheet.fields if not column.is_structured and not column.computed)


def match(headings: Sequence[str], columns: Iterable[Column]) -> dict[int, str]:
    """Place of a heading -> id of the column it stands for. The first heading that fits a column has it."""
    known: dict[str, str] = {}
    for column in columns:
        for name in names_of(column):
            known.setdefault(name, column.id)
    found: dict[int, str] = {}
    for exact in (True, False):
        for place, heading in enumerate(headings):
            if place in found:
                continue
            bare = heading if exact else re.sub(r"[(（][^()（）]*[)）]\s*[*＊]?\s*$", "", heading)
            for name in parts(bare):
                if known.get(name) and known[name] not in found.values():
                    found[place] = known[name]
                    break
    return found


def place_of(headings: Sequence[str], names: Iterable[str]) -> int | None:
    """Where a column of one of these names stands, if anywhere."""
    wanted = {plain(name) for name in names}
    return next((place for place, heading in enumerate(headings) if wanted & set(parts(heading))), None)
