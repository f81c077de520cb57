"""Review needed: what a change puts up for review, what it leaves alone, and how the findings tell rows apart."""

from __future__ import annotations

import sys
from collections.abc import Callable

from strategy.thread import find, stale
from strategy.workbook import Delete, Put, Review, Workbook


def _found(workbook: Workbook, check_id: str) -> list[str]:
    """The English messages of one check."""
    return [finding.message.in_("en") for finding in find(workbook.snapshot()) if finding.check.id == check_id]


def _need(row: str, segment: str, **values: object) -> Put:
    usual = {"need": row, "segment": segment, "kind": "functional", "awareness": "explicit", "importance": 5, "performance": 5}
    return Put("need", row, usual | {"evidence_kind": "interview"} | values)


def test_a_change_upstream_puts_what_stands_on_it_up_for_review(with_segments: Workbook) -> None:
    with_segments.commit([_need("n", "regulars")], "Ada")
    assert stale(with_segments.snapshot()) == {}
    with_segments.commit(
        [Put("segment", "regulars", {"resource_share": 45}), Put("segment", "riders", {"resource_share": 55})], "Bo"
    )
    reasons = stale(with_segments.snapshot())[("need", "n")]
    assert len(reasons) == 1
    said = reasons[0].message.in_("en")
    assert said.startswith("Share of resources of Regulars changed from 70% to 45% on ")
    assert said.endswith(" by Bo")
    assert "资源份额" in reasons[0].message.in_("zh")
    with_segments.commit([Put("need", "n", {"performance": 6})], "Ada")
    assert ("need", "n") in stale(with_segments.snapshot()), "editing is not reviewing"
    with_segments.commit([Review("need", "n")], "Ada")
    assert stale(with_segments.snapshot()) == {}


def test_answers_and_scores_rest_on_no_share(with_segments: Workbook) -> None:
    score = {"segment": "regulars", "criterion": "market_size", "score": 7}
    with_segments.commit([Put("criterion", "market_size", {"name": "Size", "axis": "attractiveness", "weight": 100})], "Ada")
    with_segments.commit(
        [
            _need("n", "regulars"),
            Put("segment_evaluation", "e", score | {"participant": "Seller"}),
            Put("price_answer", "r01", {"respondent": "R01", "segment": "regulars", "too_cheap": 1, "too_expensive": 9}),
            Put("need_answer", "a", {"need": "n", "respondent": "R01", "importance": 8}),
            Put("decision", "d", {"statement": "Serve regulars", "step": "step_1", "segments": ["regulars"]}),
            Put("kpi", "k", {"name": "Regulars", "segment": "regulars", "target": 10}),
            Put("kpi_actual", "k1", {"kpi": "k", "period": "2026-09-30", "value": 9}),
        ],
        "Ada",
    )
    with_segments.commit([Put("segment", "regulars", {"resource_share": 30})], "Bo")
    with_segments.commit([Put("need", "n", {"importance": 9}), Put("kpi", "k", {"target": 12})], "Bo")
    with_segments.commit([Put("criterion", "market_size", {"weight": 90})], "Bo")
    assert set(stale(with_segments.snapshot())) == {("need", "n"), ("decision", "d"), ("kpi", "k")}
    # Who the segment is has changed: then the scores were given to somebody else, and the answers are still what was said.
    rule = {"by": "attribute", "segment": "big", "all": [{"column": "revenue", "from": 100}]}
    with_segments.commit([Put("segment", "regulars", {"rule": rule})], "Bo")
    assert {
        node for node in stale(with_segments.snapshot()) if node[0] in ("segment_evaluation", "price_answer", "need_answer")
    } == {("segment_evaluation", "e")}
    said = next(f for f in find(with_segments.snapshot()) if f.worksheet == "segment_evaluation").message
    assert "from empty to" in said.in_("en")
    assert "100" in said.in_("zh")
    assert "{" not in said.in_("en") + said.in_("zh")


