"""One engagement in one DuckDB file: read it as a snapshot, change it by a commit.

Inside the process there is one connection per file, a cursor per operation and one lock around writes: without the lock, DuckDB
refuses hot rows; sharing a bare connection between threads returns other queries' rows.
"""

from __future__ import annotations

import datetime as dt
import logging
import threading
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb

from strategy.errors import StrategyError, WorkbookDamaged, WorkbookError
from strategy.language import msg
from strategy.method import Method, shipped_method
from strategy.workbook import file, views
from strategy.workbook.changes import Change, Imported, Put, Receipt
from strategy.workbook.copying import copy_file, unfinished
from strategy.workbook.drafting import NOT_BY_HAND, Draft
from strategy.workbook.journal import Journal, Revision, append, read_all
from strategy.workbook.mark import Mark, itself, mark_path, read_mark, write_mark
from strategy.workbook.snapshot import Row, Snapshot, apply, in_order, replay

log = logging.getLogger(__name__)

Clock = Callable[[], dt.datetime]

#: How a data set that lives elsewhere is read: from a cursor of the workbook and the data set's record, what answers like a cursor.
Elsewhere = Callable[[duckdb.DuckDBPyConnection, Mapping[str, Any]], Any]


def utc_now() -> dt.datetime:
    return dt.datetime.now(dt.timezone.utc).replace(tzinfo=None)


