"""By what segments of the plan divide the customers. Those of one division share nobody; those of two hold the same customers again."""

from __future__ import annotations

import json
from collections.abc import Sequence

from strategy.language import Message, Speaks, msg
from strategy.workbook import Row

KINDS: dict[str, Message] = {
    "rfm": msg("Segments by recency and frequency"),
    "grade": msg("Grades by share of revenue"),
    "stage": msg("Stages of the relationship"),
    "silence": msg("Bands of silence"),
    "cluster": msg("Clusters"),
    "attribute": msg("Segments by attributes"),
}
#: The division of segments that have no rule.
BY_HAND = ""
WITHIN_A_KIND = msg(
    "The plan divides the same customers in more than one way; a share is that of the segment among those of its own kind."
)


def division(row: Row) -> str:
    """What tells the division of a segment from others: its kind of rule, and of clusters the run that found them."""
    rule = row["rule"]
    if not rule:
        return BY_HAND
    if rule.get("by") == "cluster":
        return json.dumps({name: part for name, part in rule.items() if name != "cluster"}, sort_keys=True)
    return str(rule.get("by"))


def divisions(rows: Sequence[Row]) -> list[str]:
    """The division of each row where two or more of them divide the same customers; else all are of one, the same.

    Segments entered by hand count beside those of the data while there is one division of these.
    """
    found = [division(row) for row in rows]
    return found if len(set(found) - {BY_HAND}) > 1 else [BY_HAND] * len(rows)


def division_names(rows: Sequence[Row]) -> dict[str, Speaks]:
    """What each of :func:`divisions` is called, in the order of ``rows``. Runs of clusters are numbered."""
    found: dict[str, Speaks] = {}
    runs = 0
    for row, name in zip(rows, divisions(rows), strict=True):
        if name in found:
            continue
        by = str((row["rule"] or {}).get("by", ""))
        runs += by == "cluster"
        if by == "cluster" and runs > 1:
            found[name] = msg("Clusters, run {number}", number=runs)
        else:
            found[name] = KINDS.get(by, msg("All customers") if by else msg("Segments entered by hand"))
    return found


def shares_within(rows: Sequence[Row], worth: Sequence[float]) -> list[float]:
    """The share of each row in what the rows of its division are worth together; 0 where that is nothing."""
    names = divisions(rows)
    totals = {name: sum(one for other, one in zip(names, worth, strict=True) if other == name) for name in names}
    return [one / totals[name] if totals[name] > 0 else 0.0 for name, one in zip(names, worth, strict=True)]
