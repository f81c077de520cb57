"""Numbers, money and shares as they are written."""

import pytest

from strategy.language.numbers import amount, money, number, percent


@pytest.mark.parametrize("value", [-0.001, -0.0049, -0.0, 0.0, 0])
def test_nothing_has_no_sign(value: float) -> None:
    assert number(value, "en") == "0"
    assert number(value, "en", 1) == "0.0"
    assert money(value, "en", "CNY") == "¥0"
    assert money(value, "zh", "CHF") == "0 CHF"
    assert amount(value, "en", "CNY") == "¥0"
    assert percent(value / 100, "en", 1) == "0.0%"


def test_what_rounding_leaves_keeps_its_sign() -> None:
    assert number(-0.005001, "en") == "-0.01"
    assert number(-10, "en") == "-10"
    assert money(-100, "en", "USD") == "-$100"
    assert amount(-0.5, "zh", "CHF") == "-0.5 CHF"
    assert percent(-0.2, "en") == "-20%"
