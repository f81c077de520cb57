"""Correspondence analysis of the smoking table of Greenacre, "Theory and Applications of Correspondence Analysis" (1984), ch. 3."""

import numpy as np
import pytest

from strategy.analysis.correspondence_analysis import correspondence_analysis

#: Staff groups SM, JM, SE, JE, SC by smoking: none, light, medium, heavy.
SMOKING = [(4, 2, 3, 2), (4, 3, 7, 4), (25, 10, 12, 4), (18, 24, 33, 13), (10, 6, 7, 2)]
ROWS = [(-0.06577, -0.19374), (0.25896, -0.2433), (-0.38059, -0.01066), (0.23295, 0.05774), (-0.20109, 0.07891)]
COLUMNS = [(-0.39331, -0.03049), (0.09946, 0.14106), (0.19632, 0.00736), (0.29378, -0.19777)]


def test_inertia() -> None:
    found = correspondence_analysis(SMOKING)
    assert found.inertias == pytest.approx([0.0747591059, 0.0100171805, 0.0004135741], abs=1e-9)
    assert found.total_inertia == pytest.approx(0.0851898605, abs=1e-9)
    assert found.shares * 100 == pytest.approx([87.756, 11.759, 0.485], abs=1e-3)
    assert found.chi_square == pytest.approx(16.44164307, abs=1e-7)


def test_principal_coordinates_up_to_the_sign_rule() -> None:
    found = correspondence_analysis(SMOKING)
    turn = np.array([-1, -1])  # here the column of largest absolute value, none and then heavy, is positive
    assert found.rows[:, :2] * turn == pytest.approx(np.array(ROWS), abs=1e-5)
    assert found.columns[:, :2] * turn == pytest.approx(np.array(COLUMNS), abs=1e-5)


def test_quality_in_the_plane() -> None:
    assert correspondence_analysis(SMOKING).quality() == pytest.approx([0.893, 0.991, 1.0, 1.0, 0.999], abs=5e-4)


def test_contributions_add_up_to_each_axis() -> None:
    found = correspondence_analysis(SMOKING)
    assert found.row_contribution.sum(axis=0) == pytest.approx(1)
    assert found.column_contribution.sum(axis=0) == pytest.approx(1)
    mass = np.asarray(SMOKING).sum(axis=1) / 193
    assert mass[:, None] * found.rows**2 / found.inertias == pytest.approx(found.row_contribution)
