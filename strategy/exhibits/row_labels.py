"""The names beside a chart's rows: every figure with rows gets here the lines its names may take and the height they need.

A chart puts whole names on its axis. How many lines there is room for depends on the number of rows, and is settled in one place, when
the figure is finished: names take up to three lines while the chart stays within the height of a screen, then two, then one with an
ellipsis; where one line each does not fit, the chart grows. The whole name stays in what is said when the mouse rests on a row.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from strategy.exhibits.captions import distinct
from strategy.exhibits.chart_text import HIGHEST, columns_of, plain, typed, wrapped
from strategy.language import Language, Speaks, say

if TYPE_CHECKING:
    import plotly.graph_objects as go

#: Pixels of a line at the size of the axes, and what keeps two rows apart.
LINE, APART = 15.6, 4.0
#: Columns of a line of a name, where a chart asks for no other width; the least a name on a single line gets.
WIDTH, LEAST = 24, 26
#: So many lines for so many rows, whatever room there is: a name is no paragraph.
_LINES = ((7, 3), (12, 2))
#: What a chart says its names' lines may be as wide as.
WIDTH_KEY = "row_width"


def row_names(names: Iterable[Speaks | str], language: Language) -> list[str]:
    """``names`` as the categories of a chart's rows: whole, on one line, no two alike."""
    return distinct([plain(" ".join(say(name, language).split())) for name in names])


def label_rows(figure: go.Figure, names: Sequence[Speaks | str], language: Language, width: int = WIDTH) -> None:
    """Write ``names`` beside the rows 0, 1, 2 ... of a horizontal chart, the first on top, in lines of ``width`` columns.

    Rows are numbered rather than named, because two rows may carry the same name.
    """
    figure.update_yaxes(
        tickmode="array",
        tickvals=list(range(len(names))),
        ticktext=row_names(names, language),
        range=[len(names) - 0.5, -0.5],
        showgrid=False,
    )
    figure.layout.meta = {**(figure.layout.meta or {}), WIDTH_KEY: width}


def fit_rows(figure: go.Figure, language: Language) -> go.Figure:
    """Lay out the names beside the rows of ``figure`` and give it the height they need. A chart without such rows stays as it is."""
    if "yaxis2" in figure.layout:
        return figure  # several plots share the height
    places, names = _rows(figure)
    height, rest = float(figure.layout.height or HIGHEST), _beside_rows(figure)
    if not names or any("<br>" in name for name in names):
        figure.layout.height = max(height, round(rest + _as_laid(figure.layout.yaxis, names)))
        return figure
    width = (figure.layout.meta or {}).get(WIDTH_KEY, WIDTH)
    most = next((lines for rows, lines in _LINES if len(names) <= rows), 2)
    needed = 0.0
    for lines in range(most, 0, -1):
        laid = _told_apart([typed(name) for name in names], language, width if lines > 1 else max(width, LEAST), lines)
        tallest = max(name.count("<br>") + 1 for name in laid)
        needed = rest + len(names) * (LINE * tallest + APART)
        if needed <= max(HIGHEST, height):
            break
    _say_whole_names(figure, places, names, laid, language)
    figure.update_yaxes(tickmode="array", tickvals=places, ticktext=laid)
    figure.layout.height = max(height, round(needed))
    return figure


def _as_laid(axis: go.layout.YAxis, names: Sequence[str]) -> float:
    """Pixels that labels take which a chart has laid out itself, in the size it writes them in."""
    labels = [str(label) for label in (names if axis.ticktext is None else axis.ticktext)]
    tallest = max((label.count("<br>") + 1 for label in labels), default=0)
    return len(labels) * LINE * (axis.tickfont.size or 12) / 12 * tallest


def _rows(figure: go.Figure) -> tuple[list[Any], list[str]]:
    """Where the rows stand on the upright axis, and their whole names; empty where the axis has none."""
    axis = figure.layout.yaxis
    if axis.ticktext is not None:
        marked = WIDTH_KEY in (figure.layout.meta or {})
        return (list(axis.tickvals), [str(name) for name in axis.ticktext]) if marked else ([], [])
    found: dict[str, None] = {}
    for trace in figure.data:
        given = getattr(trace, "y", None)
        for place in given if given is not None else ():
            if isinstance(place, str):
                found[place] = None
    if axis.type != "category" or not found:
        return [], []
    names = list(found)
    return names, names


def _beside_rows(figure: go.Figure) -> float:
    """Pixels of the height that are no row: margins, what is written on the lower axis, the legend."""
    titled = bool(figure.layout.xaxis.title.text)
    return 16 + 24 + (24 if titled else 0) + (34 if figure.layout.showlegend else 0)


def _told_apart(names: Sequence[str], language: Language, width: int, lines: int) -> list[str]:
    """The names laid out. Those of which only the same beginning would be left keep their end as well."""
    laid = [wrapped(name, language, width, lines) for name in names]
    left = Counter(laid)
    return [
        wrapped(_both_ends(name, width * lines - 2 * (lines - 1)), language, width, lines) if left[label] > 1 else label
        for name, label in zip(names, laid, strict=True)
    ]


def _both_ends(name: str, width: int) -> str:
    """Beginning and end of a name, ``width`` columns in all."""
    if columns_of(name) <= width:
        return name
    head, tail = name, name
    while columns_of(head) > (width - 1) / 2:
        head = head[:-1]
    while columns_of(tail) > (width - 1) / 2:
        tail = tail[1:]
    return f"{head.rstrip()}…{tail.lstrip()}"


def _say_whole_names(
    figure: go.Figure, places: Sequence[Any], names: Sequence[str], laid: Sequence[str], language: Language
) -> None:
    """What is said when the mouse rests on a row begins with its whole name, where the axis has only the beginning of it."""
    whole = {place: wrapped(typed(name), language, 44, 6) for place, name in zip(places, names, strict=True)}
    cut = any("…" in line for line in laid)
    for trace in figure.data:
        template = getattr(trace, "hovertemplate", None)
        given = getattr(trace, "y", None)
        if not isinstance(template, str) or given is None or trace.type == "heatmap":
            continue
        named = [
            whole.get(place if isinstance(place, str) else round(float(place)) if place is not None else None) for place in given
        ]
        if trace.hovertext is not None or not all(named):
            continue
        if "%{y}" in template:
            trace.update(hovertext=named, hovertemplate=template.replace("%{y}", "%{hovertext}"))
        elif cut and not any(word in template for word in ("%{text}", "%{customdata")):
            trace.update(hovertext=named, hovertemplate="%{hovertext}<br>" + template)
