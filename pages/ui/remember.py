"""Let the browser keep a visitor's name and language, so that they are asked once."""

from __future__ import annotations

from urllib.parse import quote

import streamlit as st

from pages.ui import state

_SCRIPT = """
export default function (component) {
  for (const [name, value] of Object.entries(component.data.cookies)) {
    document.cookie = `${name}=${value}; path=/; max-age=31536000; SameSite=Lax`;
  }
}
"""
_keep = st.components.v2.component("remember", js=_SCRIPT)


def pass_on() -> None:
    """Hand what is to be remembered to the browser. Draws nothing."""
    waiting = state.take_to_remember()
    if waiting:
        _keep(data={"cookies": {name: quote(value) for name, value in waiting.items()}}, key="remember", height=0)
