"""The perceptual map: what it finds, what it leaves out and says so, what moved since the cycle before, and when there is none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from strategic_rows import BASE, Rows, drawn, numbered, offset_of, said, shown, snapshot_of, titles

from strategy.errors import NoData, UnknownName
from strategy.exhibits.brand_tables import complete
from strategy.exhibits.label_leaders import NARROW, SIZE, Name, places, text_size
from strategy.exhibits.palette import SERIES, tint
from strategy.workbook import Put, Workbook
from strategy.workbook.cycle import open_next_cycle
from tests.counting import counted

THIRD: Rows = {("rival", "stall"): {"name": "Market stall", "kind": "direct", "strengths": "s", "weaknesses": "w"}}
ATTRIBUTES = ("Quick", "Range", "Friendly", "Cheap")
SCORES: dict[str | None, tuple[float, ...]] = {
    None: (8, 3, 8, 5),
    "north": (3, 8, 4, 5),
    "phone": (7, 5, 2, 8),
    "stall": (5, 5, 6, 6),
}


def _ratings(scores: Mapping[str | None, Iterable[float | None]], people: int = 2) -> Rows:
    return numbered(
        "brand_rating",
        [
            {"attribute": attribute, "rival": rival, "participant": f"C{person}", "score": score}
            for rival, row in scores.items()
            for attribute, score in zip(ATTRIBUTES, row, strict=True)
            if score is not None
            for person in range(people)
        ],
    )


def _ideal(segment: str, levels: Iterable[float]) -> Rows:
    return {
        ("ideal_point", f"{segment}-{attribute}".lower()): {"attribute": attribute, "segment": segment, "score": level}
        for attribute, level in zip(ATTRIBUTES, levels, strict=False)
    }


def test_the_map_of_ratings_says_who_is_nearest_to_the_ideal(tmp_path: Path) -> None:
    exhibit = shown("perceptual_map", snapshot_of(tmp_path, BASE, THIRD, _ratings(SCORES), _ideal("wait", (5, 5, 6, 7))))
    assert titles(exhibit) == (
        "Waiting: Market stall nearer to the ideal than we are (0.5 points away, we 2.3)",
        "Waiting：离理想点更近的是Market stall（相差0.5分，我们相差2.3分）",
    )
    assert exhibit.figures["wait.stall.from_ideal"] == pytest.approx(0.5)
    ours, north = np.array(SCORES[None]), np.array(SCORES["north"])
    assert exhibit.figures["north.distance"] == pytest.approx(float(np.sqrt(((ours - north) ** 2).sum())))
    figure = drawn(exhibit)
    stars = [trace for trace in figure["data"] if trace["marker"]["symbol"] == "star"]
    assert [trace["customdata"][0][0] for trace in stars] == ["wait"]
    assert sum(trace["marker"]["symbol"] == "arrow" for trace in figure["data"]) == len(ATTRIBUTES)
    assert "% of the differences" in figure["layout"]["xaxis"]["title"]["text"]
    assert {"Ours", "North kiosk", "Waiting", "Quick"} <= {
        note["text"].replace("<b>", "").replace("</b>", "").replace("<i>", "").replace("</i>", "")
        for note in figure["layout"]["annotations"]
    }


def test_an_ideal_keeps_the_colour_of_its_segment(tmp_path: Path) -> None:
    ideals = {**_ideal("wait", (8, 3, 8, 5)), **_ideal("reg", (3, 8, 4, 5))}
    snapshot = snapshot_of(tmp_path, BASE, THIRD, _ratings(SCORES), ideals)
    figure = drawn(shown("perceptual_map", snapshot))
    notes = {note["text"]: note for note in figure["layout"]["annotations"]}
    stars = {mark["text"][0]: mark["marker"]["color"] for mark in figure["data"] if mark["marker"]["symbol"] == "star"}
    assert stars == {"Waiting": tint(SERIES[0], 1), "Regulars": tint(SERIES[1], 1)}
    # Written in that colour, a name could hardly be read on a light page: some of the palette have no more than 2.2:1 there.
    assert not any("color" in notes[name]["font"] for name in stars)
    # The title speaks of the segment where we are farthest behind.
    assert titles(shown("perceptual_map", snapshot))[0].startswith(
        "Regulars: North kiosk nearer to the ideal than we are (0.0 points away"
    )
    assert titles(shown("perceptual_map", snapshot, segment="wait"))[0] == "Waiting: nobody stands nearer to the ideal than we do"
    assert "Regulars" not in {n["text"] for n in drawn(shown("perceptual_map", snapshot, segment="wait"))["layout"]["annotations"]}
    with pytest.raises(UnknownName):
        shown("perceptual_map", snapshot, segment="nobody")


def test_a_point_the_plane_hardly_shows_is_faint_and_named(tmp_path: Path) -> None:
    scores = {None: (9, 5, 5, 5), "north": (1, 5, 5, 5), "phone": (5, 9, 5, 5), "stall": (5, 1, 5, 5)}
    odd: Rows = {("rival", "odd"): {"name": "Odd one", "kind": "direct", "strengths": "s", "weaknesses": "w"}}
    exhibit = shown("perceptual_map", snapshot_of(tmp_path, BASE, THIRD, odd, _ratings({**scores, "odd": (5, 5, 8, 5)})))
    assert "less than half of what is special about them: Odd one" in said(exhibit)
    frame = exhibit.frame.set_index("id")
    assert frame.loc["odd", "quality"] < 0.5 < frame.loc["north", "quality"]
    faint = [note for note in drawn(exhibit)["layout"]["annotations"] if note["text"] == "Odd one"]
    assert faint[0]["opacity"] < 1


def test_counts_and_judged_differences_make_maps_of_their_own(tmp_path: Path) -> None:
    named = {None: (20, 3, 12), "north": (4, 18, 3), "phone": (6, 9, 1), "stall": (0, 0, 0)}
    counts = numbered(
        "association_count",
        [
            {"attribute": attribute, "rival": rival, "count": count, "respondents": 30, "figures_from": "judgement"}
            for rival, row in named.items()
            for attribute, count in zip(ATTRIBUTES, row, strict=False)
        ],
    )
    pairs = {
        (None, "north"): 7,
        (None, "phone"): 5,
        (None, "stall"): 2,
        ("north", "phone"): 6,
        ("north", "stall"): 6,
        ("phone", "stall"): 4,
    }
    judged = numbered(
        "dissimilarity", [{"first": a, "second": b, "participant": "C1", "score": score} for (a, b), score in pairs.items()]
    )
    snapshot = snapshot_of(tmp_path, BASE, THIRD, counts, judged)
    by_counts = shown("perceptual_map", snapshot)  # nothing is rated, so the counts are taken
    assert titles(by_counts)[0] == "We stand apart: no rival is seen as close to us as the rivals are to one another"
    assert "the distance between the two means nothing" in said(by_counts)
    assert "Left out, because answers are missing: Market stall" in said(by_counts)
    assert "judgement" in said(by_counts)
    drawn(by_counts)
    by_pairs = shown("perceptual_map", snapshot, method="mds")
    assert titles(by_pairs)[0] == "Most like us in customers' eyes: Market stall"
    assert "single person" in said(by_pairs)
    assert "once four or more of these brands are rated" in said(by_pairs)
    drawn(by_pairs)
    rated = shown("perceptual_map", snapshot_of(tmp_path / "two", BASE, THIRD, judged, _ratings(SCORES)), method="mds")
    assert set(rated.frame["kind"]) == {"brand", "attribute"}


def test_half_empty_answers_leave_out_what_is_missing_and_say_so(tmp_path: Path) -> None:
    gaps: dict[str | None, Any] = {**SCORES, "phone": (7, None, 2, 8), "north": (3, None, 4, 5)}
    exhibit = shown("perceptual_map", snapshot_of(tmp_path, BASE, THIRD, _ratings(gaps), _ideal("wait", (9,))))
    assert "not every brand has an answer: Range" in said(exhibit)
    assert "Too few ideal levels to place: Waiting" in said(exhibit)
    assert set(exhibit.frame["kind"]) == {"brand", "attribute"}
    drawn(exhibit)


@pytest.mark.parametrize(
    ("rows", "method", "expected"),
    [
        ({}, "auto", "No brand has been rated yet"),
        ({}, "ca", "Nobody has been counted yet"),
        ({}, "mds", "No pair of brands has been judged yet"),
        (_ratings({None: (1, 2, 3, 4), "north": (4, 3, 2, 1)}), "pca", "so far it is Ours and North kiosk"),
        (_ratings({None: (5, 5, 5, 5), "north": (5, 5, 5, 5), "phone": (5, 5, 5, 5)}), "auto", "stand alike on everything"),
        (
            _ratings({r: (v, None, None, None) for r, v in ((None, 1), ("north", 5), ("phone", 9))}),
            "pca",
            "A map needs 2 attributes",
        ),
    ],
)
def test_no_map_says_what_is_missing_and_what_can_still_be_shown(tmp_path: Path, rows: Rows, method: str, expected: str) -> None:
    snapshot = snapshot_of(tmp_path, BASE, rows)
    with pytest.raises(NoData) as refused:
        shown("perceptual_map", snapshot, method=method)
    assert expected in refused.value.in_("en")
    assert refused.value.fix
    assert refused.value.in_("zh") != refused.value.in_("en")
    if rows:
        assert "brand profile" in refused.value.in_("en")
        drawn(shown("brand_profile", snapshot))


def test_only_rivals_and_brands_on_one_line_are_drawn_all_the_same(tmp_path: Path) -> None:
    line = {"north": (1, 2, 3, 4), "phone": (2, 3, 4, 5), "stall": (4, 5, 6, 7)}
    exhibit = shown("perceptual_map", snapshot_of(tmp_path, BASE, THIRD, _ratings(line), _ideal("wait", (9, 9, 9, 9))))
    assert "Only rivals stand on the map" in titles(exhibit)[0]
    assert exhibit.figures["shown"] == pytest.approx(1)
    drawn(exhibit)


def test_arrows_show_who_moved_since_the_cycle_before(tmp_path: Path) -> None:
    decision = {"statement": "Stay", "step": "step_3", "reason": "r", "owner": "o", "due": "2026-05-01", "status": "agreed"}
    with Workbook.create(tmp_path / "x.duckdb", "X") as workbook:
        rows = {**BASE, **THIRD, **_ratings(SCORES, 1), ("decision", "d"): decision}
        workbook.commit([Put(sheet, row, values) for (sheet, row), values in rows.items()], "Lead")
        assert "cycle" not in said(shown("perceptual_map", workbook.snapshot()))
        open_next_cycle(workbook, "Lead")
        still = shown("perceptual_map", workbook.snapshot())
        assert "Nothing has moved against the field since cycle 1" in said(still)
        changed = [
            Put("brand_rating", row.id, {"score": 9})
            for row in workbook.snapshot().rows("brand_rating")
            if row["rival"] == "phone" and row["attribute"] in ("Friendly", "Range")
        ]
        workbook.commit(changed, "Lead")
        moved = shown("perceptual_map", workbook.snapshot())
        assert "Most has moved: News on the phone" in said(moved)
        assert "phone" in set(moved.frame.loc[moved.frame["kind"] == "earlier", "id"])
        assert "点线箭头" in " ".join(line.in_("zh") for line in moved.reading)
        drawn(moved)


def test_a_crowded_map_is_quick_and_its_names_stand_apart(tmp_path: Path) -> None:
    chance = np.random.default_rng(7)
    rivals: Rows = {
        ("rival", f"r{n}"): {"name": f"Rival number {n}", "kind": "direct", "strengths": "s", "weaknesses": "w"} for n in range(8)
    }
    targets: Rows = {("segment", f"s{n}"): {"name": f"Segment {n}", "role": "secondary"} for n in range(12)}
    attributes = [f"Attribute {n}" for n in range(15)]
    ratings = numbered(
        "brand_rating",
        [
            {"attribute": a, "rival": r, "participant": f"P{p}", "score": int(chance.integers(1, 10))}
            for a in attributes for r in (None, *(f"r{n}" for n in range(8))) for p in range(20)
        ],
    )  # fmt: skip
    ideals = numbered(
        "ideal_point",
        [{"attribute": a, "segment": f"s{n}", "score": int(chance.integers(1, 10))} for a in attributes for n in range(12)],
    )
    snapshot = snapshot_of(tmp_path, BASE, rivals, targets, ratings, ideals)
    shown("perceptual_map", snapshot_of(tmp_path / "warm", BASE, THIRD, _ratings(SCORES))).draw("en")
    exhibit, calls = counted(lambda: shown("perceptual_map", snapshot))
    drawn(exhibit)
    assert calls < 300_000

    # A narrow screen shows numbers instead, with every name but ours in the key.
    figure = exhibit.draw("en")
    narrow = figure.layout.meta["narrow"]
    numbers = [note for note in figure.layout.annotations[narrow["names"] :] if note.text.strip("<b>/").isdigit()]
    assert len(figure.layout.annotations) == 2 * narrow["names"]
    assert {note.opacity for note in figure.layout.annotations[narrow["names"] :]} == {0}
    key = {kind["glyph"]: kind["names"] for kind in narrow["key"]}
    assert {glyph: len(names) for glyph, names in key.items()} == {"●": 8, "★": 12, "→": 15}
    assert [int(note.text.strip("<b>/")) for note in numbers] == list(range(1, 36))
    assert ["9", "Segment 11"] in key["★"]
    assert boxes_apart(numbers, figure) > 0.9


def boxes_apart(notes: list[Any], figure: Any) -> float:
    """Share of the numbers that no other number covers, on a plot as narrow as a phone's."""
    low, high = figure.layout.xaxis.range
    unit = NARROW[0] / (high - low)
    centres = [(n.x * unit + offset_of(n)[0], n.y * unit + offset_of(n)[1]) for n in notes]
    free = [all(abs(a[0] - b[0]) > 7 or abs(a[1] - b[1]) > 10 for b in centres if b is not a) for a in centres]
    return sum(free) / len(free)


