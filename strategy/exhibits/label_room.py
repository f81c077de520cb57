"""Names beside marks where there is room for them; a name without room is left to the table and the pointer."""

from __future__ import annotations

from collections.abc import Sequence

Box = tuple[float, float, float, float]

#: Plotly's name of a place -> where the name's box lies: across (-1 left, 0 centred, 1 right) and up (-1 below, 0 level, 1 above).
_PLACES = {
    "top center": (0, 1),
    "bottom center": (0, -1),
    "middle right": (1, 0),
    "middle left": (-1, 0),
    "top right": (1, 1),
    "top left": (-1, 1),
    "bottom right": (1, -1),
    "bottom left": (-1, -1),
}
_LINE = 16.0
_MARK = 9.0
#: Overlap in square pixels that still reads well.
_BEARABLE = 12.0


def find_room(
    points: Sequence[tuple[float, float]],
    names: Sequence[str],
    x_range: tuple[float, float],
    y_range: tuple[float, float],
    others: Sequence[tuple[float, float]] = (),
    size: tuple[float, float] = (600.0, 360.0),
) -> list[str | None]:
    """A place for each name, or ``None`` where it would cover marks or names; an empty name takes none.

    ``points`` in data units, the most important first; ``names`` as drawn, lines apart by ``<br>``; ``others`` are further marks to keep
    free. ``size``: the plot in pixels, taken rather small, because a projector's is larger and a phone shows the table anyway.
    """
    width, height = size

    def pixel(point: tuple[float, float]) -> tuple[float, float]:
        across, up = x_range[1] - x_range[0] or 1.0, y_range[1] - y_range[0] or 1.0
        return (point[0] - x_range[0]) / across * width, (point[1] - y_range[0]) / up * height

    marks = [_square(pixel(point)) for point in [*points, *others]]
    taken: list[Box] = []
    found: list[str | None] = []
    for at, (point, name) in enumerate(zip(points, names, strict=True)):
        if not name:
            found.append(None)
            continue
        best: tuple[float, str, Box] | None = None
        obstacles = [*taken, *marks[:at], *marks[at + 1 :]]
        for place, (across, up) in _PLACES.items():
            box = _text(pixel(point), name, across, up)
            cost = 1e4 * (max(0.0, -box[0]) + max(0.0, box[2] - width) + max(0.0, -box[1]) + max(0.0, box[3] - height))
            for other in obstacles:
                if best is not None and cost >= best[0]:
                    break
                cost += _overlap(box, other)
            if best is None or cost < best[0]:
                best = (cost, place, box)
        if best and best[0] <= _BEARABLE:
            found.append(best[1])
            taken.append(best[2])
        else:
            found.append(None)
    return found


def _square(centre: tuple[float, float]) -> Box:
    return centre[0] - _MARK, centre[1] - _MARK, centre[0] + _MARK, centre[1] + _MARK


def _text(centre: tuple[float, float], name: str, across: int, up: int) -> Box:
    lines = name.split("<br>")
    wide = max(sum(12.5 if letter > "\u2e80" else 6.6 for letter in line) for line in lines)
    tall = _LINE * len(lines)
    left = centre[0] - wide / 2 if not across else centre[0] + _MARK if across > 0 else centre[0] - _MARK - wide
    foot = centre[1] - tall / 2 if not up else centre[1] + _MARK if up > 0 else centre[1] - _MARK - tall
    return left, foot, left + wide, foot + tall


def _overlap(one: Box, two: Box) -> float:
    across = min(one[2], two[2]) - max(one[0], two[0])
    down = min(one[3], two[3]) - max(one[1], two[1])
    return across * down if across > 0 and down > 0 else 0.0
