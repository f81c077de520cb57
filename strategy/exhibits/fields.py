"""Figures inside coloured fields, written dark or white after the shade of each, so that they are read from the back of a room.

Plotly writes on every field of a heat map in white or dark grey, whichever it takes to suit, and both can be as faint as 3:1.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from strategy.exhibits.palette import blend, ink

if TYPE_CHECKING:
    import plotly.graph_objects as go

#: Places from 0 to 1 and the opaque colour there.
Scale = Sequence[Sequence[Any]]


def steps(colors: Sequence[str]) -> list[list[Any]]:
    """A scale of ``colors`` without shades between them, for values 0, 1, 2 ... drawn from -0.5 to ``len(colors) - 0.5``."""
    return [[edge / len(colors), color] for at, color in enumerate(colors) for edge in (at, at + 1)]


def shade(scale: Scale, place: float) -> str:
    """The colour at ``place`` (0 to 1; beyond them, that of the end), mixed as Plotly mixes it."""
    place = min(max(place, scale[0][0]), scale[-1][0])
    low, high = next((a, b) for a, b in pairwise(scale) if a[0] <= place <= b[0] and b[0] > a[0])
    return blend(low[1], high[1], (place - low[0]) / (high[0] - low[0]))


def fields(
    figure: go.Figure,
    values: Sequence[Sequence[float | None]],
    texts: Sequence[Sequence[str]] | None,
    scale: Scale,
    bounds: tuple[float, float],
    x: Sequence[Any] | None = None,
    y: Sequence[Any] | None = None,
    size: int = 14,
    upwards: bool = False,
    **look: Any,
) -> None:
    """Draw rows of ``values``, the first on top or ``upwards`` from below, as fields of ``scale`` over ``bounds``, ``texts`` on them.

    A missing value is no field and has no text. ``x`` and ``y`` name the columns and rows or number them; without, they count from 0.
    ``look`` goes to the heat map.
    """
    import plotly.graph_objects as go

    known = np.array([list(row) for row in values], dtype=float)  # a missing value becomes NaN
    across, down = list(x) if x is not None else list(range(len(values[0]))), list(y) if y is not None else list(range(len(known)))
    shown: dict[str, Any] = {"showscale": False, "xgap": 3, "ygap": 3, "hoverongaps": False} | look
    # The texts are in the heat map too, for what is said when the mouse rests on a field.
    figure.add_trace(go.Heatmap(x=across, y=down, z=values, text=texts, zmin=bounds[0], zmax=bounds[1], colorscale=scale, **shown))
    low, high = _ends(across)
    figure.update_xaxes(range=[low, high], showgrid=False, type=_kind(across))
    low, high = _ends(down)
    figure.update_yaxes(range=[low, high] if upwards else [high, low], showgrid=False, type=_kind(down))
    if texts is None:
        return
    span = bounds[1] - bounds[0] or 1.0
    written = [
        (across[column], down[row], texts[row][column], ink(shade(scale, (value - bounds[0]) / span)))
        for row, line in enumerate(known)
        for column, value in enumerate(line)
        if np.isfinite(value) and texts[row][column]
    ]
    figure.add_trace(
        go.Scatter(
            x=[at for at, _, _, _ in written],
            y=[at for _, at, _, _ in written],
            mode="text",
            text=[text for _, _, text, _ in written],
            textfont={"size": size, "color": [color for _, _, _, color in written]},
            cliponaxis=False,
            hoverinfo="skip",
            showlegend=False,
        )
    )


def numbered_when_narrow(figure: go.Figure, names: Sequence[str]) -> None:
    """For fields whose texts begin with one of ``names`` (``<br>`` breaks lines): a narrow screen has numbers in their place, and a key."""
    *others, texts = figure.data
    figure.data = others
    places = list(zip(texts.x, texts.y, texts.text, texts.textfont.color, strict=True))
    used = {text.rpartition("<br>")[0] for _, _, text, _ in places}
    number = {name: at for at, name in enumerate((name for name in dict.fromkeys(names) if name in used), 1)}

    def note(x: Any, y: Any, text: str, color: str, opacity: float) -> dict[str, Any]:
        font = {"size": texts.textfont.size, "color": color}
        return {"x": x, "y": y, "text": text, "font": font, "showarrow": False, "opacity": opacity}

    named = [note(*place, 1) for place in places]
    numbered = []
    for x, y, text, color in places:
        name, _, rest = text.rpartition("<br>")
        numbered.append(note(x, y, f"<b>{number[name]}</b><br>{rest}", color, 0))
    figure.layout.annotations = [*named, *numbered]
    key = [[str(at), name.replace("<br>", " ")] for name, at in number.items()]
    figure.layout.meta = {"narrow": {"names": len(named), "numbers": len(numbered), "key": [{"glyph": "", "names": key}]}}


def _kind(places: Sequence[Any]) -> str:
    return "category" if any(isinstance(place, str) for place in places) else "linear"


def _ends(places: Sequence[Any]) -> tuple[float, float]:
    """Where an axis begins and ends: with its first and last field. Categories count from 0; without any the axis is empty."""
    if _kind(places) == "category" or not places:
        return -0.5, max(len(places), 1) - 0.5
    return float(min(places)) - 0.5, float(max(places)) + 0.5
