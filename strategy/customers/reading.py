"""Open a file of purchases, whatever it is: CSV (also gzipped), Excel or Parquet.

The file is checked, copied into a private folder unless it is plain UTF-8 text, and parsed by a locked-down DuckDB connection. Columns are
called ``c0``, ``c1``, ... in SQL, so that no heading of a stranger's file ever becomes part of a statement.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from strategy.customers.delimited import Blanks, Delimited, read_delimited, too_many_columns, unpack
from strategy.customers.encodings import spoken
from strategy.customers.file_kind import Kind, container, extension_note, not_a_table
from strategy.customers.limits import MAX_COLUMNS, MAX_LINE_BYTES, MAX_TEXT_BYTES, PREVIEW_ROWS
from strategy.customers.progress import Progress, unheard
from strategy.customers.room import room_refusals
from strategy.customers.sandbox import sandbox
from strategy.customers.schema import one_row
from strategy.customers.spreadsheet import read_sheet
from strategy.errors import ImportRefused
from strategy.language import Message, msg
from strategy.scratch import private_folder

if TYPE_CHECKING:
    import duckdb

_BAD_LINE = re.compile(r"CSV Error on Line: (\d+)")
#: Characters of a row that has a date and an amount at least.
_LEAST_ROW = 16
_WIDTHS = re.compile(r"Expected Number of Columns: (\d+) Found: (\d+)")


@dataclass(frozen=True)
class FilePreview:
    """What a file is and how it begins.

    Attributes:
        encoding: name of the text encoding; None for Excel and Parquet.
        rows: the first rows as text, one value per column.
        row_count: data rows; for CSV the lines after the heading (a value with a line break counts as several).
        sheets: the worksheets of an Excel file; ``sheet`` is the one shown.
        first_row: number of the first data row as the reader's program counts it (2 below a heading, 1 in Parquet).
        notes: remarks worth saying, such as an Excel file named .csv.
    """

    name: str
    kind: Kind
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    row_count: int | None
    encoding: str | None = None
    delimiter: str | None = None
    sheets: tuple[str, ...] = ()
    sheet: str | None = None
    first_row: int = 2
    notes: tuple[Message, ...] = ()


@dataclass(frozen=True)
class OpenTable:
    """A file open for SQL: ``relation`` is what to select from, ``types`` the DuckDB type of each column, ``line`` the row's
    number, ``blanks`` what white space cells may begin or end with, ``shown_in`` the currencies that the formats of a spreadsheet's
    cells show, by heading."""

    preview: FilePreview
    connection: duckdb.DuckDBPyConnection
    relation: str
    types: tuple[str, ...]
    line: str
    blanks: Blanks = "any"
    shown_in: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def column(self, heading: str) -> str:
        """The SQL name of the column headed ``heading``."""
        return f"c{self.preview.columns.index(heading)}"

    def type_of(self, heading: str) -> str:
        return self.types[self.preview.columns.index(heading)]


def _headings(raw: tuple[str, ...], name: str) -> tuple[str, ...]:
    """Headings without stray spaces; a blank one is named by its place.

    Raises:
        ImportRefused: one column only, too many, or two with the same heading.
    """
    if len(raw) > MAX_COLUMNS:
        raise too_many_columns(name, len(raw))
    columns = tuple(" ".join(heading.split()) or f"({place})" for place, heading in enumerate(raw, 1))
    seen: dict[str, int] = {}
    for place, heading in enumerate(columns, 1):
        if heading in seen:
            raise ImportRefused(
                msg("Two columns have the same heading, {heading}", heading=heading),
                msg("{file}, columns {first} and {second}", file=name, first=seen[heading], second=place),
                msg("Give each column its own heading."),
            )
        seen[heading] = place
    if len(columns) == 1:
        raise ImportRefused(
            msg("Only one column was found, headed {heading}", heading=columns[0][:60]),
            name,
            msg(
                "The table needs at least a customer, a date and an amount, separated by one character, such as a comma, a semicolon or a tab."
            ),
        )
    return columns


def _header_only(name: str) -> ImportRefused:
    return ImportRefused(
        msg("The file has headings and no rows"), name, msg("Export the purchases again, with their rows, and choose the new file.")
    )


def _above(lines: int) -> tuple[Message, ...]:
    return (msg("Lines above the heading that are no part of the table and were left out: {count}", count=lines),) if lines else ()


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"


def _csv_relation(table: Delimited, width: int) -> str:
    columns = ", ".join(f"'c{at}': 'VARCHAR'" for at in range(width))
    delimiter = table.delimiter.replace("'", "''")
    return (
        f"read_csv({_quoted(table.path)}, auto_detect=false, header=true, skip={table.above}, delim='{delimiter}', quote='\"', escape='\"', "
        f"strict_mode=true, null_padding=false, max_line_size={MAX_LINE_BYTES + 2}, columns={{{columns}}})"
    )


def csv_refusal(error: Exception, name: str) -> ImportRefused:
    """DuckDB's account of a row that does not fit, in our words and with the row's number."""
    text = str(error)
    line = _BAD_LINE.search(text)
    where = msg("{file}, row {row}", file=name, row=line[1]) if line else name
    if widths := _WIDTHS.search(text):
        return ImportRefused(
            msg("The row has {found:# column|# columns}, the heading has {expected}", found=widths[2], expected=widths[1]),
            where,
            msg("Add or remove the delimiter, or put quotation marks around a value that contains one."),
        )
    if "unterminated quote" in text.lower():
        return ImportRefused(
            msg("A quotation mark is opened and not closed"), where, msg("Close it, or remove it, and save the file again.")
        )
    return ImportRefused(
        msg("The row cannot be read as part of the table"), where, msg("Compare it with its neighbours and correct it.")
    )


@contextmanager
def named_refusals(name: str) -> Iterator[None]:
    """A row that does not fit its table, and a table that does not fit the memory, refused by the name of the file."""
    import duckdb

    try:
        with room_refusals(name):
            yield
    except duckdb.InvalidInputException as error:
        raise csv_refusal(error, name) from error


def _parquet(path: Path, name: str, connection: duckdb.DuckDBPyConnection) -> tuple[FilePreview, str, tuple[str, ...]]:
    import duckdb
    import pyarrow.parquet as parquet

    try:
        file = parquet.ParquetFile(path)
        columns = _headings(tuple(file.schema_arrow.names), name)
        # The reader numbers rows itself: counting them in a window would give up its parallelism.
        names = ", ".join([*(f"c{at}" for at in range(len(columns))), "file_row"])
        relation = f"(SELECT * FROM read_parquet({_quoted(path)}, file_row_number=true)) AS file({names})"
        described = connection.execute(f"DESCRIBE SELECT * EXCLUDE (file_row) FROM {relation}").fetchall()
        sample = connection.execute(
            f"SELECT COLUMNS(*)::VARCHAR FROM (SELECT * EXCLUDE (file_row) FROM {relation}) LIMIT {PREVIEW_ROWS}"
        ).fetchall()
        count = file.metadata.num_rows
    except (duckdb.Error, OSError, ValueError) as error:
        raise ImportRefused(msg("The Parquet file is damaged"), name, msg("Export it again and choose the new file.")) from error
    if not count:
        raise _header_only(name)
    rows = tuple(tuple("" if value is None else str(value) for value in row) for row in sample)
    return FilePreview(name, "parquet", columns, rows, count, first_row=1), relation, tuple(row[1] for row in described)


def refuse_unpacking(table: OpenTable, headings: Iterable[str]) -> None:
    """Refuse a Parquet file whose values of these columns, written out, would be longer than a text may be.

    A value that comes back a million times is stored once: a file of a few kilobytes can fill the disk.
    """
    if table.preview.kind != "parquet":
        return
    size = (table.preview.row_count or 0) * _LEAST_ROW
    texts = [table.column(heading) for heading in headings if table.type_of(heading) == "VARCHAR"]
    if texts and size <= MAX_TEXT_BYTES:
        lengths = " + ".join(f"coalesce(strlen({text}), 0)" for text in texts)
        size += int(one_row(table.connection, f"SELECT sum({lengths}) FROM {table.relation}")[0] or 0)
    if size > MAX_TEXT_BYTES:
        raise ImportRefused(
            msg("The file is larger than {limit} GB when unpacked", limit=MAX_TEXT_BYTES // 10**9),
            table.preview.name,
            msg("Split it by period, or export fewer columns."),
        )


def _state(path: Path) -> tuple[int, int]:
    """What differs once somebody has written to a file."""
    found = path.stat()
    return found.st_size, found.st_mtime_ns


@contextmanager
def opened(
    path: Path,
    name: str,
    *,
    sheet: str | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    progress: Progress = unheard,
) -> Iterator[OpenTable]:
    """The file as a relation of a locked-down in-memory connection; all of it is gone when the block ends.

    Raises:
        ImportRefused: the file is no table or cannot be read, with what, where and how to mend it.
    """
    with private_folder() as folder:
        holds = container(path, name)
        source = path
        if holds == "gzip":
            source = folder / "unpacked"
            unpack(path, source, name)
            if (inner := container(source, name)) not in ("text", "parquet"):
                raise not_a_table(name, msg("a packed archive"))
            holds = inner
        copy, state = folder / "table", _state(path)
        blanks: Blanks = "any"
        shown_in: Mapping[str, frozenset[str]] = {}
        table = read_delimited(source, copy, name, encoding, delimiter, progress) if holds == "text" else None
        with sandbox(folder, *([table.path] if table else [])) as connection:
            if table:
                columns, blanks = _headings(table.columns, name), table.blanks
                if not table.rows:
                    raise _header_only(name)
                shown = FilePreview(
                    name, "csv", columns, table.rows, table.lines - 1 - table.above, spoken(table.encoding),
                    table.delimiter, first_row=table.above + 2, notes=(*_above(table.left_out), *table.notes),
                )  # fmt: skip
                relation, types = _csv_relation(table, len(columns)), ("VARCHAR",) * len(columns)
            elif holds == "zip":
                worksheet = read_sheet(source, name, sheet)
                columns = _headings(worksheet.columns, name)
                shown_in = dict(zip(columns, worksheet.shown_in, strict=True))
                if not worksheet.rows:
                    raise _header_only(name)
                connection.register("sheet", worksheet.table)
                relation = "sheet"
                types = tuple(row[1] for row in connection.execute("DESCRIBE sheet").fetchall())
                shown = FilePreview(
                    name, "xlsx", columns, worksheet.rows, worksheet.table.num_rows,
                    sheets=worksheet.sheets, sheet=worksheet.name, first_row=worksheet.heading_row + 1,
                    notes=(*_above(worksheet.above), *worksheet.notes),
                )  # fmt: skip
            else:
                shutil.copyfile(source, copy)
                shown, relation, types = _parquet(copy, name, connection)
            if note := extension_note(shown.kind, name):
                shown = replace(shown, notes=(*shown.notes, note))
            line = "file_row + 1" if shown.kind == "parquet" else f"row_number() OVER () + {shown.first_row - 1}"
            yield OpenTable(shown, connection, relation, types, line, blanks, shown_in)
            if _state(path) != state:
                raise ImportRefused(
                    msg("The file was changed while it was read"), name, msg("Choose it again when nothing writes to it any more.")
                )


def preview(
    path: Path | str,
    name: str | None = None,
    *,
    sheet: str | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
) -> FilePreview:
    """What the file is, its columns and its first rows. ``name`` is used in messages only.

    Raises:
        ImportRefused: the file is no table or cannot be read.
    """
    file = Path(path)
    with opened(file, name or file.name, sheet=sheet, encoding=encoding, delimiter=delimiter) as table:
        return table.preview
