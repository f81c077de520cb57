"""The number of clusters is judged by the groups in the data, not by the values that many customers share."""

from __future__ import annotations

import numpy as np
import pytest

from strategy.analysis.clusters import bic, choose, dequantised, scaling


def _two_groups(rounded: bool) -> np.ndarray:
    """Two groups of 500 in two features, the first of which may be counted in whole numbers."""
    rng = np.random.default_rng(3)
    counts = np.concatenate([rng.normal(3, 0.6, 500), rng.normal(8, 0.8, 500)])
    return np.column_stack([counts.round() if rounded else counts, np.concatenate([rng.normal(5, 1, 500), rng.normal(9, 1, 500)])])


@pytest.mark.parametrize("rounded", [False, True], ids=["measured", "counted"])
def test_bic_finds_two_groups_also_where_they_are_counted_in_whole_numbers(rounded: bool) -> None:
    values = _two_groups(rounded)
    scale = scaling(values, ["count", "spend"])
    around = np.tile([0.5 if rounded else 0.0, 0.0], (len(values), 1))
    found = {c.k: c.bic for c in choose(scale.apply(values), 6, widths=scale.widths(values, around)).candidates}
    assert min(found, key=found.__getitem__) == 2


def test_half_of_all_at_one_value_are_no_group_of_endless_density() -> None:
    rng = np.random.default_rng(4)
    counts = np.where(rng.random(2000) < 0.5, 1.0, rng.geometric(0.2, 2000) + 1.0)[:, None]
    scale = scaling(counts, ["count"])
    whole = dequantised(scale.apply(counts), scale.widths(counts, np.full_like(counts, 0.5)))
    # A density of at most one count's width: its logarithm a row is a small number, and not that of the width allowed.
    assert bic(whole, 3) > 0


def test_each_value_stays_within_what_it_stands_for() -> None:
    scaled, widths = np.array([[0.0, 1.0], [2.0, 3.0]]), np.array([[0.5, 0.0], [0.1, 0.2]])
    spread = dequantised(scaled, widths)
    assert (np.abs(spread - scaled) <= widths / 2).all()
    assert spread[0, 1] == 1.0
    assert (dequantised(scaled, widths) == spread).all()
