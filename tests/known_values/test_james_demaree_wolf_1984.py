"""James, Demaree and Wolf (1984): rWG = 1 - s2 / ((A^2 - 1) / 12), on a scale of five points."""

import pandas as pd
import pytest

from strategy.analysis.agreement import opinion_spread, rwg

RATINGS = {"agreed": [4, 5, 4, 5], "split": [1, 5, 1, 5], "same": [3, 3, 3, 3]}


@pytest.mark.parametrize(("item", "expected"), [("agreed", 0.833333), ("split", -1.666667), ("same", 1.0)])
def test_rwg(item: str, expected: float) -> None:
    assert rwg(RATINGS[item], points=5) == pytest.approx(expected, abs=1e-6)


def test_mean_and_variance() -> None:
    scores = pd.DataFrame([(item, f"p{i}", score) for item, row in RATINGS.items() for i, score in enumerate(row)])
    scores.columns = ["item", "participant", "score"]
    spread = opinion_spread(scores).set_index("item")
    assert spread["mean"].tolist() == [4.5, 3.0, 3.0]
    assert (spread["sd"] ** 2).tolist() == pytest.approx([0.333333, 5.333333, 0.0], abs=1e-6)
    assert spread.loc["split", ["low", "high", "participants"]].tolist() == [1, 5, 4]


def test_one_rating_agrees_with_nobody() -> None:
    assert rwg([4], points=5) is None
