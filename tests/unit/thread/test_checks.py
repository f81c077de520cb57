"""The golden thread: each check fires where it should, names the row in both languages, and is silent once it is met."""

from __future__ import annotations

import pytest

from strategy.errors import Refused
from strategy.exhibits import evidence_of, figure_source, present
from strategy.method import shipped_method
from strategy.thread import find, graph_of, readiness
from strategy.thread.functions import FUNCTIONS, upper_half
from strategy.workbook import Put, Workbook
from strategy.workbook.cycle import latest_actual, open_next_cycle


def _found(workbook: Workbook, check_id: str) -> list[str]:
    """The English messages of one check."""
    return [finding.message.in_("en") for finding in find(workbook.snapshot()) if finding.check.id == check_id]


def _need(row: str, segment: str, **values: object) -> Put:
    usual = {"need": row, "segment": segment, "kind": "functional", "awareness": "explicit", "importance": 5, "performance": 5}
    return Put("need", row, usual | {"evidence_kind": "interview"} | values)


def test_every_check_has_a_message_in_both_languages_and_one_of_ten_groups() -> None:
    checks = shipped_method().checks
    assert {check.group for check in checks} == set(range(1, 11))
    for check in checks:
        assert check.message.en != check.message.zh


def test_every_named_function_exists() -> None:
    named = {check.rule.name for check in shipped_method().checks if check.rule.kind == "function"}
    assert named - {"evidence_drift"} == set(FUNCTIONS)


def test_shares_that_do_not_sum_are_a_blocker(with_segments: Workbook) -> None:
    assert _found(with_segments, "targets.shares") == []
    with_segments.commit([Put("segment", "riders", {"resource_share": 25})], "Ada")
    assert _found(with_segments, "targets.shares") == ["Resource shares of the targets sum to 95, not 100."]
    finding = next(f for f in find(with_segments.snapshot()) if f.check.id == "targets.shares")
    assert finding.severity == "blocker"
    assert "95" in finding.message.in_("zh")


def test_a_target_that_fails_a_test_needs_a_reason(with_segments: Workbook) -> None:
    failing = {"segment": "regulars", "test": "measurable", "result": "fails"}
    with_segments.commit([Put("segment_test", "t", failing), Put("segment_test", "u", failing | {"segment": "passers"})], "Ada")
    # The other row of that name is no finding, but the reader has to know which of the two is meant.
    assert [said.split(":")[0] for said in _found(with_segments, "targets.failed_test")] == ["Measurable (Regulars)"]
    with_segments.commit([Put("segment_test", "t", {"reason_anyway": "Nobody else serves them"})], "Ada")
    assert _found(with_segments, "targets.failed_test") == []


def test_a_primary_segment_needs_three_needs_one_latent_one_with_evidence(with_segments: Workbook) -> None:
    assert _found(with_segments, "needs.three") == ["Regulars has no need yet; a primary segment needs at least 3."]
    with_segments.commit([_need(f"n{i}", "regulars", evidence_kind="assumption") for i in range(3)], "Ada")
    assert _found(with_segments, "needs.three") == []
    assert len(_found(with_segments, "needs.latent")) == 1
    assert len(_found(with_segments, "needs.evidence")) == 1
    with_segments.commit([Put("need", "n0", {"awareness": "latent", "evidence_kind": "behaviour"})], "Ada")
    assert _found(with_segments, "needs.latent") == _found(with_segments, "needs.evidence") == []


def test_a_difference_answers_an_important_need_and_names_a_rival(with_segments: Workbook) -> None:
    needs = [_need(f"n{i}", "regulars", importance=i + 3) for i in range(4)]
    point = {"point": "Papers put aside", "segment": "regulars", "kind": "difference"}
    with_segments.commit([*needs, Put("rival", "kiosk", {"name": "Kiosk"}), Put("position_point", "p", point)], "Ada")
    assert upper_half(with_segments.snapshot(), "regulars") == {"n2", "n3"}
    assert "it names no need" in _found(with_segments, "position.need")[0]
    with_segments.commit([Put("position_point", "p", {"need": "n0"})], "Ada")
    assert "lower half" in _found(with_segments, "position.need")[0]
    assert len(_found(with_segments, "position.rival")) == 1
    with_segments.commit([Put("position_point", "p", {"need": "n3", "beats": ["kiosk"]})], "Ada")
    assert _found(with_segments, "position.need") == _found(with_segments, "position.rival") == []


