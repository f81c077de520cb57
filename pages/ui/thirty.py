"""The 30-second test in the room: everybody writes against the clock, unseen by the others, and then all answers side by side."""

from __future__ import annotations

import datetime as dt

import streamlit as st

from pages.ui import boundary, state
from pages.ui.text import s, safe, t
from strategy.method import Worksheet
from strategy.spine.thirty_second import to_write
from strategy.thread.unseen import round_of
from strategy.workbook import Put
from strategy.workbook.drafting import new_row_id

SECONDS = 30
#: A second or two for the way from the browser; what comes later than that was not written in time and is kept all the same.
_LONGEST = 2000

_HTML = '<div class="thirty"></div>'
_CSS = """
.thirty { font-family: var(--st-font); color: var(--st-text-color); display: flex; flex-direction: column; gap: .6rem; }
.thirty button { align-self: flex-start; font: inherit; padding: .5rem 1.1rem; border-radius: var(--st-base-radius, .5rem);
  border: 1px solid var(--st-primary-color); background: var(--st-primary-color); color: #fff; cursor: pointer; }
.thirty textarea { font: inherit; font-size: 1.15rem; min-height: 6.5rem; padding: .6rem; border-radius: var(--st-base-radius, .5rem);
  border: 1px solid var(--st-border-color, #999); background: var(--st-secondary-background-color); color: inherit; resize: vertical; }
.thirty .clock { font-size: 2rem; font-variant-numeric: tabular-nums; }
.thirty .bar { height: .4rem; border-radius: .2rem; background: var(--st-primary-color); transition: width .2s linear; }
"""
# The draft and the end of the time are kept by the browser's tab, so that a redraw or a reload takes nothing away.
_JS = """
export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const root = parentElement.querySelector(".thirty");
  const slot = "ninefold.thirty." + data.slot;
  const load = () => { try { return JSON.parse(sessionStorage.getItem(slot)); } catch { return null; } };
  const keep = (value) => value ? sessionStorage.setItem(slot, JSON.stringify(value)) : sessionStorage.removeItem(slot);
  if (root.dataset.slot === data.slot && root.childElementCount) return;
  root.dataset.slot = data.slot;
  let timer = null;
  const finish = (draft) => {
    clearInterval(timer);
    const text = draft.text.trim();
    if (!text) { keep(null); begin(data.empty); return; }
    root.replaceChildren(Object.assign(document.createElement("div"), { textContent: data.kept }));
    setTriggerValue("answer", { text, slot: data.slot });
    keep(null);
  };
  const begin = (note) => {
    const button = Object.assign(document.createElement("button"), { textContent: data.start, type: "button" });
    button.onclick = () => write({ until: Date.now() + data.seconds * 1000, text: "" });
    const line = Object.assign(document.createElement("div"), { textContent: note });
    root.replaceChildren(line, button);
  };
  const write = (draft) => {
    keep(draft);
    const clock = Object.assign(document.createElement("div"), { className: "clock" });
    clock.setAttribute("role", "timer");
    const bar = Object.assign(document.createElement("div"), { className: "bar" });
    const field = Object.assign(document.createElement("textarea"), { maxLength: data.longest, value: draft.text });
    field.setAttribute("aria-label", data.question);
    field.placeholder = data.question;
    field.oninput = () => { draft.text = field.value; keep(draft); };
    const done = Object.assign(document.createElement("button"), { textContent: data.submit, type: "button" });
    done.onclick = () => finish(draft);
    root.replaceChildren(clock, bar, field, done);
    field.focus();
    const tick = () => {
      const left = Math.max(0, draft.until - Date.now());
      clock.textContent = Math.ceil(left / 1000) + " s";
      bar.style.width = (100 * left / (data.seconds * 1000)) + "%";
      if (left <= 0) finish(draft);
    };
    timer = setInterval(tick, 200);
    tick();
  };
  const draft = load();
  if (draft) write(draft); else begin(data.intro);
  return () => clearInterval(timer);
}
"""
_field = st.components.v2.component("thirty_seconds", html=_HTML, css=_CSS, js=_JS)


