"""Price against benefit, value curves, what sets us apart, and how brands are rated."""

from pathlib import Path

import pytest
from strategic_rows import BASE, Rows, drawn, numbered, said, shown, snapshot_of, titles, values

from strategy.errors import NoData
from strategy.exhibits.palette import SERIES

OFFERS = numbered(
    "value_position",
    [
        {"segment": "wait", "price": 6, "benefit": 5, "figures_from": "judgement"},
        {"segment": "wait", "rival": "north", "price": 4, "benefit": 4, "figures_from": "data"},
        {"segment": "wait", "rival": "phone", "price": 5, "benefit": 6, "figures_from": "judgement"},
    ],
)
CANVAS: Rows = {
    ("canvas_factor", "walk"): {"factor": "Distance", "ours_today": 5, "ours_planned": 9, "action": "raise"},
    ("canvas_factor", "range"): {"factor": "Range", "ours_today": 1, "action": "keep"},
    ("canvas_factor", "talk"): {"factor": "Talk", "ours_today": 4, "ours_planned": 6, "action": "raise"},
    **{
        ("canvas_rival", f"n-{factor}"): {"factor": factor, "rival": "north", "level": level}
        for factor, level in (("walk", 3), ("range", 4), ("talk", 3))
    },
}
POINTS: Rows = {
    ("position_point", "comes"): {
        "point": "Comes to you", "segment": "wait", "kind": "difference", "need": "queue", "beats": ["north"], "is_true": True,
        "months_to_copy": 6,
    },
    ("position_point", "headline"): {
        "point": "Sells by headline", "segment": "wait", "kind": "difference", "need": "news", "beats": ["north", "phone"],
        "is_true": False, "months_to_copy": 12,
    },
    ("position_point", "papers"): {"point": "All papers", "segment": "wait", "kind": "parity", "is_true": True},
}  # fmt: skip


def test_value_map_measures_against_the_line(tmp_path: Path) -> None:
    exhibit = shown("value_map", snapshot_of(tmp_path, BASE, OFFERS))
    # Least squares through (5, 6), (4, 4), (6, 5): price = 2.5 + 0.5 x benefit, so 5 is fair for us.
    assert titles(exhibit) == (
        "Waiting: at ¥6 we ask 20% more than the benefit bears (¥5)",
        "Waiting：我们定价¥6，比利益所值（¥5）高20%",
    )
    assert exhibit.figures["wait.ours.off_share"] == pytest.approx(0.2)
    assert "Judgement: 2 of 3 offers" in said(exhibit)
    figure = drawn(exhibit)
    assert figure["data"][0]["y"] == pytest.approx([3.0, 7.0])
    assert {trace["marker"]["color"] for trace in figure["data"][1:]} == {SERIES[0]}


def test_two_offers_have_no_fair_value(tmp_path: Path) -> None:
    exhibit = shown("value_map", snapshot_of(tmp_path, BASE, dict(list(OFFERS.items())[:2])))
    assert "1 rival more would show what is fair" in titles(exhibit)[0]
    assert "wait.ours.off_share" not in exhibit.figures
    drawn(exhibit)


def test_free_offers_do_not_divide(tmp_path: Path) -> None:
    rows = numbered(
        "value_position",
        [{"segment": "reg", "rival": rival, "price": 0, "benefit": b} for rival, b in ((None, 3), ("north", 4), ("phone", 5))],
    )
    exhibit = shown("value_map", snapshot_of(tmp_path, BASE, rows))
    assert exhibit.figures["reg.ours.price"] == 0
    drawn(exhibit)


def test_canvas_says_whether_the_plan_moves_away(tmp_path: Path) -> None:
    exhibit = shown("strategy_canvas", snapshot_of(tmp_path, BASE, CANVAS))
    assert titles(exhibit) == (
        "The plan moves away from North kiosk, the nearest rival: distance 3.7 becomes 7.3",
        "规划与最接近的对手North kiosk拉开了距离：从3.7到7.3",
    )
    assert exhibit.figures["north.distance_today"] == pytest.approx(14**0.5)
    assert exhibit.figures["north.distance_planned"] == pytest.approx((36 + 9 + 9) ** 0.5)
    assert "gives nothing up" in said(exhibit)
    figure = drawn(exhibit)
    assert [list(trace["y"]) for trace in figure["data"][:3]] == [[3, 4, 3], [5, 1, 4], [9, 1, 6]]
    assert [trace["name"] for trace in figure["data"][3:]] == ["Raise", "Keep"]


def test_canvas_without_rivals_or_plan(tmp_path: Path) -> None:
    rows = numbered("canvas_factor", [{"factor": "Distance", "ours_today": 5, "segment": "reg"}])
    snapshot = snapshot_of(tmp_path, BASE, rows)
    assert "stands alone" in titles(shown("strategy_canvas", snapshot))[0]
    drawn(shown("strategy_canvas", snapshot, segment="reg"))
    with pytest.raises(NoData):
        shown("strategy_canvas", snapshot, segment="wait")


