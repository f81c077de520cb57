"""The cells of a worksheet as a person sees them: percentages as percentages, and merged cells as what stands in all of their rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from strategy.language import Message, msg

#: First and last cell of an area, each as row and column from 0.
Area = tuple[tuple[int, int], tuple[int, int]]


def show_percentages(cells: Sequence[list[Any]], places: Iterable[tuple[int, int]]) -> None:
    """Write the numbers at ``places`` as they are shown: 0.45 becomes ``45%``, which is 45 to a column of percentages and no amount."""
    for row, column in places:
        value = cells[row][column] if 0 <= row < len(cells) and 0 <= column < len(cells[row]) else None
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            text = f"{value * 100:.10f}".rstrip("0").rstrip(".")
            # Three decimals are made four, so that 12.345% is never taken for twelve thousand.
            cells[row][column] = text + ("0%" if len(text.partition(".")[2]) == 3 else "%")


def fill_merged(cells: Sequence[list[Any]], areas: Iterable[Area], columns: Sequence[str], first: int) -> list[Message]:
    """Write what stands in merged cells into each of their rows, below the heading in the row before ``first``, and say so.

    A number stays in its first row: a sum that is merged across its lines would count once for each of them.

    Args:
        cells: rows of the worksheet, changed in place. ``areas``: merged cells in the rows and columns of ``cells``.
        columns: the headings.
    """
    filled: dict[str, None] = {}
    left: dict[str, None] = {}
    for (top, column), (bottom, _) in areas:
        if top < first or bottom <= top or not 0 <= column < len(columns) or top >= len(cells):
            continue
        value = cells[top][column]
        if isinstance(value, (str, dt.date)) and value != "":
            for row in cells[top + 1 : bottom + 1]:
                row[column] = value
            filled[columns[column]] = None
        elif value not in ("", None):
            left[columns[column]] = None
    said = []
    if filled:
        said.append(msg("Merged cells count for each of their rows: {columns}.", columns=", ".join(filled)))
    if left:
        said.append(msg("Merged cells that hold a number count for the first of their rows only: {columns}. Undo the merging and fill in "
                        "the rows where the number holds for each.", columns=", ".join(left)))  # fmt: skip
    return said
