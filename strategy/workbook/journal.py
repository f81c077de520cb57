"""The append-only journal: one revision for each change of a row, chained by hashes so that a gap is noticed."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, Literal

import duckdb

from strategy.errors import WorkbookDamaged
from strategy.language import msg

Operation = Literal["insert", "update", "delete", "review", "import"]

#: What the first revision is chained to.
GENESIS = hashlib.sha256(b"ninefold journal").hexdigest()

TABLE = """
CREATE TABLE revision (
    seq BIGINT PRIMARY KEY,
    command_id VARCHAR NOT NULL,
    part INTEGER NOT NULL,
    cycle INTEGER NOT NULL,
    worksheet VARCHAR NOT NULL,
    row_id VARCHAR NOT NULL,
    version INTEGER NOT NULL,
    operation VARCHAR NOT NULL,
    origin VARCHAR NOT NULL,
    body JSON NOT NULL,
    author VARCHAR NOT NULL,
    made_at TIMESTAMP NOT NULL,
    hash VARCHAR NOT NULL,
    UNIQUE (command_id, part)
);
COMMENT ON TABLE revision IS 'Every change ever made, oldest first; rows are only added';
COMMENT ON COLUMN revision.seq IS 'Position in the journal, from 1';
COMMENT ON COLUMN revision.command_id IS 'The command that made the change; a command sent again does nothing twice';
COMMENT ON COLUMN revision.body IS 'All values of the row after the change';
COMMENT ON COLUMN revision.made_at IS 'UTC';
COMMENT ON COLUMN revision.hash IS 'SHA-256 over the hash of the revision before and this one';
CREATE VIEW current_row AS
    SELECT cycle, worksheet, row_id, version, seq, body, author, made_at
    FROM revision
    QUALIFY row_number() OVER (PARTITION BY cycle, worksheet, row_id ORDER BY seq DESC) = 1 AND operation <> 'delete';
