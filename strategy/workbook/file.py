"""Open and create workbook files: locks, hardening, format version, and errors in words."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import duckdb

from strategy.errors import StrategyError, WorkbookDamaged, WorkbookError, WorkbookForeign, WorkbookHeld, WorkbookNewer
from strategy.language import msg
from strategy.workbook import journal
from strategy.workbook.migrations import FORMAT_VERSION, MIGRATIONS

META = """
CREATE TABLE workbook (key VARCHAR PRIMARY KEY, value VARCHAR NOT NULL);
COMMENT ON TABLE workbook IS 'What this file is: a Ninefold planning workbook, its name and format version';
"""

_MEMORY = re.compile(r"\d+(\.\d+)? ?[KMGT]i?B")
_PID = re.compile(r"PID (\d+)")
_UNWRITABLE = re.compile("Read-only file system|Permission denied|read-only mode")
#: What DuckDB (1.5.5) says of a file that ends before its last block.
_CUT_SHORT = "Could not read enough bytes"
_FULL = re.compile("No space left|File too large|could not write|disk", re.IGNORECASE)
_PROGRAM = re.compile(r"lock is held in (\S+)")
#: What the system lacks for the moment; the file is none the worse for it.
_SHORT_OF = re.compile("Too many open files|Cannot allocate memory")
_QUOTED_PATH = re.compile(r'"[^"\n]*[/\\][^"\n]*"')


def connect(path: Path) -> duckdb.DuckDBPyConnection:
    """Open a database file, hardened: no extensions, no reach beyond the file, settings locked.

    Where nothing can be written, a file that is there is opened for reading.
    """
    if "?" in str(path):  # DuckDB takes what follows for options, and looks for the log of changes elsewhere
        raise WorkbookError(
            msg("The database cannot work with a question mark in the name of a file or folder"),
            str(path),
            msg("Rename it, or choose another place."),
        )
    config = _config()
    try:
        try:
            connection = duckdb.connect(str(path), config=config)
        except duckdb.IOException as error:
            if not (_UNWRITABLE.search(_without_path(str(error), path)) and path.is_file()):
                raise
            connection = duckdb.connect(str(path), read_only=True, config=config)
    except duckdb.Error as error:
        raise in_words(error, path) from error
    if _is_a_table(connection):
        connection.close()
        raise foreign(path)
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    return connection


def connect_new(path: Path) -> duckdb.DuckDBPyConnection:
    """Open a file that is not there yet, as :func:`connect` does, in a folder that is made where it is missing."""
    make_folder_of(path)
    try:
        return connect(path)
    except StrategyError:
        remove(path)  # on a full disk an empty file would be left, and stand in the way of the next attempt
        raise


def refuse_if_held(path: Path) -> None:
    """Raise :class:`WorkbookHeld` where another process has the file open.

    Moved or deleted under it, the file takes what is saved there with it, and nobody is told. A file that cannot be read at all is
    nobody's and may go.
    """
    try:
        duckdb.connect(str(path), read_only=True, config=_config()).close()
    except duckdb.Error as error:
        if isinstance(found := in_words(error, path), WorkbookHeld):
            raise found from error


def _is_a_table(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether the file is none of DuckDB's: a CSV, Parquet or JSON file opens as a view of it in a database without a place."""
    found = connection.execute("SELECT path FROM duckdb_databases() WHERE database_name = current_database()").fetchone()
    return found is None or found[0] is None


