"""The exhibits of step 8."""

from pathlib import Path

import pytest
from operational_rows import SYSTEM, drawn, show

from strategy.errors import InvalidValue, NoData


def test_map_names_the_must_have_furthest_behind(tmp_path: Path) -> None:
    shown = show(tmp_path, "capability_map", SYSTEM)
    assert shown.title.in_("en") == "See each regular's order is the must-have furthest behind: importance 9, today 3"
    assert "重要性9，目前3" in shown.title.in_("zh")
    assert (shown.figures["orders.gap"], shown.figures["must_haves_behind"]) == (6, 2)
    assert "missing.gap" not in shown.figures
    assert [list(row) for row in drawn(shown)[0].z] == [[None, 6, None], [None, None, -1], [2, None, None]]


def test_map_by_the_step_that_needs_it(tmp_path: Path) -> None:
    shown = show(tmp_path, "capability_map", SYSTEM, across="needed_by")
    assert len(drawn(shown)[0].x) == 2


def test_ten_c_keeps_the_spread(tmp_path: Path) -> None:
    shown = show(tmp_path, "ten_c", SYSTEM)
    assert shown.title.in_("en") == "Customer retention has the widest gap: importance 8.5, support 3.5"
    assert "客户保留" in shown.title.in_("zh")
    assert shown.figures["retention.support"] == 3.5
    support = next(trace for trace in drawn(shown) if trace.name == "Support today")
    assert support.error_x.array[0] == 1.5
    assert any("Not scored yet" in part.in_("en") for part in shown.reading)


def test_the_winner_flips_at_a_weight(tmp_path: Path) -> None:
    shown = show(tmp_path, "vendor_scorecard", SYSTEM)
    words = shown.title.in_("en")
    assert words == "Vendor B leads with 6.7 of 9; Vendor A overtakes once Easy at the counter weighs 67% instead of 60%"
    assert "Vendor A反超" in shown.title.in_("zh")
    assert shown.figures["vb.mean"] == pytest.approx(6.7)
    assert shown.figures["flip.share_at"] == pytest.approx(2 / 3)
    assert any("1 of 2 participants" in part.in_("en") for part in shown.reading)
    bars, people = drawn(shown)[:2]
    assert bars.x == pytest.approx((6.7, 6.3))
    assert len(people.x) == 4


def test_no_weight_changes_a_vendor_that_leads_everywhere(tmp_path: Path) -> None:
    better = {key: {"score": 9} for key, row in SYSTEM.items() if key[0] == "vendor_score" and row["vendor"] == "vb"}
    shown = show(tmp_path, "vendor_scorecard", SYSTEM, better)
    assert shown.title.in_("en") == "Vendor B leads with 9.0 of 9, and no single weight changes that"


def test_a_gap_in_the_scores_leaves_the_flip_open(tmp_path: Path) -> None:
    gaps = {key: {"score": None} for key in SYSTEM if key[0] == "vendor_score" and key[1].endswith("va-safe")}
    shown = show(tmp_path, "vendor_scorecard", SYSTEM, gaps)
    assert "follows with" in shown.title.in_("en")
    assert any("every vendor is scored on every criterion" in part.in_("en") for part in shown.reading)


def test_rejected_vendors_do_not_lead(tmp_path: Path) -> None:
    shown = show(tmp_path, "vendor_scorecard", SYSTEM, {("vendor", "vb"): {"status": "rejected"}})
    assert shown.title.in_("en").startswith("Vendor A scores 6.3 of 9")
    assert any("Vendor A leaves must-haves open: See each regular's order" in part.in_("en") for part in shown.reading)


def test_cost_over_the_years(tmp_path: Path) -> None:
    shown = show(tmp_path / "own", "ownership_cost", SYSTEM)
    assert shown.title.in_("en") == "Vendor A costs least over 5 years: ¥9,800; Vendor B costs ¥10k"
    assert "总成本最低" in shown.title.in_("zh")
    assert (shown.figures["va.total"], shown.figures["vb.total"]) == (9800, 10_000)
    assert shown.frame.loc[0, "total_low"] == 8800
    assert any("ranges overlap" in part.in_("en") for part in shown.reading)
    assert any("Card box" in part.in_("en") for part in shown.reading)
    assert drawn(shown)[0].x == (800, 3000)
    assert show(tmp_path / "one", "ownership_cost", SYSTEM, years=1).figures["va.total"] == 2600


def test_a_vendor_without_any_cost_is_not_free(tmp_path: Path) -> None:
    shown = show(tmp_path, "ownership_cost", SYSTEM, {("vendor", "vc"): {"name": "Vendor C", "years": 5}})
    assert "vc" not in shown.frame["vendor"].tolist()
    assert shown.title.in_("en").startswith("Vendor A costs least")
    assert any(part.in_("en").startswith("Without costs or years:") and "Vendor C" in part.in_("en") for part in shown.reading)


def test_a_vendor_whose_cost_is_known_in_part_is_not_said_to_cost_least(tmp_path: Path) -> None:
    rows = {
        ("vendor", "whole"): {"name": "Whole", "years": 5, "implementation": 1000, "licence_a_year": 100, "running_a_year": 100},
        ("vendor", "part"): {"name": "Part", "years": 5, "implementation": 10},
    }
    shown = show(tmp_path, "ownership_cost", rows)
    assert shown.title.in_("en") == "Whole costs ¥2,000 over 5 years"
    assert any(part.in_("en") == "A part of the cost is missing: Part." for part in shown.reading)
    assert set(shown.frame["vendor"]) == {"whole", "part"}


def test_rollout_marks_what_is_overdue(tmp_path: Path) -> None:
    shown = show(tmp_path, "rollout_plan", SYSTEM, as_of="2026-04-15")
    assert shown.title.in_("en") == "Overdue: Team; the rollout is to end on 15 May 2026"
    assert "组建项目团队已逾期" in shown.title.in_("zh")
    states = dict(zip(shown.frame["rollout"], shown.frame["state"], strict=True))
    assert (states["business_plan"], states["team"], states["evaluate_processes"]) == ("done", "overdue", "running")
    assert shown.figures["team.days"] == 19
    assert drawn(shown)[1].base == ("2026-03-02",)


def test_a_wrong_day_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidValue):
        show(tmp_path, "rollout_plan", SYSTEM, as_of="soon")


@pytest.mark.parametrize("exhibit_id", ["capability_map", "ten_c", "vendor_scorecard", "ownership_cost", "rollout_plan"])
def test_nothing_to_show(tmp_path: Path, exhibit_id: str) -> None:
    with pytest.raises(NoData) as error:
        show(tmp_path, exhibit_id)
    assert error.value.fix
    assert error.value.in_("zh") != error.value.in_("en")
