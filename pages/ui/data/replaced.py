"""Which purchases leave the workbook, said before others take their place."""

from __future__ import annotations

import streamlit as st

from pages.ui import state
from pages.ui.text import s
from strategy.customers import ConnectedFigures, Understanding
from strategy.language import Message
from strategy.spine import replaced_by


def show(fresh: Understanding | ConnectedFigures, way: Message) -> None:
    """What goes when ``fresh`` takes its place; where days are lost with it, as a warning that says the ``way`` to keep them."""
    going = replaced_by(state.workbook(), fresh)
    if going is None:
        return
    what, loss = s(going.title()), going.loss(way)
    if loss is None:
        st.caption(f":material/swap_horiz: {what}")
    else:
        st.warning(s(loss), title=what, icon=":material/warning:")
