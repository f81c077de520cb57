"""Where purchases are: in the workbook, or in a table of the company's own database that is asked and never copied.

Both answer the same questions (:class:`~strategy.customers.expressions.Query`). A :class:`ConnectedSource` also answers like a
cursor, so that whatever takes a workbook's cursor works on it; questions to it are compiled for the database there, run there, and
only their answers come back, at most :data:`MOST_ROWS` rows of each.
"""

from __future__ import annotations

import datetime as dt
import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Protocol, cast

from strategy.customers.connected import Connected, canonical
from strategy.customers.connections import PAUSE_SECONDS, Urls, address_of, ask
from strategy.customers.expressions import Query, purchases
from strategy.errors import ConnectionProblem, Refused
from strategy.language import msg

if TYPE_CHECKING:
    import duckdb
    import ibis.expr.types as ir
    import pandas as pd
    from ibis.backends import BaseBackend

#: An answer with more rows is no summary any more, and is refused.
MOST_ROWS = 100_000
_KEPT = 256


class Source(Protocol):
    """Something that can be asked about purchases."""

    @property
    def dialect(self) -> str: ...

    def frame(self, query: Query) -> pd.DataFrame:
        """The answer as a frame: days are ``datetime64``, counts whole numbers, money floats."""

    def rows(self, query: Query) -> list[tuple[Any, ...]]:
        """The answer as rows of Python values."""


class WorkbookSource:
    """The purchases stored in a workbook, asked over one of its cursors."""

    dialect = "duckdb"

    def __init__(self, cursor: duckdb.DuckDBPyConnection) -> None:
        self._cursor = cursor

    def frame(self, query: Query) -> pd.DataFrame:
        return self._cursor.execute(query).df()

    def rows(self, query: Query) -> list[tuple[Any, ...]]:
        return self._cursor.execute(query).fetchall()


class Answer:
    """What a question brought, read in the ways a cursor's result is read."""

    def __init__(self, frame: pd.DataFrame) -> None:
        self._frame = frame

    def df(self) -> pd.DataFrame:
        return self._frame.copy()

    def fetchall(self) -> list[tuple[Any, ...]]:
        columns = [[_plain(value) for value in self._frame[name].tolist()] for name in self._frame.columns]
        return list(zip(*columns, strict=True)) if columns else []

    def fetchone(self) -> tuple[Any, ...] | None:
        return next(iter(self.fetchall()), None)


