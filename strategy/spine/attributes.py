"""Put what is known about customers into a workbook: segments by attributes are assigned anew in the same transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from strategy.customers import is_connected
from strategy.customers.attribute_files import Attributes, attributes_elsewhere, store_attributes
from strategy.customers.importing import current_dataset
from strategy.customers.moves import record_moves, remember_members
from strategy.spine.adoption import adopted_rules, refreshed
from strategy.workbook import Imported, Workbook

if TYPE_CHECKING:
    import duckdb


def import_attributes(workbook: Workbook, found: Attributes, author: str) -> None:
    """Replace the attributes of customers by those of an understood file, and note it in the journal.

    Who moves between segments by attributes is recorded in the same transaction.

    Raises:
        ImportRefused: the purchases stay in a database of the company's own, where attributes of this workbook are not at hand.
    """
    if is_connected(workbook.dataset_record):
        raise attributes_elsewhere(found.file_name)

    def work(cursor: duckdb.DuckDBPyConnection) -> Imported:
        # No other kind of segment asks for attributes, so nobody can leave one of those.
        by_attribute = {kind: rules for kind, rules in adopted_rules(workbook.snapshot()).items() if kind == "attribute"}
        comparable = remember_members(cursor, by_attribute)
        store_attributes(cursor, found)
        dataset = current_dataset(cursor)
        if comparable and dataset is not None:
            record_moves(cursor, by_attribute, dataset.version)
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
