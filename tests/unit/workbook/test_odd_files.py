"""Files that are reached or marked in ways nobody planned: by a link, with parts of their records missing, under names a database takes apart."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import duckdb
import pytest

from strategy.errors import WorkbookDamaged, WorkbookError, WorkbookForeign
from strategy.workbook import Put, Workbook
from strategy.workbook.mark import mark_path, read_mark


@pytest.fixture
def linked(tmp_path: Path) -> tuple[Path, Path]:
    """A workbook and a symbolic link to it in another folder."""
    real, link = tmp_path / "shelf" / "plan.duckdb", tmp_path / "plan.duckdb"
    Workbook.create(real, "Plan").close()
    try:
        link.symlink_to(real)
    except OSError:
        pytest.skip("the system makes no links here")
    return real, link


def test_what_is_saved_through_a_link_is_marked_beside_the_file_itself(linked: tuple[Path, Path]) -> None:
    real, link = linked
    with Workbook.open(link) as workbook:
        workbook.commit([Put("segment", "s", {"name": "S"})], "Ada")
        saved = workbook.seq
    mark = read_mark(real)
    assert mark is not None
    assert mark.seq == saved
    assert not Path(f"{link}.mark").exists()
    assert read_mark(link) == mark


def test_a_workbook_opened_through_a_link_can_be_copied_while_in_use(linked: tuple[Path, Path], tmp_path: Path) -> None:
    _, link = linked
    with Workbook.open(link) as workbook:
        workbook.commit([Put("segment", "s", {"name": "S"})], "Ada")
        copy = workbook.backup(tmp_path / "copy.duckdb")
        saved = workbook.seq
    with Workbook.open(copy) as copied:
        assert copied.seq == saved


@pytest.mark.skipif(os.name == "nt", reason="files are not locked so on Windows")
def test_what_a_copy_that_was_killed_leaves_goes_with_the_next_one(tmp_path: Path) -> None:
    """Copies are made day by day under new names, so nothing that only the same name would replace may stay."""
    plan, copies = tmp_path / "plan.duckdb", tmp_path / "copies"
    Workbook.create(plan, "Plan").close()
    script = f"""
        import subprocess, time
        from pathlib import Path
        from strategy.workbook import Workbook

        def copy_and_wait(*words, run=subprocess.run, **more):
            run(*words, **more)
            print("copied", flush=True)
            time.sleep(600)

        subprocess.run = copy_and_wait
        Workbook.open(Path({str(plan)!r})).backup(Path({str(copies / "monday.duckdb")!r}))
    """
    with subprocess.Popen([sys.executable, "-c", textwrap.dedent(script)], stdout=subprocess.PIPE, text=True) as killed:
        assert killed.stdout is not None
        assert killed.stdout.readline() == "copied\n"
        killed.kill()
    assert not (copies / "monday.duckdb").exists()
    with Workbook.open(plan) as opened:
        opened.backup(copies / "tuesday.duckdb")
    assert [path.name for path in copies.iterdir()] == ["tuesday.duckdb"]


def test_a_workbook_is_made_where_a_link_leads(tmp_path: Path) -> None:
    link, real = tmp_path / "link.duckdb", tmp_path / "real.duckdb"
    link.symlink_to(real)
    Workbook.create(link, "Plan").close()
    assert mark_path(real).exists()


@pytest.mark.parametrize("key", ["name", "workbook_id"])
def test_a_file_that_lost_its_name_is_damaged(tmp_path: Path, key: str) -> None:
    path = tmp_path / "plan.duckdb"
    Workbook.create(path, "Plan").close()
    with duckdb.connect(str(path)) as connection:
        connection.execute("DELETE FROM workbook WHERE key = ?", [key])
    with pytest.raises(WorkbookDamaged, match=key):
        Workbook.open(path)


@pytest.mark.parametrize("seq", ['"far"', "null", "[]"])
def test_a_mark_that_says_no_number_is_no_mark(tmp_path: Path, seq: str) -> None:
    path = tmp_path / "plan.duckdb"
    Workbook.create(path, "Plan").close()
    written = mark_path(path).read_text(encoding="utf-8")
    mark = read_mark(path)
    assert mark is not None
    mark_path(path).write_text(written.replace(f'"seq": {mark.seq}', f'"seq": {seq}'), encoding="utf-8")
    Workbook.open(path).close()
    assert read_mark(path) == mark


def test_tables_of_another_program_that_are_called_like_ours_are_foreign(tmp_path: Path) -> None:
    path = tmp_path / "theirs.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("CREATE TABLE workbook (isbn VARCHAR); CREATE TABLE revision (page INTEGER)")
    with pytest.raises(WorkbookForeign):
        Workbook.open(path)


def test_a_place_the_database_would_take_apart_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(WorkbookError, match="question mark"):
        Workbook.create(tmp_path / "which?" / "plan.duckdb", "Plan")
