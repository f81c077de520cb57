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
_RINGS = ((0.0, 0.0), (20.0, 260.0), (42.0, 520.0), (66.0, 800.0), (96.0, 1100.0), (130.0, 1400.0))
#: How much nearer its own mark a name has to be than any other, in pixels.
_CLEAR = 6.0
#: What a line costs that crosses a name or a mark, or a name a line; and how often names may move after all have a place.
_LINE_COST, _SWEEPS = 1.5, 3
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

    The name is written in the colour of all text: the mark has its segment's, in which a name could not be read from the back row.
    ``glyph`` stands for the kind of mark in the key to the numbers of a narrow screen, ``segment`` for whose the mark is, where the name
    shall fade and come forward with it.
    """

    text: str
    x: float
    y: float
    radius: float = 8.0
    bold: bool = False
    faint: bool = False
    glyph: str = "●"
    segment: str | None = None


@dataclass(frozen=True)
class Place:
    """Centre of the text, in pixels from its mark, y upwards; ``leader`` where a line to the mark is wanted.

    ``side``: -1 left of the mark, 1 right of it, 0 straight above or below. Beside a mark a text begins or ends at it, because a
    text that is centred in more room than it needs floats away from its mark.
    """

    dx: float
    dy: float
    leader: bool
    side: int = 0


@dataclass(frozen=True)
class _Choices:
    """Where one name may stand: a row for each place. All in pixels, prices in square pixels of overlap.

    ``offsets``: centre of the text from its mark. ``boxes``: what the text covers. ``lines``: the line to the mark as a row of small
    boxes (places x beads x 4), empty boxes where none is drawn. ``prices``: what the place costs whatever the other names do.
    """

    offsets: Boxes
    boxes: Boxes
    lines: Boxes
    prices: Boxes


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

    Names are placed in the order given, each where it collides least; then each may move once it is known where the later ones stand.
    """
    unit = np.array(size) / [(high - low) or 1.0 for low, high in (x_range, y_range)]

    def pixel(points: Sequence[tuple[float, float]]) -> Boxes:
        return (np.array(points).reshape(-1, 2) - [x_range[0], y_range[0]]) * unit

    centres, crossed = pixel([(name.x, name.y) for name in names]), pixel([end for line in lines for end in (line[:2], line[2:])])
    circles = np.vstack([np.column_stack([centres, [name.radius for name in names]]), _circles(pixel(others), 6.0)])
    beads = _beads(crossed.reshape(-1, 4))
    choices = [_choices(name, at, circles, len(names), beads, size) for at, name in enumerate(names)]
    chosen: list[int] = []
    for choice in choices:
        chosen.append(_best(choice, choices, chosen, len(chosen)))
    for _ in range(_SWEEPS):
        before = list(chosen)
        for at, choice in enumerate(choices):
            chosen[at] = _best(choice, choices, chosen, at)
        if chosen == before:
            break
    return [_place(choice, best) for choice, best in zip(choices, chosen, strict=True)]


def _place(choice: _Choices, best: int) -> Place:
    dx, dy = (float(way) for way in choice.offsets[best])
    return Place(dx, dy, best >= len(_DIRECTIONS), _DIRECTIONS[best % len(_DIRECTIONS)][0])


def _choices(name: Name, at: int, circles: Boxes, named: int, beads: Boxes, size: tuple[float, float]) -> _Choices:
    """The places for the name of the mark ``at``. ``circles``: centre and radius of all marks, the first ``named`` of them with a name."""
    text = np.array(text_size(name.text))
    towards = np.array(_DIRECTIONS, dtype=float)
    towards_all = np.tile(towards, (len(_RINGS), 1))
    reach = name.radius + _GAP + np.repeat([ring for ring, _ in _RINGS], len(towards))
    offsets = towards_all / np.linalg.norm(towards_all, axis=1)[:, None] * reach[:, None] + towards_all * text / 2
    middle = circles[at, :2] + offsets
    boxes = np.hstack([middle - text / 2, middle + text / 2])
    prices = np.array([price + 4.0 * order for _, price in _RINGS for order in range(len(towards))])

    led = np.arange(len(offsets)) >= len(towards)
    ends = middle - towards_all * text / 2
    starts = np.broadcast_to(circles[at, :2], ends.shape)
    lines = _beads(np.hstack([starts, ends])).reshape(len(offsets), -1, 4)
    lines[~led] = 0.0

    apart = np.delete(circles, at, axis=0)
    squares = np.hstack([apart[:, :2] - apart[:, 2:], apart[:, :2] + apart[:, 2:]])
    weights = np.where(np.arange(len(apart)) < named - 1, 4.0, 2.0)
    for weight in (4.0, 2.0):
        prices = prices + weight * _overlaps(boxes, squares[weights == weight])
    prices = (
        prices + 0.6 * _overlaps(boxes, beads) + _LINE_COST * _of_lines(lines, squares) + _mistaken(boxes, led, name, at, circles)
    )
    over = np.clip(-boxes[:, :2], 0, None).sum(axis=1) + np.clip(boxes[:, 2:] - size, 0, None).sum(axis=1)
    # A name cut at the edge is worse than one that covers another, by however little it sticks out.
    return _Choices(offsets, boxes, lines, prices + 200.0 * over + 1e5 * (over > 0))


