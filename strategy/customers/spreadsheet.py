"""Excel workbooks: guarded against tricks of the format, then read into one Arrow column per spreadsheet column."""

from __future__ import annotations

import datetime as dt
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from strategy.customers.cell_facts import cell_currencies, counts_from_1904, error_cells, percent_cells, uncalculated
from strategy.customers.delimited import too_many_columns
from strategy.customers.file_kind import not_a_table
from strategy.customers.heading_row import find_heading
from strategy.customers.limits import MAX_COLUMNS, MAX_SHEET_BYTES, MAX_SHEET_CELLS
from strategy.customers.sheet_cells import Area, fill_merged, show_percentages
from strategy.errors import ImportRefused
from strategy.language import Message, msg

if TYPE_CHECKING:
    import pyarrow as pa

_CELL = re.compile(rb'<(?:\w+:)?c [^>]*?r="([A-Z]{1,3})')
_ROW = re.compile(rb'<(?:\w+:)?row [^>]*?r="(\d{1,9})')
_BLOCK = 1 << 20


@dataclass(frozen=True)
class Sheet:
    """One worksheet: its heading, its cells by column, the row of the heading as the spreadsheet counts it (from 1), how many
    rows ``above`` it are no part of the table, the currencies the formats of each column's cells show, and what to hear of its cells."""

    name: str
    sheets: tuple[str, ...]
    columns: tuple[str, ...]
    table: pa.Table
    rows: tuple[tuple[str, ...], ...]
    heading_row: int
    above: int
    shown_in: tuple[frozenset[str], ...]
    notes: tuple[Message, ...] = ()


def _letters(column: bytes) -> int:
    number = 0
    for letter in column:
        number = number * 26 + letter - 64
    return number


def guard(path: Path, name: str) -> None:
    """Refuse a zip file that is no Excel workbook, is damaged, or unpacks to more than memory should hold.

    Sizes stated in the archive can lie, so every part is unpacked once, counted and thrown away. A worksheet's rectangle is
    counted too: two cells in opposite corners are a small file and a table of 17 thousand million cells.
    """
    broken = ImportRefused(msg("The Excel file is damaged"), name, msg("Open it in Excel, save it again and choose that file."))
    oversize = ImportRefused(
        msg("The Excel file unpacks to more than {limit} MB", limit=MAX_SHEET_BYTES // 10**6),
        name,
        msg("Save the purchases alone as CSV and choose that file."),
    )
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            names = {part.filename for part in parts}
            if "[Content_Types].xml" not in names:
                raise not_a_table(name, msg("a packed archive"))
            if not any(part.startswith("xl/") for part in names):
                raise not_a_table(name, msg("a document of another Office program"))
            if len(parts) > 10_000 or sum(part.file_size for part in parts) > MAX_SHEET_BYTES:
                raise oversize
            budget = MAX_SHEET_BYTES
            for part in parts:
                budget -= _measure(archive, part, name, budget)
                if budget < 0:
                    raise oversize
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError) as error:
        raise broken from error


def _measure(archive: zipfile.ZipFile, part: zipfile.ZipInfo, name: str, budget: int) -> int:
    """Bytes of one part, unpacked; for a worksheet its rows and columns are checked as well."""
    worksheet = part.filename.startswith("xl/worksheets/")
    part.file_size = budget + 1  # read what is there, not what the archive says
    size = rows = 0
    columns: set[bytes] = set()
    rest = b""
    with archive.open(part) as stream:
        while (block := stream.read(_BLOCK)) and size <= budget:
            size += len(block)
            if worksheet:
                text = rest + block
                columns.update(_CELL.findall(text))
                rows = max(rows, max(map(int, _ROW.findall(text)), default=0))
                rest = text[-200:]
    width = max(map(_letters, columns), default=0)
    if width > MAX_COLUMNS:
        raise too_many_columns(name, width)
    if width * rows > MAX_SHEET_CELLS:
        raise ImportRefused(
            msg(
                "The worksheet spans {rows:# row|# rows} and {columns:# column|# columns}, too many to read",
                rows=f"{rows:,}",
                columns=f"{width:,}",
            ),
            msg("{file}, {part}", file=name, part=part.filename),
            msg("Delete stray cells far below or to the right of the table, or save the table as CSV."),
        )
    return size