def test_a_need_without_importance_has_no_rank(with_segments: Workbook) -> None:
    needs = [_need(f"n{i}", "regulars", importance=i + 3) for i in range(4)]
    point = {"point": "Papers put aside", "segment": "regulars", "kind": "difference", "need": "open"}
    statement = {"segment": "regulars", "benefit": "b", "need": "open"}
    opened = [_need("open", "regulars", importance=None), Put("position_point", "p", point), Put("positioning", "s", statement)]
    with_segments.commit([*needs, *opened], "Ada")
    for check in ("position.need", "position.statement_need"):
        (said,) = _found(with_segments, check)
        assert "no importance yet" in said
        assert "lower half" not in said
    (finding,) = [f for f in find(with_segments.snapshot()) if f.check.id == "position.need"]
    assert "还没有重要性评分" in finding.message.in_("zh")
    shown = present("positioning_variants", with_segments.snapshot(), with_segments.cursor)
    assert shown.frame["need"].tolist() == [None]


def test_holes_in_the_mix_are_named(with_segments: Workbook) -> None:
    for element in ("product", "price", "channel"):
        with_segments.commit([Put("mix", element, {"segment": "regulars", "element": element, "offer": "x"})], "Ada")
    assert _found(with_segments, "mix.coverage")[0] == "Regulars lacks in the mix: Promotion."
    assert "Product, Price, Channel, Promotion" in _found(with_segments, "mix.coverage")[1]


def test_the_price_position_agrees_with_the_value_map(with_segments: Workbook) -> None:
    with_segments.commit(
        [
            Put("rival", "kiosk", {"name": "Kiosk"}),
            Put("positioning", "s", {"segment": "regulars", "benefit": "b", "rival": "kiosk", "price_position": "below"}),
            Put("value_position", "us", {"segment": "regulars", "price": 12, "benefit": 7}),
            Put("value_position", "them", {"segment": "regulars", "rival": "kiosk", "price": 10, "benefit": 5}),
            Put("mix", "m", {"segment": "regulars", "element": "price", "offer": "Low", "price_position": "below"}),
        ],
        "Ada",
    )
    assert "value map" in _found(with_segments, "mix.price")[0]
    with_segments.commit([Put("value_position", "us", {"price": 8})], "Ada")
    assert _found(with_segments, "mix.price") == []


@pytest.mark.parametrize(("ours", "agrees"), [(98.5, True), (101.5, True), (97, False), (103, False)])
def test_prices_within_two_percent_of_each_other_are_level(with_segments: Workbook, ours: float, agrees: bool) -> None:
    with_segments.commit(
        [
            Put("rival", "kiosk", {"name": "Kiosk"}),
            Put("value_position", "us", {"segment": "regulars", "price": ours, "benefit": 7}),
            Put("value_position", "them", {"segment": "regulars", "rival": "kiosk", "price": 100, "benefit": 5}),
            Put("mix", "m", {"segment": "regulars", "element": "price", "offer": "As theirs", "price_position": "level"}),
        ],
        "Ada",
    )
    assert (_found(with_segments, "mix.price") == []) is agrees


@pytest.mark.parametrize(("today", "planned", "agrees"), [(5, 0, True), (0, 0, False), (5, 1, False)])
def test_only_what_was_there_can_be_eliminated(with_segments: Workbook, today: int, planned: int, agrees: bool) -> None:
    check = next(c.id for c in with_segments.method.checks if getattr(c.rule, "name", "") == "canvas_action_disagrees")
    factor = {"factor": "Shop window", "action": "eliminate", "ours_today": today, "ours_planned": planned}
    with_segments.commit([Put("canvas_factor", "window", factor)], "Ada")
    assert (_found(with_segments, check) == []) is agrees


def test_exactly_one_statement_of_a_target_is_chosen(with_segments: Workbook) -> None:
    check = next(c.id for c in with_segments.method.checks if getattr(c.rule, "name", "") == "statement_not_chosen")
    with_segments.commit([Put("positioning", name, {"segment": "regulars", "benefit": name}) for name in ("one", "two")], "Ada")
    assert len(_found(with_segments, check)) == 1
    with_segments.commit([Put("positioning", "one", {"chosen": True})], "Ada")
    assert _found(with_segments, check) == []
    with_segments.commit([Put("positioning", "two", {"chosen": True})], "Ada")
    assert len(_found(with_segments, check)) == 1


