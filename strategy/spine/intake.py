"""Put an understood file of purchases into a workbook: data, record and segments move together or not at all."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from strategy.customers import Dataset, Understanding, current_dataset, store
from strategy.customers.moves import record_moves, remember_members
from strategy.spine.adoption import adopted_rules, refreshed
from strategy.workbook import Imported, Workbook

if TYPE_CHECKING:
    import duckdb


def import_customers(workbook: Workbook, understanding: Understanding, author: str) -> tuple[Dataset, bool]:
    """Replace the workbook's customer data. Returns the data set, and whether it was new.

    The same file under the same mapping and rules is recognised and changes nothing. Segments with a rule are assigned anew in the
    same transaction, and who moved is recorded in it. Raises what :func:`strategy.customers.store` raises; nothing is stored then.
    """
    snapshot = workbook.snapshot()
    if snapshot.data_version:
        cursor = workbook.cursor()
        known = current_dataset(cursor)
        same_file = known and (known.sha256, known.mapping) == (understanding.sha256, understanding.mapping)
        if known and same_file and known.understood["rules"] == json.loads(understanding.understood_json())["rules"]:
            return known, False

    stored: list[Dataset] = []

    def work(cursor: duckdb.DuckDBPyConnection) -> Imported:
        segments = adopted_rules(snapshot)
        comparable = remember_members(cursor, segments)
        dataset = store(cursor, understanding, author)
        if comparable:
            record_moves(cursor, segments, dataset.version)
        stored.append(dataset)
        record = {
            "file_name": dataset.file_name,
            "sha256": dataset.sha256,
            "rows_read": dataset.rows_read,
            "rows_kept": dataset.rows_kept,
            "customers": dataset.customers,
            "revenue": dataset.revenue,
            "first_day": dataset.first_day.isoformat(),
            "last_day": dataset.last_day.isoformat(),
        }
        return Imported(record, refreshed(snapshot, cursor))

    workbook.record_import(author, work)
    return stored[0], True
