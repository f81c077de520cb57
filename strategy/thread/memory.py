"""Results that hold for one snapshot, kept until newer ones push them out.

A snapshot never changes, so its identity (workbook, journal position, cycle, method) is a sound key. Frames are never hashed.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, TypeVar, cast

from strategy.workbook import Snapshot

T = TypeVar("T")

_LIMIT = 512
_kept: OrderedDict[Hashable, Any] = OrderedDict()
_lock = threading.Lock()


def per_snapshot(name: Hashable, snapshot: Snapshot, compute: Callable[[Snapshot], T]) -> T:
    """``compute(snapshot)``, remembered under ``name``."""
    key = (name, snapshot.workbook_id, snapshot.seq, snapshot.cycle, snapshot.method.fingerprint)
    return _remembered(key, lambda: compute(snapshot))


def per_data(name: Hashable, snapshot: Snapshot, compute: Callable[[], T]) -> T:
    """``compute()``, remembered under ``name`` until other customer data come: for what reads them and nothing else."""
    return _remembered((name, snapshot.workbook_id, "data", snapshot.data_version), compute)


def _remembered(key: Hashable, compute: Callable[[], T]) -> T:
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            return cast(T, _kept[key])
    result = compute()
    with _lock:
        _kept[key] = result
        while len(_kept) > _LIMIT:
            _kept.popitem(last=False)
    return result
