"""Net promoter score of Reichheld (2003); its interval after Agresti and Min, Statistics in Medicine 24 (2005) 729-740.

The intervals are those of ``diffpropci.mp`` of the R package PropCIs, which has their formula from Agresti.
"""

import pytest

from strategy.analysis.satisfaction import nps, nps_widest_interval

#: Answers 0 to 10 of a hundred respondents.
COUNTS = {0: 2, 1: 1, 2: 1, 3: 2, 4: 3, 5: 6, 6: 10, 7: 20, 8: 25, 9: 18, 10: 12}


def test_score_error_and_interval() -> None:
    found = nps(COUNTS)
    assert found is not None
    assert (found.promoters, found.passives, found.detractors) == (30, 45, 25)
    assert (found.score, found.error) == pytest.approx((5.0, 7.399324), abs=1e-3)
    assert (found.low, found.high) == pytest.approx((-9.4460, 19.2499), abs=1e-3)


@pytest.mark.parametrize(
    ("answers", "low", "high"),
    [({10: 20, 0: 40, 7: 100}, -21.6017, -3.0896), ({10: 10}, 56.6616, 100.0), ({0: 10}, -100.0, -56.6616), ({7: 10}, -16.3330, 16.3330)],
)  # fmt: skip
def test_an_interval_keeps_its_width_where_everybody_agrees(answers: dict[int, int], low: float, high: float) -> None:
    found = nps(answers)
    assert found is not None
    assert (found.low, found.high) == pytest.approx((low, high), abs=1e-3)
    assert found.low <= found.score <= found.high


def test_the_interval_of_a_net_score_alone_is_never_narrower() -> None:
    found = nps(COUNTS)
    assert found is not None
    low, high = nps_widest_interval(5.0, 100)
    assert low < found.low < found.high < high
    for score in (-100.0, 100.0):  # then the groups are known too
        alone, counted = nps_widest_interval(score, 10), nps({10 if score > 0 else 0: 10})
        assert counted is not None
        assert alone == pytest.approx((counted.low, counted.high))
    assert nps_widest_interval(100.0, 1000)[0] > 99


def test_nobody_answered() -> None:
    assert nps({}) is None