COMMENT ON VIEW current_row IS 'The rows as they stand: the latest revision of each, without the deleted';
"""

_COLUMNS = "seq, command_id, part, cycle, worksheet, row_id, version, operation, origin, body, author, made_at, hash"


@dataclass(frozen=True, slots=True)
class Revision:
    """One change of one row. ``body`` holds all values of the row after the change; ``made_at`` is UTC without a zone."""

    seq: int
    command_id: str
    part: int
    cycle: int
    worksheet: str
    row_id: str
    version: int
    operation: Operation
    origin: str
    body: Mapping[str, Any]
    author: str
    made_at: dt.datetime
    hash: str = ""

    def chained_to(self, previous: str) -> str:
        """The hash this revision must carry when it follows one with hash ``previous``."""
        content = json.dumps(
            [
                previous,
                self.seq,
                self.command_id,
                self.part,
                self.cycle,
                self.worksheet,
                self.row_id,
                self.version,
                self.operation,
                self.origin,
                self.body,
                self.author,
                self.made_at.isoformat(timespec="microseconds"),
            ],
            ensure_ascii=False,
            sort_keys=True,
            separators=(",", ":"),
        )
        return hashlib.sha256(content.encode()).hexdigest()


def read_all(cursor: duckdb.DuckDBPyConnection, intact_only: bool = False) -> list[Revision]:
    """The whole journal in order, with its chain checked.

    At the first break it raises :class:`WorkbookDamaged`, or, with ``intact_only``, returns what stands before it.
    """
    cursor.execute(f"SELECT {_COLUMNS} FROM revision ORDER BY seq")
    revisions: list[Revision] = []
    previous = GENESIS
    while rows := cursor.fetchmany(5_000):
        for row in rows:
            revision = _revision(row)
            if revision.seq != len(revisions) + 1 or revision.hash != revision.chained_to(previous):
                if intact_only:
                    return revisions
                raise WorkbookDamaged(
                    msg("The history does not add up at revision {seq}", seq=revision.seq),
                    None,
                    msg("Restore a backup; the revisions before it are intact."),
                )
            previous = revision.hash
            revisions.append(revision)
    return revisions


def read_indexes(cursor: duckdb.DuckDBPyConnection, count: int, second: bool = True) -> None:
    """Walk both indexes of a journal of ``count`` revisions to their leaves; nothing else does before the next commit.

    ``second`` is for files that can be written: a file opened for reading has no way to its second index, and no need of it.
    Raises ``duckdb.Error`` where one is damaged.
    """
    for start in range(1, count + 1, 1_000):
        wanted = ", ".join(map(str, range(start, min(start + 1_000, count + 1))))
        cursor.execute(f"SELECT count(hash) FROM revision WHERE seq IN ({wanted})").fetchall()
    # The second index has no look-up of its own. A key that begins like one it holds leads to the same leaf; the rows are not kept.
    for start in range(1, count + 1, 50_000) if second else ():
        cursor.execute("BEGIN")
        try:
            cursor.execute(
                "INSERT INTO revision SELECT * REPLACE (-seq AS seq, command_id || 'x' AS command_id) FROM revision "
                "WHERE seq BETWEEN ? AND ?",
                [start, start + 49_999],
            )
        finally:
            with suppress(duckdb.Error):  # damage may have ended the transaction; the error that did is the one to tell
                cursor.execute("ROLLBACK")


def _revision(row: tuple[Any, ...]) -> Revision:
    seq, command_id, part, cycle, worksheet, row_id, version, operation, origin, body, author, made_at, digest = row
    values = json.loads(body)
    return Revision(seq, command_id, part, cycle, worksheet, row_id, version, operation, origin, values, author, made_at, digest)


def append(cursor: duckdb.DuckDBPyConnection, revisions: Sequence[Revision]) -> None:
    """Write revisions inside the caller's transaction."""
    rows = [
        [
            r.seq,
            r.command_id,
            r.part,
            r.cycle,
            r.worksheet,
            r.row_id,
            r.version,
            r.operation,
            r.origin,
            json.dumps(r.body, ensure_ascii=False),
            r.author,
            r.made_at,
            r.hash,
        ]
        for r in revisions
    ]
    marks = ", ".join("?" * 13)
    # One statement for all rows: executemany runs a statement a row, and a sample of a thousand rows took seconds.
    for start in range(0, len(rows), 200):
        chunk = rows[start : start + 200]
        cursor.execute(
            f"INSERT INTO revision ({_COLUMNS}) VALUES {', '.join([f'({marks})'] * len(chunk))}", [v for row in chunk for v in row]
        )


class Journal:
    """The revisions in memory, with an index by row. Appending is the only change; readers look at a prefix of it."""

    def __init__(self, revisions: Iterable[Revision] = ()) -> None:
        self._revisions: list[Revision] = []
        self._by_row: dict[tuple[int, str, str], list[Revision]] = {}
        self._commands: dict[str, list[Revision]] = {}
        self.extend(revisions)

    def extend(self, revisions: Iterable[Revision]) -> None:
        for revision in revisions:
            self._revisions.append(revision)
            self._by_row.setdefault((revision.cycle, revision.worksheet, revision.row_id), []).append(revision)
            self._commands.setdefault(revision.command_id, []).append(revision)

    def __len__(self) -> int:
        return len(self._revisions)

    @property
    def last_hash(self) -> str:
        return self._revisions[-1].hash if self._revisions else GENESIS

    def hash_at(self, seq: int) -> str:
        return self._revisions[seq - 1].hash if seq else GENESIS

    def up_to(self, seq: int) -> Iterator[Revision]:
        """Revisions 1 to ``seq``, oldest first."""
        for position in range(min(seq, len(self._revisions))):
            yield self._revisions[position]

    def newest_first(self, seq: int) -> Iterator[Revision]:
        for position in range(min(seq, len(self._revisions)) - 1, -1, -1):
            yield self._revisions[position]

    def of_row(self, cycle: int, worksheet: str, row_id: str, up_to: int | None = None) -> list[Revision]:
        found = self._by_row.get((cycle, worksheet, row_id), [])
        return found if up_to is None else found[: bisect_right(found, up_to, key=attrgetter("seq"))]

    def of_command(self, command_id: str) -> list[Revision]:
        return self._commands.get(command_id, [])
