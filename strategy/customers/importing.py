"""Store an understood file as the workbook's current data set, and read the record of data sets."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping as MappingType
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from strategy.customers.arrow_files import ROW_GROUP, even_batches
from strategy.customers.data_record import fingerprint, quality_record, title
from strategy.customers.left_out import forget_left_out, store_left_out
from strategy.customers.mapping import Mapping
from strategy.customers.purchase_table import empty_purchases, keep_totals
from strategy.customers.quality import Understanding
from strategy.customers.schema import create_tables, one_row
from strategy.errors import ImportRefused
from strategy.language import msg

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

Mode = Literal["replace", "append"]


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

    @property
    def files(self) -> list[dict[str, Any]]:
        """The files the data came from: name, sha256, rows_read, rows_added."""
        alone = {"name": self.file_name, "sha256": self.sha256, "rows_read": self.rows_read, "rows_added": self.rows_kept}
        return self.quality.get("files") or [alone]


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


def contains_file(cursor: duckdb.DuckDBPyConnection, sha256: str) -> Dataset | None:
    """The current data set when this very file is part of it."""
    current = current_dataset(cursor)
    return current if current and any(file["sha256"] == sha256 for file in current.files) else None


def purchases_at_hand(cursor: duckdb.DuckDBPyConnection) -> pa.Table:
    """The purchases of the current data set, for a file that is to be added to them; only the columns that hold something."""
    columns = [row[0] for row in cursor.execute("DESCRIBE purchase").fetchall()]
    counts = one_row(cursor, f"SELECT {', '.join(f'count({name})' for name in columns)} FROM purchase")
    filled = [name for name, count in zip(columns, counts, strict=True) if count or name in ("customer", "day", "amount")]
    return cursor.execute(f"SELECT {', '.join(filled)} FROM purchase").to_arrow_table(ROW_GROUP)


def rows_outside(cursor: duckdb.DuckDBPyConnection, first: dt.date, last: dt.date) -> int:
    """Purchase lines at hand of days before ``first`` or after ``last``."""
    return int(one_row(cursor, f"SELECT count(*) FROM purchase WHERE day NOT BETWEEN DATE '{first}' AND DATE '{last}'")[0])


def _store_purchases(cursor: duckdb.DuckDBPyConnection, purchases: pa.Table, customers: int) -> None:
    empty_purchases(cursor, purchases.column_names, customers)
    columns = ", ".join(purchases.column_names)
    cursor.register("rows_to_store", even_batches(purchases))
    try:
        cursor.execute(f"INSERT INTO purchase ({columns}) SELECT {columns} FROM rows_to_store")
    finally:
        cursor.unregister("rows_to_store")


def recognised(cursor: duckdb.DuckDBPyConnection, files: Sequence[Understanding], mode: Mode) -> Dataset | None:
    """The current data set when storing ``files`` would change nothing: they are in it, read in the same way."""
    if mode == "append":
        return current_dataset(cursor) if all(contains_file(cursor, each.sha256) for each in files) else None
    current = current_dataset(cursor)
    if not current or [file["sha256"] for file in current.files] != [each.sha256 for each in files]:
        return None
    same_rules = current.understood["rules"] == json.loads(files[-1].understood_json())["rules"]
    return current if same_rules and current.mapping == files[-1].mapping else None


def refuse_other_currency(there: str | None, file: Understanding) -> None:
    """Refuse to add amounts in one currency to those in another, where both are known."""
    if there and file.numbers.currency and file.numbers.currency != there:
        raise ImportRefused(
            msg("The amounts are in {currency}, those it is added to in {other}", currency=file.numbers.currency, other=there),
            file.file_name,
            msg("Convert them to one currency before they are brought in."),
        )


def store(
    cursor: duckdb.DuckDBPyConnection,
    understood: Understanding | Sequence[Understanding],
    author: str,
    mode: Mode = "replace",
) -> Dataset:
    """Make the understood files the workbook's purchases and add their record.

    Runs in the caller's transaction, without beginning or committing one. The same files under the same mapping and rules are
    recognised: nothing is written and the current record is returned.

    Args:
        understood: a file, or several of which each was understood with the purchases of those before it at hand.
        mode: ``replace`` the data at hand, or ``append`` to them: then the first file was understood with them at hand.

    Raises:
        ImportRefused: the understanding was stripped of its rows, or the data at hand have changed since.
    """
    create_tables(cursor)
    files = [understood] if isinstance(understood, Understanding) else list(understood)
    if known := recognised(cursor, files, mode):
        return known
    last = files[-1]
    if last.purchases is None or any(each.rejected is None for each in files):
        raise ImportRefused(
            msg("The rows of the file are no longer at hand"), last.file_name, msg("Choose the file again and confirm it.")
        )
    before = current_dataset(cursor) if mode == "append" else None
    if mode == "append" and files[0].rows_at_hand != one_row(cursor, "SELECT count(*) FROM purchase")[0]:
        raise ImportRefused(
            msg("The data at hand have changed since the file was read"), files[0].file_name, msg("Choose the file again.")
        )
    there = None if before is None else (before.understood.get("numbers") or {}).get("currency")
    for each in files:
        refuse_other_currency(there, each)
        there = there or each.numbers.currency
    _store_purchases(cursor, last.purchases, last.customers)
    keep_totals(cursor, last.totals)
    if mode == "replace":
        forget_left_out(cursor)
    store_left_out(cursor, [(each.file_name, each.rejected) for each in files])
    quality = quality_record(files, None if before is None else dict(before.quality))
    row = one_row(cursor, "SELECT coalesce(max(version), 0) + 1 FROM dataset")
    now = dt.datetime.now(dt.UTC).replace(tzinfo=None)
    cursor.execute(
        f"INSERT INTO dataset ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            row[0],
            title(quality["files"]),
            fingerprint(quality["files"]),
            last.mapping.as_json(),
            last.understood_json(),
            json.dumps(quality, ensure_ascii=False, default=str),
            now,
            author,
        ],
    )
    return datasets(cursor)[-1]
