"""Clusters and attribute rules: what is stored finds the same customers again, and every customer is in exactly one segment."""

from __future__ import annotations

import datetime as dt
import json
import math

import duckdb
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from strategy.analysis.clusters import choose, fit, silhouette
from strategy.customers import create_tables, evaluate_rule, members, members_sql, rule_in_words
from strategy.customers.attributes import attribute_names, partition
from strategy.customers.clusters import Model, clusters
from strategy.customers.finding import KINDS, find_segments
from strategy.errors import InvalidValue, NoData, UnknownName
from tests.unit.customers.test_customers_analytics import fill


@pytest.fixture(scope="module")
def shop() -> duckdb.DuckDBPyConnection:
    """30 who come every ten days and spend little, 30 who came three times long ago and spent much."""
    connection = duckdb.connect(":memory:")
    create_tables(connection)
    fill(connection, [(f"often{n}", day + n % 7, 5.0 + n % 3) for n in range(30) for day in range(0, 300, 10)])
    fill(connection, [(f"once{n}", day + n % 5, 400.0 + 7 * (n % 9)) for n in range(30) for day in (0, 20, 40)])
    rows = [(f"often{n}", "region", "North" if n % 2 else "South", None, None) for n in range(30)]
    rows += [(f"once{n}", "region", "East's", None, None) for n in range(20)]
    rows += [(f"often{n}", "age", None, 20.0 + n, None) for n in range(30)]
    rows += [(f"once{n}", "joined", None, None, dt.date(2023, 1, 1) + dt.timedelta(days=n)) for n in range(30)]
    connection.executemany("INSERT INTO customer_attribute VALUES (?, ?, ?, ?, ?)", rows)
    return connection


@pytest.mark.parametrize("how", ["kmeans", "mixture"])
def test_two_habits_are_two_clusters(shop, how) -> None:
    found = clusters(shop, how=how)
    assert found.k == 2
    assert found.choice.stable
    by_name = {cluster.name.in_("en"): cluster for cluster in found.clusters}
    assert set(by_name) == {"Bought recently, buy often, small baskets", "Long silent, buy seldom, large baskets"}
    again = members(shop, json.loads(json.dumps(by_name["Bought recently, buy often, small baskets"].rule)))
    assert sorted(again["customer"]) == sorted(f"often{n}" for n in range(30))
    assert "2" in rule_in_words(found.clusters[0].rule).in_("zh")


@pytest.mark.parametrize("how", ["kmeans", "mixture"])
def test_a_number_is_judged_by_the_very_clusters_that_are_made_of_it(how) -> None:
    """Fitted from fewer starts, a mixture was judged by other groups than those shown."""
    scaled = np.random.default_rng(1).normal(size=(200, 2))
    choice = choose(scaled, 5, how)
    for candidate in choice.candidates:
        labels = fit(scaled, candidate.k, how).labels
        assert candidate.silhouette == pytest.approx(silhouette(scaled, labels))
        assert candidate.smallest == pytest.approx(np.bincount(labels).min() / 200)


@pytest.mark.parametrize("by", [kind for kind in KINDS if kind != "attribute"])
def test_every_kind_puts_every_customer_into_exactly_one_segment(shop, by) -> None:
    found = find_segments(shop, by)
    everyone = [customer for segment in found for customer in members(shop, segment.rule)["customer"]]
    assert len(everyone) == len(set(everyone)) == 60
    assert sum(segment.customers for segment in found) == 60


def test_new_data_go_to_the_clusters_that_were_named(shop) -> None:
    found = clusters(shop)
    habit = next(c for c in found.clusters if c.customers == 30 and c.profile["purchase_days"] > 10)
    shop.begin()
    fill(shop, [("newcomer", day, 6.0) for day in range(0, 300, 10)])
    assert evaluate_rule(shop, habit.rule)[0] == 31
    shop.rollback()


@pytest.mark.parametrize(
    "change",
    [{"cluster": 9}, {"cluster": "x"}, {"centres": [[1]]}, {"centres": [[math.nan] * 3] * 2}, {"features": ["x"]}, {"scaling": {}}],
)
def test_a_broken_rule_of_clusters_is_refused(shop, change) -> None:
    rule = clusters(shop).clusters[0].rule | change
    with pytest.raises((InvalidValue, UnknownName)):
        members_sql(rule)


