"""History: who changed what and when; undo, go back to a moment, open the next cycle."""

from __future__ import annotations

from itertools import islice

import pandas as pd
import streamlit as st

from pages.ui import frame, live, options, state, tables
from pages.ui.conflict import show_conflict
from pages.ui.text import s, safe, t
from strategy.language import msg
from strategy.method import Worksheet
from strategy.spine import restore, undo
from strategy.thread.memory import per_snapshot
from strategy.thread.wording import OPERATIONS, change_in_words, row_in_words
from strategy.workbook import Revision, Snapshot, Workbook
from strategy.workbook.cycle import open_next_cycle
from strategy.workbook.history import field_changes, first_of_cycle, last_undoable

#: Revisions shown at first, and how many more each time older ones are asked for.
SHOWN = 300


def _undo() -> None:
    receipt = state.guarded(lambda: undo(state.workbook(), state.author()))
    if receipt:
        state.flash(msg("Undone. Rows changed: {count}.", count=len(receipt.revisions)))


def _restore() -> None:
    seq = state.widget_value("restore_to")
    if seq is None:
        return
    receipt = state.guarded(lambda: restore(state.workbook(), int(seq), state.author()))
    if receipt:
        state.flash(
            msg(
                "Back at revision {seq}. Rows changed: {count}. Undo takes this back too.",
                seq=int(seq),
                count=len(receipt.revisions),
            )
        )


def _next_cycle(after: int) -> None:
    receipt = state.guarded(lambda: open_next_cycle(state.workbook(), state.author(), after))
    if receipt:
        state.put_widget("cycle_sure", False)
        state.flash(msg("The next cycle is open. Decisions are carried over for review; actuals are the new baseline."))


def _what(revision: Revision) -> str:
    """The fields a revision changed, in short."""
    if revision.operation == "import":
        return str(revision.body.get("file_name", ""))
    changes = islice(field_changes(state.workbook(), revision), 4)
    return t("; ").join(change_in_words(state.snapshot(), change, state.language()) for change in changes)


def _command(revisions: list[Revision]) -> str:
    """A command that undo would take back: its first row, and how many rows more."""
    first, *others = revisions
    said = t("{sheet}: {change}", sheet=_sheet_title(first.worksheet), change=_what(first) or s(OPERATIONS[first.operation]))
    return f"{said} {t('And {count:# row|# rows} more.', count=len(others))}" if others else said


def _row(sheet: Worksheet, row_id: str) -> str:
    """A row by its name; one that is deleted by its last."""
    snapshot = state.snapshot()
    there = snapshot.row(sheet.id, row_id) is not None
    return tables.row_name(sheet, row_id) if there else row_in_words(snapshot, sheet.id, row_id, state.language())


def _frame(revisions: list[Revision]) -> pd.DataFrame:
    snapshot = state.snapshot()
    rows = []
    for revision in revisions:
        known = snapshot.method.has_worksheet(revision.worksheet)
        sheet = snapshot.method.worksheet(revision.worksheet) if known else None
        rows.append(
            {
                t("Revision"): revision.seq,
                t("When (UTC)"): revision.made_at,
                t("Changed by"): revision.author,
                t("Worksheet"): _sheet_title(revision.worksheet),
                t("Row"): _row(sheet, revision.row_id) if sheet else revision.row_id,
                t("What"): s(OPERATIONS[revision.operation]),
                t("Fields"): _what(revision),
            }
        )
    return pd.DataFrame(rows)