def test_rows_that_are_called_alike_are_told_apart_in_findings(with_segments: Workbook) -> None:
    rivals = [Put("rival", "kiosk", {"name": "Kiosk"}), Put("rival", "shop", {"name": "Shop"})]
    statements = [
        Put("positioning", row, {"segment": "regulars", "benefit": "near", "rival": row, "need": "n"}) for row in ("kiosk", "shop")
    ]
    failing = {"test": "measurable", "result": "fails"}
    tests = [Put("segment_test", segment, failing | {"segment": segment}) for segment in ("regulars", "riders")]
    with_segments.commit([*rivals, _need("n", "regulars"), *statements, *tests], "Ada")
    with_segments.commit([Put("segment", "regulars", {"resource_share": 30})], "Bo")
    review = _found(with_segments, "thread.review")
    assert len(set(review)) == len(review) == 3
    assert any(said.startswith("“Positioning statements: near (Kiosk)” needs review: Share of resources") for said in review)
    assert [said.split(":")[0] for said in _found(with_segments, "targets.failed_test")] == [
        "Measurable (Regulars)",
        "Measurable (Riders)",
    ]
    said = [f.message.in_("zh") for f in find(with_segments.snapshot()) if f.check.id == "thread.review"]
    assert any("near（Kiosk）" in each for each in said)


def test_a_change_taken_back_needs_no_review(with_segments: Workbook) -> None:
    with_segments.commit([_need("n", "regulars")], "Ada")
    with_segments.commit([Put("segment", "regulars", {"resource_share": 45})], "Bo")
    with_segments.commit([Put("segment", "regulars", {"resource_share": 70})], "Bo")
    assert stale(with_segments.snapshot()) == {}


def test_a_new_name_needs_no_review(with_segments: Workbook) -> None:
    with_segments.commit([_need("n", "regulars")], "Ada")
    with_segments.commit([Put("segment", "regulars", {"name": "Faithful"})], "Bo")
    assert stale(with_segments.snapshot()) == {}


def test_a_row_changed_again_and_again_is_looked_at_as_quickly_as_one_changed_once(with_segments: Workbook) -> None:
    with_segments.commit([_need(f"n{number}", "regulars") for number in range(20)], "Ada")
    with_segments.commit([Put("segment", "regulars", {"resource_share": 60})], "Bo")
    once = _calls(lambda: stale(with_segments.snapshot()))
    for number in range(100):
        with_segments.commit([Put("segment", "regulars", {"resource_share": 40 + number % 2})], "Bo")
    assert _calls(lambda: stale(with_segments.snapshot())) < 2 * once
    assert len(stale(with_segments.snapshot())) == 20


def _calls(work: Callable[[], object]) -> int:
    """How many functions a piece of work calls: the same on any machine, however busy."""
    called = 0

    def count(_frame: object, event: str, _arg: object) -> None:
        nonlocal called
        called += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(None)
    return called


def test_who_made_the_last_of_many_changes_is_named_and_a_later_change_of_another_field_is_not(with_segments: Workbook) -> None:
    with_segments.commit([_need("n", "regulars")], "Ada")
    for share, author in ((60, "Bo"), (50, "Cleo")):
        with_segments.commit([Put("segment", "regulars", {"resource_share": share})], author)
    with_segments.commit([Put("segment", "regulars", {"reason": "They pay the rent"})], "Dan")
    assert [reason.author for reason in stale(with_segments.snapshot())["need", "n"]] == ["Cleo"]


def test_a_reference_set_anew_is_fresh_and_one_brought_back_with_its_row_too(with_segments: Workbook) -> None:
    with_segments.commit([_need("n", "regulars")], "Ada")
    with_segments.commit([Put("segment", "regulars", {"resource_share": 45})], "Bo")
    with_segments.commit([Put("need", "n", {"segment": "riders"})], "Ada")
    assert stale(with_segments.snapshot()) == {}
    with_segments.commit([Put("need", "n", {"segment": "regulars"})], "Ada")
    assert stale(with_segments.snapshot()) == {}, "pointed to again by somebody who saw today's share"
    with_segments.commit([Put("segment", "regulars", {"resource_share": 50})], "Bo")
    with_segments.commit([Delete("need", "n")], "Ada")
    with_segments.commit([_need("n", "regulars")], "Ada")
    assert stale(with_segments.snapshot()) == {}, "made anew after the change"
