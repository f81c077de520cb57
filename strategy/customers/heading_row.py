"""Where the table of an export begins: reports often carry a title, a period or a remark above it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

#: Lines above a heading are looked for among so many.
MOST_ABOVE = 20
#: What is written with digits and the signs of numbers, dates and money is no heading.
_FIGURE = re.compile(r"[^\w]*\d[\d\s.,:/%+()-]*[^\w]*")


def find_heading(rows: Sequence[Sequence[str]]) -> int:
    """The place of the heading among the first rows of a file: 0, unless rows with fewer cells stand above one that is a heading.

    Args:
        rows: cells as text, of the first few hundred rows at most.
    """
    filled = [[cell.strip() for cell in row if cell.strip()] for row in rows]
    widths = Counter(len(cells) for cells in filled[1:])
    # Of widths that are equally frequent the larger is that of the table: what stands around it is narrow.
    usual = max(widths, key=lambda width: (widths[width], width)) if len(filled) > 2 else 0
    if usual < 3:
        return 0
    # A heading may leave one column without a name; then what stands above it has far fewer cells.
    for least, most_above in ((usual, usual - 1), (usual - 1, usual // 2)):
        at = next((at for at, cells in enumerate(filled[: MOST_ABOVE + 1]) if len(cells) >= least), 0)
        names = not any(_FIGURE.fullmatch(cell) for cell in filled[at])
        if names and all(len(cells) <= most_above for cells in filled[:at]):
            return at
    return 0
