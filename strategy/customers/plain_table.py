"""Any table of a file as text with the row numbers of its program: for worksheet rows and survey answers rather than purchases."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from strategy.customers.limits import MAX_PLAIN_ROWS
from strategy.customers.progress import Progress, unheard
from strategy.customers.reading import OpenTable, named_refusals, opened
from strategy.customers.spreadsheet import cell_text
from strategy.errors import ImportRefused
from strategy.language import Message, msg

#: What the reading of purchases says to do, where a table of other things needs other advice.
_ADVICE = {
    "Only one column was found, headed {heading}": msg(
        "Separate the columns by comma, semicolon, tab or |, or fill in the template of the worksheet."
    ),
    "The file has headings and no rows": msg("Fill in rows below the headings, save the file and choose it again."),
    "The file is empty": msg("Download the template, fill it in and choose it."),
}


@dataclass(frozen=True)
class PlainTable:
    """A file's table. ``rows`` hold one text a column, ``numbers`` their row in the file as its program counts; blank rows are gone;
    ``notes``: what to hear of how it was read."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: tuple[int, ...]
    sheet: str | None = None
    sheets: tuple[str, ...] = ()
    notes: tuple[Message, ...] = ()


@contextmanager
def opened_plainly(path: Path, name: str, sheet: str | None = None, progress: Progress = unheard) -> Iterator[OpenTable]:
    """The table of a CSV, Excel or Parquet file, as :func:`~strategy.customers.reading.opened` gives it.

    Raises:
        ImportRefused: the file is no table, or cannot be read to its end.
    """
    try:
        with named_refusals(name), opened(path, name, sheet=sheet, progress=progress) as table:
            yield table
    except ImportRefused as error:
        advice = _ADVICE.get(error.what.template) if isinstance(error.what, Message) else None
        raise (ImportRefused(error.what, error.where, advice) if advice else error) from error


def too_many_rows(name: str, most: int) -> ImportRefused:
    return ImportRefused(
        msg("The table has more than {limit} rows", limit=f"{most:,}"),
        name,
        msg("Split it into several files, or summarise it before it is brought in."),
    )


def read_table(
    path: Path, name: str, sheet: str | None = None, most: int = MAX_PLAIN_ROWS, progress: Progress = unheard
) -> PlainTable:
    """The table of a CSV, Excel or Parquet file, cells as text that can be read back in one way only.

    Raises:
        ImportRefused: the file is no table, cannot be read, or has more than ``most`` rows.
    """
    with opened_plainly(path, name, sheet, lambda share: progress(0.6 * share)) as table:
        columns = ", ".join(f"c{at}" for at in range(len(table.preview.columns)))
        found = table.connection.execute(f"SELECT {table.line}, {columns} FROM {table.relation} LIMIT {most + 1}").fetchall()
        shown = table.preview
        progress(0.8)
    if len(found) > most:
        raise too_many_rows(name, most)
    rows = [(int(number), tuple(cell_text(cell).strip() for cell in cells)) for number, *cells in found]
    kept = [(number, cells) for number, cells in rows if any(cells)]
    return PlainTable(
        name, shown.columns, tuple(cells for _, cells in kept), tuple(number for number, _ in kept), shown.sheet, shown.sheets,
        shown.notes,
    )  # fmt: skip
