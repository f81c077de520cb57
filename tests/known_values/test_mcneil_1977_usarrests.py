"""Principal components of McNeil, "Interactive Data Analysis" (1977), violent crime in 50 states, as R's prcomp prints them.

Data: R datasets, USArrests. Printed figures: James, Witten, Hastie and Tibshirani, "An Introduction to Statistical Learning",
chapter 10, and ``prcomp(USArrests, scale. = TRUE)``.
"""

import numpy as np
import pytest

from strategy.analysis.principal_components import principal_components

#: Murder, assault, urban population (%), rape; the states in alphabetical order.
ARRESTS = [
    (13.2, 236, 58, 21.2), (10, 263, 48, 44.5), (8.1, 294, 80, 31), (8.8, 190, 50, 19.5), (9, 276, 91, 40.6),
    (7.9, 204, 78, 38.7), (3.3, 110, 77, 11.1), (5.9, 238, 72, 15.8), (15.4, 335, 80, 31.9), (17.4, 211, 60, 25.8),
    (5.3, 46, 83, 20.2), (2.6, 120, 54, 14.2), (10.4, 249, 83, 24), (7.2, 113, 65, 21), (2.2, 56, 57, 11.3),
    (6, 115, 66, 18), (9.7, 109, 52, 16.3), (15.4, 249, 66, 22.2), (2.1, 83, 51, 7.8), (11.3, 300, 67, 27.8),
    (4.4, 149, 85, 16.3), (12.1, 255, 74, 35.1), (2.7, 72, 66, 14.9), (16.1, 259, 44, 17.1), (9, 178, 70, 28.2),
    (6, 109, 53, 16.4), (4.3, 102, 62, 16.5), (12.2, 252, 81, 46), (2.1, 57, 56, 9.5), (7.4, 159, 89, 18.8),
    (11.4, 285, 70, 32.1), (11.1, 254, 86, 26.1), (13, 337, 45, 16.1), (0.8, 45, 44, 7.3), (7.3, 120, 75, 21.4),
    (6.6, 151, 68, 20), (4.9, 159, 67, 29.3), (6.3, 106, 72, 14.9), (3.4, 174, 87, 8.3), (14.4, 279, 48, 22.5),
    (3.8, 86, 45, 12.8), (13.2, 188, 59, 26.9), (12.7, 201, 80, 25.5), (3.2, 120, 80, 22.9), (2.2, 48, 32, 11.2),
    (8.5, 156, 63, 20.7), (4, 145, 73, 26.2), (5.7, 81, 39, 9.3), (2.6, 53, 66, 10.8), (6.8, 161, 60, 15.6),
]  # fmt: skip


def test_standard_deviations_and_shares() -> None:
    found = principal_components(ARRESTS, standardise=True)
    assert np.sqrt(found.variances) == pytest.approx([1.57487827, 0.99486941, 0.59712912, 0.41644938], abs=1e-6)
    assert found.shares == pytest.approx([0.62006, 0.247441, 0.089141, 0.043358], abs=1e-6)


def test_loadings_of_the_first_component_with_the_sign_rule() -> None:
    found = principal_components(ARRESTS, standardise=True)
    assert found.loadings[:, 0] == pytest.approx([0.53589947, 0.58318363, 0.27819087, 0.54343209], abs=1e-6)
    assert found.loadings[2, 1] > 0.8  # urban population leads the second component and is turned to be positive


def test_scores_give_back_the_standardised_table() -> None:
    found = principal_components(ARRESTS, standardise=True)
    table = np.asarray(ARRESTS)
    assert found.scores @ found.loadings.T * found.scale + found.mean == pytest.approx(table)
    assert found.scale == pytest.approx(table.std(axis=0, ddof=1))
    assert found.row_cos2.sum(axis=1) == pytest.approx(1)
    assert found.column_cos2.sum(axis=1) == pytest.approx(1)
