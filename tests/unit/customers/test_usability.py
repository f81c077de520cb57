"""What purchases say of a segment: size, share of revenue, growth, and stability when customers are resampled."""

from __future__ import annotations

import duckdb
import pytest

from strategy.customers.segments import Cuts
from strategy.customers.usability import evidence, membership_stability

CUTS = Cuts((10, 20, 30, 40), (1, 2, 3, 4), (1, 2, 3, 4))


def test_growth_compares_two_spans_of_equal_length(cursor: duckdb.DuckDBPyConnection) -> None:
    cursor.execute(
        "INSERT INTO purchase (customer, day, amount) VALUES ('a', DATE '2022-06-01', 50), ('a', DATE '2023-02-01', 100), ('a', DATE '2023-06-01', 100),"
        " ('b', DATE '2024-06-01', 300), ('a', DATE '2024-12-31', 100)"
    )
    found = evidence(cursor, {"all": {"by": "everyone"}})["all"]
    assert (found.customers, found.share_customers, found.share_revenue, found.days) == (2, 1.0, 1.0, 365)
    assert found.growth == pytest.approx(400 / 200 - 1)
    assert found.stability is None


def test_customers_far_from_every_cut_stay_and_those_on_one_do_not() -> None:
    apart = [(5, 9, 300), (15, 4, 200), (25, 3, 200), (35, 2, 200), (45, 1, 100)]
    steady = membership_stability(apart, Cuts((5, 15, 25, 35), (2, 3, 4, 9), (1, 2, 3, 4)), {"best": {54}, "rest": {11}})
    assert steady == {"best": 1.0, "rest": 1.0}
    smooth = [(day, 1 + day % 6, 1) for day in range(60)]
    few = membership_stability(smooth, Cuts((11, 23, 35, 47), (1, 2, 3, 4), (1, 2, 3, 4)), {"middle": {31, 32, 33}})
    many = membership_stability(
        [(day, visits, 100) for day, visits, _ in smooth],
        Cuts((11, 23, 35, 47), (1, 2, 3, 4), (1, 2, 3, 4)),
        {"middle": {31, 32, 33}},
    )
    assert 0.3 < few["middle"] < many["middle"] <= 1
    assert membership_stability(smooth, CUTS, {"nobody": {99}}) == {}
