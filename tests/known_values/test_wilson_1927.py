"""Share of the two best answers with the interval of Wilson (1927)."""

import pytest

from strategy.analysis.satisfaction import csat, wilson

COUNTS = {1: 5, 2: 10, 3: 25, 4: 40, 5: 20}


def test_share_interval_and_mean() -> None:
    found = csat(COUNTS)
    assert found is not None
    assert (found.share, found.low, found.high, found.mean) == pytest.approx((0.6, 0.502003, 0.690599, 3.6), abs=1e-5)


def test_the_interval_stays_a_share() -> None:
    assert wilson(0.0, 3)[0] == pytest.approx(0.0, abs=1e-12)
    assert wilson(1.0, 3)[1] == pytest.approx(1.0, abs=1e-12)
    assert csat({1: 0}) is None
