"""Kano in ten minutes, without a survey: one participant answers for the customers of one segment, two clicks a need."""

from __future__ import annotations

import streamlit as st

from pages.ui import focus, options, participants, state
from pages.ui.links import step_link
from pages.ui.text import s, safe, t
from strategy.analysis import kano
from strategy.exhibits.kano_answers import complete
from strategy.method import Worksheet
from strategy.workbook import Delete, Put, Row
from strategy.workbook.drafting import new_row_id

SHEET = "kano_judgement"
SIDES = ("functional", "dysfunctional")


def applies(sheet: Worksheet) -> bool:
    return sheet.id == SHEET


def edit(sheet: Worksheet) -> None:
    """All needs of one segment; the visitor's own answers unless a facilitator enters them for somebody else."""
    snapshot = state.snapshot()
    segments = list(dict.fromkeys(row.id for row in (*snapshot.targets, *snapshot.rows("segment"))))
    if not segments:
        st.info(t("There is nothing to judge yet. Fill in {name} first.", name=s(snapshot.method.worksheet("segment").title)))
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        segment = _segment(segments)
        who = participants.choose(
            sheet, "judges.kano", t("Judgement of"), t("Type a name to enter the judgement of somebody else.")
        )
    needs = [row for row in state.snapshot().rows("need") if row["segment"] == segment and row["need"]]
    if who:
        mine = _mine(who)
        for need in needs:
            _need(sheet, who, need, mine.get(need.id))
    _add(segment)
    if who and needs:
        _done(who, needs)


def _segment(segments: list[str]) -> str:
    """The segment judged: the one in focus, else the first. Choosing here moves the focus, as a click on a chart does."""
    key = "judged_segment"
    current = focus.focus() or segments[0]
    titles = options.segments(segments)
    state.bind(key, current, titles.get(current))
    st.selectbox(
        t("Segment"),
        segments,
        format_func=options.label_of(titles),
        key=key,
        on_change=focus.chosen,
        args=(key,),
        width=320,
    )
    return current


def _mine(who: str) -> dict[str, Row]:
    """The participant's row on each need; of several the last."""
    return {str(row["need"]): row for row in state.snapshot().rows(SHEET) if row["participant"] == who}


def _need(sheet: Worksheet, who: str, need: Row, row: Row | None) -> None:
    with st.container(border=True, key=f"judged.{need.id}"):
        st.markdown(f"**{safe(need['need'])}**{_class_of(row)}")
        for place, side in zip(st.columns(2, gap="medium"), SIDES, strict=True):
            column = sheet.column(side)
            titles = {choice.id: s(choice.title) for choice in column.choices}
            key = f"kano.{state.plan_key()}.{who}.{need.id}.{side}"
            state.bind(key, row[side] if row else None)
            with place:
                st.pills(
                    s(column.title),
                    list(titles),
                    format_func=lambda item, titles=titles: titles.get(item, item),
                    key=key,
                    on_change=_save,
                    args=(who, need.id, side, key),
                    help=s(column.help) if column.help else None,
                    wrap=True,
                )


def _class_of(row: Row | None) -> str:
    """What the pair makes of the need, once both are answered."""
    if row is None or not (row["functional"] and row["dysfunctional"]):
        return ""
    found = kano.category(row["functional"], row["dysfunctional"])
    choice = state.snapshot().method.worksheet("need").column("kano").choice(found)
    title = s(choice.title) if choice else found
    if found == "questionable":
        return f" · :orange[{t('these two answers contradict each other: look again')}]"
    return f" · {title}"


@state.callback
def _save(who: str, need: str, side: str, key: str) -> None:
    value = state.widget_value(key)
    row = _mine(who).get(need)
    other = row[SIDES[1 - SIDES.index(side)]] if row else None
    if row is not None and value is None and other is None:
        done = state.commit([Delete(SHEET, row.id)])
    elif row is not None:
        done = state.commit([Put(SHEET, row.id, {side: value})])
    elif value is not None:
        done = state.commit([Put(SHEET, new_row_id(SHEET), {"need": need, "participant": who, side: value})])
    else:
        return
    if done is not None:
        state.saved(key, value)


def _add(segment: str) -> None:
    """A need that occurs to somebody now: one line, and it can be judged."""
    turn = state.get_memo("kano_need", 0)
    key = f"kano_need.{turn}"
    st.text_input(
        t("Another need of this segment"),
        key=key,
        on_change=_new_need,
        args=(segment, key),
        placeholder=t("What the customer wants to get done, to save or to feel"),
    )


@state.callback
def _new_need(segment: str, key: str) -> None:
    text = str(state.widget_value(key) or "").strip()
    if text and state.commit([Put("need", new_row_id("need"), {"need": text, "segment": segment})]) is not None:
        state.put_memo("kano_need", state.get_memo("kano_need", 0) + 1)


def _done(who: str, needs: list[Row]) -> None:
    judged = complete(state.snapshot().rows(SHEET), "participant")
    mine = sum((need.id, who) in judged for need in needs)
    people = {name for need, name in judged if need in {row.id for row in needs}}
    st.caption(
        t(
            "Judged: {done} of {total} needs. Participants so far: {people:0=none|#}.",
            done=mine,
            total=len(needs),
            people=len(people),
        )
    )
    if judged:
        step = state.snapshot().method.step_of(SHEET)
        if step:
            step_link(
                step.id, t("See the categories"), "kano.seen", icon=":material/monitoring:", view="evidence", exhibit="kano_split"
            )