def cell_text(value: Any) -> str:
    """A cell as text that can be read back in one way only.

    ``17850.0`` is ``17850``; a number with exactly three decimals gets a fourth, so that ``1.234`` is never taken for a thousand.
    """
    if value is None or value == "" or value != value:  # the last is no number
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float | int | Decimal):
        if float(value).is_integer() and abs(float(value)) < 1e15:
            return str(int(value))
        text = repr(float(value))
        return text + "0" if re.fullmatch(r"-?\d+\.\d{3}", text) else text
    if isinstance(value, dt.datetime):
        return value.isoformat(sep=" ") if value.time() != dt.time() else value.date().isoformat()
    return str(value)


def _column(values: Sequence[Any]) -> pa.Array:
    import pyarrow as pa

    present = {type(value) for value in values if value is not None and value != ""}
    plain = [None if value == "" else value for value in values]
    if present and present <= {float, int}:
        return pa.array([None if value is None else float(value) for value in plain], pa.float64())
    if present and present <= {dt.datetime, dt.date}:
        moments = [
            value if value is None or isinstance(value, dt.datetime) else dt.datetime.combine(value, dt.time()) for value in plain
        ]
        return pa.array(moments, pa.timestamp("us"))
    return pa.array([None if value is None else cell_text(value) for value in plain], pa.string())


def sheet_names(path: Path, name: str) -> tuple[str, ...]:
    """The worksheets of an Excel workbook, whatever is in them.

    Raises:
        ImportRefused: the file is no Excel workbook, or is damaged.
    """
    with _damage_named(name):
        return tuple(_open(path, name).sheet_names)


def _open(path: Path, name: str) -> Any:
    from python_calamine import CalamineWorkbook

    guard(path, name)
    return CalamineWorkbook.from_path(str(path))


