"""Notice what others do: when the journal has moved on by another hand, the page is drawn anew."""

from __future__ import annotations

import json
import uuid
from pathlib import Path
from typing import Protocol

import streamlit as st

from pages.ui import state
from strategy.errors import StrategyError
from strategy.language import msg


class Busy(Protocol):
    """Something the visitor is busy with and that is behind; it can be drawn anew once it is quiet."""

    @property
    def quiet(self) -> bool: ...


#: How often to look for what others did.
SECONDS = 4
#: Letters of a text that are said again.
_MOST = 1_000
#: Tells this run of the server from those before and after it.
_SERVER = uuid.uuid4().hex


def wait_for(busy: Busy | None) -> None:
    """Draw the page anew as soon as ``busy`` is quiet; ``None``: nothing is behind."""
    state.put_memo("waiting_for", busy)


def watch() -> None:
    """Look every few seconds; cheap, since the journal is in memory."""
    seen = _now()
    state.put_memo("seen", seen)
    _watch(seen)


SCRIPT = Path(__file__).with_name("live.js").read_text(encoding="utf-8")
_tick = st.components.v2.component("watch", js=SCRIPT)


def _lost() -> None:
    """Say what was typed and is not stored, after the server was started anew."""
    try:
        kept = json.loads(state.widget_value("watch").lost)
        number, fields = int(kept["number"]), [(str(label), str(value)) for label, value in kept["fields"]]
    except (TypeError, ValueError, AttributeError, KeyError):
        return
    if number == state.get_memo("heard"):
        return
    state.put_memo("heard", number)
    texts = "; ".join(f"{label}: {value[:_MOST]}" if label else value[:_MOST] for label, value in fields if value.strip())
    state.flash(
        msg(
            "The server was started anew. Look whether what you typed last is there; this may not have been stored: {text}",
            text=texts,
        )
        if texts
        else msg("The server was started anew. Everything shown is stored."),
        "warning" if texts else "info",
    )
    state.put_memo("seen", None)  # the page is drawn anew, and says so


def _ask() -> None:
    """Let the browser ask again after a while.

    A timer there, not `run_every`: it holds still while somebody is typing, so that a redraw never takes a half-typed cell away.
    """
    answer = state.get_memo("answer", 0) + 1  # something new in every answer, or the browser would not hear of it
    state.put_memo("answer", answer)
    _tick(
        data={"seconds": SECONDS, "answer": answer, "heard": state.get_memo("heard"), "server": _SERVER}, key="watch", height=0, on_tick_change=lambda: None, on_lost_change=_lost
    )  # fmt: skip


@st.fragment
def _watch(seen: tuple[int, str] | None) -> None:
    _ask()
    busy: Busy | None = state.get_memo("waiting_for")
    if _now() != state.get_memo("seen", seen) or (busy is not None and busy.quiet):
        st.rerun()


def wait_until_back(key: str) -> None:
    """On a page whose workbook is not in the library: draw it anew as soon as somebody brings the workbook back."""
    state.put_memo("awaited", key)
    _wait_until_back()


@st.fragment
def _wait_until_back() -> None:
    _ask()
    if state.get_memo("awaited") in {entry.key for entry in state.library().entries()}:
        st.rerun()


def _now() -> tuple[int, str] | None:
    """How far the workbook has come and what it is called; None when it is gone, archived or deleted by another hand."""
    try:
        workbook = state.workbook()
        return workbook.seq, workbook.name
    except StrategyError:
        return None
