"""Who the customer is, how customer-minded the organisation is, and whether the room agrees."""

from pathlib import Path

import pytest
from strategic_rows import BASE, Rows, drawn, numbered, said, shown, snapshot_of, titles, values

from strategy.errors import NoData

CUSTOMERS: Rows = {
    ("customer_type", "riders"): {"name": "Riders", "kind": "consumer", "weight": 60, "revenue_share": 80, "revenue_share_low": 70,
                                  "revenue_share_high": 85, "attention_share": 50},
    ("customer_type", "staff"): {"name": "Stop staff", "kind": "channel", "weight": 30, "attention_share": 5},
    ("customer_type", "firm"): {"name": "Property firm", "kind": "business", "weight": 10, "attention_share": 45},
}  # fmt: skip

SCORES = {"Sales": (5, 8, 6, 7, 4), "Service": (3, 7, 5, 6, 8), "Finance": (6, 9, 4, 7, 3)}
ORIENTATION = numbered(
    "orientation",
    [
        {"orientation": name, "participant": who, "score": score}
        for who, row in SCORES.items()
        for name, score in zip(("product", "competition", "market", "sales", "customer"), row, strict=True)
    ],
)


def test_roster_names_the_most_neglected(tmp_path: Path) -> None:
    exhibit = shown("customer_roster", snapshot_of(tmp_path, CUSTOMERS))
    english, chinese = titles(exhibit)
    assert english == "Stop staff is the most neglected: weight 30%, attention today 5%"
    assert "Stop staff" in chinese
    assert "最受忽视" in chinese
    assert exhibit.figures["staff.weight_percent"] == 30
    figure = drawn(exhibit)
    assert {60.0, 30.0, 80.0, 5.0} <= set(values(figure))
    assert [trace["error_x"]["array"][0] for trace in figure["data"] if trace.get("error_x", {}).get("array") is not None] == [5]


def test_roster_keeps_to_the_row_that_was_ticked_and_says_what_the_figures_say(tmp_path: Path) -> None:
    ticked = {("customer_type", "riders"): {"most_neglected": True}}
    exhibit = shown("customer_roster", snapshot_of(tmp_path, CUSTOMERS, ticked))
    assert titles(exhibit)[0].startswith("Riders is named as the most neglected")
    assert "Stop staff falls short most, by 25 points" in said(exhibit)


def test_weights_that_do_not_sum_to_100_are_shown_as_shares(tmp_path: Path) -> None:
    rows = numbered(
        "customer_type", [{"name": "A", "kind": "consumer", "weight": 30}, {"name": "B", "kind": "channel", "weight": 10}]
    )
    exhibit = shown("customer_roster", snapshot_of(tmp_path, rows))
    assert titles(exhibit)[0] == "A weighs most, 75%; attention today has not been estimated"
    assert "add up to 40" in said(exhibit)
    drawn(exhibit)


def test_zero_weights_do_not_divide(tmp_path: Path) -> None:
    rows = numbered("customer_type", [{"name": "A", "kind": "consumer", "weight": 0, "revenue_share": 100}])
    exhibit = shown("customer_roster", snapshot_of(tmp_path, rows))
    assert titles(exhibit)[0] == "The types of customer are listed but not weighed yet"
    drawn(exhibit)


def test_radar_shows_the_drift_and_everybody(tmp_path: Path) -> None:
    exhibit = shown("orientation_radar", snapshot_of(tmp_path, ORIENTATION))
    assert titles(exhibit) == (
        "The customer (5.0 of 10) stands behind competition (8.0 of 10)",
        "客户导向（5.0分）落在竞争导向（8.0分）之后",
    )
    assert exhibit.figures["drift"] == pytest.approx(3)
    assert "1 of 3 put the customer first" in said(exhibit)
    assert "customer: 3.0 to 8.0" in said(exhibit)
    figure = drawn(exhibit)
    assert sorted(figure["data"][1]["r"]) == sorted(score for row in SCORES.values() for score in row)


def test_radar_of_equal_means_gives_the_customer_no_lead(tmp_path: Path) -> None:
    scores = {"customer": 5, "sales": 5, "product": 2}
    rows = numbered("orientation", [{"orientation": name, "participant": "A", "score": score} for name, score in scores.items()])
    exhibit = shown("orientation_radar", snapshot_of(tmp_path, rows))
    assert titles(exhibit) == (
        "The customer shares the first place with sales: 5.0 of 10",
        "客户导向与销售导向并列最高：5.0分（满分10分）",
    )


