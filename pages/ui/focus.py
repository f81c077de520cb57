"""The segment in focus: chosen by a click on a chart or from a list, kept in the address, brought out wherever segments are drawn."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import TYPE_CHECKING, Any, TypeVar

import pandas as pd
import streamlit as st

from pages.ui import options, state
from pages.ui.text import safe, t
from strategy.exhibits import Exhibit
from strategy.exhibits.palette import NEUTRAL
from strategy.method import Worksheet
from strategy.thread import belonging
from strategy.thread.graph import Node
from strategy.workbook import Row

if TYPE_CHECKING:
    import plotly.graph_objects as go

T = TypeVar("T")

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


def concerns(node: Node, segment: str | None) -> bool:
    """Whether a row is about ``segment``; no row is about none."""
    return segment is not None and belonging.belongs(state.snapshot(), node, segment)


def dot(node: Node) -> str:
    """The mark in front of what is about the segment in focus."""
    return ":blue[●] " if concerns(node, focus()) else ""


def leading(nodes: Iterable[T], segment: str | None, node_of: Callable[[T], Node]) -> list[T]:
    """``nodes`` with those about ``segment`` first, else in their order."""
    return sorted(nodes, key=lambda item: not concerns(node_of(item), segment))


def within(worksheet: str, rows: Iterable[Row], segment: str | None) -> tuple[Row, ...]:
    """Rows about ``segment`` and rows about no segment in particular; of the segments themselves all, it first."""
    if segment is None:
        return tuple(rows)
    if worksheet == belonging.SEGMENT:
        return tuple(sorted(rows, key=lambda row: row.id != segment))
    owners = belonging.owners(state.snapshot())
    return tuple(row for row in rows if not (mine := owners.of((worksheet, row.id))) or segment in mine)


def of_sheet(sheet: Worksheet) -> str | None:
    """The segment a worksheet is shown for, with the way to another one and back to all of them; ``None`` shows all rows."""
    snapshot = state.snapshot()
    if len(snapshot.rows("segment")) < 2 or not belonging.refers(snapshot, sheet.id):
        return None
    segment = focus()
    with st.container(horizontal=True, vertical_alignment="center"):
        choose([row.id for row in snapshot.rows("segment")], f"sheet.{sheet.id}")
        if segment is None:
            return None
        st.button(t("All segments"), key=f"all_segments.{sheet.id}", icon=":material/filter_alt_off:", on_click=clear)
        name = safe(snapshot.short(segment, state.language()))
        rows = snapshot.rows(sheet.id)
        if sheet.id == belonging.SEGMENT:
            st.caption(t("{segment} stands first.", segment=name))
        else:
            shown = len(within(sheet.id, rows, segment))
            st.caption(
                t("Rows of {segment}, and rows of no one segment: {shown} of {total}.", segment=name, shown=shown, total=len(rows))
            )
    return segment


def clear() -> None:
    """No segment is in focus any more."""
    state.set_here(segment=None)


def choose(segments: Collection[str], where: str) -> None:
    """The list beside the chart: what a click does, for the keyboard."""
    key = f"segment_in_focus.{where}"
    titles = options.segments(segments)
    state.bind(key, focus() if focus() in segments else None, titles.get(focus() or ""))
    st.selectbox(
        t("Segment in focus"),
        list(segments),
        index=None,
        format_func=options.label_of(titles),
        key=key,
        on_change=chosen,
        args=(key,),
        placeholder=t("Click a segment, or choose one here"),
        label_visibility="collapsed",
        width=320,
    )


@state.callback
def chosen(key: str) -> None:
    """The list under ``key`` was used."""
    state.set_here(segment=state.widget_value(key))


@state.callback
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
            if trace.type == "bar" and isinstance(trace.insidetextfont.color, (list, tuple)):  # white ink stands on no faint bar
                inks = zip(trace.insidetextfont.color, owners, strict=True)
                trace.insidetextfont.color = [color if owner == chosen else NEUTRAL for color, owner in inks]
        # Streamlit fades what was not clicked by itself; here the address decides.
        if hasattr(trace, "selectedpoints"):
            trace.selectedpoints = None
    for annotation in copy.layout.annotations:
        if annotation.name in known and annotation.opacity != 0:  # a number that waits for a narrow screen stays unseen
            annotation.opacity = 1.0 if annotation.name == chosen else _FAINT
    return copy


def marked(table: pd.DataFrame, shown: Exhibit, chosen: str) -> Any:
    """The exhibit's table with the rows of the segment in focus marked."""
    mine = (shown.frame["segment"] == chosen).to_numpy()
    return table.style.apply(lambda row: [_MARK if mine[row.name] else ""] * len(row), axis=1)
