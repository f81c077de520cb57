"""Maps of brands: what turning, ordering and doubling change and do not change, and what cannot be drawn."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from strategy.analysis.classical_mds import classical_mds
from strategy.analysis.correspondence_analysis import correspondence_analysis
from strategy.analysis.ideal_points import fit_attributes, ideal_point
from strategy.analysis.orientation import SingularMap
from strategy.analysis.principal_components import principal_components
from strategy.analysis.procrustes import align
from strategy.analysis.spoken_length import mostly_chinese, spoken_seconds

RATINGS = arrays(float, st.tuples(st.integers(3, 8), st.integers(2, 10)), elements=st.floats(1, 9).map(lambda x: round(x, 1)))
COUNTS = arrays(float, st.tuples(st.integers(3, 7), st.integers(3, 8)), elements=st.integers(1, 60).map(float))


def _distances(points: np.ndarray) -> np.ndarray:
    return np.sqrt(((points[:, None] - points[None]) ** 2).sum(axis=2))


def _differing(table: np.ndarray) -> bool:
    return bool((np.ptp(table, axis=0) > 0.05).any())


@settings(max_examples=60, deadline=None)
@given(RATINGS, st.randoms(use_true_random=False))
def test_brands_in_another_order_make_the_same_map(table: np.ndarray, chance) -> None:  # type: ignore[no-untyped-def]
    if not _differing(table):
        return
    order = list(range(len(table)))
    chance.shuffle(order)
    one, two = principal_components(table), principal_components(table[order])
    assert two.shares == pytest.approx(one.shares, abs=1e-9)
    assert _distances(one.scores)[np.ix_(order, order)] == pytest.approx(_distances(two.scores), abs=1e-6)
    assert one.scores @ one.loadings.T + one.mean == pytest.approx(table, abs=1e-9)
    for quality in (one.quality(), one.column_quality()):
        assert ((quality >= 0) & (quality <= 1)).all()


@settings(max_examples=40, deadline=None)
@given(RATINGS)
def test_classical_scaling_of_true_distances_is_the_map_of_components(table: np.ndarray) -> None:
    """Gower (1966): both give the same distances when the dissimilarities are Euclidean."""
    if not _differing(table):
        return
    components, scaled = principal_components(table), classical_mds(_distances(table))
    assert _distances(scaled.points) == pytest.approx(_distances(components.scores[:, :2]), abs=1e-5)
    assert scaled.negative_share == pytest.approx(0, abs=1e-6)
    assert scaled.fit_positive == pytest.approx(components.shares[:2].sum(), abs=1e-6)


@settings(max_examples=40, deadline=None)
@given(COUNTS)
def test_counts_that_are_doubled_or_split_alike_leave_the_map(table: np.ndarray) -> None:
    """Principle of distributional equivalence (Greenacre 1984, section 3.5)."""
    try:
        one = correspondence_analysis(table)
    except SingularMap:
        return
    assert correspondence_analysis(table * 2).rows == pytest.approx(one.rows, abs=1e-5)
    halves = np.vstack([table[:1] / 2, table[:1] / 2, table[1:]])
    split = correspondence_analysis(halves)
    assert split.total_inertia == pytest.approx(one.total_inertia)
    assert _distances(split.columns) == pytest.approx(_distances(one.columns), abs=1e-6)


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        ([[1, 2], [3, 4]], "few_rows"),
        ([[1], [2], [3]], "few_columns"),
        ([[5, 7, 3]] * 4, "no_difference"),
        ([[0.1 + 0.2, 1], [0.3, 1], [0.3, 1]], "no_difference"),
    ],
)
def test_ratings_without_a_map(table: list[list[float]], reason: str) -> None:
    with pytest.raises(SingularMap) as refused:
        principal_components(table)
    assert refused.value.reason == reason


def test_counts_without_a_map() -> None:
    for table, reason in (
        (np.ones((3, 3)), "no_difference"),
        (np.ones((2, 5)), "few_rows"),
        (np.ones((4, 2)), "few_columns"),
        ([[1, -1, 2]] * 3, "negative"),
    ):
        with pytest.raises(SingularMap) as refused:
            correspondence_analysis(table)
        assert refused.value.reason == reason
    with pytest.raises(SingularMap) as refused:
        correspondence_analysis([[0, 0, 0], [1, 2, 0], [3, 1, 0], [1, 1, 0]])
    assert refused.value.at == (0, 6)


def test_differences_without_a_map() -> None:
    for table, reason in ((np.zeros((4, 4)), "no_difference"), (np.zeros((2, 2)), "few_rows"), (-np.ones((3, 3)), "negative")):
        with pytest.raises(SingularMap) as refused:
            classical_mds(table)
        assert refused.value.reason == reason
    with pytest.raises(ValueError, match="symmetric"):
        classical_mds([[0, 1, 2], [3, 0, 1], [2, 1, 0]])


def test_a_gap_is_no_rating() -> None:
    with pytest.raises(ValueError, match="complete"):
        principal_components([[1, 2], [np.nan, 3], [4, 5]])


def test_all_brands_on_one_line_leave_the_second_axis_empty() -> None:
    found = principal_components([[1, 2], [2, 4], [3, 6], [4, 8]])
    assert found.shares == pytest.approx([1, 0], abs=1e-12)
    assert found.quality(1) == pytest.approx(1)


def test_two_brands_rated_alike_stand_on_the_same_spot_of_every_map() -> None:
    table = np.array([[1.0, 5, 3], [7, 2, 4], [7, 2, 4], [3, 9, 1]])
    for points in (
        principal_components(table).scores,
        correspondence_analysis(table).rows,
        classical_mds(_distances(table)).points,
    ):
        assert points[1] == pytest.approx(points[2], abs=1e-6)


def test_a_brand_standing_in_the_centre_is_fully_shown() -> None:
    found = principal_components([[1, 1], [3, 3], [2, 2], [1, 3], [3, 1]])
    assert found.quality()[2] == 1


# -- ideal points, attributes on a given map -----------------------------------------------------------------------------------


def test_attributes_fitted_to_the_components_are_the_loadings() -> None:
    table = np.random.default_rng(3).uniform(1, 9, (6, 5))
    found = principal_components(table)
    fitted = fit_attributes(found.scores[:, :2], table)
    assert fitted.vectors == pytest.approx(found.loadings[:, :2])
    assert fitted.r_squared == pytest.approx(found.column_quality())


def test_an_ideal_equal_to_a_brand_stands_on_it() -> None:
    table = np.random.default_rng(4).uniform(1, 9, (5, 6))
    found = principal_components(table)
    for wish, place, quality in zip(table, found.scores[:, :2], found.quality(), strict=True):
        ideal = ideal_point(found.loadings[:, :2], found.mean, wish)
        assert ideal is not None
        assert ideal.position == pytest.approx(place)
        assert ideal.quality == pytest.approx(quality)


def test_an_ideal_on_some_attributes_uses_those() -> None:
    vectors, mean = [[1.0, 0.0], [0.0, 1.0], [0.6, 0.8]], [5.0, 5.0, 5.0]
    ideal = ideal_point(vectors, mean, [7, 4, np.nan])
    assert ideal is not None
    assert ideal.position == pytest.approx([2, -1])
    assert ideal_point(vectors, mean, [7, np.nan, np.nan]) is None
    assert ideal_point([[1.0, 0.0], [2.0, 0.0]], [5.0, 5.0], [7, 9]) is None


# -- an earlier map ------------------------------------------------------------------------------------------------------------


@settings(max_examples=40, deadline=None)
@given(st.floats(0, 6.28), st.booleans(), st.floats(-5, 5), st.integers(0, 99))
def test_a_turned_mirrored_and_shifted_map_has_not_moved(angle: float, mirror: bool, shift: float, seed: int) -> None:
    present = np.random.default_rng(seed).normal(size=(5, 2))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    earlier = (present * [1, -1 if mirror else 1]) @ turn + shift
    found = align(earlier, present)
    assert found is not None
    assert found.moved == pytest.approx(0, abs=1e-9)


def test_one_brand_that_moved_is_the_one_that_moved_most() -> None:
    earlier = np.array([[0.0, 0], [4, 0], [0, 4], [4, 4], [2, 2]])
    present = earlier.copy()
    present[4] += [1.0, 0.5]
    found = align(earlier, present)
    assert found is not None
    assert found.moved.argmax() == 4
    assert align(earlier[:2], present[:2]) is None


# -- how long a sentence takes -------------------------------------------------------------------------------------------------


def test_seconds_to_say_a_sentence() -> None:
    assert spoken_seconds("") == 0
    assert spoken_seconds("For people who wait, she is it.") == pytest.approx(7 / 2.5)
    assert spoken_seconds("The day's news, read-aloud, costs 1,000.") == pytest.approx(6 / 2.5)
    assert spoken_seconds("报纸送到手边。") == pytest.approx(6 / 4.5)
    assert spoken_seconds("35路 bus") == pytest.approx(2 / 2.5 + 1 / 4.5)
    assert mostly_chinese("报纸送到 35 路的队伍里")
    assert not mostly_chinese("the paper 报")
