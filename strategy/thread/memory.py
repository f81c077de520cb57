"""Results that hold for one snapshot, kept until newer ones push them out.

A snapshot never changes, so its identity (the journal's last hash, cycle, method) is a sound key; a workbook's id is not, which its
copies share. Frames are never hashed. What several pages ask for at the same time is worked out once: the others wait for it.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, TypeVar, cast

from strategy.workbook import Snapshot

T = TypeVar("T")


class _Memory:
    """The latest ``most`` results by key."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[Hashable, Any] = OrderedDict()
        self._under_way: dict[Hashable, threading.RLock] = {}
        self._lock = threading.Lock()

    def ask(self, key: Hashable, compute: Callable[[], T], worth_keeping: Callable[[T], bool] = lambda _: True) -> T:
        """What ``key`` stands for, from ``compute()`` where it is not there. One who asks while another computes waits for that."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return cast(T, self._kept[key])
            turn = self._under_way.setdefault(key, threading.RLock())
        with turn:
            with self._lock:
                if key in self._kept:  # whoever was first has done it meanwhile
                    return cast(T, self._kept[key])
            try:
                result = compute()
                if worth_keeping(result):
                    self._keep(key, result)
            finally:
                with self._lock:
                    self._under_way.pop(key, None)
        return result

    def _keep(self, key: Hashable, result: Any) -> None:
        with self._lock:
            self._kept[key] = result
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)


_results = _Memory(512)
#: Tables of all customers: a dozen of a million take most of a gigabyte.
_tables = _Memory(12)
_answers = _Memory(512)
#: Rows of an answer that is kept: a summary has a few hundred.
_MOST_ROWS = 20_000


def per_snapshot(
    name: Hashable, snapshot: Snapshot, compute: Callable[[Snapshot], T], worth_keeping: Callable[[T], bool] = lambda _: True
) -> T:
    """``compute(snapshot)``, remembered under ``name`` where it is ``worth_keeping``."""
    key = (name, snapshot.workbook_id, snapshot.head, snapshot.cycle, snapshot.method.fingerprint)
    return _results.ask(key, lambda: compute(snapshot), worth_keeping)


def per_data(name: Hashable, snapshot: Snapshot, compute: Callable[[], T], *, whole: bool = False) -> T:
    """``compute()``, remembered under ``name`` until other customer data come: for what reads them and nothing else.

    ``whole``: the result has a row for every customer, so that few of its kind are kept.
    """
    return (_tables if whole else _results).ask(_of_data(name, snapshot), compute)


def answer(question: Hashable, snapshot: Snapshot, ask: Callable[[], T]) -> T:
    """What the customer data answer to a question: ``ask()``, a frame or a list of rows, remembered where it is short."""
    return _answers.ask(_of_data(question, snapshot), ask, lambda found: len(cast("list[Any]", found)) <= _MOST_ROWS)


def _of_data(name: Hashable, snapshot: Snapshot) -> Hashable:
    return name, snapshot.workbook_id, snapshot.data_head
