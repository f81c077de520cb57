"""Step 1: weights in pairs and in sets, the matrix with its advice, how firm the choice is, the four tests, the 30-second test."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from strategic_rows import Rows, drawn, said, shown, snapshot_of, titles

from strategy.analysis import ge_matrix as ge
from strategy.errors import NoData, UnknownName

SEGMENTS: Rows = {
    ("segment", "reg"): {"name": "Regulars", "role": "primary", "revenue": 300, "planned_ability": 9, "resource_share": 60},
    ("segment", "wait"): {"name": "Waiting", "role": "secondary", "revenue": 200, "resource_share": 40},
    ("segment", "seat"): {"name": "Seated", "role": "not_now", "revenue": 100},
    ("criterion", "size"): {"name": "Size", "axis": "attractiveness", "weight": 60},
    ("criterion", "growth"): {"name": "Growth", "axis": "attractiveness", "weight": 40},
    ("criterion", "reach"): {"name": "Reach", "axis": "ability", "weight": 100},
}  # fmt: skip
SCORES = {
    "Ada": {"reg": (9, 5, 9), "wait": (6, 4, 6), "seat": (3, 7, 4)},
    "Bo": {"reg": (8, 6, 8), "wait": (4, 3, 5), "seat": (6, 8, 6)},
}
EVALUATION: Rows = {
    ("segment_evaluation", f"{segment}-{criterion}-{who.lower()}"): {
        "segment": segment, "criterion": criterion, "participant": who, "score": score,
    }
    for who, rows in SCORES.items()
    for segment, scores in rows.items()
    for criterion, score in zip(("size", "growth", "reach"), scores, strict=True)
}  # fmt: skip


def pairs(sheet: str, who: str, **judged: str) -> Rows:
    return {
        (sheet, f"{pair.replace('_', '-')}-{who.lower()}"): {
            "first": pair.split("_")[0], "second": pair.split("_")[1], "participant": who, "judgement": judgement,
        }
        for pair, judgement in judged.items()
    }  # fmt: skip


def test_the_matrix_under_points_pairs_and_a_set(tmp_path: Path) -> None:
    in_pairs = pairs("pairwise", "Ada", size_growth="second_9")
    named: Rows = {("weight_set", f"w-{item}"): {"name": "Growth only", "criterion": item, "weight": weight}
                   for item, weight in {"size": 0, "growth": 10, "reach": 5}.items()}  # fmt: skip
    snapshot = snapshot_of(tmp_path, SEGMENTS, EVALUATION, in_pairs, named)
    points = shown("ge_matrix", snapshot)
    assert points.figures["seat.attractiveness"] == pytest.approx(0.6 * 4.5 + 0.4 * 7.5)
    assert shown("ge_matrix", snapshot, weights="pairwise").figures["seat.attractiveness"] == pytest.approx(0.1 * 4.5 + 0.9 * 7.5)
    assert shown("ge_matrix", snapshot, weights="Growth only").figures["seat.attractiveness"] == pytest.approx(7.5)
    assert "With the weights “Growth only” another cell: Regulars" in said(points)
    figure = drawn(points)
    assert any(note.get("axref") == "x" and note["x"] == 9 for note in figure["layout"]["annotations"])
    advice = points.table("en").set_index("Segment")["Advice of the cell"]
    assert advice["Regulars"].startswith("Give these customers the best people")
    with pytest.raises(UnknownName, match="no set of weights named Nobody"):
        shown("ge_matrix", snapshot, weights="Nobody")


def test_what_is_missing_is_said(tmp_path: Path) -> None:
    zero = {("criterion", "size"): {"weight": 0}, ("criterion", "growth"): {"weight": 0}}
    with pytest.raises(NoData, match="All weights of Attractiveness are zero"):
        shown("ge_matrix", snapshot_of(tmp_path, SEGMENTS, EVALUATION, zero))
    (tmp_path / "b").mkdir()
    with pytest.raises(NoData, match="compared the criteria of Attractiveness in pairs"):
        shown("ge_matrix", snapshot_of(tmp_path / "b", SEGMENTS, EVALUATION), weights="pairwise")


def test_one_participant_is_no_agreement(tmp_path: Path) -> None:
    alone = {key: row for key, row in EVALUATION.items() if row["participant"] == "Ada"}
    snapshot = snapshot_of(tmp_path, SEGMENTS, alone)
    assert "One participant so far" in said(shown("ge_matrix", snapshot))
    assert "One participant has scored" in said(shown("choice_robustness", snapshot))


def test_the_choice_and_who_would_choose_otherwise(tmp_path: Path) -> None:
    exhibit = shown("choice_robustness", snapshot_of(tmp_path, SEGMENTS, EVALUATION))
    # Means: Waiting (5, 3.5, 5.5), Seated (4.5, 7.5, 5): 0.3 x 5 + 0.2 x 3.5 + 0.5 x 5.5 = 4.95 against 5.35.
    assert titles(exhibit)[0] == "By its own scores the choice does not stand; ranked above a target: Seated"
    assert "1 of 2 participants would have chosen otherwise: Bo" in said(exhibit)
    assert "Strongest dissent: Bo would take Seated before Waiting" in said(exhibit)
    drawn(exhibit)


def test_flips_turn_the_order_over_exactly() -> None:
    means = pd.DataFrame({"a": [8.0, 5.0, 4.0], "b": [7.0, 6.0, 6.5]}, index=["x", "y", "z"])
    weights = {"a": 3.0, "b": 2.0}
    flips = ge.weight_flips(means, weights, {"x", "y"})
    flip = flips["b"]
    assert flip is not None
    share = flip.share_at_flip
    assert means.loc["y"] @ [1 - share, share] == pytest.approx(means.loc["z"] @ [1 - share, share])
    score = ge.smallest_score_flip(means, weights, {"x", "y"})
    assert score is not None
    changed = means.copy()
    changed.loc[score.item, score.criterion] = score.score_at_flip
    totals = changed @ [0.6, 0.4]
    assert totals[score.overtaken] == pytest.approx(totals[score.overtaking])
    assert ge.smallest_flip(means, weights, {"x", "y", "z"}) is None


def test_weights_in_pairs_name_who_contradicts_himself(tmp_path: Path) -> None:
    third: Rows = {("criterion", "steady"): {"name": "Steadiness", "axis": "attractiveness", "weight": 0}}
    good = pairs("pairwise", "Ada", size_growth="first_2", growth_steady="first_2", size_steady="first_4")
    bad = pairs("pairwise", "Bo", size_growth="first_5", growth_steady="first_5", size_steady="second_5")
    thin = pairs("pairwise", "Cy", size_growth="first_3")
    exhibit = shown("criteria_weights", snapshot_of(tmp_path, SEGMENTS, third, good, bad, thin))
    assert "the judgements of 1 of 2 people contradict themselves" in titles(exhibit)[0]
    assert "Ada 0.00" in said(exhibit)
    assert "Too few pairs for weights of their own: Cy" in said(exhibit)
    assert "Most out of line: Bo" in said(exhibit)
    assert "Alonso & Lamata 2006" in said(exhibit)
    drawn(exhibit)


def test_the_roster_takes_weights_from_pairs(tmp_path: Path) -> None:
    rows: Rows = {
        ("customer_type", name): {"name": name, "kind": "consumer", "weight": 50, "attention_share": 50} for name in ("a", "b")
    }
    snapshot = snapshot_of(tmp_path, rows, pairs("customer_pair", "Ada", a_b="first_4"))
    assert shown("customer_roster", snapshot, weights="pairwise").figures["a.weight_percent"] == pytest.approx(80)
    assert shown("customer_weights", snapshot).figures["b.weight"] == pytest.approx(20)


def test_a_target_that_fails_without_a_reason_is_the_title(tmp_path: Path) -> None:
    tests: Rows = {("segment_test", "t1"): {"segment": "wait", "test": "servable", "result": "fails"},
                   ("segment_test", "t2"): {"segment": "reg", "test": "distinct", "result": "passes"}}  # fmt: skip
    exhibit = shown("segment_tests", snapshot_of(tmp_path, SEGMENTS, tests))
    assert titles(exhibit)[0] == "Waiting fail a test and are targets without a reason"
    assert "the room's judgement" in said(exhibit)
    drawn(exhibit)


def test_the_portfolio_by_margin(tmp_path: Path) -> None:
    margins: Rows = {("segment", "reg"): {"margin": 10}, ("segment", "wait"): {"margin": 40}, ("segment", "seat"): {"margin": 0}}
    exhibit = shown("portfolio", snapshot_of(tmp_path, SEGMENTS, margins), value="margin")
    assert "gross margin" in exhibit.alt.in_("en")
    assert exhibit.figures["wait.value_share"] == pytest.approx(80 / 110)
    assert "gross margin" in titles(exhibit)[0]
    assert "What is given up by leaving out Seated" in said(exhibit)


def test_the_portfolio_says_what_is_not_shared_out_and_which_target_gets_nothing(tmp_path: Path) -> None:
    shares: Rows = {("segment", "reg"): {"resource_share": 60}, ("segment", "wait"): {"resource_share": 0}}
    told = said(shown("portfolio", snapshot_of(tmp_path, SEGMENTS, shares)))
    assert "add up to 60%, not 100" in told
    assert "Targets without resources: Waiting" in told


def test_who_is_not_scored_on_every_criterion_is_left_out_by_name(tmp_path: Path) -> None:
    late: Rows = {
        ("segment", "late"): {"name": "Latecomers", "role": "not_now", "revenue": 50},
        ("segment_evaluation", "late-size-ada"): {"segment": "late", "criterion": "size", "participant": "Ada", "score": 9},
    }
    told = said(shown("choice_robustness", snapshot_of(tmp_path, SEGMENTS, EVALUATION, late)))
    assert "Left out, because not scored on every criterion: Latecomers" in told


def test_answers_stay_unseen_until_everybody_has_written(tmp_path: Path) -> None:
    people: Rows = {("participant", name.lower()): {"name": name} for name in ("Ada", "Bo")}
    first: Rows = {("thirty_second", "a"): {"participant": "Ada", "round": "opening", "answer": "Shops"}}
    with pytest.raises(NoData, match="1 of 2 have"):
        shown("thirty_second", snapshot_of(tmp_path, people, first))
    (tmp_path / "all").mkdir()
    both: Rows = {**first, ("thirty_second", "b"): {"participant": "Bo", "round": "opening", "answer": "Shops"}}
    assert shown("thirty_second", snapshot_of(tmp_path / "all", people, both)).figures["agreement"] == 1
    (tmp_path / "open").mkdir()
    opened: Rows = {("thirty_second", "a"): {**first["thirty_second", "a"], "open_to_all": True}}
    assert shown("thirty_second", snapshot_of(tmp_path / "open", people, opened)).figures["answers"] == 1
