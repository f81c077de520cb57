"""What can be asked of a workbook, and how a change made from an older version is merged."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from strategy.errors import Collision, Conflict
from strategy.language import Speaks
from strategy.workbook.journal import Revision

if TYPE_CHECKING:
    from strategy.workbook.snapshot import Snapshot


@dataclass(frozen=True)
class Put:
    """Set fields of a row; ``None`` empties one. ``base`` is the version the author was looking at.

    ``base=None`` means "whatever stands there now"; ``base=0`` means that the row must be new.
    """

    worksheet: str
    row_id: str
    values: Mapping[str, Any]
    base: int | None = None


@dataclass(frozen=True)
class Delete:
    """Take a row out. Refused while other rows refer to it."""

    worksheet: str
    row_id: str
    base: int | None = None


@dataclass(frozen=True)
class Review:
    """Say that a row still holds although what it builds on has changed."""

    worksheet: str
    row_id: str


Change = Put | Delete | Review


@dataclass(frozen=True)
class Imported:
    """What an import of customer data noted of itself, and the changes of rows that follow from it.

    ``changes_now``, where it is given, says the changes for the workbook as it stands when the import is noted, rows being edited
    while data are stored.
    """

    record: Mapping[str, Any]
    changes: tuple[Change, ...] = ()
    changes_now: Callable[[Snapshot], tuple[Change, ...]] | None = None


@dataclass(frozen=True)
class Receipt:
    """What a commit wrote. ``repeated`` means that the same command had been carried out before."""

    seq: int
    revisions: tuple[Revision, ...] = field(default=())
    repeated: bool = False


def merge(
    change: Put,
    patch: Mapping[str, Any],
    current: Mapping[str, Any],
    base: Mapping[str, Any],
    author: str,
    titles: Mapping[str, Speaks] | None = None,
) -> dict[str, Any]:
    """The row after ``patch``, made from ``base``, has been laid over ``current``.

    A field that somebody else changed since ``base`` and that the patch sets to something else raises :class:`Conflict`, which calls
    the fields by ``titles``.
    """
    collisions = tuple(
        Collision(name, base.get(name), current.get(name), value)
        for name, value in patch.items()
        if current.get(name) != base.get(name) and current.get(name) != value and value != base.get(name)
    )
    if collisions:
        raise Conflict(change.worksheet, change.row_id, collisions, author, dict(current), titles)
    merged = dict(current)
    for name, value in patch.items():
        if base.get(name) == value:
            continue  # not touched by this author: what stands there now stays
        if value is None:
            merged.pop(name, None)
        else:
            merged[name] = value
    return merged
