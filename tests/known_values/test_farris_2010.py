"""Funnel arithmetic as defined in Farris, Bendle, Pfeifer and Reibstein (2010): rates, cost per stage and CAC."""

import pytest

from strategy.analysis.acquisition_value import payback_months, value_ratio
from strategy.analysis.funnel import cost_per, cumulative_rates, narrowest_step, step_rates

#: Impression, click, lead, trial, customer; 10,000 spent; a customer brings a margin of 300.
VOLUMES = [100_000, 2_500, 500, 125, 50]
COST, MARGIN = 10_000, 300


def test_rates() -> None:
    assert step_rates(VOLUMES) == pytest.approx([0.025, 0.2, 0.25, 0.4], abs=1e-9)
    assert cumulative_rates(VOLUMES) == pytest.approx([0.025, 0.005, 0.00125, 0.0005], abs=1e-9)


def test_cost_per_click_lead_and_customer() -> None:
    assert [cost_per(COST, VOLUMES[stage]) for stage in (1, 2, 4)] == pytest.approx([4, 20, 200], abs=1e-9)


def test_margin_over_acquisition_cost() -> None:
    assert value_ratio(MARGIN, cost_per(COST, VOLUMES[-1])) == pytest.approx(1.5, abs=1e-9)
    assert payback_months(cost_per(COST, VOLUMES[-1]), 25) == pytest.approx(8, abs=1e-9)


def test_the_narrowest_step_is_the_first() -> None:
    assert narrowest_step(VOLUMES) == 0
