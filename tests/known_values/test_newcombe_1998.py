"""Differences of two shares: Newcombe, Statistics in Medicine 17 (1998) 873-890, table II, method 10 (hybrid score, no correction)."""

from __future__ import annotations

import pytest

from strategy.analysis.comparable_shares import compare, difference, share_of

#: Events and customers of one group and of the other -> the interval printed.
TABLE_II = {
    (56, 70, 48, 80): (0.0524, 0.3339),
    (9, 10, 3, 10): (0.1705, 0.8090),
    (6, 7, 2, 7): (0.0582, 0.8062),
    (5, 56, 0, 29): (-0.0381, 0.1926),
    (0, 10, 0, 20): (-0.1611, 0.2775),
    (0, 10, 0, 10): (-0.2775, 0.2775),
    (10, 10, 0, 20): (0.6791, 1.0),
    (10, 10, 0, 10): (0.6075, 1.0),
}


@pytest.mark.parametrize(("counts", "printed"), TABLE_II.items())
def test_the_printed_intervals(counts: tuple[int, int, int, int], printed: tuple[float, float]) -> None:
    events, customers, other_events, others = counts
    assert difference(share_of(events, customers), share_of(other_events, others)) == pytest.approx(printed, abs=5e-5)


def test_one_stratum_is_the_plain_comparison() -> None:
    found = compare([70], [56], [80], [48])
    assert found is not None
    assert (found.low, found.high) == pytest.approx(TABLE_II[56, 70, 48, 80], abs=5e-5)
