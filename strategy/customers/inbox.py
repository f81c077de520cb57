"""Large files need no browser: whoever runs the server puts them into a folder, and they are chosen there."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

SUFFIXES = (".csv", ".tsv", ".txt", ".gz", ".xlsx", ".xlsm", ".parquet", ".pq")


@dataclass(frozen=True)
class InboxFile:
    """A file in the inbox; ``size`` in bytes."""

    path: Path
    size: int

    @property
    def name(self) -> str:
        return self.path.name


def inbox_files(folder: Path) -> list[InboxFile]:
    """The tables in ``folder``, newest first. Links and hidden files are passed over: nothing outside the folder is read."""
    try:
        there = [path for path in folder.iterdir() if not path.is_symlink() and path.is_file()]
    except OSError:
        return []
    found = [path for path in there if not path.name.startswith(".") and path.suffix.lower() in SUFFIXES]
    return [InboxFile(path, path.stat().st_size) for path in sorted(found, key=lambda path: -path.stat().st_mtime)]
