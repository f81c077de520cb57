"""Folders for work under way, gone when it is done: also when the process was killed meanwhile, at the start of the next one.

Each folder holds a file that its process keeps locked. The system releases the lock when the process ends, however it ends, so a folder
whose file can be locked is nobody's. Numbers of processes would not do: they are given again, and differ between containers.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
import weakref
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from typing import IO

try:
    import fcntl
except ImportError:  # Windows, where nothing is cleared up after a process that was killed
    fcntl = None  # type: ignore[assignment]

PREFIX = "ninefold-scratch-"
_LOCK = "lock"


class ScratchFolder:
    """A folder only this process's user can read, gone with :meth:`cleanup`, with this object, or with the process."""

    def __init__(self, place: Path | None = None) -> None:
        """Make it in ``place``, else where temporary files go. Raises ``OSError`` where nothing can be written."""
        place = place or Path(tempfile.gettempdir())
        _clear_up_once(place)
        self.path = Path(tempfile.mkdtemp(prefix=PREFIX, dir=place))
        try:
            held = _held(self.path)
        except OSError:
            shutil.rmtree(self.path, ignore_errors=True)
            raise
        self._finalize = weakref.finalize(self, _part_with, self.path, held)

    def cleanup(self) -> None:
        self._finalize()


@contextmanager
def private_folder(place: Path | None = None) -> Iterator[Path]:
    """A :class:`ScratchFolder` for a block."""
    folder = ScratchFolder(place)
    try:
        yield folder.path
    finally:
        folder.cleanup()


def _held(folder: Path) -> IO[str]:
    """The folder's file, open and locked. It gets its name when it is, so that nobody finds it unlocked."""
    file = (folder / "new").open("w")
    _lock(file)
    with suppress(OSError):
        (folder / "new").rename(folder / _LOCK)
    return file


def _part_with(folder: Path, held: IO[str]) -> None:
    held.close()
    shutil.rmtree(folder, ignore_errors=True)
    if folder.exists():  # Windows does not part with a mapped file
        atexit.register(shutil.rmtree, folder, ignore_errors=True)


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
def _clear_up_once(place: Path) -> None:
    clear_up(place)


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
