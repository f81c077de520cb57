"""Customer data: import purchases, confirm what was understood, find segments and adopt them."""

from __future__ import annotations

import streamlit as st

from pages.ui import frame, live, off_the_page, state, views
from pages.ui.data import attributes, clusters, confirm, connect, customers, future, groups, interactions, moved, quality, segments
from pages.ui.text import t


def page() -> None:
    st.title(t("Customer data"), anchor=False)
    if not frame.needs_plan():
        return
    st.markdown(
        t("Purchases go in, segments come out. Every figure says where it comes from, and nothing is stored before you confirm it.")
    )
    has_data = state.snapshot().data_version > 0
    names = {
        "import": t("Import and quality"),
        "segments": t("Segments"),
        "clusters": t("Clusters"),
        "groups": t("Groups"),
        "future": t("Expected value"),
        "customers": t("Single customers"),
    }
    view = views.choose(names, "segments" if has_data else "import", "data_view")
    if view == "segments":
        segments.show()
    elif view == "clusters":
        clusters.show()
    elif view == "groups":
        groups.show()
    elif view == "customers":
        customers.show()
    elif view == "future":
        future.show()
    else:
        confirm.show()
        attributes.show()
        interactions.show()
        connect.show()
        quality.show()
        moved.show()
    live.watch()
    off_the_page.are_back()


page()
