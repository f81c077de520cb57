"""Fader and Hardie (2013), "The gamma-gamma model of monetary value" (note 025): spend of the CDNOW sample's 946 repeat customers.

Published: p 6.25, q 3.74, gamma 15.44. The further digits were computed in two independent ways.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from strategy.analysis.gamma_gamma import GammaGamma, fit

PUBLISHED = GammaGamma(6.25, 3.74, 15.44)


@pytest.fixture(scope="module")
def sample() -> pd.DataFrame:
    return pd.read_csv(Path(__file__).parents[1] / "fixtures" / "cdnow_sample.csv.gz")


def test_parameters_and_likelihood(sample: pd.DataFrame) -> None:
    found = fit(sample["x"], sample["mean_spend"])
    model = found.model
    assert found.customers == 946
    assert (model.p, model.q, model.v) == pytest.approx((6.2488, 3.74459, 15.44775), rel=1e-3)
    assert found.log_likelihood == pytest.approx(-4055.92324, abs=0.001)
    assert model.mean_spend == pytest.approx(35.171, abs=0.01)
    assert PUBLISHED.log_likelihood(sample["x"], sample["mean_spend"]) == pytest.approx(-4055.92471, abs=0.001)


def test_frequency_and_spend_are_independent_enough(sample: pd.DataFrame) -> None:
    found = fit(sample["x"], sample["mean_spend"])
    assert found.correlation == pytest.approx(0.113884, abs=1e-5)
    assert not found.dependent
    assert not found.doubtful


def test_expected_spend_of_the_first_ten_customers() -> None:
    x = [2, 1, 0, 0, 0, 7, 1, 0, 2, 0]
    mean = [22.35, 11.77, 0.0, 0.0, 0.0, 73.74, 11.77, 0.0, 25.55, 0.0]
    expected = [24.66371, 18.91685, 35.21898, 35.21898, 35.21898, 71.46967, 18.91685, 35.21898, 27.28839, 35.21898]
    published = [24.65, 18.91, 35.17, 35.17, 35.17, 71.46, 18.91, 35.17, 27.28, 35.17]
    found = PUBLISHED.expected_spend(x, mean)
    assert found == pytest.approx(expected, abs=1e-4)
    assert found == pytest.approx(published, abs=0.1)
