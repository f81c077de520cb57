"""The folder of workbooks: create, open, rename, duplicate, import, archive, delete, and set damaged files aside."""

from __future__ import annotations

import datetime as dt
import os
import re
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from strategy.errors import Refused, UnknownName, WorkbookDamaged, WorkbookError
from strategy.language import msg
from strategy.method import shipped_method
from strategy.workbook import file
from strategy.workbook.mark import read_mark
from strategy.workbook.salvage import copy_validated
from strategy.workbook.workbook import Elsewhere, Workbook

SUFFIX = ".duckdb"
IDLE_SECONDS = 30 * 60
MAX_NAME = 80


def home_folder() -> Path:
    """Where workbooks live: ``NINEFOLD_HOME``, else the platform's folder for user data."""
    own = os.environ.get("NINEFOLD_HOME")
    return Path(own).expanduser() if own else Path(platformdirs.user_data_dir("Ninefold", appauthor=False))


def inbox_folder() -> Path:
    """Where large files of customer data wait to be chosen: ``NINEFOLD_INBOX``, else ``inbox`` beside the workbooks."""
    own = os.environ.get("NINEFOLD_INBOX")
    return Path(own).expanduser() if own else home_folder() / "inbox"


@dataclass(frozen=True)
class Entry:
    """One workbook of the library, known without opening it. ``key`` names its file and stands in the page address."""

    key: str
    name: str
    path: Path
    revisions: int | None
    changed_at: dt.datetime
    bytes: int


