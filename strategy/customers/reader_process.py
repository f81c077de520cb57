"""The process in which files are read: ``python -m strategy.customers.reader_process FOLDER``. See :mod:`strategy.customers.job`."""

from __future__ import annotations

import json
import os
import shutil
import sys
import threading
import time
from pathlib import Path
from typing import Any

from strategy.customers.arrow_files import Rows, read_arrow
from strategy.customers.room import too_large
from strategy.customers.tasks import Task
from strategy.customers.wire import pack, unpack
from strategy.errors import StrategyError


def _end_with_parent(folder: Path) -> None:
    os.read(sys.stdin.fileno(), 1)  # not by sys.stdin: Python waits a second for its buffer at the end, and then aborts
    _clear_up(folder)  # nobody is left to do it
    os._exit(1)


def _clear_up(folder: Path) -> None:
    for _ in range(50):  # the reading goes on meanwhile and may put another file there
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return


class _Teller:
    """Writes how far the work is, at most ten times a second."""

    def __init__(self, path: Path) -> None:
        self.path, self.last = path, 0.0

    def __call__(self, share: float) -> None:
        if time.monotonic() - self.last > 0.1:
            self.last = time.monotonic()
            _write(self.path, f"{share:.4f}")


def _write(path: Path, text: str) -> None:
    """Whoever reads the file meanwhile finds all of the text or none."""
    part = path.with_suffix(".part")
    part.write_text(text, encoding="utf-8")
    part.replace(path)


def _read(task: Task[Any], folder: Path) -> list[Any]:
    beside = {path.stem: read_arrow(path) for path in (folder / "beside").glob("*.arrow")}
    return task.read(beside, Rows(folder), _Teller(folder / "progress"))


def main(folder: Path) -> None:
    threading.Thread(target=_end_with_parent, args=(folder,), daemon=True).start()
    if hasattr(os, "nice"):
        os.nice(10)  # whoever has a page open goes first
    task: Task[Any] = unpack(json.loads((folder / "task.json").read_text(encoding="utf-8")))
    try:
        outcome: list[Any] | StrategyError = _read(task, folder)
    except StrategyError as error:
        outcome = error
    except MemoryError:
        outcome = too_large(task.name)
    _write(folder / "outcome.json", json.dumps(pack(outcome)))


if __name__ == "__main__":
    try:
        main(Path(sys.argv[1]))
    except OSError:  # the disk is full, or the folder is being cleared up: whoever waits finds no outcome, which says enough
        _clear_up(Path(sys.argv[1]))
        raise
