"""Net promoter score of Reichheld (2003), with the standard error of a difference of two multinomial shares."""

import pytest

from strategy.analysis.satisfaction import nps, nps_widest_interval

#: Answers 0 to 10 of a hundred respondents.
COUNTS = {0: 2, 1: 1, 2: 1, 3: 2, 4: 3, 5: 6, 6: 10, 7: 20, 8: 25, 9: 18, 10: 12}


def test_score_error_and_interval() -> None:
    found = nps(COUNTS)
    assert found is not None
    assert (found.promoters, found.passives, found.detractors) == (30, 45, 25)
    assert (found.score, found.error) == pytest.approx((5.0, 7.399324), abs=1e-3)
    assert (found.low, found.high) == pytest.approx((-9.5024, 19.5024), abs=1e-3)


def test_the_interval_of_a_net_score_alone_is_never_narrower() -> None:
    found = nps(COUNTS)
    assert found is not None
    low, high = nps_widest_interval(5.0, 100)
    assert low < found.low < found.high < high
    assert nps_widest_interval(100.0, 10) == (100.0, 100.0)


def test_nobody_answered() -> None:
    assert nps({}) is None
