"""Customer data: import purchases, confirm what was understood, find segments and adopt them."""

from __future__ import annotations

import streamlit as st

from pages.ui import frame, live, state
from pages.ui.data import confirm, quality, segments
from pages.ui.text import t

VIEWS = ("import", "segments")


def _chosen() -> None:
    state.set_here(view=state.widget_value("data_view"))


def page() -> None:
    st.title(t("Customer data"), anchor=False)
    if not frame.needs_plan():
        return
    st.markdown(
        t("Purchases go in, segments come out. Every figure says where it comes from, and nothing is stored before you confirm it.")
    )
    has_data = state.snapshot().data_version > 0
    asked = state.here("view")
    view = asked if asked in VIEWS else ("segments" if has_data else "import")
    state.bind("data_view", view)
    st.segmented_control(
        t("View"),
        VIEWS,
        format_func=lambda item: {"import": t("Import and quality"), "segments": t("Segments")}[item],
        key="data_view",
        on_change=_chosen,
        required=True,
        label_visibility="collapsed",
    )
    if view == "segments":
        segments.show()
    else:
        confirm.show()
        quality.show()
    live.watch()


page()