@contextmanager
def _damage_named(name: str) -> Iterator[None]:
    """The reader reports a damaged file by more than one kind of exception, some of them not Exception."""
    try:
        yield
    except (ImportRefused, KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:
        raise ImportRefused(
            msg("The Excel file is damaged"), name, msg("Open it in Excel, save it again and choose that file.")
        ) from error


@dataclass
class _Cells:
    """The cells of a worksheet from ``start``, row and column of the first that holds something (None where none does)."""

    name: str
    start: tuple[int, int] | None
    rows: list[list[Any]]
    merged: tuple[Area, ...]

    def place(self, row: int, column: int) -> tuple[int, int]:
        """Where a cell of the worksheet, counted from 0, stands in ``rows``."""
        first = self.start or (0, 0)
        return row - first[0], column - first[1]


def _cells(workbook: Any, sheet: str) -> _Cells:
    reader = workbook.get_sheet_by_name(sheet)
    return _Cells(sheet, reader.start, reader.to_python(skip_empty_area=True), tuple(reader.merged_cell_ranges or ()))


def _in_sight_first(workbook: Any) -> tuple[str, ...]:
    """The names of the worksheets, those that are hidden behind the others: what nobody sees is seldom what is meant."""
    from python_calamine import SheetVisibleEnum

    return tuple(
        sheet.name for sheet in sorted(workbook.sheets_metadata, key=lambda sheet: sheet.visible != SheetVisibleEnum.Visible)
    )


def _width(cells: Sequence[Sequence[Any]]) -> int:
    """How many columns have something in them."""
    return len({at for row in cells for at, cell in enumerate(row) if cell not in ("", None)})


def read_sheet(path: Path, name: str, sheet: str | None = None) -> Sheet:
    """Read one worksheet: the one named, else the first in sight that is wider than one column, as a cover is not, which often
    comes first.

    Raises:
        ImportRefused: the workbook is damaged or has no such worksheet, or the worksheet is empty.
    """
    import pyarrow as pa

    with _damage_named(name):
        workbook = _open(path, name)
        sheets = tuple(workbook.sheet_names)
        if not sheets or (sheet is not None and sheet not in sheets):
            raise ImportRefused(
                msg("There is no worksheet named {sheet}", sheet=sheet or "-"),
                name,
                msg("Choose one of: {names}.", names=", ".join(sheets) or "-"),
            )
        order = _in_sight_first(workbook)
        found = _cells(workbook, sheet or order[0])
        for other in order[1:] if sheet is None else ():
            if _width(found.rows) > 1:
                break
            if _width((another := _cells(workbook, other)).rows) > 1:
                found = another
    if not found.rows or found.start is None:
        raise ImportRefused(
            msg("The worksheet is empty"), msg("{file}, {part}", file=name, part=found.name), msg("Choose another worksheet.")
        )
    with _damage_named(name):
        percent = [found.place(row - 1, _letters(letters.encode()) - 1) for row, letters in percent_cells(path, found.name)]
    show_percentages(found.rows, percent)
    at = find_heading([[cell_text(cell) for cell in row] for row in found.rows[:200]])
    columns = tuple(cell_text(cell) for cell in found.rows[at])
    if len(columns) > MAX_COLUMNS:
        raise too_many_columns(name, len(columns))
    notes = fill_merged(found.rows, [(found.place(*one), found.place(*two)) for one, two in found.merged], columns, at + 1)
    with _damage_named(name):
        notes += _errors(error_cells(path, found.name), found, columns, at)
        from_1904 = counts_from_1904(path)
    body = found.rows[at + 1 :]
    table = pa.table({f"c{at}": _column([row[at] for row in body]) for at in range(len(columns))})
    if from_1904 and not any(pa.types.is_timestamp(column.type) for column in table.columns):
        notes.append(
            msg("The workbook counts its days from 1904. A day that stands as a bare number is read as counted from 1900, four years and a "
                "day too early: give such cells the format of a date, save the file and choose it again.")
        )  # fmt: skip
    shown = tuple(tuple(cell_text(cell) for cell in row) for row in body[:20])
    return Sheet(
        found.name,
        sheets,
        columns,
        table,
        shown,
        found.start[0] + 1 + at,
        at,
        _currencies(path, name, found, columns),
        tuple(notes),
    )


def _errors(cells: Sequence[tuple[int, str, str]], found: _Cells, columns: Sequence[str], heading: int) -> list[Message]:
    """A word on cells below the ``heading`` that hold an error: they are read as empty, which nobody would see."""
    below = [
        (row, columns[place], text)
        for row, letters, text in cells
        for at, place in [found.place(row - 1, _letters(letters.encode()) - 1)]
        if at > heading and 0 <= place < len(columns)
    ]
    if not below:
        return []
    row, _, text = below[0]
    names = ", ".join(dict.fromkeys(name for _, name, _ in below))
    return [
        msg("Cells that hold an error and count as empty: {count}, in {columns}; the first is {value} in row {row}.",
            count=f"{len(below):,}", columns=names, value=text, row=row)
    ]  # fmt: skip


def _currencies(path: Path, name: str, found: _Cells, columns: Sequence[str]) -> tuple[frozenset[str], ...]:
    """The currencies shown, by column.

    Raises:
        ImportRefused: the formulas of a column were never calculated.
    """
    first = found.place(0, 0)[1]
    with _damage_named(name):
        empty = sorted(
            place for letters in uncalculated(path, found.name) if 0 < (place := _letters(letters.encode()) + first) <= len(columns)
        )
        by_column = {_letters(letters.encode()) + first: shown for letters, shown in cell_currencies(path, found.name).items()}
    if empty:
        raise ImportRefused(
            msg("The formulas of the column were never calculated, and stand at 0"),
            msg("{file}, column {column}", file=name, column=columns[empty[0] - 1]),
            msg("Open the file in Excel, save it again and choose that file."),
        )
    return tuple(by_column.get(place, frozenset()) for place in range(1, len(columns) + 1))