class ConnectedSource:
    """The purchases in a company's own database, with the workbook's cursor for everything else.

    Args:
        cursor: of the workbook; records of data sets are read from it.
        connected: which table, and which of its columns is what.
        urls: name of a connection -> address. Looked up at the first question, so that pages that ask none need no database.

    Attributes:
        fetched: rows that came back over the connection.
    """

    def __init__(self, cursor: duckdb.DuckDBPyConnection | None, connected: Connected, urls: Callable[[], Urls]) -> None:
        self._cursor, self.connected, self._urls = cursor, connected, urls
        self.fetched = 0

    @property
    def dialect(self) -> str:
        return self._ask(lambda backend: str(backend.name))

    def frame(self, query: Query) -> pd.DataFrame:
        return self.execute(query).df()

    def rows(self, query: Query) -> list[tuple[Any, ...]]:
        return cast("list[tuple[Any, ...]]", self.execute(query).fetchall())

    def execute(self, query: str, *parameters: Any) -> Any:
        """Ask a :class:`Query` where the purchases are; run any other text on the workbook's cursor.

        Raises:
            ConnectionProblem: the database cannot be asked, or the answer is longer than :data:`MOST_ROWS`.
            Refused: SQL text over the purchase table, which is empty in this workbook and would be a wrong answer.
        """
        if isinstance(query, Query):
            return Answer(self._kept(query))
        if "purchase" in query.casefold() or self._cursor is None:
            raise Refused(
                msg("This cannot be computed where the data live"),
                self.connected.title,
                msg("Import a file of the purchases to see it."),
            )
        return self._cursor.execute(query, *parameters)

    def close(self) -> None:
        """Let go of the workbook's cursor; the connection stays for the next question."""
        if self._cursor is not None:
            self._cursor.close()

    def _kept(self, query: Query) -> pd.DataFrame:
        # A data set's figures are told as of one reading, so an answer holds until the data are read again.
        key = (self.connected, self._url(), str(query))
        with _lock:
            if key in _answers:
                _answers.move_to_end(key)
                return _answers[key]
            since, problem = _failed.get(key, (0.0, None))
        if problem and time.monotonic() - since < PAUSE_SECONDS:
            raise problem
        try:
            found = self.summary(query.expression())
        except ConnectionProblem as raised:
            _failed[key] = (time.monotonic(), raised)
            raise
        with _lock:
            _answers[key] = found
            while len(_answers) > _KEPT:
                _answers.popitem(last=False)
        return found

    def summary(self, expression: ir.Table) -> pd.DataFrame:
        """Ask an expression over :func:`purchases`. Raises :class:`ConnectionProblem`."""

        def work(backend: BaseBackend) -> pd.DataFrame:
            asked = over(expression, canonical(backend, self.connected)).limit(MOST_ROWS + 1)
            return _fitted(backend.execute(asked), asked)

        found = self._ask(work)
        self.fetched += len(found)
        if len(found) > MOST_ROWS:
            raise ConnectionProblem(
                msg("The answer has more than {count} rows; only summaries are fetched", count=f"{MOST_ROWS:,}"),
                self.connected.title,
                msg("Ask for a segment instead of single customers."),
            )
        return found

    def _ask(self, work: Callable[[BaseBackend], Any]) -> Any:
        return ask(self.connected.connection, self._url(), self.connected.time_zone, work)

    def _url(self) -> str:
        return address_of(self.connected.connection, self._urls())


_Key = tuple[Connected, str, str]
_answers: OrderedDict[_Key, pd.DataFrame] = OrderedDict()
_failed: dict[_Key, tuple[float, ConnectionProblem]] = {}
_lock = threading.Lock()


def source_of(cursor: Any) -> Source:
    """Whatever was given as the place of the purchases, a cursor or a source, as a source."""
    return cursor if isinstance(cursor, (WorkbookSource, ConnectedSource)) else WorkbookSource(cursor)


def reader(urls: Callable[[], Urls]) -> Callable[[duckdb.DuckDBPyConnection, Mapping[str, Any]], ConnectedSource]:
    """How an open workbook reads a data set that lives elsewhere, with the addresses that ``urls`` gives."""
    return lambda cursor, record: ConnectedSource(cursor, Connected.from_record(record), urls)


def over(expression: ir.Table, table: ir.Table) -> ir.Table:
    """``expression`` with the purchase table it was built on replaced by ``table``, which has the same columns."""
    replaced = expression.op().replace({purchases().op(): table.op()})
    return cast("ir.Table", replaced.to_expr())


def _fitted(frame: pd.DataFrame, asked: ir.Table) -> pd.DataFrame:
    """Columns of the types a workbook's cursor gives, whatever a driver made of them."""
    import pandas as pd

    for name, kind in asked.schema().items():
        column = frame[name]
        if kind.is_date():
            frame[name] = pd.to_datetime(column).astype("datetime64[us]")
        elif kind.is_integer():
            numbers = column.astype("float64") if column.isna().any() else column
            frame[name] = numbers.astype("float64" if column.isna().any() else "int64")
        elif kind.is_numeric():
            frame[name] = column.astype("float64")
    return frame


def _plain(value: Any) -> Any:
    """A cell as a cursor gives it: None where nothing stands, a date for a day."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, dt.datetime):
        return value.date() if value == value else None  # a missing time is unequal to itself
    return value
