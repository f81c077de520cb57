"""Files read in a process of their own: it can be watched, stopped, and may neither run on for ever nor take all memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Generic, TypeVar

from strategy.customers.arrow_files import Rows, write_arrow
from strategy.customers.tasks import Task
from strategy.customers.wire import pack, unpack
from strategy.errors import ImportRefused, StrategyError
from strategy.language import Message, msg
from strategy.scratch import ScratchFolder

if TYPE_CHECKING:
    import pyarrow as pa

Found = TypeVar("Found")

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Limits:
    """What a reading may take: seconds by the clock, and bytes of memory (looked after where the system tells)."""

    seconds: float = 1800.0
    memory: int = 6_000_000_000

    @classmethod
    def from_environment(cls) -> Limits:
        """``NINEFOLD_IMPORT_MINUTES`` and ``NINEFOLD_IMPORT_GB``, where they are set and are numbers."""
        found = cls()
        for name, field, factor in (("NINEFOLD_IMPORT_MINUTES", "seconds", 60), ("NINEFOLD_IMPORT_GB", "memory", 10**9)):
            try:
                found = replace(found, **{field: float(os.environ[name]) * factor})  # type: ignore[arg-type]
            except (KeyError, ValueError):
                continue
        return found


class ReadingJob(Generic[Found]):
    """The reading of files, under way or done: what a :class:`~strategy.customers.tasks.Task` says, in a process of its own.

    Everything that process writes is in one folder, which is gone with the job; after a kill, with the next one.
    """

    def __init__(self, task: Task[Found], beside: Mapping[str, pa.Table] | None = None, limits: Limits | None = None) -> None:
        """Start reading.

        Args:
            beside: what of the workbook the files are read with, as ``task.beside`` gives it.
        """
        self.task = task
        self._cancelled = False
        self._found: list[Found] | None = None
        self._folder = ScratchFolder()
        folder = self._folder.path
        (folder / "beside").mkdir()
        for name, table in (beside or {}).items():
            write_arrow(table, folder / "beside" / f"{name}.arrow")
        (folder / "task.json").write_text(json.dumps(pack(task)), encoding="utf-8")
        (folder / "scratch").mkdir()
        environment = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
        environment |= dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(folder / "scratch"))
        self._process = subprocess.Popen(
            [sys.executable, "-m", "strategy.customers.reader_process", str(folder)],
            stdin=subprocess.PIPE,  # closed when this process ends, however it ends; the reader then ends too
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=environment,
            cwd=ROOT,
        )
        self._stopped: list[Message] = []
        self._watch = threading.Thread(
            target=_look_after, args=(self._process, limits or Limits.from_environment(), self._stopped), daemon=True
        )
        self._watch.start()
        self._finalize = weakref.finalize(self, _end, self._process)

    @property
    def running(self) -> bool:
        return self._process.poll() is None

    @property
    def progress(self) -> float:
        """The share of the work that is done, from 0 to 1."""
        if self._found is not None:
            return 1.0
        try:
            return min(1.0, float((self._folder.path / "progress").read_text(encoding="ascii")))
        except (OSError, ValueError):
            return 0.0

    def wait(self, seconds: float | None = None) -> bool:
        """Wait for the end, at most ``seconds``. Returns whether it is reached."""
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    def cancel(self) -> None:
        """Stop reading; nothing of it is left."""
        self._cancelled = True
        self._finalize()
        self._folder.cleanup()

    def result(self) -> list[Found]:
        """What was found, file by file, with the rows to store.

        Raises:
            StrategyError: what was wrong with a file, or that the reading was stopped, and why.
        """
        self._process.wait()
        self._watch.join()
        name, smaller = self.task.name, self.task.smaller
        if self._found is not None and not self._cancelled:
            return self._found
        if self._cancelled:
            raise ImportRefused(msg("The reading was cancelled"), name, msg("Nothing was stored."))
        if self._stopped:
            self._folder.cleanup()
            raise ImportRefused(self._stopped[0], name, msg("Nothing was stored. {how}", how=smaller))
        folder = self._folder.path
        try:
            outcome = unpack(json.loads((folder / "outcome.json").read_text(encoding="utf-8")))
            if not isinstance(outcome, StrategyError):
                rows = Rows(folder)
                self._found = [rows.give(at, found) for at, found in enumerate(outcome)]
                if os.name != "nt":  # Windows does not part with a mapped file
                    self._folder.cleanup()  # the mappings keep the rows, and a server that is killed leaves none on the disk
                return self._found
        except (OSError, ValueError, KeyError, TypeError) as error:
            self._folder.cleanup()
            raise ImportRefused(
                msg("The reading of the file broke off"), name, msg("Nothing was stored. Try again. {how}", how=smaller)
            ) from error
        raise outcome


def _look_after(process: subprocess.Popen[bytes], limits: Limits, stopped: list[Message]) -> None:
    """End the process when it runs beyond its limits, saying why."""
    deadline = time.monotonic() + limits.seconds
    page = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 0
    while process.poll() is None:
        if time.monotonic() > deadline:
            stopped.append(
                msg("Reading took longer than {minutes:# minute|# minutes} and was stopped", minutes=f"{limits.seconds / 60:g}")
            )
        elif page and _resident(process.pid) * page > limits.memory:
            stopped.append(msg("Reading took more than {size} GB of memory and was stopped", size=f"{limits.memory / 10**9:g}"))
        else:
            time.sleep(0.1)
            continue
        process.kill()
        return


def _resident(pid: int) -> int:
    """Pages of memory a process holds; 0 where the system does not tell."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    except (OSError, IndexError, ValueError):
        return 0


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()
    if process.stdin:
        process.stdin.close()
