"""Ties and gaps: a place that is shared is said to be shared, and nobody disagrees only because of a score that is missing."""

from __future__ import annotations

from pathlib import Path

import pytest
from strategic_rows import Rows, drawn, numbered, said, shown, snapshot_of, titles

SEGMENTS: Rows = {
    ("segment", "a"): {"name": "Alpha", "role": "primary", "revenue": 100, "margin": 30},
    ("segment", "b"): {"name": "Beta", "role": "not_now", "revenue": 400, "margin": -50},
    ("segment", "c"): {"name": "Gamma", "role": "not_now", "revenue": 50, "margin": 20},
}
CRITERIA: Rows = {
    ("criterion", "x1"): {"name": "X1", "axis": "attractiveness", "weight": 50},
    ("criterion", "x2"): {"name": "X2", "axis": "attractiveness", "weight": 50},
    ("criterion", "y1"): {"name": "Y1", "axis": "ability", "weight": 100},
}
VENDORS: Rows = {
    ("vendor", "v1"): {
        "name": "One",
        "status": "listed",
        "licence_a_year": 10,
        "implementation": 0,
        "running_a_year": 0,
        "years": 3,
    },
    ("vendor", "v2"): {
        "name": "Two",
        "status": "listed",
        "licence_a_year": 10,
        "implementation": 0,
        "running_a_year": 0,
        "years": 3,
    },
    ("vendor_criterion", "p"): {"name": "P", "weight": 50},
    ("vendor_criterion", "q"): {"name": "Q", "weight": 50},
}


def _evaluations(given: dict[str, tuple[int, int, int]], *, without: tuple[str, ...] = ()) -> Rows:
    """Scores of Ada and Ben on x1, x2, y1, the same of both, except the cells in ``without`` (segment.criterion.participant)."""
    return numbered(
        "segment_evaluation",
        [
            {"segment": segment, "criterion": criterion, "participant": who, "score": score}
            for segment, scores in given.items()
            for criterion, score in zip(("x1", "x2", "y1"), scores, strict=True)
            for who in ("Ada", "Ben")
            if f"{segment}.{criterion}.{who}" not in without
        ],
    )


def test_a_missing_score_makes_no_dissenter(tmp_path: Path) -> None:
    """Ada scored Gamma's strong side only; over that alone it would pass Alpha, which she scored in full and put first."""
    scores = _evaluations({"a": (9, 5, 5), "b": (3, 3, 3), "c": (9, 1, 1)}, without=("c.x2.Ada", "c.y1.Ada"))
    exhibit = shown("choice_robustness", snapshot_of(tmp_path, SEGMENTS, CRITERIA, scores))
    assert exhibit.figures["dissenters"] == 0
    assert exhibit.figures["participants"] == 2
    assert "Strongest dissent" not in said(exhibit)


def test_a_choice_level_with_what_is_left_out_is_not_called_firm(tmp_path: Path) -> None:
    scores = _evaluations({"a": (5, 5, 5), "b": (5, 5, 5), "c": (3, 3, 3)})
    exhibit = shown("choice_robustness", snapshot_of(tmp_path, SEGMENTS, CRITERIA, scores))
    assert titles(exhibit)[0] == "The scores do not decide the choice; level with a target, and left out: Beta"
    assert "from 5.0 to 5.0" not in said(exhibit)


def test_the_same_scores_summed_in_another_order_are_level(tmp_path: Path) -> None:
    """0.1 x 1 + 0.2 x 8 + 0.7 x 1 exceeds 0.1 x 1 + 0.2 x 1 + 0.7 x 3 in the last place of a computer's fractions, which is no lead."""
    weights: Rows = {
        ("criterion", "x1"): {"name": "X1", "axis": "attractiveness", "weight": 10},
        ("criterion", "x2"): {"name": "X2", "axis": "attractiveness", "weight": 20},
        ("criterion", "x3"): {"name": "X3", "axis": "attractiveness", "weight": 70},
        ("criterion", "y1"): {"name": "Y1", "axis": "ability", "weight": 100},
    }
    scores = numbered(
        "segment_evaluation",
        [
            {"segment": segment, "criterion": criterion, "participant": "Ada", "score": score}
            for segment, given in {"a": (1, 1, 3, 5), "b": (1, 8, 1, 5), "c": (1, 1, 1, 1)}.items()
            for criterion, score in zip(("x1", "x2", "x3", "y1"), given, strict=True)
        ],
    )
    exhibit = shown("choice_robustness", snapshot_of(tmp_path, SEGMENTS, weights, scores))
    assert titles(exhibit)[0] == "The scores do not decide the choice; level with a target, and left out: Beta"


