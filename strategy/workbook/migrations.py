"""The format of workbook files: its version, and one function for each step up. A shipped step is never edited.

Rows need no migration when the *method* changes: the journal keeps what was written, and the typed views show what the method
in use knows. Steps here are for changes of the file's own tables.
"""

from __future__ import annotations

from collections.abc import Callable

import duckdb

FORMAT_VERSION = 1

#: ``MIGRATIONS[n]`` takes a file from format n to n + 1, inside a transaction that also records the new version.
MIGRATIONS: dict[int, Callable[[duckdb.DuckDBPyConnection], None]] = {}
