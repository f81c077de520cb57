"""Freireich et al. (1963), "The effect of 6-mercaptopurine on the duration of steroid-induced remissions in acute leukemia", Blood 21.

Weeks of remission of 21 patients, 12 of them still in remission when last seen: the data on which Kaplan-Meier curves are commonly shown, with
the estimates and log-log intervals statistics programs print.
"""

from __future__ import annotations

import pytest

from strategy.analysis.kaplan_meier import survival_curve

WEEKS = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
RELAPSED = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]


def test_curve_and_interval() -> None:
    curve = survival_curve(WEEKS, RELAPSED)
    assert curve.time.tolist() == [6, 7, 10, 13, 16, 22, 23]
    assert curve.at_risk.tolist() == [21, 17, 15, 12, 11, 7, 6]
    assert curve.ended.tolist() == [3, 1, 1, 1, 1, 1, 1]
    assert curve.survival == pytest.approx([0.8571, 0.8067, 0.7529, 0.6902, 0.6275, 0.5378, 0.4482], abs=1e-4)
    assert curve.low == pytest.approx([0.6197, 0.5631, 0.5032, 0.4316, 0.3675, 0.2678, 0.1881], abs=1e-4)
    assert curve.high == pytest.approx([0.9516, 0.9228, 0.8894, 0.8491, 0.8049, 0.7468, 0.6801], abs=1e-4)
    assert curve.median == 23


def test_who_is_last_seen_when_another_leaves_was_still_there() -> None:
    """Of the four seen at week 6, the one still in remission counts among the 21 at risk."""
    curve = survival_curve(WEEKS, RELAPSED)
    assert curve.at([0, 5.9, 6, 8, 35]) == pytest.approx([1, 1, 0.857143, 0.806723, 0.448179], abs=1e-6)
    assert str(curve.at(36)) == "nan"
