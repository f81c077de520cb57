"""A file that another process has open: who holds it is said, and nobody takes it away meanwhile."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from strategy.errors import WorkbookHeld
from strategy.workbook import Library, Workbook
from strategy.workbook.mark import mark_path


@contextmanager
def _held_elsewhere(path: Path) -> Iterator[int]:
    """Another process has the workbook open; its PID."""
    script = f"""
        import sys
        from pathlib import Path
        from strategy.workbook import Workbook
        held = Workbook.open(Path({str(path)!r}))
        print("held", flush=True)
        sys.stdin.read()
    """
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(script)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline().strip() == "held"
        yield holder.pid
        holder.communicate("")


def test_a_second_process_is_told_who_holds_the_file(tmp_path: Path) -> None:
    path = tmp_path / "plan.duckdb"
    Workbook.create(path, "Plan").close()
    with _held_elsewhere(path) as pid, pytest.raises(WorkbookHeld, match=str(pid)):
        Workbook.open(path)
    Workbook.open(path).close()


def test_what_another_process_has_open_is_neither_archived_nor_deleted_under_it(tmp_path: Path) -> None:
    library = Library(tmp_path)
    key = library.create("Shared")
    library.close(key)
    path = library.path(key)
    with _held_elsewhere(path) as pid:
        for take_away in (library.archive, library.delete):
            with pytest.raises(WorkbookHeld, match=str(pid)):
                take_away(key)
            assert path.is_file()
            assert mark_path(path).is_file()
    library.archive(key)
    library.delete(key, archived=True)
    assert not library.entries(archived=True)


def test_a_file_that_cannot_be_read_can_be_archived_and_deleted(tmp_path: Path) -> None:
    library = Library(tmp_path)
    key = library.create("Broken")
    library.close(key)
    library.path(key).write_bytes(b"no database at all" * 500)
    library.archive(key)
    library.delete(key, archived=True)
    assert not library.entries(archived=True)
