"""Tables on their way into the workbook: in even batches, and those too large to be held twice in a file of their own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from strategy.scratch import private_folder

if TYPE_CHECKING:
    import pyarrow as pa

Found = TypeVar("Found")
#: The file in which a table is to be held, by the name of what was found.
Keep = Callable[[str], Path]


def write_arrow(batches: pa.Table | pa.RecordBatchReader, path: Path) -> None:
    import pyarrow as pa

    with pa.OSFile(str(path), "wb") as file, pa.ipc.new_file(file, batches.schema) as writer:
        if isinstance(batches, pa.Table):
            writer.write_table(batches)
        else:
            for batch in batches:
                writer.write_batch(batch)


def read_arrow(path: Path) -> pa.Table:
    import pyarrow as pa

    return pa.ipc.open_file(pa.memory_map(str(path), "rb")).read_all()


class Rows:
    """Tables that were found in files, held in a folder so that another process can take them up: one file a table.

    A table belongs to the field of what was found at a place, such as the purchases of the second file.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, at: int, field: str) -> Path:
        return self.folder / f"rows.{at}.{field}.arrow"

    def take(self, at: int, found: Found, *fields: str) -> Found:
        """``found`` without the tables in ``fields``, which are in the folder from now on. A file that is there already stays."""
        for field in fields:
            if not self.path(at, field).exists():
                write_arrow(getattr(found, field), self.path(at, field))
        return replace(found, **dict.fromkeys(fields))  # type: ignore[type-var]

    def give(self, at: int, found: Any) -> Any:
        """``found`` with its tables again."""
        files = self.folder.glob(f"rows.{at}.*.arrow")
        return replace(found, **{path.name.split(".")[2]: read_arrow(path) for path in files})


#: Tables of up to so many rows, some 100 MB, are held in memory, where they are ready in half the time.
HELD_ROWS = 1_000_000
#: Rows a batch: DuckDB stores whole row groups of this size, one thread a batch.
ROW_GROUP = 122_880


def even_batches(table: pa.Table) -> pa.Table:
    """The rows of ``table`` in an even number of batches of one size, none below a row group, so that two threads share them.

    A table held on disk stays as it is.
    """
    import pyarrow as pa

    if not 2 * ROW_GROUP <= table.num_rows <= HELD_ROWS:
        return table
    batches = table.num_rows // (2 * ROW_GROUP) * 2
    return pa.Table.from_batches(table.combine_chunks().to_batches(max_chunksize=-(-table.num_rows // batches)))


def on_disk(batches: pa.Table | pa.RecordBatchReader, keep: Path | None = None) -> pa.Table:
    """The table of ``batches``, held in the file ``keep``, or else in one that is gone when nobody uses the table any more."""
    if keep is not None:
        write_arrow(batches, keep)
        return read_arrow(keep)
    with private_folder() as folder:
        write_arrow(batches, folder / "table.arrow")
        return read_arrow(folder / "table.arrow")  # the mapping keeps the content
