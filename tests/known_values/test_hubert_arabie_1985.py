"""The adjusted Rand index of Hubert and Arabie (1985), "Comparing partitions", Journal of Classification 2.

The table is the worked example of Yeung and Ruzzo (2001), "Details of the adjusted Rand index", Bioinformatics 17, supplement:
classes {1, 1, 2, 2, 2, 2, 3, 3, 3, 3} against clusters {1, 2, 1, 2, 2, 3, 3, 3, 3, 3}, index 0.313.
"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from strategy.analysis.partitions import adjusted_rand, adjusted_rand_of_table, cross_table


def test_the_worked_example() -> None:
    table = [[1, 1, 0], [1, 2, 1], [0, 0, 4]]
    assert adjusted_rand_of_table(table) == pytest.approx(0.313, abs=5e-4)
    first, second = [1, 1, 2, 2, 2, 2, 3, 3, 3, 3], [1, 2, 1, 2, 2, 3, 3, 3, 3, 3]
    assert cross_table(first, second)[2].tolist() == table


labels = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=2, max_size=40)


@settings(max_examples=60, deadline=None)
@given(labels)
def test_it_agrees_with_an_independent_implementation(pairs) -> None:
    from sklearn.metrics import adjusted_rand_score

    first, second = (np.array(side) for side in zip(*pairs, strict=True))
    assert adjusted_rand(first, second) == pytest.approx(adjusted_rand_score(first, second))
    assert adjusted_rand(first, second) == pytest.approx(adjusted_rand(second, 7 - first))
    assert adjusted_rand(first, first) == 1.0
