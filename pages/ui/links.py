"""Links inside the workbook: to a step, a worksheet, a row."""

from __future__ import annotations

import streamlit as st

from pages.registry import STEP_PAGES
from pages.ui import state
from strategy.thread.graph import Node


def step_link(step_id: str, label: str, icon: str | None = None, view: str | None = None, help: str | None = None) -> None:
    st.page_link(STEP_PAGES[step_id][0], label=label, icon=icon, help=help, query_params=state.address(view=view))


def row_link(node: Node, label: str, icon: str | None = None, step_id: str | None = None, help: str | None = None) -> None:
    """A link to the very row, in the step that holds its worksheet."""
    worksheet, row_id = node
    snapshot = state.snapshot()
    if worksheet == "decision":
        row = snapshot.row(worksheet, row_id)
        target, view = (str(row["step"]) if row and row["step"] in STEP_PAGES else step_id or "step_1"), "decide"
    else:
        step = snapshot.method.step_of(worksheet)
        target, view = (step.id if step else step_id or "step_1"), "worksheets"
    if target not in STEP_PAGES:
        st.markdown(label)
        return
    query = state.address(view=view, sheet=worksheet, row=row_id)
    st.page_link(STEP_PAGES[target][0], label=label, icon=icon, help=help, query_params=query)
