"""Whether the mix is whole, where the money goes, and the room for a price."""

from pathlib import Path

import pytest
from strategic_rows import BASE, Rows, drawn, numbered, said, shown, snapshot_of, titles, values

from strategy.errors import NoData

WHOLE = {"offer": "What we do", "customer_side": "What they get", "answers": "news"}
MIX = numbered(
    "mix",
    [{"segment": "wait", "variant": "all", "element": element, **WHOLE} for element in ("product", "price", "channel", "promotion")]
    + [{"segment": "wait", "variant": "North side", "element": "channel", **WHOLE}]
    + [{"segment": "reg", "element": element, **WHOLE} for element in ("product", "price", "channel")],
)
BUDGET: Rows = {
    ("budget", "wp"): {"segment": "wait", "instrument": "promotion", "planned": 3000, "current": 2000, "effect_zero": 70,
                       "effect_plus_half": 115, "effect_saturation": 150},
    ("budget", "rp"): {"segment": "reg", "instrument": "promotion", "planned": 7000, "current": 1000, "effect_zero": 80,
                       "effect_plus_half": 115, "effect_saturation": 160},
    ("budget", "rc"): {"segment": "reg", "instrument": "channel", "planned": 2000},
}  # fmt: skip
CORRIDOR = numbered(
    "price_corridor",
    [
        {"segment": "wait", "floor": 8, "target": 10, "ceiling": 12, "figures_from": "judgement"},
        {"segment": "reg", "floor": 20, "target": 35, "ceiling": 36, "figures_from": "data"},
    ],
)
ANSWERS = [(2, 4, 7, 9), (3, 5, 8, 10), (4, 6, 9, 12), (5, 7, 10, 13), (6, 8, 12, 15)]


def price_answers(
    rows: list[tuple[float, ...]], columns: tuple[str, ...] = ("too_cheap", "cheap", "expensive", "too_expensive")
) -> Rows:
    return numbered(
        "price_answer",
        [{"respondent": f"R{n}", "segment": "wait", **dict(zip(columns, row, strict=True))} for n, row in enumerate(rows)],
    )


def test_coverage_shows_the_hole_and_lets_a_variant_inherit(tmp_path: Path) -> None:
    exhibit = shown("coverage", snapshot_of(tmp_path, BASE, MIX))
    assert titles(exhibit) == ("One hole in the mix: Regulars has no promotion", "营销组合有一处空缺：Regulars还没有促销")
    assert exhibit.figures == {"filled": 11, "partly": 0, "hole": 1}
    figure = drawn(exhibit)
    assert figure["data"][1]["text"].count("● filled*") == 3
    assert [list(row) for row in figure["data"][0]["z"]] == [[2, 2, 2, 2], [2, 2, 2, 2], [2, 2, 2, 0]]


def test_coverage_needs_both_sides_and_a_need(tmp_path: Path) -> None:
    rows = numbered(
        "mix", [{"segment": "wait", "element": element, "offer": "x", "customer_side": "y"} for element in ("product", "price")]
    )
    exhibit = shown("coverage", snapshot_of(tmp_path, BASE, rows))
    assert exhibit.figures == {"filled": 0, "partly": 2, "hole": 6}


def test_coverage_speaks_of_targets_only_where_some_are_chosen(tmp_path: Path) -> None:
    rows = [{"segment": segment, "element": element, "offer": "x", "customer_side": "y", "answers": "news"}
            for segment in ("wait", "reg", "off") for element in ("product", "price", "channel", "promotion")]  # fmt: skip
    nobody = {key: {"role": None} for key in BASE if key[0] == "segment"}
    title = titles(shown("coverage", snapshot_of(tmp_path, BASE, numbered("mix", rows), nobody)))[0]
    assert "target segment" not in title
    assert "no target is chosen yet" in title


@pytest.mark.parametrize(
    ("total", "expected"),
    [
        (15000, "Of the budget of 15,000 CNY, 3,000 CNY is not planned yet"),
        (10000, "Planned sums of 12,000 CNY exceed the budget of 10,000 CNY by 2,000 CNY"),
        (12000, "Regulars gains most: from 33% of the money today to 75%"),
    ],
)
def test_budget_against_the_total(tmp_path: Path, total: int, expected: str) -> None:
    frame = {("plan_frame", "plan"): {"budget_total": total}}
    exhibit = shown("budget_split", snapshot_of(tmp_path, BASE, BUDGET, frame))
    assert titles(exhibit)[0] == expected
    assert exhibit.figures["planned"] == 12000
    assert {3000.0, 9000.0, 2000.0, 1000.0} == set(values(drawn(exhibit)))


def test_a_budget_of_nothing(tmp_path: Path) -> None:
    rows = numbered("budget", [{"segment": "wait", "instrument": "price", "planned": 0}])
    frame = {("plan_frame", "plan"): {"budget_total": None}}
    snapshot = snapshot_of(tmp_path, BASE, rows, frame)
    assert titles(shown("budget_split", snapshot))[0] == "No money is planned yet"
    drawn(shown("budget_split", snapshot))
    drawn(shown("budget_by_instrument", snapshot))


