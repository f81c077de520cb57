"""The exhibits of step 5."""

from pathlib import Path
from typing import Any

import pytest
from operational_rows import ACQUISITION, drawn, show

from strategy.errors import InvalidValue, NoData, UnknownName
from strategy.exhibits import Exhibit
from strategy.exhibits.ranges import axis_marks


def figure_of_axis(exhibit: Exhibit, name: str) -> Any:
    return exhibit.draw("en").layout[name]


def test_matrix_names_what_to_win_in_stages(tmp_path: Path) -> None:
    shown = show(tmp_path, "acquisition_matrix", ACQUISITION)
    assert shown.title.in_("en") == "Property companies (Visits): high value at high cost, to be won in stages"
    assert "分期开发" in shown.title.in_("zh")
    cells = dict(zip(shown.frame["acquisition"], shown.frame["cell"], strict=True))
    assert cells == {"cards": "compete", "visits": "staged", "shouting": "opportunistic"}
    assert any("departs from the cell's advice: Property companies (Visits)" in part.in_("en") for part in shown.reading)
    assert shown.figures["cards.cost"] == 8
    points = {trace.customdata[0]: (trace.x[0], trace.y[0]) for trace in drawn(shown)}
    assert points == {"cards": (8, 60), "visits": (3000, 12000), "shouting": (1, 5)}


def test_figures_far_apart_stand_on_an_axis_whose_marks_are_written_in_full(tmp_path: Path) -> None:
    axis = figure_of_axis(show(tmp_path, "acquisition_matrix", ACQUISITION), "xaxis")
    assert axis.type == "log"
    assert tuple(axis.ticktext) == ("1", "10", "100", "1,000")
    assert tuple(axis.tickvals) == (1, 10, 100, 1000)


def test_marks_below_one_keep_their_decimals() -> None:
    assert axis_marks("log", [-2.3, 0.4], "en")["ticktext"] == ["0.01", "0.1", "1"]
    assert axis_marks("linear", [0.0, 9.0], "en") == {}


def test_matrix_takes_lines_set_by_hand(tmp_path: Path) -> None:
    shown = show(tmp_path, "acquisition_matrix", ACQUISITION, split_cost=5, split_value=20_000)
    assert dict(zip(shown.frame["acquisition"], shown.frame["cell"], strict=True))["visits"] == "decline"
    assert "¥20k" in shown.title.in_("en")
    with pytest.raises(InvalidValue):
        show(tmp_path / "again", "acquisition_matrix", ACQUISITION, split_cost=-1)


def test_matrix_of_one_has_no_cells(tmp_path: Path) -> None:
    one = {key: row for key, row in ACQUISITION.items() if key[1] == "cards"}
    shown = show(tmp_path, "acquisition_matrix", one)
    assert shown.title.in_("en") == "Regulars (Cards in the queue): a customer costs ¥8 to win and brings ¥60"
    assert shown.frame["cell"].isna().all()
    assert drawn(shown)[0].error_x.array == (4,)


def test_funnel_finds_the_narrowest_step(tmp_path: Path) -> None:
    shown = show(tmp_path, "funnel", ACQUISITION)
    assert "from Took a card to Bought twice, where 12.5% go on" in shown.title.in_("en")
    assert "12.5%" in shown.title.in_("zh")
    assert shown.figures["cost_per_customer"] == 8
    assert shown.figures["days"] == 8
    assert drawn(shown)[0].x == (1000, 400, 50)
    assert shown.frame["stage"].tolist() == ["seen", "took", "buyer"]


def test_funnel_of_a_route_that_has_none(tmp_path: Path) -> None:
    with pytest.raises(NoData):
        show(tmp_path / "one", "funnel", ACQUISITION, acquisition="visits")
    with pytest.raises(UnknownName) as error:
        show(tmp_path / "two", "funnel", ACQUISITION, acquisition="nowhere")
    assert "cards" in error.value.in_("zh")


def test_economics_names_the_late_payback(tmp_path: Path) -> None:
    shown = show(tmp_path, "acquisition_economics", ACQUISITION)
    assert shown.title.in_("en") == "Property companies (Visits) pays back after 15.0 months, later than the horizon of 12"
    assert "15.0个月" in shown.title.in_("zh")
    assert shown.figures["cards.value_ratio"] == 7.5
    assert shown.figures["cards.payback_months"] == 2
    assert "shouting.payback_months" not in shown.figures
    assert drawn(shown)[0].x == (2, 15, 0)


def test_economics_says_when_a_customer_never_pays(tmp_path: Path) -> None:
    dear = {("acquisition", "cards"): {**ACQUISITION["acquisition", "cards"], "lifetime_value": 5, "lifetime_value_low": None}}
    shown = show(tmp_path, "acquisition_economics", ACQUISITION, dear)
    assert shown.title.in_("en") == "Regulars (Cards in the queue): a customer costs more to win than it ever brings"


def test_engines_add_up(tmp_path: Path) -> None:
    shown = show(tmp_path, "engines", ACQUISITION)
    assert shown.title.in_("en") == "Opening sources is to bring ¥12k, stopping leaks ¥1,800"
    assert shown.figures["stop_leak.effect"] == 1800
    bars = drawn(shown)[0]
    assert bars.x == (12000, 1800)
    assert bars.error_x.array == (None, 700)


def test_engines_miss_a_leak(tmp_path: Path) -> None:
    only = {key: row for key, row in ACQUISITION.items() if key[1] == "inserts"}
    assert "none stops a leak" in show(tmp_path, "engines", only).title.in_("en")


def test_feeling_runs_ahead_of_evidence(tmp_path: Path) -> None:
    shown = show(tmp_path, "opportunity_gap", ACQUISITION)
    assert shown.title.in_("en") == "Feeling runs ahead of evidence on Inserts for a new tower: 90% against 40%"
    assert "感觉90%，证据40%" in shown.title.in_("zh")
    assert (shown.figures["tower.evidence_pct"], shown.figures["tower.feeling_pct"]) == (40, 90)
    assert "school.feeling_pct" not in shown.figures
    assert any("School" in part.in_("en") for part in shown.reading)
    assert any(trace.name == "证据" for trace in drawn(shown))


def test_deals_without_a_feeling_agree_with_nothing(tmp_path: Path) -> None:
    shown = show(
        tmp_path,
        "opportunity_gap",
        ACQUISITION,
        {("opportunity", "tower"): {"feeling": 40}, ("opportunity", "bank"): {"feeling": 88}},
    )
    assert shown.title.in_("en").startswith("Feeling and evidence agree within 10 points on the deals that have both: 2 of 3")


@pytest.mark.parametrize("exhibit_id", ["acquisition_matrix", "funnel", "acquisition_economics", "engines", "opportunity_gap"])
def test_nothing_to_show(tmp_path: Path, exhibit_id: str) -> None:
    with pytest.raises(NoData) as error:
        show(tmp_path, exhibit_id)
    assert error.value.fix
    assert error.value.in_("zh") != error.value.in_("en")