def test_differences_tied_to_need_and_rival(tmp_path: Path) -> None:
    exhibit = shown("parity_difference", snapshot_of(tmp_path, BASE, POINTS))
    assert titles(exhibit) == (
        "“Sells by headline” sets us apart longest: 12 months before a rival can copy it",
        "最守得住的差异点是“Sells by headline”：对手要12个月才能模仿",
    )
    assert exhibit.figures["tied_differences"] == 2
    assert "Not true today: Sells by headline" in said(exhibit)
    figure = drawn(exhibit)
    assert {12.0, 6.0} <= set(values(figure))
    assert exhibit.table("en")["Rivals it beats"].iloc[0] == "North kiosk and News on the phone"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({("position_point", "loose"): {"point": "Loose", "segment": "wait", "kind": "difference"}}, "1 of 3, such as “Loose”"),
        (
            {("position_point", "open"): {"point": "Open", "segment": "reg", "kind": "parity"}},
            "Regulars: nothing yet sets us apart",
        ),
    ],
)
def test_what_is_missing_comes_first(tmp_path: Path, change: Rows, expected: str) -> None:
    exhibit = shown("parity_difference", snapshot_of(tmp_path, BASE, POINTS, change))
    assert expected in titles(exhibit)[0]
    drawn(exhibit)


def test_brand_profile_with_spread_and_ideal(tmp_path: Path) -> None:
    scores = {("Quick", None): (9, 7), ("Quick", "north"): (2, 4), ("Range", None): (3, 3), ("Range", "north"): (8, 9)}
    ratings = numbered(
        "brand_rating",
        [
            {"attribute": attribute, "rival": rival, "participant": f"C{number}", "score": score, "segment": "wait"}
            for (attribute, rival), row in scores.items()
            for number, score in enumerate(row)
        ],
    )
    ideal = numbered("ideal_point", [{"attribute": "Range", "segment": "wait", "score": 7}])
    exhibit = shown("brand_profile", snapshot_of(tmp_path, BASE, ratings, ideal))
    assert titles(exhibit) == (
        "Quick sets us most apart: 8.0 against 3.0 for North kiosk",
        "最能拉开差距的是“Quick”：我们8.0分，North kiosk为3.0分",
    )
    assert exhibit.figures["ours.Quick"] == 8
    assert "Range, 3.0 where Waiting would like 7" in said(exhibit)
    figure = drawn(exhibit)
    assert list(figure["data"][0]["error_x"]["array"]) == [1, 0]
    assert figure["data"][-1]["marker"]["symbol"] == "star"


@pytest.mark.parametrize("exhibit_id", ["value_map", "strategy_canvas", "parity_difference", "brand_profile"])
def test_nothing_yet_says_what_to_fill_in(tmp_path: Path, exhibit_id: str) -> None:
    half = numbered("value_position", [{"segment": "wait", "price": 3}])
    with pytest.raises(NoData) as refused:
        shown(exhibit_id, snapshot_of(tmp_path, BASE, half))
    assert refused.value.fix
    assert refused.value.in_("zh") != refused.value.in_("en")


def test_a_crowded_value_map_names_us_and_tells_rivals_by_shape(tmp_path: Path) -> None:
    rivals = {("rival", f"r{n}"): {"name": f"Rival {n}", "kind": "direct"} for n in range(8)}
    segments = {("segment", f"s{n}"): {"name": f"Segment {n}", "role": "primary"} for n in range(12)}
    offers = numbered(
        "value_position",
        [
            {"segment": f"s{s}", "rival": rival, "price": 4 + n + s / 4, "benefit": 1 + (n * 3 + s) % 9}
            for s in range(12)
            for n, rival in enumerate([None, *(f"r{n}" for n in range(8))])
        ],
    )
    snapshot = snapshot_of(tmp_path, rivals, segments, offers)
    exhibit = shown("value_map", snapshot)
    figure = drawn(exhibit)
    named = [note["text"] for note in figure["layout"]["annotations"]]
    assert [text for text in named if "Rival" in text] == []
    assert sum("Segment" in text for text in named) == 12
    legend = [trace for trace in figure["data"] if trace.get("showlegend")]
    assert {trace["name"] for trace in legend} == {f"Rival {n}" for n in range(8)}
    assert len({trace["marker"]["symbol"] for trace in legend}) == 8
    assert "Choose one segment to have them named" in said(exhibit)
    alone = drawn(shown("value_map", snapshot, segment="s3"))
    assert sum("Rival" in note["text"] for note in alone["layout"]["annotations"]) == 8
