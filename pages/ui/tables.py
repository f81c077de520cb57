"""Tables edited in place: a cell is stored when it is left, whatever others do meanwhile.

The frame given to the editor stays the same while this visitor edits, because the editor drops edits when its frame changes
under it. Each change is committed from the callback, as the difference to what was committed before. The table is drawn anew,
under a new key, only when the worksheet moved on by another hand, or when an edit was refused.
"""

from __future__ import annotations

import copy
import datetime as dt
import time
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
import streamlit as st

from pages.ui import focus, live, options, state
from pages.ui.text import s, t
from strategy.language import Language, msg
from strategy.method import Column, Worksheet
from strategy.thread import stale, unseen
from strategy.workbook import Change, Delete, Put, Revision, Row, Snapshot
from strategy.workbook.drafting import new_row_id
from strategy.workbook.values import is_empty

#: How long a table must have been left alone before it is drawn anew for somebody else's change.
QUIET_SECONDS = 15.0
#: The widest a column of names and one of long texts may be, in pixels.
_NAME, _LONG = 300, 460
#: The widest a column that stays in place may be: a phone must have room for another beside it.
PINNED = 240


@dataclass
class Editing:
    """One visitor's editing of one worksheet: the frame as given, and what of the edits has been committed."""

    key: str
    frame: pd.DataFrame
    row_ids: list[str]
    versions: dict[str, int]
    expected: dict[str, int]
    options: tuple[Any, ...]
    language: Language
    #: The segment the table was made for, and what a row added to it starts with.
    segment: str | None = None
    given: dict[str, Any] = field(default_factory=dict)
    edited: dict[int, dict[str, Any]] = field(default_factory=dict)
    added: list[dict[str, Any]] = field(default_factory=list)
    added_ids: list[str] = field(default_factory=list)
    deleted: set[int] = field(default_factory=set)
    touched: float = 0.0

    @property
    def quiet(self) -> bool:
        """Whether the visitor has left the table alone for a while, so that drawing it anew interrupts no typing."""
        return time.monotonic() - self.touched > QUIET_SECONDS


def row_name(sheet: Worksheet, row_id: str) -> str:
    """A row by its label and, where the label alone would not tell rows apart, by what it points to."""
    snapshot, language = state.snapshot(), state.language()
    row = snapshot.row(sheet.id, row_id)
    if row is None:
        return row_id
    parts = [snapshot.text(sheet, row, sheet.label, language)]
    for column in sheet.references:
        if column.type == "reference" and column.id != sheet.label and row[column.id]:
            parts.append(snapshot.text(sheet, row, column.id, language))
    return " · ".join(part for part in parts if part) or t("Row {id}", id=row_id)


def grid_columns(sheet: Worksheet) -> list[Column]:
    """The columns of the table; structured and computed ones stand in the row form."""
    return [column for column in sheet.fields if not column.is_structured and not column.computed]


def _signature(snapshot: Snapshot, sheet: Worksheet, editing: Editing) -> dict[str, int]:
    """Versions of the rows the table should show. A row that an edit took out of the segment stays while the table does."""
    rows = snapshot.rows(sheet.id)
    shown = {row.id for row in _rows(snapshot, sheet, editing.segment)} | {*editing.row_ids, *editing.added_ids}
    return {row.id: row.version for row in rows if row.id in shown}


def _rows(snapshot: Snapshot, sheet: Worksheet, segment: str | None) -> tuple[Row, ...]:
    """The rows a table shows: those of the segment in focus, without answers that are not to be seen yet."""
    return focus.within(sheet.id, unseen.visible(snapshot, sheet.id, snapshot.rows(sheet.id)), segment)


def _name(sheet_id: str, segment: str | None) -> str:
    """Under what the editing is kept: by segment, so that a late edit of one table is never read by the rows of another."""
    return f"editing.{state.plan_key()}.{state.snapshot().cycle}.{sheet_id}.{segment or ''}"


def _given(columns: list[Column], segment: str | None) -> dict[str, Any]:
    """What a new row starts with while one segment is shown: that segment, where one column asks for it."""
    asking = [column for column in columns if column.to == ("segment",)]
    if segment is None or len(asking) != 1:
        return {}
    return {asking[0].id: [segment] if asking[0].type == "references" else segment}


