"""Two people changed the same field: show both values and let the second one choose."""

from __future__ import annotations

from typing import Any

import streamlit as st

from pages.ui import state
from pages.ui.text import s, safe, t
from strategy.errors import Collision, Conflict
from strategy.thread.wording import Cell
from strategy.workbook import Put


def _in_words(worksheet: str, collision: Collision, value: Any) -> str:
    snapshot = state.snapshot()
    spec = snapshot.method.worksheet(worksheet)
    return safe(s(Cell(snapshot, spec, spec.column(collision.field), value)))


def _first() -> Conflict | None:
    """The conflict this visitor is asked about; those behind it wait for their turn."""
    return next(iter(state.conflicts()), None)


def show_conflict() -> None:
    """The open conflict of this visitor, if there is one."""
    conflict = _first()
    if conflict is None:
        return
    snapshot = state.snapshot()
    row = snapshot.row(conflict.worksheet, conflict.row_id)
    state.put_memo("conflict_seen", row.version if row else None)
    label = snapshot.label(conflict.worksheet, conflict.row_id, state.language())
    if state.get_memo("conflict_told") is not conflict:  # whoever types far below sees only that the text is another's now
        state.put_memo("conflict_told", conflict)
        told = t("Somebody else changed “{row}” too. Both versions stand at the top of the page.", row=safe(label))
        st.toast(told, icon=":material/sync_problem:", duration="long")
    with st.container(border=True, key="conflict"):
        st.warning(
            safe(s(conflict.what)), title=t("Somebody else changed “{row}” too", row=safe(label)), icon=":material/sync_problem:"
        )
        for collision in conflict.collisions:
            column = snapshot.method.worksheet(conflict.worksheet).column(collision.field)
            st.markdown(
                t(
                    "**{column}** was {base}. {author} wrote **{theirs}**, you wrote **{yours}**.",
                    column=s(column.title),
                    base=_in_words(conflict.worksheet, collision, collision.base),
                    author=safe(conflict.author_name),
                    theirs=_in_words(conflict.worksheet, collision, collision.theirs),
                    yours=_in_words(conflict.worksheet, collision, collision.yours),
                )
            )
        with st.container(horizontal=True):
            st.button(t("Keep theirs"), key="keep_theirs", on_click=state.clear_conflict)
            st.button(t("Use mine"), key="use_mine", type="primary", on_click=_use_mine)


@state.callback
def _use_mine() -> None:
    conflict = _first()
    state.clear_conflict()
    if conflict:
        values = {collision.field: collision.yours for collision in conflict.collisions}
        # As it was seen: a third value, stored while the two were compared, is one more to be compared.
        state.commit([Put(conflict.worksheet, conflict.row_id, values, state.get_memo("conflict_seen"))])
