"""RFM, concentration, silence, lifecycle and value on small data sets, and the partition property on arbitrary cut points."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from strategy.customers import (
    GRID,
    SEGMENT_NAMES,
    Cuts,
    LifecycleRules,
    RiskThresholds,
    abc_grades,
    at_risk_customers,
    concentration,
    create_tables,
    customer_frame,
    default_cuts,
    evaluate_rule,
    grade_rule,
    lifecycle_customers,
    lifecycle_stages,
    members,
    members_sql,
    rfm_customers,
    rfm_grid,
    rfm_rule,
    rfm_segments,
    risk_bands,
    rule_in_words,
    silence_rule,
    stage_rule,
    value_at_stake,
    value_per_year,
)
from strategy.errors import InvalidValue, NoData, UnknownName

DAY = dt.date(2024, 1, 1)


def fill(cursor: duckdb.DuckDBPyConnection, rows: Iterable[tuple[str, int, float]]) -> None:
    """Purchases as (customer, days after 2024-01-01, amount)."""
    cursor.executemany(
        "INSERT INTO purchase (customer, day, amount) VALUES (?, ?, ?)",
        [(customer, DAY + dt.timedelta(days=day), amount) for customer, day, amount in rows],
    )


@pytest.fixture
def shop(cursor: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """a buys every ten days to the end, b stopped, c bought once long ago, d once just now, e fell silent a little."""
    rows = [("a", day, 10.0) for day in range(0, 101, 10)] + [("b", day, 20.0) for day in (0, 10, 20, 30)]
    fill(cursor, [*rows, ("c", 1, 5.0), ("d", 100, 40.0), ("e", 0, 7.0), ("e", 40, 7.0), ("e", 40, 1.0)])
    return cursor


def test_summary(shop) -> None:
    found = customer_frame(shop).set_index("customer")
    assert found.loc["a", ["purchase_days", "revenue", "recency_days", "mean_gap_days", "gap_ratio"]].tolist() == [
        11,
        110.0,
        0,
        10.0,
        0.0,
    ]
    assert found.loc["b", "gap_ratio"] == 7.0
    assert found.loc["e", ["purchase_days", "purchase_lines", "gap_ratio"]].tolist() == [2, 3, 1.5]
    assert math.isnan(found.loc["c", "mean_gap_days"])
    assert math.isnan(found.loc["c", "gap_ratio"])


def test_scores_count_the_cuts_strictly_below(shop) -> None:
    cuts = Cuts((0, 30, 60, 70), (1, 2, 4, 11), (5, 8, 40, 80))
    found = rfm_customers(shop, cuts).set_index("customer")
    assert found["r"].to_dict() == {"a": 5, "b": 2, "c": 1, "d": 5, "e": 3}
    assert found["f"].to_dict() == {"a": 4, "b": 3, "c": 1, "d": 1, "e": 2}
    assert found["m"].to_dict() == {"a": 5, "b": 4, "c": 1, "d": 3, "e": 3}
    assert found["segment"].to_dict() == {
        "a": "champions",
        "b": "hibernating",
        "c": "lapsed_triers",
        "d": "new",
        "e": "need_attention",
    }


def test_nobody_who_bought_often_is_called_new_or_a_trier(cursor) -> None:
    """Subscribers of twelve payments, and customers of 22 to 29 visits: the lowest score of frequency is no sign of a beginner."""
    fill(cursor, [(f"k{at}", 30 * nth, 10.0) for at in range(20) for nth in range(12)])
    (alike,) = [segment for segment in rfm_segments(cursor, default_cuts(cursor)) if segment.customers]
    assert (alike.id, alike.name.in_("en"), alike.name.in_("zh")) == (
        "new",
        "Recent and of usual frequency",
        "近期购买的普通频率客户",
    )
    cuts = Cuts((0, 30, 60, 70), (22, 24, 26, 29), (5, 8, 40, 80))
    names = {segment.id: segment.name.in_("en") for segment in rfm_segments(cursor, cuts)}
    assert list(names) == list(SEGMENT_NAMES)
    assert (names["new"], names["lapsed_triers"]) == ("Recent but less frequent", "Less recent and less frequent")
    assert len(set(names.values())) == 8
    assert "Recent but less frequent: " in rule_in_words(rfm_rule("new", cuts)).in_("en")
    assert {name: said.in_("en") for name, said in Cuts((0,) * 4, (2, 3, 4, 5), (0,) * 4).segment_names().items()} == {
        name: said.in_("en") for name, said in SEGMENT_NAMES.items()
    }


def test_default_cuts_keep_ties_together(shop) -> None:
    cuts = default_cuts(shop)
    assert cuts.frequency == tuple(sorted(cuts.frequency))
    by_days = rfm_customers(shop, cuts).groupby("purchase_days")["f"].nunique()
    assert (by_days == 1).all()


@pytest.mark.parametrize("bad", [(1, 2, 3), (1, 2, 3, "x"), (4, 3, 2, 1), (1, 2, 3, math.inf), (1, 2, math.nan, 4), None])
def test_cuts_are_checked(bad) -> None:
    with pytest.raises(InvalidValue, match="recency"):
        Cuts(bad, (1, 2, 3, 4), (1, 2, 3, 4))


def test_the_grid_is_a_partition() -> None:
    assert set(GRID) == {1, 2, 3, 4, 5}
    assert all(len(row) == 5 and set(row) <= set(SEGMENT_NAMES) for row in GRID.values())
    assert {name for row in GRID.values() for name in row} == set(SEGMENT_NAMES)


four = st.lists(st.floats(-10, 200, allow_nan=False), min_size=4, max_size=4).map(lambda values: tuple(sorted(values)))


@pytest.fixture(scope="module")
def many() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(":memory:")
    create_tables(connection)
    fill(connection, [(f"c{at % 37}", (at * at) % 150, float(at % 23)) for at in range(300)])
    return connection


@settings(max_examples=12, deadline=None)
@given(recency=four, frequency=four, monetary=four)
def test_every_customer_is_in_exactly_one_segment(many, recency, frequency, monetary) -> None:
    cuts = Cuts(recency, frequency, monetary)
    segments = rfm_segments(many, cuts)
    assert [segment.id for segment in segments] == list(SEGMENT_NAMES)
    assert sum(segment.customers for segment in segments) == 37
    found = [customer for segment in segments for customer in members(many, segment.rule)["customer"]]
    assert sorted(found) == sorted(set(found))
    assert len(found) == 37
    assert rfm_grid(many, cuts)["customers"].sum() == 37
    assert sum(segment.revenue for segment in segments) == pytest.approx(sum(float(at % 23) for at in range(300)))


def test_a_rule_is_evaluated_again_on_new_data(shop) -> None:
    rule = rfm_rule("new", Cuts((0, 30, 60, 70), (1, 2, 4, 11), (5, 8, 40, 80)))
    assert evaluate_rule(shop, rule) == (1, 40.0)
    fill(shop, [("f", 100, 3.0)])
    assert evaluate_rule(shop, rule) == (2, 43.0)
    assert "R4 F1, R5 F1" in rule_in_words(rule).in_("en")
    assert "新客户" in rule_in_words(rule).in_("zh")


@pytest.mark.parametrize(
    "rule",
    [{}, {"by": "x"}, {"by": "rfm"}, {"by": "rfm", "cuts": {}}, {"by": "grade"}, {"by": "stage", "stage": "x"}, {"by": "silence"},
     {"by": "rfm", "segment": "nobody", "cuts": Cuts((1, 2, 3, 4), (1, 2, 3, 4), (1, 2, 3, 4)).as_dict()}],
)  # fmt: skip
def test_a_broken_rule_is_refused(rule) -> None:
    with pytest.raises((InvalidValue, UnknownName)):
        members_sql(rule)


def test_a_rule_that_lacks_a_part_says_which() -> None:
    with pytest.raises(InvalidValue, match="cannot be read: 'cuts' is missing"):
        members_sql({"by": "rfm"})


def test_other_rules(shop) -> None:
    assert evaluate_rule(shop, silence_rule("lost")) == (1, 80.0)
    assert evaluate_rule(shop, grade_rule("A", (0.5,)))[0] >= 1
    assert evaluate_rule(shop, {"by": "everyone"}) == (5, 250.0)
    for rule in (silence_rule("lost"), grade_rule("A"), stage_rule("stability"), {"by": "everyone"}):
        assert rule_in_words(rule).in_("en") != rule_in_words(rule).in_("zh")


def test_a_rule_in_words_has_its_thresholds_as_they_were_set() -> None:
    said = rule_in_words(stage_rule("stability", LifecycleRules(window_days=90, silence=6.5, drop=0.125))).in_("en")
    assert "windows of 90 days, silence above 6.5 times the usual gap, below 12.5% of the best window" in said
    assert "80.5% / 95%" in rule_in_words(grade_rule("A", (0.805, 0.95))).in_("zh")
    bounds = {"column": "revenue", "from": 123456.78, "to": 12345678}
    said = rule_in_words({"by": "attribute", "segment": "x", "all": [bounds]}).in_("en")
    assert said == "Customers with Revenue from 123,456.78 to 12,345,678"


def test_concentration(cursor) -> None:
    fill(cursor, [("a", 1, 0.0), ("b", 1, 10.0), ("c", 1, 30.0), ("d", 1, 60.0), ("e", 1, 5.0), ("e", 2, -8.0)])
    found = concentration(cursor)
    expected = [(0, 0), (0.2, 0), (0.4, 0), (0.6, 0.1), (0.8, 0.4), (1, 1)]
    assert [value for point in found.points for value in point] == pytest.approx([value for point in expected for value in point])
    assert found.top[0.2] == pytest.approx(0.6)
    assert found.top[0.5] == pytest.approx((60 + 30 + 0.5 * 10) / 100)
    assert (found.below_zero, found.below_zero_money, found.customers, found.revenue) == (1, -3.0, 5, 97.0)
    assert found.gini == pytest.approx(0.6)


def test_equal_customers_have_no_concentration(cursor) -> None:
    fill(cursor, [(f"c{at}", 1, 10.0) for at in range(1000)])
    found = concentration(cursor)
    assert len(found.points) == 201
    assert found.gini == pytest.approx(0, abs=1e-12)
    assert found.top == pytest.approx({share: share for share in found.top})


@pytest.mark.parametrize("customers", [3, 7, 40, 41, 49, 93])
def test_no_concentration_is_never_below_none(cursor, customers: int) -> None:
    fill(cursor, [(f"c{at}", 1, 99.90) for at in range(customers)])
    assert f"{concentration(cursor).gini:.2f}" == "0.00"


def test_no_purchases(cursor) -> None:
    for question in (concentration, default_cuts, abc_grades):
        with pytest.raises(NoData, match="no purchases yet"):
            question(cursor)
    assert risk_bands(cursor)["customers"].sum() == 0


def test_risk_bands(shop) -> None:
    bands = risk_bands(shop).set_index("band")["customers"].to_dict()
    assert bands == {"on_time": 2, "due": 0, "at_risk": 0, "lost": 1, "no_habit": 2}
    assert value_at_stake(shop) == (1, 80.0)
    assert at_risk_customers(shop)["customer"].tolist() == ["b"]
    assert value_at_stake(shop, rule=rfm_rule("new", Cuts((0, 30, 60, 70), (1, 2, 4, 11), (5, 8, 40, 80)))) == (0, 0.0)
    tighter = risk_bands(shop, RiskThresholds(1.0, 1.2, 8.0)).set_index("band")["customers"].to_dict()
    assert tighter == {"on_time": 1, "due": 0, "at_risk": 2, "lost": 0, "no_habit": 2}
    with pytest.raises(InvalidValue):
        RiskThresholds(3, 2, 1)
    rule = silence_rule("lost", RiskThresholds(purchase_days=3))
    assert rule_in_words(rule).in_("en").endswith("; a usual gap from 3 purchase days")
    assert "purchase days" not in rule_in_words(silence_rule("lost")).in_("en")


def test_value_at_stake_is_the_last_active_year(cursor) -> None:
    fill(cursor, [("a", 0, 1000.0), ("a", 500, 7.0), ("a", 510, 8.0), ("b", 3000, 1.0)])
    assert at_risk_customers(cursor)["value_at_stake"].tolist() == [15.0]


def test_lifecycle(cursor) -> None:
    rules = LifecycleRules(window_days=100)
    fill(cursor, [("young", 460, 2.0), ("end", 499, 1.0)])
    for name, values in {"rising": (2, 3, 5, 8), "steady": (8, 9, 8, 9, 8), "falling": (9, 9, 5, 2, 1)}.items():
        first = 5 - len(values)
        fill(cursor, [(name, (first + at) * 100 + day, value / 4) for at, value in enumerate(values) for day in (0, 25, 50, 75)])
    fill(cursor, [("silent", day, 5.0) for day in (0, 10, 20, 30)])
    found = lifecycle_customers(cursor, rules).set_index("customer")["stage"].to_dict()
    assert found == {
        "young": "exploration",
        "end": "exploration",
        "rising": "formation",
        "steady": "stability",
        "falling": "degradation",
        "silent": "degradation",
    }
    assert lifecycle_stages(cursor, rules)["customers"].sum() == 6
    with pytest.raises(InvalidValue):
        LifecycleRules(drop=1.5)


def test_nobody_grows_because_the_data_begin_inside_the_window_before(cursor) -> None:
    """Subscribers since the first day pay the same all along; only who clearly came later can be seen to grow."""
    rules = LifecycleRules(window_days=182)
    paid = [(f"k{at}", 30 * nth, 10.0) for at in range(5) for nth in range(12)]
    fill(cursor, [*paid, *(("later", day, 10.0) for day in range(130, 331, 10))])
    stages = lifecycle_customers(cursor, rules).set_index("customer")
    assert set(stages.loc[["k0", "k1", "k2", "k3", "k4"], "stage"]) == {"stability"}
    assert stages.loc["later", "stage"] == "formation"
    assert stages["growth_known"].to_dict() == {"k0": False, "k1": False, "k2": False, "k3": False, "k4": False, "later": True}
    assert "formation" not in set(lifecycle_customers(cursor, LifecycleRules(window_days=150))["stage"].iloc[:5])
    fill(cursor, [("first", -40, 10.0)])
    assert lifecycle_customers(cursor, rules)["growth_known"].all()


def test_abc_grades(cursor) -> None:
    fill(cursor, [("a", 1, 70.0), ("b", 1, 10.0), ("c", 1, 10.0), ("d", 1, 10.0), ("e", 1, 0.0)])
    grades = {grade.grade: grade for grade in abc_grades(cursor, (0.7, 0.95))}
    assert [grades[letter].customers for letter in "ABC"] == [1, 3, 1]
    assert (grades["A"].revenue, grades["A"].at_least, grades["B"].share_revenue) == (70.0, 70.0, pytest.approx(0.3))
    assert evaluate_rule(cursor, grades["B"].rule) == (3, 30.0)
    with pytest.raises(InvalidValue):
        abc_grades(cursor, (0.9, 0.5))


def test_value_per_year_does_not_blow_up_a_short_history(cursor) -> None:
    fill(cursor, [("old", 0, 200.0), ("new", 730, 200.0)])
    found = value_per_year(cursor, margin=0.5).set_index("customer")
    assert found.loc["new", "hv_per_year"] == 100.0
    assert found.loc["old", "hv_per_year"] == pytest.approx(100.0 * 365.25 / 731)
