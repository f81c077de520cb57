"""Notice what others do: when the journal has moved on by another hand, the page is drawn anew."""

from __future__ import annotations

from typing import Protocol

import streamlit as st

from pages.ui import state
from strategy.errors import StrategyError


class Busy(Protocol):
    """Something the visitor is busy with and that is behind; it can be drawn anew once it is quiet."""

    @property
    def quiet(self) -> bool: ...


#: How often to look for what others did.
SECONDS = 4


def wait_for(busy: Busy | None) -> None:
    """Draw the page anew as soon as ``busy`` is quiet; ``None``: nothing is behind."""
    state.put_memo("waiting_for", busy)


def watch() -> None:
    """Look every few seconds; cheap, since the journal is in memory."""
    seen = _now()
    state.put_memo("seen", seen)
    _watch(seen)


_TICK = """
const timers = new WeakMap();
export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  clearInterval(timers.get(parentElement));
  const look = () => {
    const at = document.activeElement;
    const typing = at && (at.tagName === "TEXTAREA" || (at.tagName === "INPUT" && !["checkbox", "radio"].includes(at.type)));
    if (!typing && !document.hidden) setTriggerValue("tick", Date.now());
  };
  const timer = setInterval(look, data.seconds * 1000);
  timers.set(parentElement, timer);
  return () => clearInterval(timer);
}
"""


@st.fragment
def _watch(seen: tuple[int, str] | None) -> None:
    # A timer in the browser, not `run_every`: it holds still while somebody is typing, so that a redraw never takes a half-typed
    # cell away.
    tick = st.components.v2.component("watch", js=_TICK)
    tick(data={"seconds": SECONDS}, key="watch", height=0, on_tick_change=lambda: None)
    busy: Busy | None = state.get_memo("waiting_for")
    if _now() != state.get_memo("seen", seen) or (busy is not None and busy.quiet):
        st.rerun()


def _now() -> tuple[int, str] | None:
    """How far the workbook has come and what it is called; None when it is gone, archived or deleted by another hand."""
    try:
        workbook = state.workbook()
        return workbook.seq, workbook.name
    except StrategyError:
        return None
