"""Put a connected table behind a workbook, and read its figures again: record and segments move together or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from strategy.customers import Connected, ConnectedFigures, ConnectedSource, Dataset, Urls, is_connected, measure, store_connected
from strategy.errors import NoData
from strategy.language import msg
from strategy.spine.adoption import adopted_rules, refreshed
from strategy.workbook import Change, Imported, Snapshot, Workbook

if TYPE_CHECKING:
    import duckdb


def connect_customers(workbook: Workbook, figures: ConnectedFigures, urls: Urls, author: str) -> Dataset:
    """Make what :func:`strategy.customers.measure` found the workbook's customer data.

    Segments with a rule are assigned anew. The database is asked before the workbook is locked, because it may take its time, and once
    more only where somebody has changed these segments meanwhile.
    """
    source: Any = ConnectedSource(None, figures.connected, lambda: urls)
    before = workbook.snapshot()
    changes = refreshed(before, source)

    def changes_now(now: Snapshot) -> tuple[Change, ...]:
        # Figures of a rule that somebody changed or deleted meanwhile would be those of another segment, or of one that is gone.
        return changes if adopted_rules(now) == adopted_rules(before) else refreshed(now, source)

    stored: list[Dataset] = []

    def work(cursor: duckdb.DuckDBPyConnection) -> Imported:
        stored.append(store_connected(cursor, figures, author))
        return Imported(figures.record(), changes_now=changes_now)

    workbook.record_import(author, work)
    return stored[0]


def refresh(workbook: Workbook, urls: Urls, author: str) -> tuple[Dataset, ConnectedFigures]:
    """Read the figures of the connected table as they are today, and assign the customers of adopted segments anew.

    Raises:
        NoData: the workbook's data are not connected. Others as :func:`strategy.customers.measure`; nothing is changed then.
    """
    record = workbook.dataset_record
    if not is_connected(record):
        raise NoData(
            msg("The data of this workbook come from a file"), None, msg("Import a newer file, or connect a table of a database.")
        )
    figures = measure(Connected.from_record(record), urls)
    return connect_customers(workbook, figures, urls, author), figures
