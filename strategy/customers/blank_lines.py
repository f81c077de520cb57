"""Blank lines between the rows of a text file.

The parser passes over them, so that every row below would be counted too low: a message would point at another row than the one meant, and
so would the list of rows left out. They are made rows without values, as blank rows of a spreadsheet are.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

#: The last of white space and control characters by code: what a row begins with comes after it.
_SPACE = 32
_BLANK = re.compile(rb"[ \t]*[\r\n]")


def has_blank_line(before: bytes, block: bytes, codes: npt.NDArray[np.uint8], ends: npt.NDArray[np.intp]) -> bool:
    """Whether a line of ``block`` is empty or white space only.

    In a file whose lines end in several ways some may be missed.

    Args:
        before: the byte before the block.
        codes: the bytes of the block. ``ends``: where in it lines end.
    """
    import numpy as np

    starts = ends + 1
    inner = starts[:-1] if len(starts) and starts[-1] == len(block) else starts
    # Lines that begin with white space are rare, and the pattern is slow.
    odd = inner[codes[inner] <= _SPACE]
    if before in (b"\n", b"\r") and not (before == b"\r" and block[:1] == b"\n"):
        odd = np.append(odd, 0)
    return any(_BLANK.match(block, int(at)) for at in odd)


def with_filled_lines(path: Path, target: Path, delimiter: str, width: int, heading: int) -> Path:
    """A copy of a UTF-8 text in which blank lines below the heading are rows of ``width`` empty cells; those at the end are gone.

    ``heading``: the number of lines above it. Line breaks within quoted cells stay as they are.
    """
    white = "\r\n \t".replace(delimiter, "")
    empty, waiting, quoted = delimiter * (width - 1), [], False
    with path.open(encoding="utf-8", newline="") as lines, target.open("w", encoding="utf-8", newline="") as out:
        for at, line in enumerate(lines):
            if at > heading and not quoted and not line.strip(white):
                waiting.append(empty + line.lstrip(" \t"))
                continue
            out.writelines(waiting)
            out.write(line)
            waiting.clear()
            quoted ^= line.count('"') % 2 == 1
    return target