def read_only(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether the file could be opened for reading only."""
    found = connection.execute("SELECT readonly FROM duckdb_databases() WHERE database_name = current_database()").fetchone()
    return bool(found and found[0])


def cursor_of(connection: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """A cursor of its own. Raises :class:`WorkbookError` where the workbook has been closed since it was asked for."""
    try:
        return connection.cursor()
    except duckdb.ConnectionException as error:
        raise WorkbookError(
            msg("The workbook was closed a moment ago, as when somebody archives it; nothing was changed"),
            None,
            msg("Open it again from the list of workbooks."),
        ) from error


@contextmanager
def transaction(connection: duckdb.DuckDBPyConnection, path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A cursor in a transaction of its own: committed at the end, rolled back when anything is raised."""
    cursor = cursor_of(connection)
    try:
        cursor.execute("BEGIN")
        yield cursor
        cursor.execute("COMMIT")
    except duckdb.Error as error:
        _roll_back(cursor)
        raise in_words(error, path) from error
    except BaseException:
        _roll_back(cursor)
        raise
    finally:
        cursor.close()


def _roll_back(cursor: duckdb.DuckDBPyConnection) -> None:
    with suppress(duckdb.Error):  # the transaction may be gone already; the error that ended it is the one to tell
        cursor.execute("ROLLBACK")


def _config() -> dict[str, str | bool | int | float | list[str]]:
    """What a file is opened under: it brings no code of its own."""
    return {
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "allow_unsigned_extensions": "false",
        **_memory_limit(),
    }


def _memory_limit() -> dict[str, str | bool | int | float | list[str]]:
    """How much memory the database may take, where the operator has said so; it spills to a folder beside the file then."""
    limit = os.environ.get("NINEFOLD_MEMORY_LIMIT", "").strip()
    if limit and not _MEMORY.fullmatch(limit):
        raise WorkbookError(
            msg("The limit of memory cannot be read: {value}", value=limit[:40]),
            "NINEFOLD_MEMORY_LIMIT",
            msg("Write it like 300MB."),
        )
    return {"memory_limit": limit} if limit else {}


def _without_path(text: str, path: Path) -> str:
    """What DuckDB says, without the names of folders, which say nothing of the error: ``/mnt/disk2`` is not a full disk."""
    return _QUOTED_PATH.sub('""', text).replace(str(path), "")


def in_words(error: duckdb.Error, path: Path) -> StrategyError:
    """A DuckDB error as one a person can act on."""
    full = str(error)
    text = _without_path(full, path)
    if "Conflicting lock" in text or "being used by another process" in text or "Could not set lock" in text:
        pid, program = _PID.search(full), _PROGRAM.search(full)
        name = Path(program.group(1)).name if program else "?"
        return WorkbookHeld(str(path), f"{name} (PID {pid.group(1)})" if pid else name)
    if "newer version" in text or "storage version" in text or "version number" in text:
        return WorkbookNewer(
            msg("The file was written by a later version of the database"), str(path), msg("Open it with the latest Ninefold.")
        )
    if ("not a valid DuckDB database" in text or "magic bytes" in text) and not was_workbook(path):
        return foreign(path)
    if "sqlite_scanner" in full:
        return WorkbookForeign(
            msg("The file is an SQLite database, not a Ninefold workbook"),
            str(path),
            msg("Choose a file that Ninefold made; its name ends in .duckdb."),
        )
    if _UNWRITABLE.search(text):
        return unwritable(path) if not path.is_file() or os.access(path, os.R_OK) else unreadable(path)
    if isinstance(error, duckdb.OutOfMemoryException):
        return WorkbookError(
            msg("There is too little memory for this"),
            str(path),
            msg(
                "Try again when less is under way, or raise NINEFOLD_MEMORY_LIMIT where it is set; what was saved before is unharmed."
            ),
        )
    if _SHORT_OF.search(text):
        return WorkbookError(
            msg("The file cannot be opened at the moment: {reason}", reason=reason_of(full)),
            str(path),
            msg("Try again when less is under way; the file itself is unharmed."),
        )
    if _FULL.search(text):
        return WorkbookError(
            msg("The disk is full"),
            str(path),
            msg("Free some disk space. This change was not saved; everything before it was."),
        )
    if _CUT_SHORT in text:
        return WorkbookDamaged(
            msg("The file is cut short: its end is missing"),
            str(path),
            msg("Fetch it once more from where it came, or restore a backup; the file itself was left untouched."),
        )
    return WorkbookDamaged(
        msg("The file cannot be read: {reason}", reason=reason_of(full)),
        str(path),
        msg("Restore a backup; the file itself was left untouched."),
    )


def read_everything(connection: duckdb.DuckDBPyConnection, path: Path, revisions: int) -> None:
    """Read every block of every table, and the indexes of a journal of so many ``revisions``. Raises :class:`WorkbookDamaged`."""
    cursor = connection.cursor()
    try:
        tables = cursor.execute("SELECT table_name FROM duckdb_tables() WHERE schema_name = 'main'").fetchall()
        for (table,) in tables:
            cursor.execute(f'SELECT sum(hash(t)) FROM "{table}" AS t').fetchall()
        journal.read_indexes(cursor, revisions, second=not read_only(cursor))
    except duckdb.OutOfMemoryException as error:
        raise in_words(error, path) from error
    except duckdb.Error as error:
        raise WorkbookDamaged(
            msg("The file cannot be read: {reason}", reason=reason_of(str(error))), str(path), msg("Restore a backup.")
        ) from error
    finally:
        cursor.close()


def reason_of(text: str) -> str:
    """What DuckDB says of a file, in one line and without the folder, which may be one that only the server knows."""
    return re.sub(r'"[^"\n]*[/\\]([^"/\\\n]*)"', r'"\1"', text).splitlines()[0][:160]


def foreign(path: Path) -> WorkbookForeign:
    return WorkbookForeign(
        msg("The file is not a Ninefold workbook"),
        str(path),
        msg("Choose a file that Ninefold made; its name ends in .duckdb."),
    )


def not_ours(path: Path) -> WorkbookForeign:
    return WorkbookForeign(
        msg("The file is a database, but not a Ninefold workbook"), str(path), msg("Choose a file that Ninefold made.")
    )


def unreadable(path: Path) -> WorkbookError:
    return WorkbookError(msg("The file may not be read"), str(path), msg("Allow reading it, or ask its owner to."))


def unwritable(path: Path) -> WorkbookError:
    return WorkbookError(
        msg("Nothing can be written at this place"),
        str(path),
        msg("Choose another folder, or allow writing there. Nothing was changed."),
    )


def make_folder_of(path: Path) -> None:
    """The folder a file is to stand in. Raises :class:`WorkbookError` where it cannot be made."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise unwritable(path) from error


def was_workbook(path: Path) -> bool:
    """Whether a file that does not open any more was a database once: it has our mark beside it, or still says so itself."""
    if path.with_name(path.name + ".mark").exists():
        return True
    try:
        with path.open("rb") as file:
            return file.read(12)[8:12] == b"DUCK"
    except OSError:
        return False


def create_tables(connection: duckdb.DuckDBPyConnection, workbook_id: str, name: str) -> None:
    """Lay out an empty workbook, in the caller's transaction."""
    connection.execute(META)
    connection.execute(journal.TABLE)
    set_meta(connection, format_version=str(FORMAT_VERSION), workbook_id=workbook_id, name=name, method="", method_version="")


def meta(connection: duckdb.DuckDBPyConnection, path: Path) -> dict[str, str]:
    """What the file says of itself. Raises :class:`WorkbookForeign` for a database that is no workbook."""
    tables = {
        row[0]
        for row in connection.execute(
            "SELECT table_name FROM duckdb_tables() WHERE schema_name = 'main' AND NOT temporary"
        ).fetchall()
    }
    if not {"workbook", "revision"} <= tables:
        raise not_ours(path)
    try:
        return {str(key): str(value) for key, value in connection.execute("SELECT key, value FROM workbook").fetchall()}
    except duckdb.BinderException as error:  # another program's tables of the same names
        raise not_ours(path) from error
    except duckdb.Error as error:
        raise in_words(error, path) from error


def set_meta(connection: duckdb.DuckDBPyConnection, **values: str) -> None:
    rows = ", ".join(["(?, ?)"] * len(values))
    connection.execute(
        f"INSERT INTO workbook VALUES {rows} ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        [part for pair in values.items() for part in pair],
    )


def bring_up_to_date(connection: duckdb.DuckDBPyConnection, path: Path) -> dict[str, str]:
    """Check the format version and take the steps up from it, each in one transaction with its record."""
    known = meta(connection, path)
    try:
        version = int(known.get("format_version", ""))
    except ValueError:
        raise WorkbookForeign(msg("The file does not say which format it has"), str(path)) from None
    if version > FORMAT_VERSION:
        raise WorkbookNewer(
            msg("The file has format {version}; this Ninefold reads up to {known}", version=version, known=FORMAT_VERSION),
            str(path),
            msg("Update Ninefold and open it again; the file was left untouched."),
        )
    for step in range(version, FORMAT_VERSION):
        connection.execute("BEGIN")
        try:
            MIGRATIONS[step](connection)
            set_meta(connection, format_version=str(step + 1))
            connection.execute("COMMIT")
        except BaseException:
            connection.execute("ROLLBACK")
            raise
    known = meta(connection, path)
    if missing := sorted({"name", "workbook_id"} - set(known)):
        raise WorkbookDamaged(
            msg("The file's own record of itself lacks: {keys}", keys=", ".join(missing)),
            str(path),
            msg("Restore a backup; the file itself was left untouched."),
        )
    return known


def remove(path: Path) -> None:
    """Delete a workbook file with its write-ahead log and mark."""
    for victim in (path, path.with_name(path.name + ".wal"), path.with_name(path.name + ".mark")):
        try:
            victim.unlink(missing_ok=True)
        except OSError as error:  # a read-only place says so also of what is not there
            if victim.exists():
                raise unwritable(victim) from error


def move(path: Path, target: Path) -> None:
    """Move a workbook with its companions. Raises :class:`WorkbookHeld` where another process has it open."""
    refuse_if_held(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    for suffix in ("", ".wal", ".mark"):
        part = path.with_name(path.name + suffix)
        if part.exists():
            shutil.move(str(part), str(target.with_name(target.name + suffix)))
