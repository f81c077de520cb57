"""Names on a map are read as their own mark's: nearer to it than to any other or led to it, and no line goes through a name."""

from __future__ import annotations

import math
from collections.abc import Sequence

import plotly.graph_objects as go
import pytest

from strategy.exhibits.label_leaders import SIZE, Name, Place, places, text_size, write

Box = tuple[float, float, float, float]

BUBBLES = [
    Name("Talks with the<br>general manager", 7.9, 8.7, 9),
    Name("Cards given<br>in the queue", 4.7, 5.0, 17),
    Name("Brought along<br>by a regular", 4.0, 5.0, 14),
    Name("The right headline<br>in the queue", 3.3, 3.3, 25),
    Name("The board on<br>big-news days", 1.6, 1.4, 28),
]
CLOSE = [
    Name("To order without<br>having to come by", 0.15, 1.0),
    Name("To know at a glance what<br>matters to me today", 0.18, 1.0),
    Name("A little extra<br>for the household", 0.0, 1.0),
    Name("To be somebody here,<br>not just anybody", 0.0, 0.83),
    Name("To have something to<br>talk about at work", 0.0, 0.33),
    Name("My paper is there<br>whenever I come", 0.83, 0.67),
]
STEPS = [Name(f"Offer {at} for<br>everybody here", 4.0 + at % 3, 6.0 + at // 3, 8) for at in range(6)]
MAPS = [(BUBBLES, (0.0, 10.0), (0.0, 10.0)), (CLOSE, (-0.1, 1.1), (-0.12, 1.12)), (STEPS, (0.0, 10.0), (0.0, 10.0))]


def on_screen(names: Sequence[Name], across: tuple[float, float], up: tuple[float, float]) -> list[tuple[float, float]]:
    """The marks in pixels."""
    return [
        ((name.x - across[0]) / (across[1] - across[0]) * SIZE[0], (name.y - up[0]) / (up[1] - up[0]) * SIZE[1]) for name in names
    ]


def box_of(name: Name, mark: tuple[float, float], place: Place) -> Box:
    wide, high = text_size(name.text)
    x, y = mark[0] + place.dx, mark[1] + place.dy
    return x - wide / 2, y - high / 2, x + wide / 2, y + high / 2


def gap(box: Box, mark: tuple[float, float], radius: float) -> float:
    """From the edge of a mark to a text, in pixels."""
    return math.hypot(max(box[0] - mark[0], mark[0] - box[2], 0), max(box[1] - mark[1], mark[1] - box[3], 0)) - radius


def goes_through(start: tuple[float, float], end: tuple[float, float], box: Box) -> bool:
    """Whether a line enters a text by more than a touch."""
    points = [(start[0] + t / 50 * (end[0] - start[0]), start[1] + t / 50 * (end[1] - start[1])) for t in range(51)]
    return any(box[0] + 4 < x < box[2] - 4 and box[1] + 4 < y < box[3] - 4 for x, y in points)


@pytest.mark.parametrize(("names", "across", "up"), MAPS)
def test_a_name_stands_nearest_to_its_own_mark_or_is_led_to_it(
    names: list[Name], across: tuple[float, float], up: tuple[float, float]
) -> None:
    marks, found = on_screen(names, across, up), places(names, across, up)
    for at, (name, place) in enumerate(zip(names, found, strict=True)):
        box = box_of(name, marks[at], place)
        nearest = min(gap(box, mark, names[other].radius) for other, mark in enumerate(marks) if other != at)
        assert place.leader or gap(box, marks[at], name.radius) < nearest, name.text


def test_a_mark_without_a_name_takes_no_name_of_another() -> None:
    """The name of the mark at 5 would stand as close to the nameless one at 6."""
    name, others = Name("My paper is there<br>whenever I come", 5, 8), [(6.0, 8.0), (4.0, 8.0), (5.0, 8.7), (5.0, 7.3)]
    (place,) = places([name], (0, 10), (2, 10), others=others)
    mark, *near = on_screen([name, *(Name("", x, y) for x, y in others)], (0, 10), (2, 10))
    box = box_of(name, mark, place)
    assert place.leader or gap(box, mark, 8) < min(gap(box, other, 6) for other in near)


@pytest.mark.parametrize(("names", "across", "up"), MAPS)
def test_no_line_to_a_mark_goes_through_a_name(names: list[Name], across: tuple[float, float], up: tuple[float, float]) -> None:
    marks, found = on_screen(names, across, up), places(names, across, up)
    boxes = [box_of(name, mark, place) for name, mark, place in zip(names, marks, found, strict=True)]
    for at, place in enumerate(found):
        if place.leader:
            end = (marks[at][0] + place.dx - place.side * text_size(names[at].text)[0] / 2, marks[at][1] + place.dy)
            crossed = [names[other].text for other, box in enumerate(boxes) if other != at and goes_through(marks[at], end, box)]
            assert not crossed, names[at].text


def test_names_of_marks_on_top_of_one_another_do_not_cover_each_other() -> None:
    """As long as names of segments with their channel are."""
    names = [Name(f"Families with two or {at}<br>more children (Trade<br>fairs and visits)", 8.3, 8.3, 24) for at in range(6)]
    (mark, *_), found = on_screen(names, (0, 10), (0, 10)), places(names, (0, 10), (0, 10))
    boxes = [box_of(name, mark, place) for name, place in zip(names, found, strict=True)]
    for at, one in enumerate(boxes):
        for two in boxes[at + 1 :]:
            across, down = min(one[2], two[2]) - max(one[0], two[0]), min(one[3], two[3]) - max(one[1], two[1])
            assert max(across, 0) * max(down, 0) < 0.02 * 45 * text_size(names[0].text)[0], (
                "a corner of the room kept for a text at most"
            )


def test_a_name_beside_a_mark_begins_or_ends_at_it() -> None:
    """Its box is as wide as the widest fonts need; a text centred in it would float away from the mark in others."""
    crowd = [Name("Above", 5, 5.7), Name("Below", 5, 4.3)]
    left, right = Name("A name of some length", 9.8, 5), Name("Another of some length", 0.2, 5)
    figure = go.Figure()
    write(figure, [left, right, *crowd], (0, 10), (0, 10))
    notes = {note.text: note for note in figure.layout.annotations[:4]}
    assert (notes[left.text].xanchor, notes[right.text].xanchor) == ("right", "left")
    assert 8 <= -notes[left.text].xshift <= 14
    assert 8 <= notes[right.text].xshift <= 14
