"""What reading a file may take of memory and disk, and what is said where that is not enough."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from strategy.errors import ImportRefused
from strategy.language import msg


def too_large(name: str) -> ImportRefused:
    return ImportRefused(
        msg("The table is too large for the memory set aside for imports"),
        name,
        msg("Split it into several files, or export fewer columns."),
    )


def disk_full(name: str) -> ImportRefused:
    return ImportRefused(msg("The disk is full"), name, msg("Nothing was stored. Free some disk space and choose the file again."))


@contextmanager
def room_refusals(name: str) -> Iterator[None]:
    """A table that does not fit the memory set aside or the disk, refused by the name of the file."""
    import duckdb

    try:
        yield
    except duckdb.OutOfMemoryException as error:
        raise too_large(name) from error
    except duckdb.IOException as error:
        if "No space left" not in str(error):
            raise
        raise disk_full(name) from error
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        raise disk_full(name) from error
