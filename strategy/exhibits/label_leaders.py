"""Names on a crowded scatter: each beside its mark where there is room, else a little away with a thin line to it.

A phone has no room for many names. A figure with more than a few therefore carries numbers as well, invisible until a narrow screen
puts them in the place of the names, and the key to them in its ``meta``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from strategy.exhibits.chart_text import wrapped
from strategy.exhibits.palette import NEUTRAL
from strategy.language import Speaks, msg

if TYPE_CHECKING:
    import plotly.graph_objects as go

#: The plot is taken to be this large, in pixels: what a laptop leaves beside the decision.
SIZE = (660.0, 405.0)
#: More names than this stand over one another whatever their places: then only the first ones are written.
CROWDED, MOST_NAMED = 12, 10
#: What a phone leaves of it.
NARROW = (305.0, 375.0)
#: The share of it that names may cover before they get into one another's way.
_ROOM = 0.07
_LINE = 15.0
_GAP = 3.0
#: Rings around the mark, in pixels beyond touching, and what a place on each costs, in square pixels of overlap.
_RINGS = ((0.0, 0.0), (20.0, 260.0), (42.0, 520.0), (66.0, 800.0))
_DIRECTIONS = ((0, 1), (0, -1), (1, 0), (-1, 0), (1, 1), (-1, 1), (1, -1), (-1, -1))

Boxes = NDArray[np.float64]


def named_note(total: int) -> list[Speaks]:
    """What the reading says of a map with more marks than can be named."""
    if total <= CROWDED:
        return []
    return [
        msg(
            "On the map {count} of {total} are named, targets and the largest first; the mouse and the table tell the others.",
            count=MOST_NAMED,
            total=total,
        )
    ]


@dataclass(frozen=True)
class Name:
    """One name to write: its text (``<br>`` breaks lines), where its mark stands in axis units, and the mark's radius in pixels.

    ``glyph`` stands for the kind of mark in the key to the numbers of a narrow screen, ``segment`` for whose the mark is, where the name
    shall fade and come forward with it.
    """

    text: str
    x: float
    y: float
    radius: float = 8.0
    color: str | None = None
    bold: bool = False
    faint: bool = False
    glyph: str = "●"
    segment: str | None = None


@dataclass(frozen=True)
class Place:
    """Centre of the text, in pixels from its mark, y upwards; ``leader`` where a line to the mark is wanted."""

    dx: float
    dy: float
    leader: bool


def text_size(text: str) -> tuple[float, float]:
    """Width and height in pixels at 12 px; Chinese characters are twice as wide."""
    lines = text.replace("&lt;", "<").replace("&gt;", ">").split("<br>")
    wide = max(sum(12.5 if ord(letter) > 0x2E80 else 6.9 for letter in line) for line in lines)
    return wide + 2, _LINE * len(lines)


def places(
    names: Sequence[Name],
    x_range: tuple[float, float],
    y_range: tuple[float, float],
    lines: Sequence[tuple[float, float, float, float]] = (),
    size: tuple[float, float] = SIZE,
    others: Sequence[tuple[float, float]] = (),
) -> list[Place]:
    """A place for each name, so that names cover neither each other nor marks, and little of lines (x0, y0, x1, y1 in axis
    units) and of ``others``, marks without a name.

    Names are placed in the order given, each where it collides least; earlier ones have the better places.
    """
    unit_x, unit_y = size[0] / ((x_range[1] - x_range[0]) or 1.0), size[1] / ((y_range[1] - y_range[0]) or 1.0)

    def pixel(x: float, y: float) -> tuple[float, float]:
        return (x - x_range[0]) * unit_x, (y - y_range[0]) * unit_y

    marks = np.array([[(p := pixel(n.x, n.y))[0] - n.radius, p[1] - n.radius, p[0] + n.radius, p[1] + n.radius] for n in names])
    beads = _beads([(*pixel(x0, y0), *pixel(x1, y1)) for x0, y0, x1, y1 in lines])
    unnamed = np.array([[(p := pixel(x, y))[0] - 6, p[1] - 6, p[0] + 6, p[1] + 6] for x, y in others]).reshape(-1, 4)
    taken: list[Boxes] = []
    found = []
    for at, name in enumerate(names):
        wide, high = text_size(name.text)
        offsets = np.array(
            [
                (
                    sx * (name.radius + _GAP + wide / 2 + ring * 0.8) * (0.8 if sx and sy else 1),
                    sy * (name.radius + _GAP + high / 2 + ring) * (0.8 if sx and sy else 1),
                )
                for ring, _ in _RINGS
                for sx, sy in _DIRECTIONS
            ]
        )
        prices = np.array([price + 4.0 * order for _, price in _RINGS for order in range(len(_DIRECTIONS))])
        middle = np.array(pixel(name.x, name.y)) + offsets
        half = np.array([wide / 2, high / 2])
        boxes = np.hstack([middle - half, middle + half])
        cost = (
            prices + 8.0 * _overlaps(boxes, np.array(taken).reshape(-1, 4)) + 4.0 * _overlaps(boxes, np.delete(marks, at, axis=0))
        )
        cost = cost + 0.6 * _overlaps(boxes, beads) + 2.0 * _overlaps(boxes, unnamed)
        over = np.clip(-boxes[:, :2], 0, None).sum(axis=1) + np.clip(boxes[:, 2:] - size, 0, None).sum(axis=1)
        # A name cut at the edge is worse than one that covers another, by however little it sticks out.
        best = int((cost + 200.0 * over + 1e5 * (over > 0)).argmin())
        taken.append(boxes[best])
        found.append(Place(float(offsets[best, 0]), float(offsets[best, 1]), best >= len(_DIRECTIONS)))
    return found


def _beads(lines: list[tuple[float, float, float, float]]) -> Boxes:
    """A line as a row of small boxes, because a box around a slanting line would cover half the chart."""
    steps = np.linspace(0.08, 1, 14)
    beads = [(x0 + t * (x1 - x0), y0 + t * (y1 - y0)) for x0, y0, x1, y1 in lines for t in steps]
    centres = np.array(beads).reshape(-1, 2)
    return np.hstack([centres - 4, centres + 4])


def _overlaps(boxes: Boxes, others: Boxes) -> NDArray[np.float64]:
    """Total overlap in square pixels of each box with all others."""
    if len(others) == 0:
        return np.zeros(len(boxes))
    across = np.minimum(boxes[:, None, 2], others[None, :, 2]) - np.maximum(boxes[:, None, 0], others[None, :, 0])
    down = np.minimum(boxes[:, None, 3], others[None, :, 3]) - np.maximum(boxes[:, None, 1], others[None, :, 1])
    total: NDArray[np.float64] = (np.clip(across, 0, None) * np.clip(down, 0, None)).sum(axis=1)
    return total


def write(
    figure: go.Figure,
    names: Sequence[Name],
    x_range: tuple[float, float],
    y_range: tuple[float, float],
    lines: Sequence[tuple[float, float, float, float]] = (),
    equal: bool = False,
    others: Sequence[tuple[float, float]] = (),
    room: float = _ROOM,
    crowd: bool = True,
    size: tuple[float, float] = SIZE,
) -> None:
    """Write ``names`` on ``figure``. On a logarithmic axis positions and range are logarithms, as Plotly's annotations take them.

    ``equal``: both axes have the same unit, so that a narrow screen shows more of the second one. ``room``: the share of the plot that
    names may cover on a narrow screen; less where the plot carries other text. Of a ``crowd`` only the first are named, on a line each;
    numbers have room for all of them. ``size``: of the plot on a laptop, where a legend takes some of it.
    """
    crowded = crowd and len(names) > CROWDED
    first = [replace(name, text=wrapped(_bare(name.text), "en", 24, 1)) for name in names[:MOST_NAMED]] if crowded else list(names)
    unnamed = [(name.x, name.y) for name in names[len(first) :]]
    found = places(first, x_range, y_range, lines, size, [*others, *unnamed])
    notes = [_note(name, place, _text(name)) for name, place in zip(first, found, strict=True)]
    if sum(wide * high for wide, high in (text_size(name.text) for name in names)) > room * NARROW[0] * NARROW[1]:
        numbered, key = _numbers(names)
        low, high = y_range
        if equal:
            half = (x_range[1] - x_range[0]) / NARROW[0] * NARROW[1] / 2
            low, high = (low + high) / 2 - half, (low + high) / 2 + half
        found = places(numbered, x_range, (low, high), lines, NARROW, others)
        notes += [_note(name, place, _text(name)) | {"opacity": 0} for name, place in zip(numbered, found, strict=True)]
        figure.layout.meta = {"narrow": {"names": len(first), "numbers": len(numbered), "key": key}}
    figure.layout.annotations = notes


def _numbers(names: Sequence[Name]) -> tuple[list[Name], list[dict[str, Any]]]:
    """The names as numbers, and the key: for each kind of mark its numbers and names. The one name in bold, ours, stays a name."""
    alone = sum(name.bold for name in names) == 1
    numbered, key = [], dict[str, list[list[str]]]()
    number = 0
    for name in names:
        if alone and name.bold:
            numbered.append(name)
            continue
        number += 1
        numbered.append(replace(name, text=str(number), bold=True, faint=False))
        key.setdefault(name.glyph, []).append([str(number), _bare(name.text)])
    return numbered, [{"glyph": glyph, "names": entries} for glyph, entries in key.items()]


def _bare(text: str) -> str:
    """A name as it was before it was laid out."""
    for mark, plain in (("<br>", " "), ("<i>", ""), ("</i>", ""), ("&lt;", "<"), ("&gt;", ">")):
        text = text.replace(mark, plain)
    return text


def _text(name: Name) -> str:
    return f"<b>{name.text}</b>" if name.bold else name.text


def _note(name: Name, place: Place, text: str) -> dict[str, Any]:
    """The annotation for one name."""
    note: dict[str, Any] = {
        "x": name.x,
        "y": name.y,
        "text": text,
        "font": {"size": 12} | ({"color": name.color} if name.color else {}),
        "opacity": 0.75 if name.faint else 1,
        "xanchor": "center",
        "yanchor": "middle",
        "showarrow": False,
    }
    if name.segment:
        note["name"] = name.segment
    if place.leader:
        return note | {
            "showarrow": True,
            "ax": place.dx,
            "ay": -place.dy,
            "arrowhead": 0,
            "arrowwidth": 1,
            "arrowcolor": NEUTRAL,
            "standoff": name.radius,
        }
    return note | {"xshift": place.dx, "yshift": place.dy}