def reference_options(snapshot: Snapshot, column: Column) -> dict[str, str]:
    """What a reference column can point to: stored value -> label, no two alike."""
    many = len(column.to) > 1
    found: dict[str, str] = {}
    for worksheet in column.to:
        prefix = f"{s(snapshot.method.worksheet(worksheet).title)}: " if many else ""
        for row_id, label in options.of_rows(worksheet, (row.id for row in snapshot.rows(worksheet))).items():
            found[f"{worksheet}:{row_id}" if many else row_id] = prefix + label
    return options.distinct(found)


def edit(sheet: Worksheet) -> None:
    """The table of one worksheet."""
    snapshot = state.snapshot()
    columns = grid_columns(sheet)
    offered = {column.id: reference_options(snapshot, column) for column in columns if column.is_reference}
    frozen = tuple((name, tuple(values.items())) for name, values in offered.items())
    segment = focus.of_sheet(sheet)
    editing = _current(snapshot, sheet, columns, frozen, segment)
    fixed = sheet.rows == "fixed"
    st.data_editor(
        editing.frame,
        key=editing.key,
        on_change=_changed,
        args=(sheet.id, segment),
        num_rows="fixed" if fixed else "dynamic",
        hide_index=True,
        column_config={
            column.id: _config(column, offered.get(column.id, {}), sheet, editing.frame[column.id], editing.given.get(column.id))
            for column in columns
        },
        column_order=_shown(sheet, columns, snapshot),
        height="content" if len(editing.frame) <= 12 else 480,
        placeholder="",
        alt=s(sheet.title),
    )
    _footer(sheet, snapshot, editing)


def _footer(sheet: Worksheet, snapshot: Snapshot, editing: Editing) -> None:
    rows = snapshot.rows(sheet.id)
    waiting = [row for row in rows if (sheet.id, row.id) in stale(snapshot)]
    last = max(rows, key=lambda row: row.seq, default=None)
    parts = [t("Saved up to revision {seq}", seq=snapshot.seq)]
    if last is not None:
        parts.append(t("last changed by {author}", author=last.author))
    if sheet.rows == "open":
        parts.append(t("add a row at the foot of the table"))
    if waiting:
        parts.append(t("need review: {count}", count=len(waiting)))
    st.caption(":material/cloud_done: " + " · ".join(parts))
    if editing.expected != _signature(snapshot, sheet, editing):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(f":material/sync: {t('Others have changed this table. It is drawn anew when you pause.')}")
            st.button(
                t("Show their changes now"),
                key=f"redraw.{sheet.id}",
                type="tertiary",
                on_click=_redraw,
                args=(sheet.id, editing.segment),
            )


def _redraw(sheet_id: str, segment: str | None) -> None:
    state.forget(_name(sheet_id, segment))


def _current(snapshot: Snapshot, sheet: Worksheet, columns: list[Column], offered: tuple[Any, ...], segment: str | None) -> Editing:
    """The editing under way, or a fresh one where the page is new or the worksheet moved on."""
    name, language = _name(sheet.id, segment), state.language()
    editing: Editing | None = state.get_memo(name)
    if editing is not None and state.rendered(editing.key) and editing.language == language:
        same = editing.expected == _signature(snapshot, sheet, editing) and editing.options == offered
        live.wait_for(None if same else editing)
        if same or not editing.quiet:
            return editing
    live.wait_for(None)
    rows = _rows(snapshot, sheet, segment)
    fresh = Editing(
        key=f"table.{sheet.id}.{uuid.uuid4().hex[:6]}",
        frame=_frame(rows, columns),
        row_ids=[row.id for row in rows],
        versions={row.id: row.version for row in rows},
        expected={row.id: row.version for row in rows},
        touched=-QUIET_SECONDS,
        options=offered,
        language=language,
        segment=segment,
        given=_given(columns, segment),
    )
    state.put_memo(name, fresh)
    return fresh


