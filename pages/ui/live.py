"""Notice what others do: when the journal has moved on by another hand, the page is drawn anew."""

from __future__ import annotations

import streamlit as st

from pages.ui import state


def watch() -> None:
    """Look every few seconds; cheap, since the journal is in memory."""
    seen = state.workbook().seq
    state.put_memo("seen_seq", seen)
    _watch(seen)


@st.fragment(run_every=4)
def _watch(seen: int) -> None:
    if state.workbook().seq != state.get_memo("seen_seq", seen):
        st.rerun()