def test_what_more_would_bring(tmp_path: Path) -> None:
    exhibit = shown("budget_by_instrument", snapshot_of(tmp_path, BASE, BUDGET))
    english, chinese = titles(exhibit)
    assert english.startswith("At plan, a further ¥1 brings most with Waiting · promotion")
    assert "least with Regulars · promotion" in english
    assert "Waiting·促销" in chinese
    # ADBUDG through 70, 100, 115, 150 (gamma 1.8797, delta 5/3): from 150% to 160% of 2,000 sales rise by 2.39 points of 30,000.
    gain = (70 + 80 * 1.6**1.87966865 / (5 / 3 + 1.6**1.87966865)) - 115
    assert exhibit.figures["wp.return_plan"] == pytest.approx(gain / 100 * 30000 / 200, rel=1e-5)
    assert "wp.return_today" in exhibit.figures
    assert "rc.return_plan" not in exhibit.figures
    assert {3000.0, 7000.0, 2000.0} <= set(values(drawn(exhibit)))


def test_judgements_that_no_curve_fits_are_named(tmp_path: Path) -> None:
    wrong = {("budget", "wp"): {"effect_plus_half": 160}}
    exhibit = shown("budget_by_instrument", snapshot_of(tmp_path, BASE, BUDGET, wrong))
    assert "No curve fits Waiting · promotion" in said(exhibit)
    assert "wp.return_plan" not in exhibit.figures
    drawn(exhibit)


def test_corridor_names_the_tightest(tmp_path: Path) -> None:
    exhibit = shown("price_corridor", snapshot_of(tmp_path, BASE, CORRIDOR))
    assert titles(exhibit) == (
        "No target price lies outside its corridor; Regulars has least room to the ceiling, 3%",
        "没有目标价超出区间；Regulars离上限最近，只剩3%的余地",
    )
    assert "Judgement: 3 of 6 prices" in said(exhibit)
    assert {8.0, 12.0, 20.0, 36.0, 10.0, 35.0} <= set(values(drawn(exhibit)))


def test_target_above_the_ceiling(tmp_path: Path) -> None:
    rows = numbered("price_corridor", [{"segment": "wait", "target": 13, "ceiling": 12}])
    exhibit = shown("price_corridor", snapshot_of(tmp_path, BASE, rows))
    assert titles(exhibit)[0] == "Waiting: the target of ¥13 lies above the ceiling of ¥12"
    drawn(exhibit)


def test_van_westendorp_beside_the_corridor(tmp_path: Path) -> None:
    snapshot = snapshot_of(tmp_path, BASE, CORRIDOR, price_answers(ANSWERS))
    exhibit = shown("price_corridor", snapshot)
    assert (exhibit.figures["wait.low"], exhibit.figures["wait.high"]) == (5, 10)
    assert (exhibit.figures["wait.optimal"], exhibit.figures["wait.indifference"]) == (6, 7)
    assert "van Westendorp's original definition" in said(exhibit)
    drawn(exhibit)
    curves = shown("price_corridor", snapshot, view="answers")
    assert titles(curves) == (
        "Waiting: respondents accept ¥5 to ¥10, with the optimal price at ¥6",
        "Waiting：受访者可接受¥5到¥10，最优价格¥6",
    )
    assert drawn(curves)["data"][0]["name"] == "Too cheap"


def test_equal_prices_count_as_in_order_and_the_reading_says_so(tmp_path: Path) -> None:
    exhibit = shown(
        "price_corridor", snapshot_of(tmp_path, BASE, price_answers([*ANSWERS, (4, 4, 9, 9), (9, 4, 9, 9)])), view="answers"
    )
    assert "6 of 7 price answers are in order, equal prices included." in said(exhibit)


def test_target_outside_what_respondents_accept(tmp_path: Path) -> None:
    far = {("price_corridor", "far"): {"segment": "wait", "floor": 8, "target": 11, "ceiling": 12}}
    exhibit = shown("price_corridor", snapshot_of(tmp_path, BASE, far, price_answers(ANSWERS)))
    assert titles(exhibit)[0] == "Waiting: the target of ¥11 lies outside what respondents accept, ¥5 to ¥10"


def test_exchanged_columns_are_noticed(tmp_path: Path) -> None:
    swapped = price_answers(ANSWERS, ("too_cheap", "expensive", "cheap", "too_expensive"))
    snapshot = snapshot_of(tmp_path, BASE, CORRIDOR, swapped)
    exhibit = shown("price_corridor", snapshot)
    assert "0 of 5 are in order as labelled, 5 if “Cheap” and “Expensive” are exchanged" in said(exhibit)
    with pytest.raises(NoData):
        shown("price_corridor", snapshot, view="answers")


@pytest.mark.parametrize("exhibit_id", ["coverage", "budget_split", "budget_by_instrument", "price_corridor"])
def test_nothing_yet_says_what_to_fill_in(tmp_path: Path, exhibit_id: str) -> None:
    with pytest.raises(NoData) as refused:
        shown(exhibit_id, snapshot_of(tmp_path, BASE))
    assert refused.value.fix
    assert refused.value.in_("zh") != refused.value.in_("en")
