"""The fingerprint by which a file is known again."""

from __future__ import annotations

import hashlib
import threading
from pathlib import Path


def file_sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class FileDigest:
    """The SHA-256 of a file, worked out beside other work; given up when the block is left before it is asked for."""

    def __init__(self, path: Path) -> None:
        self._path, self._hash, self._given_up = path, hashlib.sha256(), threading.Event()
        self._error: OSError | None = None
        self._thread = threading.Thread(target=self._work, daemon=True)

    def _work(self) -> None:
        try:
            with self._path.open("rb") as file:
                while not self._given_up.is_set() and (block := file.read(1 << 20)):
                    self._hash.update(block)
        except OSError as error:
            self._error = error

    def __enter__(self) -> FileDigest:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._given_up.set()
        self._thread.join()

    def value(self) -> str:
        """The fingerprint, waited for. Raises :class:`OSError` where the file cannot be read."""
        self._thread.join()
        if self._error:
            raise self._error
        return self._hash.hexdigest()
