"""Take a workbook file from elsewhere in as a validated copy.

The file may have been made by anyone. It is opened read-only on a hardened connection; only the tables this program knows are
read, each as plain columns, and written anew. Views, macros or extra tables of the file never come along.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from strategy.customers.schema import TABLES as CUSTOMER_TABLES
from strategy.errors import StrategyError, WorkbookDamaged, WorkbookError
from strategy.language import msg
from strategy.scratch import private_folder
from strategy.workbook import copying, file
from strategy.workbook.journal import Revision, append, read_all
from strategy.workbook.workbook import Workbook


def copy_validated(source: Path, target: Path, name: str | None, intact_only: bool = False, called: str | None = None) -> None:
    """Write a new workbook at ``target`` from the journal and customer tables of ``source``.

    ``intact_only`` keeps the revisions before the first break of a damaged file; without it a damaged file is refused.
    ``called`` is what the file's owner knows it by, for messages.
    """
    if not source.is_file():
        raise WorkbookError(msg("There is no such file"), str(source), msg("Check the name."))
    with _named(called or str(source)), private_folder() as folder:
        copy = folder / "copy.duckdb"
        for suffix in ("", ".wal"):
            part = source.with_name(source.name + suffix)
            if part.exists():
                copying.copy_file(part, copy.with_name(copy.name + suffix))
        connection = file.connect(copy)
        try:
            meta = file.bring_up_to_date(connection, source)
            revisions = _revisions(connection, intact_only)
            tables = {table: _rows(connection, table) for table in CUSTOMER_TABLES}
        except duckdb.Error as error:
            raise file.in_words(error, source) from error
        finally:
            connection.close()
    _write(target, name or meta.get("name", source.stem), revisions, tables)


@contextmanager
def _named(name: str) -> Iterator[None]:
    """What is wrong with the copy is wrong with the file it was made from."""
    try:
        yield
    except StrategyError as error:
        error.where = name
        raise


def _revisions(connection: duckdb.DuckDBPyConnection, intact_only: bool) -> list[Revision]:
    kind = connection.execute(
        "SELECT count(*) FROM duckdb_tables() WHERE schema_name = 'main' AND table_name = 'revision'"
    ).fetchone()
    if not kind or not kind[0]:
        raise WorkbookDamaged(msg("The file has no history"))
    return read_all(connection.cursor(), intact_only)


def _rows(connection: duckdb.DuckDBPyConnection, table: str) -> Any:
    """The rows of a customer table as Arrow, or ``None`` where the file has none. Only base tables count: a view is code."""
    found = connection.execute(
        "SELECT count(*) FROM duckdb_tables() WHERE schema_name = 'main' AND table_name = ?", [table]
    ).fetchone()
    return connection.execute(f'SELECT * FROM "{table}"').to_arrow_table() if found and found[0] else None


def _write(target: Path, name: str, revisions: list[Revision], tables: dict[str, Any]) -> None:
    from strategy.customers.purchase_table import keep_totals
    from strategy.customers.schema import create_tables

    target.parent.mkdir(parents=True, exist_ok=True)
    connection = file.connect(target)
    try:
        connection.execute("BEGIN")
        file.create_tables(connection, uuid.uuid4().hex, name)
        append(connection, revisions)
        if any(rows is not None for rows in tables.values()):
            create_tables(connection)
            for table, rows in tables.items():
                if rows is not None:
                    connection.register("incoming", rows)
                    connection.execute(f'INSERT INTO "{table}" BY NAME SELECT * FROM incoming')
                    connection.unregister("incoming")
            if tables["purchase"] is not None:
                keep_totals(connection)
        connection.execute("COMMIT")
        connection.close()
        Workbook.open(target).close()
    except BaseException:
        connection.close()
        file.remove(target)
        raise