def _frame(rows: tuple[Row, ...], columns: list[Column]) -> pd.DataFrame:
    """The rows with a type for every column, also where all its cells are empty."""
    data: dict[str, Any] = {}
    for column in columns:
        values = [row[column.id] for row in rows]
        if column.is_numeric:
            data[column.id] = pd.array(values, dtype="Int64" if column.type == "integer" else "Float64")
        elif column.type == "date":
            data[column.id] = pd.to_datetime(pd.Series(values, dtype="object"), errors="coerce")
        elif column.type == "boolean":
            data[column.id] = pd.array(values, dtype="boolean")
        elif column.type in ("choices", "references"):
            data[column.id] = pd.Series([value or [] for value in values], dtype="object")
        else:
            data[column.id] = pd.Series(values, dtype="string")
    return pd.DataFrame(data)


def _shown(sheet: Worksheet, columns: list[Column], snapshot: Snapshot) -> list[str]:
    """The ends of a range stand in the table once somebody has used them."""
    ends = {end.id for column in sheet.columns for end in column.range_columns()}
    used = {column.id for column in columns if any(not is_empty(row[column.id]) for row in snapshot.rows(sheet.id))}
    return [column.id for column in columns if column.id not in ends or column.id in used]


def fitting(texts: Iterable[str], heading: str, most: int, least: int = 200) -> int:
    """The width of a column in pixels that shows its longest text and its heading whole, between ``least`` and ``most``.

    Taken from the frame an editor was given, so that it stays as it is while somebody edits.
    """
    longest = max((_pixels(text) + 24 for text in texts), default=0.0)
    return int(min(max(float(least), longest, _pixels(heading) + 52), most))


def _pixels(text: str) -> float:
    return sum(14.0 if ord(letter) > 0x2E80 else 7.0 for letter in text)


def _config(column: Column, offered: dict[str, str], sheet: Worksheet, values: pd.Series, given: Any = None) -> Any:
    label = state.snapshot().heading(column, state.language()) + (" *" if column.required else "")
    help_text = s(column.help) if column.help else None
    low, high = column.bounds
    pinned = column.id == sheet.label or None
    if column.type == "integer":
        return st.column_config.NumberColumn(label, help=help_text, min_value=low, max_value=high, step=1, format="localized")
    if column.is_numeric:
        return st.column_config.NumberColumn(label, help=help_text, min_value=low, max_value=high, format="localized")
    if column.type == "date":
        return st.column_config.DateColumn(label, help=help_text, format="YYYY-MM-DD")
    if column.type == "boolean":
        return st.column_config.CheckboxColumn(label, help=help_text)
    if column.choices or column.is_reference:
        titles = {choice.id: s(choice.title) for choice in column.choices} or offered
        if column.type in ("choices", "references"):
            return st.column_config.MultiselectColumn(
                label,
                help=help_text,
                options=list(titles),
                format_func=lambda item: titles.get(item, item),
                width=fitting((" ".join(titles.get(item, item) + "    " for item in cell) for cell in values), label, _LONG),
                default=given,
            )
        return st.column_config.SelectboxColumn(
            label,
            help=help_text,
            options=list(titles),
            format_func=lambda item: titles.get(str(item), str(item)),
            width=fitting((titles.get(str(cell), "") for cell in values), label, _NAME),
            default=given,
        )
    most = PINNED if pinned else _LONG if column.type == "long_text" else _NAME
    width = fitting(values.dropna(), label, most)
    return st.column_config.TextColumn(label, help=help_text, width=width, pinned=pinned)


# -- committing ---------------------------------------------------------------------------------------------------------------


