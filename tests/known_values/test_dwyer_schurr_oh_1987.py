"""Stages of Dwyer, Schurr and Oh (1987), "Developing buyer-seller relationships", Journal of Marketing 51, and of Chen Mingliang (2002).

No thresholds were published; those stated here are a fall below 50% of the best window, growth above 20%, and silence of over three usual
gaps. Four trajectories of money per window, and the same told from purchases.
"""

from __future__ import annotations

import duckdb
import pytest

from strategy.customers import create_tables, lifecycle_customers, stage_of
from tests.unit.customers.test_customers_analytics import fill

WINDOW, BUYS = 182, 7
TRAJECTORIES = {
    "A": ([1], "exploration"),
    "B": ([2, 3, 5, 8], "formation"),
    "C": ([8, 9, 8, 9, 8], "stability"),
    "D": ([9, 9, 5, 2, 1], "degradation"),
}


@pytest.mark.parametrize("name", TRAJECTORIES)
def test_the_stage_of_a_trajectory(name: str) -> None:
    money, stage = TRAJECTORIES[name]
    assert stage_of(money) == stage


def test_silence_of_over_three_usual_gaps_is_degradation_whatever_was_bought() -> None:
    assert [stage_of([8, 9, 8], gap) for gap in (3.0, 3.1)] == ["stability", "degradation"]


def test_the_stages_of_customers_who_bought_so() -> None:
    """Every window's money in equal purchases a month apart, the newest on the last day; a single window holds one purchase."""
    connection = duckdb.connect(":memory:")
    create_tables(connection)
    last = 5 * WINDOW
    for name, (money, _) in TRAJECTORIES.items():
        many = BUYS if len(money) > 1 else 1
        fill(connection, [
            (name, last - WINDOW * before - 26 * buy, 100 * worth / many)
            for before, worth in enumerate(reversed(money)) for buy in range(many)
        ])  # fmt: skip
    found = lifecycle_customers(connection).set_index("customer")["stage"].to_dict()
    assert found == {name: stage for name, (_, stage) in TRAJECTORIES.items()}
