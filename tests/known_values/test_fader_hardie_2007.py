"""Fader and Hardie (2007), "How to project customer retention", Journal of Interactive Marketing 21(1): two cohorts over seven years.

Published: regular customers alpha .704, beta 1.182; high-end customers .668 and 3.806.
"""

from __future__ import annotations

import numpy as np
import pytest

from strategy.analysis.shifted_beta_geometric import fit, fit_survivors

REGULAR = [1000, 631, 468, 382, 326, 289, 262, 241]
HIGH_END = [1000, 869, 743, 653, 593, 551, 517, 491]


@pytest.mark.parametrize(
    ("survivors", "alpha", "beta", "likelihood"),
    [(REGULAR, 0.70408, 1.18204, -1680.26519), (HIGH_END, 0.66809, 3.8061, -1611.15815)],
    ids=["regular", "high-end"],
)
def test_parameters_and_likelihood(survivors: list[int], alpha: float, beta: float, likelihood: float) -> None:
    found = fit_survivors(survivors)
    assert (found.model.alpha, found.model.beta) == pytest.approx((alpha, beta), rel=1e-3)
    assert found.log_likelihood == pytest.approx(likelihood, abs=0.001)
    assert found.converged
    assert found.at_bound == ()


def test_single_customers_give_the_same_model_as_the_cohort() -> None:
    lost = -np.diff(REGULAR)
    durations, ended = np.append(np.arange(1, 8), 7), np.append(np.ones(7), 0)
    one = fit(durations, ended, np.append(lost, REGULAR[-1])).model
    cohort = fit_survivors(REGULAR).model
    # The same sums in another order: the last digits of where the search ends are the processor's.
    assert (one.alpha, one.beta) == pytest.approx((cohort.alpha, cohort.beta), rel=1e-6)


def test_survival_is_one_less_those_who_left_and_retention_rises() -> None:
    model = fit_survivors(REGULAR).model
    periods = np.arange(1, 40)
    assert model.survival(periods) == pytest.approx(1 - np.cumsum(model.leaving(periods)), abs=1e-12)
    assert model.survival(periods) / model.survival(periods - 1) == pytest.approx(model.retention(periods), abs=1e-12)
    assert (np.diff(model.retention(periods)) > 0).all()
