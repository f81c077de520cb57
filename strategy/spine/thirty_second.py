"""What is stored when an answer of the 30-second test arrives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from strategy.thread.unseen import SHEET, Round
from strategy.workbook import Put


def to_write(now: Round, row_id: str, answer: Mapping[str, Any]) -> list[Put]:
    """The answer as a new row. The last one lays all open: what everybody has seen stays so, whoever is listed later."""
    last = now.listed and set(now.waiting) == {answer["participant"]}
    opened = {"open_to_all": True} if last else {}
    return [Put(SHEET, row_id, {**answer, **opened}), *(Put(SHEET, row.id, opened) for row in now.answers if last)]
