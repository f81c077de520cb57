"""The analyses of steps 5 to 9 on small cases and at their edges."""

import datetime as dt

import pandas as pd
import pytest

from strategy.analysis import acquisition_value as worth
from strategy.analysis.contact_plan import monthly_contacts, yearly_cost
from strategy.analysis.evidence_score import evidence_score, overconfidence, weakest
from strategy.analysis.funnel import cost_per, cumulative_rates, narrowest_step, step_rates
from strategy.analysis.loyalty import loyalty
from strategy.analysis.ownership_cost import present_cost, total_cost
from strategy.analysis.pareto import pareto, vital_few
from strategy.analysis.pipeline import days_in_stages
from strategy.analysis.scorecard import progress, tolerance_in_progress


@pytest.mark.parametrize(
    ("cost", "value", "cell"),
    [(2, 10, "compete"), (9, 10, "staged"), (2, 1, "opportunistic"), (9, 1, "decline"), (5, 5, "compete")],
)
def test_cells_of_cost_and_value(cost: float, value: float, cell: str) -> None:
    assert worth.cell(cost, value, 5, 5) == cell


def test_nothing_is_divided_by_zero() -> None:
    assert worth.value_ratio(10, 0) is None
    assert worth.payback_months(10, 0) is None
    assert worth.payback_months(10, -1) is None
    assert worth.median_split([3, 3]) is None
    assert step_rates([0, 5]) == [None]
    assert cumulative_rates([0, 5]) == [None]
    assert cumulative_rates([]) == []
    assert narrowest_step([7]) is None
    assert cost_per(10, 0) is None
    assert evidence_score({}) is None
    assert weakest({"need": None}) is None
    assert overconfidence(None, 40) is None
    assert progress(5, 7, 5) is None
    assert progress(None, 7, 5) is None
    assert tolerance_in_progress(5, 5, 5) is None
    assert yearly_cost(3, None) is None


def test_evidence_is_a_share_of_what_was_scored() -> None:
    scores = {"need": 4.0, "timing": 1.0, "rival": None}
    assert evidence_score(scores) == pytest.approx(50)
    assert weakest(scores) == "timing"
    assert overconfidence(90, 50) == 40


def test_vital_few_reach_the_threshold() -> None:
    table = pareto(pd.Series({"price": 10.0, "service": 60.0, "moved": 0.0, "rival": 30.0}))
    assert table["cumulative"].tolist() == pytest.approx([0.6, 0.9, 1.0, 1.0])
    assert vital_few(table) == ["service", "rival"]
    assert vital_few(pareto(pd.Series({"price": 0.0}))) == []


@pytest.mark.parametrize(("attitude", "behaviour", "kind"), [(8, 8, "true"), (8, 5, "latent"), (5, 8, "spurious"), (1, 1, "none")])
def test_kinds_of_loyalty(attitude: float, behaviour: float, kind: str) -> None:
    assert loyalty(attitude, behaviour) == kind


def test_contacts_add_up_to_the_year() -> None:
    assert sum(monthly_contacts(24, []).values()) == pytest.approx(24)
    only = monthly_contacts(6, ["jun", "jan"])
    assert (only["jan"], only["feb"], only["jun"]) == (3, 0, 3)
    assert yearly_cost(24, 0.5, 25) == 300


def test_cost_of_ownership() -> None:
    assert total_cost(800, 1200, 600, 5) == 9800
    assert present_cost(800, 1200, 600, 5, 0) == 9800
    assert present_cost(0, 110, 0, 1, 0.1) == pytest.approx(100)


def test_progress_works_for_falling_targets() -> None:
    assert progress(12, 9, 6) == pytest.approx(0.5)
    assert progress(12, 15, 6) == pytest.approx(-0.5)
    assert tolerance_in_progress(70, 85, 5) == pytest.approx(85 * 0.05 / 15)


def test_days_in_stages() -> None:
    stages, today = ("noted", "trial", "process", "system"), dt.date(2026, 4, 1)
    noted, trial = dt.date(2026, 2, 3), dt.date(2026, 2, 13)
    assert days_in_stages(stages, {"noted": noted, "trial": trial}, "trial", today) == {"noted": 10, "trial": 47}
    assert days_in_stages(stages, {"noted": noted}, "process", today) == {"noted": None, "trial": None, "process": None}
    assert days_in_stages(stages, {"noted": trial, "trial": noted}, "system", today) == {
        "noted": None,
        "trial": None,
        "process": None,
    }
