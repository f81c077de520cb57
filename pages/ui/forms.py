"""One row in full: every field as an input that saves when it is left, with its history."""

from __future__ import annotations

import datetime as dt
from typing import Any

import streamlit as st

from pages.ui import boundary, into_view, options, state, tables
from pages.ui.text import paired, s, safe, t
from strategy.errors import Refused
from strategy.language import date_text, msg, number, say
from strategy.method import Column, Worksheet
from strategy.thread.wording import change_in_words, rule_text
from strategy.workbook import Put, Review, Row
from strategy.workbook.values import is_empty

#: Changes of a row shown at first, and how many more each time older ones are asked for: a browser draws thousands too slowly.
_HISTORY = 50


def row_form(sheet: Worksheet, row_id: str, skip: tuple[str, ...] = (), can_delete: bool = True) -> None:
    """All fields of a row, two a line; long texts take the whole width."""
    row = state.snapshot().row(sheet.id, row_id)
    if row is None:
        st.info(t("This row has been deleted."))
        return
    with st.container(border=True, key=into_view.row_key(sheet.id, row_id)):
        _needs_review(sheet, row)
        short: list[Column] = []
        for column in sheet.fields:
            if column.id in skip or column.is_structured:
                continue
            if column.type == "long_text":
                _pairs(sheet, row, short)
                short = []
                _field(sheet, row, column)
            else:
                short.append(column)
        _pairs(sheet, row, short)
        for column in sheet.fields:
            if column.type == "rule" and row[column.id]:
                st.caption(paired(s(column.title), safe(rule_text(row[column.id], state.language()))))
        _history(sheet, row)
        if can_delete and sheet.rows == "open":
            st.button(
                t("Delete this row"),
                key=f"delete.{sheet.id}.{row_id}",
                icon=":material/delete:",
                type="tertiary",
                on_click=tables.delete_row,
                args=(sheet.id, row_id),
            )


def _needs_review(sheet: Worksheet, row: Row) -> None:
    from strategy.thread import stale

    reasons = stale(state.snapshot()).get((sheet.id, row.id), ())
    if not reasons:
        return
    st.warning(
        "  \n".join(safe(s(reason.message)) for reason in reasons),
        title=t("Review needed: what this builds on has changed"),
        icon=":material/update:",
    )
    st.button(
        t("Reviewed: it still holds"),
        key=f"review.{sheet.id}.{row.id}",
        icon=":material/task_alt:",
        on_click=state.save,
        args=([Review(sheet.id, row.id)],),
    )


def _pairs(sheet: Worksheet, row: Row, columns: list[Column]) -> None:
    for start in range(0, len(columns), 2):
        pair = columns[start : start + 2]
        for place, column in zip(st.columns(2), pair, strict=False):
            with place:
                _field(sheet, row, column)


def _field(sheet: Worksheet, row: Row, column: Column) -> None:
    """One input. Its key stays the same across saves, so that nothing typed meanwhile is lost."""
    key = f"field.{state.plan_key()}.{sheet.id}.{row.id}.{column.id}"
    label = state.snapshot().heading(column, state.language()) + (" *" if column.required else "")
    common: dict[str, Any] = {
        "key": key,
        "help": s(column.help) if column.help else None,
        "on_change": _save,
        "args": (sheet.id, row.id, column.id, key),
    }
    stored = row[column.id]
    if column.type == "long_text":
        state.bind(key, stored or "", version=row.version)
        st.text_area(label, height=100, placeholder=_example(column), **common)
    elif column.is_numeric:
        low, high = column.bounds
        as_type = int if column.type == "integer" else float
        state.bind(key, None if stored is None else as_type(stored), version=row.version)
        st.number_input(
            label,
            min_value=None if low is None else as_type(low),
            max_value=None if high is None else as_type(high),
            step=as_type(1),
            value=None,
            placeholder=_example(column),
            disabled=column.computed,
            **common,
        )
    elif column.type == "date":
        state.bind(key, dt.date.fromisoformat(stored) if stored else None, version=row.version)
        st.date_input(label, value=None, format="YYYY-MM-DD", **common)
    elif column.type == "boolean":
        state.bind(key, bool(stored), version=row.version)
        st.checkbox(label, **common)
    elif column.choices or column.is_reference:
        _choice(column, stored, label, common, row.version)
    else:
        state.bind(key, stored or "", version=row.version)
        st.text_input(label, placeholder=_example(column), **common)


