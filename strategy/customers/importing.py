"""Store an understood file as the workbook's current data set, and read the record of data sets."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping as MappingType
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from strategy.customers.mapping import Mapping
from strategy.customers.quality import Understanding
from strategy.customers.schema import create_tables, one_row
from strategy.errors import ImportRefused
from strategy.language import msg

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class Dataset:
    """The record of one import. Money is in the file's currency, days are dates of the shop's time zone."""

    version: int
    file_name: str
    sha256: str
    mapping: Mapping
    rows_read: int
    rows_kept: int
    customers: int
    orders: int
    first_day: dt.date
    last_day: dt.date
    revenue: float
    understood: MappingType[str, Any]
    quality: MappingType[str, Any]
    imported_at: dt.datetime
    author: str


_COLUMNS = "version, file_name, sha256, mapping, understood, quality, imported_at, author"


def _dataset(row: tuple[Any, ...]) -> Dataset:
    version, file_name, sha256, mapping, understood, quality, imported_at, author = row
    counted = json.loads(quality)
    return Dataset(
        version=version,
        file_name=file_name,
        sha256=sha256,
        mapping=Mapping.from_json(mapping),
        rows_read=counted["rows_read"],
        rows_kept=counted["rows_kept"],
        customers=counted["customers"],
        orders=counted["orders"],
        first_day=dt.date.fromisoformat(counted["first_day"]),
        last_day=dt.date.fromisoformat(counted["last_day"]),
        revenue=counted["revenue"],
        understood=json.loads(understood),
        quality=counted,
        imported_at=imported_at,
        author=author,
    )


def datasets(cursor: duckdb.DuckDBPyConnection) -> list[Dataset]:
    """Every import's record, oldest first."""
    return [_dataset(row) for row in cursor.execute(f"SELECT {_COLUMNS} FROM dataset ORDER BY version").fetchall()]


def current_dataset(cursor: duckdb.DuckDBPyConnection) -> Dataset | None:
    """The newest import's record; None in a workbook without customer data."""
    row = cursor.execute(f"SELECT {_COLUMNS} FROM dataset ORDER BY version DESC LIMIT 1").fetchone()
    return _dataset(row) if row else None


def already_imported(cursor: duckdb.DuckDBPyConnection, sha256: str, mapping: Mapping) -> Dataset | None:
    """The current data set when it is this very file under this very mapping; storing it again would change nothing."""
    current = current_dataset(cursor)
    return current if current and current.sha256 == sha256 and current.mapping == mapping else None


def _insert(cursor: duckdb.DuckDBPyConnection, table: str, rows: Any, columns: str) -> None:
    cursor.register("rows_to_store", rows)
    try:
        cursor.execute(f"INSERT INTO {table} ({columns}) SELECT {columns} FROM rows_to_store")
    finally:
        cursor.unregister("rows_to_store")


def store(cursor: duckdb.DuckDBPyConnection, understanding: Understanding, author: str) -> Dataset:
    """Replace the workbook's purchases by the understood file's and add its record.

    Runs in the caller's transaction, without beginning or committing one. The same file under the same mapping and rules is
    recognised: nothing is written and the current record is returned.

    Raises:
        ImportRefused: the understanding was stripped of its rows.
    """
    create_tables(cursor)
    known = already_imported(cursor, understanding.sha256, understanding.mapping)
    if known and known.understood["rules"] == json.loads(understanding.understood_json())["rules"]:
        return known
    if understanding.purchases is None or understanding.rejected is None:
        raise ImportRefused(
            msg("The rows of the file are no longer at hand"), understanding.file_name, msg("Choose the file again and confirm it.")
        )
    cursor.execute("DELETE FROM purchase")
    cursor.execute("DELETE FROM rejected_row")
    _insert(cursor, "purchase", understanding.purchases, "customer, day, amount, order_id, quantity, price")
    _insert(cursor, "rejected_row", understanding.rejected, "row_number, reason, customer, day_text, amount_text, amount")
    row = one_row(cursor, "SELECT coalesce(max(version), 0) + 1 FROM dataset")
    now = dt.datetime.now(dt.UTC).replace(tzinfo=None)
    cursor.execute(
        f"INSERT INTO dataset ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            row[0],
            understanding.file_name,
            understanding.sha256,
            understanding.mapping.as_json(),
            understanding.understood_json(),
            understanding.quality_json(),
            now,
            author,
        ],
    )
    return datasets(cursor)[-1]
