"""Us and our rivals on a chart: rivals in greys of their own shape, so that colour stays with the segments."""

from __future__ import annotations

from dataclasses import dataclass

from strategy.language import Language, msg
from strategy.workbook import Snapshot

OURS = ""

_GREYS = ("#8C8C8C", "#6E6E6E", "#A6A6A6", "#7D7D7D", "#979797", "#5F5F5F")
#: Nine, so that with six greys the look of fifty-odd rivals differs; eight is a usual number.
_SYMBOLS = ("square", "diamond", "triangle-up", "cross", "triangle-down", "x", "pentagon", "hourglass", "bowtie")
_DASHES = ("dot", "dash", "dashdot", "longdash", "longdashdot", "dot")
_PATTERNS = ("/", "x", ".", "\\", "-", "+")


@dataclass(frozen=True)
class Brand:
    """A rival by its name, or we ourselves where ``rival_id`` is empty."""

    snapshot: Snapshot
    rival_id: str

    def in_(self, language: Language) -> str:
        return self.snapshot.label("rival", self.rival_id, language) if self.rival_id else msg("Ours").in_(language)


@dataclass(frozen=True)
class RivalLook:
    color: str
    symbol: str
    dash: str
    pattern: str


def look(snapshot: Snapshot, rival_id: str) -> RivalLook:
    """How a rival is drawn; it keeps its look whatever happens to the others."""
    row = snapshot.row("rival", rival_id)
    at = row.ordinal if row else 0
    return RivalLook(_GREYS[at % 6], _SYMBOLS[at % 9], _DASHES[at % 6], _PATTERNS[at % 6])
