"""Copies of a workbook file that is in use."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from strategy.errors import WorkbookError
from strategy.language import msg
from strategy.scratch import private_folder
from strategy.workbook import file


@contextmanager
def unfinished(target: Path) -> Iterator[Path]:
    """Where a copy stands until it has been checked and may be called ``target``: in a folder of its own beside it, gone afterwards.

    What a killed process left there goes with the next copy. Raises :class:`WorkbookError` where nothing can be written.
    """
    file.make_folder_of(target)
    with ExitStack() as held:
        try:
            folder = held.enter_context(private_folder(target.parent))
        except OSError as error:
            raise WorkbookError(
                msg("The copy could not be written: {reason}", reason=error.strerror or str(error)),
                str(target),
                msg("Choose another place."),
            ) from error
        copy = folder / target.name
        try:
            yield copy
        except WorkbookError as error:
            if error.where == str(copy):  # the reader of the error knows the name that was asked for
                error.where = str(target)
            raise


def copy_file(source: Path, target: Path) -> None:
    """Copy a database file that this process has open.

    In a process of its own, because closing any handle on a file drops the POSIX locks this process holds on it, and with
    them DuckDB's claim to be the only one that writes.
    """
    program = (
        "import shutil, sys\n"
        "try: shutil.copyfile(sys.argv[1], sys.argv[2])\n"
        "except OSError as error: sys.exit(error.strerror or str(error))"
    )
    done = subprocess.run(
        [sys.executable, "-S", "-c", program, str(source), str(target)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        reason = done.stderr.strip().splitlines()[-1] if done.stderr.strip() else "?"
        raise WorkbookError(
            msg("The copy could not be written: {reason}", reason=reason), str(target), msg("Choose another place.")
        )
