"""An XLSX file to fill in for any worksheet: bilingual headings, what each column takes, lists to choose from, and the rows there are.

It comes back through :mod:`strategy.spine.worksheet_rows`, and unchanged it changes nothing.
"""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from strategy.language import Language, msg, say
from strategy.method import Column, Worksheet
from strategy.spine.headings import HELP_MARK, writable
from strategy.thread.unseen import visible
from strategy.workbook import Row, Snapshot
from strategy.workbook.values import is_empty, targets

#: Rows prepared for filling in below those that are there.
_SPARE_ROWS = 500
_LISTS = "_lists"

_TAKES = {
    "text": msg("text"),
    "long_text": msg("text"),
    "integer": msg("whole number"),
    "number": msg("number"),
    "money": msg("amount, without currency sign"),
    "percent": msg("percent, 45 for 45%"),
    "score": msg("score"),
    "date": msg("date, such as 2026-03-15"),
    "boolean": msg("yes or no"),
    "choice": msg("choose from the list"),
    "choices": msg("one or several, separated by ;"),
    "reference": msg("choose from the list"),
    "references": msg("one or several, separated by ;"),
}


def template(snapshot: Snapshot, sheet: Worksheet, language: Language) -> bytes:
    """The XLSX file as bytes: columns row_id and version (hidden), then the worksheet's; row 1 headings, row 2 help, then rows."""
    target = io.BytesIO()
    # Text stays text: a cell that begins with "=" must never become a formula, nor a web address a link.
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
    book = xlsxwriter.Workbook(target, options)
    page = book.add_worksheet(_sheet_name(say(sheet.title, language)))
    lists = book.add_worksheet(_LISTS)
    lists.hide()
    head = book.add_format({"bold": True, "bg_color": "#F3F5F8", "bottom": 1, "text_wrap": True, "valign": "top", "locked": True})
    note = book.add_format({"italic": True, "font_color": "#6E6E6E", "text_wrap": True, "valign": "top"})
    open_cell = book.add_format({"locked": False, "valign": "top", "text_wrap": True})
    day = book.add_format({"locked": False, "valign": "top", "num_format": "yyyy-mm-dd"})
    columns = writable(sheet)
    rows = visible(snapshot, sheet.id, snapshot.rows(sheet.id))
    fixed = sheet.rows == "fixed"
    last = 1 + len(rows) + (0 if fixed else _SPARE_ROWS)
    for place, heading in enumerate(("row_id", "version")):
        page.write_string(0, place, heading, head)
        page.set_column(place, place, 12, None, {"hidden": True})
    page.write_string(1, 0, HELP_MARK)
    for place, column in enumerate(columns, 2):
        page.set_column(
            place, place, 36 if column.type in ("text", "long_text") else 20, day if column.type == "date" else open_cell
        )
        page.write_string(0, place, f"{column.title.en} / {column.title.zh}" + (" *" if column.required else ""), head)
        page.write_string(1, place, _help(column, language), note)
        shown = _options(snapshot, column, language)
        _validate(page, lists, place, column, shown, last)
        names = {value: name for name, value in shown.items()}
        for line, row in enumerate(rows, 2):
            _write(page, line, place, column, row, names, language, day, open_cell)
    for line, row in enumerate(rows, 2):
        page.write_string(line, 0, row.id)
        page.write_number(line, 1, row.version)
    page.set_row(1, 48)
    page.freeze_panes(2, 2)
    # Without a password: it keeps ids and headings from a slip of the hand, nobody out.
    page.protect("", {"insert_rows": True, "delete_rows": True, "format_columns": True, "sort": True, "autofilter": True})
    book.close()
    return target.getvalue()


def _sheet_name(title: str) -> str:
    return "".join(" " if letter in "[]:*?/\\'" else letter for letter in title).strip()[:31] or "Sheet"


def _help(column: Column, language: Language) -> str:
    low, high = column.bounds
    parts = [say(_TAKES[column.type], language)]
    if low is not None and high is not None:
        parts.append(f"{low:g}–{high:g}")
    elif low is not None:
        parts.append(f"≥ {low:g}")
    if column.unit:
        parts.append(say(column.unit, language))
    if column.required:
        parts.append(say(msg("required"), language))
    comma, stop = (", ", ". ") if language == "en" else ("，", "。")
    return stop.join([comma.join(parts), *([say(column.help, language)] if column.help else [])])


