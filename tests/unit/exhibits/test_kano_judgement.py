"""Kano from the team's judgement alone: the same table and map as from a survey, and never taken for one."""

from __future__ import annotations

from pathlib import Path

import pytest
from strategic_rows import BASE, Rows, drawn, numbered, said, shown, snapshot_of, titles

from strategy.errors import NoData


def _judged(need: str, pairs: list[tuple[str, str]]) -> list[dict[str, str]]:
    return [
        {"need": need, "participant": f"P{at}", "functional": there, "dysfunctional": missing}
        for at, (there, missing) in enumerate(pairs)
    ]


JUDGED: Rows = numbered(
    "kano_judgement",
    [
        *_judged("news", [("like", "neutral"), ("like", "live"), ("like", "like")]),
        *_judged("queue", [("must", "dislike"), ("must", "dislike"), ("like", "dislike")]),
    ],
)
ASKED: Rows = numbered(
    "kano_answer",
    [{"need": "news", "respondent": f"R{at}", "functional": "must", "dysfunctional": "dislike"} for at in range(4)],
)


def test_better_and_worse_from_judgement_alone(tmp_path: Path) -> None:
    exhibit = shown("kano_split", snapshot_of(tmp_path, BASE, JUDGED))
    assert titles(exhibit) == (
        "Know the news: would delight without being missed (the team's judgement)",
        "Know the news：有则惊喜，没有也不怪（团队判断）",
    )
    assert exhibit.figures["news.better"] == 1.0
    assert exhibit.figures["queue.worse"] == -1.0
    assert exhibit.figures["queue.better"] == pytest.approx(1 / 3)
    assert "1 questionable" in said(exhibit)
    assert "All marks: the team's judgement on 2 needs, from 3 participants at most" in said(exhibit)
    assert "By judgement, not by answers: 1 of 3" in said(exhibit)  # the third need has a class somebody chose
    marks = [trace["marker"] for trace in drawn(exhibit)["data"]]
    assert all(mark["color"] == "rgba(0,0,0,0)" and mark["line"]["width"] == 3 for mark in marks)


def test_five_by_five_from_judgement_alone(tmp_path: Path) -> None:
    exhibit = shown("kano_split", snapshot_of(tmp_path, BASE, JUDGED), view="answers")
    assert "2 of 6 answers, must-be (the team's judgement)" in titles(exhibit)[0]
    assert "No customer was asked" in said(exhibit)
    drawn(exhibit)


def test_customers_answers_are_never_mixed_with_judgement(tmp_path: Path) -> None:
    snapshot = snapshot_of(tmp_path, BASE, JUDGED, ASKED)
    exhibit = shown("kano_split", snapshot)
    frame = exhibit.frame.set_index("need")
    assert (frame.loc["news", "category"], frame.loc["news", "answers"]) == ("must_be", 4)
    assert (frame.loc["queue", "category"], frame.loc["queue", "answers"]) == ("must_be", 3)
    assert "Hollow marks: the team's judgement on 1 need" in said(exhibit)
    assert "Customers answer otherwise than we judged: Know the news" in said(exhibit)
    table = shown("kano_split", snapshot, view="answers")
    assert "4 of 4 answers" in titles(table)[0]
    assert "judgement" not in titles(table)[0]
    assert "2 of 6 answers" in titles(shown("kano_split", snapshot, view="answers", whose="team"))[0]
    with pytest.raises(NoData):
        shown("kano_split", snapshot_of(tmp_path / "team", BASE, JUDGED), view="answers", whose="answers")


def test_one_segment_at_a_time(tmp_path: Path) -> None:
    other = numbered("kano_judgement", [*_judged("change", [("neutral", "neutral")])])
    exhibit = shown("kano_split", snapshot_of(tmp_path, BASE, other), segment="reg")
    assert set(exhibit.frame["segment"]) == {"reg"}
    assert exhibit.figures["count.indifferent"] == 1


def test_half_a_pair_counts_only_once_it_is_whole(tmp_path: Path) -> None:
    half: Rows = {("kano_judgement", "half"): {"need": "news", "participant": "P", "functional": "like"}}
    with pytest.raises(NoData) as empty:
        shown("kano_split", snapshot_of(tmp_path, BASE, half), view="answers")
    assert "Kano by judgement" in empty.value.in_("en")


def test_needs_judged_alike_are_all_seen(tmp_path: Path) -> None:
    alike = numbered("kano_judgement", [*_judged("news", [("like", "dislike")]), *_judged("queue", [("like", "dislike")])])
    marks = drawn(shown("kano_split", snapshot_of(tmp_path, BASE, alike)))["data"]
    assert len({x for trace in marks for x in trace["x"]}) == 2
    assert {trace["customdata"][0][2] for trace in marks} == {1.0}
