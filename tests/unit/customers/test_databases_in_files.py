"""Databases that are files: what stands in the way is named, nothing is made by asking, and compound columns are no customers."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from strategy.customers import Connected, columns, measure, tables
from strategy.customers.connections import close_all, try_again
from strategy.errors import ConnectionProblem, ImportRefused, UnknownName


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    try_again()
    yield
    close_all()


@pytest.mark.parametrize("kind", ["duckdb", "sqlite"])
@pytest.mark.parametrize("place", ["gone.db", "no-folder/gone.db"])
def test_a_file_that_is_not_there_is_said_and_not_made(tmp_path: Path, kind: str, place: str) -> None:
    with pytest.raises(ConnectionProblem, match="The file of the database is not there") as raised:
        tables("shop", {"shop": f"{kind}://{tmp_path / place}"})
    assert "path in the address" in str(raised.value)
    assert "gone" not in str(raised.value)
    assert not (tmp_path / place).exists()


@pytest.mark.parametrize("kind", ["duckdb", "sqlite"])
def test_a_file_that_is_no_database_is_said(tmp_path: Path, kind: str) -> None:
    (tmp_path / "notes.db").write_text("no database, whatever its name says\n" * 200, encoding="utf-8")
    with pytest.raises(ConnectionProblem, match="is no database of this kind"):
        tables("shop", {"shop": f"{kind}://{tmp_path}/notes.db"})


def test_a_file_of_sqlite_is_read(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "shop.db")
    connection.execute("CREATE TABLE sales (client TEXT)")
    connection.close()
    assert tables("shop", {"shop": f"sqlite://{tmp_path}/shop.db"}) == ["sales"]


def test_a_schema_that_is_not_there_is_said(tmp_path: Path) -> None:
    duckdb.connect(str(tmp_path / "shop.db")).close()
    with pytest.raises(UnknownName, match="There is no schema crm"):
        columns("shop", "crm.sales", {"shop": f"duckdb://{tmp_path}/shop.db?read_only=true"})


@pytest.mark.parametrize(
    ("change", "role"),
    [
        ({"customer": "person"}, "customer"), ({"customer": "tags"}, "customer"), ({"customer": "profile"}, "customer"),
        ({"customer": "raw"}, "customer"), ({"order": "person"}, "order"), ({"date": "person"}, "date"), ({"amount": "profile"}, "amount"),
    ],
)  # fmt: skip
def test_several_values_in_a_cell_are_no_customer_day_or_amount(tmp_path: Path, change: dict[str, str], role: str) -> None:
    with duckdb.connect(str(tmp_path / "shop.db")) as connection:
        connection.execute(
            "CREATE TABLE sales AS SELECT 'a' AS client, {'id': 7, 'name': 'Ada'} AS person, ['a', 'b'] AS tags, "
            "'{\"id\": 7}'::JSON AS profile, 'a'::BLOB AS raw, DATE '2024-01-01' AS day, 5.0 AS total"
        )
    urls = {"shop": f"duckdb://{tmp_path}/shop.db?read_only=true"}
    given = {"connection": "shop", "table": "sales", "customer": "client", "date": "day", "amount": "total"}
    (column,) = change.values()
    with pytest.raises(ImportRefused, match=f"The column {column} for the {role} is of type") as raised:
        measure(Connected(**(given | change)), urls)  # type: ignore[arg-type]
    assert "Make a view that converts it" in str(raised.value)
    assert measure(Connected(**given), urls).customers == 1  # type: ignore[arg-type]
