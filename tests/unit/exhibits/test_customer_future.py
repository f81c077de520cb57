"""What customers are expected to buy, and when the exhibits say not to believe it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import pytest

from strategy.customers import Mapping, understand
from strategy.errors import InvalidValue, NoData
from strategy.exhibits import Exhibit, figure_of, present
from strategy.spine import import_customers
from strategy.workbook import Put, Workbook

START = dt.date(2010, 1, 1)
Purchase = tuple[str, int, float]
Show = Callable[..., Exhibit]


def steady_shop(customers: int = 400, days: int = 540, leaving: float = 0.15) -> list[Purchase]:
    """Customers who come at rates of their own and may leave after any purchase."""
    random = np.random.default_rng(11)
    rows = []
    for at in range(customers):
        day, rate, spend = float(random.integers(0, 200)), random.gamma(1, 1 / 40), random.gamma(6, 5)
        leaves = random.beta(0.8, 0.8 / leaving - 0.8) if leaving else 0.0
        while day < days:
            rows.append((f"c{at}", int(day), round(spend * random.gamma(8, 1 / 8), 2)))
            day += random.exponential(1 / rate)
            if len(rows) > 1 and rows[-2][0] == rows[-1][0] and random.random() < leaves:
                break
    return [*rows, ("last", days, 10.0)]


@pytest.fixture
def show(workbook: Workbook, tmp_path: Path) -> Show:
    """Import purchases and show an exhibit of them: ``show("model_fit", rows, unit="day")``. Without rows: of those imported before."""

    def run(exhibit: str, rows: Iterable[Purchase] | None = None, **settings: object) -> Exhibit:
        if rows is not None:
            file = tmp_path / "sales.csv"
            lines = (f"{who},{START + dt.timedelta(days=day)},{amount}" for who, day, amount in rows)
            file.write_text("\n".join(["id,date,amount", *lines]), encoding="utf-8")
            import_customers(workbook, understand(file, None, Mapping(customer="id", date="date", amount="amount")), "Ada")
        return present(exhibit, workbook.snapshot(), workbook.cursor, settings)

    return run


def said(shown: Exhibit) -> str:
    return " ".join(line.in_("en") for line in shown.reading)


EXHIBITS = ("expected_purchases", "model_fit", "model_tracking", "alive_or_silent", "retention_curve")


def test_every_exhibit_in_both_languages_and_units(show: Show, workbook: Workbook) -> None:
    show("model_fit", steady_shop())
    for name in EXHIBITS:
        for unit in ("day", "week"):
            shown = show(name, unit=unit)
            for language in ("en", "zh"):
                figure = figure_of(shown, workbook.snapshot(), language)
                assert sum(len(trace.x) for trace in figure.data) <= 1500
                assert shown.alt.in_(language)
                assert shown.table(language).shape[0] == len(shown.frame)
            assert shown.title.in_("en") != shown.title.in_("zh")
            assert all(np.isfinite(value) for value in shown.figures.values()), name


def test_groups_add_up_to_everybody(show: Show) -> None:
    segments = show("expected_purchases", steady_shop())
    grades = show("expected_purchases", by="grade")
    for shown in (segments, grades):
        assert shown.frame["expected_purchases"].sum() == pytest.approx(shown.figures["expected_purchases"], abs=0.01)
        assert shown.frame["share"].sum() == pytest.approx(1)
    assert segments.figures["expected_value"] == pytest.approx(grades.figures["expected_value"], rel=1e-6)
    assert segments.frame["customers"].sum() == grades.frame["customers"].sum() == 401
    longer = show("expected_purchases", horizon_days=365)
    assert longer.figures["expected_purchases"] > 1.3 * segments.figures["expected_purchases"]
    assert "365 days (52.1 weeks)" in longer.title.in_("en")
    assert "365天（52.1周）" in longer.title.in_("zh")


def test_the_unit_changes_alpha_alone(show: Show) -> None:
    weeks, days = show("model_fit", steady_shop()), show("model_fit", unit="day")
    assert days.figures["alpha"] == pytest.approx(7 * weeks.figures["alpha"], rel=1e-3)
    assert [days.figures[name] for name in "rab"] == [weeks.figures[name] for name in "rab"]
    assert "(weeks)" in said(weeks)
    assert "(days)" in said(days)


def test_a_steady_shop_is_described_and_followed(show: Show) -> None:
    fit = show("model_fit", steady_shop())
    assert fit.figures["misplaced"] < 0.1
    assert fit.frame["actual"].sum() == pytest.approx(fit.frame["expected"].sum(), abs=0.5)
    tracked = show("model_tracking")
    assert tracked.figures["expected"] == pytest.approx(tracked.figures["actual"], rel=0.15)
    assert tracked.frame["expected"].is_monotonic_increasing
    assert "Do not plan" not in said(tracked)


def test_a_shop_that_falls_away_after_the_fit_is_no_base_for_plans(show: Show) -> None:
    rows = [row for row in steady_shop() if row[1] < 280 or row[1] % 6 == 0]
    tracked = show("model_tracking", rows)
    assert "too many purchases" in tracked.title.in_("en")
    assert "Do not plan on this model" in said(tracked)


def test_silence_leads_and_one_time_buyers_are_named(show: Show) -> None:
    shown = show("alive_or_silent", steady_shop())
    assert "silent for over 3 times their usual gap" in shown.title.in_("en")
    assert shown.figures["silent"] > 100
    assert shown.frame["customers"].sum() == shown.figures["returning"]
    assert shown.frame["alive"].iloc[0] > shown.frame["alive"].iloc[-1]
    assert "bought once" in said(shown)


def test_where_nobody_leaves_the_chance_is_not_to_be_believed(show: Show) -> None:
    shown = show("alive_or_silent", steady_shop(leaving=0.0))
    assert "Do not believe the chance of still being active" in said(shown)
    assert "Act on the silence alone" in said(shown)
    assert "Do not believe" in said(show("expected_purchases"))


def test_ten_years_of_silence_are_pointed_out(show: Show) -> None:
    rows = [*steady_shop(), ("last", 540 + 3652, 5.0)]
    shown = show("expected_purchases", rows)
    assert "Nobody bought anything for 3,652 days" in said(shown)
    assert np.isfinite(shown.frame["expected_value"]).all()
    assert "for 3,652 days" in said(show("alive_or_silent"))


def test_everybody_bought_once(show: Show) -> None:
    with pytest.raises(NoData, match="second day: none; a model needs"):
        show("expected_purchases", [(f"c{at}", at, 10.0) for at in range(200)])
    for name in ("model_fit", "alive_or_silent", "model_tracking"):
        with pytest.raises(NoData):
            show(name)
    curve = show("retention_curve", silent_days=30)
    assert curve.figures["never_back"] > 0.99


def test_a_single_customer_with_ten_thousand_purchases(show: Show) -> None:
    with pytest.raises(NoData, match="second day: 1; a model needs"):
        show("model_fit", [("c", day, 1.0) for day in range(10_000)])
    mixed = show("expected_purchases", [*steady_shop(customers=100), *(("c", day // 20, 1.0) for day in range(10_000))])
    assert "One customer alone has" in said(mixed)


def test_worthless_purchases_have_no_value(show: Show) -> None:
    shown = show("expected_purchases", [(who, day, 0.0) for who, day, _ in steady_shop()] + [("rich", 1, 5.0)])
    assert "brought no money" in said(shown)
    assert shown.figures["expected_value"] == 0
    assert "purchases expected" in shown.title.in_("en")


def subscribers(customers: int = 60, payments: int = 12) -> list[Purchase]:
    """Everybody pays 10 every 30 days, from the first day to the last."""
    return [(f"k{at}", 30 * nth + at % 2, 10.0) for at in range(customers) for nth in range(payments)]


def test_nothing_is_said_of_one_time_buyers_where_there_are_none(show: Show) -> None:
    assert "bought once" not in said(show("expected_purchases", subscribers()))


def test_where_every_purchase_costs_the_same_that_is_what_the_next_one_brings(show: Show) -> None:
    shown = show("expected_purchases", subscribers())
    assert shown.figures["expected_value"] == pytest.approx(10 * shown.figures["expected_purchases"], abs=0.1)
    assert "Every repeat purchase costs the same, so the mean of 10" in said(shown)
    assert "differs so much" not in said(shown)
    assert show("customer_value").figures["still_to_earn"] > 0


def test_what_is_said_of_spend_is_true_of_the_shop(show: Show) -> None:
    random = np.random.default_rng(3)
    days = sorted({(who, day) for who, day, _ in steady_shop()})
    two_prices = [(who, day, 12.0 if int(who[1:]) % 9 == 0 else 10.0) for who, day in days if who != "last"]
    own_mean = said(show("expected_purchases", two_prices))
    assert "each customer pays the same every time" in own_mean
    assert "differs so much" not in own_mean
    alike = said(show("expected_purchases", [(who, day, float(random.integers(30, 70))) for who, day in days]))
    assert "Customers hardly differ in what a purchase of theirs costs" in alike
    assert "differs so much" not in alike


def test_retention_follows_the_rule(show: Show) -> None:
    long, short = show("retention_curve", steady_shop(), silent_days=180), show("retention_curve", silent_days=30)
    assert short.figures["left"] > long.figures["left"]
    assert "more than 30 days" in said(short)
    assert "a rule, not an observation" in said(short)
    counted = long.frame["survival"].dropna()
    assert counted.is_monotonic_decreasing
    with pytest.raises(NoData, match="Customers whose leaving could show"):
        show("retention_curve", silent_days=1800)


def test_the_bars_of_the_fit_are_where_the_customers_are(show: Show) -> None:
    random = np.random.default_rng(5)
    daily = [(f"c{at}", day, 5.0) for at in range(60) for day in {*np.flatnonzero(random.random(300) < 0.3).tolist(), at % 3}]
    fit = show("model_fit", daily)
    assert fit.frame["actual"].sum() == 60
    assert fit.frame["actual"].iloc[-1] <= 6
    assert (fit.frame["actual"] > 0).sum() >= 4
    assert fit.figures["misplaced"] > 0
    assert fit.frame["expected"].sum() == pytest.approx(60, abs=0.5)
    paid = show("model_fit", subscribers())
    assert paid.frame["actual"].iloc[-1] == 0
    assert paid.figures["misplaced"] > 0.8
    assert "Do not rely on the model" in paid.title.in_("en")


def test_where_nobody_left_the_time_watched_is_said(show: Show) -> None:
    curve = show("retention_curve", subscribers(), silent_days=60)
    assert curve.figures["left"] == 0
    assert curve.title.in_("en") == "Nobody has left in the 271 days (38.7 weeks) watched"
    assert curve.frame["days"].max() == 271


def test_growth_is_not_judged_before_the_data_reach_back(show: Show) -> None:
    shown = show("lifecycle", subscribers())
    assert shown.figures["formation.customers"] == 0
    assert "too late to know the 182 days before the last 182" in said(shown)
    assert "With windows of at most 166 days" in said(shown)
    assert "too late to know" in said(show("movement", by="stage", days=30))
    assert "too late" not in said(show("lifecycle", window_days=166))


def test_who_was_watched_for_no_day_shows_nothing_of_staying(show: Show) -> None:
    """Everybody came on the first day, and the data end just as long after it as the silence that counts as leaving."""
    rows = [(f"c{at}", day, 10.0) for at in range(40) for day in (0, 90, 180)]
    with pytest.raises(NoData, match="after 180 days of silence: none;"):
        show("retention_curve", rows, silent_days=180)
    assert "Nobody has left in the 30 days" in show("retention_curve", rows, silent_days=150).title.in_("en")


def test_nothing_expected_and_nothing_bought_is_no_change(show: Show) -> None:
    gone = [(f"c{at}", 2 * nth + at % 5, 10.0) for at in range(40) for nth in range(2)]
    tracked = show("model_tracking", [*gone, ("late", 250, 10.0)])
    assert round(tracked.figures["expected"]) == tracked.figures["actual"] == 0
    assert "Do not plan" not in said(tracked)
    assert "as the model expected" in tracked.title.in_("en")


def test_a_handful_of_customers_has_no_number_of_clusters(show: Show) -> None:
    three = show(
        "cluster_choice", [("a", 0, 20.0), ("b", 30, 15.0), ("c", 0, 30.0), ("b", 150, 5.0), ("c", 100, 2.0), ("c", 120, 2.0)]
    )
    assert three.title.in_("en") == "3 customers are too few to tell how many clusters there are"
    assert "nothing to choose" in said(three)


def test_too_short_a_period_and_wrong_settings(show: Show) -> None:
    with pytest.raises(NoData, match="too short to fit on one part"):
        show("model_tracking", [(who, day // 8, amount) for who, day, amount in steady_shop()])
    with pytest.raises(InvalidValue, match="out of range"):
        show("model_tracking", calibration_pct=99)
    with pytest.raises(InvalidValue, match="not one of the choices"):
        show("model_fit", unit="month")


def test_without_data_it_says_what_would_fill_it(show: Show) -> None:
    for name in EXHIBITS:
        with pytest.raises(NoData, match="no purchases in this workbook"):
            show(name)


def test_new_data_are_fitted_anew(show: Show) -> None:
    first = show("model_fit", steady_shop(), unit="day").figures
    assert show("model_fit", steady_shop(customers=250), unit="day").figures != first


def test_the_stored_chance_of_being_active_is_of_those_who_came_back(show: Show) -> None:
    """One-time buyers count as active by construction: with many of them a mean over everybody would say nothing."""
    rows = steady_shop()
    before = show("alive_or_silent", rows).figures["p_alive"]
    frame = show("alive_or_silent").frame.dropna(subset=["alive"])
    low, high = frame["alive_low"].min(), frame["alive_high"].max()
    assert low <= before <= high < 1
    once = [(f"once{at}", at % 500, 20.0) for at in range(2_000)]
    shown = show("alive_or_silent", [*rows, *once])
    spread = shown.frame.dropna(subset=["alive"])
    assert shown.figures["p_alive"] <= (spread["alive_high"] * spread["customers"]).sum() / spread["customers"].sum()


def test_movement_says_how_far_back_it_looks_when_the_data_are_shorter(show: Show) -> None:
    rows = [(f"c{at % 50}", at, 10.0) for at in range(60)]
    assert "400 days were asked for; the data reach back 59." in said(show("movement", rows, days=400))
    assert "asked for" not in said(show("movement", days=30))


@pytest.mark.parametrize(
    ("currency", "title"), [(None, "Value at stake a year (plan currency)"), ("EUR", "Value at stake a year (EUR)")]
)
def test_an_axis_of_money_says_which_money(show: Show, workbook: Workbook, currency: str | None, title: str) -> None:
    shown = show("at_risk", steady_shop())
    if currency:
        workbook.commit([Put("plan_frame", "plan", {"currency": currency})], "Ada")
        shown = show("at_risk")
    assert figure_of(shown, workbook.snapshot(), "en").layout.xaxis.title.text == title


def test_where_nobody_is_silent_nothing_is_said_of_the_silent_ones(show: Show) -> None:
    steady = [(f"c{who}", day, 10.0 + who) for who in range(40) for day in range(0, 360, 30)]
    shown = show("alive_or_silent", steady)
    assert shown.title.in_("en").startswith("0 of 40 returning customers")
    assert not [said for said in shown.reading if "silent ones" in said.in_("en")]
    shown = show("alive_or_silent", [*steady, ("late", 3600, 1.0)])
    assert [said for said in shown.reading if "of the silent ones a better than even chance" in said.in_("en")]


def test_silence_is_not_judged_where_nobody_came_back(show: Show) -> None:
    """The title would read as if nobody had gone."""
    title = show("at_risk", [(f"c{who}", who, 5.0) for who in range(60)]).title
    assert title.in_("en") == "Nobody bought on 2 days or more, so nobody's silence can be told from a habit"
    assert "沉默" in title.in_("zh")
    rows = [(f"c{who}", day, 5.0) for who in range(3) for day in (0, 10, 20)]
    assert show("at_risk", rows).title.in_("en") == "0 returning customers have gone silent, with 0 a year at stake"


def test_a_single_group_is_compared_with_nothing(show: Show) -> None:
    """All are in exploration, and agreement with segments by recency is 0 or 1 whatever these are: that is no finding."""
    rows = [(f"c{who}", who, 5.0 + who) for who in range(60)]
    shown = show("segmentation_comparison", rows)
    assert shown.title.in_("en") == "Nothing to compare: one group holds everybody (Stages of the relationship)"
    assert show("segmentation_comparison", first="stage", second="silence").title.in_("en") == (
        "Nothing to compare: one group holds everybody (Stages of the relationship and Bands of silence)"
    )
    assert "各说各的" not in shown.title.in_("zh")
    assert "adjusted Rand" in show("segmentation_comparison", first="rfm", second="grade").title.in_("en")
