"""One customer explained: the stage it names is the stage of the table, and what it foretells comes true."""

from __future__ import annotations

import datetime as dt

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from strategy.customers import LifecycleRules, create_tables, default_cuts, lifecycle_customers
from strategy.customers.explaining import explain_customer, find_customers, named
from strategy.errors import NoData, UnknownName
from strategy.exhibits.customer_timeline import timeline_figure
from tests.unit.customers.test_customers_analytics import DAY, fill

RULES = LifecycleRules(window_days=60)


def test_what_is_foretold_comes_true(cursor) -> None:
    """A customer every ten days is said to fall into degradation on a day, and on that day is in it."""
    fill(cursor, [("0007", day, 10.0) for day in range(0, 731, 10)] + [("other", 735, 5.0)])
    found = explain_customer(cursor, "0007", default_cuts(cursor))
    assert (found.stage, found.recency_days, found.usual_gap_days) == ("stability", 5, 10.0)
    day = DAY + dt.timedelta(days=730 + 31)
    said = found.changes[0].in_("en")
    assert f"from {day.day} {day:%B %Y}" in said
    assert "days left: 25" in said
    for later, stage in ((760, "stability"), (761, "degradation")):
        cursor.begin()
        fill(cursor, [("other", later, 5.0)])
        assert lifecycle_customers(cursor).set_index("customer").loc["0007", "stage"] == stage
        cursor.rollback()


def test_an_unknown_customer_is_told_so_with_ids_that_begin_alike(cursor) -> None:
    with pytest.raises(NoData):
        explain_customer(cursor, "x", None)  # type: ignore[arg-type]
    fill(cursor, [("00012", 0, 1.0), ("00013", 5, 1.0)])
    cuts = default_cuts(cursor)
    with pytest.raises(UnknownName, match="00012, 00013"):
        explain_customer(cursor, "00019", cuts)
    with pytest.raises(UnknownName, match="leading zeros"):
        explain_customer(cursor, "12'; DROP TABLE purchase", cuts)
    assert find_customers(cursor, "0001") == ["00012", "00013"]


visits = st.lists(st.tuples(st.sampled_from("abcd"), st.integers(0, 400), st.integers(1, 60).map(float)), min_size=3, max_size=40)


@settings(max_examples=6, deadline=None)
@given(visits)
def test_the_deciding_condition_is_the_stage_of_the_table(rows) -> None:
    connection = duckdb.connect(":memory:")
    create_tables(connection)
    fill(connection, rows)
    cuts = default_cuts(connection)
    for row in lifecycle_customers(connection, RULES).itertuples():
        found = explain_customer(connection, row.customer, cuts, RULES)
        assert [fact.stage for fact in found.facts if fact.decides] == [row.stage] == [found.stage]
        assert found.timeline["amount"].sum() == pytest.approx(found.revenue)
        assert all(name.in_("zh") for name in named(found))
    connection.close()


def test_the_timeline_is_drawn_in_both_languages_and_stays_light(cursor) -> None:
    fill(cursor, [("a", day, 1.0) for day in range(0, 900)])
    found = explain_customer(cursor, "a", default_cuts(cursor))
    for language in ("en", "zh"):
        figure = timeline_figure(found, language, LifecycleRules())
        assert len(figure.data[0].x) < 60
    assert "数据截止" in str(figure.layout.annotations)