def _vendor_scores(scores: dict[str, tuple[int | None, int | None]]) -> Rows:
    return numbered(
        "vendor_score",
        [
            {"vendor": vendor, "criterion": criterion, "participant": "Ada", "score": score}
            for vendor, pair in scores.items()
            for criterion, score in zip(("p", "q"), pair, strict=True)
            if score is not None
        ],
    )


def test_vendors_level_in_the_first_place(tmp_path: Path) -> None:
    exhibit = shown("vendor_scorecard", snapshot_of(tmp_path, VENDORS, _vendor_scores({"v1": (5, 7), "v2": (7, 5)})))
    drawn(exhibit)
    assert titles(exhibit)[0] == "Level in the first place with 6.0 of 9: One and Two"
    assert "Every participant puts the same vendor first" not in said(exhibit)
    assert "overtakes" not in titles(exhibit)[0]


def test_a_vendor_that_leads_on_half_its_scores_is_said_to(tmp_path: Path) -> None:
    exhibit = shown("vendor_scorecard", snapshot_of(tmp_path, VENDORS, _vendor_scores({"v1": (5, 7), "v2": (9, None)})))
    assert "Scores still missing: 1 of 4" in said(exhibit)
    assert "Every participant" not in said(exhibit)


def test_vendors_of_one_cost(tmp_path: Path) -> None:
    assert "cost the same" in titles(shown("ownership_cost", snapshot_of(tmp_path, VENDORS)))[0]


def _pairs(*judged: tuple[str, str, str, str]) -> Rows:
    columns = ("participant", "first", "second", "judgement")
    return numbered("pairwise", [dict(zip(columns, row, strict=True)) for row in judged])


def test_nobody_alone_is_consistent_where_nobody_compared_all(tmp_path: Path) -> None:
    third: Rows = {("criterion", "x3"): {"name": "X3", "axis": "attractiveness", "weight": 0}}
    pairs = _pairs(("Ada", "x1", "x2", "first_3"), ("Ben", "x2", "x3", "first_2"))
    exhibit = shown("criteria_weights", snapshot_of(tmp_path, CRITERIA, third, pairs))
    assert "cannot be told yet" in titles(exhibit)[0]
    assert "hold together" not in titles(exhibit)[0].replace("whether the judgements hold together", "")


def test_a_ratio_over_some_pairs_is_said_to_flatter(tmp_path: Path) -> None:
    third: Rows = {("criterion", "x3"): {"name": "X3", "axis": "attractiveness", "weight": 0}}
    pairs = _pairs(("Ada", "x1", "x2", "first_3"), ("Ada", "x2", "x3", "first_2"))
    exhibit = shown("criteria_weights", snapshot_of(tmp_path, CRITERIA, third, pairs))
    assert "Did not judge every pair, so that their own ratio flatters: Ada." in said(exhibit)


def test_equal_weights_have_no_first(tmp_path: Path) -> None:
    exhibit = shown("criteria_weights", snapshot_of(tmp_path, CRITERIA, _pairs(("Ada", "x1", "x2", "equal"))))
    assert titles(exhibit)[0] == "In pairs everything weighs the same"


def test_a_segment_that_loses_money_is_named_beside_the_shares(tmp_path: Path) -> None:
    snapshot = snapshot_of(tmp_path, {("plan_frame", "plan"): {"currency": "EUR"}}, SEGMENTS)
    exhibit = shown("portfolio", snapshot, value="margin")
    text = said(exhibit)
    assert exhibit.frame.set_index("segment")["value_share"].round(2).to_dict() == {"a": 0.75, "b": 0.0, "c": 0.25}
    assert "Lose money and count as 0" in text
    assert "Beta. Gross margin of all: -€160." in text
    assert "Lose money" not in said(shown("portfolio", snapshot))


def _needs(*scores: tuple[float, float]) -> Rows:
    common = {"segment": "a", "kind": "functional", "awareness": "explicit", "evidence_kind": "survey"}
    return {
        ("need", f"n{at}"): {"need": f"N{at}", **common, "importance": importance, "performance": performance}
        for at, (importance, performance) in enumerate(scores)
    }


def test_needs_that_all_stand_at_one_place_lie_on_the_lines(tmp_path: Path) -> None:
    """A sum of 4.1s is a hair above six times 4.1; a need on a line counts as important, and as well met."""
    exhibit = shown("importance_performance", snapshot_of(tmp_path, SEGMENTS, _needs(*[(4.1, 4.1)] * 6)))
    assert set(exhibit.frame["quadrant"]) == {"keep_up"}
    assert "all 6 stand at 4.1" in titles(exhibit)[0]


