"""Tables too large to be held twice: written to a file batch by batch, and read from it without copying."""

from __future__ import annotations

import atexit
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa


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


def on_disk(batches: pa.RecordBatchReader) -> pa.Table:
    """The table of ``batches``, held in a file that is gone when nobody uses the table any more."""
    with tempfile.NamedTemporaryFile(prefix="purchases-", suffix=".arrow", delete=False) as file:
        path = Path(file.name)
    try:
        write_arrow(batches, path)
        table = read_arrow(path)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    try:
        path.unlink()  # the mapping keeps the content
    except OSError:  # Windows does not part with a mapped file
        atexit.register(path.unlink, missing_ok=True)
    return table
