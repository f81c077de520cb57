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


_PLACES = (
    "top center", "bottom center", "middle right", "middle left", "top right", "bottom right", "top left", "bottom left",
)  # fmt: skip


def label_places(
    points: list[tuple[float, float]],
    texts: list[str],
    radii: list[float],
    x_range: tuple[float, float],
    y_range: tuple[float, float],
) -> list[str]:
    """Where to write each bubble's name so that names overlap neither each other nor other bubbles.

    ``points`` in data units, ``radii`` in pixels, ranges as drawn (possibly reversed). The plot is taken to be 620 by 380 pixels;
    names are placed one after the other, largest bubble first, each where it collides least.
    """
    width, height = 620.0, 380.0

    def pixel(point: tuple[float, float]) -> tuple[float, float]:
        span_x, span_y = x_range[1] - x_range[0] or 1.0, y_range[1] - y_range[0] or 1.0
        return (point[0] - x_range[0]) / span_x * width, (point[1] - y_range[0]) / span_y * height

    centres = [pixel(point) for point in points]
    boxes = [(x - r, y - r, x + r, y + r) for (x, y), r in zip(centres, radii, strict=True)]
    taken: list[tuple[float, float, float, float]] = []
    places = [_PLACES[0]] * len(points)
    for at in sorted(range(len(points)), key=lambda i: -radii[i]):
        wide = sum(14.0 if ord(letter) > 0x2E80 else 8.0 for letter in texts[at])
        candidates = [_text_box(centres[at], radii[at], wide, place) for place in _PLACES]
        others = [box for i, box in enumerate(boxes) if i != at]
        costs = [sum(_overlap(box, other) for other in [*taken, *others]) + _outside(box, width) for box in candidates]
        best = costs.index(min(costs))
        places[at] = _PLACES[best]
        taken.append(candidates[best])
    return places


def _text_box(centre: tuple[float, float], radius: float, wide: float, place: str) -> tuple[float, float, float, float]:
    x, y = centre
    vertical, _, horizontal = place.partition(" ")
    low = {"top": y + radius, "bottom": y - radius - 18, "middle": y - 9}[vertical]
    # Beside the bubble in the middle of its height, beside its edge above and below.
    away = radius + 4 if vertical == "middle" else radius * 0.7
    left = {"center": x - wide / 2, "right": x + away, "left": x - away - wide}[horizontal]
    return left, low, left + wide, low + 18


def _overlap(one: tuple[float, float, float, float], two: tuple[float, float, float, float]) -> float:
    across = min(one[2], two[2]) - max(one[0], two[0])
    down = min(one[3], two[3]) - max(one[1], two[1])
    return across * down if across > 0 and down > 0 else 0.0


def _outside(box: tuple[float, float, float, float], width: float) -> float:
    """A name that runs out of the plot at a side costs more than any overlap."""
    return 1e4 * (max(0.0, -box[0]) + max(0.0, box[2] - width))
