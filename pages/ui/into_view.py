"""What a link leads to is brought into view.

On a phone the checks stand below everything else and a row's fields above them: a link would change the page out of sight. Streamlit
(1.67) leaves the page scrolled as it was. ``into_view.js`` scrolls once for each link that was followed.
"""

from __future__ import annotations

import re
import uuid
from pathlib import Path

import streamlit as st

from pages.ui import state

_component = st.components.v2.component("into_view", js=Path(__file__).with_name("into_view.js").read_text(encoding="utf-8"))


def row_key(worksheet: str, row_id: str) -> str:
    """The key of the container that holds all fields of a row."""
    return f"row.{worksheet}.{row_id}"


def bring(worksheet: str | None = None, row_id: str | None = None) -> None:
    """In what a click calls: bring the fields of a row into view in the next run; without a row, the head of the page."""
    row = re.sub(r"[^a-zA-Z0-9_-]", "-", row_key(worksheet, row_id)) if worksheet and row_id else None
    state.put_memo("arrival", {"number": uuid.uuid4().hex, "row": row})


def keep() -> None:
    """On every page. Draws nothing."""
    if state.get_memo("arrival") is None and state.author():
        _arrive_by_address()
    _component(data={"arrival": state.get_memo("arrival")}, key="into_view", height=0)


def _arrive_by_address() -> None:
    """At the first run of a visit: an address somebody sent leads to its row as a link does. Without a row, nothing is moved later either."""
    row, sheet = state.here("row"), "decision" if state.here("view") == "decide" else state.here("sheet")
    if row and sheet:
        bring(sheet, row)
    else:
        state.put_memo("arrival", {"number": "", "row": None})
