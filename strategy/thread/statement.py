"""A positioning statement, put together from its parts: for WHOM who NEED, OUR OFFER is the FRAME that BENEFIT because REASON,
unlike RIVAL.

The sentence is built after the pattern of the language its parts are written in, whoever reads it: half a sentence in another
language could not be said aloud.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from strategy.analysis.spoken_length import mostly_chinese, spoken_seconds
from strategy.language import Language, msg
from strategy.workbook import Row, Snapshot

PARTS = ("whom", "need_phrase", "offer", "frame", "benefit", "reason")
_GAP = "…"


@dataclass(frozen=True)
class Statement:
    """The sentence of one row of the worksheet ``positioning``, the same in whichever language the reader has chosen."""

    snapshot: Snapshot
    row: Row

    @property
    def language(self) -> Language:
        """The language the parts are written in."""
        return "zh" if mostly_chinese(" ".join(str(self.row.get(part, "")) for part in PARTS)) else "en"

    @property
    def text(self) -> str:
        language = self.language
        parts = {part: _bare(str(self.row.get(part, "")), part == "offer") or _GAP for part in PARTS}
        rival = self.snapshot.row("rival", self.row["rival"])
        parts["rival"] = self.snapshot.label("rival", rival.id, language) if rival else _GAP
        if language == "en":
            parts["rival"] = _in_sentence(parts["rival"])
        if language == "en" and re.search(r"\b(who|that|which)\b", parts["whom"]):  # "people who wait who want" would stumble
            return msg(
                "For {whom} and {need_phrase}, {offer} is the {frame} that {benefit} because {reason}, unlike {rival}.", **parts
            ).in_(language)
        return msg(
            "For {whom} who {need_phrase}, {offer} is the {frame} that {benefit} because {reason}, unlike {rival}.", **parts
        ).in_(language)

    @property
    def missing(self) -> tuple[str, ...]:
        """Columns that are still empty."""
        return tuple(part for part in (*PARTS, "rival") if not self.row[part])

    @property
    def seconds(self) -> float:
        """How long it takes to say, in seconds; gaps take no time."""
        return spoken_seconds(self.text)

    def in_(self, language: Language) -> str:
        return self.text


def _bare(text: str, keeps_comma: bool = False) -> str:
    """A part without the full stop its writer may have ended it with; an offer with an insertion ("she, walking,") keeps its comma."""
    return re.sub(r"[\s.;:。；：]+$" if keeps_comma else r"[\s.,;:。，；：、]+$", "", text.strip())


def _in_sentence(name: str) -> str:
    """A rival described in words, as it stands inside the sentence: "Kiosk at the stop" becomes "the kiosk at the stop".

    Names of their own, plurals ("Record shops in town") and activities ("Doing without") get no article.
    """
    first, _, rest = name.partition(" ")
    if not (first.istitle() and (rest.islower() or not rest)):
        return name
    head = re.split(r" (?:in|on|of|at|with|without|to|for|from|by) ", name)[0]
    described = bool(rest) and not head.endswith("s") and not first.endswith("ing") and first not in ("The", "A", "An", "No")
    return f"{'the ' if described else ''}{first.lower()} {rest}".rstrip() if rest else name


def statements(snapshot: Snapshot) -> tuple[Statement, ...]:
    """All rows of the worksheet that say at least what the benefit is."""
    return tuple(Statement(snapshot, row) for row in snapshot.rows("positioning") if row["segment"] and row["benefit"])
