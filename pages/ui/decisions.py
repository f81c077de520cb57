"""The decisions of a step: statement, reason, what was rejected, and the evidence they were taken on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import streamlit as st

from pages.ui import into_view, state, tables
from pages.ui.aside import status_title
from pages.ui.exhibits import settings_on_screen
from pages.ui.forms import row_form
from pages.ui.text import s, safe, t, unbroken
from strategy.exhibits import evidence_of, present, spec
from strategy.language import Speaks, msg, number
from strategy.method import Step
from strategy.thread import Drift, drifted, furthest
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
    """What the decision was taken on, what of it has moved, and the exhibits it can be kept from."""
    moved = {drift.exhibit: drift for drift in furthest(of_decision(row.id))}
    kept = row.get("evidence", [])
    for place, item in enumerate(kept):
        exhibit_id, settings = item.get("exhibit", ""), dict(item.get("settings", {}))
        # A script may have kept an exhibit twice, under different settings.
        again = any(earlier.get("exhibit") == exhibit_id for earlier in kept[:place])
        key = f"{row.id}.{exhibit_id}.{place}" if again else f"{row.id}.{exhibit_id}"
        with st.container(horizontal=True, vertical_alignment="center", wrap=False):
            st.markdown(f":material/query_stats: {safe(item.get('title', {}).get(state.language(), exhibit_id))}", width="stretch")
            st.button(
                "",
                key=f"drop.{key}",
                icon=":material/close:",
                help=t("Take this evidence off the decision"),
                type="tertiary",
                on_click=_drop,
                args=(row.id, exhibit_id, settings),
            )
        if exhibit_id in moved:
            st.caption(f":material/trending_down: {moved_in_words(moved[exhibit_id])}")
            st.button(
                t("Reviewed: keep the figures of today"),
                key=f"renew.{key}",
                icon=":material/task_alt:",
                on_click=_keep,
                args=(row.id, exhibit_id, settings),
            )
    with st.popover(
        t("Keep evidence with this decision"), icon=":material/attach_file:", type="tertiary", key=f"evidence.{row.id}"
    ):
        st.caption(
            t("Keeps the key figures as they stand now, under the settings you last chose. When they move, the decision says so.")
        )
        for exhibit_id in step.exhibits:
            st.button(s(spec(exhibit_id).name), key=f"keep.{row.id}.{exhibit_id}", on_click=_keep, args=(row.id, exhibit_id))


def of_decision(row_id: str) -> list[Drift]:
    """Every figure of a decision's evidence that has moved."""
    return [drift for drift in drifted(state.snapshot(), state.figures()) if drift.decision.id == row_id]


def moved_in_words(drift: Drift) -> str:
    """What has moved, as Markdown."""
    return t(
        "The evidence has moved since: {figure} was {before} and is now {after}.",
        figure=safe(s(drift.figure_title)),
        before=_value(drift.before, drift.before_said),
        after=_value(drift.after, drift.after_said),
    )


def _value(value: float | None, said: Speaks | None) -> str:
    if value is None:
        return t("not available")
    return s(said) if said else number(value, state.language())


@state.callback
def _keep(row_id: str, exhibit_id: str, settings: dict[str, Any] | None = None) -> None:
    """Keep an exhibit's figures of now, under the settings given, else those on the visitor's screen."""
    snapshot = state.snapshot()
    wanted = settings_on_screen(exhibit_id) if settings is None else settings
    shown = state.guarded(lambda: present(exhibit_id, snapshot, state.workbook().cursor, wanted))
    row = state.snapshot().row("decision", row_id)  # as it stands now: while the figures were computed, others may have kept theirs
    if shown is None or row is None:
        return
    fresh = evidence_of(shown, snapshot) | {"kept_on": dt.date.today().isoformat()}
    kept = row.get("evidence", [])
    places = [place for place, item in enumerate(kept) if _is_of(item, exhibit_id, settings)]
    after = [fresh if place in places[:1] else item for place, item in enumerate(kept) if place not in places[1:]]
    if state.commit([Put("decision", row_id, {"evidence": after if places else [*kept, fresh]}, row.version)]):
        state.flash(msg("The evidence is kept with the decision."))


def _is_of(item: Mapping[str, Any], exhibit_id: str, settings: Mapping[str, Any] | None) -> bool:
    """Whether evidence is of an exhibit, under ``settings`` where they are given."""
    return item.get("exhibit") == exhibit_id and (settings is None or item.get("settings", {}) == settings)


@state.callback
def _drop(row_id: str, exhibit_id: str, settings: dict[str, Any]) -> None:
    """Take the evidence of an exhibit under these settings off a decision."""
    row = state.snapshot().row("decision", row_id)
    if row is None:
        return
    left = [item for item in row.get("evidence", []) if not _is_of(item, exhibit_id, settings)]
    if state.commit([Put("decision", row_id, {"evidence": left}, row.version)]):
        state.flash(msg("The evidence is off the decision. Undo is on the history page."), "info")