def test_the_price_position_is_held_against_the_value_map_without_a_statement_too(with_segments: Workbook) -> None:
    with_segments.commit(
        [
            Put("rival", "kiosk", {"name": "Kiosk"}),
            Put("value_position", "us", {"segment": "regulars", "price": 100, "benefit": 7}),
            Put("value_position", "them", {"segment": "regulars", "rival": "kiosk", "price": 50, "benefit": 5}),
            Put("mix", "m", {"segment": "regulars", "element": "price", "offer": "Low", "price_position": "below"}),
        ],
        "Ada",
    )
    assert "value map" in _found(with_segments, "mix.price")[0]
    # A dearer rival may be the one that is meant, until a statement names the main one.
    dearer = [
        Put("rival", "shop", {"name": "Shop"}),
        Put("value_position", "shop", {"segment": "regulars", "rival": "shop", "price": 150, "benefit": 6}),
    ]
    with_segments.commit(dearer, "Ada")
    assert _found(with_segments, "mix.price") == []
    with_segments.commit([Put("positioning", "s", {"segment": "regulars", "benefit": "b", "rival": "kiosk"})], "Ada")
    assert "value map" in _found(with_segments, "mix.price")[0]
    with_segments.commit([Put("mix", "m", {"price_position": "above"})], "Ada")
    assert _found(with_segments, "mix.price") == []


def test_budgets_sum_to_the_total(with_segments: Workbook) -> None:
    with_segments.commit(
        [Put("plan_frame", "plan", {"budget_total": 100}), Put("budget", "b", {"segment": "regulars", "planned": 90})], "Ada"
    )
    assert _found(with_segments, "mix.budget") == ["The planned budgets add up to 90; the plan has 100."]


def test_acquisition_serves_targets_at_a_cost_below_their_value(with_segments: Workbook) -> None:
    row = {
        "segment": "passers",
        "channel": "Stand",
        "cost_per_customer": 30,
        "lifetime_value": 20,
        "margin_per_month": 1,
        "approach": "compete",
    }
    with_segments.commit([Put("acquisition", "a", row), Put("plan_frame", "plan", {"horizon_months": 12})], "Ada")
    assert len(_found(with_segments, "acquisition.targets")) == 1
    assert len(_found(with_segments, "acquisition.value")) == 1
    assert "30 months" in _found(with_segments, "acquisition.payback")[0]
    with_segments.commit([Put("acquisition", "a", {"segment": "riders", "lifetime_value": 90, "margin_per_month": 3})], "Ada")
    assert [_found(with_segments, f"acquisition.{name}") for name in ("targets", "value", "payback")] == [[], [], []]


def test_a_declined_channel_wins_nobody_and_one_without_an_approach_is_meant(with_segments: Workbook) -> None:
    row = {"segment": "passers", "channel": "Stand", "cost_per_customer": 9999, "lifetime_value": 310, "margin_per_month": 1}
    with_segments.commit([Put("acquisition", "a", row), Put("plan_frame", "plan", {"horizon_months": 12})], "Ada")
    names = [f"acquisition.{name}" for name in ("targets", "value", "payback")]
    assert [len(_found(with_segments, name)) for name in names] == [1, 1, 1]
    assert "9,999" in _found(with_segments, "acquisition.value")[0]
    with_segments.commit([Put("acquisition", "a", {"approach": "decline"})], "Ada")
    assert [_found(with_segments, name) for name in names] == [[], [], []]


def test_contact_cost_stays_below_margin_and_stages_have_tasks(with_segments: Workbook) -> None:
    with_segments.commit([Put("grade", "a", {"name": "A", "margin_per_customer": 10, "contact_cost": 12})], "Ada")
    assert len(_found(with_segments, "grade.cost")) == 1
    assert len(_found(with_segments, "grade.service")) == 1
    assert len(_found(with_segments, "lifecycle.task")) == 4


def test_win_back_spends_less_than_it_brings_back(with_segments: Workbook) -> None:
    row = {
        "group": "Gone",
        "segment": "regulars",
        "customers": 10,
        "tier": "pursue",
        "cost": 100,
        "return_probability": 10,
        "margin_back": 50,
    }
    with_segments.commit([Put("win_back", "w", row)], "Ada")
    assert "brings" not in _found(with_segments, "win_back.pays")[0]
    assert "50" in _found(with_segments, "win_back.pays")[0]
    assert len(_found(with_segments, "win_back.complete")) == 1
    with_segments.commit([Put("win_back", "w", {"cost": 49})], "Ada")
    assert _found(with_segments, "win_back.pays") == []


