"""The views of a page: which one stands in the address, so that a link opens it."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from pages.ui import state
from pages.ui.text import t


def choose(names: Mapping[str, str], default: str, key: str) -> str:
    """Let the visitor choose one of ``names`` (id -> name) and return the id of the view to show.

    ``key`` is one page's own: Streamlit (1.67) keeps the value of a key two pages share, but tells the browser only of a new one, and on
    the second page nothing would look chosen.
    """
    asked = state.here("view")
    view = asked if asked is not None and asked in names else default
    state.bind(key, view)
    st.segmented_control(
        t("View"),
        list(names),
        format_func=lambda item: names.get(item, item),
        key=key,
        on_change=_chosen,
        args=(key,),
        required=True,
        label_visibility="collapsed",
        width="stretch",
        wrap=False,
    )
    return view


@state.callback
def _chosen(key: str) -> None:
    state.set_here(view=state.widget_value(key), sheet=None, row=None)
