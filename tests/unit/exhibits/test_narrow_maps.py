"""What a phone shows: numbers with a key in the place of names, whole months once each, and prices that lie far apart."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import plotly.graph_objects as go
import pytest
from strategic_rows import BASE, Rows, drawn, numbered, said, shown, snapshot_of

from strategy.exhibits import Exhibit
from strategy.exhibits.palette import SERIES, ink
from strategy.exhibits.timeline import month_axis

NAMES = ("Regulars", "Commuters of line 35", "Readers on the weekend", "Offices by the stop", "Passengers with a seat")
SEGMENTS: Rows = {("segment", f"s{at}"): {"name": name, "role": "primary", "revenue": 100 + at} for at, name in enumerate(NAMES)}
CRITERIA: Rows = {
    ("criterion", axis): {"name": axis.title(), "axis": axis, "weight": 100} for axis in ("attractiveness", "ability")
}
SCORED = numbered(
    "segment_evaluation",
    [
        {"segment": f"s{at}", "criterion": axis, "participant": who, "score": 4 + at * 0.5 + (who == "Bo")}
        for at in range(5)
        for axis in ("attractiveness", "ability")
        for who in ("Ada", "Bo")
    ],
)
NEEDS = numbered(
    "need",
    [
        {"need": f"A need that takes many words, number {at}", "segment": "wait", "kind": "functional", "importance": 5 + at % 4,
         "performance": 2 + at, "evidence_kind": "assumption" if at == 2 else "interview"}
        for at in range(6)
    ],
)  # fmt: skip
LOSSES = numbered(
    "win_back",
    [
        {"group": name, "segment": "wait", "risk": 4 + at, "value_at_stake": 1000 * (at + 1), "customers": 10, "tier": "pursue"}
        for at, name in enumerate(NAMES)
    ],
)


def numbers_and_key(exhibit: Exhibit) -> tuple[list[Any], dict[str, list[str]], int]:
    drawn(exhibit)
    figure = exhibit.draw("en")
    narrow = figure.layout.meta["narrow"]
    count = narrow["names"]
    return list(figure.layout.annotations), {kind["glyph"]: [name for _, name in kind["names"]] for kind in narrow["key"]}, count


@pytest.mark.parametrize("exhibit_id", ["ge_matrix", "importance_performance", "value_risk"])
def test_a_phone_numbers_the_points_and_names_them_below(tmp_path: Path, exhibit_id: str) -> None:
    snapshot = snapshot_of(
        tmp_path, *((SEGMENTS, CRITERIA, SCORED) if exhibit_id == "ge_matrix" else (BASE, NEEDS if "imp" in exhibit_id else LOSSES))
    )
    notes, key, count = numbers_and_key(shown(exhibit_id, snapshot))
    names, numbers = notes[:count], notes[count : 2 * count]
    written = {note.text.replace("<br>", " ") for note in names}
    assert sorted(name for kind in key.values() for name in kind) == sorted(written)
    assert sorted(int(note.text.strip("<b>/")) for note in numbers) == list(range(1, count + 1))
    assert {note.opacity for note in numbers} == {0}
    # Name and number stand for the same mark, and fade with its segment.
    assert [(note.x, note.y, note.name) for note in names] == [(note.x, note.y, note.name) for note in numbers]
    assert all(note.name for note in names)


def test_a_need_that_is_only_assumed_is_hollow_in_the_key(tmp_path: Path) -> None:
    _, key, _ = numbers_and_key(shown("importance_performance", snapshot_of(tmp_path, BASE, NEEDS)))
    assert key["○"]
    assert key["●"]


@pytest.mark.parametrize(
    ("last", "step"),
    [("2026-03-31", "M1"), ("2026-12-20", "M2"), ("2027-06-30", "M3"), ("2028-12-31", "M6"), ("2040-01-01", "M24")],
)
def test_a_time_axis_names_every_month_once(last: str, step: str) -> None:
    axis = month_axis(dt.date(2026, 1, 12), dt.date.fromisoformat(last), "zh")
    assert axis["dtick"] == step
    assert axis["tickformat"] == "%-m月\n%Y年"
    go.Figure().update_xaxes(axis)


def test_prices_far_apart_get_equal_ratios_and_nothing_stands_at_the_edge(tmp_path: Path) -> None:
    corridors = numbered(
        "price_corridor",
        [
            {"segment": "wait", "floor": 0.8, "target": 1, "ceiling": 1.4},
            {"segment": "reg", "floor": 600, "target": 1000, "ceiling": 1400},
        ],
    )
    free: Rows = {("value_position", "free"): {"segment": "wait", "rival": "phone", "price": 0, "benefit": 3}}
    exhibit = shown("price_corridor", snapshot_of(tmp_path, BASE, corridors, free))
    figure = exhibit.draw("en")
    drawn(exhibit)
    assert figure.layout.xaxis.type == "log"
    [mark] = [trace for trace in figure.data if trace.name == "News on the phone"]
    assert 0 < mark.x[0] < 0.8
    assert mark.customdata[0] == 0
    assert "What costs nothing stands at the left edge." in said(exhibit)
    assert float(exhibit.frame["price"].min()) == 0


def test_text_on_a_field_stands_out_from_every_colour_of_the_palette() -> None:
    def light(color: str) -> float:
        channels = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        red, green, blue = (value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    for color in SERIES:
        bright, dim = sorted((light(color), light(ink(color))), reverse=True)
        assert (bright + 0.05) / (dim + 0.05) >= 3.9, color