def test_the_chosen_system_covers_every_must(with_segments: Workbook) -> None:
    with_segments.commit(
        [
            Put("capability", "c", {"name": "Call list", "needed_by": "step_6", "must_have": True}),
            Put("vendor", "v", {"name": "System V", "status": "chosen"}),
        ],
        "Ada",
    )
    assert "System V" in _found(with_segments, "system.covers")[0]
    with_segments.commit(
        [Put("vendor_cover", "x", {"vendor": "v", "capability": "c", "cover": "partly", "how_else": "A list on paper"})], "Ada"
    )
    assert _found(with_segments, "system.covers") == []


def test_decisions_have_owner_date_and_kpi(with_segments: Workbook) -> None:
    with_segments.commit([Put("decision", "d", {"statement": "Serve regulars first", "step": "step_1"})], "Ada")
    assert _found(with_segments, "decision.complete") == ["Decision “Serve regulars first” lacks: Owner, Due."] or _found(
        with_segments, "decision.complete"
    )
    finding = next(f for f in find(with_segments.snapshot()) if f.check.id == "decision.kpi")
    assert (finding.step, finding.row_id) == ("step_1", "d")
    with_segments.commit([Put("kpi", "k", {"name": "Regulars", "decisions": ["d"], "target": 10})], "Ada")
    assert _found(with_segments, "decision.kpi") == []
    assert len(_found(with_segments, "kpi.complete")) == 1


def test_a_deviation_beyond_tolerance_needs_an_answer(with_segments: Workbook) -> None:
    with_segments.commit(
        [
            Put("kpi", "k", {"name": "Regulars", "baseline": 50, "target": 100, "better": "higher", "tolerance": 5}),
            Put("kpi_actual", "old", {"kpi": "k", "period": "2026-01-31", "value": 99}),
            Put("kpi_actual", "new", {"kpi": "k", "period": "2026-02-28", "value": 80}),
        ],
        "Ada",
    )
    assert "80 against 100" in _found(with_segments, "deviation.answer")[0]
    with_segments.commit(
        [Put("deviation", "d", {"kpi": "k", "cause": "Rain", "action": "Sell indoors", "back_to": "step_4"})], "Ada"
    )
    assert _found(with_segments, "deviation.answer") == []


def test_every_period_that_deviates_wants_an_answer_of_its_own(with_segments: Workbook) -> None:
    answer = {"kpi": "k", "cause": "Rain", "action": "Sell indoors", "back_to": "step_4"}
    with_segments.commit(
        [
            Put("kpi", "k", {"name": "Regulars", "baseline": 50, "target": 100}),
            Put("kpi_actual", "september", {"kpi": "k", "period": "2026-09-30", "value": 80}),
            Put("deviation", "d", answer | {"period": "2026-09-30"}),
        ],
        "Ada",
    )
    assert _found(with_segments, "deviation.answer") == []
    with_segments.commit([Put("kpi_actual", "december", {"kpi": "k", "period": "2026-12-31", "value": 20})], "Ada")
    assert "20 against 100" in _found(with_segments, "deviation.answer")[0]
    shown = present("deviations", with_segments.snapshot(), with_segments.cursor)
    assert shown.title.in_("en") == "Regulars misses its target by 80% and has no answer yet"
    with_segments.commit([Put("deviation", "e", answer | {"period": "2026-12-31"})], "Ada")
    assert _found(with_segments, "deviation.answer") == []


def test_an_answer_without_a_period_speaks_of_the_actuals_known_when_it_was_given(with_segments: Workbook) -> None:
    answer = {"kpi": "k", "cause": "Rain", "action": "Sell indoors", "back_to": "step_4"}
    actual = Put("kpi_actual", "september", {"kpi": "k", "period": "2026-09-30", "value": 80})
    with_segments.commit([Put("kpi", "k", {"name": "Regulars", "baseline": 50, "target": 100}), actual], "Ada")
    with_segments.commit([Put("deviation", "d", answer)], "Ada")
    assert _found(with_segments, "deviation.answer") == []
    with_segments.commit([Put("kpi_actual", "december", {"kpi": "k", "period": "2026-12-31", "value": 20})], "Ada")
    with_segments.commit([Put("deviation", "d", {"done": True})], "Ada")
    assert len(_found(with_segments, "deviation.answer")) == 1


