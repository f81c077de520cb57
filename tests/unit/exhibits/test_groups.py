"""Exhibits on groups of customers: what their titles say is what the data say, in both languages, with nothing infinite."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator
from pathlib import Path

import pytest

from strategy.customers import LifecycleRules
from strategy.customers.clusters import clusters
from strategy.customers.concentration import whale
from strategy.customers.finding import find_segments, stage_segments
from strategy.errors import InvalidValue, NoData
from strategy.exhibits import present
from strategy.spine import adopt
from strategy.workbook import Imported, Workbook

IDS = (
    "cohort_retention", "movement", "rfm_grid", "abc_grades", "cluster_choice", "cluster_profiles", "segmentation_comparison",
)  # fmt: skip
DAY = dt.date(2024, 1, 1)


def _opened(path: Path) -> Workbook:
    """40 customers over a year, from one visit to one a week."""
    from strategy.customers import create_tables

    rows = [(f"c{n}", DAY + dt.timedelta(days=day), 5.0 + n) for n in range(40) for day in range(n % 9, 300 - 4 * n, 7 + 4 * n)]
    rows.append(("late", DAY + dt.timedelta(days=364), 9.0))

    def work(cursor):  # type: ignore[no-untyped-def]
        create_tables(cursor)
        cursor.executemany("INSERT INTO purchase (customer, day, amount) VALUES (?, ?, ?)", rows)
        quality = '{"rows_read": 1, "rows_kept": 1, "customers": 41, "orders": 1, "first_day": "2024-01-01", "last_day": "2024-12-30", "revenue": 1}'
        mapping = '{"customer": "id", "date": "date", "amount": "amount"}'
        cursor.execute("INSERT INTO dataset VALUES (1, 'f', 's', ?, '{}', ?, now()::TIMESTAMP, 'Ada')", [mapping, quality])
        return Imported({})

    made = Workbook.create(path, "Plan")
    made.record_import("Ada", work)
    return made


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workbook]:
    with _opened(tmp_path_factory.mktemp("groups") / "plan.duckdb") as made:
        yield made


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Workbook]:
    """A shop whose plan one test changes."""
    with _opened(tmp_path / "own.duckdb") as made:
        yield made


@pytest.mark.parametrize("exhibit", IDS)
def test_an_exhibit_is_whole_in_both_languages(shop: Workbook, exhibit: str) -> None:
    shown = present(exhibit, shop.snapshot(), shop.cursor)
    english, chinese = ([shown.title.in_(language), *(line.in_(language) for line in shown.reading)] for language in ("en", "zh"))
    assert all(first != second for first, second in zip(english, chinese, strict=True))
    assert "{" not in "".join(english + chinese)
    assert all(math.isfinite(value) for value in shown.figures.values())
    assert len(shown.table("zh")) == len(shown.frame) > 0
    for language in ("en", "zh"):
        figure = shown.draw(language)
        assert figure.data
        assert figure.layout.height >= 300


def test_without_purchases_each_says_what_would_fill_it(workbook: Workbook) -> None:
    for exhibit in (*IDS, "whale_curve"):
        with pytest.raises(NoData) as empty:
            present(exhibit, workbook.snapshot(), workbook.cursor)
        assert empty.value.fix


def test_movement_as_matrix_and_between_segments(shop: Workbook) -> None:
    shown = present("movement", shop.snapshot(), shop.cursor, {"by": "rfm", "chart": "matrix", "days": 90})
    assert shown.frame["customers"].sum() == 41
    assert shown.draw("zh").data[0].type == "heatmap"
    far = present("movement", shop.snapshot(), shop.cursor, {"days": 3000})
    assert far.frame["customers"].sum() == 41  # as far back as the data reach


def test_the_largest_move_is_not_called_most_of_them_and_its_base_is_said(shop: Workbook) -> None:
    shown = present("movement", shop.snapshot(), shop.cursor, {"by": "rfm", "days": 200})
    moved = shown.frame[(shown.frame["before"] != "not_yet") & (shown.frame["before"] != shown.frame["after"])]["customers"]
    assert moved.max() < moved.sum() / 2  # else this would test nothing
    assert "most of" not in shown.title.in_("en")
    assert f"({moved.max()})" in shown.title.in_("en")
    assert "of 40 customers who had bought by the earlier day; 1 came later" in " ".join(line.in_("en") for line in shown.reading)


def test_weeks_draw_no_more_than_a_screen_can_show(shop: Workbook) -> None:
    shown = present("cohort_retention", shop.snapshot(), shop.cursor, {"period": "week", "measure": "revenue"})
    drawn = shown.draw("en").data[0].z
    assert drawn.size <= 1000
    assert "bring" in shown.title.in_("en")


def test_a_comparison_needs_two(shop: Workbook) -> None:
    with pytest.raises(InvalidValue, match="itself"):
        present("segmentation_comparison", shop.snapshot(), shop.cursor, {"first": "rfm", "second": "rfm"})
    with pytest.raises(NoData, match="attributes"):
        present("segmentation_comparison", shop.snapshot(), shop.cursor, {"first": "attribute"})
    with pytest.raises(InvalidValue, match="above grade A"):
        present("abc_grades", shop.snapshot(), shop.cursor, {"first": 90, "second": 80})


def test_adopted_segments_are_called_by_their_names_and_overlap_is_noticed(shop: Workbook) -> None:
    rules = [{"segment": "big", "title": "Big spenders", "all": [{"column": "revenue", "from": 120}]}]
    adopt(shop, find_segments(shop.cursor(), "attribute", rules=rules), "Ada", "en")
    shown = present("segmentation_comparison", shop.snapshot(), shop.cursor, {"first": "attribute", "second": "grade"})
    assert "Big spenders" in shown.table("en").iloc[:, 0].tolist()
    assert shown.frame["customers"].sum() == 41
    again = [{"segment": "huge", "title": "Huge", "all": [{"column": "revenue", "from": 160}]}]
    adopt(shop, find_segments(shop.cursor(), "attribute", rules=again)[:1], "Ada", "en")
    with pytest.raises(InvalidValue, match="more than one"):
        present("segmentation_comparison", shop.snapshot(), shop.cursor, {"first": "attribute", "second": "grade"})


def test_clusters_of_two_runs_keep_their_own_names(own: Workbook) -> None:
    """The clusters of both runs are numbered alike; a name of the one must not stand for customers of the other."""
    first = clusters(own.cursor(), ("recency_days", "purchase_days"), 3)
    second = clusters(own.cursor(), ("revenue", "tenure_days"), 3)
    adopt(own, first.clusters, "Ada", "en")
    adopt(own, second.clusters, "Ada", "en")
    shown = present("segmentation_comparison", own.snapshot(), own.cursor, {"first": "cluster", "second": "grade"})
    found = shown.frame.assign(name=[name.in_("en") for name in shown.frame["name_first"]]).groupby("name")["customers"].sum()
    assert dict(found) == {cluster.name.in_("en"): cluster.customers for cluster in first.clusters}
    assert "Clusters of 2 runs are in the plan" in shown.reading[1].in_("en")


def test_customers_divided_twice_count_once(own: Workbook) -> None:
    """Stages and grades hold the same customers: their revenue is no sum, and their shares are within the kind."""
    adopt(own, find_segments(own.cursor(), "stage"), "Ada", "en")
    money = sum(row["revenue"] for row in own.snapshot().rows("segment"))
    alone = present("value_treemap", own.snapshot(), own.cursor)
    assert "kind" not in alone.frame
    adopt(own, find_segments(own.cursor(), "grade"), "Ada", "en")
    snapshot = own.snapshot()
    shown = present("value_treemap", snapshot, own.cursor)
    assert shown.title.values["total"].value == pytest.approx(money)
    for part in (shown.frame, alone.frame):
        assert part["share"].sum() == pytest.approx(2 if part is shown.frame else 1)
    assert list(shown.table("en").groupby("Kind")["Share of revenue"].sum().round(9)) == [1.0, 1.0]
    areas = shown.draw("zh").data[0]
    assert list(areas.labels[:2]) == ["关系阶段", "按销售额占比分级"]
    assert set(areas.parents[2:]) == set(areas.ids[:2])
    portfolio = present("portfolio", snapshot)
    assert portfolio.frame["value_share"].sum() == pytest.approx(2)
    for exhibit in (shown, portfolio):
        assert any("more than one way" in line.in_("en") for line in exhibit.reading)


def test_movement_judges_by_the_thresholds_of_the_plan(own: Workbook) -> None:
    assert not any("adopted" in line.in_("en") for line in present("movement", own.snapshot(), own.cursor).reading)
    adopt(own, stage_segments(own.cursor(), LifecycleRules(window_days=60, silence=1.2)), "Ada", "en")
    snapshot = own.snapshot()
    plan = {row["rule"]["stage"]: row["customers"] for row in snapshot.rows("segment")}
    moved = present("movement", snapshot, own.cursor)
    assert dict(moved.frame.groupby("after")["customers"].sum()) == plan
    assert any("thresholds with which they were adopted" in line.in_("en") for line in moved.reading)
    stages = present("lifecycle", snapshot, own.cursor)
    assert any("adopted with other thresholds" in line.in_("en") for line in stages.reading)
    assert "of the revenue of the last 182 days" in stages.title.in_("en")


def test_a_list_cut_short_says_so(own: Workbook, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("strategy.exhibits.customer_stages.LISTED", 3)
    shown = present("at_risk", own.snapshot(), own.cursor)
    assert len(shown.frame) == 3 < shown.figures["at_risk.customers"] + shown.figures["lost.customers"]
    assert "The table lists the 3 with most at stake." in [line.in_("en") for line in shown.reading]


def test_one_gap_is_a_habit_only_where_two_purchase_days_are_enough(own: Workbook) -> None:
    """Two purchases a day apart make everybody look overdue a week later."""
    plain, stricter = (present("at_risk", own.snapshot(), own.cursor, {"purchase_days": days}) for days in (2, 4))
    days = (
        own.cursor()
        .execute(
            "SELECT count(*) FILTER (n < 2), count(*) FILTER (n < 4) FROM (SELECT count(DISTINCT day) AS n FROM purchase GROUP BY customer)"
        )
        .fetchone()
    )
    assert days is not None
    assert f"{days[0]} customers bought on fewer than 2 days" in " ".join(line.in_("en") for line in plain.reading)
    assert f"{days[1]} customers bought on fewer than 4 days" in " ".join(line.in_("en") for line in stricter.reading)
    assert days[0] < days[1]


@pytest.mark.parametrize("value", ["nan", "inf", "80.5", "eighty"])
def test_a_setting_is_a_number_of_its_kind_or_refused(shop: Workbook, value: str) -> None:
    with pytest.raises(InvalidValue, match="is not a"):
        present("abc_grades", shop.snapshot(), shop.cursor, {"first": value})
    assert present("abc_grades", shop.snapshot(), shop.cursor, {"first": "80.0"}).settings["first"] == 80


def test_whale_curve_by_hand(shop: Workbook) -> None:
    import duckdb

    from strategy.customers import create_tables

    cursor = duckdb.connect(":memory:")
    create_tables(cursor)
    with pytest.raises(NoData, match="margin"):
        whale(cursor)
    rows = [("a", 60.0), ("b", 40.0), ("b", 20.0), ("c", -20.0), ("d", None)]
    cursor.executemany("INSERT INTO purchase (customer, day, amount, margin) VALUES (?, '2024-01-01', 1, ?)", rows)
    found = whale(cursor)
    assert (found.customers, found.losing, found.lost, found.profit, found.without) == (3, 1, -20.0, 100.0, pytest.approx(0.2))
    assert found.peak == pytest.approx(1.2)
    assert found.peak_at == pytest.approx(2 / 3)
    assert found.points == ((0.0, 0.0), pytest.approx((1 / 3, 0.6)), pytest.approx((2 / 3, 1.2)), pytest.approx((1.0, 1.0)))


def test_customers_nothing_tells_apart_leave_the_exhibit_empty_in_words(workbook: Workbook) -> None:
    from strategy.customers import create_tables

    def work(cursor):  # type: ignore[no-untyped-def]
        create_tables(cursor)
        cursor.executemany(
            "INSERT INTO purchase (customer, day, amount) VALUES (?, ?, ?)",
            [("one", DAY, 10.0), ("one", DAY + dt.timedelta(31), 12.5)],
        )
        quality = '{"rows_read": 2, "rows_kept": 2, "customers": 1, "orders": 2, "first_day": "2024-01-01", "last_day": "2024-02-01", "revenue": 22.5}'
        mapping = '{"customer": "id", "date": "date", "amount": "amount"}'
        cursor.execute("INSERT INTO dataset VALUES (1, 'f', 's', ?, '{}', ?, now()::TIMESTAMP, 'Ada')", [mapping, quality])
        return Imported({})

    workbook.record_import("Ada", work)
    for exhibit_id in ("cluster_choice", "cluster_profiles"):
        with pytest.raises(NoData) as raised:
            present(exhibit_id, workbook.snapshot(), workbook.cursor)
        assert "“Days since last purchase” is the same for every customer" in raised.value.in_("en")
        assert "recency_days" not in raised.value.in_("zh")


@pytest.mark.parametrize(
    ("exhibit", "gap", "in_chinese"),
    [("at_risk", "the mean of the days", "平均值"), ("lifecycle", "the median of the days", "中位数")],
)
def test_it_is_said_which_gap_is_the_usual_one(shop: Workbook, exhibit: str, gap: str, in_chinese: str) -> None:
    reading = present(exhibit, shop.snapshot(), shop.cursor).reading
    assert [line.in_("en") for line in reading if "Usual gap here" in line.in_("en") and gap in line.in_("en")]
    assert [line.in_("zh") for line in reading if "平常间隔" in line.in_("zh") and in_chinese in line.in_("zh")]


def test_one_cluster_is_no_grouping_and_said_to_be_none(shop: Workbook) -> None:
    asked, suggested = (present("cluster_profiles", shop.snapshot(), shop.cursor, {"k": k}) for k in (1, 0))
    assert any(f"shown is the number suggested, {len(asked.frame)}" in line.in_("en") for line in asked.reading)
    assert not any("One cluster" in line.in_("en") for line in suggested.reading)


def test_means_of_a_cluster_have_no_more_decimals_than_anybody_reads(shop: Workbook) -> None:
    fields = present("cluster_profiles", shop.snapshot(), shop.cursor).draw("en").data[0]
    for text in (text for row in fields.text for text in row):
        whole, _, decimals = text.strip("−-").partition(".")
        assert not decimals or len(whole) + len(decimals) == 3, text
