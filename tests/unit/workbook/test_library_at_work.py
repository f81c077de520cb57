"""What befalls a library while people are at work in it: little memory, and hands that cross."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest

from strategy.errors import Refused, UnknownName, WorkbookDamaged, WorkbookError
from strategy.workbook import Imported, Library, Put, Workbook, file
from strategy.workbook.cycle import open_next_cycle
from strategy.workbook.history import undo
from strategy.workbook.mark import Mark, write_mark

LONG = "x" * 15_000


@pytest.fixture
def library(home: Path) -> Iterator[Library]:
    made = Library(home)
    yield made
    made.close_all()


def test_a_sound_workbook_is_not_set_aside_for_want_of_memory(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    key = library.create("Large")
    library.open(key).commit([Put("need", f"n{number}", {"need": LONG}) for number in range(300)], "Ada")
    library.close(key)
    with monkeypatch.context() as little:
        little.setenv("NINEFOLD_MEMORY_LIMIT", "2MB")
        with pytest.raises(WorkbookError, match="memory") as told:
            library.open(key)
    assert not isinstance(told.value, WorkbookDamaged)
    assert library.quarantined() == []
    assert len(library.open(key).snapshot().rows("need")) == 300


@pytest.mark.parametrize("name", ["", " \n ", "x" * 81])
def test_a_name_that_is_none_or_fills_the_rail_is_refused_and_nothing_is_made(library: Library, name: str) -> None:
    key = library.create("  Shop \n 2026 ")
    for attempt in (lambda: library.create(name), lambda: library.rename(key, name), lambda: library.duplicate(key, name)):
        with pytest.raises(WorkbookError, match="name"):
            attempt()
    assert [entry.name for entry in library.entries()] == ["Shop 2026"]


def test_a_worksheet_that_the_method_gives_up_leaves_no_view_and_keeps_its_rows(workbook: Workbook) -> None:
    workbook.commit([Put("lesson", "one", {"learnt": "Begin with step 1"})], "Ada")
    steps = tuple(
        step.model_copy(update={"worksheets": tuple(sheet for sheet in step.worksheets if sheet.id != "lesson")})
        for step in workbook.method.steps
    )
    workbook.use_method(workbook.method.model_copy(update={"steps": steps, "fingerprint": "another"}))
    views = {name for (name,) in workbook.cursor().execute("SELECT view_name FROM duckdb_views() WHERE NOT internal").fetchall()}
    assert {"segment", "current_row"} <= views
    assert "lesson" not in views
    assert [row.id for row in workbook.snapshot().rows("lesson")] == ["one"]


def test_a_system_that_opens_no_more_files_is_not_a_damaged_workbook(tmp_path: Path) -> None:
    error = duckdb.IOException(f'IO Error: Cannot open file "{tmp_path}/plan.duckdb": Too many open files')
    said = file.in_words(error, tmp_path / "plan.duckdb")
    assert not isinstance(said, WorkbookDamaged)
    assert "Too many open files" in str(said)


@pytest.mark.parametrize("folder", ["disk2", "newer version", "Permission denied"])
def test_what_a_folder_is_called_says_nothing_of_the_error(tmp_path: Path, folder: str) -> None:
    path = tmp_path / folder / "plan.duckdb"
    with Workbook.create(path, "Plan") as made:
        made.commit([Put("need", f"n{number}", {"need": LONG}) for number in range(50)], "Ada")
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(WorkbookDamaged):
        Workbook.open(path)


@contextmanager
def storing_in(workbook: Workbook) -> Iterator[None]:
    """While this lasts, somebody else stores customer data in ``workbook``."""
    under_way, goes_on = threading.Event(), threading.Event()

    def work(cursor: duckdb.DuckDBPyConnection) -> Imported:
        cursor.execute("CREATE TABLE purchase (customer VARCHAR)")
        under_way.set()
        assert goes_on.wait(30)
        return Imported({"file_name": "sales.csv"})

    importer = threading.Thread(target=workbook.record_import, args=("Ada", work))
    importer.start()
    assert under_way.wait(30)
    try:
        yield
    finally:
        goes_on.set()
        importer.join()


def test_a_workbook_is_neither_archived_nor_deleted_while_customer_data_are_stored_in_it(library: Library) -> None:
    key = library.create("Shop")
    with storing_in(library.open(key)):
        for put_away in (library.archive, library.delete):
            with pytest.raises(Refused, match="being stored"):
                put_away(key)
    library.archive(key)
    library.unarchive(key)
    assert library.open(key).snapshot().data_version == 1


def test_a_workbook_nobody_looks_at_is_closed_unless_customer_data_are_stored_in_it(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    idle, busy, asked = (library.create(name) for name in ("Idle", "Busy", "Asked"))
    left, at_work, here = (library.open(key) for key in (idle, busy, asked))
    monkeypatch.setattr("strategy.workbook.library.IDLE_SECONDS", -1)
    with storing_in(at_work):
        assert library.open(asked) is here, "whoever comes back after a long talk finds the workbook open"
        with pytest.raises(WorkbookError, match="closed a moment ago"):
            left.cursor()
        at_work.cursor().close()
    assert at_work.snapshot().data_version == 1
    library.open(asked)
    with pytest.raises(WorkbookError, match="closed a moment ago"):
        at_work.cursor()


def test_two_who_rename_a_workbook_at_once_leave_one_name(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the file says and what the list of workbooks shows are the same, whoever is slow."""
    key = library.create("Plan")
    slow, second_done = threading.Event(), threading.Event()
    write = write_mark

    def slowly(path: Path, mark: Mark) -> None:
        if mark.name == "First":
            slow.set()
            second_done.wait(0.5)
        write(path, mark)

    monkeypatch.setattr("strategy.workbook.workbook.write_mark", slowly)
    first = threading.Thread(target=library.rename, args=(key, "First"))
    first.start()
    assert slow.wait(30)
    library.rename(key, "Second")
    second_done.set()
    first.join()
    assert [entry.name for entry in library.entries()] == [library.open(key).name] == ["Second"]
    library.close(key)
    assert library.open(key).name == "Second"


