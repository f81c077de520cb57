"""Little (1970): ADBUDG calibrated from four judgements, sales today = 1."""

import pytest

from strategy.analysis.response import Adbudg, calibrate


def test_four_judgements() -> None:
    curve = calibrate(zero=0.7, plus_half=1.15, saturation=1.5, today=1.0)
    assert curve is not None
    assert (curve.gamma, curve.delta) == pytest.approx((1.87966865, 1.66666667), abs=1e-7)
    expected = {0: 0.7, 0.5: 0.81215201, 1: 1.0, 1.5: 1.15, 2: 1.25061903}
    assert {x: curve.sales(x) for x in expected} == pytest.approx(expected, abs=1e-7)
    assert curve.s_shaped
    assert curve.inflection == pytest.approx(0.6982783, abs=1e-7)


def test_marginal_is_the_slope() -> None:
    curve = calibrate(70, 112, 130)
    assert curve is not None
    for x in (0.2, 1.0, 3.0):
        assert curve.marginal(x) == pytest.approx((curve.sales(x + 1e-6) - curve.sales(x - 1e-6)) / 2e-6, rel=1e-5)


def test_judgements_that_no_curve_fits() -> None:
    assert calibrate(100, 112, 130) is None
    assert calibrate(70, 130, 130) is None
    assert calibrate(70, 95, 130) is None


def test_huge_spend_reaches_saturation() -> None:
    assert Adbudg(0, 1, 5, 1).sales(1e200) == pytest.approx(1)