def _mistaken(boxes: Boxes, led: NDArray[np.bool_], name: Name, at: int, circles: Boxes) -> Boxes:
    """What it costs that a name stands as near to another mark as to its own, and would be read as that one's.

    A line to the mark says whose the name is, so that there it costs less. Marks on top of one another cannot be told apart anyway.
    """
    elsewhere = np.linalg.norm(circles[:, :2] - circles[at, :2], axis=1) >= name.radius
    rivals = circles[elsewhere]
    if len(rivals) == 0:
        return np.zeros(len(boxes))
    near = np.clip(rivals[None, :, :2], boxes[:, None, :2], boxes[:, None, 2:])
    gaps = (np.linalg.norm(rivals[None, :, :2] - near, axis=2) - rivals[None, :, 2]).min(axis=1)
    too_near: Boxes = np.clip(_GAP + _CLEAR - gaps, 0, None) * np.where(led, 10.0, 40.0)
    return too_near


def _best(choice: _Choices, choices: Sequence[_Choices], chosen: Sequence[int], at: int) -> int:
    """The cheapest place for the name ``at``, given where the others that have a place stand."""
    standing = [(choices[other], place) for other, place in enumerate(chosen) if other != at]
    texts = np.array([other.boxes[place] for other, place in standing]).reshape(-1, 4)
    lines = np.array([other.lines[place] for other, place in standing]).reshape(-1, 4)
    cost = choice.prices + 8.0 * _overlaps(choice.boxes, texts)
    return int((cost + _LINE_COST * (_overlaps(choice.boxes, lines) + _of_lines(choice.lines, texts))).argmin())


def _circles(centres: Boxes, radius: float) -> Boxes:
    return np.column_stack([centres, np.full(len(centres), radius)])


def _beads(lines: Boxes) -> Boxes:
    """Lines (x0, y0, x1, y1) as rows of small boxes, because a box around a slanting line would cover half the chart."""
    steps = np.linspace(0.08, 1, 14)[None, :, None]
    centres = (lines[:, None, :2] * (1 - steps) + lines[:, None, 2:] * steps).reshape(-1, 2)
    return np.hstack([centres - 4, centres + 4])


def _of_lines(lines: Boxes, boxes: Boxes) -> Boxes:
    """Overlap of each place's line (places x beads x 4) with ``boxes``."""
    return _overlaps(lines.reshape(-1, 4), boxes).reshape(len(lines), -1).sum(axis=1)


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
    """The annotation for one name; ``name.text`` is what its place was found for, ``text`` what is written."""
    note: dict[str, Any] = {
        "x": name.x,
        "y": name.y,
        "text": text,
        "font": {"size": 12},
        "opacity": 0.75 if name.faint else 1,
        "xanchor": ("right", "center", "left")[place.side + 1],
        "align": ("right", "center", "left")[place.side + 1],
        "yanchor": "middle",
        "showarrow": False,
    }
    across = place.dx - place.side * text_size(name.text)[0] / 2
    if name.segment:
        note["name"] = name.segment
    if place.leader:
        return note | {
            "showarrow": True,
            "ax": across,
            "ay": -place.dy,
            "arrowhead": 0,
            "arrowwidth": 1,
            "arrowcolor": NEUTRAL,
            "standoff": name.radius,
        }
    return note | {"xshift": across, "yshift": place.dy}
