"""Total value = historic + current + potential (HV + CV + PV), by its definition in the teaching of customer value; figures by hand.

HV: margin times what was bought. CV: the sum over months t of margin x chance of being active x retention^t / (1 + discount)^t. PV: the sum of
chance times margin over what could be bought besides.
"""

from __future__ import annotations

import pytest

from strategy.customers import current_value, historic_value, potential_value


def test_the_three_parts_and_their_sum() -> None:
    historic = historic_value([120, 80], 0.4)
    current = current_value(10, 0.8, 0.97, 0.01, 12)
    potential = potential_value([(0.1, 50), (0.2, 30)])
    assert historic == pytest.approx(80.0)
    assert current == pytest.approx(74.544526, abs=1e-5)
    assert potential == pytest.approx(11.0)
    assert historic + current + potential == pytest.approx(165.544526, abs=1e-5)


def test_nothing_lies_ahead_of_who_is_gone() -> None:
    assert current_value(10, 0.0, 0.97, 0.01, 12) == 0
    assert current_value(10, 0.8, 0.97, 0.01, 0) == 0
