"""Folders for what is read, gone when it has been read: also when the process was killed meanwhile, at the start of the next one.

Each folder holds a file that its process keeps locked. The system releases the lock when the process ends, however it ends, so a folder
whose file can be locked is nobody's. Numbers of processes would not do: they are given again, and differ between containers.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from typing import IO

try:
    import fcntl
except ImportError:  # Windows, where nothing is cleared up after a process that was killed
    fcntl = None  # type: ignore[assignment]

PREFIX = "ninefold-import-"
_LOCK = "lock"


@contextmanager
def private_folder() -> Iterator[Path]:
    """A folder only this process's user can read, gone when the block ends."""
    _clear_up_once(tempfile.gettempdir())
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    try:
        with _held(folder):
            yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        if folder.exists():  # Windows does not part with a mapped file
            atexit.register(shutil.rmtree, folder, ignore_errors=True)


@contextmanager
def _held(folder: Path) -> Iterator[None]:
    """Keep the folder's file locked. It gets its name when it is, so that nobody finds it unlocked."""
    with (folder / "new").open("w") as file:
        _lock(file)
        with suppress(OSError):
            (folder / "new").rename(folder / _LOCK)
        yield


def _lock(file: IO[str]) -> bool:
    """Lock an open file, unless somebody else has."""
    if fcntl is None:
        return False
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


@lru_cache(maxsize=8)
def _clear_up_once(place: str) -> None:
    clear_up(Path(place))


def clear_up(place: Path) -> list[Path]:
    """Remove the folders in ``place`` that this user's processes left when they were killed. Returns which."""
    removed = []
    for folder in place.glob(f"{PREFIX}*") if fcntl else ():
        with suppress(OSError):
            if folder.is_symlink() or folder.stat().st_uid != os.getuid():
                continue
            with (folder / _LOCK).open("r+") as file:
                if _lock(file):
                    shutil.rmtree(folder, ignore_errors=True)
                    removed.append(folder)
    return removed