# -- names ---------------------------------------------------------------------------------------------------------------------


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.floats(1, 9), st.floats(1, 9)), min_size=1, max_size=14))
@example(points=[(1.0, 7.0), (1.0, 5.5), (2.0, 6.5), (1.46875, 6.75)])
def test_names_stay_inside_the_plot(points: list[tuple[float, float]]) -> None:
    names = [Name(f"Offer number {at}", x, y) for at, (x, y) in enumerate(points)]
    for name, place in zip(names, places(names, (0, 10), (0, 10)), strict=True):
        wide, high = text_size(name.text)
        x, y = name.x / 10 * SIZE[0] + place.dx, name.y / 10 * SIZE[1] + place.dy
        assert wide / 2 <= x <= SIZE[0] - wide / 2
        assert high / 2 <= y <= SIZE[1] - high / 2


def test_names_of_a_dozen_marks_in_one_corner_do_not_cover_each_other() -> None:
    names = [Name(f"Offer {at}", 4 + (at % 4) * 0.35, 4 + (at // 4) * 0.5) for at in range(12)]
    found = places(names, (0, 10), (0, 10))
    boxes = []
    for name, place in zip(names, found, strict=True):
        wide, high = text_size(name.text)
        x, y = name.x / 10 * SIZE[0] + place.dx, name.y / 10 * SIZE[1] + place.dy
        boxes.append((x - wide / 2, y - high / 2, x + wide / 2, y + high / 2))
    covered = sum(
        max(0.0, min(a[2], b[2]) - max(a[0], b[0])) * max(0.0, min(a[3], b[3]) - max(a[1], b[1]))
        for at, a in enumerate(boxes)
        for b in boxes[:at]
    )
    assert covered < 0.05 * sum((box[2] - box[0]) * (box[3] - box[1]) for box in boxes)
    assert any(place.leader for place in found)


def test_gaps_are_cut_out_with_as_little_as_possible() -> None:
    table = np.array([[1, np.nan, 3], [4, np.nan, 6], [7, 8, 9]])
    assert complete(table) == ([0, 1, 2], [0, 2])
    assert complete(np.full((2, 2), np.nan)) in (([], []), ([0, 1], []), ([], [0, 1]))
    square = np.array([[0, 1, np.nan], [1, 0, 2], [np.nan, 2, 0.0]])
    assert len(complete(square, square=True)[0]) == 2
