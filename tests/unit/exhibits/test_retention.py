"""The exhibits of step 6."""

from pathlib import Path

import pytest
from operational_rows import RETENTION, drawn, show, workbook_with

from strategy.errors import NoData
from strategy.exhibits.retention import lifecycle_exhibit


def test_pyramid_shows_concentration(tmp_path: Path) -> None:
    shown = show(tmp_path, "grade_pyramid", RETENTION)
    assert shown.title.in_("en") == "Grade A has 3% of the customers and brings 38% of the margin"
    assert "A级客户" in shown.title.in_("zh")
    assert shown.frame["grade"].tolist() == ["a", "b", "c"]
    assert (shown.figures["a.margin"], shown.figures["c.contacts"]) == (10_000, 900)
    customers = drawn(shown)[0]
    assert customers.x == (25, 75, 900)
    assert customers.error_x.array == (10, None, None)


def test_pyramid_says_where_contact_costs_more_than_it_brings(tmp_path: Path) -> None:
    shown = show(tmp_path, "grade_pyramid", RETENTION, {("grade", "c"): {"contact_cost": 11}})
    assert shown.title.in_("en") == "Contact costs more than it brings in grade C"


def test_pyramid_without_margin(tmp_path: Path) -> None:
    shown = show(tmp_path, "grade_pyramid", {("grade", "x"): {"name": "X", "customers": 4}, ("grade", "y"): {"name": "Y"}})
    assert "100% of the customers are in grade X" in shown.title.in_("en")
    assert drawn(shown)


def test_lifecycle_names_the_silent_stages(tmp_path: Path) -> None:
    shown = show(tmp_path, "lifecycle", RETENTION)
    assert shown.title.in_("en") == "Every stage has a task, but no touchpoint reaches exploration and degradation"
    assert "考察期和退化期" in shown.title.in_("zh")
    assert shown.figures["stability.contacts_per_customer_year"] == 24
    assert drawn(shown)[0].x == (0, 1, 24, 0)


def test_lifecycle_with_customers_per_stage(tmp_path: Path) -> None:
    with workbook_with(tmp_path, RETENTION) as workbook:
        shown = lifecycle_exhibit(workbook.snapshot(), {"exploration": 10, "stability": 30})
    assert shown.title.in_("en") == "75% of the customers are in stability"
    assert shown.figures["stability.customers"] == 30
    assert drawn(shown)[0].y[2] == "Stability (30)"


def test_calendar_spreads_contacts_over_the_year(tmp_path: Path) -> None:
    shown = show(tmp_path, "contact_calendar", RETENTION)
    assert shown.title.in_("en") == "Grade A: 24 contacts per customer a year; the whole plan costs ¥600"
    assert "24次" in shown.title.in_("zh")
    assert shown.figures == {"a.contacts_per_customer_year": 24, "b.contacts_per_customer_year": 1, "cost_year": 600}
    assert any("No contact is planned for C" in part.in_("en") for part in shown.reading)
    months = drawn(shown)[0].z
    assert (months[0][5], months[1][0], months[1][1]) == (2, 1, None)


def test_contacts_that_do_not_come_out_even_are_read_in_tenths(tmp_path: Path) -> None:
    rows = RETENTION | {("touchpoint", "call"): RETENTION["touchpoint", "call"] | {"times_a_year": 38, "months": None}}
    written = {text for row in drawn(show(tmp_path, "contact_calendar", rows))[0].text for text in row}
    assert "3.2" in written
    assert all(len(text.partition(".")[2]) <= 1 for text in written)
    rare = {("touchpoint", "call"): RETENTION["touchpoint", "call"] | {"times_a_year": 0.5, "months": None}}
    fields = drawn(show(tmp_path / "rare", "contact_calendar", RETENTION | rare))[0].text
    assert "<0.1" in {text for row in fields for text in row}, "few contacts are not none"


def test_satisfaction_is_not_loyalty(tmp_path: Path) -> None:
    shown = show(tmp_path, "satisfaction_loyalty", RETENTION)
    assert shown.title.in_("en") == "Regulars, grade A: 78% are satisfied, 55% of them bought again"
    assert "其中55%再次购买" in shown.title.in_("zh")
    assert shown.figures == {"sr.score_points": 78, "sr.repurchase_pct": 55, "sd.score_points": 60}
    low, high = shown.frame.loc[0, "score_low"], shown.frame.loc[0, "score_high"]
    assert 60 < low < 78 < high < 90
    result = next(trace for trace in drawn(shown) if trace.name == "Satisfied")
    assert result.x == (78, 60)
    assert result.error_x.array == (pytest.approx(high - 78), None)


def test_net_promoter_score_at_its_widest(tmp_path: Path) -> None:
    shown = show(tmp_path, "satisfaction_loyalty", RETENTION, measure="nps")
    assert shown.title.in_("en") == "Regulars: net promoter score 5"
    assert "净推荐值5" in shown.title.in_("zh")
    assert shown.frame.loc[0, "score_low"] == pytest.approx(-14.39, abs=0.01)
    assert drawn(shown)


def test_relationship_quality_keeps_the_spread(tmp_path: Path) -> None:
    shown = show(tmp_path, "relationship_quality", RETENTION)
    assert shown.title.in_("en") == "Trust is weakest with suppliers: 3.5 of 9"
    assert "供应商" in shown.title.in_("zh")
    assert shown.figures["trust.suppliers"] == 3.5
    suppliers = next(trace for trace in drawn(shown) if trace.name == "Suppliers")
    assert suppliers.error_x.array[-1] == 1.5
    assert any("2 to 5" in part.in_("en") for part in shown.reading)


def test_loyalty_matrix_finds_habit_without_liking(tmp_path: Path) -> None:
    shown = show(tmp_path, "loyalty_matrix", RETENTION)
    assert shown.title.in_("en") == "Riders: buying out of habit, not from liking; the loyalty is spurious"
    assert "虚假忠诚" in shown.title.in_("zh")
    assert shown.figures["regulars.attitude"] == 8
    assert [(trace.x[0], trace.y[0]) for trace in drawn(shown)[:2]] == [(7, 8), (6, 3)]


@pytest.mark.parametrize(
    "exhibit_id",
    ["grade_pyramid", "lifecycle", "contact_calendar", "satisfaction_loyalty", "relationship_quality", "loyalty_matrix"],
)
def test_nothing_to_show(tmp_path: Path, exhibit_id: str) -> None:
    with pytest.raises(NoData) as error:
        show(tmp_path, exhibit_id)
    assert error.value.fix
    assert error.value.in_("zh") != error.value.in_("en")


def test_a_share_of_the_satisfied_below_zero_is_left_out(tmp_path: Path) -> None:
    """The column goes down to -100 for net promoter scores."""
    wrong = {("satisfaction", "sx"): {"segment": "riders", "measure": "csat", "score": -5, "respondents": 100}}
    shown = show(tmp_path, "satisfaction_loyalty", RETENTION, wrong, measure="csat")
    assert "sx.score_points" not in shown.figures
    assert any("cannot be below 0: Riders" in part.in_("en") for part in shown.reading)
