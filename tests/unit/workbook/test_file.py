"""The file itself: typed views, damage, foreign and newer files, backups."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import textwrap
from contextlib import closing
from pathlib import Path

import duckdb
import pytest

from strategy.errors import WorkbookDamaged, WorkbookError, WorkbookForeign, WorkbookNewer, one_line
from strategy.method import shipped_method
from strategy.reports import write_report
from strategy.workbook import Library, Put, Workbook, file
from strategy.workbook.file import reason_of
from strategy.workbook.mark import mark_path


def _filled(path: Path, rows: int = 5) -> None:
    with Workbook.create(path, "Plan") as made:
        for number in range(rows):
            made.commit([Put("segment", f"s{number}", {"name": f"S{number}", "resource_share": number, "role": "primary"})], "Ada")


@pytest.mark.made_anew
def test_anybody_can_read_typed_and_commented_views(tmp_path: Path) -> None:
    path = tmp_path / "plan.duckdb"
    _filled(path)
    with duckdb.connect(str(path), read_only=True) as plain:
        rows = plain.execute("SELECT row_id, name, resource_share FROM segment ORDER BY resource_share DESC LIMIT 1").fetchall()
        assert rows == [("s4", "S4", 4.0)]
        types = dict(plain.execute("SELECT column_name, data_type FROM duckdb_columns() WHERE table_name = 'kpi'").fetchall())
        assert (types["baseline"], types["due"], types["decisions"]) == ("DOUBLE", "DATE", "VARCHAR[]")
        comment = plain.execute(
            "SELECT comment FROM duckdb_columns() WHERE table_name = 'segment' AND column_name = 'resource_share'"
        ).fetchone()
        assert comment is not None
        assert "资源份额" in comment[0]
        every = {name for (name,) in plain.execute("SELECT view_name FROM duckdb_views() WHERE NOT internal").fetchall()}
        assert {sheet.id for sheet in shipped_method().worksheets} <= every


def test_a_file_shorter_than_what_was_acknowledged_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "plan.duckdb"
    _filled(path, 2)
    older = path.read_bytes()
    with Workbook.open(path) as opened:
        opened.commit([Put("segment", "late", {"name": "Late"})], "Ada")
    path.write_bytes(older)
    with pytest.raises(WorkbookDamaged, match="had been saved"):
        Workbook.open(path)
    mark_path(path).unlink()
    with Workbook.open(path) as accepted:
        assert accepted.snapshot().row("segment", "late") is None


def test_a_write_ahead_log_cut_short_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "plan.duckdb"
    script = f"""
        import os
        from pathlib import Path
        from strategy.workbook import Put, Workbook
        made = Workbook.create(Path({str(path)!r}), "Plan")
        for number in range(20):
            made.commit([Put("segment", f"s{{number}}", {{"name": "S"}})], "Ada")
        os._exit(9)  # no orderly end: everything since the last checkpoint stands in the log
    """
    subprocess.run([sys.executable, "-c", textwrap.dedent(script)], check=False)
    log = path.with_name(path.name + ".wal")
    assert log.exists()
    content = log.read_bytes()
    log.write_bytes(content[: len(content) * 2 // 3])
    with pytest.raises(WorkbookDamaged):
        Workbook.open(path)


def test_a_tampered_history_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "plan.duckdb"
    _filled(path)
    with duckdb.connect(str(path)) as plain:
        plain.execute("UPDATE revision SET body = replace(body::VARCHAR, 'S2', 'X2')::JSON WHERE row_id = 's2'")
    with pytest.raises(WorkbookDamaged, match="does not add up"):
        Workbook.open(path)


def test_a_truncated_file_is_damaged_not_foreign(tmp_path: Path) -> None:
    path = tmp_path / "plan.duckdb"
    _filled(path)
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    with pytest.raises(WorkbookDamaged, match="cut short") as damaged:
        Workbook.open(path)
    assert "Error" not in str(damaged.value.what), "what DuckDB says in English is of no use to who has only the file"


def test_what_is_said_of_a_damaged_file_names_no_folder_of_the_server() -> None:
    said = 'IO Error: Corrupt block in file "/tmp/ninefold-x1/copy.duckdb": checksum\nStack trace'
    assert reason_of(said) == 'IO Error: Corrupt block in file "copy.duckdb": checksum'


@pytest.mark.parametrize("content", [b"", b"not a database at all", b"PK\x03\x04" + b"\x00" * 500])
def test_a_foreign_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "other.duckdb"
    path.write_bytes(content)
    with pytest.raises(WorkbookForeign):
        Workbook.open(path)


def test_another_programs_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.duckdb"
    with duckdb.connect(str(path)) as plain:
        plain.execute("CREATE TABLE sales (a INTEGER)")
    with pytest.raises(WorkbookForeign):
        Workbook.open(path)


def test_a_newer_format_is_refused_and_left_untouched(tmp_path: Path) -> None:
    path = tmp_path / "plan.duckdb"
    _filled(path)
    with duckdb.connect(str(path)) as plain:
        plain.execute("UPDATE workbook SET value = '999' WHERE key = 'format_version'")
    with pytest.raises(WorkbookNewer, match="999"):
        Workbook.open(path)
    with duckdb.connect(str(path), read_only=True) as plain:
        assert plain.execute("SELECT value FROM workbook WHERE key = 'format_version'").fetchone() == ("999",)


def test_a_backup_is_consistent_while_in_use(tmp_path: Path) -> None:
    path = tmp_path / "plan.duckdb"
    _filled(path)
    with Workbook.open(path) as opened:
        opened.commit([Put("segment", "late", {"name": "Late"})], "Ada")
        copy = opened.backup(tmp_path / "copy.duckdb")
        opened.commit([Put("segment", "later", {"name": "Later"})], "Ada")
        with Workbook.open(copy) as second:
            assert second.snapshot().row("segment", "late") is not None
            assert second.snapshot().row("segment", "later") is None
        # Copying must not have dropped the lock that keeps other processes out.
        other = subprocess.run(
            [sys.executable, "-c", f"import duckdb; duckdb.connect({str(path)!r})"], capture_output=True, text=True, check=False
        )
        assert "lock" in other.stderr.lower()
        with pytest.raises(WorkbookError):
            opened.backup(copy)


def test_a_full_disk_saves_nothing_and_says_so(tmp_path: Path) -> None:
    """The file may not grow: as on a full disk, the write fails, the workbook says so, and what was saved before is intact."""
    path = tmp_path / "plan.duckdb"
    _filled(path, 2)
    script = f"""
        import resource, signal
        from pathlib import Path
        from strategy.errors import StrategyError
        from strategy.workbook import Put, Workbook
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        opened = Workbook.open(Path({str(path)!r}))
        resource.setrlimit(resource.RLIMIT_FSIZE, (64, 64))
        try:
            opened.commit([Put("segment", "late", {{"name": "Late", "reason": "x" * 9000}})], "Ada")
        except StrategyError as error:
            print("said:", error)
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(script)], capture_output=True, text=True, check=False)
    assert "said: The disk is full" in done.stdout, done.stdout + done.stderr[-800:]
    with Workbook.open(path) as opened:
        assert opened.snapshot().row("segment", "late") is None
        assert len(opened.snapshot().rows("segment")) == 2


