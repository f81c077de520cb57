"""The segment in focus: chosen by a click on a chart or from a list, kept in the address, brought out wherever segments are drawn."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from pages.ui import state
from pages.ui.text import t
from strategy.exhibits import Exhibit

if TYPE_CHECKING:
    import plotly.graph_objects as go

_FAINT = 0.22
_MARK = "background-color: rgba(0,114,178,0.16); font-weight: 600"


def segments_of(shown: Exhibit) -> tuple[str, ...]:
    """The segments of the plan that an exhibit shows, in its order."""
    if "segment" not in shown.frame.columns:
        return ()
    known = {row.id for row in state.snapshot().rows("segment")}
    return tuple(dict.fromkeys(item for item in shown.frame["segment"] if item in known))


def focus() -> str | None:
    """The segment in focus, if there is such a segment."""
    asked = state.here("segment")
    return asked if asked and state.snapshot().row("segment", asked) else None


def choose(segments: Collection[str], where: str) -> None:
    """The list beside the chart: what a click does, for the keyboard."""
    key = f"segment_in_focus.{where}"
    state.bind(key, focus() if focus() in segments else None)
    st.selectbox(
        t("Segment in focus"),
        list(segments),
        index=None,
        format_func=lambda item: state.snapshot().short(item, state.language()),
        key=key,
        on_change=chosen,
        args=(key,),
        placeholder=t("Click a segment, or choose one here"),
        label_visibility="collapsed",
        width=320,
    )


def chosen(key: str) -> None:
    """The list under ``key`` was used."""
    state.set_here(segment=state.widget_value(key))


def clicked(key: str) -> None:
    """A point was chosen on the chart ``key``, or let go by a click beside it."""
    event = state.widget_value(key)
    points = event["selection"]["points"] if event else []
    for point in points:
        for item in _ids(point.get("customdata")):
            if state.snapshot().row("segment", item):
                state.set_here(segment=item)
                return
    state.set_here(segment=None)


def _ids(given: Any) -> list[str]:
    """Segment ids in a point's data: one, or the first of several values."""
    if isinstance(given, dict):  # some versions number the values
        given = list(given.values())
    if isinstance(given, (list, tuple)):
        given = given[0] if given else None
    return [str(given)] if given is not None else []


def brought_out(figure: go.Figure, chosen: str) -> go.Figure:
    """A copy of ``figure`` in which all segments but ``chosen`` are faint. Marks say by ``customdata`` whose they are."""
    import plotly.graph_objects as go

    copy = go.Figure(figure)
    known = {row.id for row in state.snapshot().rows("segment")}
    for trace in copy.data:
        owners = [(_ids(item) or [""])[0] for item in (trace.customdata if trace.customdata is not None else ())]
        if not known.intersection(owners):
            continue
        if len(set(owners)) == 1:
            trace.opacity = 1.0 if owners[0] == chosen else _FAINT
        elif trace.type == "bar" or (trace.type == "scatter" and trace.mode != "text"):
            trace.marker.opacity = [1.0 if owner == chosen else _FAINT for owner in owners]
        # Streamlit fades what was not clicked by itself; here the address decides.
        if hasattr(trace, "selectedpoints"):
            trace.selectedpoints = None
    for annotation in copy.layout.annotations:
        if annotation.name in known:
            annotation.opacity = 1.0 if annotation.name == chosen else _FAINT
    return copy


def marked(table: pd.DataFrame, shown: Exhibit, chosen: str) -> Any:
    """The exhibit's table with the rows of the segment in focus marked."""
    mine = (shown.frame["segment"] == chosen).to_numpy()
    return table.style.apply(lambda row: [_MARK if mine[row.name] else ""] * len(row), axis=1)
