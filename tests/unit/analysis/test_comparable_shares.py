"""A share among comparable others: strata weigh as they do in the group, and what cannot be compared is left out and counted."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strategy.analysis.comparable_shares import compare
from strategy.errors import InvalidValue


def test_others_are_weighed_as_the_group_is() -> None:
    # Of the group 30 are like those of whom 90% come back, 10 like those of whom 10% do; of the others it is the other way round.
    found = compare([30, 10], [27, 1], [100, 900], [90, 90])
    assert found is not None
    assert found.group.share == pytest.approx(28 / 40)
    assert found.others.share == pytest.approx(0.75 * 0.9 + 0.25 * 0.1)
    assert found.difference == pytest.approx(0.0)
    assert found.low < 0 < found.high
    # Kish: 1 / (0.75^2 / 100 + 0.25^2 / 900)
    assert found.others.customers == pytest.approx(1 / (0.75**2 / 100 + 0.25**2 / 900))


def test_strata_without_others_are_left_out_and_counted() -> None:
    found = compare([5, 7], [5, 0], [10, 0], [5, 0])
    assert found is not None
    assert (found.customers, found.unmatched, found.group.share) == (5, 7, 1.0)
    assert compare([5], [1], [0], [0]) is None


def test_the_same_people_twice_are_no_more_evidence() -> None:
    wide, narrow = compare([50], [25], [1000], [600], most_others=100), compare([50], [25], [1000], [600])
    assert wide is not None
    assert narrow is not None
    assert wide.others.customers == 100
    assert wide.high - wide.low > narrow.high - narrow.low


@pytest.mark.parametrize(
    "counts", [([1], [2], [3], [1]), ([-1], [0], [3], [1]), ([math.nan], [0], [3], [1]), ([1, 2], [1], [1], [1])]
)
def test_impossible_counts_are_refused(counts: tuple[list[float], ...]) -> None:
    with pytest.raises(InvalidValue):
        compare(*counts)


_pairs = st.tuples(st.integers(0, 400), st.integers(0, 400)).map(sorted)


@given(st.lists(st.tuples(_pairs, _pairs), min_size=1, max_size=12))
def test_shares_and_intervals_stay_what_they_are(strata: list[tuple[list[int], list[int]]]) -> None:
    columns = (
        [group[1] for group, _ in strata],
        [group[0] for group, _ in strata],
        [rest[1] for _, rest in strata],
        [rest[0] for _, rest in strata],
    )
    found = compare(*columns)
    total = sum(columns[0])
    if found is None:
        assert not any(n and m for n, m in zip(columns[0], columns[2], strict=True))
        return
    assert found.customers + found.unmatched == total
    for part in (found.group, found.others):
        assert 0 <= part.low <= part.share + 1e-12
        assert part.share - 1e-12 <= part.high <= 1
    assert -1 <= found.low <= found.difference + 1e-12
    assert found.difference - 1e-12 <= found.high <= 1
