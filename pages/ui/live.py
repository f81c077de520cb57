"""Notice what others do: when the journal has moved on by another hand, the page is drawn anew."""

from __future__ import annotations

import json
import uuid
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


#: Looks that get no answer, though the server answers, tell that it was started anew and knows nothing of this page: its texts may be
#: shown and not stored. Then the page is loaded again, and what was typed since the last answer is passed on to it.
SCRIPT = """
const UNANSWERED = 3, UNDERWAY = 1500, SENT = 150, KEPT = "ninefold_not_stored";
const isField = (at) => at && (at.tagName === "TEXTAREA" || (at.tagName === "INPUT" && !["checkbox", "radio"].includes(at.type)));
const state = () => document.querySelector("[data-testid=stApp]")?.dataset.testScriptState;
// The script may be loaded more than once in a visit; what was typed must be known to all of them.
const page = (window.ninefoldWatch ??= { typed: new Map(), asked: 0, used: -UNDERWAY, began: 0, listens: false });
const leave = () => { for (const text of page.typed.values()) text.left = Math.min(text.left, performance.now()); };
const use = ({ type, key, target }) => {
  page.used = performance.now();
  if (type === "pointerdown" ? !page.typed.has(target) : ["Enter", "Tab", "Escape"].includes(key)) leave();
};
const note = ({ target: at }) => {
  if (isField(at)) page.typed.set(at, { label: at.ariaLabel || "", sent: at.closest("#portal") ? SENT : 0, left: Infinity });
};
const begin = () => { if (state() === "running") page.began = performance.now(); };
if (!page.listens) {
  for (const kind of ["keydown", "pointerdown"]) document.addEventListener(kind, use, true);
  document.addEventListener("focusout", leave, true);
  document.addEventListener("input", note, true);
  const states = { subtree: true, attributes: true, attributeFilter: ["data-test-script-state"] };
  new MutationObserver(begin).observe(document.body, states);
  page.listens = true;
}
// A run hears of what was left before it began; a cell is sent a moment after.
const hear = () => { for (const [field, { left, sent }] of page.typed) if (left + sent < page.began) page.typed.delete(field); };
const alive = () => fetch("health", { cache: "no-store" }).then((answer) => answer.ok, () => false);
const loadAgain = async () => {
  if (!(await alive())) return;
  // A server that is slow to begin may not have heard yet of what the page before this one passed on.
  const passedOn = JSON.parse(sessionStorage.getItem(KEPT))?.fields ?? [];
  const fields = [...passedOn, ...[...page.typed].map(([field, { label }]) => [label, field.value])];
  sessionStorage.setItem(KEPT, JSON.stringify({ number: Date.now(), fields }));
  location.reload();
};
export default function (component) {
  const { data, setTriggerValue } = component;
  // Drawn by another server than the page was, as when a change made meanwhile is said to the new one: it may have kept nothing of it.
  page.server ??= data.server;
  const anew = data.server !== page.server;
  // Streamlit also draws when it loses the server and finds it again. Only an answer tells that what was typed has been heard.
  if (!anew && data.answer !== page.answered) {
    page.asked = 0;
    hear();
  }
  page.answered = data.answer;
  // Kept until the server has heard of it: what the browser says while a page is drawn anew may be overtaken.
  const kept = sessionStorage.getItem(KEPT);
  if (kept && JSON.parse(kept).number === data.heard) sessionStorage.removeItem(KEPT);
  else if (kept) setTriggerValue("lost", kept);
  const look = () => {
    if (sessionStorage.getItem(KEPT)) setTriggerValue("lost", sessionStorage.getItem(KEPT));
    const running = state() !== "notRunning";
    // A table sends a cell a moment after it was left: a page drawn anew in between would take the cell away.
    const underway = performance.now() - page.used < UNDERWAY;
    if (isField(document.activeElement) || document.hidden || running || underway) return;
    page.asked += 1;
    if (anew || page.asked > UNANSWERED) loadAgain();
    setTriggerValue("tick", Date.now());
  };
  clearInterval(page.timer);
  const timer = (page.timer = setInterval(look, data.seconds * 1000));
  return () => clearInterval(timer);
}
"""
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
