"""Links inside the workbook: to a step, a worksheet, a row.

They are buttons without a frame, because a page link to the page one is on looks chosen, and cuts long labels off.
"""

from __future__ import annotations

import streamlit as st

from pages.registry import STEP_PAGES
from pages.ui import state
from pages.ui.text import t
from strategy.thread.graph import Node


def _go(page: str, address: dict[str, str | None]) -> None:
    st.switch_page(page, query_params=state.address(**address))


def _link(page: str, label: str, key: str, icon: str | None, help: str | None, **address: str | None) -> None:
    st.button(label, key=f"link.{key}", type="tertiary", icon=icon, help=help, wrap=True, on_click=_go, args=(page, address))


def step_link(step_id: str, label: str, key: str, icon: str | None = None, view: str | None = None) -> None:
    """A link to a step, in one of its views."""
    _link(STEP_PAGES[step_id][0], label, key, icon, None, view=view)


def go_to(node: Node, key: str, step_id: str | None = None) -> None:
    """A small arrow to the very row, to stand behind a text that says what is there."""
    row_link(node, "", key, ":material/arrow_forward:", step_id, t("Go there"))


def row_link(
    node: Node, label: str, key: str, icon: str | None = None, step_id: str | None = None, help: str | None = None
) -> None:
    """A link to the very row, in the step that holds its worksheet; an empty row id means the worksheet."""
    worksheet, row_id = node
    snapshot = state.snapshot()
    if worksheet == "decision":
        row = snapshot.row(worksheet, row_id)
        target, view = str(row["step"]) if row and row["step"] else step_id, "decide"
    else:
        step = snapshot.method.step_of(worksheet)
        target, view = step.id if step else step_id, "worksheets"
    if target in STEP_PAGES:
        _link(STEP_PAGES[target][0], label, key, icon, help, view=view, sheet=worksheet, row=row_id or None)
    else:
        st.markdown(label)
