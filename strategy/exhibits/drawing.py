"""How every chart is drawn: quiet axes, no background of its own, so that it is at home in light and dark."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from strategy.exhibits.palette import NEUTRAL
from strategy.exhibits.row_labels import fit_rows
from strategy.language import Language, Message, msg

if TYPE_CHECKING:
    import plotly.graph_objects as go

GRID = "rgba(128,128,128,0.18)"
#: So many marks a legend explains, and so long a name in it may be: beside a chart on a phone there is room for no more.
MOST_IN_LEGEND, _LONGEST_IN_LEGEND = 8, 36
FONT_STACK = "'Source Sans Pro', 'Source Sans', 'Noto Sans', 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif"


def money_title(what: Message, currency: str) -> Message:
    """The title of an axis of money: in the plan's currency, where one has been chosen."""
    return msg("{what} ({currency})", what=what, currency=currency) if currency else msg("{what} (plan currency)", what=what)


def canvas(height: int, x_title: str = "", y_title: str = "", **layout: Any) -> go.Figure:
    """An empty figure with the house style. Axis titles carry the unit."""
    import plotly.graph_objects as go

    figure = go.Figure()
    figure.update_layout(
        height=height,
        margin={"l": 8, "r": 16, "t": 8, "b": 8},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        showlegend=False,
        font={"size": 14, "family": FONT_STACK},
        legend={"orientation": "h", "yanchor": "bottom", "y": 1.02, "x": 0},
        hoverlabel={"align": "left"},
        **layout,
    )
    figure.update_xaxes(title=x_title or None, gridcolor=GRID, zeroline=False, automargin=True, tickfont={"size": 12})
    figure.update_yaxes(title=y_title or None, gridcolor=GRID, zeroline=False, automargin=True, tickfont={"size": 12})
    return figure


def in_own_figures(figure: go.Figure, language: Language) -> go.Figure:
    """Axes of a Chinese chart with their numbers in full: k and M stand for nothing a reader of Chinese counts in."""
    if language == "zh":
        figure.update_xaxes(exponentformat="none", separatethousands=True)
        figure.update_yaxes(exponentformat="none", separatethousands=True)
    return figure


def finished(figure: go.Figure, language: Language) -> go.Figure:
    """A drawn figure as it is shown: names beside its rows laid out, its numbers written as the language does."""
    return in_own_figures(fit_rows(fit_legend(figure), language), language)


def fit_legend(figure: go.Figure) -> go.Figure:
    """A legend that leaves the chart its room: names cut to one line, and of more marks than anybody can tell apart by colour none."""
    if not figure.layout.showlegend:
        return figure
    listed = [trace for trace in figure.data if trace.showlegend is not False and trace.name]
    if len({trace.legendgroup or trace.name for trace in listed}) > MOST_IN_LEGEND:
        figure.layout.showlegend = False
    for trace in listed:
        if len(str(trace.name)) > _LONGEST_IN_LEGEND:
            trace.name = str(trace.name)[: _LONGEST_IN_LEGEND - 1].rstrip() + "…"
    return figure


def quarter(figure: go.Figure, x: float, y: float, corners: Mapping[tuple[int, int], str], notes: Sequence[Any] = ()) -> None:
    """Dotted lines at ``x`` and ``y``, and a name in each corner, by (1 right, 1 top); ``notes``: the chart's other annotations.

    Set at once, because every line or annotation added to a figure makes Plotly go through all of it again.
    """
    dotted = {"type": "line", "line": {"color": NEUTRAL, "dash": "dot"}}
    figure.layout.shapes = [
        dotted | {"y0": y, "y1": y, "x0": 0, "x1": 1, "xref": "x domain"},
        dotted | {"x0": x, "x1": x, "y0": 0, "y1": 1, "yref": "y domain"},
    ]
    named = [
        {
            "x": right, "y": top, "xref": "paper", "yref": "paper", "showarrow": False, "opacity": 0.7, "text": text,
            "xanchor": "right" if right else "left", "yanchor": "top" if top else "bottom",
        }
        for (right, top), text in corners.items()
    ]  # fmt: skip
    figure.layout.annotations = [*notes, *named]
