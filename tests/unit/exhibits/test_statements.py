"""Positioning statements: the sentence in either language, how long it takes to say, and the tests it is put to."""

from __future__ import annotations

from pathlib import Path

import pytest
from strategic_rows import BASE, Rows, drawn, shown, snapshot_of, titles

from strategy.exhibits.positioning_variants import results_of
from strategy.thread import find
from strategy.thread.statement import Statement, statements
from strategy.workbook import Snapshot

PARTS = {
    "segment": "wait", "variant": "A", "whom": "people who wait for the bus", "need_phrase": "want the news but not to lose their place.",
    "need": "queue", "offer": "she, walking along the queue,", "frame": "place to buy a paper", "benefit": "brings the headline",
    "reason": "she has read the papers", "rival": "north", "price_position": "level", "true_today": True, "hard_to_copy": False,
    "said_in_30s": True, "chosen": True,
}  # fmt: skip
CHINESE = PARTS | {
    "whom": "站着等车的人", "need_phrase": "想看新闻，又不愿丢了位置。", "offer": "她沿着队伍走动售报", "frame": "买报的地方",
    "benefit": "把头条送到手边", "reason": "头班车之前她已把报看过",
}  # fmt: skip
POINT: Rows = {
    ("position_point", "comes"): {
        "point": "Comes to you",
        "segment": "wait",
        "kind": "difference",
        "need": "queue",
        "beats": ["north"],
    }
}


def _one(tmp_path: Path, values: dict[str, object], *more: Rows) -> Statement:
    return statements(snapshot_of(tmp_path, BASE, {("positioning", "one"): values}, *more))[0]


def _found(snapshot: Snapshot, check: str) -> list[str]:
    return [finding.message.in_("en") for finding in find(snapshot) if finding.check.id == check]


def test_the_sentence_follows_the_language_of_its_parts(tmp_path: Path) -> None:
    english = _one(tmp_path, PARTS)
    assert english.text == (
        "For people who wait for the bus and want the news but not to lose their place, she, walking along the queue, is the place to buy "
        "a paper that brings the headline because she has read the papers, unlike the north kiosk."
    )
    assert english.in_("zh") == english.in_("en")
    assert english.seconds == pytest.approx(43 / 2.5)
    chinese = _one(tmp_path / "zh", CHINESE, {("rival", "north"): {"name": "对面的报亭"}})
    assert chinese.text == (
        "站着等车的人，想看新闻，又不愿丢了位置。同样是买报的地方，她沿着队伍走动售报能做到：把头条送到手边，因为头班车之前她已把报看过。这是对面的报亭给不了的。"
    )
    assert chinese.seconds == pytest.approx(68 / 4.5, abs=0.01)


@pytest.mark.parametrize(
    ("name", "said_as"),
    [
        ("Kiosk", "Kiosk"),
        ("Market stall wholesaler", "the market stall wholesaler"),
        ("Record shops in town", "record shops in town"),
        ("Doing without a paper", "doing without a paper"),
        ("Leaflets House", "Leaflets House"),
        ("IBM", "IBM"),
    ],
)
def test_a_rival_is_named_as_english_would(tmp_path: Path, name: str, said_as: str) -> None:
    assert _one(tmp_path, PARTS, {("rival", "north"): {"name": name}}).text.endswith(f", unlike {said_as}.")


def test_gaps_are_shown_as_gaps(tmp_path: Path) -> None:
    rows: Rows = {("positioning", "one"): PARTS | {"reason": " . "}}
    one = statements(snapshot_of(tmp_path, BASE, rows))[0]
    assert "because …, unlike" in one.text


