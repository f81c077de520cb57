"""IBM's Telco customer churn data (7,043 customers, Apache-2.0): the unpenalised logistic regression as R's glm and statsmodels print it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from strategy.analysis.churn_logit import fit
from strategy.analysis.kaplan_meier import survival_curve


@pytest.fixture(scope="module")
def telco() -> pd.DataFrame:
    return pd.read_csv(Path(__file__).parents[1] / "fixtures" / "telco_churn.csv.gz")


def test_coefficients(telco: pd.DataFrame) -> None:
    columns = np.column_stack(
        [telco["tenure"], telco["monthly_charges"], telco["contract"] == "One year", telco["contract"] == "Two year"]
    )
    found = fit(columns, telco["churn"], ["tenure", "monthly charges", "one year", "two years"])
    assert found.customers == 7043
    assert found.churn_rate == pytest.approx(0.26537, abs=1e-5)
    assert found.constant == pytest.approx(-1.6027094, abs=1e-5)
    assert found.coefficients == pytest.approx((-0.03572872, 0.02861746, -1.06246344, -2.02261472), abs=1e-5)
    assert found.log_likelihood == pytest.approx(-3072.938829, abs=1e-5)
    assert found.auc == pytest.approx(0.8271138, abs=1e-5)
    assert found.probability(columns).mean() == pytest.approx(found.churn_rate, abs=1e-9)


def test_tenure_as_a_survival_curve(telco: pd.DataFrame) -> None:
    """1,869 left; the eleven customers of tenure 0 are there and had no time to leave."""
    curve = survival_curve(telco["tenure"], telco["churn"])
    assert curve.ended.sum() == 1869
    assert curve.at_risk[0] == 7043 - 11
    assert curve.median is None
    assert curve.at(72) == pytest.approx(0.59, abs=0.01)