def test_radar_with_one_orientation_only(tmp_path: Path) -> None:
    rows = numbered("orientation", [{"orientation": "sales", "participant": "Sales", "score": 7}])
    exhibit = shown("orientation_radar", snapshot_of(tmp_path, rows))
    assert titles(exhibit)[0] == "Highest stands sales, with 7.0 of 10; the customer has not been scored"
    assert "One participant so far" in said(exhibit)
    drawn(exhibit)


def test_balance_leans_to_either_side(tmp_path: Path) -> None:
    rows = numbered(
        "relationship_pair",
        [
            {"pair": "one_sale_or_tie", "participant": "A", "score": 1},
            {"pair": "one_sale_or_tie", "participant": "B", "score": 3},
            {"pair": "alike_or_graded", "participant": "A", "score": 5},
        ],
    )
    exhibit = shown("relationship_balance", snapshot_of(tmp_path, rows))
    assert "1 of 2, most of all “One sale / a lasting tie” at 2.0 of 5" in titles(exhibit)[0]
    assert "2对做法中有1对偏向交易一端" in titles(exhibit)[1]
    assert exhibit.figures == {"one_sale_or_tie.mean": 2.0, "alike_or_graded.mean": 5.0, "overall": 3.5}
    bars = drawn(exhibit)["data"][0]
    assert list(bars["x"]) == [-1.0, 2.0]
    assert list(bars["base"]) == [3, 3]


def test_maturity_names_the_weakest_link_with_the_spread(tmp_path: Path) -> None:
    rows = numbered(
        "maturity",
        [
            {"question": "strategy", "participant": "A", "score": 3},
            {"question": "strategy", "participant": "B", "score": 3},
            {"question": "control", "participant": "A", "score": 0},
            {"question": "control", "participant": "B", "score": 2},
        ],
    )
    exhibit = shown("maturity", snapshot_of(tmp_path, rows))
    assert titles(exhibit) == ("The weakest link is the control of execution: 1.0 of 4", "最薄弱的一环是执行检查：1.0分（满分4分）")
    assert "Not scored yet: the plan of measures" in said(exhibit)
    dots = drawn(exhibit)["data"][1]
    assert list(dots["error_x"]["array"]) == [0, 1]
    assert exhibit.frame["rwg"].tolist() == [1.0, 0.0]


def test_thirty_seconds_side_by_side(tmp_path: Path) -> None:
    answers = {"Sales": "People waiting for the bus", "Service": "People waiting for a bus", "Finance": "Whoever pays"}
    rows = numbered(
        "thirty_second",
        [{"participant": who, "round": "opening", "answer": text, "open_to_all": True} for who, text in answers.items()]
        + [
            {"participant": "Sales", "round": "circle", "answer": "等车的人", "open_to_all": True},
            {"participant": "Service", "round": "circle", "answer": "早上等车的人", "open_to_all": True},
        ],
    )
    snapshot = snapshot_of(tmp_path, rows)
    opening = shown("thirty_second", snapshot)
    assert opening.frame["answer"].tolist() == list(answers.values())
    assert opening.figures["answers"] == 3
    assert "Finance, with “Whoever pays”" in said(opening)
    circle = shown("thirty_second", snapshot, round="circle")
    assert circle.figures["agreement"] == pytest.approx(2 * 3 / (3 + 5))
    assert circle.figures["agreement"] > opening.figures["agreement"]
    assert "75%" in titles(circle)[1]
    drawn(opening)
    drawn(circle)


def test_one_answer_cannot_agree(tmp_path: Path) -> None:
    rows = numbered("thirty_second", [{"participant": "Sales", "round": "opening", "answer": "<b>Riders</b>", "open_to_all": True}])
    exhibit = shown("thirty_second", snapshot_of(tmp_path, rows))
    assert titles(exhibit)[0] == "One answer so far, from Sales: nothing to compare yet"
    labels = drawn(exhibit)["layout"]["yaxis"]["ticktext"]
    assert "&lt;b&gt;" in labels[0]


@pytest.mark.parametrize(
    "exhibit_id", ["customer_roster", "orientation_radar", "relationship_balance", "maturity", "thirty_second"]
)
def test_nothing_yet_says_what_to_fill_in(tmp_path: Path, exhibit_id: str) -> None:
    with pytest.raises(NoData) as refused:
        shown(exhibit_id, snapshot_of(tmp_path, BASE))
    assert refused.value.fix
    assert refused.value.in_("zh") != refused.value.in_("en")