def _changed(sheet_id: str, segment: str | None) -> None:
    """Commit what is new since the last call. Positions stand for rows; an added row gets its id at first sight."""
    snapshot = state.snapshot()
    sheet = snapshot.method.worksheet(sheet_id)
    name = _name(sheet_id, segment)
    editing: Editing | None = state.get_memo(name)
    if editing is None:
        return
    edits = state.widget_value(editing.key) or {}
    changes = _differences(sheet, editing, edits)
    if not changes:
        return
    typed = {change.row_id: set(change.values) for change in changes if isinstance(change, Put)}
    receipt = state.commit(changes)
    if receipt is None:
        state.forget(name)  # refused: the table is drawn anew from what is stored
        return
    editing.touched = time.monotonic()
    for revision in receipt.revisions:
        # A version skipped means that somebody else changed the row in between: then the table is to be drawn anew.
        if revision.operation == "delete":
            editing.expected.pop(revision.row_id, None)
        elif revision.version == editing.versions.get(revision.row_id, 0) + 1 and not _more(snapshot, revision, typed):
            editing.expected[revision.row_id] = revision.version
        editing.versions[revision.row_id] = revision.version
    editing.edited = copy.deepcopy(dict(edits.get("edited_rows", {})))
    editing.added = copy.deepcopy(list(edits.get("added_rows", [])))
    editing.deleted = set(edits.get("deleted_rows", []))


def _more(snapshot: Snapshot, revision: Revision, typed: dict[str, set[str]]) -> bool:
    """Whether a revision changed more of a row than was typed, such as where its figures come from: then the table shows it anew."""
    before = snapshot.row(revision.worksheet, revision.row_id)
    known = before.values if before else {}
    changed = {name for name in {*known, *revision.body} if known.get(name) != revision.body.get(name)}
    return before is not None and not changed <= typed.get(revision.row_id, set())


def _differences(sheet: Worksheet, editing: Editing, edits: dict[str, Any]) -> list[Change]:
    changes: list[Change] = []
    for position, values in edits.get("edited_rows", {}).items():
        row_id = editing.row_ids[int(position)]
        before = editing.edited.get(position, {})
        fresh = {name: _from_editor(value) for name, value in values.items() if name not in before or before[name] != value}
        if fresh:
            changes.append(Put(sheet.id, row_id, fresh, editing.versions.get(row_id)))
    added = list(edits.get("added_rows", []))
    changes += [Delete(sheet.id, row_id) for row_id in _taken_out(editing, added)]
    for position, values in enumerate(added):
        if position >= len(editing.added_ids):
            editing.added_ids.append(new_row_id(sheet.id))
        row_id = editing.added_ids[position]
        if row_id not in editing.versions and all(is_empty(value) or value == editing.given.get(n) for n, value in values.items()):
            continue  # nobody has written in it yet
        before = editing.added[position] if position < len(editing.added) and row_id in editing.versions else {}
        fresh = {name: _from_editor(value) for name, value in values.items() if before.get(name) != value}
        if fresh:
            changes.append(Put(sheet.id, row_id, fresh, editing.versions.get(row_id)))
    for position in edits.get("deleted_rows", []):
        if position not in editing.deleted:
            changes.append(Delete(sheet.id, editing.row_ids[int(position)]))
    return changes


def _taken_out(editing: Editing, added: list[dict[str, Any]]) -> list[str]:
    """Stored rows that were added in this table and deleted again. The editor lets those behind them move up, and so do their ids."""
    gone: list[str] = []
    if len(added) >= len(editing.added):
        return gone
    left, ids, before = list(added), list(editing.added_ids), list(editing.added)
    editing.added_ids, editing.added = [], []
    for row_id, values in zip(ids, before, strict=False):
        if left and left[0] == values:
            editing.added_ids.append(row_id)
            editing.added.append(left.pop(0))
        elif row_id in editing.versions:
            gone.append(row_id)
    return gone


def _from_editor(value: Any) -> Any:
    if isinstance(value, str) and len(value) > 10 and value[10:11] == "T":
        try:
            return dt.datetime.fromisoformat(value).date()
        except ValueError:
            return value
    return value


def add_row(sheet_id: str, values: dict[str, Any]) -> str | None:
    """Add one row, and return its id; ``None`` when it was refused."""
    row_id = new_row_id(sheet_id)
    return row_id if state.commit([Put(sheet_id, row_id, values, 0)]) else None


def delete_row(sheet_id: str, row_id: str) -> None:
    if state.commit([Delete(sheet_id, row_id)]):
        state.set_here(row=None)
        state.flash(msg("Deleted. Undo is on the history page."), "info")
