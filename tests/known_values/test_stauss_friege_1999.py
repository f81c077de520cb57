"""Second lifetime value of Stauss and Friege (1999) and what an approach returns."""

import pytest

from strategy.analysis.win_back_value import break_even_chance, expected_net, group_break_even, group_return, second_lifetime_value

#: A returned customer brings 40 a year for five years, 70% stay from year to year, discounted at 10%.
CHANCE, OFFER, CONTACT = 0.12, 15, 2


def test_second_lifetime_value() -> None:
    assert second_lifetime_value(40, 0.7, 0.1, 5) == pytest.approx(98.520593, abs=1e-5)


def test_expected_net_and_break_even() -> None:
    value = second_lifetime_value(40, 0.7, 0.1, 5)
    assert expected_net(CHANCE, value, OFFER, CONTACT) == pytest.approx(8.022471, abs=1e-5)
    assert break_even_chance(value, OFFER, CONTACT) == pytest.approx(0.023946, abs=1e-5)


def test_a_group_breaks_even_at_the_chance_that_returns_its_cost() -> None:
    even = group_break_even(cost=120, customers=12, margin_back=60)
    assert even is not None
    assert group_return(12, even, 60) == pytest.approx(120)
    assert group_break_even(120, 0, 60) is None
