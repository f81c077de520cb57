"""Which needs matter, where the opening is, what delights, and what customers get less what it costs them."""

from pathlib import Path

import pytest
from strategic_rows import BASE, Rows, drawn, numbered, said, shown, snapshot_of, titles, values

from strategy.errors import NoData, UnknownName
from strategy.exhibits.palette import SERIES

KANO = numbered(
    "kano_answer",
    [
        {"need": "news", "respondent": f"R{number}", "functional": there, "dysfunctional": missing}
        for number, (there, missing) in enumerate(
            [("like", "neutral"), ("like", "neutral"), ("like", "dislike"), ("like", "like"), ("dislike", "like")]
        )
    ],
)
VALUE: Rows = numbered(
    "delivered_value",
    [
        {"segment": "wait", "stage": "buy", "element": "service", "score": 8, "our_view": 9},
        {"segment": "wait", "stage": "buy", "element": "time", "score": 7, "our_view": 2},
        {"segment": "wait", "stage": "use", "element": "product", "score": 9},
        {"segment": "wait", "stage": "buy", "element": "service", "rival": "north", "score": 5},
        {"segment": "wait", "stage": "buy", "element": "time", "rival": "north", "score": 8},
    ],
)


def test_importance_performance_names_the_need_to_work_on(tmp_path: Path) -> None:
    exhibit = shown("importance_performance", snapshot_of(tmp_path, BASE))
    assert titles(exhibit)[0] == "Know the news (Waiting) matters but is poorly met: importance 8, performance 4"
    assert "Know the news（Waiting）" in titles(exhibit)[1]
    assert exhibit.figures["news.performance"] == 4
    figure = drawn(exhibit)
    marks = [trace for trace in figure["data"] if trace["x"][0] is not None]
    assert sorted((trace["x"][0], trace["y"][0]) for trace in marks) == [(4, 8), (6, 3), (7, 9)]
    assert {trace["marker"]["line"]["color"] for trace in marks} == {SERIES[0], SERIES[1]}
    hollow = next(trace for trace in marks if trace["y"][0] == 3)
    assert hollow["marker"]["color"].startswith("rgba")


def test_lines_at_the_middle_of_the_scale_and_one_segment(tmp_path: Path) -> None:
    snapshot = snapshot_of(tmp_path, BASE)
    exhibit = shown("importance_performance", snapshot, crosshair="midpoint", segment="wait")
    assert [shape["y0"] for shape in drawn(exhibit)["layout"]["shapes"] if shape["y0"] == shape["y1"]] == [5]
    assert set(exhibit.frame["segment"]) == {"wait"}
    with pytest.raises(UnknownName) as refused:
        shown("importance_performance", snapshot, segment="nobody")
    assert "Waiting" in refused.value.in_("en")


def test_needs_at_the_same_place_stand_side_by_side(tmp_path: Path) -> None:
    twin = {("need", "twin"): {"need": "Twin", "segment": "wait", "importance": 8, "performance": 4, "evidence_kind": "survey"}}
    figure = drawn(shown("importance_performance", snapshot_of(tmp_path, BASE, twin)))
    places = [(trace["x"][0], trace["y"][0]) for trace in figure["data"] if trace["x"][0] is not None]
    assert len(set(places)) == 4


def test_gaps_are_ranked_by_opportunity_with_rivals(tmp_path: Path) -> None:
    rivals = numbered(
        "rival_performance",
        [{"need": "news", "rival": "north", "performance": 6}, {"need": "news", "rival": "phone", "performance": 2}],
    )
    exhibit = shown("need_gaps", snapshot_of(tmp_path, BASE, rivals))
    assert titles(exhibit)[0] == "Know the news (Waiting) is the largest opening: importance 8, performance 4"
    assert "最大的机会" in titles(exhibit)[1]
    assert exhibit.figures == {"news.opportunity": 12, "queue.opportunity": 11, "change.opportunity": 3}
    assert "North kiosk already meet “Know the news” better" in said(exhibit)
    figure = drawn(exhibit)
    assert {10.0, 14.0} <= set(values(figure))


def test_kano_from_answers_leaves_out_questionable_and_reverse(tmp_path: Path) -> None:
    exhibit = shown("kano_split", snapshot_of(tmp_path, BASE, KANO))
    assert titles(exhibit) == ("Know the news: would delight without being missed", "Know the news：有则惊喜，没有也不怪")
    assert exhibit.figures["news.better"] == pytest.approx(1.0)
    assert exhibit.figures["news.worse"] == pytest.approx(-1 / 3)
    assert "1 questionable, 1 reverse" in said(exhibit)
    assert "By judgement, not by answers: 2 of 3" in said(exhibit)
    figure = drawn(exhibit)
    assert [(round(trace["x"][0], 3), trace["y"][0]) for trace in figure["data"]] == [(0.333, 1.0)]


def test_kano_by_judgement_alone(tmp_path: Path) -> None:
    exhibit = shown("kano_split", snapshot_of(tmp_path, BASE))
    assert exhibit.figures["count.must_be"] == 1
    assert sum(values(drawn(exhibit))) == 3


def test_kano_answers_five_by_five(tmp_path: Path) -> None:
    snapshot = snapshot_of(tmp_path, BASE, KANO)
    exhibit = shown("kano_split", snapshot, view="answers")
    assert len(exhibit.frame) == 25
    assert exhibit.figures["like.neutral"] == 2
    assert "2 of 5 answers, attractive" in titles(exhibit)[0]
    assert "魅力型" in titles(exhibit)[1]
    drawn(exhibit)


def test_delivered_value_compares_only_what_both_were_scored_on(tmp_path: Path) -> None:
    exhibit = shown("delivered_value", snapshot_of(tmp_path, BASE, VALUE))
    assert titles(exhibit) == (
        "Waiting: we deliver 4 points more value than North kiosk",
        "Waiting：我们的让渡价值比North kiosk高4分",
    )
    assert exhibit.figures["wait.lead.north"] == 4
    assert exhibit.figures["wait.ours.buy"] == 1
    assert exhibit.figures["wait.north.buy"] == -3
    assert "we flatter ourselves: we say 2, customers 7" in said(exhibit)
    assert {1.0, 9.0, -3.0} <= set(values(drawn(exhibit), "y"))


def test_delivered_value_of_one_segment_without_rivals(tmp_path: Path) -> None:
    rows = numbered("delivered_value", [{"segment": "reg", "stage": "use", "element": "money", "score": 6}])
    exhibit = shown("delivered_value", snapshot_of(tmp_path, BASE, rows))
    assert titles(exhibit)[0] == "Regulars: we leave customers least at the stage “use”, -6 points"
    drawn(exhibit)


@pytest.mark.parametrize("exhibit_id", ["importance_performance", "need_gaps", "kano_split", "delivered_value"])
def test_nothing_yet_says_what_to_fill_in(tmp_path: Path, exhibit_id: str) -> None:
    half = {("segment", "a"): {"name": "A"}, ("need", "half"): {"need": "Half a row", "segment": "a", "importance": 5}}
    with pytest.raises(NoData) as refused:
        shown(exhibit_id, snapshot_of(tmp_path, half))
    assert refused.value.fix
    assert refused.value.in_("zh") != refused.value.in_("en")


def test_a_name_is_never_read_as_markup(tmp_path: Path) -> None:
    odd = {("need", "odd"): {"need": "<a href='x'>Odd</a>", "segment": "wait", "importance": 9, "performance": 1}}
    figure = drawn(shown("need_gaps", snapshot_of(tmp_path, BASE, odd)))
    assert not any("<a" in label for label in figure["layout"]["yaxis"]["ticktext"])
