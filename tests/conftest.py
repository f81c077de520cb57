"""What all tests share: a home folder of their own, and workbooks made quickly."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from strategy.workbook import Put, Workbook, file, views

# On a busy machine an example takes a second that takes 10 ms else; how long things take is for the benches.
settings.register_profile("any machine", deadline=None)
settings.load_profile("any machine")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home folder for this test alone; nobody's own workbooks are ever touched."""
    folder = tmp_path / "home"
    monkeypatch.setenv("NINEFOLD_HOME", str(folder))
    monkeypatch.delenv("NINEFOLD_METHOD", raising=False)
    return folder


@pytest.fixture(scope="session")
def laid_out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new workbook of the shipped method, to copy."""
    path = tmp_path_factory.mktemp("laid_out") / "new.duckdb"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(views, "_comments", lambda name, worksheet: ())
        Workbook.create(path, "New").close()
    return path


@pytest.fixture(autouse=True)
def made_quickly(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, laid_out: Path) -> None:
    """Laying out a workbook takes longer than most tests, and thousands begin with one: they get a copy of one laid out before,
    without comments on its 570 columns. Those marked ``made_anew`` get what users get, as do those with a method or clock of their own.
    """
    if "made_anew" in request.keywords:
        return
    create = Workbook.create

    def copy(path: Path, name: str, *other: object, **named: object) -> Workbook:
        if other or named or path.exists():
            return create(path, name, *other, **named)  # type: ignore[arg-type]
        file.make_folder_of(path)
        shutil.copyfile(laid_out, path)
        made = Workbook.open(path)
        with made.writing() as cursor:
            file.set_meta(cursor, workbook_id=uuid.uuid4().hex, name=name)
        made._meta = file.meta(made._connection, path)
        made._write_mark()
        return made

    monkeypatch.setattr(Workbook, "create", copy)


@pytest.fixture
def workbook(tmp_path: Path) -> Iterator[Workbook]:
    """An empty workbook."""
    with Workbook.create(tmp_path / "plan.duckdb", "Plan") as made:
        yield made


@pytest.fixture
def with_segments(workbook: Workbook) -> Workbook:
    """A workbook with a primary, a secondary and a set-aside segment."""
    workbook.commit(
        [
            Put(
                "segment",
                "regulars",
                {"name": "Regulars", "role": "primary", "resource_share": 70, "revenue": 700, "customers": 70},
            ),
            Put(
                "segment", "riders", {"name": "Riders", "role": "secondary", "resource_share": 30, "revenue": 200, "customers": 100}
            ),
            Put("segment", "passers", {"name": "Passers-by", "role": "not_now", "revenue": 100, "customers": 400}),
        ],
        "Ada",
    )
    return workbook
