"""What can be read: files of purchases, of attributes, of interactions, of rows for worksheets. Each knows what it needs of the workbook, and how it is read.

A task is plain data, so that it can be sent to a process of its own (:mod:`strategy.customers.job`). It is read with tables of the
workbook beside it, by name, and never with the workbook itself.
"""

from __future__ import annotations

from collections.abc import Mapping as Tables
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

from strategy.customers.arrow_files import Rows
from strategy.customers.at_hand import buyers_at_hand, interactions_at_hand
from strategy.customers.attribute_files import Attributes, attributes_elsewhere, read_attributes
from strategy.customers.cleaning_rules import Rules
from strategy.customers.importing import purchases_at_hand, refuse_other_currency
from strategy.customers.interaction_files import Interactions, purchases_elsewhere, understand_interactions
from strategy.customers.interaction_mapping import InteractionMapping
from strategy.customers.left_out import settled_at_hand, settled_lines
from strategy.customers.mapping import Mapping
from strategy.customers.plain_table import PlainTable, read_table
from strategy.customers.progress import Progress, unheard
from strategy.customers.quality import Understanding
from strategy.customers.reading import FilePreview, preview
from strategy.customers.source import ConnectedSource
from strategy.customers.spreadsheet import sheet_names
from strategy.customers.understanding import understand
from strategy.language import Message, msg

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

Found = TypeVar("Found")

_BY_PERIOD = msg("Split the file by period, or export fewer columns.")


class Task(Protocol[Found]):
    """Files to be read, of one kind."""

    @property
    def name(self) -> str:
        """What messages call the files."""

    @property
    def smaller(self) -> Message:
        """How such a file is made smaller, where it is too much."""

    def beside(self, cursor: duckdb.DuckDBPyConnection) -> dict[str, pa.Table]:
        """What of the workbook the files are read with.

        Raises:
            ImportRefused: the purchases stay in a database of the company's own, and files of this kind do not go with them.
        """

    def read(self, beside: Tables[str, pa.Table], rows: Rows | None = None, progress: Progress = unheard) -> list[Found]:
        """What the files hold. Their rows are put into ``rows`` if it is given, and otherwise come with what was found.

        Raises:
            ImportRefused: what is wrong with a file.
        """


@dataclass(frozen=True)
class FileToRead:
    """A file of purchases to be read under a mapping; ``name`` is what messages call it."""

    path: Path
    name: str
    mapping: Mapping


@dataclass(frozen=True)
class Beginning:
    """What a file is and how it begins, whatever it holds. The fields after the name overrule what was found."""

    path: Path
    name: str
    sheet: str | None = None
    encoding: str | None = None
    delimiter: str | None = None

    @property
    def smaller(self) -> Message:
        return _BY_PERIOD

    def beside(self, cursor: duckdb.DuckDBPyConnection) -> dict[str, pa.Table]:
        return {}

    def read(self, beside: Tables[str, pa.Table], rows: Rows | None = None, progress: Progress = unheard) -> list[FilePreview]:
        return [preview(self.path, self.name, sheet=self.sheet, encoding=self.encoding, delimiter=self.delimiter)]


@dataclass(frozen=True)
class SheetNames:
    """The names of worksheets."""

    names: tuple[str, ...]


@dataclass(frozen=True)
class SheetsOf:
    """Which worksheets an Excel file has, also one of which none is a table."""

    path: Path
    name: str

    @property
    def smaller(self) -> Message:
        return _BY_PERIOD

    def beside(self, cursor: duckdb.DuckDBPyConnection) -> dict[str, pa.Table]:
        return {}

    def read(self, beside: Tables[str, pa.Table], rows: Rows | None = None, progress: Progress = unheard) -> list[SheetNames]:
        return [SheetNames(sheet_names(self.path, self.name))]


