"""One anatomy for every step: what it decides, the evidence, the worksheets, the decisions, the thread."""

from __future__ import annotations

import streamlit as st

from pages.ui import aside, decisions, exhibits, frame, live, sheets, state, thread, views
from pages.ui.conflict import show_conflict
from pages.ui.text import s, t
from strategy.method import Step, shipped_method
from strategy.thread import Readiness


def _views() -> dict[str, str]:
    return {"evidence": t("Evidence"), "worksheets": t("Worksheets"), "decide": t("Decide"), "thread": t("Thread")}


def show(step_id: str) -> None:
    """The page of one step."""
    if state.plan_key() is None:
        st.title(s(shipped_method().step(step_id).title), anchor=False)
    if not frame.needs_plan():
        return
    step = state.snapshot().method.step(step_id)
    ready = state.step_readiness()[step_id]
    _head(step, ready)
    show_conflict()
    view = views.choose(_views(), "evidence", f"view_of_step.{step.id}")
    with st.container(key="step"):
        main, side = st.columns([2.75, 1], gap="medium")
    with main:
        {"evidence": exhibits.show, "worksheets": sheets.show, "decide": decisions.show, "thread": thread.show}[view](step)
    with side:
        aside.show(step, ready)
    live.watch()


def _head(step: Step, ready: Readiness) -> None:
    layer = state.snapshot().method.layer(step.layer)
    title, status = st.columns([2.75, 1], gap="medium", vertical_alignment="bottom")
    with title:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.title(s(step.title), anchor=False, width="content")
            st.badge(s(layer.title), color=layer.tint)
        with st.container(key="outcome"):
            st.markdown(s(step.outcome))
    with status, st.container(key="status"):
        st.progress(
            ready.share,
            text=t("Ready {done} of {total} · open checks: {open}", done=ready.done, total=ready.total, open=len(ready.open)),
        )
        with st.popover(
            t("How to do it"),
            icon=":material/menu_book:",
            type="tertiary",
            width="stretch",
            key="guidance",
            on_change="rerun",
        ) as opened:
            if opened.open:
                _guidance(step)


def _guidance(step: Step) -> None:
    parts = [
        f"**{s(step.decides)}**",
        s(step.outcome),
        s(step.why),
        "\n".join(f"{number}. {s(line)}" for number, line in enumerate(step.how, 1)),
    ]
    if step.questions:
        parts += [f"**{t('Questions for the room')}**", "\n".join(f"- {s(question)}" for question in step.questions)]
    parts += [f"**{s(case.title)}**  \n{s(case.text)}" for case in step.cases]
    st.markdown("\n\n".join(parts))
