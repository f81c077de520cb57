"""Put what is known about customers into a workbook: segments by attributes are assigned anew in the same transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from strategy.customers import is_connected
from strategy.customers.attribute_files import Attributes, attributes_elsewhere, store_attributes
from strategy.spine.adoption import refreshed
from strategy.workbook import Imported, Workbook

if TYPE_CHECKING:
    import duckdb


def import_attributes(workbook: Workbook, found: Attributes, author: str) -> None:
    """Replace the attributes of customers by those of an understood file, and note it in the journal.

    Raises:
        ImportRefused: the purchases stay in a database of the company's own, where attributes of this workbook are not at hand.
    """
    if is_connected(workbook.dataset_record):
        raise attributes_elsewhere(found.file_name)

    def work(cursor: duckdb.DuckDBPyConnection) -> Imported:
        store_attributes(cursor, found)
        record = {
            "kind": "attributes",
            "file_name": found.file_name,
            "sha256": found.sha256,
            "rows_read": found.rows_read,
            "customers": found.customers,
            "attributes": [attribute.name for attribute in found.attributes],
        }
        return Imported(record, changes_now=lambda now: refreshed(now, cursor))

    workbook.record_import(author, work)
