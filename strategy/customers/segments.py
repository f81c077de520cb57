"""The named segments of recency and frequency: a partition of the 5 x 5 grid, complete and without overlap by construction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any

from strategy.errors import InvalidValue
from strategy.language import Message, msg

#: Recency score -> the segment of each frequency score 1 to 5. Every cell names one segment, so no customer has none or two.
GRID: dict[int, tuple[str, str, str, str, str]] = {
    5: ("new", "promising", "promising", "champions", "champions"),
    4: ("new", "promising", "promising", "loyal", "champions"),
    3: ("lapsed_triers", "need_attention", "need_attention", "loyal", "loyal"),
    2: ("lapsed_triers", "hibernating", "hibernating", "at_risk", "at_risk"),
    1: ("lapsed_triers", "hibernating", "hibernating", "at_risk", "at_risk"),
}

SEGMENT_NAMES: dict[str, Message] = {
    "champions": msg("Champions"),
    "loyal": msg("Loyal"),
    "promising": msg("Promising"),
    "new": msg("New"),
    "need_attention": msg("Need attention"),
    "at_risk": msg("At risk"),
    "hibernating": msg("Hibernating"),
    "lapsed_triers": msg("Lapsed triers"),
}


#: Purchase days up to which somebody can be called new, or a trier who went.
FEW_DAYS = 2
#: What the two segments of the lowest frequency score are called where it holds customers of more purchase days, and where most customers
#: have it: there is nobody to call new by how seldom they bought.
_LESS_OFTEN = {"new": msg("Recent but less frequent"), "lapsed_triers": msg("Less recent and less frequent")}
_AS_MOST = {"new": msg("Recent and of usual frequency"), "lapsed_triers": msg("Less recent but of usual frequency")}


def cells(segment: str) -> list[list[int]]:
    """The ``[recency score, frequency score]`` pairs of a segment."""
    return [[r, f] for r, row in sorted(GRID.items()) for f, name in enumerate(row, 1) if name == segment]


@dataclass(frozen=True)
class Cuts:
    """Where the scores change: four non-decreasing numbers each, for days since the last purchase, purchase days and revenue.

    A score is 1 + the number of cuts strictly below the value, so customers with equal values always get equal scores, even
    where half of them bought once. Recency is turned round: few days give a high score.

    Raises:
        InvalidValue: not four numbers, not finite, or decreasing.
    """

    recency: tuple[float, float, float, float]
    frequency: tuple[float, float, float, float]
    monetary: tuple[float, float, float, float]

    def __post_init__(self) -> None:
        for name, said in (("recency", msg("recency")), ("frequency", msg("frequency")), ("monetary", msg("monetary value"))):
            values = _four(getattr(self, name), said)
            object.__setattr__(self, name, values)

    def segment_names(self) -> dict[str, Message]:
        """Id -> name of the segments under these cuts, in the order of ``SEGMENT_NAMES``.

        Scores are places among the customers. The lowest one of frequency says "new" or "tried" only where few purchase days have it; in
        a shop whose customers all bought often it holds those who bought somewhat less.
        """
        if self.frequency[0] < FEW_DAYS + 1:
            return SEGMENT_NAMES
        return SEGMENT_NAMES | (_AS_MOST if self.frequency[0] == self.frequency[-1] else _LESS_OFTEN)

    def as_dict(self) -> dict[str, list[float]]:
        return {name: list(values) for name, values in asdict(self).items()}

    @classmethod
    def from_dict(cls, cuts: dict[str, Sequence[float]]) -> Cuts:
        try:
            return cls(*(tuple(cuts[name]) for name in ("recency", "frequency", "monetary")))  # type: ignore[arg-type]
        except (KeyError, TypeError) as error:
            raise InvalidValue(
                msg("The rule has no complete cut points"),
                "cuts",
                msg("Give four numbers each for recency, frequency and monetary."),
            ) from error


def _four(given: Any, said: Message) -> tuple[float, ...]:
    fix = msg("Give four numbers, none smaller than the one before.")
    try:
        values = tuple(float(value) for value in given)
    except (TypeError, ValueError) as error:
        raise InvalidValue(msg("The cut points of {measure} are not numbers", measure=said), str(given), fix) from error
    if len(values) != 4 or any(value != value or value in (float("inf"), float("-inf")) for value in values):
        raise InvalidValue(msg("The cut points of {measure} must be four finite numbers", measure=said), str(given), fix)
    if any(later < earlier for earlier, later in pairwise(values)):
        raise InvalidValue(msg("The cut points of {measure} must not decrease", measure=said), str(given), fix)
    return values
