"""Store understood interactions as the workbook's current ones, and read the record of them."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from strategy.customers.data_record import fingerprint, title
from strategy.customers.interaction_files import Interactions, has_table
from strategy.customers.interaction_mapping import InteractionMapping
from strategy.customers.schema import create_tables, one_row
from strategy.errors import ImportRefused, UnknownName
from strategy.language import Message, msg

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class InteractionSet:
    """The record of one import of interactions.

    Attributes:
        interactions, customers: in the set as a whole. ``complaints``: how many are complaints, ``unsettled`` of them still open.
        complaint_kinds, open_statuses: what was confirmed to be a complaint, and to be not settled yet.
        quality: rows read, kept and left out, with the files.
    """

    version: int
    file_name: str
    sha256: str
    mapping: InteractionMapping
    interactions: int
    customers: int
    complaints: int
    unsettled: int
    first_day: dt.date
    last_day: dt.date
    complaint_kinds: tuple[str, ...]
    open_statuses: tuple[str, ...]
    quality: Mapping[str, Any]
    imported_at: dt.datetime
    author: str

    @property
    def files(self) -> list[dict[str, Any]]:
        """The files it came from: name, sha256, rows_read, rows_added."""
        return list(self.quality["files"])


_COLUMNS = "version, file_name, sha256, mapping, quality, imported_at, author"


def _set(row: tuple[Any, ...]) -> InteractionSet:
    version, file_name, sha256, mapping, quality, imported_at, author = row
    counted = json.loads(quality)
    return InteractionSet(
        version,
        file_name,
        sha256,
        InteractionMapping.from_json(mapping),
        counted["interactions"],
        counted["customers"],
        counted["complaints"],
        counted["unsettled"],
        dt.date.fromisoformat(counted["first_day"]),
        dt.date.fromisoformat(counted["last_day"]),
        tuple(counted["complaint_kinds"]),
        tuple(counted["open_statuses"]),
        counted,
        imported_at,
        author,
    )


def interaction_sets(cursor: duckdb.DuckDBPyConnection) -> list[InteractionSet]:
    """Every import's record, oldest first."""
    if not has_table(cursor, "interaction_set"):
        return []
    return [_set(row) for row in cursor.execute(f"SELECT {_COLUMNS} FROM interaction_set ORDER BY version").fetchall()]


def current_interactions(cursor: duckdb.DuckDBPyConnection) -> InteractionSet | None:
    """The newest import's record; None where no interactions were imported."""
    found = interaction_sets(cursor)
    return found[-1] if found else None


def kinds_at_hand(cursor: duckdb.DuckDBPyConnection) -> tuple[list[str], list[str]]:
    """Kinds and statuses of the interactions at hand, most frequent first."""
    if not has_table(cursor, "interaction"):
        return [], []
    both = [
        cursor.execute(f"SELECT {name} FROM interaction WHERE {name} IS NOT NULL GROUP BY 1 ORDER BY count(*) DESC, 1").fetchall()
        for name in ("kind", "status")
    ]
    return [row[0] for row in both[0]], [row[0] for row in both[1]]


