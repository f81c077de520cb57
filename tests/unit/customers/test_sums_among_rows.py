"""Rows that hold a sum are no purchases, in whichever language they are called so."""

from __future__ import annotations

import pytest

_LINES = "".join(f"C{n % 3},2024-0{n}-15,{10 * n}\n" for n in range(1, 6))


@pytest.mark.parametrize(
    "called", ["合計", "總計", "小計：", "Итого", "합계", "Razem", "Toplam", "Overall Result", "Gesamtergebnis:"]
)
def test_a_dated_sum_is_no_purchase_whatever_it_is_called(read, called: str) -> None:
    understood = read(f"id,date,amount\n{_LINES}{called},2024-05-31,150\n")
    assert (understood.revenue, [(entry.reason, entry.money) for entry in understood.dropped]) == (150.0, [("totals_row", 150.0)])


@pytest.mark.parametrize("customer", ["المجموع", "C1"])
def test_a_line_that_is_as_much_as_all_others_is_pointed_out(read, customer: str) -> None:
    understood = read(f"id,date,amount\n{_LINES}{customer},2024-05-31,150\n")
    said = " ".join(warning.in_("en") for warning in understood.warnings)
    assert f"“{customer}”, worth 150.00, is exactly as much as all others together" in said


def test_a_large_purchase_alone_is_not(read) -> None:
    for line in ("C1,2024-05-31,149.99\n", "C1,2024-05-31,150\nC2,2024-05-31,0.01\n"):
        understood = read(f"id,date,amount\n{_LINES}{line}")
        assert "all others together" not in " ".join(warning.in_("en") for warning in understood.warnings)
