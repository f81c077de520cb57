"""Where several are equally far behind, weakest or in dispute, all are named: scores people give are whole numbers and often alike."""

from __future__ import annotations

from pathlib import Path

import pytest
from strategic_rows import BASE, Rows, numbered, said, shown, snapshot_of, titles


def _capabilities(must_have: bool, *figures: tuple[str, int, int]) -> Rows:
    return numbered(
        "capability",
        [
            {"name": name, "needed_by": "step_6", "area": "mobile", "layer": "analysis", "must_have": must_have,
             "importance": importance, "today": today}
            for name, importance, today in figures
        ],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("must_have", "are"), [(True, "are the must-haves furthest behind alike"), (False, "are furthest behind alike")]
)
def test_capabilities_equally_far_behind(tmp_path: Path, must_have: bool, are: str) -> None:
    rows = _capabilities(must_have, ("Orders", 9, 4), ("Calls", 7, 2), ("Mail", 5, 4))
    exhibit = shown("capability_map", snapshot_of(tmp_path, rows))
    assert titles(exhibit)[0] == f"Orders and Calls {are}, by 5 points"
    assert titles(exhibit)[1].endswith("：Orders和Calls，各差5分")


def test_gaps_of_the_ten_c_that_are_equally_wide(tmp_path: Path) -> None:
    given = {"retention": (9, 3), "knowledge": (8, 2), "value": (5, 5)}
    rows = numbered(
        "crm_audit",
        [
            {"item": item, "participant": who, "importance": importance + at, "support": support}
            for item, (importance, support) in given.items()
            for at, who in ((0, "Ada"), (-2, "Ben"))
        ],
    )
    exhibit = shown("ten_c", snapshot_of(tmp_path, rows))
    names = [str(name.in_("en")) for name in exhibit.frame.loc[exhibit.frame["item"].isin(["retention", "knowledge"]), "name"]]
    assert titles(exhibit)[0] == f"{names[0]} and {names[1]} have the widest gap alike, 5.0"
    assert "by 2 points each" in said(exhibit)


def _relationships(**scores: tuple[int, int]) -> Rows:
    return numbered(
        "relationship_quality",
        [
            {"driver": "trust", "party": party, "participant": who, "score": score}
            for party, given in scores.items()
            for who, score in zip(("Ada", "Ben"), given, strict=True)
        ],
    )


def test_relationships_that_are_equally_weak(tmp_path: Path) -> None:
    exhibit = shown(
        "relationship_quality", snapshot_of(tmp_path, _relationships(customers=(8, 8), suppliers=(2, 5), employees=(2, 5)))
    )
    assert titles(exhibit) == (
        "Weakest alike, 3.5 of 9: trust with suppliers and trust with employees",
        "并列最弱（3.5分，满分9分）：与供应商的信任和与员工的信任",
    )
    assert "Opinions differ most on trust with suppliers and trust with employees, by 3 points each." in said(exhibit)


@pytest.mark.parametrize(
    ("measure", "words"),
    [("csat", "are least satisfied alike: 60% are"), ("nps", "recommend us least alike: net promoter score 60")],
)
def test_segments_that_are_equally_dissatisfied(tmp_path: Path, measure: str, words: str) -> None:
    segments = numbered("segment", [{"name": name, "role": "primary"} for name in ("Alpha", "Beta", "Gamma")])
    given = numbered(
        "satisfaction",
        [{"segment": row, "measure": measure, "score": score} for (_, row), score in zip(segments, (60, 80, 60), strict=True)],
    )
    exhibit = shown("satisfaction_loyalty", snapshot_of(tmp_path, segments, given), measure=measure)
    assert titles(exhibit)[0] == f"Alpha and Gamma {words}"


def test_items_the_room_is_equally_split_on(tmp_path: Path) -> None:
    scores = {"customer": (2, 8), "sales": (1, 7), "product": (5, 5)}
    rows = numbered(
        "orientation",
        [
            {"orientation": name, "participant": who, "score": score}
            for name, given in scores.items()
            for who, score in zip(("Ada", "Ben"), given, strict=True)
        ],
    )
    words = said(shown("orientation_radar", snapshot_of(tmp_path, rows)))
    assert "by 6 points each" in words
    assert "customer" in words
    assert "sales" in words


def test_segments_the_room_is_equally_split_on(tmp_path: Path) -> None:
    segments = numbered("segment", [{"name": name, "role": "primary", "revenue": 10} for name in ("Alpha", "Beta", "Gamma")])
    criteria: Rows = {
        ("criterion", "x"): {"name": "X", "axis": "attractiveness", "weight": 100},
        ("criterion", "y"): {"name": "Y", "axis": "ability", "weight": 100},
    }
    scores = {"Ada": (9, 5, 1), "Ben": (5, 5, 5)}
    rows = numbered(
        "segment_evaluation",
        [
            {"segment": row, "criterion": criterion, "participant": who, "score": score}
            for who, given in scores.items()
            for (_, row), score in zip(segments, given, strict=True)
            for criterion in ("x", "y")
        ],
    )
    assert "Opinions differ most on Alpha and Gamma, by 4 points each." in said(
        shown("ge_matrix", snapshot_of(tmp_path, segments, criteria, rows))
    )


def test_pairs_that_come_equally_close_to_the_transaction_end(tmp_path: Path) -> None:
    scores = {"one_sale_or_tie": 3, "quality_is_whose": 3, "passive_or_active": 5}
    rows = numbered("relationship_pair", [{"pair": pair, "participant": "Ada", "score": score} for pair, score in scores.items()])
    assert titles(shown("relationship_balance", snapshot_of(tmp_path, rows))) == (
        "No pair leans to the transaction end; 2 of 3 come closest, at 3.0 of 5",
        "没有一对偏向交易一端；3对中有2对并列最接近，均为3.0分（满分5分）",
    )


