"""Cohorts and movement on small data sets, against counts made by hand and against the segments of each day."""

from __future__ import annotations

import datetime as dt

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from strategy.customers import Cuts, LifecycleRules, create_tables, rfm_segments
from strategy.customers.cohorts import PERIODS, cohorts, period_start
from strategy.customers.movement import NOT_YET, movement
from strategy.errors import InvalidValue, NoData
from tests.unit.customers.test_customers_analytics import DAY, fill

CUTS = Cuts((10, 30, 60, 120), (1, 2, 3, 5), (5, 10, 50, 100))


def test_cohorts_by_hand(cursor) -> None:
    # January: a, b; February: c. The data end on 10 March.
    fill(cursor, [("a", 0, 10), ("a", 5, 5), ("b", 30, 5), ("a", 31, 4), ("c", 40, 8), ("b", 60, 6), ("c", 69, 2)])
    found = cohorts(cursor, "month")
    rows = {(str(row.cohort), row.age): (row.customers, row.revenue, row.complete) for row in found.frame.itertuples()}
    assert rows == {
        ("2024-01-01", 0): (2, 20.0, True),
        ("2024-01-01", 1): (1, 4.0, True),
        ("2024-01-01", 2): (1, 6.0, False),
        ("2024-02-01", 0): (1, 8.0, True),
        ("2024-02-01", 1): (1, 2.0, False),
    }
    assert found.at_age(1) == 0.5  # February's March is not over
    assert found.at_age(1, "revenue") == 0.2
    assert found.at_age(2) is None


def test_a_period_without_purchases_is_there_with_zero(cursor) -> None:
    fill(cursor, [("a", 0, 10), ("b", 95, 10)])
    found = cohorts(cursor, "month").frame
    assert found[found["cohort"] == dt.date(2024, 1, 1)]["customers"].tolist() == [1, 0, 0, 0]


@pytest.mark.parametrize("period", PERIODS)
def test_periods_follow_each_other_without_a_gap(cursor, period) -> None:
    fill(cursor, [("a", day, 1) for day in range(0, 800, 3)])
    found = cohorts(cursor, period).frame
    assert (found["customers"] == 1).all()
    assert found["age"].tolist() == list(range(len(found)))
    assert found["cohort"].iloc[0] <= DAY
    last = {"week": 6400, "month": 24100, "quarter": 8100}[period]
    assert all(period_start(number, period) < period_start(number + 1, period) for number in range(last - 100, last))


def test_without_purchases_there_is_no_cohort_and_no_movement(cursor) -> None:
    with pytest.raises(NoData):
        cohorts(cursor)
    with pytest.raises(NoData):
        movement(cursor, CUTS, 10)
    fill(cursor, [("a", 0, 10)])
    with pytest.raises(NoData, match="one day"):
        movement(cursor, CUTS, 10)


def test_movement_says_how_far_back_it_can_look(cursor) -> None:
    fill(cursor, [("a", 0, 10), ("a", 20, 10)])
    with pytest.raises(InvalidValue, match="1 to 20 days"):
        movement(cursor, CUTS, 21)


def test_movement_between_stages(cursor) -> None:
    fill(cursor, [("steady", day, 10.0) for day in range(0, 601, 20)] + [("gone", day, 10.0) for day in range(0, 301, 20)])
    fill(cursor, [("new", 590, 3.0)])
    found = movement(cursor, LifecycleRules(), 300)
    moves = {(row.before, row.after): (row.customers, row.revenue) for row in found.frame.itertuples()}
    assert moves[NOT_YET, "exploration"] == (1, 3.0)
    assert {after for before, after in moves if before != NOT_YET} == {"stability", "degradation"}
    assert found.known == 2


rows = st.lists(
    st.tuples(st.sampled_from("abcdefgh"), st.integers(0, 200), st.integers(1, 90).map(float)), min_size=2, max_size=40
).filter(lambda found: len({day for _, day, _ in found}) > 1)


@settings(max_examples=12, deadline=None)
@given(rows=rows, part=st.floats(0, 1))
def test_rows_and_columns_of_the_matrix_are_the_segments_of_each_day(rows, part) -> None:
    connection = duckdb.connect(":memory:")
    create_tables(connection)
    fill(connection, rows)
    first, last = min(day for _, day, _ in rows), max(day for _, day, _ in rows)
    back = max(1, round(part * (last - first)))
    found = movement(connection, CUTS, back)
    now = {segment.id: segment.customers for segment in rfm_segments(connection, CUTS) if segment.customers}
    assert found.frame.groupby("after")["customers"].sum().to_dict() == now
    # The earlier day, worked out apart: a customer's silence then, by hand.
    earlier: dict[str, list[int]] = {}
    for customer, day, _ in rows:
        if day <= last - back:
            earlier.setdefault(customer, []).append(day)
    assert found.known == len(earlier)
    fresh = sum(len(set(days)) == 1 and last - back - max(days) <= 30 for days in earlier.values())
    new = found.frame[found.frame["before"] == "new"]["customers"].sum()
    assert new == fresh
    total = sum(amount for _, day, amount in rows if day > last - back)
    assert found.frame["revenue"].sum() == pytest.approx(total)
    connection.close()
