"""Best-worst scaling and derived importance hold their bounds whatever the counts."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as some

from strategy.analysis.best_worst import rank
from strategy.analysis.derived_importance import derive

_COUNTS = some.integers(1, 500).flatmap(
    lambda shown: some.integers(0, shown).flatmap(
        lambda best: some.tuples(some.just(shown), some.just(best), some.integers(0, shown - best))
    )
)


@settings(max_examples=150, deadline=None)
@given(some.lists(_COUNTS, min_size=1, max_size=8))
def test_scores_shares_and_intervals_are_in_bounds(counts: list[tuple[int, int, int]]) -> None:
    items = rank(counts)
    assert math.isclose(sum(item.share for item in items), 1)
    assert math.isclose(sum(item.ratio_share for item in items), 1)
    for item in items:
        assert -1 <= item.low <= item.score + 1e-12
        assert item.score - 1e-12 <= item.high <= 1
        assert math.isfinite(item.utility)
        assert item.low < item.high


@settings(max_examples=80, deadline=None)
@given(some.integers(8, 60), some.integers(1, 6), some.integers(0, 10_000))
def test_derived_importance_is_a_correlation(people: int, needs: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    scores = random.integers(1, 10, (people, needs)).astype(float)
    found = derive(scores, random.integers(1, 10, people))
    if found:
        assert all(math.isnan(value) or -1 <= value <= 1 for value in found.importance)
    assert derive(scores, np.full(people, 5.0)) is None  # everybody equally satisfied


def test_partial_correlation_of_two_needs_is_the_textbook_formula() -> None:
    random = np.random.default_rng(7)
    one = random.normal(size=60)
    two = one * 0.6 + random.normal(size=60)
    total = one + 0.3 * two + random.normal(size=60)
    found = derive(np.column_stack([one, two]), total)
    r1, r2, r12 = (np.corrcoef(a, b)[0, 1] for a, b in ((one, total), (two, total), (one, two)))
    expected = (r1 - r2 * r12) / math.sqrt((1 - r2**2) * (1 - r12**2))
    assert found is not None
    assert found.kind == "partial"
    assert math.isclose(found.importance[0], expected, rel_tol=1e-9)


def test_needs_that_go_exactly_together_fall_back_to_the_simple_correlation() -> None:
    one = np.arange(40.0) % 9
    found = derive(np.column_stack([one, one]), one + np.arange(40) % 2)
    assert found is not None
    assert found.kind == "simple"
    assert found.importance[0] == found.importance[1]