def test_what_clusters_cannot_do_is_said(shop, cursor) -> None:
    with pytest.raises(NoData):
        clusters(cursor)
    with pytest.raises(UnknownName, match="shoe_size"):
        clusters(shop, ["shoe_size"])
    with pytest.raises(InvalidValue, match="2 to 8"):
        clusters(shop, k=40)
    fill(cursor, [(f"c{n}", 0, 5.0) for n in range(10)])
    with pytest.raises(InvalidValue, match="same for every customer"):
        clusters(cursor)
    with pytest.raises(InvalidValue):
        Model(("revenue",), (0.0,), (0.0,), ((1.0,),))


NORTH = {"name": "region", "in": ["North"]}


@pytest.mark.parametrize(
    ("conditions", "count"),
    [
        ([NORTH], 15),
        ([{"name": "region", "in": ["North", "East's"]}], 35),
        ([{"name": "age", "from": 30, "to": 45}], 16),
        ([NORTH, {"name": "age", "to": 25}], 3),
        ([{"name": "joined", "from": "2023-01-11"}], 20),
        ([{"column": "revenue", "from": 1000}], 30),
        ([{"column": "purchase_days", "to": 3}, {"name": "region", "in": ["East's"]}], 20),
        ([{"name": "nothing", "from": 1}], 0),
    ],
)
def test_conditions_must_all_hold(shop, conditions, count) -> None:
    rule = {"by": "attribute", "segment": "x", "all": conditions}
    assert evaluate_rule(shop, rule)[0] == count
    assert rule_in_words(rule).in_("en") != rule_in_words(rule).in_("zh")


@pytest.mark.parametrize(
    "condition",
    [{}, {"name": "a"}, {"name": "a", "in": "North"}, {"name": "a", "from": "soon"}, {"name": "a", "from": 5, "to": 1}, "x",
     {"name": "a", "from": math.inf}, {"column": "shoe", "from": 1}, {"column": "revenue", "in": ["x"]}, {"name": "a", "in": [], "or": 1},
     {"name": "a", "from": 1, "to": "2024-01-01"}, {"name": "a", "in": ["x"], "from": 1}],
)  # fmt: skip
def test_a_condition_that_cannot_be_is_refused(condition) -> None:
    with pytest.raises(InvalidValue):
        members_sql({"by": "attribute", "all": [condition]})


def test_attributes_are_listed_for_the_editor(shop) -> None:
    found = attribute_names(shop).set_index("name")
    assert found["kind"].to_dict() == {"age": "number", "joined": "day", "region": "text"}
    assert list(found.loc["region", "samples"]) == ["East's", "North", "South"]


one = st.one_of(
    st.sampled_from([NORTH, {"name": "region", "in": ["South", "East's"]}]),
    st.tuples(st.integers(15, 35), st.integers(0, 20)).map(lambda b: {"name": "age", "from": b[0], "to": b[0] + b[1]}),
    st.integers(0, 1500).map(lambda low: {"column": "revenue", "from": low}),
)


@settings(max_examples=8, deadline=None)
@given(st.lists(st.lists(one, min_size=1, max_size=2), min_size=1, max_size=3))
def test_rules_in_order_and_the_rest_are_a_partition(shop, sets) -> None:
    rules = partition([{"segment": f"s{at}", "all": conditions} for at, conditions in enumerate(sets)])
    everyone = [customer for rule in rules for customer in members(shop, rule)["customer"]]
    assert len(everyone) == len(set(everyone)) == 60
    first = {"by": "attribute", "all": sets[0]}
    assert evaluate_rule(shop, rules[0]) == evaluate_rule(shop, first)


def test_rules_need_names_of_their_own() -> None:
    for bad in ([], [{"segment": "a", "all": []}], [{"segment": "", "all": [NORTH]}], [{"segment": "a", "all": [NORTH]}] * 2):
        with pytest.raises(InvalidValue):
            partition(bad)
