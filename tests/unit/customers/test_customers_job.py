"""Reading in a process of its own: the same result, limits, cancelling, errors with their parts."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from strategy import scratch
from strategy.customers import (
    AttributeFile,
    FileToRead,
    InteractionFile,
    Limits,
    Mapping,
    PurchaseFiles,
    ReadingJob,
    Task,
    inbox_files,
    read_here,
)
from strategy.customers.interaction_mapping import InteractionMapping
from strategy.customers.wire import pack, unpack
from strategy.errors import ImportRefused

TEXT = "id,date,amount\n" + "".join(f"{at % 7},2024-01-{at % 28 + 1:02d},{at}.5\n" for at in range(1, 400))
MAPPING = Mapping("id", "date", "amount")
CUSTOMERS = "id,region,age,since\n" + "".join(f"{at:03},{'NS'[at % 2]},{at},2020-01-{at % 28 + 1:02d}\n" for at in range(1, 60))
CONTACTS = "id,date,type,state,score\n002,2024-01-09,Complaint,open,2.5\n2,2024-01-10,Call,,\n9,2099-01-10,Call,,x\n,,,,\n"
SEEN = InteractionMapping("id", "date", "type", status="state", score="score")
Make = Callable[..., Task[Any]]


@pytest.fixture(params=["purchases", "attributes", "interactions"])
def task(request: pytest.FixtureRequest, file: Callable[..., Path]) -> Task[Any]:
    """A file of each kind to be read."""
    tasks: dict[str, Callable[[], Task[Any]]] = {
        "purchases": lambda: PurchaseFiles((FileToRead(file(TEXT), "sales.csv", MAPPING),), append=True),
        "attributes": lambda: AttributeFile(file(CUSTOMERS), "sales.csv", "id", ("region", "age", "since")),
        "interactions": lambda: InteractionFile(file(CONTACTS), "sales.csv", SEEN, append=True),
    }
    return tasks[request.param]()


@pytest.fixture
def shop(cursor: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """A workbook's tables with two customers, and an interaction that is in the file too."""
    cursor.execute("INSERT INTO purchase (customer, day, amount) VALUES ('002', '2023-05-01', 10), ('2', '2023-05-02', 5)")
    cursor.execute("INSERT INTO interaction (customer, day, kind) VALUES ('2', '2024-01-10', 'Call')")
    return cursor


def _rows(found: Any) -> dict[str, Any]:
    names = ("purchases", "rejected", "totals", "rows")
    return {name: getattr(found, name).sort_by("customer").to_pylist() for name in names if hasattr(found, name)}


def test_a_job_finds_what_this_process_would(task: Task[Any], shop: duckdb.DuckDBPyConnection) -> None:
    job = ReadingJob(task, task.beside(shop))
    (found,) = job.result()
    (here,) = read_here(task, shop)
    assert found == here
    assert _rows(found) == _rows(here)
    assert all(_rows(found)[name] for name in ("purchases", "rows") if hasattr(found, name))
    assert [str(said) for said in found.sentences()] == [str(said) for said in here.sentences()]
    assert not job.running
    assert job._process.returncode == 0, "it ends in peace: Python breaks off, a second late, where a thread still reads its input"
    assert job.progress == 1
    assert os.name == "nt" or not job._folder.path.exists(), "what was taken up is no longer on the disk"
    assert _rows(job.result()[0]) == _rows(here), "and is there all the same"


def test_several_files_are_read_with_those_before_at_hand(file: Callable[..., Path]) -> None:
    names = ("january.csv", "february.csv")
    files = [file(TEXT if at == 0 else TEXT.replace("2024-01", "2024-02"), name) for at, name in enumerate(names)]
    job = ReadingJob(PurchaseFiles(tuple(FileToRead(path, path.name, MAPPING) for path in files)))
    first, last = job.result()
    assert (first.rows_at_hand, last.rows_at_hand) == (0, first.rows_kept)
    assert last.purchases.num_rows == last.rows_kept == 2 * first.rows_kept


@pytest.mark.parametrize(
    ("make", "said", "where"),
    [
        (lambda path: PurchaseFiles((FileToRead(path, "x.csv", MAPPING),)), "soon", "row 2"),
        (lambda path: InteractionFile(path, "x.csv", InteractionMapping("id", "date", every_kind="call")), "soon", "row 2"),
        (lambda path: AttributeFile(path, "x.csv", "id", ("date",)), "described twice", "rows 2, 3"),
        (lambda path: AttributeFile(path, "x.csv", "id", ("region",)), "no column region", "x.csv"),
    ],
)
def test_a_refusal_comes_back_with_place_and_remedy(file: Callable[..., Path], make: Make, said: str, where: str) -> None:
    task = make(file("id,date,amount\n1,soon,5\n1,2024-01-01,5\n"))
    with pytest.raises(ImportRefused, match=said) as refusal:
        ReadingJob(task, task.beside(duckdb.connect())).result()
    assert where in str(refusal.value)
    assert "x.csv" in str(refusal.value)
    assert refusal.value.in_("zh") != refusal.value.in_("en")


@pytest.mark.parametrize(
    "make",
    [
        lambda path: InteractionFile(path, "x.csv", InteractionMapping("id", "date", every_kind="call")),
        lambda path: AttributeFile(path, "x.csv", "id", ("date",)),
    ],
)
def test_a_row_that_does_not_fit_is_named(file: Callable[..., Path], make: Make) -> None:
    lines = [f"{at},2024-01-01" for at in range(3000)]
    task = make(file("\n".join(["id,date", *lines, "7,2024-01-01,more"])))
    with pytest.raises(ImportRefused, match=r"has 3 columns.*x\.csv, row 3002"):
        read_here(task, duckdb.connect())


