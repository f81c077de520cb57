"""Tables edited in place: a cell is stored when it is left, whatever others do meanwhile.

The frame given to the editor and how its columns are shown stay the same while this visitor edits, because the editor drops edits
when either changes under it. Each change is committed from the callback, as the difference to what was committed before. The table
is drawn anew, under a new key, only when the worksheet moved on by another hand, or when an edit was refused.
"""

from __future__ import annotations

import copy
import time
import uuid
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
import streamlit as st

from pages.ui import boundary, focus, grid_keys, live, state
from pages.ui.columns import Labels, config_of, frame_of, given_to, grid_columns, heading, labels_of, new_words, shown, stored
from pages.ui.columns import reference_options as reference_options
from pages.ui.text import s, t
from strategy.errors import InvalidValue
from strategy.language import Language, msg
from strategy.method import Column, Worksheet
from strategy.spine import what_stays
from strategy.thread import stale, unseen
from strategy.workbook import Change, Delete, Put, Revision, Row, Snapshot
from strategy.workbook.drafting import new_row_id
from strategy.workbook.values import is_empty

#: How long a table must have been left alone before it is drawn anew for somebody else's change.
QUIET_SECONDS = 15.0


@dataclass
class Editing:
    """One visitor's editing of one worksheet: the frame as given, and what of the edits has been committed."""

    key: str
    frame: pd.DataFrame
    row_ids: list[str]
    versions: dict[str, int]
    expected: dict[str, int]
    #: The lists to choose from as they were when the table was drawn.
    labels: Labels
    language: Language
    #: The segment the table was made for, and what a row added to it starts with, as the editor shows it.
    segment: str | None = None
    given: dict[str, Any] = field(default_factory=dict)
    #: How the columns are shown, and which in what order.
    config: dict[str, Any] = field(default_factory=dict)
    order: list[str] = field(default_factory=list)
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


def edit(sheet: Worksheet) -> None:
    """The table of one worksheet."""
    snapshot = state.snapshot()
    columns = grid_columns(sheet)
    segment = focus.of_sheet(sheet)
    editing = _current(snapshot, sheet, columns, segment)
    fixed = sheet.rows == "fixed"
    st.data_editor(
        editing.frame,
        key=editing.key,
        on_change=_changed,
        args=(sheet.id, segment, editing),
        num_rows="fixed" if fixed else "dynamic",
        hide_index=True,
        column_config=editing.config,
        column_order=editing.order,
        height="content" if len(editing.frame) <= 12 else 480,
        placeholder="",
        alt=s(sheet.title),
    )
    grid_keys.takes(
        editing.key,
        sheet.id,
        {column.id: grid_keys.of_column(column, heading(column), editing.labels) for column in columns},
        [row_id for number, row_id in enumerate(editing.row_ids) if number not in editing.deleted]
        + [row_id if row_id in editing.versions else "" for row_id in editing.added_ids],
    )
    grid_keys.refused(sheet.id)
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


@state.callback
def _redraw(sheet_id: str, segment: str | None) -> None:
    state.forget(_name(sheet_id, segment))


def _current(snapshot: Snapshot, sheet: Worksheet, columns: list[Column], segment: str | None) -> Editing:
    """The editing under way, or a fresh one where the page is new or the worksheet moved on."""
    name, language = _name(sheet.id, segment), state.language()
    labels = labels_of(snapshot, columns)
    editing: Editing | None = state.get_memo(name)
    if editing is not None and state.rendered(editing.key) and editing.language == language:
        same = editing.expected == _signature(snapshot, sheet, editing) and editing.labels == labels
        live.wait_for(None if same else editing)
        if same or not editing.quiet:
            return editing
    live.wait_for(None)
    rows = _rows(snapshot, sheet, segment)
    frame, given = frame_of(rows, columns, labels), given_to(columns, segment, labels)
    fresh = Editing(
        key=f"table.{sheet.id}.{uuid.uuid4().hex[:6]}",
        frame=frame,
        row_ids=[row.id for row in rows],
        versions={row.id: row.version for row in rows},
        expected={row.id: row.version for row in rows},
        touched=-QUIET_SECONDS,
        labels=labels,
        language=language,
        segment=segment,
        given=given,
        config={column.id: config_of(column, labels, sheet, frame[column.id], given.get(column.id)) for column in columns},
        order=shown(sheet, columns, snapshot),
    )
    state.put_memo(name, fresh)
    return fresh