def _options(snapshot: Snapshot, column: Column, language: Language) -> dict[str, str]:
    """What can be chosen: as shown -> as stored. Labels that several rows share carry the row's id."""
    if column.choices:
        return {choice.title.in_(language): choice.id for choice in column.choices}
    if column.type == "boolean":
        return {say(_YES, language): "true", say(_NO, language): "false"}
    if not column.is_reference:
        return {}
    many = len(column.to) > 1
    found: dict[str, list[str]] = {}
    for sheet in column.to:
        prefix = f"{snapshot.method.worksheet(sheet).title.in_(language)}: " if many else ""
        for row in snapshot.rows(sheet):
            label = " ".join((prefix + snapshot.label(sheet, row.id, language)).split())[:200]
            found.setdefault(label.casefold(), []).append(f"{sheet}:{row.id}" if many else row.id)
    shown: dict[str, str] = {}
    for sheet in column.to:
        prefix = f"{snapshot.method.worksheet(sheet).title.in_(language)}: " if many else ""
        for row in snapshot.rows(sheet):
            whole = " ".join((prefix + snapshot.label(sheet, row.id, language)).split())
            stored = f"{sheet}:{row.id}" if many else row.id
            plain = len(found[whole[:200].casefold()]) == 1 and len(whole) <= 200 and not _breaks(column, whole)
            shown[whole if plain else f"{whole[:160].replace(';', ',').replace('；', '，')} [{stored}]"] = stored
    return shown


_YES, _NO = msg("yes"), msg("no")


def _breaks(column: Column, label: str) -> bool:
    """Whether a label holds what separates several, or would be read as two names."""
    return column.type == "references" and any(mark in label for mark in ";；")


def _validate(page: Any, lists: Any, place: int, column: Column, shown: dict[str, str], last: int) -> None:
    if last < 2:
        return
    wrong: dict[str, Any] = {"error_type": "warning"}
    if shown and column.type not in ("choices", "references"):
        for line, name in enumerate(shown):
            lists.write_string(line, place, name)
        letter = xl_col_to_name(place)
        source = f"={_LISTS}!${letter}$1:${letter}${len(shown)}"
        page.data_validation(2, place, last, place, {"validate": "list", "source": source, **wrong})
    elif column.is_numeric:
        low, high = column.bounds
        kind = "integer" if column.type == "integer" else "decimal"
        if low is not None and high is not None:
            rule: dict[str, Any] = {"criteria": "between", "minimum": low, "maximum": high}
        elif low is not None:
            rule = {"criteria": ">=", "value": low}
        elif high is not None:
            rule = {"criteria": "<=", "value": high}
        else:
            rule = {"criteria": "between", "minimum": -1e15, "maximum": 1e15}
        page.data_validation(2, place, last, place, {"validate": kind, **rule, **wrong})
    elif column.type == "date":
        span = {"criteria": "between", "minimum": dt.date(1900, 1, 2), "maximum": dt.date(2200, 1, 1)}
        page.data_validation(2, place, last, place, {"validate": "date", **span, **wrong})


def _write(
    page: Any, line: int, place: int, column: Column, row: Row, names: dict[str, str], language: Language, day: Any, text: Any
) -> None:
    value = row[column.id]
    if is_empty(value):
        return
    if column.is_numeric:
        page.write_number(line, place, value, text)
    elif column.type == "date":
        when = dt.date.fromisoformat(value)
        if when.year > 1900:
            page.write_datetime(line, place, dt.datetime(when.year, when.month, when.day), day)
        else:
            page.write_string(line, place, value, text)
    elif column.type == "boolean":
        page.write_string(line, place, say(_YES if value else _NO, language), text)
    elif column.is_reference:
        many = len(column.to) > 1
        stored = [f"{sheet}:{target}" if many else target for sheet, target in targets(column, value)]
        page.write_string(line, place, "; ".join(names.get(one) or one for one in stored), text)
    elif column.choices:
        items = value if isinstance(value, list) else [value]
        page.write_string(line, place, "; ".join(names.get(item) or str(item) for item in items), text)
    else:
        page.write_string(line, place, str(value)[:32_000], text)
