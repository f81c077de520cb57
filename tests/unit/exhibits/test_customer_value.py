"""Historic, current and potential value: each with its own period, margins where they are given, nothing counted twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from strategy.customers import Mapping, understand
from strategy.exhibits import present
from strategy.exhibits.model import Exhibit
from strategy.spine import import_customers
from strategy.workbook import Put, Workbook

CDNOW = Path(__file__).parents[3] / "data" / "samples" / "cdnow" / "cdnow_master.csv.gz"


@pytest.fixture(scope="module")
def workbook(tmp_path_factory: pytest.TempPathFactory) -> Workbook:
    made = Workbook.create(tmp_path_factory.mktemp("value") / "plan.duckdb", "Plan")
    mapping = Mapping("customer_id", "date", "dollar_value")
    import_customers(made, understand(CDNOW, None, mapping), "Ann")
    return made


def _shown(workbook: Workbook, **settings: float) -> Exhibit:
    return present("customer_value", workbook.snapshot(), workbook.cursor, settings)


def test_history_is_the_revenue_of_the_data_and_the_rest_lies_ahead(workbook: Workbook) -> None:
    shown = _shown(workbook, horizon_days=182)
    expected = present("expected_purchases", workbook.snapshot(), workbook.cursor, {"horizon_days": 182})
    assert shown.frame["hv"].sum() == pytest.approx(2_500_315.63, rel=1e-6)
    assert shown.frame["cv"].sum() == pytest.approx(expected.figures["expected_value"], rel=1e-6)
    assert shown.frame["pv"].sum() == 0
    assert shown.figures["value"] == pytest.approx(shown.frame["hv"].sum() + shown.frame["cv"].sum(), rel=1e-6)
    said = " ".join(part.in_("en") for part in shown.reading)
    assert "30 June 1998" in said
    assert "29 December 1998" in said
    assert "value means sales" in said
    assert "whale curve" not in said


def test_margins_of_purchases_are_said_to_be_left_aside(tmp_path: Path) -> None:
    with Workbook.create(tmp_path / "plan.duckdb", "Plan") as made:
        mapping = Mapping("customer_id", "date", "dollar_value", margin="number_of_cds")
        import_customers(made, understand(CDNOW, None, mapping), "Ann")
        said = [part.in_("en") for part in _shown(made).reading]
    assert "The margins of the single purchases are not used here; the whale curve is made of them." in said


def test_potential_is_a_judgement_on_top(workbook: Workbook) -> None:
    shown = _shown(workbook, potential_pct=20)
    assert shown.frame["pv"].sum() == pytest.approx(0.2 * shown.frame["cv"].sum())
    assert "judgement" in " ".join(part.in_("en") for part in shown.reading)


def test_the_margin_of_the_plan_is_used(workbook: Workbook) -> None:
    before = _shown(workbook).figures["value"]
    plan = {
        "name": "Plan",
        "period_start": "2026-01-01",
        "period_end": "2026-12-31",
        "currency": "USD",
        "budget_total": 1,
        "horizon_months": 12,
    }
    workbook.commit([Put("plan_frame", "plan", {**plan, "margin": 40})], "Ann")
    shown = _shown(workbook)
    assert shown.figures["value"] == pytest.approx(0.4 * before, rel=1e-6)
    assert "value means sales" not in " ".join(part.in_("en") for part in shown.reading)
    assert shown.title.in_("zh") != shown.title.in_("en")
    assert len(shown.draw("zh").data) == 3
