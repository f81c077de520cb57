"""While a page is drawn, what it asks for hundreds of times (language, workbook, snapshot) is looked up once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar, cast

T = TypeVar("T")

_run = threading.local()


@contextmanager
def begins(known: Mapping[str, Any] | None = None) -> Iterator[None]:
    """A run of the script, from its frame to its end; ``known`` holds already. Callbacks before it and fragments after it remember nothing."""
    _run.known = dict(known or {})
    try:
        yield
    finally:
        _run.known = None


def under_way() -> bool:
    return getattr(_run, "known", None) is not None


def once(name: str, find: Callable[[], T]) -> T:
    """``find()``, asked once a run."""
    known: dict[str, Any] | None = getattr(_run, "known", None)
    if known is None:
        return find()
    if name not in known:
        known[name] = find()
    return cast(T, known[name])


def look_again() -> None:
    """What was looked up may have changed."""
    if under_way():
        _run.known = {}
