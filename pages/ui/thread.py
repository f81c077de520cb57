"""The thread of a step: what it builds on, what depends on it, what needs review, and every open check."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st

from pages.ui import focus, options, state, tables
from pages.ui.aside import list_checks
from pages.ui.decisions import moved_in_words
from pages.ui.links import row_link
from pages.ui.text import paired, s, safe, t
from strategy.method import Step
from strategy.thread import Drift, drifted, furthest, rested_on, resting_on, rows_of, stale
from strategy.thread.graph import Node
from strategy.workbook import Review

SHOWN = 12


def show(step: Step) -> None:
    snapshot = state.snapshot()
    _leading()
    moved = [drift for drift in furthest(drifted(snapshot, state.figures())) if drift.decision["step"] == step.id]
    _review([node for node in rows_of(step, snapshot) if node in stale(snapshot)], moved)
    _checks(step)
    left, right = st.columns(2, gap="medium")
    with left:
        _rows(t("Builds on"), rested_on(step, snapshot), t("Nothing earlier yet."), "upstream")
    with right:
        _rows(t("What depends on it"), resting_on(step, snapshot), t("Nothing later yet."), "downstream")


def _leading() -> None:
    """Which segment leads every list below, and the way back."""
    segment = focus.focus()
    if segment is None:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        name = safe(state.snapshot().short(segment, state.language()))
        st.markdown(
            f":material/filter_center_focus: {t('What is about {segment} comes first, marked with a dot.', segment=f'**{name}**')}"
        )
        st.button(t("All segments"), key="all_segments.thread", icon=":material/filter_alt_off:", on_click=focus.clear)


def _review(nodes: list[Node], moved: list[Drift]) -> None:
    """What stands on something that has changed: rows on other rows, decisions on evidence."""
    nodes = focus.leading(nodes, focus.focus(), lambda node: node)
    st.subheader(t("Review needed"), anchor=False)
    if not nodes and not moved:
        st.caption(t("Everything here stands on what it was built on."))
    for node in nodes:
        with st.container(border=True, key=f"stale.{node[0]}.{node[1]}"):
            row_link(node, focus.dot(node) + safe(name_of(node)), f"stale.{node[0]}.{node[1]}", ":material/update:")
            for reason in stale(state.snapshot())[node]:
                st.caption(safe(s(reason.message)))
            st.button(
                t("Reviewed: it still holds"),
                key=f"still.{node[0]}.{node[1]}",
                icon=":material/task_alt:",
                on_click=state.save,
                args=([Review(*node)],),
            )

    for row_id in dict.fromkeys(drift.decision.id for drift in moved):
        node = ("decision", row_id)
        with st.container(border=True, key=f"moved.{row_id}"):
            row_link(node, focus.dot(node) + safe(name_of(node)), f"moved.{row_id}", ":material/trending_down:")
            for drift in moved:
                if drift.decision.id == row_id:
                    st.caption(moved_in_words(drift))


def _checks(step: Step) -> None:
    st.subheader(t("Open checks"), anchor=False)
    list_checks(state.step_readiness()[step.id], "thread")


def name_of(node: Node) -> str:
    """A row by worksheet and label."""
    snapshot = state.snapshot()
    sheet = snapshot.method.worksheet(node[0])
    return paired(s(sheet.title), tables.row_name(sheet, node[1]))


def _rows(heading: str, nodes: Sequence[Node], empty: str, where: str) -> None:
    st.subheader(heading, anchor=False)
    if not nodes:
        st.caption(empty)
    groups: dict[str, list[Node]] = {}
    for node in focus.leading(nodes, focus.focus(), lambda node: node):
        groups.setdefault(node[0], []).append(node)
    for worksheet, members in groups.items():
        sheet = state.snapshot().method.worksheet(worksheet)
        st.markdown(f"**{s(sheet.title)}** · {len(members)}")
        names = options.of_rows(worksheet, [row_id for _, row_id in members], partial(tables.row_name, sheet))
        for node in members[:SHOWN]:
            row_link(node, focus.dot(node) + safe(names[node[1]]), f"{where}.{node[0]}.{node[1]}")
        if len(members) > SHOWN:
            st.caption(t("{count} more", count=len(members) - SHOWN))
