"""Rows that hold a sum and name no customer: what stands in them in place of an id."""

from __future__ import annotations

from typing import TYPE_CHECKING

from strategy.language import Message, msg

if TYPE_CHECKING:
    import pyarrow as pa

#: In small letters. The last lines are what SAP writes, and other languages of Europe and Asia.
TOTALS = (
    "total",
    "totals",
    "summe",
    "gesamt",
    "gesamtsumme",
    "zwischensumme",
    "totale",
    "total general",
    "total général",
    "sous-total",
    "suma",
    "grand total",
    "subtotal",
    "sub-total",
    "sum",
    "合计",
    "总计",
    "小计",
    "汇总",
    "总和",
    "共计",
    "合計",
    "總計",
    "小計",
    "匯總",
    "總和",
    "共計",
    "result",
    "overall result",
    "ergebnis",
    "gesamtergebnis",
    "endsumme",
    "somme",
    "totaal",
    "subtotaal",
    "summa",
    "razem",
    "toplam",
    "итого",
    "всего",
    "합계",
    "총계",
    "소계",
)
#: Characters of the longest of them, with a mark behind it.
LONGEST_TOTAL = max(map(len, TOTALS)) + 2


def sums_among(customers: pa.Array, buyers: pa.Array) -> tuple[Message, ...]:
    """What to hear of ``customers`` who are called like a sum and are not among the ``buyers``, if there are any."""
    import pyarrow as pa
    import pyarrow.compute as pc

    plain = pc.utf8_rtrim(pc.utf8_lower(customers), characters=" :：")
    called = customers.filter(pc.is_in(plain, value_set=pa.array(TOTALS)))
    called = called.filter(pc.invert(pc.is_in(called, value_set=buyers)))
    return tuple(
        msg("“{name}” may be a sum rather than a customer, and is kept as a customer without purchases. If it is a sum, delete its rows "
            "and choose the file again.", name=name)
        for name in sorted(set(called.to_pylist()))
    )  # fmt: skip