def show(sheet: Worksheet) -> bool:
    """The test itself. Returns whether the table of all answers may be shown below."""
    rounds = {choice.id: s(choice.title) for choice in sheet.column("round").choices}
    key = "thirty.round"
    state.bind_once(key, next(iter(rounds)))
    snapshot = state.snapshot()
    listed = [str(row["name"]) for row in snapshot.rows("participant") if row["name"]]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        test_round = str(
            st.segmented_control(t("Round"), list(rounds), format_func=lambda item: rounds[item], key=key, required=True)
        )
        who_key = "thirty.who"
        state.bind_once(who_key, state.author())
        people = list(dict.fromkeys([state.author(), *listed]))
        who = str(st.selectbox(t("Who writes"), people, key=who_key, accept_new_options=True, width=260) or state.author())
    now = round_of(snapshot, test_round)
    given = {str(row["participant"] or row.author): row for row in now.answers}
    if who in given:
        with st.container(border=True):
            st.caption(t("Answer of {name}, kept as it was written", name=safe(who)))
            if now.open or who == state.author():
                st.text(str(given[who]["answer"]))
            else:
                st.markdown(f":material/visibility_off: {t('Unseen until the answers are laid open.')}")
    else:
        _write(test_round, who)
    if not listed:
        st.caption(t("List the participants first: then answers stay unseen until everybody has written."))
    if not now.open:
        st.info(
            t("Answers so far: {count:0=none|#}. They wait until they are laid open.", count=len(now.answers))
            if not now.listed
            else t(
                "Answers so far: {count:0=none|#}. Still writing: {names}. Nobody sees the others' answers before that.",
                count=len(now.answers),
                names=t(", ").join(safe(name) for name in now.waiting),
            ),
            icon=":material/visibility_off:",
        )
        st.button(
            t("Lay all answers open now"),
            key=f"thirty.open.{test_round}",
            icon=":material/visibility:",
            type="tertiary",
            disabled=not now.answers,
            on_click=_lay_open,
            args=(test_round,),
        )
        return False
    _side_by_side(test_round)
    return True


def _write(test_round: str, who: str) -> None:
    """The field with its clock. Its answer arrives once, when it is sent or when the time is over."""
    slot = f"{state.plan_key()}.{state.snapshot().cycle}.{test_round}.{who}"
    key = f"thirty.{slot}"
    _field(
        data={
            "slot": slot,
            "seconds": SECONDS,
            "longest": _LONGEST,
            "intro": t("{name} writes. The clock runs from the first click; what stands there after 30 seconds is kept.", name=who),
            "empty": t("The time is up and nothing was written. Try again."),
            "start": t("Start the 30 seconds"),
            "submit": t("Done"),
            "kept": t("The answer is kept."),
            "question": t("Who is our target customer?"),
        },
        key=key,
        on_answer_change=lambda: _arrived(key, test_round, who),
    )


@state.callback
def _arrived(key: str, test_round: str, who: str) -> None:
    value = state.widget_value(key)
    answer = value.get("answer") if value else None
    text = str((answer or {}).get("text", "")).strip()[:_LONGEST]
    snapshot = boundary.snapshot_for(lambda: text)
    now = round_of(snapshot, test_round)
    if not text or who in {str(row["participant"] or row.author) for row in now.answers}:  # sent twice, as when a line is slow
        return
    values = {"participant": who, "round": test_round, "answer": text, "taken_on": dt.date.today().isoformat()}
    state.commit(to_write(now, new_row_id("thirty_second"), values))


@state.callback
def _lay_open(test_round: str) -> None:
    answers = round_of(state.snapshot(), test_round).answers
    state.commit([Put("thirty_second", row.id, {"open_to_all": True}) for row in answers])


def _side_by_side(test_round: str) -> None:
    answers = round_of(state.snapshot(), test_round).answers
    for start in range(0, len(answers), 2):
        for place, row in zip(st.columns(2), answers[start : start + 2], strict=False):
            with place, st.container(border=True):
                st.caption(safe(row["participant"] or row.author))
                st.text(str(row["answer"]))