def test_relationships_that_are_equally_weak_on_average(tmp_path: Path) -> None:
    rows = _relationships(customers=(8, 8), suppliers=(2, 5), employees=(2, 5))
    assert "the relationships with suppliers and employees are weakest alike: 3.5." in said(
        shown("relationship_quality", snapshot_of(tmp_path, rows))
    )


def test_relationships_that_stand_level(tmp_path: Path) -> None:
    rows = _relationships(customers=(4, 5), suppliers=(4, 5), employees=(4, 5))
    assert "with all of them stand level: 4.5." in said(shown("relationship_quality", snapshot_of(tmp_path, rows)))


def test_segments_that_come_equally_close(tmp_path: Path) -> None:
    segments = numbered("segment", [{"name": name, "role": "primary", "revenue": 10} for name in ("Alpha", "Beta", "Gamma")])
    criteria: Rows = {
        ("criterion", "x"): {"name": "X", "axis": "attractiveness", "weight": 100},
        ("criterion", "y"): {"name": "Y", "axis": "ability", "weight": 100},
    }
    rows = numbered(
        "segment_evaluation",
        [
            {"segment": row, "criterion": criterion, "participant": "Ada", "score": score}
            for (_, row), given in zip(segments, ((1, 2), (4, 4), (3, 5)), strict=True)
            for criterion, score in zip(("x", "y"), given, strict=True)
        ],
    )
    title = titles(shown("ge_matrix", snapshot_of(tmp_path, segments, criteria, rows)))
    assert title[0].endswith("; Beta and Gamma come equally close")


def test_answers_that_are_equally_frequent(tmp_path: Path) -> None:
    needs = numbered("need", [{"need": name, "segment": "wait"} for name in ("Speed", "Calm")])
    answers = numbered(
        "kano_judgement",
        [
            {"need": row, "participant": "Ada", "functional": functional, "dysfunctional": "dislike"}
            for (_, row), functional in zip(needs, ("like", "must"), strict=True)
        ],
    )
    exhibit = shown("kano_split", snapshot_of(tmp_path, BASE, needs, answers), view="answers")
    assert titles(exhibit)[0].startswith("The most frequent pairs, 1 of 2 answers each: “")


def test_gaps_of_perception_that_are_equally_wide(tmp_path: Path) -> None:
    rows = _delivered(("buy", "product", 3, 6), ("use", "product", 2, 5), ("buy", "service", 5, 5))
    exhibit = shown("perception_gap", snapshot_of(tmp_path, BASE, rows))
    assert titles(exhibit)[0].startswith("Widest gaps, 3 points each: ")
    assert "The widest perception gaps, 3 points each" in said(shown("delivered_value", snapshot_of(tmp_path / "x", BASE, rows)))


def _delivered(*given: tuple[str, str, int, int]) -> Rows:
    return numbered(
        "delivered_value",
        [
            {"segment": "wait", "stage": stage, "element": element, "score": score, "our_view": ours}
            for stage, element, score, ours in given
        ],
    )


def test_stages_at_which_customers_are_left_equally_little(tmp_path: Path) -> None:
    rows = _delivered(("buy", "product", 3, 3), ("use", "product", 3, 3), ("choose", "product", 8, 8))
    assert titles(shown("delivered_value", snapshot_of(tmp_path, BASE, rows)))[0].startswith(
        "We leave customers least, 3 points, at several"
    )


def test_needs_that_matter_equally(tmp_path: Path) -> None:
    common = {"segment": "wait", "evidence_kind": "interview"}
    needs = numbered(
        "need",
        [
            {"need": name, "importance": importance, "performance": performance} | common
            for name, importance, performance in (("Speed", 9, 9), ("Calm", 9, 8), ("Change", 3, 2))
        ],
    )
    segments = {key: values for key, values in BASE.items() if key[0] == "segment"}
    title = titles(shown("importance_performance", snapshot_of(tmp_path, segments, needs)))[0]
    assert title.endswith("Speed and Calm matter most alike")


def _ratings(**scores: tuple[int, int]) -> Rows:
    return numbered(
        "brand_rating",
        [
            {"attribute": attribute, "participant": "Ada", "score": score} | ({"rival": rival} if rival else {})
            for attribute, given in scores.items()
            for rival, score in zip(("", "north"), given, strict=True)
        ],
    )


@pytest.mark.parametrize(
    ("lead", "words"),
    [
        (2, "set us most apart, each 2 points ahead of the best rival"),
        (0, "we stand level with the best rival"),
        (-2, "we come closest, each 2 points behind the best rival"),
    ],
)
def test_attributes_on_which_we_stand_equally_well(tmp_path: Path, lead: int, words: str) -> None:
    rows = _ratings(Near=(5 + lead, 5), Quick=(4 + lead, 4), Cheap=(1, 9))
    assert words in titles(shown("brand_profile", snapshot_of(tmp_path, BASE, rows)))[0]


def test_measures_that_are_equally_far_off(tmp_path: Path) -> None:
    kpis = numbered(
        "kpi", [{"name": name, "target": 100, "baseline": 50, "better": "higher"} for name in ("Orders", "Visits", "Calls")]
    )
    actuals = numbered(
        "kpi_actual",
        [{"kpi": row, "period": "2026-01-31", "value": actual} for (_, row), actual in zip(kpis, (0, 0, 50), strict=True)],
    )
    title = titles(shown("kpi_scorecard", snapshot_of(tmp_path, kpis, actuals)))[0]
    assert title.endswith("farthest off are Orders and Visits, by 100% each")
