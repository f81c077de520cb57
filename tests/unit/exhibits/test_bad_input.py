"""What the workshop really enters: gaps, ties, one voice, one rival, contradictions. Each is said, with what can still be shown."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from strategic_rows import BASE, Rows, drawn, numbered, said, shown, snapshot_of, titles

from strategy.errors import InvalidValue, NoData
from strategy.thread import find
from strategy.workbook import Put, Snapshot, Workbook

SEGMENTS: Rows = {
    ("segment", f"s{n}"): {"name": f"S{n}", "role": "primary" if n == 0 else "not_now", "revenue": 100} for n in range(3)
}


def _criteria(weight: float = 50) -> Rows:
    return {
        ("criterion", name): {"name": name, "axis": axis, "weight": weight}
        for name, axis in (("x1", "attractiveness"), ("x2", "attractiveness"), ("y1", "ability"), ("y2", "ability"))
    }


def _scores(score: Callable[[int], int], people: tuple[str, ...] = ("Ada", "Ben"), without: tuple[str, ...] = ()) -> Rows:
    return numbered(
        "segment_evaluation",
        [
            {"segment": f"s{n}", "criterion": name, "participant": who, "score": score(n)}
            for n in range(3)
            for name in ("x1", "x2", "y1", "y2")
            for who in people
            if f"s{n}.{name}.{who}" not in without
        ],
    )


def _matrix(tmp_path: Path, *rows: Rows) -> str:
    exhibit = shown("ge_matrix", snapshot_of(tmp_path, SEGMENTS, *rows))
    drawn(exhibit)
    return f"{titles(exhibit)[0]}. {said(exhibit)}"


def test_missing_scores_are_counted(tmp_path: Path) -> None:
    rows = _scores(lambda n: n + 3, without=("s1.x1.Ben", "s2.y1.Ada", "s2.y2.Ada", "s2.y1.Ben", "s2.y2.Ben"))
    text = _matrix(tmp_path, _criteria(), rows)
    assert "Scores still missing: 5 of 24" in text
    assert "Not on the matrix, because not scored on both axes: S2" in text
    assert "Scores still missing" not in _matrix(tmp_path / "whole", _criteria(), _scores(lambda n: n + 3))


def test_tied_scores_name_no_winner(tmp_path: Path) -> None:
    text = _matrix(tmp_path, _criteria(), _scores(lambda n: 5))
    assert "Nothing tells the segments apart: all 3 stand at one place" in text
    assert "criteria that tell segments apart" in text
    assert "comes closest" not in text


def test_one_participant_is_no_range(tmp_path: Path) -> None:
    text = _matrix(tmp_path, _criteria(), _scores(lambda n: n + 3, people=("Ada",)))
    assert "One participant so far" in text
    assert "participants'" not in text
    assert "agrees" not in text


@pytest.mark.parametrize("exhibit_id", ["ge_matrix", "choice_robustness"])
def test_weights_of_zero(tmp_path: Path, exhibit_id: str) -> None:
    with pytest.raises(NoData) as refused:
        shown(exhibit_id, snapshot_of(tmp_path, SEGMENTS, _criteria(0), _scores(lambda n: n + 3)))
    assert "All weights of Attractiveness are zero" in refused.value.in_("en")
    assert "the scores are kept" in refused.value.in_("en")


def test_one_rival_and_equal_ratings_still_have_a_profile(tmp_path: Path) -> None:
    def ratings(*rivals: str | None) -> Rows:
        rows = [{"attribute": a, "rival": r, "participant": "C", "score": 5} for r in rivals for a in ("Quick", "Range", "Kind")]
        return numbered("brand_rating", rows)

    one, equal = (
        snapshot_of(tmp_path, BASE, ratings(None, "north")),
        snapshot_of(tmp_path / "e", BASE, ratings(None, "north", "phone")),
    )
    for snapshot, what in ((one, "A map needs three brands"), (equal, "All brands stand alike on everything")):
        with pytest.raises(NoData) as refused:
            shown("perceptual_map", snapshot)
        assert what in refused.value.in_("en")
        assert "Until then the brand profile" in refused.value.in_("en")
        drawn(shown("brand_profile", snapshot))
    offers = [{"segment": "wait", "rival": r, "price": p, "benefit": 5} for r, p in ((None, 4), ("north", 5))]
    value = shown("value_map", snapshot_of(tmp_path / "v", BASE, numbered("value_position", offers)))
    assert "1 rival more would show what is fair" in titles(value)[0]
    assert "No line for Waiting" in said(value)


THREE: Rows = {("criterion", f"c{n}"): {"name": f"C{n}", "axis": "ability", "weight": 30} for n in range(3)}
ROUND = numbered(
    "pairwise",
    [
        {"first": first, "second": second, "participant": "Ada", "judgement": judgement}
        for first, second, judgement in (("c0", "c1", "first_9"), ("c1", "c2", "first_9"), ("c0", "c2", "second_3"))
    ],
)


def _open(snapshot: Snapshot) -> list[tuple[str, str | None, str, str]]:
    return [
        (finding.worksheet, finding.row_id, finding.severity, finding.message.in_("en"))
        for finding in find(snapshot)
        if finding.check.id == "targets.pairs"
    ]


def test_contradicting_pairs_are_an_open_check_at_their_row(tmp_path: Path) -> None:
    snapshot = snapshot_of(tmp_path, THREE, ROUND)
    assert "contradict themselves" in titles(shown("criteria_weights", snapshot))[0]
    ((worksheet, row_id, severity, message),) = _open(snapshot)
    assert (worksheet, severity) == ("pairwise", "hint")
    assert "Ada's comparisons contradict each other (consistency ratio " in message
    row = snapshot.row("pairwise", row_id)
    assert row is not None
    assert f"“{row['first'].upper()}” against “{row['second'].upper()}”" in message
    # Once the judgement fits, the check is gone; what cannot be weighed at all is left to the exhibit.
    fitting = zip(ROUND.items(), ("first_2", "first_5", "first_9"), strict=True)
    assert _open(snapshot_of(tmp_path / "f", THREE, {key: {**row, "judgement": said} for (key, row), said in fitting})) == []
    assert _open(snapshot_of(tmp_path / "g", THREE, dict(list(ROUND.items())[:1]))) == []


def test_types_of_customer_in_pairs_are_checked_in_the_opening(tmp_path: Path) -> None:
    types: Rows = {("customer_type", f"c{n}"): {"name": f"C{n}", "kind": "consumer"} for n in range(3)}
    rows = {("customer_pair", f"p-{n}"): row for n, row in enumerate(ROUND.values())}
    (finding,) = [one for one in find(snapshot_of(tmp_path, types, rows)) if one.check.id == "targets.pairs"]
    assert (finding.worksheet, finding.step) == ("customer_pair", "opening")


def test_price_columns_exchanged_are_named_when_nothing_else_is_there(tmp_path: Path) -> None:
    prices = [
        {
            "respondent": f"R{n}",
            "segment": "wait",
            "too_cheap": 5 + n,
            "cheap": 20 + n,
            "expensive": 10 + n,
            "too_expensive": 30 + n,
        }
        for n in range(8)
    ]
    with pytest.raises(NoData) as refused:
        shown("price_corridor", snapshot_of(tmp_path, BASE, numbered("price_answer", prices)))
    text = refused.value.in_("en")
    assert "None of the 8 price answers has its four prices in order" in text
    assert "8 if “Cheap” and “Expensive” are exchanged" in text
    assert "by judgement" in text


def test_half_empty_questionnaires_count_where_they_are_filled_in(tmp_path: Path) -> None:
    answers = numbered(
        "need_answer",
        [
            {"need": need, "respondent": f"R{n}", "importance": 5 if n % 2 else None, "performance": n % 9 + 1}
            for n in range(12)
            for need in ("news", "queue")
        ],
    )
    snapshot = snapshot_of(tmp_path, BASE, answers)
    asked = shown("importance_performance", snapshot, importance="asked")
    assert "Questionnaires with gaps: 6 of 12" in said(asked)
    with pytest.raises(NoData) as refused:
        shown("importance_performance", snapshot, importance="derived")
    assert "6 of 12 respondents left nothing out" in refused.value.in_("en")
    assert "Until then take the importance" in refused.value.in_("en")


def test_an_answer_outside_the_scale_is_refused_where_it_is_entered(tmp_path: Path) -> None:
    with Workbook.create(tmp_path / "x.duckdb", "X") as workbook:
        workbook.commit([Put("segment", "a", {"name": "A"}), Put("need", "n", {"need": "N", "segment": "a"})], "Ada")
        for sheet, values, accepted in (
            ("kano_answer", {"need": "n", "respondent": "R", "functional": "7", "dysfunctional": "like"}, "like"),
            ("need_answer", {"need": "n", "respondent": "R", "importance": 12}, "9"),
        ):
            with pytest.raises(InvalidValue) as refused:
                workbook.commit([Put(sheet, "r", values)], "Ada")
            assert accepted in refused.value.in_("en")
            assert sheet in str(refused.value.where)
        assert not workbook.snapshot().rows("kano_answer")
