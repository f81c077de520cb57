"""One customer explained: the stage it names is the stage of the table, and what it foretells comes true."""

from __future__ import annotations

import datetime as dt

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from strategy.customers import LifecycleRules, create_tables, default_cuts, lifecycle_customers
from strategy.customers.explaining import explain_customer, find_customers, named
from strategy.customers.foretelling import History, Judge, outlook
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
    assert f"Without another purchase it becomes Degradation from {day.day} {day:%B %Y}: silence" in said
    assert "on any day before then keeps the customer out of Degradation" in found.changes[1].in_("en")
    assert "days left: 25" in said
    for later, stage in ((760, "stability"), (761, "degradation")):
        cursor.begin()
        fill(cursor, [("other", later, 5.0)])
        assert lifecycle_customers(cursor).set_index("customer").loc["0007", "stage"] == stage
        cursor.rollback()


def stage_at(cursor, customer: str, rows: list[tuple[str, int, float]], day: int, rules: LifecycleRules = RULES) -> str:
    """The stage in the table on a day, had there been these purchases more; somebody unknown buys on that day, so that it has come."""
    cursor.begin()
    fill(cursor, [*rows, ("somebody else", day, 1.0)])
    found = lifecycle_customers(cursor, rules).set_index("customer").loc[customer, "stage"]
    cursor.rollback()
    return str(found)


def test_a_second_purchase_gives_a_gap_of_ones_own(cursor) -> None:
    """Somebody who bought once long ago is back in exploration with the next purchase, however little it brings."""
    fill(cursor, [("once", 0, 1000.0), *((f"k{at}", day, 50.0) for at in range(5) for day in range(0, 331, 30))])
    found = explain_customer(cursor, "once", default_cuts(cursor))
    assert found.stage == "degradation"
    assert found.fading == DAY + dt.timedelta(days=91), "since the day on which silence went beyond three usual gaps of 30 days"
    (said,) = [change.in_("en") for change in found.changes]
    assert said == "A purchase of the usual size (1,000) on 27 November 2024 makes it Exploration."
    assert stage_at(cursor, "once", [("once", 331, 1000.0)], 331, LifecycleRules()) == "exploration"


def test_what_is_left_of_exploration_is_counted_in_the_singular_too(cursor) -> None:
    fill(cursor, [("twice", 300, 5.0), ("twice", 310, 5.0), ("once", 310, 5.0), ("old", 0, 5.0)])
    for customer, said in (("twice", "After 1 more purchase day it is"), ("once", "After 2 more purchase days it is")):
        assert said in " ".join(change.in_("en") for change in explain_customer(cursor, customer, default_cuts(cursor)).changes)


def test_money_that_leaves_the_window_comes_before_silence(cursor) -> None:
    """A large purchase is about to leave the window; one of the usual size does not make up for it, and nobody is told that it would."""
    bought = [(0, 100.0), (60, 100.0), (120, 100.0), (175, 250.0), (230, 10.0), (290, 10.0), (348, 10.0)]
    fill(cursor, [("sta", day, amount) for day, amount in bought] + [("other", 350, 5.0)])
    found = explain_customer(cursor, "sta", default_cuts(cursor))
    said = " ".join(change.in_("en") for change in found.changes)
    assert found.stage == "stability"
    assert "from 23 December 2024: what was bought in the last 182 days is then below 50%" in said
    assert "does not prevent that" in said
    assert found.fading == DAY + dt.timedelta(days=357)
    assert "Degradation from 23 December 2024" in str(timeline_figure(found, "en").layout.annotations)
    assert [stage_at(cursor, "sta", [], day, LifecycleRules()) for day in (356, 357)] == ["stability", "degradation"]


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


@settings(max_examples=12, deadline=None)
@given(visits)
def test_what_is_said_of_the_days_to_come_holds_when_they_come(rows) -> None:
    """Each thing foretold is put into the data, and the table asked for the stage."""
    connection = duckdb.connect(":memory:")
    create_tables(connection)
    fill(connection, rows)
    today = max(day for _, day, _ in rows)
    begun, newest = DAY + dt.timedelta(days=min(day for _, day, _ in rows)), DAY + dt.timedelta(days=today)
    stages = lifecycle_customers(connection, RULES).set_index("customer")
    for who in stages.index[:2]:
        own: dict[dt.date, float] = {}
        for name, day, amount in rows:
            if name == who:
                own[DAY + dt.timedelta(days=day)] = own.get(DAY + dt.timedelta(days=day), 0.0) + amount
        history = History.of(own.items(), float(stages.loc[who, "usual_gap_days"]), begun)
        stage = stages.loc[who, "stage"]
        assert Judge(history, RULES).on(newest.toordinal())[0] == stage
        ahead = outlook(history, newest, RULES)
        soon = today + 1
        usual = [(who, soon, ahead.amount)]
        assert stage_at(connection, who, usual, soon) == ahead.bought
        if ahead.change:
            day = ahead.change[0] - DAY.toordinal()
            assert stage_at(connection, who, [], day) == ahead.change[1] != stage
            assert day == soon or stage_at(connection, who, [], day - 1) == stage
            if ahead.prevents:
                for bought in {soon, (soon + day - 1) // 2, day - 1}:
                    assert stage_at(connection, who, [(who, bought, ahead.amount)], day) != ahead.change[1]
        if ahead.later:
            later = ahead.later - DAY.toordinal()
            assert stage_at(connection, who, usual, later) != ahead.bought
            assert stage_at(connection, who, usual, later - 1) == ahead.bought
        if ahead.lifting:
            least, lifted = ahead.lifting
            assert stage_at(connection, who, [(who, soon, least)], soon) == lifted != "degradation"
            assert stage_at(connection, who, [(who, soon, 10 * least)], soon) != "degradation"
        if ahead.growing:
            for amount, grown in ((ahead.growing, True), (3 * ahead.growing, True), (ahead.growing - 0.02, False)):
                if amount > 0:
                    assert (stage_at(connection, who, [(who, soon, amount)], soon) == "formation") == grown
    connection.close()


def test_the_timeline_is_drawn_in_both_languages_and_stays_light(cursor) -> None:
    fill(cursor, [("a", day, 1.0) for day in range(0, 900)])
    found = explain_customer(cursor, "a", default_cuts(cursor))
    for language in ("en", "zh"):
        figure = timeline_figure(found, language)
        assert len(figure.data[0].x) < 60
    assert "数据截止" in str(figure.layout.annotations)
