"""The columns of a table that is edited in place: what they show, what they offer, and what stands behind a cell.

A cell that is chosen from a list holds the words on the screen, so that copying, pasting, searching, sorting and a download speak them
too. What is stored stands behind the words: they are looked up in the list the table was drawn with, so that a label means the row it
meant on the screen, however rows are called meanwhile.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from pages.ui import options, state
from pages.ui.text import s
from strategy.errors import InvalidValue
from strategy.language import msg
from strategy.method import Column, Worksheet
from strategy.workbook import Row, Snapshot
from strategy.workbook.values import is_empty

#: The widest a column of names and one of long texts may be, in pixels.
_NAME, _LONG = 300, 460
#: The widest a column that stays in place may be: a phone must have room for another beside it.
PINNED = 240

#: Of each column that is chosen from a list: stored value -> its words, no two alike.
Labels = Mapping[str, Mapping[str, str]]


def grid_columns(sheet: Worksheet) -> list[Column]:
    """The columns of the table; structured and computed ones stand in the row form."""
    return [column for column in sheet.fields if not column.is_structured and not column.computed]


def shown(sheet: Worksheet, columns: list[Column], snapshot: Snapshot) -> list[str]:
    """The ends of a range stand in the table once somebody has used them."""
    ends = {end.id for column in sheet.columns for end in column.range_columns()}
    used = {column.id for column in columns if any(not is_empty(row[column.id]) for row in snapshot.rows(sheet.id))}
    return [column.id for column in columns if column.id not in ends or column.id in used]


# -- words and what they stand for --------------------------------------------------------------------------------------------


def reference_options(snapshot: Snapshot, column: Column) -> dict[str, str]:
    """What a reference column can point to: stored value -> label, no two alike."""
    many = len(column.to) > 1
    found: dict[str, str] = {}
    for worksheet in column.to:
        prefix = f"{s(snapshot.method.worksheet(worksheet).title)}: " if many else ""
        for row_id, label in options.of_rows(worksheet, (row.id for row in snapshot.rows(worksheet))).items():
            found[f"{worksheet}:{row_id}" if many else row_id] = prefix + label
    return options.distinct(found)


def labels_of(snapshot: Snapshot, columns: Sequence[Column]) -> dict[str, dict[str, str]]:
    """The :data:`Labels` of a table, in the visitor's language."""
    found: dict[str, dict[str, str]] = {}
    for column in columns:
        if column.choices or column.is_reference:
            named = {choice.id: s(choice.title) for choice in column.choices} or reference_options(snapshot, column)
            found[column.id] = options.distinct({item: _squeezed(label) or item for item, label in named.items()})
    return found


def _squeezed(label: str) -> str:
    """A browser sends a label back without the white space around it."""
    return " ".join(label.split())


def stored(column: Column, value: Any, labels: Labels) -> Any:
    """What a cell of the editor stands for.

    Raises:
        InvalidValue: words that are not in the list the table was drawn with.
    """
    if column.type == "date":
        return _day(value)
    if column.id not in labels or is_empty(value):
        return value
    meant = {label: item for item, label in labels[column.id].items()}
    found = []
    for label in value if isinstance(value, list) else [value]:
        if _squeezed(str(label)) not in meant:
            raise InvalidValue(
                msg("{value} is not in the list", value=str(label)[:60]),
                column.title,
                msg("It may have been renamed or deleted meanwhile. Choose it from the list again."),
            )
        found.append(meant[_squeezed(str(label))])
    return found if isinstance(value, list) else found[0]


def _day(value: Any) -> Any:
    if isinstance(value, str) and value[10:11] == "T":
        try:
            return dt.datetime.fromisoformat(value).date()
        except ValueError:
            return value
    return value


# -- what the editor is given -------------------------------------------------------------------------------------------------


