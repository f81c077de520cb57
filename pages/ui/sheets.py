"""The worksheets of a step: what each is for, its table edited in place, and one row in full."""

from __future__ import annotations

import streamlit as st

from pages.ui import focus, from_file, kano_room, options, pairs, scoring, state, tables, thirty
from pages.ui.forms import row_form
from pages.ui.text import s, t
from strategy.method import Step, Worksheet
from strategy.thread import unseen


def show(step: Step) -> None:
    sheets = {sheet.id: sheet for sheet in step.worksheets}
    if not sheets:
        st.info(t("This step has no worksheet."))
        return
    asked = state.here("sheet")
    chosen = asked if asked in sheets else next(iter(sheets))
    key = f"sheet.{step.id}"
    state.bind(key, chosen)
    st.pills(
        t("Worksheet"),
        list(sheets),
        format_func=lambda item: _title(sheets[item]),
        key=key,
        on_change=_chosen,
        args=(key,),
        required=True,
        label_visibility="collapsed",
        wrap=True,
    )
    show_worksheet(sheets[chosen])


def _title(sheet: Worksheet) -> str:
    count = len(state.snapshot().rows(sheet.id))
    return f"{s(sheet.title)} · {count}" if count else s(sheet.title)


@state.callback
def _chosen(key: str) -> None:
    state.set_here(sheet=state.widget_value(key), row=None)


def show_worksheet(sheet: Worksheet) -> None:
    """Purpose, table, and the row in focus."""
    st.markdown(s(sheet.why))
    st.caption(f":material/groups: {s(sheet.how)}")
    if sheet.id == "thirty_second" and not thirty.show(sheet):
        return
    if pairs.applies(sheet) and _as_grid(sheet, t("My pairs")):
        pairs.edit(sheet)
        return
    if kano_room.applies(sheet) and _as_grid(sheet, t("My judgement")):
        kano_room.edit(sheet)
        return
    if scoring.applies(sheet) and _as_grid(sheet, t("My scores")):
        scoring.edit(sheet)
        from_file.show(sheet)
        return
    tables.edit(sheet)
    from_file.show(sheet)
    rows = state.snapshot().rows(sheet.id)
    if rows:
        _row_in_full(sheet)


def _as_grid(sheet: Worksheet, mine: str) -> bool:
    """Scores as a grid of one participant, or all rows of everybody; a link to a row shows the rows."""
    key = f"as_grid.{sheet.id}"
    state.bind_once(key, "rows" if state.here("row") else "grid")
    chosen = st.segmented_control(
        t("Show"),
        ("grid", "rows"),
        format_func=lambda item: {"grid": mine, "rows": t("All rows")}[item],
        key=key,
        required=True,
        label_visibility="collapsed",
    )
    return chosen == "grid"


def _row_in_full(sheet: Worksheet) -> None:
    snapshot = state.snapshot()
    asked = state.here("row")
    seen = unseen.visible(snapshot, sheet.id, snapshot.rows(sheet.id))
    chosen = asked if any(row.id == asked for row in seen) else None
    ids = [row.id for row in focus.within(sheet.id, seen, focus.focus())]
    if chosen and chosen not in ids:  # a link leads to a row whatever segment is in focus
        ids.append(chosen)
    key = f"focus.{sheet.id}"
    titles = options.of_rows(sheet.id, ids, lambda row_id: tables.row_name(sheet, row_id))
    state.bind(key, chosen, titles.get(chosen or ""))
    st.selectbox(
        t("One row in full"),
        ids,
        index=None,
        format_func=options.label_of(titles),
        key=key,
        on_change=_focus,
        args=(key,),
        placeholder=t("Choose a row to see all its fields and its history"),
    )
    if chosen:
        row_form(sheet, chosen)
    elif asked and snapshot.row(sheet.id, asked) is None:
        st.info(t("This row has been deleted, or was never here."), icon=":material/delete:")


@state.callback
def _focus(key: str) -> None:
    state.set_here(row=state.widget_value(key))
