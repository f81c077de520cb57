"""Small hand-made files and a workbook cursor for the customer tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest

from strategy.customers import Mapping, Rules, Understanding, create_tables, understand

MAPPING = Mapping(customer="id", date="date", amount="amount")


@pytest.fixture
def cursor() -> Iterator[duckdb.DuckDBPyConnection]:
    connection = duckdb.connect(":memory:")
    create_tables(connection)
    yield connection
    connection.close()


@pytest.fixture
def file(tmp_path: Path) -> Callable[..., Path]:
    """Write text or bytes to a file and give its path."""

    def write(content: str | bytes, name: str = "sales.csv", encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    return write


@pytest.fixture
def read(file: Callable[..., Path]) -> Callable[..., Understanding]:
    """Understand text as a file under a mapping."""

    def run(
        content: str | bytes, mapping: Mapping = MAPPING, name: str = "sales.csv", encoding: str = "utf-8", **rules: object
    ) -> Understanding:
        return understand(file(content, name, encoding), name, mapping, Rules(**rules))  # type: ignore[arg-type]

    return run
