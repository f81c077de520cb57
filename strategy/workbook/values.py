"""What a cell may hold: clean it once when it comes in, and refuse what does not fit its column."""

from __future__ import annotations

import datetime as dt
import json
import math
import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from strategy.errors import InvalidValue
from strategy.language import Message, msg
from strategy.method import Column, Worksheet
from strategy.method.models import NUMERIC

MAX_TEXT = 20_000
MAX_AUTHOR = 60
_TRUE = {"true", "yes", "1", "y", "是", "✓"}
_FALSE = {"false", "no", "0", "n", "否"}
_KEPT_CONTROLS = {"\n", "\t"}
#: A number as it is typed: a decimal point, and commas only where they part thousands. Without the second, 1,5 would become 15.
_TYPED = re.compile(r"[-+]?(?:(?:\d+|[1-9]\d{0,2}(?:,\d{3})+)(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?")


def clean_text(text: str) -> str:
    """Text that every writer (DuckDB, XLSX, HTML) accepts: composed form, no control characters, no lone surrogates."""
    if not text.isascii() or not text.isprintable():
        text = text.encode("utf-8", "ignore").decode("utf-8")
        text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
        text = "".join(c for c in text if c in _KEPT_CONTROLS or unicodedata.category(c) not in ("Cc", "Cs"))
    return text.strip()


def clean_name(text: str) -> str:
    """The name of somebody who makes changes, on one line; empty where there is none."""
    return " ".join(clean_text(text).split())[:MAX_AUTHOR]


def is_empty(value: Any) -> bool:
    if value is None or value == "" or value == [] or value == {}:
        return True
    return isinstance(value, float) and math.isnan(value)


def clean_values(worksheet: Worksheet, values: Mapping[str, Any]) -> dict[str, Any]:
    """Cleaned values of the columns named; ``None`` empties a cell.

    Raises :class:`InvalidValue` naming worksheet and column, or :class:`UnknownName` for a column the worksheet does not have.
    """
    return {name: clean_value(worksheet, worksheet.column(name), value) for name, value in values.items()}


def clean_value(worksheet: Worksheet, column: Column, value: Any) -> Any:
    if isinstance(value, str):
        value = clean_text(value)
    if is_empty(value):
        return None
    where = f"{worksheet.id}.{column.id}"
    if column.type in ("text", "long_text"):
        return _text(value, where)
    if column.type in NUMERIC:
        return _number(column, value, where)
    if column.type == "boolean":
        return _boolean(value, where)
    if column.type == "date":
        return _date(value, where)
    if column.type == "choice":
        return _choice(column, value, where)
    if column.type == "choices":
        return [_choice(column, item, where) for item in _items(value)] or None
    if column.type == "reference":
        return _reference(column, value, where)
    if column.type == "references":
        return list(dict.fromkeys(_reference(column, item, where) for item in _items(value))) or None
    return _evidence(value, where) if column.type == "evidence" else _rule(value, where)


def _refuse(where: str, what: Message, fix: Message | None = None) -> InvalidValue:
    return InvalidValue(what, where, fix)


def _text(value: Any, where: str) -> str:
    text = value if isinstance(value, str) else str(value)
    if len(text) > MAX_TEXT:
        raise _refuse(
            where,
            msg("The text has {count} characters; at most {limit} fit", count=len(text), limit=MAX_TEXT),
            msg("Shorten it, or keep the long version in a document and link to it."),
        )
    return text


def _number(column: Column, value: Any, where: str) -> int | float:
    if isinstance(value, bool):
        raise _refuse(where, msg("{value} is not a number", value=str(value)))
    if isinstance(value, str):
        typed = unicodedata.normalize("NFKC", value).removesuffix("%").strip()
        if not _TYPED.fullmatch(typed):
            raise _refuse(where, msg("{value} is not a number", value=value[:60]), msg("Type digits, such as 1234.5."))
        value = typed.replace(",", "")
    number = float(value)
    if not math.isfinite(number) or abs(number) > 1e15:
        raise _refuse(where, msg("{value} is not a usable number", value=str(value)[:60]))
    low, high = column.bounds
    if (low is not None and number < low) or (high is not None and number > high):
        expected = span(low, high)
        raise _refuse(where, msg("{value} is out of range", value=f"{number:g}"), msg("The column takes {span}.", span=expected))
    if column.type == "integer":
        if number != int(number):
            raise _refuse(where, msg("{value} is not a whole number", value=f"{number:g}"))
        return int(number)
    return number


