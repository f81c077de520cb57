"""Segments found in the purchases: cut points that can be moved, charts, and adoption into the plan."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pandas as pd
import streamlit as st

from pages.ui import boundary, exhibits, grid_keys, state
from pages.ui.data import grouping
from pages.ui.text import t
from strategy.customers import Cuts, RfmSegment, default_cuts, rfm_segments
from strategy.errors import StrategyError
from strategy.language import number

_PARTS = ("recency", "frequency", "monetary")


def show() -> None:
    """Segments by recency and frequency, with their charts."""
    if not state.snapshot().data_version:
        st.info(t("Import purchases first; the segments are computed from them."), icon=":material/database:")
        return
    try:
        cuts = _cuts()
        found = _found(cuts)
    except StrategyError as error:
        boundary.show_error(error)
        return
    given = {"cuts": json.dumps(cuts.as_dict())}
    exhibits.show_exhibit("segment_map", "data.", given)
    grouping.table(found, "segments")
    total = sum(segment.customers for segment in found)
    grouping.adopt_button(lambda: _found(cuts), "adopt")
    st.caption(
        t("Every one of the {count:# customer|# customers} is in exactly one segment.", count=number(total, state.language()))
    )
    left, right = st.columns(2, gap="large")
    with left:
        exhibits.show_exhibit("value_treemap", "data.", given)
    with right:
        exhibits.show_exhibit("lorenz", "data.")


def _found(cuts: Cuts) -> list[RfmSegment]:
    cursor = state.workbook().cursor()
    key = f"rfm.{state.plan_key()}.{state.snapshot().data_version}.{cuts}"
    return state.memo(key, lambda: rfm_segments(cursor, cuts))


def _defaults() -> Cuts:
    """The cut points of the segments in the plan; before adoption, the quintiles of the data."""
    for row in state.snapshot().rows("segment"):
        if row["rule"] and row["rule"].get("by") == "rfm":
            return Cuts(**row["rule"]["cuts"])
    return _quintiles()


def _quintiles() -> Cuts:
    key = f"cuts.{state.plan_key()}.{state.snapshot().data_version}"
    return state.memo(key, lambda: default_cuts(state.workbook().cursor()))


def _cuts() -> Cuts:
    """The cut points in use: what the visitor set, else those of the plan or the data."""
    name = f"own_cuts.{state.plan_key()}.{state.snapshot().data_version}"
    own: Cuts | None = state.get_memo(name)
    current = own or _defaults()
    with st.expander(t("Cut points"), icon=":material/tune:"):
        st.caption(t("Customers with the same value always fall into the same band. A band ends at its cut point."))
        frame = pd.DataFrame({part: list(getattr(current, part)) for part in _PARTS}).T
        frame.columns = [str(number) for number in range(1, 5)]
        frame.insert(
            0,
            "part",
            [t("Recency (days since the last purchase)"), t("Frequency (days with a purchase)"), t("Money (total revenue)")],
        )
        key = f"cuts_table.{hash(current)}"
        with st.form("cuts", border=False):
            edited = st.data_editor(
                frame,
                hide_index=True,
                disabled=["part"],
                key=key,
                alt=t("Cut points"),
                column_config={"part": ""},
            )
            grid_keys.takes(key, "cuts", {name: {"kind": "number", "title": name} for name in frame.columns[1:]})
            st.form_submit_button(t("Use these cut points"))
        grid_keys.refused("cuts")
        st.button(
            t("Back to the quintiles of the data"),
            key="reset_cuts",
            disabled=current == _quintiles(),
            on_click=_use_quintiles,
            args=(name,),
        )
        wanted: dict[str, Sequence[float]] = {
            part: tuple(float(value) for value in edited.iloc[position, 1:]) for position, part in enumerate(_PARTS)
        }
        if any(wanted[part] != tuple(float(v) for v in getattr(current, part)) for part in _PARTS):
            try:
                current = Cuts.from_dict(wanted)
            except StrategyError as error:
                boundary.show_error(error)
            else:
                state.put_memo(name, current)
                st.rerun()
    return current


def _use_quintiles(name: str) -> None:
    state.put_memo(name, _quintiles())