class Workbook:
    """An open workbook. Use :meth:`create` or :meth:`open`, then :meth:`snapshot` to read and :meth:`commit` to write."""

    def __init__(
        self, path: Path, connection: duckdb.DuckDBPyConnection, method: Method, meta: dict[str, str], clock: Clock
    ) -> None:
        self.path, self.method = path, method
        self._connection, self._clock, self._meta = connection, clock, meta
        self._lock = threading.RLock()
        self._importing = threading.RLock()
        self._journal = Journal(read_all(connection.cursor()))
        self._snapshots: dict[int, Snapshot] = {}
        self._data_version, self._data_head = 0, ""
        self._data_record: Mapping[str, Any] = {}
        #: Set by whoever opened the workbook, the page server or the command line, as only they know addresses and passwords.
        self.elsewhere: Elsewhere | None = None
        self._start_cycle(1)
        for revision in self._journal.up_to(self.seq):
            self._take(revision)

    # -- life ---------------------------------------------------------------------------------------------------------------

    @classmethod
    def create(
        cls, path: Path, name: str, method: Method | None = None, author: str = "Ninefold", clock: Clock = utc_now
    ) -> Workbook:
        """Make a new workbook at ``path`` with the method's seeded rows. Refuses a path that exists."""
        method = method or shipped_method()
        if path.exists():
            raise WorkbookError(
                msg("There is a file at that place already"), str(path), msg("Choose another name, or open the file.")
            )
        path = itself(path)
        connection = file.connect_new(path)
        workbook_id = uuid.uuid4().hex
        try:
            connection.execute("BEGIN")
            file.create_tables(connection, workbook_id, name)
            connection.execute("COMMIT")
            workbook = cls(path, connection, method, file.meta(connection, path), clock)
            workbook._fit_views()
            seeds = [Put(sheet.id, row.id, row.values, 0) for sheet in method.worksheets for row in sheet.seed]
            workbook.commit(seeds, author, origin="seed")
            workbook._write_mark()
        except BaseException:
            connection.close()
            file.remove(path)
            raise
        return workbook

    @classmethod
    def open(cls, path: Path, method: Method | None = None, clock: Clock = utc_now) -> Workbook:
        """Open a workbook, check its format, its chain and its mark.

        Raises :class:`WorkbookHeld`, :class:`WorkbookNewer`, :class:`WorkbookForeign` or :class:`WorkbookDamaged`.
        """
        if not path.is_file():
            raise WorkbookError(msg("There is no such file"), str(path), msg("Check the name."))
        path = itself(path)
        connection = file.connect(path)
        try:
            meta = file.bring_up_to_date(connection, path)
            workbook = cls(path, connection, method or shipped_method(), meta, clock)
            workbook._check_mark()
            workbook._fit_views()
        except duckdb.Error as error:
            connection.close()
            raise file.in_words(error, path) from error
        except StrategyError as error:
            connection.close()
            error.where = error.where or str(path)
            raise
        except BaseException:
            connection.close()
            raise
        return workbook

    def close(self) -> None:
        """Let go of the file. Everything acknowledged is in it already."""
        with self._lock:
            self._connection.close()

    @property
    def storing(self) -> bool:
        """Whether customer data are being stored. Their transaction outlives :meth:`close`, and would end in a file that has moved."""
        if free := self._importing.acquire(blocking=False):
            self._importing.release()
        return not free

    def __enter__(self) -> Workbook:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # -- what it is ---------------------------------------------------------------------------------------------------------

    @property
    def id(self) -> str:
        return self._meta["workbook_id"]

    @property
    def name(self) -> str:
        return self._meta["name"]

    def rename(self, name: str) -> None:
        with self._lock:
            with self.writing() as cursor:
                file.set_meta(cursor, name=name)
            self._meta["name"] = name
            self._snapshots.clear()
            self._write_mark()

    @property
    def seq(self) -> int:
        return len(self._journal)

    @property
    def journal(self) -> Journal:
        return self._journal

    # -- reading ------------------------------------------------------------------------------------------------------------

    def snapshot(self, cycle: int | None = None) -> Snapshot:
        """Everything as it stands now, seen from the latest cycle or the one named."""
        # Without the lock first, which whoever writes holds.
        if (ready := self._snapshots.get(cycle or self._cycle)) is not None:
            return ready
        with self._lock:
            wanted = cycle or self._cycle
            cached = self._snapshots.get(wanted)
            if cached is None:
                sheets = in_order(self._sheets) if wanted == self._cycle else replay(self._journal, self.seq, wanted)
                cached = self._snapshots[wanted] = self._seen(sheets, self.seq, wanted)
            return cached

    def snapshot_at(self, seq: int, cycle: int | None = None) -> Snapshot:
        """Everything as it stood after revision ``seq``."""
        if not 0 <= seq <= self.seq:
            known = msg("The history has {count:# revision|# revisions}.", count=self.seq)
            raise WorkbookError(msg("There is no revision {seq}", seq=seq), None, known)
        wanted = cycle or self._cycle
        return self._seen(replay(self._journal, seq, wanted), seq, wanted)

    def _seen(self, sheets: Mapping[str, Mapping[str, Row]], seq: int, cycle: int) -> Snapshot:
        return Snapshot(
            workbook_id=self.id,
            name=self.name,
            seq=seq,
            cycle=cycle,
            cycles=tuple(range(1, self._cycle + 1)),
            data_version=self._data_version,
            method=self.method,
            sheets=sheets,
            head=self._journal.hash_at(seq),
            data_head=self._data_head,
            journal=self._journal,
        )

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """A cursor of one's own for reading, such as for customer analytics.

        Where the customer data are a table of the company's database, it is something that answers like a cursor and asks there.
        """
        cursor = file.cursor_of(self._connection)
        if "connected" not in self._data_record:
            return cursor
        if self.elsewhere is None:
            raise WorkbookError(
                msg("The customer data of this workbook are in a database that is not connected here"),
                str(self._data_record.get("file_name", "")),
                msg("Open it in the app or by the command line."),
            )
        return self.elsewhere(cursor, self._data_record)

    @property
    def dataset_record(self) -> Mapping[str, Any]:
        """What the journal says of the current data set; empty without one."""
        return self._data_record

    def read_everything(self) -> None:
        """Read every block of every table and index, so that damage anywhere shows. Raises :class:`WorkbookDamaged`."""
        file.read_everything(self._connection, self.path, self.seq)

    def history(self, cycle: int | None = None) -> Iterator[Revision]:
        """Revisions, newest first."""
        for revision in self._journal.newest_first(self.seq):
            if cycle is None or revision.cycle == cycle:
                yield revision

    # -- writing ------------------------------------------------------------------------------------------------------------

    def commit(
        self,
        changes: Sequence[Change],
        author: str,
        command_id: str | None = None,
        origin: str = "edit",
        cycle: int | None = None,
        trusted: bool = False,
    ) -> Receipt:
        """Carry out several changes, all or none, and return when they are on the disk.

        A command sent again (same ``command_id``) does nothing and returns what it did the first time. ``trusted`` skips the
        check of single values, for bringing back what was valid when it was written.

        Raises :class:`Conflict`, :class:`InvalidValue`, :class:`UnknownName`, :class:`Refused` or :class:`WorkbookError`;
        nothing is written then.
        """
        with self._lock:
            command_id = command_id or uuid.uuid4().hex
            if earlier := self._journal.of_command(command_id):
                return Receipt(earlier[-1].seq, tuple(earlier), repeated=True)
            draft = Draft(self.method, self.snapshot(cycle), trusted, by_hand=origin not in NOT_BY_HAND)
            for change in changes:
                draft.add(change)
            revisions = self._revisions(draft, author, command_id, origin, cycle or self._cycle)
            if revisions:
                with self.writing() as cursor:
                    append(cursor, revisions)
                self._accept(revisions)
            return Receipt(self.seq, tuple(revisions))

    def record_import(self, author: str, work: Callable[[duckdb.DuckDBPyConnection], Imported]) -> int:
        """Store customer data by ``work``, note it in the journal and carry out what follows from it, all in one transaction.

        ``work`` may take its time and must write no table but those of customer data: nobody's commit waits for it. One import of a
        workbook runs at a time. Returns the new journal position.
        """
        with self._importing, ExitStack() as held:
            version = self._data_version + 1
            with file.transaction(self._connection, self.path) as cursor:
                imported = work(cursor)
                held.enter_context(self._lock)
                changes = imported.changes if imported.changes_now is None else imported.changes_now(self.snapshot())
                draft = Draft(self.method, self.snapshot(), trusted=False)
                for change in changes:
                    draft.add(change)
                planned = [("dataset", f"v{version}", version, "import", dict(imported.record))]
                planned += [(p.worksheet, p.row_id, p.version, p.operation, p.body) for p in draft.finish()]
                revisions = self._chain(planned, author, uuid.uuid4().hex, "import", self._cycle)
                append(cursor, revisions)
            self._accept(revisions)
            return self.seq

    @contextmanager
    def writing(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A write transaction: committed at the end, rolled back when anything is raised."""
        with self._lock, file.transaction(self._connection, self.path) as cursor:
            yield cursor

    def _revisions(self, draft: Draft, author: str, command_id: str, origin: str, cycle: int) -> list[Revision]:
        planned = [(p.worksheet, p.row_id, p.version, p.operation, p.body) for p in draft.finish()]
        return self._chain(planned, author or "?", command_id, origin, cycle)

    def _chain(
        self, planned: Sequence[tuple[str, str, int, Any, dict[str, Any]]], author: str, command_id: str, origin: str, cycle: int
    ) -> list[Revision]:
        now, previous, chained = self._clock(), self._journal.last_hash, []
        for part, (worksheet, row_id, version, operation, body) in enumerate(planned):
            bare = Revision(
                self.seq + part + 1, command_id, part, cycle, worksheet, row_id, version, operation, origin, body, author, now
            )
            previous = bare.chained_to(previous)
            chained.append(replace(bare, hash=previous))
        return chained

    def _accept(self, revisions: Sequence[Revision]) -> None:
        """Carry what is now on the disk into memory, and move the mark."""
        self._journal.extend(revisions)
        for revision in revisions:
            self._take(revision)
        self._snapshots.clear()
        self._write_mark()

    def _take(self, revision: Revision) -> None:
        if revision.operation == "import":
            self._data_version, self._data_head = revision.version, revision.hash
            # What is known about customers, and what was said with them, leaves their purchases as they are.
            if revision.body.get("kind") not in ("attributes", "interactions"):
                self._data_record = revision.body
            return
        if revision.cycle > self._cycle:
            self._start_cycle(revision.cycle)
        if revision.cycle == self._cycle:
            apply(self._sheets, self._ordinals, self._counts, revision)

    def _start_cycle(self, cycle: int) -> None:
        self._cycle = cycle
        self._sheets: dict[str, dict[str, Row]] = {}
        self._ordinals: dict[tuple[str, str], int] = {}
        self._counts: dict[str, int] = {}

    # -- safety -------------------------------------------------------------------------------------------------------------

    def _write_mark(self) -> None:
        try:
            write_mark(self.path, Mark(self.id, self.name, self.seq, self._journal.last_hash))
        except OSError as error:  # the change itself is safe: a mark that lags behind is never a reason to refuse a file
            log.warning("The mark of %s could not be written: %s", self.path, error)

    def _check_mark(self) -> None:
        mark = read_mark(self.path)
        if mark is None or mark.workbook_id != self.id:
            if not file.read_only(self._connection):  # where nothing can change, nothing can be lost either
                self._write_mark()
            return
        if mark.seq > self.seq or self._journal.hash_at(mark.seq) != mark.hash:
            raise WorkbookDamaged(
                msg("The file ends at revision {found}, but {expected} had been saved", found=self.seq, expected=mark.seq),
                str(self.path),
                msg(
                    "Restore a backup. If you put an older copy here on purpose, delete {mark} and open it again.",
                    mark=mark_path(self.path).name,
                ),
            )

    def _fit_views(self) -> None:
        if self._meta.get("method") == self.method.fingerprint or file.read_only(self._connection):
            return
        with self.writing() as cursor:
            views.rebuild(cursor, self.method)
            file.set_meta(cursor, method=self.method.fingerprint, method_version=f"{self.method.id} {self.method.version}")
        self._meta["method"] = self.method.fingerprint

    def use_method(self, method: Method) -> None:
        """Go on under an edited method: the views are made anew, the rows stay as they were written."""
        with self._lock:
            self.method = method
            self._snapshots.clear()
            self._fit_views()

    def backup(self, target: Path) -> Path:
        """Write a consistent copy while the workbook is in use. The copy is opened and checked before it gets its name."""
        if target.exists():
            raise WorkbookError(msg("There is a file at that place already"), str(target), msg("Choose another name."))
        with unfinished(target) as part:
            with self._lock:
                wal = self.path.with_name(self.path.name + ".wal")
                copy_file(self.path, part)
                if wal.exists():
                    copy_file(wal, part.with_name(part.name + ".wal"))
                expected = self.seq
            with Workbook.open(part, self.method) as copy:
                if copy.seq != expected:
                    raise WorkbookDamaged(msg("The copy is not complete"), str(part), msg("Try again."))
            part.replace(target)
        return target