def span(low: float | None, high: float | None) -> Message:
    """The numbers a column takes, in words."""
    if low is not None and high is not None:
        return msg("{low} to {high}", low=f"{low:g}", high=f"{high:g}")
    if low is not None:
        return msg("{low} or more", low=f"{low:g}")
    return msg("{high} or less", high=f"{high:g}")


def _boolean(value: Any, where: str) -> bool:
    if isinstance(value, bool):
        return value
    text = str(value).casefold()
    if text in _TRUE:
        return True
    if text in _FALSE:
        return False
    raise _refuse(where, msg("{value} is neither yes nor no", value=text[:60]), msg("Use true or false."))


def _date(value: Any, where: str) -> str:
    if isinstance(value, dt.datetime):
        value = value.date()
    if isinstance(value, dt.date):
        return value.isoformat()
    try:
        return dt.datetime.fromisoformat(str(value)).date().isoformat()
    except ValueError:
        raise _refuse(where, msg("{value} is not a date", value=str(value)[:60]), msg("Write dates as 2026-03-15.")) from None


def _choice(column: Column, value: Any, where: str) -> str:
    text = str(value)
    for choice in column.choices:
        if text == choice.id or text.casefold() in (choice.title.en.casefold(), choice.title.zh.casefold()):
            return choice.id
    known = ", ".join(choice.id for choice in column.choices)
    raise _refuse(
        where, msg("{value} is not one of the choices", value=text[:60]), msg("The choices are: {choices}.", choices=known)
    )


def _reference(column: Column, value: Any, where: str) -> str:
    """``row_id``, or ``worksheet:row_id`` where a column may point to several worksheets."""
    text = str(value)
    worksheet, _, row_id = text.rpartition(":")
    if len(column.to) == 1:
        return row_id if worksheet in ("", column.to[0]) else text
    if worksheet not in column.to:
        raise _refuse(
            where,
            msg("{value} does not say which worksheet it points to", value=text[:60]),
            msg("Write worksheet:row, with one of: {worksheets}.", worksheets=", ".join(column.to)),
        )
    return text


def _items(value: Any) -> Iterable[Any]:
    if isinstance(value, str):
        return [item.strip() for item in value.split(",") if item.strip()]
    return [item for item in value if not is_empty(item)]


def _structured(value: Any, where: str) -> Any:
    """What JSON holds of ``value``, or of the text of it."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except json.JSONDecodeError:
            raise _refuse(where, msg("{value} is not valid JSON", value=value[:60])) from None
    return json.loads(json.dumps(value, ensure_ascii=False, default=str))


def _rule(value: Any, where: str) -> dict[str, Any] | None:
    rule = _structured(value, where)
    if is_empty(rule):
        return None
    if not isinstance(rule, dict):
        raise _refuse(where, msg("A rule is a JSON object"), msg("Take the definition that the command segment prints as JSON."))
    return rule


def _evidence(value: Any, where: str) -> list[dict[str, Any]] | None:
    """A list of figures kept with a decision. Checks, pages and reports read them, so that another shape would stop them all."""
    kept = _structured(value, where)
    if is_empty(kept):
        return None
    if not isinstance(kept, list) or not all(_is_kept_figures(item) for item in kept):
        raise _refuse(
            where,
            msg("Evidence is a JSON list of objects, each with exhibit, settings, title and figures"),
            msg("Name the exhibit, and give figures as numbers; settings, title and figures are objects and may be left out."),
        )
    return kept


def _is_kept_figures(item: Any) -> bool:
    if not isinstance(item, dict) or not isinstance(item.get("exhibit"), str):
        return False
    objects = [item.get(part, {}) for part in ("settings", "title", "figures")]
    return all(isinstance(part, dict) for part in objects) and all(
        isinstance(figure, int | float) and not isinstance(figure, bool) for figure in objects[-1].values()
    )


def targets(column: Column, value: Any) -> list[tuple[str, str]]:
    """The rows a reference cell points to, as (worksheet, row id)."""
    if is_empty(value) or not column.is_reference:
        return []
    items = value if isinstance(value, list) else [value]
    found = []
    for item in items:
        worksheet, _, row_id = str(item).rpartition(":")
        found.append((worksheet or column.to[0], row_id))
    return found