def test_the_graph_follows_a_segment_to_its_kpi(with_segments: Workbook) -> None:
    with_segments.commit(
        [
            _need("n", "regulars"),
            Put("position_point", "p", {"point": "x", "segment": "regulars", "need": "n"}),
            Put("decision", "d", {"statement": "y", "step": "step_3", "builds_on": ["position_point:p"]}),
            Put("kpi", "k", {"name": "z", "decisions": ["d"]}),
        ],
        "Ada",
    )
    graph = graph_of(with_segments.snapshot())
    assert graph.downstream(("segment", "regulars"))[-1] == ("kpi", "k")
    assert ("segment", "regulars") in graph.upstream(("kpi", "k"))


def test_evidence_that_moves_is_said_at_the_decision(with_segments: Workbook) -> None:
    snapshot = with_segments.snapshot()
    kept = evidence_of(present("portfolio", snapshot), snapshot)
    with_segments.commit([Put("decision", "d", {"statement": "Serve regulars", "step": "step_1", "evidence": [kept]})], "Ada")
    source = figure_source(with_segments.snapshot(), None)
    assert not [f for f in find(with_segments.snapshot(), source) if f.check.id == "evidence.drift"]
    with_segments.commit([Put("segment", "passers", {"revenue": 900})], "Ada")
    moved = [
        f for f in find(with_segments.snapshot(), figure_source(with_segments.snapshot(), None)) if f.check.id == "evidence.drift"
    ]
    assert [f.row_id for f in moved] == ["d"]
    assert moved[0].step == "step_1"


def test_of_moved_evidence_the_figure_that_moved_furthest_is_named(with_segments: Workbook) -> None:
    kept = [{"exhibit": "portfolio", "settings": {}, "figures": {"little": 100.0, "much": 0.5, "not_at_all": 3.0}}]
    with_segments.commit([Put("decision", "d", {"statement": "Serve", "step": "step_1", "evidence": kept})], "Ada")
    found = find(with_segments.snapshot(), lambda _exhibit, _settings: {"little": 110.0, "much": 1.5, "not_at_all": 3.0})
    (said,) = [finding.message.in_("en") for finding in found if finding.check.id == "evidence.drift"]
    assert "much = 0.5" in said
    with_segments.commit([Put("decision", "d", {"owner": "Bo"})], "Ada")
    found = find(with_segments.snapshot(), lambda _exhibit, _settings: {"much": 1.5, "not_at_all": 3.0})
    (said,) = [finding.message.in_("en") for finding in found if finding.check.id == "evidence.drift"]
    assert "little = 100" in said  # gone altogether


def test_a_target_nobody_falls_into_any_more_is_said(with_segments: Workbook) -> None:
    rule = {"by": "rfm", "name": "champions"}

    def said() -> list[str | None]:
        return [finding.row_id for finding in find(with_segments.snapshot()) if finding.check.id == "targets.nobody"]

    with_segments.commit([Put("segment", "riders", {"role": "primary", "rule": rule, "customers": 40})], "Ada")
    assert said() == []
    with_segments.commit([Put("segment", "riders", {"customers": 0})], "Ada")
    assert said() == ["riders"]
    with_segments.commit([Put("segment", "riders", {"role": "not_now"})], "Ada")
    assert said() == []


def test_readiness_counts_what_a_step_asks_for(with_segments: Workbook) -> None:
    ready = readiness(with_segments.snapshot())["step_1"]
    assert [item.done for item in ready.items if item.worksheet == "segment"] == [True]
    assert ready.state == "started"
    assert readiness(with_segments.snapshot())["step_8"].done == 0


def test_the_next_cycle_starts_from_this_one(with_segments: Workbook) -> None:
    with pytest.raises(Refused):
        open_next_cycle(with_segments, "Ada")
    with_segments.commit(
        [
            Put("decision", "d", {"statement": "x", "step": "step_1", "status": "agreed"}),
            Put("kpi", "k", {"name": "z", "decisions": ["d"], "baseline": 10, "target": 20}),
            Put("kpi_actual", "a", {"kpi": "k", "period": "2026-03-31", "value": 17}),
        ],
        "Ada",
    )
    open_next_cycle(with_segments, "Ada")
    now, before = with_segments.snapshot(), with_segments.snapshot(cycle=1)
    assert (now.cycle, before.cycle) == (2, 1)
    assert now.row("kpi", "k")["baseline"] == 17.0  # type: ignore[index]
    assert before.row("kpi", "k")["baseline"] == 10.0  # type: ignore[index]
    assert now.row("decision", "d")["status"] == "review_needed"  # type: ignore[index]
    assert not now.rows("kpi_actual")
    assert latest_actual(before, "k") == 17.0
    assert {row.id for row in now.rows("segment")} == {"regulars", "riders", "passers"}
