"""Put interactions with customers into a workbook: rows, record and journal in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from strategy.customers import is_connected
from strategy.customers.interaction_files import Interactions, purchases_elsewhere
from strategy.customers.interaction_sets import InteractionSet, same_again, store_interactions
from strategy.workbook import Imported, Workbook

if TYPE_CHECKING:
    import duckdb


def import_interactions(
    workbook: Workbook,
    found: Interactions,
    complaints: Sequence[str],
    still_open: Sequence[str],
    author: str,
) -> tuple[InteractionSet, bool]:
    """Replace the workbook's interactions, or add to them where the file was understood so. Returns the set, and whether it was new.

    The same file under the same mapping and choices is recognised and changes nothing. ``complaints`` are the kinds that count as
    complaints, ``still_open`` the statuses that mean not settled yet.

    Raises:
        ImportRefused: the purchases stay in a database of the company's own; the interactions at hand have changed meanwhile.
        UnknownName: a kind or a status that no interaction has.
    """
    if is_connected(workbook.dataset_record):
        raise purchases_elsewhere(found.file_name)
    if known := same_again(workbook.cursor(), found, complaints, still_open):
        return known, False
    stored: list[InteractionSet] = []

    def work(cursor: duckdb.DuckDBPyConnection) -> Imported:
        made = store_interactions(cursor, found, complaints, still_open, author)
        stored.append(made)
        record = {
            "kind": "interactions",
            "file_name": made.file_name,
            "sha256": made.sha256,
            "rows_read": found.rows_read,
            "interactions": made.interactions,
            "customers": made.customers,
            "complaints": made.complaints,
            "complaint_kinds": list(made.complaint_kinds),
        }
        return Imported(record, ())

    workbook.record_import(author, work)
    return stored[0], True