def test_two_who_open_the_next_cycle_at_once_open_one(workbook: Workbook) -> None:
    workbook.commit([Put("decision", "d1", {"statement": "Go", "step": "step_1"})], "Ada")
    open_next_cycle(workbook, "Ada", after=1)
    with pytest.raises(Refused, match="open already"):
        open_next_cycle(workbook, "Bo", after=1)
    assert workbook.snapshot().cycle == 2


def test_undo_of_a_new_row_keeps_what_somebody_else_has_written_in_it(workbook: Workbook) -> None:
    workbook.commit([Put("segment", "a", {"name": "Regulars"})], "Ada")
    workbook.commit([Put("segment", "a", {"reason": "They come every day"})], "Bo")
    with pytest.raises(Refused, match="Bo"):
        undo(workbook, "Ada")
    row = workbook.snapshot().row("segment", "a")
    assert row is not None
    assert row["reason"] == "They come every day"


def test_a_change_that_comes_as_the_workbook_is_archived_is_refused_in_words(home: Path) -> None:
    library = Library()
    key = library.create("Plan")
    opened = library.open(key)
    library.archive(key)
    for late in (lambda: opened.commit([Put("segment", "s", {"name": "Late"})], "Ada"), opened.cursor):
        with pytest.raises(WorkbookError, match="closed a moment ago"):
            late()
    library.unarchive(key)
    assert library.open(key).snapshot().rows("segment") == ()


def test_while_a_workbook_is_made_nobody_waits_and_nobody_sees_it(home: Path) -> None:
    """Samples take seconds to build; everybody else's pages ask the library for their workbooks meanwhile."""
    library = Library()
    plan = library.create("Plan")
    begun, go_on, made = threading.Event(), threading.Event(), list[str]()

    def build(path: Path, name: str) -> Workbook:
        workbook = Workbook.create(path, name)
        begun.set()
        assert go_on.wait(30)
        return workbook

    maker = threading.Thread(target=lambda: made.append(library.create("Sample", build)))
    maker.start()
    assert begun.wait(30)
    seen: list[object] = []
    others = threading.Thread(target=lambda: seen.extend([library.open(plan).name, [entry.key for entry in library.entries()]]))
    others.start()
    others.join(20)
    assert seen == ["Plan", [plan]]
    (unfinished,) = {path.stem for path in library.folder.glob("*.duckdb")} - {plan}
    with pytest.raises(UnknownName):
        library.open(unfinished)
    go_on.set()
    maker.join(30)
    assert sorted(entry.key for entry in library.entries()) == sorted([plan, *made])
    assert library.open(made[0]).name == "Sample"