def _revisions(workbook: Workbook) -> None:
    """The journal, newest first: all of it, or what one person did, or what became of one worksheet."""
    people, sheets = _choices(workbook)
    with st.container(horizontal=True):
        who = _choose(t("Changed by"), "history_by", people)
        sheet = _choose(t("Worksheet"), "history_sheet", sheets)
    most = int(state.get_memo("history.shown", SHOWN))
    asked = (
        revision
        for revision in workbook.history()
        if (who is None or revision.author == who) and (sheet is None or revision.worksheet == sheet)
    )
    known = ("history", state.language(), who, sheet, most)
    found = per_snapshot(known, state.snapshot(), lambda _: list(islice(asked, most + 1)))
    st.dataframe(
        per_snapshot((*known, "frame"), state.snapshot(), lambda _: _frame(found[:most])),
        hide_index=True,
        key="history",
        height=420,
        alt=t("Revisions, newest first"),
        column_config={
            t("When (UTC)"): st.column_config.DatetimeColumn(format="YYYY-MM-DD HH:mm:ss"),
            t("Row"): st.column_config.TextColumn(width=230),
            t("Fields"): st.column_config.TextColumn(width="large"),
        },
    )
    if len(found) > most:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(t("The newest {count} are shown.", count=most))
            st.button(t("Show older ones"), key="history_older", type="tertiary", icon=":material/expand_more:", on_click=_older)


def _older() -> None:
    state.put_memo("history.shown", state.get_memo("history.shown", SHOWN) + SHOWN)


def _choose(label: str, key: str, titles: dict[str, str]) -> str | None:
    """One of ``titles`` (value -> label), or ``None`` for all."""
    if state.widget_value(key) in titles:
        state.bind_label(key, titles[state.widget_value(key)])
    return st.selectbox(
        label, list(titles), index=None, format_func=options.label_of(titles), key=key, placeholder=t("All"), width=280
    )


def _choices(workbook: Workbook) -> tuple[dict[str, str], dict[str, str]]:
    """Who has changed something, and which worksheets were changed, each with its name."""

    def find(snapshot: Snapshot) -> tuple[dict[str, str], dict[str, str]]:
        revisions = list(workbook.history())
        authors = dict.fromkeys(revision.author for revision in revisions)
        changed = dict.fromkeys(revision.worksheet for revision in revisions)
        return {name: name for name in authors}, options.distinct({name: _sheet_title(name) for name in changed})

    return per_snapshot(("history.choices", state.language()), state.snapshot(), find)


def _sheet_title(worksheet: str) -> str:
    method = state.snapshot().method
    if method.has_worksheet(worksheet):
        return s(method.worksheet(worksheet).title)
    return t("Customer data") if worksheet == "dataset" else worksheet


def page() -> None:
    st.title(t("History"), anchor=False)
    if not frame.needs_plan():
        return
    st.markdown(t("Nothing is ever overwritten. Every change is kept with its author and time, and can be taken back."))
    show_conflict()
    workbook = state.workbook()
    mine = last_undoable(workbook, state.author())
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.button(t("Undo my last change"), key="undo", icon=":material/undo:", type="primary", disabled=not mine, on_click=_undo)
        if mine:
            st.caption(safe(_command(mine)))
    _revisions(workbook)
    left, right = st.columns(2, gap="large")
    with left, st.container(border=True):
        st.markdown(f"**{t('Go back to a moment')}**")
        st.caption(
            t(
                "Brings every row back to how it stood after that revision. What came later stays in the history; customer data stay."
            )
        )
        # The latest of this workbook, until somebody chooses; never what was chosen in another one.
        state.bind("restore_to", workbook.seq, workbook.id)
        first = first_of_cycle(workbook)
        label = t("Revision, {first} to {last} in this cycle", first=first, last=workbook.seq)
        st.number_input(label, min_value=first, max_value=workbook.seq, step=1, key="restore_to")
        st.button(t("Go back"), key="restore", icon=":material/settings_backup_restore:", on_click=_restore)
    with right, st.container(border=True):
        st.markdown(f"**{t('Next cycle')}**")
        cycle = workbook.snapshot().cycle
        st.caption(
            t(
                "This is cycle {cycle}. The next one starts from its decisions, with the latest actuals as baselines. "
                "It stays open: this step cannot be undone.",
                cycle=cycle,
            )
        )
        sure = st.checkbox(t("We have looked at what happened and what we learnt"), key="cycle_sure")
        st.button(
            t("Open the next cycle"),
            key="next_cycle",
            icon=":material/cycle:",
            disabled=not sure,
            on_click=_next_cycle,
            args=(cycle,),
        )
    live.watch()


page()
