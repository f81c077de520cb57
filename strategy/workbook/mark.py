"""The high-water mark: a small synced file beside the workbook that says how far its journal reached.

DuckDB opens a write-ahead log that was cut short without an error and silently shorter. The mark, written after each commit,
is what notices. It also carries the name, so that a list of workbooks needs to open none of them.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

SUFFIX = ".mark"


@dataclass(frozen=True)
class Mark:
    workbook_id: str
    name: str
    seq: int
    hash: str


def itself(path: Path) -> Path:
    """The file a symbolic link leads to. DuckDB keeps the write-ahead log beside that one, and so the mark has to stand there too."""
    return path.resolve() if os.path.islink(path) else path


def mark_path(workbook: Path) -> Path:
    return Path(f"{itself(workbook)}{SUFFIX}")


def read_mark(workbook: Path) -> Mark | None:
    """The mark of a workbook; ``None`` where there is none or it cannot be read (a file handed over alone has none)."""
    try:
        # In every run of a page, for every workbook of the library: so no Path is made.
        with open(f"{itself(workbook)}{SUFFIX}", encoding="utf-8") as file:
            mark = Mark(**json.load(file))
    except (OSError, ValueError, TypeError):
        return None
    return mark if isinstance(mark.seq, int) and isinstance(mark.hash, str) else None


def write_mark(workbook: Path, mark: Mark) -> None:
    """Replace the mark in one step, synced to the disk."""
    path = mark_path(workbook)
    fresh = path.with_name(path.name + ".new")
    with fresh.open("w", encoding="utf-8") as file:
        json.dump(asdict(mark), file, ensure_ascii=False)
        file.flush()
        os.fsync(file.fileno())
    os.replace(fresh, path)
