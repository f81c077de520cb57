"""What a phone shows: numbers with a key in the place of names, whole months once each, and prices that lie far apart."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import plotly.graph_objects as go
import pytest
from strategic_rows import BASE, Rows, drawn, numbered, offset_of, said, shown, snapshot_of

from strategy.exhibits import Exhibit, present
from strategy.exhibits.label_leaders import SIZE, text_size
from strategy.exhibits.palette import SERIES, ink
from strategy.exhibits.timeline import month_axis
from strategy.samples import build
from strategy.workbook import Workbook

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


@pytest.fixture(scope="module")
def cdnow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workbook]:
    workbook = build("cdnow", tmp_path_factory.mktemp("cdnow") / "cdnow.duckdb", "CDNOW", "Ada", "en")
    yield workbook
    workbook.close()


@pytest.mark.parametrize("exhibit_id", ["segment_map", "rfm_grid"])
def test_a_phone_numbers_the_segments_of_the_customers(cdnow: Workbook, exhibit_id: str) -> None:
    shown_now = present(exhibit_id, cdnow.snapshot(), cdnow.cursor, {})
    notes, key, count = numbers_and_key(shown_now)
    assert {note.opacity for note in notes[count:]} == {0}
    names = next(iter(key.values()))
    segments = {name.in_("en") for name in shown_now.frame.loc[shown_now.frame["customers"] > 0, "name"]}
    assert set(names) == segments
    for named, numbered_ in zip(notes[:count], notes[count:], strict=True):
        assert (named.x, named.y) == (numbered_.x, numbered_.y)
        name, _, rest = named.text.rpartition("<br>") if exhibit_id == "rfm_grid" else (named.text, "", "")
        number = int(numbered_.text.removesuffix(f"<br>{rest}").strip("<b>/"))
        assert names[number - 1] == name.replace("<br>", " ")


def test_names_on_the_segment_map_cover_neither_bubbles_nor_each_other(cdnow: Workbook) -> None:
    figure = present("segment_map", cdnow.snapshot(), cdnow.cursor, {}).draw("en")
    wide, high = figure.layout.xaxis.range, figure.layout.yaxis.range

    def place(x: float, y: float) -> tuple[float, float]:
        return (x - wide[0]) / (wide[1] - wide[0]) * SIZE[0], (y - high[0]) / (high[1] - high[0]) * SIZE[1]

    boxes = []
    for note in figure.layout.annotations[: figure.layout.meta["narrow"]["names"]]:
        (x, y), (across, up) = place(note.x, note.y), text_size(note.text)
        dx, dy = offset_of(note)
        boxes.append((x + dx - across / 2, y + dy - up / 2, x + dx + across / 2, y + dy + up / 2))
    for trace in figure.data:
        (x, y), half = place(trace.x[0], trace.y[0]), trace.marker.size / 2
        boxes.append((x - half, y - half, x + half, y + half))
    names = len(figure.data)
    for at, one in enumerate(boxes[:names]):
        for two in boxes[at + 1 :]:
            across, down = min(one[2], two[2]) - max(one[0], two[0]), min(one[3], two[3]) - max(one[1], two[1])
            assert not (across > 4 and down > 4), "a name stands on something"


def test_what_the_canvas_writes_beside_the_plot_has_its_room_in_pixels(tmp_path: Path) -> None:
    actions = ("raise", "eliminate", "create", "reduce", "keep")
    rows = numbered(
        "canvas_factor",
        [
            {"factor": f"Factor {at}", "segment": "wait", "action": actions[at % 5], "ours_today": 3, "ours_planned": 6}
            for at in range(10)
        ],
    )
    for language in ("en", "zh"):
        figure = shown("strategy_canvas", snapshot_of(tmp_path / language, BASE, rows)).draw(language)
        written = [str(trace.text[0]) for trace in figure.data if trace.text]
        assert len(written) >= 4
        assert figure.layout.margin.r >= max(text_size(text)[0] for text in written)
