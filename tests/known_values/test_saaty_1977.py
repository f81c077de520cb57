"""Weights from pairs and their consistency: Saaty (1977, 2008), Alonso and Lamata (2006), Aczel and Saaty (1983), Harker (1987).

The matrix of drinks is printed in Saaty, "Decision making with the analytic hierarchy process", Int. J. Services Sciences 1 (2008).
The leader example is that of Saaty's hierarchy as it is widely reprinted. The 200 judgements on a city (fixture) come with the R
package ahpsurvey (MIT): negative codes mean that the first of the pair matters more.
"""

import csv
import gzip
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from strategy.analysis import ahp
from strategy.errors import InvalidValue

FIXTURE = Path(__file__).resolve().parents[1] / "fixtures" / "ahp_city200.csv.gz"

DRINKS = np.array(
    [
        [1, 9, 5, 2, 1, 1, 1 / 2],
        [1 / 9, 1, 1 / 3, 1 / 9, 1 / 9, 1 / 9, 1 / 9],
        [1 / 5, 3, 1, 1 / 3, 1 / 4, 1 / 3, 1 / 9],
        [1 / 2, 9, 3, 1, 1 / 2, 1, 1 / 3],
        [1, 9, 4, 2, 1, 2, 1 / 2],
        [1, 9, 3, 1, 1 / 2, 1, 1 / 3],
        [2, 9, 9, 3, 2, 3, 1],
    ]
)
LEADER = np.array([[1, 4, 3, 7], [1 / 4, 1, 1 / 3, 3], [1 / 3, 3, 1, 5], [1 / 7, 1 / 3, 1 / 5, 1]])


def triangle(values: list[float], size: int) -> np.ndarray:
    matrix = np.full((size, size), np.nan)
    matrix[np.triu_indices(size, 1)] = values
    return matrix


def city() -> list[np.ndarray]:
    with gzip.open(FIXTURE, "rt", encoding="utf-8") as file:
        rows = list(csv.reader(file))[1:]
    return [triangle([-float(code) if float(code) < 0 else 1 / float(code) for code in row], 5) for row in rows]


def test_drinks_as_printed() -> None:
    found = ahp.priorities(DRINKS, "saaty_1980")
    expected = [0.177457, 0.019149, 0.041831, 0.116417, 0.189572, 0.128781, 0.326793]
    assert found.weights == pytest.approx(expected, abs=1e-5)
    assert (found.lambda_max, found.index, found.ratio) == pytest.approx((7.176629, 0.029438, 0.0223), abs=1e-5)
    assert ahp.priorities(DRINKS, "saaty_2005").ratio == pytest.approx(0.02181, abs=1e-5)
    by_rows = [0.178723, 0.018461, 0.042234, 0.116498, 0.191136, 0.128625, 0.324323]
    assert ahp.geometric_mean_weights(DRINKS) == pytest.approx(by_rows, abs=1e-5)


def test_leader() -> None:
    found = ahp.priorities(LEADER, "saaty_1980")
    assert found.weights == pytest.approx([0.547569, 0.126555, 0.26995, 0.055926], abs=1e-5)
    assert found.ratio == pytest.approx(0.04386, abs=1e-5)
    assert ahp.priorities(LEADER, "saaty_2005").ratio == pytest.approx(0.04435, abs=1e-5)


def test_the_tables_differ_and_beyond_ten_the_fitted_line_goes_on() -> None:
    assert [ahp.random_index(3, table) for table in ahp.RANDOM_INDEX] == [0.5245, 0.58, 0.52, 0.4914]
    assert ahp.random_index(15) == pytest.approx(1.59, abs=0.02)
    with pytest.raises(InvalidValue, match="ends at 10 items"):
        ahp.random_index(12, "saaty_1980")


def test_the_group_of_two_keeps_reciprocity() -> None:
    merged = ahp.aggregate([np.array([[1, 2], [0.5, 1]]), np.array([[1, 8], [0.125, 1]])])
    assert merged == pytest.approx(np.array([[1, 4], [0.25, 1]]))
    assert ahp.priorities(merged).weights == pytest.approx([0.8, 0.2])


def test_two_hundred_people_look_more_consistent_together_than_alone() -> None:
    people = [ahp.priorities(matrix, "saaty_1980").ratio for matrix in city()]
    group = ahp.priorities(ahp.aggregate(city()), "saaty_1980")
    assert group.ratio < np.median(people) < 0.1 < max(people)
    assert np.mean(np.array(people) <= 0.1) == pytest.approx(0.665)
    assert [round(weight, 3) for weight in group.weights] == [0.155, 0.453, 0.073, 0.278, 0.041]


def test_gaps_of_consistent_judgements_cost_nothing() -> None:
    true = np.array([0.4, 0.3, 0.2, 0.1])
    matrix = true[:, None] / true[None, :]
    matrix[0, 1] = matrix[1, 0] = matrix[2, 3] = matrix[3, 2] = np.nan
    found = ahp.priorities(matrix)
    assert found.weights == pytest.approx(true)
    assert (found.ratio, found.missing) == (pytest.approx(0, abs=1e-9), 2)
    assert ahp.geometric_mean_weights(matrix) == pytest.approx(true)


def test_the_judgement_turned_round_is_named() -> None:
    true = np.array([0.4, 0.3, 0.2, 0.1])
    matrix = true[:, None] / true[None, :]
    matrix[0, 3], matrix[3, 0] = 1 / 4, 4
    worst = ahp.priorities(matrix).disturbing[0]
    assert (worst.row, worst.column) == (0, 3)
    assert worst.fitting == pytest.approx(4)


@pytest.mark.parametrize(
    ("matrix", "words"),
    [
        (np.array([[1, 2, 3]]), "square"),
        (np.array([[1, -2], [-0.5, 1]]), "above 0"),
        (np.array([[1, 2], [2, 1]]), "contradict"),
        (triangle([2, np.nan, np.nan, np.nan, np.nan, 3], 4), "never compared"),
        (np.ones((21, 21)), "too many"),
    ],
)
def test_what_cannot_be_weighed_is_named(matrix: np.ndarray, words: str) -> None:
    with pytest.raises(InvalidValue, match=words):
        ahp.priorities(matrix)


def test_one_and_two_items() -> None:
    assert ahp.priorities(np.ones((1, 1))).weights == pytest.approx([1])
    assert ahp.priorities(triangle([3], 2)).ratio == 0


@settings(max_examples=40, deadline=None)
@given(arrays(float, 10, elements=st.sampled_from([1 / 9, 1 / 5, 1 / 3, 1 / 2, 1, 2, 4, 7, 9])), st.permutations(range(5)))
def test_weights_follow_the_items_and_are_finite(values: np.ndarray, order: list[int]) -> None:
    matrix = ahp.checked(triangle(list(values), 5))
    found = ahp.priorities(matrix)
    assert found.weights.sum() == pytest.approx(1)
    assert np.all(found.weights > 0)
    assert found.ratio >= 0
    assert ahp.priorities(matrix[np.ix_(order, order)]).weights == pytest.approx(found.weights[order], rel=1e-6)