class Library:
    """All workbooks of one home folder. One per process: it holds the files it has open."""

    def __init__(self, home: Path | None = None, elsewhere: Elsewhere | None = None) -> None:
        self.home, self._elsewhere = home or home_folder(), elsewhere
        self._open: dict[str, tuple[Workbook, float]] = {}
        self._lock = threading.RLock()
        self._unfinished: set[str] = set()

    @property
    def folder(self) -> Path:
        return self.home / "workbooks"

    @property
    def archive_folder(self) -> Path:
        return self.home / "archive"

    @property
    def quarantine_folder(self) -> Path:
        return self.home / "quarantine"

    # -- listing ------------------------------------------------------------------------------------------------------------

    def entries(self, archived: bool = False) -> list[Entry]:
        """Workbooks by name, without opening any."""
        folder = self.archive_folder if archived else self.folder
        found = [entry for entry in _entries(folder) if entry.key not in self._unfinished]
        return sorted(found, key=lambda entry: entry.name.casefold())

    def quarantined(self) -> list[Entry]:
        """Damaged files that were set aside."""
        folder = self.quarantine_folder
        return _entries(folder)

    def path(self, key: str, archived: bool = False) -> Path:
        """The file of a key. Raises :class:`UnknownName`; a key can never lead out of the folder."""
        path = (self.archive_folder if archived else self.folder) / (key + SUFFIX)
        if not re.fullmatch(r"[\w-]+", key) or key in self._unfinished or not path.is_file():
            raise UnknownName(msg("There is no workbook {key}", key=key[:60]), None, msg("Choose one from the library."))
        return path

    # -- opening ------------------------------------------------------------------------------------------------------------

    def open(self, key: str) -> Workbook:
        """The open workbook of a key. A damaged file is set aside under ``quarantine`` and the error says so."""
        with self._lock:
            self._close_idle(except_for=key)
            held = self._open.get(key)
            if held:
                method = shipped_method()
                if held[0].method.fingerprint != method.fingerprint:
                    held[0].use_method(method)
                self._open[key] = (held[0], time.monotonic())
                return held[0]
            path = self.path(key)
            try:
                workbook = Workbook.open(path)
            except WorkbookDamaged as error:
                kept = self._set_aside(path)
                raise WorkbookDamaged(
                    error.what,
                    str(kept),
                    msg("The file was set aside there, unchanged. Restore a backup, or recover what is intact."),
                ) from error
            workbook.elsewhere = self._elsewhere
            self._open[key] = (workbook, time.monotonic())
            return workbook

    def close(self, key: str) -> None:
        with self._lock:
            held = self._open.pop(key, None)
            if held:
                held[0].close()

    def close_all(self) -> None:
        with self._lock:
            for key in list(self._open):
                self.close(key)

    def _close_idle(self, except_for: str) -> None:
        now = time.monotonic()
        for key, (workbook, used) in list(self._open.items()):
            if key != except_for and now - used > IDLE_SECONDS and not workbook.storing:
                self.close(key)

    def _close_to_put_away(self, key: str) -> None:
        """Close a workbook that is to leave its place. Raises :class:`Refused` while customer data are being stored in it."""
        held = self._open.get(key)
        if held and held[0].storing:
            raise Refused(
                msg("Customer data are being stored in the workbook"),
                held[0].name,
                msg("Wait until they are there, and try again."),
            )
        self.close(key)

    def _set_aside(self, path: Path) -> Path:
        stamp = dt.datetime.now().strftime("%Y%m%d-%H%M%S")
        target = self.quarantine_folder / f"{path.stem}-{stamp}{SUFFIX}"
        file.move(path, target)
        return target

    # -- making -------------------------------------------------------------------------------------------------------------

    def create(self, name: str, build: Callable[[Path, str], Workbook] | None = None) -> str:
        """Make a workbook called ``name``, empty or as ``build`` fills it, and return its key."""
        name = _valid_name(name)
        with self._making(name) as key:
            path = self.folder / (key + SUFFIX)
            workbook = build(path, name) if build else Workbook.create(path, name)
            workbook.elsewhere = self._elsewhere
            with self._lock:
                self._open[key] = (workbook, time.monotonic())
        return key

    @contextmanager
    def _making(self, name: str) -> Iterator[str]:
        """The key of a workbook that is being made. Nobody sees it before it is whole, and nobody waits for it."""
        with self._lock:
            key = self._fresh_key(name)
            self._unfinished.add(key)
        try:
            yield key
        finally:
            self._unfinished.discard(key)

    def rename(self, key: str, name: str) -> None:
        self.open(key).rename(_valid_name(name))

    def duplicate(self, key: str, name: str) -> str:
        """A copy with its whole history under a new name."""
        name = _valid_name(name)
        with self._making(name) as fresh:
            self.open(key).backup(self.folder / (fresh + SUFFIX))
        self.open(fresh).rename(name)
        return fresh

    def import_file(self, source: Path, name: str | None = None, called: str | None = None) -> str:
        """Take in a workbook file as a validated copy; the file itself is read, never attached.

        Raises :class:`WorkbookForeign`, :class:`WorkbookNewer` or :class:`WorkbookDamaged`, and keeps nothing then.
        """
        with self._making(_valid_name(name or source.stem)) as key:
            copy_validated(source, self.folder / (key + SUFFIX), name, called=called)
        return key

    def recover(self, quarantined: Path) -> str:
        """Make a workbook of what is intact in a damaged file."""
        if quarantined.parent != self.quarantine_folder:
            raise UnknownName(msg("There is no such file set aside"))
        with self._making(quarantined.stem) as key:
            copy_validated(quarantined, self.folder / (key + SUFFIX), None, intact_only=True)
        return key

    def archive(self, key: str) -> None:
        """Put a workbook away.

        Raises :class:`WorkbookHeld` where another process has it open, :class:`Refused` while customer data are being stored in it.
        """
        with self._lock:
            self._close_to_put_away(key)
            file.move(self.path(key), self.archive_folder / (key + SUFFIX))

    def unarchive(self, key: str) -> None:
        file.move(self.path(key, archived=True), self.folder / (key + SUFFIX))

    def delete(self, key: str, archived: bool = False) -> None:
        """Delete a workbook for good. Raises as :meth:`archive`."""
        with self._lock:
            path = self.path(key, archived)
            if not archived:
                self._close_to_put_away(key)
            file.refuse_if_held(path)
            file.remove(path)

    def export(self, key: str, target: Path) -> Path:
        """A consistent copy of a workbook at ``target``, for a download or a backup."""
        return self.open(key).backup(target)

    def _fresh_key(self, name: str) -> str:
        stem = re.sub(r"[^\w]+", "-", name.casefold(), flags=re.ASCII).strip("-_") or "plan"
        self.folder.mkdir(parents=True, exist_ok=True)
        while True:
            key = f"{stem[:40]}-{secrets.token_hex(2)}"
            taken = (folder / (key + SUFFIX) for folder in (self.folder, self.archive_folder))
            if key not in self._unfinished and not any(path.exists() for path in taken):
                return key


def _valid_name(name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise WorkbookError(msg("The workbook needs a name"), None, msg("Type one, such as the client and the year."))
    if len(name) > MAX_NAME:
        raise WorkbookError(msg("The name has {count} characters; at most {limit} fit", count=len(name), limit=MAX_NAME))
    return name


def _entries(folder: Path) -> list[Entry]:
    found = []
    names: list[str] = []
    with suppress(OSError):  # there is no such folder yet
        names = sorted(name for name in os.listdir(folder) if name.endswith(SUFFIX) and not (folder / name).is_dir())
    for name in names:
        with suppress(FileNotFoundError):  # moved or deleted by another hand since it was listed
            found.append(_entry(folder / name))
    return found


def _entry(path: Path) -> Entry:
    mark, stat = read_mark(path), path.stat()
    changed = dt.datetime.fromtimestamp(stat.st_mtime)
    return Entry(
        path.name.removesuffix(SUFFIX), mark.name if mark else path.stem, path, mark.seq if mark else None, changed, stat.st_size
    )
