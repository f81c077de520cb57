"""The Newsstand sample, built once, and a file made of text."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from strategy.customers.plain_table import read_table
from strategy.samples import build
from strategy.spine.survey_layout import Options
from strategy.spine.worksheet_rows import RowsRead, read_rows
from strategy.workbook import Workbook

Reads = Callable[..., RowsRead]


@pytest.fixture(scope="session")
def newsstand_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("newsstand")
    with build("newsstand", folder / "plan.duckdb", "Newsstand", "Ada", "en") as made:
        made.backup(folder / "copy.duckdb")
    return folder / "copy.duckdb"


@pytest.fixture
def newsstand(newsstand_file: Path, tmp_path: Path) -> Iterator[Workbook]:
    path = tmp_path / "newsstand.duckdb"
    path.write_bytes(newsstand_file.read_bytes())
    with Workbook.open(path) as workbook:
        yield workbook


@pytest.fixture
def reads(newsstand: Workbook, tmp_path: Path) -> Reads:
    """``reads("need", "Need,Segment\\n...", scale=(1, 5))``: a CSV understood as rows of a worksheet."""

    def read(sheet: str, text: str, decimal: str | None = None, date_order: str | None = None, **options: object) -> RowsRead:
        path = tmp_path / "answers.csv"
        path.write_text(text, encoding="utf-8")
        snapshot = newsstand.snapshot()
        table = read_table(path, path.name)
        return read_rows(snapshot, snapshot.method.worksheet(sheet), table, decimal, date_order, Options(**options))  # type: ignore[arg-type]

    return read
