"""Where several are equally far behind, weakest or in dispute, all are named: scores people give are whole numbers and often alike."""

from __future__ import annotations

from pathlib import Path

import pytest
from strategic_rows import Rows, numbered, said, shown, snapshot_of, titles


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
