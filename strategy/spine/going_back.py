"""Undo and going back to a moment, with the figures of segments computed anew: rows go back, customer data do not.

A figure that a rule computed belongs to the data it was computed from. Put back as it was stored, it would pass for a figure of
the data at hand. Figures that somebody entered by hand come back as they were.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from strategy.customers import evaluate_rule
from strategy.errors import InvalidValue, UnknownName
from strategy.workbook import Receipt, Workbook, history


def undo(workbook: Workbook, author: str) -> Receipt:
    """Take back the author's latest command; segments it touches are assigned anew on the data at hand.

    Raises :class:`Conflict` and :class:`Refused` as :func:`strategy.workbook.history.undo`, :class:`WorkbookError` where the data
    are in a database that is not connected here.
    """
    return history.undo(workbook, author, _settle(workbook))


def restore(workbook: Workbook, seq: int, author: str) -> Receipt:
    """Bring all rows back to how they stood after revision ``seq``; segments with a rule are assigned anew on the data at hand.

    Raises :class:`WorkbookError` where the data are in a database that is not connected here.
    """
    return history.restore(workbook, seq, author, _settle(workbook))


def _settle(workbook: Workbook) -> history.Settle:
    at_hand = bool(workbook.dataset_record)

    def settle(worksheet: str, values: Mapping[str, Any]) -> Mapping[str, Any]:
        rule = values.get("rule")
        if worksheet != "segment" or not at_hand or not rule or values.get("figures_from") != "data":
            return {}
        try:
            customers, revenue = evaluate_rule(workbook.cursor(), rule)
        except (InvalidValue, UnknownName):
            # The data at hand know nothing of this rule any more: what it once found is an estimate.
            return {"figures_from": "judgement"}
        return {"customers": customers, "revenue": round(float(revenue), 2), "figures_from": "data"}

    return settle