def test_a_workbook_that_finds_no_room_leaves_nothing_in_the_way_of_the_next_attempt(tmp_path: Path) -> None:
    script = f"""
        import resource, signal
        from pathlib import Path
        from strategy.errors import StrategyError
        from strategy.method import shipped_method
        from strategy.workbook import Workbook
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        method = shipped_method()
        resource.setrlimit(resource.RLIMIT_FSIZE, (64, resource.RLIM_INFINITY))
        try:
            Workbook.create(Path({str(tmp_path / "plan.duckdb")!r}), "Plan", method)
        except StrategyError as error:
            print("said:", error)
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(script)], capture_output=True, text=True, check=False)
    assert "said: The disk is full" in done.stdout, done.stdout + done.stderr[-800:]
    assert not list(tmp_path.iterdir())


def test_a_copy_that_cannot_be_written_says_why_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file, "make_folder_of", lambda _: None)
    with Workbook.create(tmp_path / "plan.duckdb", "Plan") as made, pytest.raises(WorkbookError) as refused:
        made.backup(tmp_path / "gone" / "copy.duckdb")
    assert one_line(refused.value, "en").startswith("The copy could not be written: No such file or directory (")


def test_a_file_that_may_not_be_read_is_not_said_to_be_unwritable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "plan.duckdb"
    _filled(path)

    def connect(*_: object, **__: object) -> duckdb.DuckDBPyConnection:
        raise duckdb.IOException(f'IO Error: Cannot open file "{path}": Permission denied')

    monkeypatch.setattr(duckdb, "connect", connect)
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(WorkbookError, match="The file may not be read"):
        Workbook.open(path)


def test_library_life(home: Path, tmp_path: Path) -> None:
    library = Library()
    key = library.create("Client 甲 2026")
    library.open(key).commit([Put("segment", "a", {"name": "A"})], "Ada")
    library.rename(key, "Client 乙")
    copy = library.duplicate(key, "Copy")
    assert [entry.name for entry in library.entries()] == ["Client 乙", "Copy"]
    assert library.open(copy).id != ""
    exported = library.export(key, tmp_path / "out.duckdb")
    taken = library.import_file(exported, "Taken in")
    assert library.open(taken).snapshot().row("segment", "a") is not None
    assert library.open(taken).id != library.open(key).id
    library.archive(copy)
    assert copy not in [entry.key for entry in library.entries()]
    library.unarchive(copy)
    library.delete(copy)
    assert len(library.entries()) == 2
    library.close_all()


def test_a_folder_that_is_called_like_a_workbook_is_none(home: Path) -> None:
    library = Library()
    key = library.create("Plan")
    (library.folder / "old.duckdb").mkdir()
    assert [entry.key for entry in library.entries()] == [key]


def test_an_imported_file_brings_no_code_of_its_own(home: Path, tmp_path: Path) -> None:
    path = tmp_path / "plan.duckdb"
    _filled(path)
    with duckdb.connect(str(path)) as plain:
        plain.execute("CREATE VIEW trap AS SELECT * FROM read_csv('/etc/passwd')")
        plain.execute("CREATE TABLE extra AS SELECT 1 AS one")
    library = Library()
    key = library.import_file(path)
    names = library.open(key).cursor().execute("SELECT view_name FROM duckdb_views() WHERE view_name = 'trap'").fetchall()
    assert names == []
    library.close_all()


def test_a_damaged_workbook_is_set_aside_and_can_be_recovered(home: Path) -> None:
    library = Library()
    key = library.create("Plan")
    for number in range(10):
        library.open(key).commit([Put("segment", f"s{number}", {"name": "S"})], "Ada")
    library.close_all()
    path = library.path(key)
    with duckdb.connect(str(path)) as plain:
        plain.execute("UPDATE revision SET author = 'Mallory' WHERE row_id = 's5'")
    with pytest.raises(WorkbookDamaged, match="set aside"):
        library.open(key)
    assert library.entries() == []
    kept = library.quarantined()
    assert len(kept) == 1
    recovered = library.open(library.recover(kept[0].path))
    assert [row.id for row in recovered.snapshot().rows("segment")] == ["s0", "s1", "s2", "s3", "s4"]
    library.close_all()


def test_a_damaged_index_is_noticed_before_the_next_change_fails(tmp_path: Path) -> None:
    """The blocks of both indexes, found as those without which reading goes on and a commit does not."""
    path, broken, block = tmp_path / "plan.duckdb", tmp_path / "broken.duckdb", 262_144
    with Workbook.create(path, "Plan") as made:
        made.commit([Put("segment", f"s{at}", {"name": "S"}) for at in range(1500)], "Ada")
        made.read_everything()
        assert made.seq == len(list(made.history()))
    whole, noticed = path.read_bytes(), 0
    for start in range(3 * 4096, len(whole), block):
        damaged = bytearray(whole)
        damaged[start + 1000 : start + 1200] = bytes(value ^ 0xFF for value in damaged[start + 1000 : start + 1200])
        broken.write_bytes(damaged)
        mark_path(broken).unlink(missing_ok=True)
        try:
            opened = Workbook.open(broken)
        except WorkbookDamaged:
            continue
        with opened:
            try:
                opened.commit([Put("segment", "late", {"name": "Late"})], "Ada")
                continue  # a block that nothing uses
            except WorkbookDamaged:
                pass
        broken.write_bytes(damaged)
        mark_path(broken).unlink(missing_ok=True)
        with Workbook.open(broken) as opened, pytest.raises(WorkbookDamaged, match="cannot be read"):
            opened.read_everything()
        noticed += 1
    assert noticed >= 1


@pytest.fixture
def read_only_place(monkeypatch: pytest.MonkeyPatch) -> None:
    """The database as it behaves where nothing can be written."""
    real = duckdb.connect

    def connect(path: str, read_only: bool = False, **more: object) -> duckdb.DuckDBPyConnection:
        if not read_only:
            raise duckdb.IOException(f'IO Error: Cannot open file "{path}": Read-only file system')
        return real(path, read_only=True, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(duckdb, "connect", connect)


def test_a_file_where_nothing_can_be_written_is_read_and_says_so_to_changes(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    path = tmp_path / "plan.duckdb"
    _filled(path)
    request.getfixturevalue("read_only_place")
    with Workbook.open(path) as opened:
        assert len(opened.snapshot().rows("segment")) == 5
        opened.read_everything()
        with pytest.raises(WorkbookError, match="Nothing can be written") as refused:
            opened.commit([Put("segment", "late", {"name": "Late"})], "Ada")
        assert not isinstance(refused.value, WorkbookDamaged)
    with pytest.raises(WorkbookError, match="Nothing can be written at this place"):
        Workbook.create(tmp_path / "new.duckdb", "New")


def test_a_file_handed_over_alone_where_nothing_can_be_written_is_read_without_a_word(
    tmp_path: Path, request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "plan.duckdb"
    _filled(path)
    mark_path(path).unlink()
    request.getfixturevalue("read_only_place")
    with Workbook.open(path) as opened:
        assert opened.snapshot().rows("segment")
    assert not mark_path(path).exists()
    assert caplog.messages == []


def test_a_backup_on_a_full_disk_is_refused_by_the_name_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        return subprocess.CompletedProcess(command, 1, "", "No space left on device")

    with Workbook.create(tmp_path / "plan.duckdb", "Plan") as made:
        monkeypatch.setattr(subprocess, "run", full)
        with pytest.raises(WorkbookError, match="No space left on device") as refused:
            made.backup(tmp_path / "copy.duckdb")
    assert refused.value.where == str(tmp_path / "copy.duckdb")


def test_a_report_that_cannot_be_written_says_why_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(30, "Read-only file system")

    with Workbook.create(tmp_path / "plan.duckdb", "Plan") as made:
        monkeypatch.setattr(Path, "write_bytes", refuse)
        monkeypatch.setattr(Path, "unlink", refuse)
        with pytest.raises(WorkbookError, match="could not be written: Read-only file system"):
            write_report(made, tmp_path / "plan.html", "en")


def test_another_program_s_database_is_named_by_its_own_name(tmp_path: Path) -> None:
    path = tmp_path / "spooled.duckdb"
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE t (a)")
        other.commit()
    with pytest.raises(WorkbookForeign, match="SQLite"):
        Workbook.open(path)
    with pytest.raises(WorkbookForeign) as refused:
        Library(tmp_path / "home").import_file(path, "accounts", "accounts.db")
    assert refused.value.where == "accounts.db"


def test_a_copy_that_went_another_way_is_not_taken_for_the_file_it_replaces(tmp_path: Path) -> None:
    """As long as what was saved, and with another change in it: its length alone says nothing."""
    path = tmp_path / "plan.duckdb"
    _filled(path)
    with Workbook.open(path) as opened:
        other = opened.backup(tmp_path / "other.duckdb")
        opened.commit([Put("segment", "here", {"name": "Here"})], "Ada")
    with Workbook.open(other) as opened:
        opened.commit([Put("segment", "there", {"name": "There"})], "Bo")
    other.replace(path)
    with pytest.raises(WorkbookDamaged):
        Workbook.open(path)