def proposed_choices(cursor: duckdb.DuckDBPyConnection, found: Interactions) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Kinds that count as complaints and statuses that are open: what was confirmed before, and what the words of new ones suggest."""
    before = current_interactions(cursor)
    if before is None:
        return found.proposed_complaints(), found.proposed_open()
    kinds, statuses = kinds_at_hand(cursor)
    chosen = []
    for counted, decided, known in (
        (found.kinds, before.complaint_kinds, kinds),
        (found.statuses, before.open_statuses, statuses),
    ):
        fresh = [each.name for each in counted if each.name in decided or (each.proposed and each.name not in known)]
        kept = [name for name in decided if found.rows_at_hand is not None and name not in fresh]
        chosen.append((*fresh, *kept))
    return chosen[0], chosen[1]


def same_again(
    cursor: duckdb.DuckDBPyConnection, found: Interactions, complaints: Iterable[str], still_open: Iterable[str]
) -> InteractionSet | None:
    """The current set where storing ``found`` under these choices would change nothing."""
    current = current_interactions(cursor)
    if current is None or (set(complaints), set(still_open)) != (set(current.complaint_kinds), set(current.open_statuses)):
        return None
    if found.rows_at_hand is not None:
        return current if not found.rows_kept or any(file["sha256"] == found.sha256 for file in current.files) else None
    same_rows = [file["sha256"] for file in current.files] == [found.sha256] and current.files[0]["rows_added"] == found.rows_kept
    return current if same_rows and current.mapping == found.mapping else None


def store_interactions(
    cursor: duckdb.DuckDBPyConnection,
    found: Interactions,
    complaints: Iterable[str],
    still_open: Iterable[str],
    author: str,
) -> InteractionSet:
    """Make the understood rows the workbook's interactions, or add them to those at hand when they were understood so.

    Runs in the caller's transaction, without beginning or committing one.

    Args:
        complaints: kinds that count as complaints; ``still_open``: statuses that mean not settled yet. They hold for the whole set.

    Raises:
        ImportRefused: the interactions at hand have changed since the file was read. UnknownName: a kind or status nobody has.
    """
    create_tables(cursor)
    adding = found.rows_at_hand is not None
    before = current_interactions(cursor) if adding else None
    if adding and found.rows_at_hand != one_row(cursor, "SELECT count(*) FROM interaction")[0]:
        raise ImportRefused(
            msg("The data at hand have changed since the file was read"), found.file_name, msg("Choose the file again.")
        )
    if not adding:
        cursor.execute("DELETE FROM interaction")
    cursor.register("new_interactions", found.rows)
    try:
        names = ", ".join(found.rows.column_names)
        cursor.execute(f"INSERT INTO interaction ({names}) SELECT {names} FROM new_interactions")
    finally:
        cursor.unregister("new_interactions")
    chosen = _marked(cursor, list(dict.fromkeys(complaints)), list(dict.fromkeys(still_open)), found)
    file = {"name": found.file_name, "sha256": found.sha256, "rows_read": found.rows_read, "rows_added": found.rows_kept}
    files = [*(before.files if before else []), file]
    quality = {**found.quality(), **chosen, **_totals(cursor), "files": files}
    version = one_row(cursor, "SELECT coalesce(max(version), 0) + 1 FROM interaction_set")[0]
    now = dt.datetime.now(dt.UTC).replace(tzinfo=None)
    text = json.dumps(quality, ensure_ascii=False, default=str)
    cursor.execute(
        f"INSERT INTO interaction_set ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)",
        [version, title(files), fingerprint(files), found.mapping.as_json(), text, now, author],
    )
    return interaction_sets(cursor)[-1]


def _marked(
    cursor: duckdb.DuckDBPyConnection, complaints: list[str], still_open: list[str], found: Interactions
) -> dict[str, list[str]]:
    """Mark every interaction as complaint or not, open or not; returns what was chosen.

    Where no status means open, nothing is known of what is: that all is settled would be a guess.
    """
    kinds, statuses = kinds_at_hand(cursor)
    _must_be_there(complaints, kinds, msg("No interaction is of the kind that was named"), found.file_name)
    _must_be_there(still_open, statuses, msg("No interaction has the status that was named"), found.file_name)
    cursor.execute(
        """UPDATE interaction SET complaint = coalesce(list_contains(?::VARCHAR[], kind), false),
                  still_open = CASE WHEN status IS NOT NULL AND ? THEN list_contains(?::VARCHAR[], status) END""",
        [complaints, bool(still_open), still_open],
    )
    return {"complaint_kinds": complaints, "open_statuses": still_open}


def _must_be_there(chosen: list[str], known: list[str], what: Message, file: str) -> None:
    missing = next((name for name in chosen if name not in known), None)
    if missing is not None:
        raise UnknownName(
            what,
            msg("{file}: {name}", file=file, name=missing[:60]),
            msg("There are: {names}.", names=", ".join(known[:20]) or "–"),
        )


def _totals(cursor: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    names = ("interactions", "customers", "complaints", "unsettled", "first_day", "last_day")
    row = one_row(
        cursor,
        """SELECT count(*), count(DISTINCT customer), count(*) FILTER (complaint), count(*) FILTER (complaint AND still_open), min(day), max(day)
           FROM interaction""",
    )
    return dict(zip(names, row, strict=True))
