"""Which segments an exhibit is about: one that was asked for, or the targets."""

from __future__ import annotations

from collections.abc import Collection

from strategy.errors import UnknownName
from strategy.exhibits.labels import Joined, Short
from strategy.exhibits.model import Context, Setting
from strategy.language import msg
from strategy.workbook import Row

#: Empty means all target segments.
SEGMENT = Setting("segment", msg("Segment"), "")


def role_rank(segment: Row | None) -> int:
    """Where a segment stands in the plan: primary targets first, then secondary ones, then all others."""
    return {"primary": 0, "secondary": 1}.get(str(segment["role"]) if segment else "", 2)


def segments_in(context: Context, used: Collection[str | None]) -> tuple[Row, ...]:
    """The segments to show out of those ``used`` (ids), in order of creation.

    The one set; else the targets; else, while no target is chosen or none of them is in use, all in use. Raises
    :class:`UnknownName` when the setting names a segment that does not exist.
    """
    snapshot = context.snapshot
    wanted = str(context.settings.get("segment") or "")
    if wanted:
        row = snapshot.row("segment", wanted)
        if row is None:
            raise UnknownName(
                msg("There is no segment {segment}", segment=wanted),
                None,
                msg("The segments are: {names}.", names=Joined([Short(snapshot, one.id) for one in snapshot.segments()], None))
                if snapshot.segments()
                else None,
            )
        return (row,) if row.id in used else ()
    targets = tuple(row for row in snapshot.targets if row.id in used)
    return targets or tuple(row for row in snapshot.segments() if row.id in used)
