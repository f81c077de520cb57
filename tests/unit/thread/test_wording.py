"""History, conflicts and checks speak of columns, rows and figures by their names, never by ids."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from strategy.errors import Conflict, StrategyError
from strategy.exhibits import evidence_of, figure_source, present
from strategy.exhibits.evidence import registry
from strategy.exhibits.figure_words import value_in_words
from strategy.samples import build
from strategy.thread import find
from strategy.thread.wording import change_in_words, row_in_words, shortened
from strategy.workbook import Delete, Put, Workbook
from strategy.workbook.history import field_changes


def _latest(workbook: Workbook, language: str = "en") -> list[str]:
    """What the newest revision changed, in words."""
    revision = next(workbook.history())
    return [change_in_words(workbook.snapshot(), change, language) for change in field_changes(workbook, revision)]  # type: ignore[arg-type]


def test_history_says_choices_references_and_figures_in_words(with_segments: Workbook) -> None:
    with_segments.commit([Put("segment", "riders", {"role": "not_now"})], "Ada")
    assert _latest(with_segments) == ["Role: Secondary → Not now"]
    assert _latest(with_segments, "zh") == ["角色：次要目标 → 暂不选择"]
    with_segments.commit([Put("plan_frame", "plan", {"currency": "EUR"})], "Ada")
    with_segments.commit([Put("segment", "riders", {"revenue": 48000})], "Ada")
    assert _latest(with_segments)[-1].endswith(" → €48,000")
    with_segments.commit([Put("need", "n", {"need": "Speed", "segment": "riders"})], "Ada")
    assert "Segment: – → Riders" in _latest(with_segments)


def test_a_deleted_row_keeps_its_name_in_history(with_segments: Workbook) -> None:
    with_segments.commit([Put("rival", "r", {"name": "Kiosk"}), Put("need", "n", {"need": "Speed", "segment": "riders"})], "Ada")
    with_segments.commit([Put("rival_performance", "p", {"need": "n", "rival": "r"})], "Ada")
    with_segments.commit([Delete("rival_performance", "p")], "Ada")
    with_segments.commit([Delete("rival", "r")], "Ada")
    revision = next(r for r in with_segments.history() if r.worksheet == "rival_performance" and r.operation == "delete")
    said = [change_in_words(with_segments.snapshot(), change, "en") for change in field_changes(with_segments, revision)]
    assert "Rival: Kiosk → –" in said
    assert row_in_words(with_segments.snapshot(), "rival", "r", "en") == "Kiosk"


def test_a_long_value_is_cut_with_an_ellipsis(with_segments: Workbook) -> None:
    with_segments.commit([Put("segment", "riders", {"reason": "Selection in eight stages " * 8})], "Ada")
    (said,) = _latest(with_segments)
    assert said.endswith("…")
    assert len(said) < 90
    assert shortened("short") == "short"


def test_a_conflict_calls_fields_by_their_titles(with_segments: Workbook) -> None:
    base = with_segments.snapshot().row("segment", "riders")
    assert base is not None
    with_segments.commit([Put("segment", "riders", {"short_name": "Young"}, base.version)], "Ada")
    with pytest.raises(Conflict) as raised:
        with_segments.commit([Put("segment", "riders", {"short_name": "Standing"}, base.version)], "Bo")
    said = raised.value.what.in_("en")  # type: ignore[union-attr]
    assert "short_name" not in said
    title = with_segments.method.worksheet("segment").column("short_name").title
    assert (title.en in said, title.zh in raised.value.in_("zh")) == (True, True)


def test_a_row_without_a_name_is_told_by_its_place_and_reported(with_segments: Workbook) -> None:
    assert not [f for f in find(with_segments.snapshot()) if f.check.id == "targets.named"]
    with_segments.commit([Put("segment", "riders", {"name": None, "short_name": None})], "Ada")
    snapshot = with_segments.snapshot()
    place = [row.id for row in snapshot.rows("segment")].index("riders") + 1
    assert snapshot.short("riders", "en") == snapshot.label("segment", "riders", "en") == f"Segments, row {place}"
    assert snapshot.short("riders", "zh") == f"细分市场第{place}行"
    (finding,) = [f for f in find(snapshot) if f.check.id == "targets.named"]
    assert (finding.row_id, finding.step, finding.column) == ("riders", "step_1", "name")
    assert finding.message.in_("en").startswith(f"Segments, row {place}: ")


def test_drift_names_exhibit_and_figure_in_words(with_segments: Workbook) -> None:
    answer = {"round": "opening", "answer": "Regulars", "open_to_all": True}
    with_segments.commit([Put("thirty_second", f"t{who}", answer | {"participant": who}) for who in "ab"], "Ada")
    snapshot = with_segments.snapshot()
    kept = [evidence_of(present(name, snapshot), snapshot) for name in ("thirty_second", "portfolio")]
    with_segments.commit([Put("decision", "d", {"statement": "Serve", "step": "step_1", "evidence": kept})], "Ada")
    with_segments.commit([Delete("thirty_second", "ta"), Delete("thirty_second", "tb")], "Ada")
    with_segments.commit([Put("segment", "passers", {"revenue": 900})], "Ada")
    snapshot = with_segments.snapshot()
    found = [f for f in find(snapshot, figure_source(snapshot, None)) if f.check.id == "evidence.drift"]
    first, second = ((f.message.in_("en"), f.message.in_("zh")) for f in found)
    assert "Answers = 2 in “30-second test”; it is now not available" in first[0]
    assert "thirty_second" not in first[1]
    assert "Share of value (" in second[0]
    assert "value_share" not in second[1]
    assert all(re.search(r"[=＝] ?\d+(\.\d)?%|\d%", said) for said in second)


def test_no_figure_of_the_sample_is_said_by_its_id(tmp_path: Path) -> None:
    with build("newsstand", tmp_path / "n.duckdb", "Newsstand", "Ada", "en") as made:
        snapshot = made.snapshot()
        source, unsaid = figure_source(snapshot, made.cursor), []
        for exhibit_id in registry():
            try:
                figures = present(exhibit_id, snapshot, made.cursor).figures
            except StrategyError:
                continue
            for figure in figures:
                said = source.in_words(exhibit_id, figure, {})[1].in_("en")
                if said == "a figure" or re.search(r"\b[a-z]+_[a-z_]+\b", said):
                    unsaid.append((exhibit_id, figure, said))
    assert unsaid == []


@pytest.mark.parametrize(
    ("figure", "value", "said"),
    [
        ("reg.share", 0.45, "45%"),
        ("reg.resource_share", 0.3125, "31.3%"),
        ("top_20_percent", 0.5, "50%"),
        ("agreement", 0.222, "22.2%"),
    ],
)
def test_a_share_that_drifts_is_said_in_percent(figure: str, value: float, said: str) -> None:
    spoken = value_in_words(figure, value)
    assert spoken is not None
    assert spoken.in_("en") == spoken.in_("zh") == said


@pytest.mark.parametrize(("figure", "value"), [("reg.revenue", 0.45), ("worse", -0.5), ("reg.share", 45.0)])
def test_a_figure_that_is_no_share_of_one_stays_a_number(figure: str, value: float) -> None:
    assert value_in_words(figure, value) is None
