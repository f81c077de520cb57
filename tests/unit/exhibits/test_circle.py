"""The exhibits of step 9."""

import datetime as dt
from pathlib import Path

import pytest
from operational_rows import CIRCLE, drawn, show, workbook_with

from strategy.errors import NoData
from strategy.exhibits import figure_of, present

DAY = "2026-06-15"


def test_scorecard_on_one_scale(tmp_path: Path) -> None:
    shown = show(tmp_path, "kpi_scorecard", CIRCLE)
    assert shown.title.in_("en") == "KPIs beyond tolerance: 2 of 3; farthest off is Regulars lost, by 50%"
    assert "3个指标中有2个" in shown.title.in_("zh")
    assert shown.figures["week.actual"] == 76
    assert shown.figures["lost.deviation_pct"] == -50
    assert dict(zip(shown.frame["kpi"], shown.frame["progress_pct"], strict=True)) == {"lost": 50, "week": 40, "hold": 100}
    assert dict(zip(shown.frame["kpi"], shown.frame["state"], strict=True)) == {
        "lost": "unanswered",
        "week": "unanswered",
        "hold": "on_course",
    }
    assert [trace.x[0] for trace in drawn(shown) if trace.customdata] == [50, 40, 100] * 2
    assert next(trace.text for trace in drawn(shown) if trace.mode == "text") == ("9", "76%", "20")


@pytest.mark.parametrize(
    ("unit", "en", "zh"),
    [("customers", "1,410 customers", "1,410 customers"), ("人", "1,410 人", "1,410人"), ("", "1,410", "1,410")],
)
def test_a_figure_stands_with_its_unit(tmp_path: Path, unit: str, en: str, zh: str) -> None:
    rows = {("kpi", "k"): {"name": "Regulars", "unit_text": unit, "baseline": 1000, "target": 1500, "source_step": "step_6"}}
    actual = {("kpi_actual", "a"): {"kpi": "k", "period": "2026-06-30", "value": 1410, "figures_from": "data"}}
    exhibit = show(tmp_path, "kpi_scorecard", rows, actual)
    assert [next(trace.text[0] for trace in exhibit.draw(language).data if trace.mode == "text") for language in ("en", "zh")] == [
        en,
        zh,
    ]


def test_deviations_and_their_answers(tmp_path: Path) -> None:
    shown = show(tmp_path, "deviations", CIRCLE)
    assert shown.title.in_("en") == "Regulars lost misses its target by 50% and has no answer yet"
    assert "尚无对策" in shown.title.in_("zh")
    assert (shown.figures["deviations"], shown.figures["unanswered"]) == (3, 2)
    bars = drawn(shown)[0]
    # The answer speaks of March, when 72 of 85 had been reached; June with 76 has none.
    assert bars.x == pytest.approx((-50, -15.29, -10.59), abs=0.01)
    assert bars.text == ("–", "→ 6", "–")


def test_answered_deviations_go_back_to_a_step(tmp_path: Path) -> None:
    answer = {("deviation", "d2"): {"kpi": "lost", "cause": "Late", "action": "Earlier", "back_to": "step_6"}}
    june = {("deviation", "d3"): {"kpi": "week", "period": "2026-06-30", "cause": "Rain", "action": "A roof", "back_to": "step_6"}}
    shown = show(tmp_path, "deviations", CIRCLE, answer, june)
    assert shown.title.in_("en") == "All 3 deviations have an answer; most go back to 6 Maintain relationships"


def test_the_scorecard_knows_the_answer_to_the_latest_period(tmp_path: Path) -> None:
    june = {("deviation", "d3"): {"kpi": "week", "period": "2026-06-30", "cause": "Rain", "action": "A roof", "back_to": "step_6"}}
    shown = show(tmp_path, "kpi_scorecard", CIRCLE, june)
    assert dict(zip(shown.frame["kpi"], shown.frame["state"], strict=True))["week"] == "answered"


def test_agreement_then_and_now(tmp_path: Path) -> None:
    shown = show(tmp_path, "thirty_second_change", CIRCLE)
    assert shown.title.in_("en").startswith("Agreement on the target customer rose from ")
    assert shown.title.in_("zh").startswith("对目标客户的共识由")
    assert shown.figures["circle"] > shown.figures["opening"]
    assert shown.figures["change"] == pytest.approx(shown.figures["circle"] - shown.figures["opening"])
    traces = drawn(shown)
    assert {trace.name for trace in traces[:2]} == {"Sales", "Service"}
    assert traces[2].y == pytest.approx((100 * shown.figures["opening"], 100 * shown.figures["circle"]))


