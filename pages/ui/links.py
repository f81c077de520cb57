"""Links inside the workbook: to a step, a worksheet, a row.

They are buttons, because a page link to the page one is on looks chosen, and cuts long labels off.
"""

from __future__ import annotations

import streamlit as st

from pages.registry import STEP_PAGES
from pages.ui import focus, into_view, state
from pages.ui.text import t
from strategy.thread.graph import Node


def _go(page: str, address: dict[str, str | None]) -> None:
    into_view.bring(address.get("sheet"), address.get("row"))
    st.switch_page(page, query_params=state.address(**address))


def _arrow(page: str, key: str, **address: str | None) -> None:
    st.button(
        "",
        key=f"link.{key}",
        type="tertiary",
        icon=":material/arrow_forward:",
        help=t("Go there"),
        on_click=_go,
        args=(page, address),
    )


def step_link(
    step_id: str, label: str, key: str, icon: str | None = None, view: str | None = None, exhibit: str | None = None
) -> None:
    """A link to a step, in one of its views, at one of its exhibits; a step that has no page, as in a team's own method, is named."""
    if step_id not in STEP_PAGES:
        st.markdown(f"{icon} {label}" if icon else label)
        return
    page, address = STEP_PAGES[step_id][0], {"view": view, "exhibit": exhibit}
    st.button(label, key=f"link.{key}", type="tertiary", icon=icon, wrap=True, on_click=_go, args=(page, address))


def row_link(node: Node, label: str, key: str, icon: str | None = None, step_id: str | None = None) -> None:
    """A line of Markdown and an arrow to the very row it speaks of; an empty row id means the worksheet."""
    worksheet, row_id = node
    snapshot = state.snapshot()
    if worksheet == "decision":
        row = snapshot.row(worksheet, row_id)
        target, view = str(row["step"]) if row and row["step"] else step_id, "decide"
    else:
        step = snapshot.method.step_of(worksheet)
        target, view = step.id if step else step_id, "worksheets"
    text = f"{icon} {label}" if icon else label
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", wrap=False):
        st.markdown(text, width="stretch")
        if target in STEP_PAGES:
            # The segment in focus stays in focus on the way to one of its own rows.
            segment = focus.focus()
            kept = segment if focus.concerns(node, segment) else None
            _arrow(STEP_PAGES[target][0], key, view=view, sheet=worksheet, row=row_id or None, segment=kept)
