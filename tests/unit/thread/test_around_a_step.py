"""What rests on a step, and what it rests on: its decisions are part of it."""

from __future__ import annotations

from pathlib import Path

from strategy.method import shipped_method
from strategy.thread import rested_on, resting_on, rows_of
from strategy.workbook import Put, Workbook


def test_what_rests_on_a_step_rests_on_its_rows_or_its_decisions_and_belongs_to_another(tmp_path: Path) -> None:
    with Workbook.create(tmp_path / "plan.duckdb", "Plan") as workbook:
        workbook.commit(
            [
                Put("segment", "regulars", {"name": "Regulars", "role": "primary"}),
                Put("decision", "first", {"step": "step_1", "statement": "Regulars first", "segments": ["regulars"]}),
                Put("decision", "second", {"step": "step_2", "statement": "Ask them", "segments": ["regulars"]}),
                Put("kpi", "visits", {"name": "Visits", "decisions": ["first"]}),
            ],
            "Ada",
        )
        snapshot = workbook.snapshot()
    step = shipped_method().step
    assert rows_of(step("step_1"), snapshot) == (("segment", "regulars"), ("decision", "first"))
    assert set(resting_on(step("step_1"), snapshot)) == {("decision", "second"), ("kpi", "visits")}
    assert rested_on(step("step_1"), snapshot) == ()
    assert rested_on(step("step_2"), snapshot) == (("segment", "regulars"),)
    assert resting_on(step("step_2"), snapshot) == ()