def test_variants_stand_side_by_side_with_their_tests(tmp_path: Path) -> None:
    second = PARTS | {"variant": "B", "chosen": False, "need": "news", "rival": "phone", "true_today": False, "said_in_30s": None}
    snapshot = snapshot_of(tmp_path, BASE, POINT, {("positioning", "one"): PARTS, ("positioning", "two"): second})
    exhibit = shown("positioning_variants", snapshot)
    assert titles(exhibit) == (
        "Waiting: the chosen statement passes 6 of 7 tests; open: Hard to copy",
        "Waiting：7项检验中，选定的陈述通过了6项，还差：难以模仿",
    )
    assert list(exhibit.frame["variant"]) == ["A", "B"]
    assert exhibit.figures == {"one.seconds": 17.2, "two.seconds": 17.6, "one.passed": 6, "two.passed": 2}
    results = results_of(snapshot, statements(snapshot)[1])
    assert (results["difference"], results["said_in_30s"]) == (False, None)
    assert exhibit.texts[0][1].in_("en").startswith("For people who wait for the bus and want the news")
    figure = drawn(exhibit)
    assert [len(trace["x"]) for trace in figure["data"][:3]] == [8, 5, 1]


def test_a_statement_that_is_too_long_leads_the_title_and_fails_the_check(tmp_path: Path) -> None:
    long = PARTS | {"benefit": "brings " + "the headline and " * 25}
    snapshot = snapshot_of(tmp_path, BASE, POINT, {("positioning", "one"): long})
    assert "nobody repeats more than 30" in titles(shown("positioning_variants", snapshot))[0]
    (message,) = _found(snapshot, "position.length")
    assert "seconds to say, more than 30" in message


def test_a_better_variant_is_named(tmp_path: Path) -> None:
    better = PARTS | {"variant": "B", "hard_to_copy": True, "chosen": False}
    snapshot = snapshot_of(tmp_path, BASE, POINT, {("positioning", "one"): PARTS, ("positioning", "two"): better})
    assert "variant “B” passes more tests" in titles(shown("positioning_variants", snapshot))[0]


def test_checks_of_statements(tmp_path: Path) -> None:
    two = {("positioning", "one"): PARTS, ("positioning", "two"): PARTS | {"rival": "phone", "need": "change"}}
    snapshot = snapshot_of(tmp_path, BASE, POINT, two)
    assert _found(snapshot, "position.chosen") == [
        "People waiting: 2 of its positioning statements are marked as chosen; it should be one."
    ]
    assert _found(snapshot, "position.unlike") == [
        "The statement “brings the headline (Exact change)” sets us against News on the phone, but no point of difference of this segment beats it."
    ]
    assert _found(snapshot, "position.statement_need") == [
        "The statement “brings the headline (Exact change)” does not start from an important need of its segment: the need belongs to "
        "another segment."
    ]
    aside = {("positioning", "one"): PARTS, ("positioning", "two"): two["positioning", "two"] | {"chosen": False}}
    settled = snapshot_of(tmp_path / "b", BASE, POINT, aside)
    assert [c for c in ("chosen", "unlike", "statement_need", "length") if _found(settled, f"position.{c}")] == []


def test_checks_of_points_canvas_and_counts(tmp_path: Path) -> None:
    rows: Rows = {
        **POINT,
        ("canvas_factor", "up"): {"factor": "Range", "ours_today": 5, "ours_planned": 4, "action": "raise"},
        ("canvas_factor", "gone"): {"factor": "Crying", "ours_today": 2, "ours_planned": 0, "action": "eliminate"},
        ("canvas_factor", "open"): {"factor": "Talk", "ours_today": 2, "action": "create"},
        ("association_count", "much"): {"attribute": "Quick", "count": 40, "respondents": 30},
    }
    snapshot = snapshot_of(tmp_path, BASE, rows)
    assert _found(snapshot, "position.proof") == [
        "Point of difference “Comes to you” has no proof a sceptical customer could check."
    ]
    assert len(_found(snapshot, "position.copy")) == 1
    assert _found(snapshot, "position.canvas") == ["Range: the action “Raise” does not agree with 5 today and 4 planned."]
    assert _found(snapshot, "position.counts") == ["Quick: 40 named it, but only 30 were asked."]
