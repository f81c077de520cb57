"""Whose judgement is entered: the visitor's own, unless a facilitator enters it for somebody else."""

from __future__ import annotations

import streamlit as st

from pages.ui import state
from strategy.method import Worksheet


def choose(sheet: Worksheet, key: str, label: str, help_text: str) -> str:
    """The participant whose rows of ``sheet`` are shown; a name nobody has used yet can be typed."""
    known = [str(row["participant"]) for row in state.snapshot().rows(sheet.id) if row["participant"]]
    known += [str(row["name"]) for row in state.snapshot().rows("participant") if row["name"]]
    people = list(dict.fromkeys([state.author(), *known]))
    state.bind_once(key, state.author())
    chosen: str | None = st.selectbox(label, people, key=key, accept_new_options=True, width=320, help=help_text)
    return str(chosen or "")
