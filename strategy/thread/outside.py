"""Customers whom no segment of the plan holds, as after new data brought some that fall into a segment nobody adopted."""

from __future__ import annotations

from dataclasses import dataclass

from strategy.language import Message, msg
from strategy.workbook import Snapshot


@dataclass(frozen=True)
class Outside:
    """Customers in no segment: how many, their share of all in percent, and their money in the plan's currency."""

    customers: int
    share: float
    revenue: float


def customers_outside(snapshot: Snapshot) -> Outside | None:
    """Who of the customers at hand is in no segment of the plan; None where all are, or nothing was adopted.

    Segments of one kind share nobody. Of several kinds they may, so that this is the least there can be.
    """
    held = [row for row in snapshot.rows("segment") if row["rule"] and row["figures_from"] == "data"]
    everyone = _everyone(snapshot)
    if not held or everyone is None:
        return None
    customers = everyone[0] - sum(int(row["customers"] or 0) for row in held)
    revenue = everyone[1] - sum(float(row["revenue"] or 0) for row in held)
    if customers <= 0:
        return None
    return Outside(customers, 100 * customers / everyone[0], max(0.0, round(revenue, 2)))


def said_of_outside(snapshot: Snapshot) -> Message | None:
    """What to say after new data came in, where they brought customers whom no segment holds."""
    found = customers_outside(snapshot)
    if found is None:
        return None
    return msg(
        "{count:# customer|# customers} ({share}% of all, worth {money}) {count:is|are} in no segment of the plan. Adopt the "
        "segments {count:it falls|they fall} into.",
        count=f"{found.customers:,}", share=round(found.share, 1), money=f"{found.revenue:,.2f}",
    )  # fmt: skip


def _everyone(snapshot: Snapshot) -> tuple[int, float] | None:
    """Customers at hand and their money, as the journal says of the newest import of purchases."""
    for version in range(snapshot.data_version, 0, -1):
        for cycle in snapshot.cycles:
            for revision in snapshot.journal.of_row(cycle, "dataset", f"v{version}", snapshot.seq):
                if "revenue" in revision.body:
                    return int(revision.body["customers"]), float(revision.body["revenue"])
    return None
