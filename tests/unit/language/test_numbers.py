"""Numbers, money and shares as they are written."""

import pytest

from strategy.language.numbers import amount, compact, money, number, percent


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
    assert percent(0.002, "en") == "<1%"
    assert percent(-0.002, "en") == ">-1%"


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (number(12.5, "en", 0), "13"),
        (number(-32.5, "en", 0), "-33"),
        (number(1.005, "en"), "1.01"),
        (number(1e300, "en", 1)[:5], "1,000"),
        (percent(1 / 8, "en"), "13%"),
        (percent(0.145, "en"), "15%"),
        (compact(2_345_000, "en"), "2.35m"),
        (compact(999_999, "en"), "1.00m"),
        (compact(999_999_999, "en"), "1.00bn"),
        (compact(99_999_999, "zh"), "1.00亿"),
    ],
)
def test_halves_are_rounded_as_in_a_spreadsheet(said: str, expected: str) -> None:
    assert said == expected
