"""One step back in the browser leads to the page one came from.

Streamlit (1.67) writes each change of the address as an entry of its own: the query before a page changes, the page, and what the
frame then completes. The way back would lead through places nobody has been at. ``one_step_back.js`` makes one entry of them.
"""

from __future__ import annotations

from pathlib import Path

import streamlit as st

SCRIPT = Path(__file__).with_name("one_step_back.js").read_text(encoding="utf-8")
_component = st.components.v2.component("one_step_back", js=SCRIPT)


def keep() -> None:
    """On every page. Draws nothing."""
    _component(data={}, key="one_step_back", height=0)
