"""The exhibits of step 7."""

from pathlib import Path

import pytest
from operational_rows import WIN_BACK, drawn, show

from strategy.errors import NoData


def test_at_risk_sums_the_value_at_stake(tmp_path: Path) -> None:
    shown = show(tmp_path, "at_risk", WIN_BACK)
    assert shown.title.in_("en") == "¥4,900 a year is at stake in 3 groups, 90% of it at high risk"
    assert "¥4,900" in shown.title.in_("zh")
    assert shown.figures["value_at_stake"] == 4900
    bars = drawn(shown)[0]
    assert bars.x == (800, 3600, 500)
    assert bars.error_x.array == (None, 1400, None)


def test_causes_by_value_and_by_customers(tmp_path: Path) -> None:
    by_value = show(tmp_path / "value", "leaving_causes", WIN_BACK)
    assert by_value.title.in_("en") == "Service explains 89% of the value lost"
    assert by_value.title.in_("zh") == "服务占流失价值的89%"
    assert by_value.figures["service.amount"] == 4000
    bars, line = drawn(by_value)[:2]
    assert bars.y == (4000, 500, 0)
    assert line.y == pytest.approx((88.9, 100, 100), abs=0.1)
    by_customers = show(tmp_path / "customers", "leaving_causes", WIN_BACK, by="customers")
    assert by_customers.title.in_("en") == "Price and Service explain 95% of the customers lost"
    assert by_customers.figures["price.amount"] == 40


def test_high_value_at_high_risk_comes_first(tmp_path: Path) -> None:
    shown = show(tmp_path, "value_risk", WIN_BACK)
    assert shown.title.in_("en") == "Regulars not seen for a month comes first: ¥3,600 a year at risk 7 of 9"
    assert "最先处理" in shown.title.in_("zh")
    assert "moved.risk" not in shown.figures
    assert [trace.marker.symbol for trace in drawn(shown)[:2]] == ["diamond", "circle"]


def test_giving_up_the_first_group_is_pointed_out(tmp_path: Path) -> None:
    shown = show(tmp_path, "value_risk", WIN_BACK, {("win_back", "gone"): {"tier": "let_go"}})
    assert any("Let go although" in part.in_("en") for part in shown.reading)


def test_return_against_spend(tmp_path: Path) -> None:
    shown = show(tmp_path, "win_back_return", WIN_BACK)
    assert shown.title.in_("en") == "Readers of free papers cannot be expected to bring back what winning back costs"
    assert "抵不上" in shown.title.in_("zh")
    assert shown.figures["gone.expected_return"] == pytest.approx(288)
    assert shown.figures["gone.break_even_pct"] == pytest.approx(16.667, abs=0.01)
    assert shown.figures["cost"] == 420
    spent, back = drawn(shown)[:2]
    assert spent.x == (120, 300)
    assert back.x == pytest.approx((288, 40))
    assert back.error_x.arrayminus == (pytest.approx(216), None)
    assert any("At the low end" in part.in_("en") for part in shown.reading)


@pytest.mark.parametrize("exhibit_id", ["at_risk", "leaving_causes", "value_risk", "win_back_return"])
def test_nothing_to_show(tmp_path: Path, exhibit_id: str) -> None:
    with pytest.raises(NoData) as error:
        show(tmp_path, exhibit_id)
    assert error.value.fix
    assert error.value.in_("zh") != error.value.in_("en")
