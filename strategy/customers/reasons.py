"""Why a row of a file is no purchase."""

from __future__ import annotations

#: Reason codes of ``checked.reason``; the place in the tuple is the code, 0 is a row that counts. Workbook files hold the names as
#: the values a column may have: another name, or another order, needs a step in ``strategy/workbook/migrations.py``.
REASONS = (
    "kept",
    "blank_row",
    "totals_row",
    "no_customer",
    "bad_date",
    "bad_amount",
    "future_date",
    "duplicate",
    "zero_or_negative_price",
    "refund_netted",
    "refund_unmatched",
    "cancelled_by_refund",
    "refund_left_out",
    "already_there",
)
CODE = {reason: code for code, reason in enumerate(REASONS)}
