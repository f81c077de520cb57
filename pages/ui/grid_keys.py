"""Keep what is typed into a table cell when the browser is busy.

The grid behind `st.data_editor` looks after every key, in a timer, whether the cell is to be closed. On a busy browser the timer of
the last letter can come after the Enter that follows it, sees that the cell is closing, and closes it without the text. So the grid's
cell editor is not told of keys that only type; the browser puts them into the field all the same.
"""

from __future__ import annotations

import streamlit as st

_SCRIPT = """
const CLOSING = ["Enter", "Tab", "Escape"];

function onlyTypes(event) {
  const field = event.target;
  if (!(field instanceof HTMLElement) || !field.closest("#portal .gdg-clip-region")) return false;
  if (field.tagName === "TEXTAREA") return !CLOSING.includes(event.key);
  // A field for numbers or dates has keys of its own, such as the arrows; a list to choose from has more, and is left alone.
  return field.tagName === "INPUT" && field.getAttribute("role") !== "combobox" && event.key.length === 1;
}

export default function () {
  if (window.ninefoldGridKeys) return;
  window.ninefoldGridKeys = true;
  document.addEventListener("keydown", (event) => { if (onlyTypes(event)) event.stopPropagation(); }, true);
}
"""


def keep() -> None:
    """Look after the keys on this page. Draws nothing."""
    st.components.v2.component("grid_keys", js=_SCRIPT)(key="grid_keys", height=0)