def _choice(column: Column, stored: Any, label: str, common: dict[str, Any], version: int) -> None:
    titles = {choice.id: s(choice.title) for choice in column.choices} or tables.reference_options(state.snapshot(), column)
    title_of = options.label_of(titles)
    if column.type in ("choices", "references"):
        held = [item for item in stored or [] if item in titles]
        state.bind(common["key"], held, [titles[item] for item in held], version)
        st.multiselect(label, list(titles), format_func=title_of, placeholder="–", **common)
    else:
        state.bind(common["key"], stored if stored in titles else None, titles.get(stored), version)
        st.selectbox(label, list(titles), index=None, format_func=title_of, placeholder="–", **common)


def _example(column: Column) -> str | None:
    if column.example is None or column.choices:
        return None
    example = (
        number(column.example, state.language()) if isinstance(column.example, float) else say(column.example, state.language())
    )
    return t("e.g. {example}", example=example)


@state.callback
def _save(sheet_id: str, row_id: str, column_id: str, key: str) -> None:
    """Store what a field holds now, made from the row as the visitor saw it: whoever changed the same field meanwhile is heard too."""
    value = state.widget_value(key)
    row = boundary.snapshot_for(lambda: value).row(sheet_id, row_id)
    if row is None:
        raise Refused(
            msg("The row has been deleted in the meantime, so this was not stored: {text}", text=str(value)),
            None,
            msg("Undo the deletion on the history page, or add the row anew."),
        )
    if (is_empty(value) and is_empty(row[column_id])) or state.is_echo(key):
        return
    if state.commit([Put(sheet_id, row_id, {column_id: value}, state.seen_version(key))]) is not None:
        state.saved(key, _as_widget(state.snapshot().row(sheet_id, row_id), column_id, value))


def _as_widget(row: Row | None, column_id: str, value: Any) -> Any:
    """The stored value in the form the widget shows it, so that the save itself never redraws the input."""
    stored = row[column_id] if row else None
    if isinstance(value, dt.date):
        return dt.date.fromisoformat(stored) if stored else None
    if isinstance(value, str):
        return stored or ""
    if isinstance(value, list):
        return stored or []
    if isinstance(value, bool):
        return bool(stored)
    return stored


def _history(sheet: Worksheet, row: Row) -> None:
    snapshot, language = state.snapshot(), state.language()
    with st.expander(
        t("History of this row"), icon=":material/history:", key=f"history.{sheet.id}.{row.id}", on_change="rerun"
    ) as opened:
        if not opened.open:
            return
        most = _HISTORY * (1 + int(state.get_memo(_older_key(sheet.id, row.id), 0)))
        changes = list(snapshot.changes(sheet.id, row.id))
        for change in reversed(changes[-most:]):
            day = f"{date_text(change.revision.made_at, language)} {change.revision.made_at:%H:%M} UTC"
            st.caption(f"{day} · {safe(change.revision.author)} · {safe(change_in_words(snapshot, change, language))}")
        if len(changes) > most:
            with st.container(horizontal=True, vertical_alignment="center"):
                st.caption(t("The newest {count} are shown.", count=most))
                st.button(
                    t("Show older ones"),
                    key=f"older.{sheet.id}.{row.id}",
                    type="tertiary",
                    icon=":material/expand_more:",
                    on_click=_older,
                    args=(sheet.id, row.id),
                )


def _older_key(sheet_id: str, row_id: str) -> str:
    return f"older_changes.{state.plan_key()}.{sheet_id}.{row_id}"


def _older(sheet_id: str, row_id: str) -> None:
    key = _older_key(sheet_id, row_id)
    state.put_memo(key, int(state.get_memo(key, 0)) + 1)