def test_a_cancelled_job_leaves_nothing_behind(task: Task[Any], shop: duckdb.DuckDBPyConnection) -> None:
    job = ReadingJob(task, task.beside(shop))
    folder = job._folder.path
    assert folder.exists()
    job.cancel()
    assert not job.running
    assert not folder.exists()
    with pytest.raises(ImportRefused, match=r"cancelled \(sales\.csv\)"):
        job.result()


@pytest.mark.parametrize(("limits", "said"), [(Limits(seconds=0.05), "longer than"), (Limits(memory=1_000_000), "memory")])
def test_a_job_is_stopped_at_its_limits(task: Task[Any], shop: duckdb.DuckDBPyConnection, limits: Limits, said: str) -> None:
    job = ReadingJob(task, task.beside(shop), limits)
    with pytest.raises(ImportRefused, match=said) as refusal:
        job.result()
    assert "sales.csv" in str(refusal.value)
    assert not job._folder.path.exists()


def test_the_limits_of_the_environment_hold_for_every_kind(
    task: Task[Any], shop: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NINEFOLD_IMPORT_GB", "0.001")
    with pytest.raises(ImportRefused, match=r"more than 0\.001 GB"):
        ReadingJob(task, task.beside(shop)).result()


def test_a_reader_that_dies_is_an_error_and_no_crash(task: Task[Any], shop: duckdb.DuckDBPyConnection) -> None:
    job = ReadingJob(task, task.beside(shop))
    job._process.kill()
    with pytest.raises(ImportRefused, match=r"broke off \(sales\.csv\)"):
        job.result()


def test_what_a_broken_reader_leaves_is_not_believed(file: Callable[..., Path]) -> None:
    job = ReadingJob(PurchaseFiles((FileToRead(file(TEXT), "sales.csv", MAPPING),)))
    job.wait()
    (job._folder.path / "outcome.json").write_text('[{"kind": "Popen", "parts": {}}]', encoding="utf-8")
    with pytest.raises(ImportRefused, match="broke off"):
        job.result()


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="needs a system that tells of its processes")
def test_a_reader_ends_with_its_parent_and_clears_up(tmp_path: Path) -> None:
    pipe = tmp_path / "endless.csv"
    os.mkfifo(pipe)  # nobody writes: the reader waits for ever
    script = (
        "import sys, time\nfrom pathlib import Path\nfrom strategy.customers import AttributeFile, ReadingJob\nimport pyarrow as pa\n"
        f"job = ReadingJob(AttributeFile(Path({str(pipe)!r}), 'x.csv', 'id', ('a',)), {{'buyers': pa.table({{'customer': ['1']}})}})\n"
        "print(job._process.pid, job._folder.path, flush=True)\ntime.sleep(60)\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[3])
    assert parent.stdout is not None
    pid, folder = parent.stdout.readline().split(maxsplit=1)
    parent.kill()
    parent.wait()
    parent.stdout.close()
    deadline = time.monotonic() + 20
    while (_alive(int(pid)) or Path(folder.strip()).exists()) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _alive(int(pid))
    assert not Path(folder.strip()).exists()


def test_what_was_read_for_a_server_that_is_killed_goes_with_the_next_reading(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reader has ended and clears up nothing any more; what it found are all the purchases."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    path = tmp_path / "sales.csv"
    path.write_text("id,date,amount\na,2024-01-01,5\n", encoding="utf-8")
    script = (
        "import time\nfrom pathlib import Path\nfrom strategy.customers import AttributeFile, ReadingJob\nimport pyarrow as pa\n"
        f"job = ReadingJob(AttributeFile(Path({str(path)!r}), 'x.csv', 'id', ('amount',)), {{'buyers': pa.table({{'customer': ['a']}})}})\n"
        "job.wait()\nprint(job._folder.path, flush=True)\ntime.sleep(60)\n"
    )
    server = subprocess.Popen(
        [sys.executable, "-c", script],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[3],
        env=os.environ | {"TMPDIR": str(tmp_path)},
    )
    assert server.stdout is not None
    left = Path(server.stdout.readline().strip())
    server.kill()
    server.wait()
    server.stdout.close()
    assert (left / "outcome.json").exists()
    scratch._clear_up_once.cache_clear()
    job = ReadingJob(AttributeFile(path, "x.csv", "id", ("amount",)))
    assert not left.exists()
    job.cancel()


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def test_tasks_travel_as_they_are(task: Task[Any]) -> None:
    assert unpack(pack(task)) == task


def test_what_travels_is_data_only(read: Callable[..., object]) -> None:
    found = read(TEXT).without_rows()
    assert unpack(pack(found)) == found
    with pytest.raises(KeyError):
        unpack({"kind": "Popen", "parts": {}})


def test_the_inbox_holds_tables_and_follows_no_links(tmp_path: Path) -> None:
    (tmp_path / "sales.csv").write_text("a,b\n")
    (tmp_path / "notes.docx").write_text("")
    (tmp_path / ".hidden.csv").write_text("a,b\n")
    (tmp_path / "link.csv").symlink_to(tmp_path / "sales.csv")
    assert [file.name for file in inbox_files(tmp_path)] == ["sales.csv"]
    assert inbox_files(tmp_path / "nowhere") == []


def test_a_parquet_preview_has_a_value_for_each_column() -> None:
    from strategy.customers import preview

    shown = preview(Path(__file__).parents[3] / "data" / "samples" / "uk_gifts" / "online_retail.parquet")
    assert {len(row) for row in shown.rows} == {len(shown.columns)}
