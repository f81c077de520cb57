"""A DuckDB connection in which a stranger's file can be parsed without reaching anything else.

The order of the settings matters: limits and extensions first, then the one folder that may be read, then the lock.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from strategy.customers.limits import MAX_SPILL_BYTES

if TYPE_CHECKING:
    import duckdb

#: More is put on the disk. At 400 MB reading eleven million lines takes as long as at 700, and at most 1 GB of memory in all.
MEMORY_LIMIT = "400MB"
THREADS = 2


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"


@contextmanager
def sandbox(folder: Path, *files: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """An in-memory connection that reads files in ``folder`` and ``files`` only, with extensions off and its configuration locked."""
    import duckdb

    connection = duckdb.connect(":memory:")
    try:
        for setting in (
            f"memory_limit='{MEMORY_LIMIT}'",
            f"threads={THREADS}",
            # Columns that are done with go back to the system at once, else a large file's reading holds 100 MB more.
            "allocator_background_threads=true",
            "allocator_bulk_deallocation_flush_threshold='16MB'",
            "autoinstall_known_extensions=false",
            "autoload_known_extensions=false",
            "allow_community_extensions=false",
            f"temp_directory={_quoted(folder / 'spill')}",
            f"max_temp_directory_size='{MAX_SPILL_BYTES} B'",  # else all of the disk
            f"allowed_directories=[{_quoted(folder)}]",
            f"allowed_paths=[{', '.join(_quoted(file) for file in files)}]",
            "arrow_output_version='1.5'",  # with decimals of 64 bits, which are half as large as those of 128 and come four times as fast
            "enable_external_access=false",
            "lock_configuration=true",
        ):
            connection.execute(f"SET {setting}")
        yield connection
    finally:
        connection.close()
