"""One participant's comparisons in pairs: a list of all pairs, saved as they are chosen, with their consistency below."""

from __future__ import annotations

from itertools import combinations

import streamlit as st

from pages.ui import participants, state
from pages.ui.text import s, safe, t
from strategy.errors import StrategyError
from strategy.method import Worksheet
from strategy.workbook import Delete, Put, Row
from strategy.workbook.drafting import new_row_id

#: Worksheet of pairs -> the worksheet whose rows are compared.
COMPARED = {"pairwise": "criterion", "customer_pair": "customer_type"}


def applies(sheet: Worksheet) -> bool:
    return sheet.id in COMPARED


def edit(sheet: Worksheet) -> None:
    """All pairs of one participant; the visitor's own unless a facilitator enters them for somebody else."""
    groups = _groups(sheet)
    who = participants.choose(sheet, f"compares.{sheet.id}", t("Pairs of"), t("Type a name to enter pairs for somebody else."))
    if not groups or not who:
        missing = state.snapshot().method.worksheet(COMPARED[sheet.id])
        st.info(t("There is nothing to compare yet. Fill in {name} first, two rows at least.", name=s(missing.title)))
        return
    mine = _mine(sheet, str(who))
    for title, items in groups:
        if title:
            st.markdown(f"**{title}**")
        pairs = list(combinations(items, 2))
        for start in range(0, len(pairs), 2):
            for place, pair in zip(st.columns(2), pairs[start : start + 2], strict=False):
                with place:
                    _pair(sheet, str(who), pair, mine)
        _consistency(sheet, items, str(who), len(pairs))


def _groups(sheet: Worksheet) -> list[tuple[str, tuple[str, ...]]]:
    """Title and ids of what is compared with each other: criteria of one axis, or all types of customer."""
    snapshot = state.snapshot()
    rows = snapshot.rows(COMPARED[sheet.id])
    if sheet.id == "customer_pair":
        found = [("", tuple(row.id for row in rows))]
    else:
        axes = snapshot.method.worksheet("criterion").column("axis").choices
        found = [(s(axis.title), tuple(row.id for row in rows if row["axis"] == axis.id)) for axis in axes]
    return [(title, items) for title, items in found if len(items) > 1]


def _mine(sheet: Worksheet, who: str) -> dict[frozenset[str], Row]:
    rows = sorted(state.snapshot().rows(sheet.id), key=lambda row: row.seq)
    return {frozenset((str(row["first"]), str(row["second"]))): row for row in rows if row["participant"] == who}


def _pair(sheet: Worksheet, who: str, pair: tuple[str, str], mine: dict[frozenset[str], Row]) -> None:
    snapshot, language = state.snapshot(), state.language()
    row = mine.get(frozenset(pair))
    # Entered the other way round, the pair keeps its own order.
    first, second = (str(row["first"]), str(row["second"])) if row else pair
    names = {choice.id: s(choice.title) for choice in sheet.column("judgement").choices}
    key = f"pair.{state.plan_key()}.{sheet.id}.{who}.{first}.{second}"
    state.bind(key, row["judgement"] if row else None)
    st.selectbox(
        t(
            "{one} : {other}",
            one=safe(snapshot.label(COMPARED[sheet.id], first, language)),
            other=safe(snapshot.label(COMPARED[sheet.id], second, language)),
        ),
        list(names),
        index=None,
        format_func=lambda item: names.get(item, item),
        key=key,
        on_change=_save,
        args=(sheet.id, who, (first, second), key),
        placeholder=t("Not judged yet"),
    )


@state.callback
def _save(sheet_id: str, who: str, pair: tuple[str, str], key: str) -> None:
    value = state.widget_value(key)
    row = _mine(state.snapshot().method.worksheet(sheet_id), who).get(frozenset(pair))
    if value is None:
        done = state.commit([Delete(sheet_id, row.id)]) if row else None
    elif row:
        done = state.commit([Put(sheet_id, row.id, {"judgement": value})])
    else:
        values = {"first": pair[0], "second": pair[1], "participant": who, "judgement": value}
        done = state.commit([Put(sheet_id, new_row_id(sheet_id), values)])
    if done is not None:
        state.saved(key, value)


def _consistency(sheet: Worksheet, items: tuple[str, ...], who: str, pairs: int) -> None:
    """How far this participant's judgements hold together, and which one to look at again."""
    from strategy.exhibits.pairs import own_words
    from strategy.exhibits.weights import said

    matrix = said(state.snapshot(), sheet.id, items).matrices.get(who)
    done = 0 if matrix is None else int(((matrix == matrix).sum() - len(items)) // 2)
    st.caption(t("Compared: {done} of {total}.", done=done, total=pairs))
    try:
        words = own_words(state.snapshot(), sheet.id, COMPARED[sheet.id], items, who)
    except StrategyError as error:
        st.caption(safe(s(error.what)))
        return
    for line in words:
        st.caption(safe(s(line)))
