"""Kim and Mauborgne (2005) draw value curves without a measure; these two are defined in strategy_canvas."""

import pytest

from strategy.analysis.strategy_canvas import divergence


def test_five_factors() -> None:
    found = divergence([5, 1, 4, 2, 5], [3, 4, 3, 4, 2])
    assert found.distance == pytest.approx(5.196152, abs=1e-6)
    assert found.rank_correlation == pytest.approx(-0.892218, abs=1e-6)


def test_a_flat_curve_has_no_order() -> None:
    found = divergence([5, 5, 5], [1, 2, 3])
    assert found.rank_correlation is None
    assert found.distance == pytest.approx((16 + 9 + 4) ** 0.5)
