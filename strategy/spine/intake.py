"""Put an understood file of purchases into a workbook: data, record and segments move together or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from strategy.customers import ConnectedFigures, Dataset, Mode, Replaced, Understanding, is_connected, recognised, replaced, store
from strategy.customers.currencies import currency_of
from strategy.customers.moves import forget_moves, record_moves, remember_members
from strategy.errors import ImportRefused
from strategy.language import Message, msg
from strategy.spine.adoption import adopted_rules, refreshed
from strategy.workbook import Imported, Snapshot, Workbook

if TYPE_CHECKING:
    import duckdb


def other_currency(snapshot: Snapshot, found: Sequence[Understanding] | ConnectedFigures) -> Message | None:
    """What to say where the amounts of files, or of a connected table, are in another currency than the plan's, as far as both are known."""
    plan = snapshot.currency
    named = [found.currency] if isinstance(found, ConnectedFigures) else [each.numbers.currency for each in found]
    written = next((currency for currency in named if currency), None)
    if not plan or not written or currency_of(plan) == written:
        return None
    return msg(
        "The amounts brought in are in {written}, those of the plan in {plan}. Nothing is converted.", written=written, plan=plan
    )


def replaced_by(workbook: Workbook, fresh: Understanding | ConnectedFigures) -> Replaced | None:
    """Which purchases of the workbook go when ``fresh`` takes their place; ``None`` where there are none in it."""
    if not workbook.snapshot().data_version:
        return None
    return replaced(workbook.cursor(), fresh.first_day, fresh.last_day)


def import_customers(
    workbook: Workbook, understood: Understanding | Sequence[Understanding], author: str, mode: Mode = "replace"
) -> tuple[Dataset, bool]:
    """Replace the workbook's customer data, or add to them. Returns the data set, and whether it was new.

    The same files under the same mapping and rules are recognised and change nothing. Segments with a rule are assigned anew in the
    same transaction, and who moved is recorded in it. Raises what :func:`strategy.customers.store` raises; nothing is stored then.
    Purchases that stay in a database of the company's own cannot be added to.
    """
    if mode == "append" and is_connected(workbook.dataset_record):
        raise ImportRefused(
            msg("The purchases stay in the company's own database, and no file can be added to them"), None,
            msg("Add the rows there, or replace the data."),
        )  # fmt: skip
    files = [understood] if isinstance(understood, Understanding) else list(understood)
    snapshot = workbook.snapshot()
    if snapshot.data_version and (known := recognised(workbook.cursor(), files, mode)):
        return known, False

    stored: list[Dataset] = []

    def work(cursor: duckdb.DuckDBPyConnection) -> Imported:
        before = workbook.snapshot()
        segments = adopted_rules(before)
        comparable = remember_members(cursor, segments)
        dataset = store(cursor, files, author, mode)
        forget_moves(cursor)
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
        changes = refreshed(before, cursor)
        # Figures of a segment whose rule somebody changed meanwhile would be those of its old rule.
        return Imported(
            record, changes_now=lambda now: changes if adopted_rules(now) == segments else refreshed(now, cursor)
        )  # fmt: skip

    workbook.record_import(author, work)
    return stored[0], True