def test_openings_of_one_size_share_the_title(tmp_path: Path) -> None:
    exhibit = shown("need_gaps", snapshot_of(tmp_path, SEGMENTS, _needs((9, 6), (8, 4), (5, 5))))
    assert titles(exhibit)[0] == "N0 and 1 other are the largest openings alike, at 12"


@pytest.mark.parametrize(("twin", "word"), [(True, "so closely together"), (False, "partial correlation")])
def test_needs_that_go_together_are_no_lack_of_questionnaires(tmp_path: Path, twin: bool, word: str) -> None:
    answers = [
        {"need": f"n{need}", "respondent": f"r{person}", "performance": score, "overall": 1 + (person * 7) % 9}
        for person in range(40)
        for need, score in enumerate((1 + person % 9, 1 + (person * 4 + person // 9) % 9))
    ]
    answers += [
        {**answer, "need": "n2", "performance": answer["performance"] if twin else 1 + (at * 5 + at // 7) % 9}
        for at, answer in enumerate(each for each in list(answers) if each["need"] == "n1")
    ]
    snapshot = snapshot_of(tmp_path, SEGMENTS, _needs((5, 5), (5, 5), (5, 5)), numbered("need_answer", answers))
    exhibit = shown("importance_performance", snapshot, importance="derived")
    assert word in said(exhibit)
    assert "too few" not in said(exhibit)
    assert "重要性0" not in titles(exhibit)[1]


def test_offers_without_a_line_do_not_ask_for_rivals_that_are_there(tmp_path: Path) -> None:
    rivals: Rows = {("rival", r): {"name": r, "kind": "direct", "strengths": "s", "weaknesses": "w"} for r in ("r1", "r2")}
    offers = [{"segment": "a", "rival": rival, "price": 10, "benefit": 5} for rival in (None, "r1", "r2")]
    assert (
        "do not show what is fair"
        in titles(shown("value_map", snapshot_of(tmp_path, SEGMENTS, rivals, numbered("value_position", offers))))[0]
    )
    one = titles(shown("value_map", snapshot_of(tmp_path / "one", SEGMENTS, rivals, numbered("value_position", offers[:2]))))[0]
    assert "1 rival more would show what is fair" in one


def test_needs_that_customers_would_rather_be_without_are_named(tmp_path: Path) -> None:
    answers = [
        {"need": f"n{need}", "respondent": f"r{person}", "functional": "dislike", "dysfunctional": "like"}
        for need in range(7)
        for person in range(12)
    ]
    snapshot = snapshot_of(tmp_path, SEGMENTS, _needs(*[(5, 5)] * 7), numbered("kano_answer", answers))
    exhibit = shown("kano_split", snapshot)
    assert "better left out" in titles(exhibit)[0]
    assert "none of them moves satisfaction" not in titles(exhibit)[0]
    assert "rather be without: N0, N1, N2, N3, N4 and 2 more" in said(exhibit)
    assert "most answers on N0, N1, N2, N3, N4 and 2 more are" in said(exhibit)


def test_every_segment_whose_target_nobody_accepts_is_named(tmp_path: Path) -> None:
    answers = [
        {"respondent": f"r{at}", "segment": segment, "too_cheap": 1, "cheap": 2, "expensive": 3, "too_expensive": 4}
        for segment, count in (("a", 3), ("b", 30))
        for at in range(count)
    ]
    targets: Rows = {("segment", segment): {"role": "secondary"} for segment in "bc"}
    corridors = [
        {"segment": "a", "floor": 0, "target": 90, "ceiling": 100},
        {"segment": "b", "floor": 0, "target": 90, "ceiling": 100},
        {"segment": "c", "floor": 9, "target": 5, "ceiling": 10},
    ]
    text = said(
        shown(
            "price_corridor",
            snapshot_of(tmp_path, SEGMENTS, targets, numbered("price_answer", answers), numbered("price_corridor", corridors)),
        )
    )
    assert "The target lies outside what respondents accept: Alpha and Beta." in text
    assert "Fewer than 30 respondents, so a hint and no finding: Alpha." in text
    assert "not in order" not in text.replace("are in order", "")


def test_a_pair_judged_twice_names_who(tmp_path: Path) -> None:
    twice = _pairs(
        ("Ada", "x1", "x2", "first_3"),
        ("Ada", "x2", "x1", "first_3"),
        ("Ben", "x1", "x2", "first_3"),
        ("Ben", "x2", "x1", "second_3"),
    )
    assert "so that the later judgement counts: Ada." in said(shown("criteria_weights", snapshot_of(tmp_path, CRITERIA, twice)))
