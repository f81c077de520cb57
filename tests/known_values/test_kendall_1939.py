"""Kendall and Babington Smith (1939), with the tie correction of Kendall (1962), as the R package irr 0.84.1 computes it."""

import numpy as np
import pytest

from strategy.analysis.agreement import kendall_w

#: Ten projects ranked by four judges, one of whom ties; the sum of squared deviations is 1048.
PROJECTS = [
    [1, 2, 3, 4],
    [3, 1, 2, 2],
    [4, 4, 1, 3],
    [5, 5, 5, 1],
    [2, 6, 7, 6],
    [8, 3, 4, 7],
    [6, 8, 6, 5],
    [7, 7, 8, 9],
    [10, 10, 9, 8],
    [9, 9, 10, 10],
]
#: The ratings "anxiety" of irr: 20 subjects, three raters, many ties.
ANXIETY = [
    [3, 3, 3, 4, 5, 5, 2, 3, 5, 2, 2, 6, 1, 5, 2, 2, 1, 2, 4, 3],
    [3, 6, 4, 6, 2, 4, 2, 4, 3, 3, 2, 3, 3, 3, 2, 2, 1, 3, 3, 4],
    [2, 1, 4, 4, 3, 2, 1, 6, 1, 1, 1, 2, 3, 3, 1, 1, 3, 3, 2, 2],
]


def test_ten_projects_four_judges() -> None:
    found = kendall_w(np.array(PROJECTS))
    assert found is not None
    assert (found.w, found.chi_square, found.p_value) == pytest.approx((0.793939394, 28.58181818, 0.00076208), abs=1e-7)


def test_ties_are_corrected() -> None:
    found = kendall_w(np.array(ANXIETY).T)
    assert found is not None
    assert (found.w, found.chi_square, found.p_value) == pytest.approx((0.539656876, 30.76044193, 0.0428834731), abs=1e-7)


def test_nothing_to_rank() -> None:
    assert kendall_w(np.array([[1.0, 2.0]])) is None
    assert kendall_w(np.array([[3.0], [2.0]])) is None
    assert kendall_w(np.full((4, 3), 5.0)) is None