@dataclass(frozen=True)
class PurchaseFiles:
    """Files of purchases, each understood with those before it at hand; ``append``: the first one with those of the workbook."""

    files: tuple[FileToRead, ...]
    rules: Rules = field(default_factory=Rules)
    append: bool = False

    @property
    def name(self) -> str:
        return ", ".join(file.name for file in self.files)

    @property
    def smaller(self) -> Message:
        return _BY_PERIOD

    def beside(self, cursor: duckdb.DuckDBPyConnection) -> dict[str, pa.Table]:
        return {"purchases": purchases_at_hand(cursor), "settled": settled_at_hand(cursor)} if self.append else {}

    def read(self, beside: Tables[str, pa.Table], rows: Rows | None = None, progress: Progress = unheard) -> list[Understanding]:
        import pyarrow as pa

        at_hand, settled = beside.get("purchases"), [beside["settled"]] if self.append else []
        found: list[Understanding] = []
        for at, file in enumerate(self.files):
            keep = partial(rows.path, at) if rows else None
            told = _part(progress, at, len(self.files))
            known = pa.concat_tables(settled) if settled else None
            understood = understand(file.path, file.name, file.mapping, self.rules, at_hand, known, told, keep)
            if found:
                refuse_other_currency(found[0].numbers.currency, understood)
            at_hand = understood.purchases
            settled.append(settled_lines(understood.rejected))
            found.append(understood if rows is None else rows.take(at, understood, "purchases", "rejected", "totals"))
        return found


@dataclass(frozen=True)
class AttributeFile:
    """A file of attributes: ``customer`` is the heading of the id, ``columns`` those of the attributes."""

    path: Path
    name: str
    customer: str
    columns: tuple[str, ...]
    sheet: str | None = None

    @property
    def smaller(self) -> Message:
        return msg("Export fewer columns, or fewer customers.")

    def beside(self, cursor: duckdb.DuckDBPyConnection) -> dict[str, pa.Table]:
        if isinstance(cursor, ConnectedSource):
            raise attributes_elsewhere(self.name)
        return {"buyers": buyers_at_hand(cursor)}

    def read(self, beside: Tables[str, pa.Table], rows: Rows | None = None, progress: Progress = unheard) -> list[Attributes]:
        found = read_attributes(self.path, self.name, self.customer, self.columns, beside["buyers"], progress, self.sheet)
        return [found if rows is None else rows.take(0, found, "rows")]


@dataclass(frozen=True)
class InteractionFile:
    """A file of interactions; ``append``: it is added to those of the workbook. See :func:`understand_interactions` for the rest."""

    path: Path
    name: str
    mapping: InteractionMapping
    append: bool = False
    skip_unreadable: bool = False
    drop_copies: bool = False
    drop_future: bool = True

    @property
    def smaller(self) -> Message:
        return _BY_PERIOD

    def beside(self, cursor: duckdb.DuckDBPyConnection) -> dict[str, pa.Table]:
        if isinstance(cursor, ConnectedSource):
            raise purchases_elsewhere(self.name)
        there = {"interactions": interactions_at_hand(cursor)} if self.append else {}
        return {"buyers": buyers_at_hand(cursor), **there}

    def read(self, beside: Tables[str, pa.Table], rows: Rows | None = None, progress: Progress = unheard) -> list[Interactions]:
        found = understand_interactions(
            self.path,
            self.name,
            self.mapping,
            beside["buyers"],
            beside.get("interactions"),
            skip_unreadable=self.skip_unreadable,
            drop_copies=self.drop_copies,
            drop_future=self.drop_future,
            progress=progress,
        )
        return [found if rows is None else rows.take(0, found, "rows")]


@dataclass(frozen=True)
class TableFile:
    """A file of rows for a worksheet, such as survey answers or actual values of measures."""

    path: Path
    name: str
    sheet: str | None = None

    @property
    def smaller(self) -> Message:
        return msg("Split it into several files, or summarise it before it is brought in.")

    def beside(self, cursor: duckdb.DuckDBPyConnection) -> dict[str, pa.Table]:
        return {}

    def read(self, beside: Tables[str, pa.Table], rows: Rows | None = None, progress: Progress = unheard) -> list[PlainTable]:
        return [read_table(self.path, self.name, self.sheet, progress=progress)]


def _part(progress: Progress, at: int, parts: int) -> Progress:
    """The progress of one of several parts, told as that of the whole."""
    return lambda share: progress((at + share) / parts)


def read_here(task: Task[Found], cursor: duckdb.DuckDBPyConnection) -> list[Found]:
    """Read in this process, as the command line does, which is a process of its own already."""
    return task.read(task.beside(cursor))