def frame_of(rows: tuple[Row, ...], columns: list[Column], labels: Labels) -> pd.DataFrame:
    """The rows with a type for every column, also where all its cells are empty; words in place of what is chosen from a list."""
    data: dict[str, Any] = {}
    for column in columns:
        known = labels.get(column.id, {})
        values = [_worded(row[column.id], known) for row in rows]
        if column.is_numeric:
            # Whole numbers too: of a column of integers the editor cuts off what was typed behind the point.
            data[column.id] = pd.array(values, dtype="Float64")
        elif column.type == "date":
            data[column.id] = pd.to_datetime(pd.Series(values, dtype="object"), errors="coerce")
        elif column.type == "boolean":
            data[column.id] = pd.array(values, dtype="boolean")
        elif column.type in ("choices", "references"):
            data[column.id] = pd.Series([value or [] for value in values], dtype="object")
        else:
            data[column.id] = pd.Series(values, dtype="string")
    return pd.DataFrame(data)


def _worded(value: Any, known: Mapping[str, str]) -> Any:
    if isinstance(value, list):
        return [known.get(item, item) for item in value]
    return known.get(value, value) if isinstance(value, str) else value


def given_to(columns: list[Column], segment: str | None, labels: Labels) -> dict[str, Any]:
    """What a new row starts with while one segment is shown: that segment in words, where one column asks for it."""
    asking = [column for column in columns if column.to == ("segment",)]
    if segment is None or len(asking) != 1:
        return {}
    label = labels[asking[0].id].get(segment, segment)
    return {asking[0].id: [label] if asking[0].type == "references" else label}


def heading(column: Column) -> str:
    """A column's title with its unit, in the visitor's language."""
    return state.snapshot().heading(column, state.language())


def config_of(column: Column, labels: Labels, sheet: Worksheet, values: pd.Series, given: Any = None) -> Any:
    """How the editor shows a column.

    Numbers are given no limits: a number above one would be cut to it without a word. They are held against the method when they are
    saved, and refused by name.
    """
    label, help_text = heading(column) + (" *" if column.required else ""), s(column.help) if column.help else None
    pinned = column.id == sheet.label or None
    if column.is_numeric:
        return st.column_config.NumberColumn(label, help=help_text, format="localized")
    if column.type == "date":
        return st.column_config.DateColumn(label, help=help_text, format="YYYY-MM-DD")
    if column.type == "boolean":
        return st.column_config.CheckboxColumn(label, help=help_text)
    if column.id in labels:
        offered = list(labels[column.id].values())
        if column.type in ("choices", "references"):
            width = fitting((" ".join(f"{item}    " for item in cell) for cell in values), label, _LONG)
            return st.column_config.MultiselectColumn(label, help=help_text, options=offered, width=width, default=given)
        width = fitting(values.dropna(), label, _NAME)
        return st.column_config.SelectboxColumn(label, help=help_text, options=offered, width=width, default=given)
    most = PINNED if pinned else _LONG if column.type == "long_text" else _NAME
    return st.column_config.TextColumn(label, help=help_text, width=fitting(values.dropna(), label, most), pinned=pinned)


def fitting(texts: Iterable[str], heading: str, most: int, least: int = 200) -> int:
    """The width of a column in pixels that shows its longest text and its heading whole, between ``least`` and ``most``.

    Taken from the frame an editor was given, so that it stays as it is while somebody edits.
    """
    longest = max((_pixels(text) + 24 for text in texts), default=0.0)
    return int(min(max(float(least), longest, _pixels(heading) + 52), most))


def _pixels(text: str) -> float:
    return sum(14.0 if ord(letter) > 0x2E80 else 7.0 for letter in text)


def new_words(now: Mapping[Any, Mapping[str, Any]], before: Mapping[Any, Mapping[str, Any]]) -> str:
    """What the cells of an editor hold that they did not hold ``before``; both by row and column."""
    cells = (
        value
        for row, values in now.items()
        for name, value in values.items()
        if not is_empty(value) and before.get(row, {}).get(name) != value
    )
    return "; ".join(str(value) for value in cells)