# -- committing ---------------------------------------------------------------------------------------------------------------


@state.callback
def _changed(sheet_id: str, segment: str | None, drawn: Editing) -> None:
    """Commit what is new since the last call. Positions stand for rows; an added row gets its id at first sight."""
    snapshot = boundary.snapshot_for(lambda: _typed(drawn))
    sheet = snapshot.method.worksheet(sheet_id)
    name = _name(sheet_id, segment)
    editing: Editing | None = state.get_memo(name)
    if editing is None:
        return
    edits = state.widget_value(editing.key) or {}
    try:
        changes = _differences(sheet, editing, edits)
    except InvalidValue as error:
        state.flash(error, "error")
        state.forget(name)
        return
    if not changes:
        return
    grid_keys.go_on()
    typed = {change.row_id: set(change.values) for change in changes if isinstance(change, Put)}
    receipt = state.commit(changes)
    if receipt is None:
        state.forget(name)  # refused: the table is drawn anew from what is stored
        return
    _tell_what_stays(snapshot, changes)
    editing.touched = time.monotonic()
    for revision in (revision for revision in receipt.revisions if revision.worksheet == sheet_id):
        # A version skipped means that somebody else changed the row in between: then the table is to be drawn anew.
        if revision.operation == "delete":
            editing.expected.pop(revision.row_id, None)
        elif revision.version == editing.versions.get(revision.row_id, 0) + 1 and not _more(snapshot, revision, typed):
            editing.expected[revision.row_id] = revision.version
        editing.versions[revision.row_id] = revision.version
    editing.edited = copy.deepcopy(dict(edits.get("edited_rows", {})))
    editing.added = copy.deepcopy(list(edits.get("added_rows", [])))
    editing.deleted = set(edits.get("deleted_rows", []))


def _typed(editing: Editing) -> str:
    """What was typed since the last commit, as the cells show it."""
    edits = state.widget_value(editing.key) or {}
    changed = new_words(edits.get("edited_rows", {}), editing.edited)
    added = new_words(dict(enumerate(edits.get("added_rows", []))), dict(enumerate(editing.added)))
    return "; ".join(words for words in (changed, added) if words)


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
        fresh = {name: value for name, value in values.items() if name not in before or before[name] != value}
        if fresh:
            changes.append(Put(sheet.id, row_id, _stored(sheet, editing, fresh), editing.versions.get(row_id)))
    added = list(edits.get("added_rows", []))
    changes += [Delete(sheet.id, row_id) for row_id in _taken_out(editing, added)]
    for position, values in enumerate(added):
        if position >= len(editing.added_ids):
            editing.added_ids.append(new_row_id(sheet.id))
        row_id = editing.added_ids[position]
        if row_id not in editing.versions and all(is_empty(value) or value == editing.given.get(n) for n, value in values.items()):
            continue  # nobody has written in it yet
        before = editing.added[position] if position < len(editing.added) and row_id in editing.versions else {}
        fresh = {name: value for name, value in values.items() if before.get(name) != value}
        if fresh:
            changes.append(Put(sheet.id, row_id, _stored(sheet, editing, fresh), editing.versions.get(row_id)))
    for position in edits.get("deleted_rows", []):
        if position not in editing.deleted:
            changes.append(Delete(sheet.id, editing.row_ids[int(position)]))
    return changes


def _stored(sheet: Worksheet, editing: Editing, values: dict[str, Any]) -> dict[str, Any]:
    return {name: stored(sheet.column(name), value, editing.labels) for name, value in values.items()}


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


def add_row(sheet_id: str, values: dict[str, Any]) -> str | None:
    """Add one row, and return its id; ``None`` when it was refused."""
    row_id = new_row_id(sheet_id)
    return row_id if state.commit([Put(sheet_id, row_id, values, 0)]) else None


@state.callback
def delete_row(sheet_id: str, row_id: str) -> None:
    before, change = state.snapshot(), Delete(sheet_id, row_id)
    if state.commit([change]):
        state.set_here(row=None)
        _tell_what_stays(before, [change])
        state.flash(msg("Deleted. Undo is on the history page."), "info")


def _tell_what_stays(before: Snapshot, changes: list[Change]) -> None:
    for said in what_stays(before, changes):
        state.flash(said, "info")
