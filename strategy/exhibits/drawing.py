"""How every chart is drawn: quiet axes, no background of its own, so that it is at home in light and dark."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import plotly.graph_objects as go

GRID = "rgba(128,128,128,0.18)"
FONT_STACK = "'Source Sans Pro', 'Source Sans', 'Noto Sans', 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif"


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
    figure.update_xaxes(title=x_title or None, gridcolor=GRID, zeroline=False, automargin=True)
    figure.update_yaxes(title=y_title or None, gridcolor=GRID, zeroline=False, automargin=True)
    return figure