def test_one_answer_is_no_agreement(tmp_path: Path) -> None:
    few = {key: row for key, row in CIRCLE.items() if key[1] in ("o1", "c1")}
    with pytest.raises(NoData):
        show(tmp_path, "thirty_second_change", few)


def test_ideas_on_their_way(tmp_path: Path) -> None:
    shown = show(tmp_path, "insight_pipeline", CIRCLE, as_of=DAY)
    assert shown.title.in_("en") == (
        "Ideas that became a process or part of the system: 1 of 3; Coupons in magazines has waited 75 days"
    )
    assert "已等了75天" in shown.title.in_("zh")
    assert shown.figures == {"ideas.noted": 1, "ideas.trial": 1, "ideas.process": 1, "ideas.system": 0}
    noted, trial, process = drawn(shown)[:3]
    assert (noted.x, trial.x, process.x) == ((75, 0, 10), (0, 0, 30), (0, 0, 92))


def test_calendar_marks_what_is_overdue(tmp_path: Path) -> None:
    shown = show(tmp_path, "execution_calendar", CIRCLE, as_of=DAY)
    assert shown.title.in_("en") == "Dates passed without result: 1 of 5; the oldest is Start the order service"
    assert "已过期" in shown.title.in_("zh")
    assert shown.figures["overdue"] == 1
    assert shown.figures["dates.inspection"] == 2
    states = dict(zip(zip(shown.frame["kind"], shown.frame["row"], strict=True), shown.frame["state"], strict=True))
    assert states["decision_due", "first"] == "done"
    assert states["inspection", "look"] == "done"
    assert states["inspection", "look2"] == "open"
    assert drawn(shown)[0].base == ("2026-03-01",)


def test_a_server_that_runs_overnight_sees_the_calendar_from_the_new_day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with workbook_with(tmp_path, CIRCLE) as workbook:
        snapshot, seen = workbook.snapshot(), []
        for day in ("2026-02-01", DAY):
            monkeypatch.setattr("strategy.exhibits.timeline.today", lambda day=day: dt.date.fromisoformat(day))
            monkeypatch.setattr("strategy.exhibits.evidence.today", lambda day=day: dt.date.fromisoformat(day))
            shown = present("execution_calendar", snapshot)
            seen.append((shown.figures["overdue"], figure_of(shown, snapshot, "en").to_json()))
            assert shown.settings["as_of"] == ""  # what is kept of it is compared with its own day's
    assert [overdue for overdue, _ in seen] == [0, 1]
    assert seen[0][1] != seen[1][1]


def test_calendar_before_anything_is_due(tmp_path: Path) -> None:
    shown = show(tmp_path, "execution_calendar", CIRCLE, as_of="2026-02-01")
    assert shown.title.in_("en") == "Nothing is overdue; most falls due in May 2026"
    assert "2026年5月" in shown.title.in_("zh")


@pytest.mark.parametrize(
    "exhibit_id", ["kpi_scorecard", "deviations", "thirty_second_change", "insight_pipeline", "execution_calendar"]
)
def test_nothing_to_show(tmp_path: Path, exhibit_id: str) -> None:
    with pytest.raises(NoData) as error:
        show(tmp_path, exhibit_id)
    assert error.value.fix
    assert error.value.in_("zh") != error.value.in_("en")


@pytest.mark.parametrize(("start", "finish"), [("2026-06-01", "9999-12-31"), ("0001-01-01", "2026-06-30")])
@pytest.mark.parametrize("exhibit_id", ["execution_calendar", "rollout_plan"])
def test_a_date_written_for_no_end_is_drawn(tmp_path: Path, exhibit_id: str, start: str, finish: str) -> None:
    rows = {
        ("decision", "d"): {"statement": "Stay", "step": "step_1", "due": start, "review_on": finish},
        ("rollout", "team"): {"start": start, "finish": finish},
    }
    shown = show(tmp_path, exhibit_id, rows, as_of=DAY)
    for language in ("en", "zh"):
        assert shown.draw(language).data


@pytest.mark.parametrize(
    ("today", "line"), [("2026-03-01", False), ("2026-04-16", True), ("2026-10-28", True), ("2026-10-29", False)]
)
def test_today_is_a_line_while_it_is_near_what_is_planned(tmp_path: Path, today: str, line: bool) -> None:
    shown = show(tmp_path, "rollout_plan", {("rollout", "team"): {"start": "2026-06-15", "finish": "2026-06-30"}}, as_of=today)
    assert bool(shown.draw("en").layout.shapes) is line
