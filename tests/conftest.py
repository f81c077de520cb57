"""What all tests share: a home folder of their own, and workbooks made quickly."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from strategy.workbook import Put, Workbook, views

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


@pytest.fixture(autouse=True)
def plain_views(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Comments on 570 columns are most of what a new workbook costs, and hundreds of tests make one; few read them."""
    if "commented" not in request.keywords:
        monkeypatch.setattr(views, "_comments", lambda name, worksheet: ())


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
