"""van Westendorp (1976): the crossings of the cumulative curves, by hand for five respondents, and exchanged columns noticed."""

import pandas as pd
import pytest

from strategy.analysis.van_westendorp import COLUMNS, in_order, looks_swapped, price_points

ANSWERS = pd.DataFrame(
    [(2, 4, 7, 9), (3, 5, 8, 10), (4, 6, 9, 12), (5, 7, 10, 13), (6, 8, 12, 15)],
    columns=list(COLUMNS),
)


def test_original_range() -> None:
    # Too cheap falls 5 at 1 ... 1 at 5; not cheap rises 1 at 4, 2 at 5: they meet at 5. Too expensive rises 1 at 9, 2 at 10, while
    # not expensive falls 2 at 9, 1 at 10: they meet at 10.
    found = price_points(ANSWERS)
    assert found is not None
    assert (found.low, found.high) == (5, 10)
    assert (found.indifference, found.optimal) == (7, 6)
    assert (found.used, found.given, found.definition) == (5, 5, "original")


def test_the_original_range_is_the_wider_one() -> None:
    original, narrower = price_points(ANSWERS), price_points(ANSWERS, "narrower")
    assert original is not None
    assert narrower is not None
    assert original.low < narrower.low < narrower.high < original.high


def test_answers_out_of_order_are_left_out_and_counted() -> None:
    crossed = pd.concat([ANSWERS, pd.DataFrame([(9, 4, 7, 2)], columns=list(COLUMNS))])
    found = price_points(crossed)
    assert found is not None
    assert (found.used, found.given) == (5, 6)
    assert in_order(crossed).tolist() == [True] * 5 + [False]


def test_exchanged_columns_are_noticed() -> None:
    exchanged = ANSWERS.rename(columns={"cheap": "expensive", "expensive": "cheap"})
    swap = looks_swapped(exchanged)
    assert swap is not None
    assert (swap.first, swap.second, swap.as_labelled, swap.exchanged) == ("cheap", "expensive", 0, 5)
    assert looks_swapped(ANSWERS) is None
    assert price_points(exchanged) is None


@pytest.mark.parametrize("rows", [[], [(None, 1, 2, 3)]])
def test_no_answers(rows: list) -> None:
    empty = pd.DataFrame(rows, columns=list(COLUMNS), dtype=float)
    assert price_points(empty) is None
    assert looks_swapped(empty) is None
