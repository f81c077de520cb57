"""A workbook's cursor that asks the same question of the same customer data once: an edit of the plan asks none of them again.

Questions about millions of purchases take seconds, and every page asks those behind the evidence that decisions keep.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from strategy.customers.expressions import Query
from strategy.thread.memory import answer
from strategy.workbook import Snapshot

if TYPE_CHECKING:
    import duckdb
    import pandas as pd


class Answers:
    """Works like ``cursor``. The answer to a :class:`Query` is remembered with the data of ``snapshot``; other text is run as it stands."""

    def __init__(self, cursor: duckdb.DuckDBPyConnection, snapshot: Snapshot) -> None:
        self._cursor, self._snapshot = cursor, snapshot

    def execute(self, query: str, *parameters: Any) -> Any:
        if isinstance(query, Query) and not parameters:
            return _Answer(self._cursor, self._snapshot, query)
        return self._cursor.execute(query, *parameters)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cursor, name)


class _Answer:
    """What a question brings, read in one of the ways a cursor's result is read; it is asked when it is read."""

    def __init__(self, cursor: duckdb.DuckDBPyConnection, snapshot: Snapshot, query: Query) -> None:
        self._cursor, self._snapshot, self._query = cursor, snapshot, query

    def df(self) -> pd.DataFrame:
        # A copy that shares its values until somebody writes to it.
        return answer(("frame", str(self._query)), self._snapshot, lambda: self._cursor.execute(self._query).df()).copy(deep=False)

    def fetchall(self) -> list[tuple[Any, ...]]:
        return list(answer(("rows", str(self._query)), self._snapshot, lambda: self._cursor.execute(self._query).fetchall()))

    def fetchone(self) -> tuple[Any, ...] | None:
        return next(iter(self.fetchall()), None)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cursor.execute(self._query), name)
