"""Plain text for a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


def table(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> str:
    """Rows under headings, numbers to the right."""
    if not rows:
        return ""
    cells = [[_cell(row.get(name)) for name in columns] for row in rows]
    widths = [max(len(name), *(len(line[i]) for line in cells)) for i, name in enumerate(columns)]
    right = [all(isinstance(row.get(name), (int, float)) for row in rows) for name in columns]

    def line(values: Sequence[str]) -> str:
        return "  ".join(v.rjust(w) if r else v.ljust(w) for v, w, r in zip(values, widths, right, strict=True)).rstrip()

    return "\n".join([line(list(columns)), *(line(values) for values in cells)])


def _cell(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:,.2f}"
    return f"{value:,}" if isinstance(value, int) else str(value if value is not None else "")


def listing(rows: Sequence[Mapping[str, str]]) -> str:
    """One block a row, a field a line: worksheets are too wide for a terminal."""
    blocks = []
    for row in rows:
        head, *rest = row.items()
        blocks.append("\n".join([str(head[1]), *(f"  {name}: {' '.join(str(value).split())}" for name, value in rest)]))
    return "\n".join(blocks)
