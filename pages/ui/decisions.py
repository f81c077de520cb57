"""The decisions of a step: statement, reason, what was rejected, and the evidence they were taken on."""

from __future__ import annotations

import datetime as dt
from typing import Any

import streamlit as st

from pages.ui import into_view, state, tables
from pages.ui.aside import status_title
from pages.ui.forms import row_form
from pages.ui.text import s, safe, t, unbroken
from strategy.errors import NoData
from strategy.exhibits import evidence_of, present, spec
from strategy.language import msg, number
from strategy.method import Step
from strategy.thread import drifted
from strategy.workbook import Put, Row


def show(step: Step) -> None:
    snapshot = state.snapshot()
    sheet = snapshot.method.worksheet("decision")
    rows = [row for row in snapshot.rows("decision") if row["step"] == step.id]
    st.markdown(s(step.decides))
    for row in rows:
        _card(step, row)
    if not rows:
        st.info(
            t("Write the decision as one sentence the room can repeat. Then say why, and what was rejected."),
            icon=":material/gavel:",
        )
    st.button(
        t("Add a decision"),
        key=f"add_decision.{step.id}",
        type="secondary" if rows else "primary",
        icon=":material/add:",
        on_click=_add,
        args=(step.id,),
    )
    focus = state.here("row")
    if focus in [row.id for row in rows] and focus:
        row_form(sheet, focus, skip=("step",))
    elif focus:
        st.info(t("This row has been deleted, or was never here."), icon=":material/delete:")


@state.callback
def _add(step_id: str) -> None:
    targets = [row.id for row in state.snapshot().targets]
    values: dict[str, Any] = {"step": step_id, "status": "draft", "segments": targets}
    row_id = tables.add_row("decision", values)
    if row_id:
        state.set_here(view="decide", row=row_id)
        into_view.bring("decision", row_id)


def _card(step: Step, row: Row) -> None:
    open_now = state.here("row") == row.id
    with st.container(border=True, key=f"decision.{row.id}"):
        with st.container(horizontal=True, vertical_alignment="center"):
            color = {"agreed": "green", "proposed": "blue"}.get(row.get("status", "draft"), "gray")
            st.badge(status_title(row), color=color)  # type: ignore[arg-type]
            if row["owner"]:
                st.caption(t("Owner {owner}", owner=safe(row["owner"])) + (f" · {unbroken(row['due'])}" if row["due"] else ""))
        st.markdown(f"#### {safe(row.get('statement') or t('Untitled decision'))}")
        if row["reason"]:
            st.markdown(safe(row["reason"]))
        _evidence(step, row)
        st.button(
            t("Close") if open_now else t("Edit"),
            key=f"open.{row.id}",
            icon=":material/expand_less:" if open_now else ":material/edit:",
            on_click=_toggle,
            args=(row.id, open_now),
        )


def _toggle(row_id: str, open_now: bool) -> None:
    state.set_here(view="decide", row=None if open_now else row_id)
    if not open_now:
        into_view.bring("decision", row_id)


def _evidence(step: Step, row: Row) -> None:
    kept = row.get("evidence", [])
    moved = {
        (drift.exhibit, drift.figure): drift for drift in drifted(state.snapshot(), state.figures()) if drift.decision.id == row.id
    }
    for item in kept:
        title = item.get("title", {}).get(state.language(), item.get("exhibit", ""))
        st.markdown(f":material/query_stats: {safe(title)}")
        changed = [drift for key, drift in moved.items() if key[0] == item.get("exhibit")]
        if changed:
            first = changed[0]
            before = s(first.before_said) if first.before_said else number(first.before, state.language())
            after = s(first.after_said) if first.after_said else number(first.after, state.language())
            st.caption(
                ":material/trending_down: "
                + t(
                    "The evidence has moved since: {figure} was {before} and is now {after}.",
                    figure=safe(s(first.figure_title)),
                    before=before,
                    after=after,
                )
            )
    with st.popover(
        t("Keep evidence with this decision"), icon=":material/attach_file:", type="tertiary", key=f"evidence.{row.id}"
    ):
        st.caption(t("Keeps the key figures as they stand now. When they move, the decision says so."))
        for exhibit_id in step.exhibits:
            st.button(s(spec(exhibit_id).name), key=f"keep.{row.id}.{exhibit_id}", on_click=_keep, args=(row.id, exhibit_id))


@state.callback
def _keep(row_id: str, exhibit_id: str) -> None:
    snapshot = state.snapshot()
    row = snapshot.row("decision", row_id)
    if row is None:
        return
    try:
        shown = state.guarded(lambda: present(exhibit_id, snapshot, state.workbook().cursor))
    except NoData:
        shown = None
    if shown is None:
        return
    fresh = evidence_of(shown, snapshot) | {"kept_on": dt.date.today().isoformat()}
    others = [item for item in row.get("evidence", []) if item.get("exhibit") != exhibit_id]
    if state.commit([Put("decision", row_id, {"evidence": [*others, fresh]})]):
        state.flash(msg("The evidence is kept with the decision."))
