"""Kano classification from paired answers, and the coefficients drawn from its counts.

Sources: Kano, Seraku, Takahashi and Tsuji, "Attractive quality and must-be quality", Hinshitsu 14 (1984); Berger et al., "Kano's
methods for understanding customer-defined quality", Center for Quality Management Journal 2(4) (1993), for the evaluation table,
the better and worse coefficients and Fong's test; Lee and Newcomb, "Applying the Kano methodology to meet customer requirements",
Quality Management Journal 4 (1997), for the strengths.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

Category = Literal["must_be", "one_dimensional", "attractive", "indifferent", "reverse", "questionable"]

ANSWERS: tuple[str, ...] = ("like", "must", "neutral", "live", "dislike")
#: Also the order in which near-ties are settled: what is missed most when absent goes first (M > O > A > I).
CATEGORIES: tuple[Category, ...] = ("must_be", "one_dimensional", "attractive", "indifferent", "reverse", "questionable")
_SETTLED = CATEGORIES[:4]

_LETTERS: Mapping[str, Category] = {category[0].upper(): category for category in CATEGORIES}
#: Rows: the answer if it is there. Columns, in the order of ANSWERS: the answer if it is not. The table of 1993; a later variant
#: also calls must/must and live/live questionable.
_TABLE = {"like": "QAAAO", "must": "RIIIM", "neutral": "RIIIM", "live": "RIIIM", "dislike": "RRRRQ"}

#: Below this share between the two largest categories the order M > O > A > I decides (Lee and Newcomb 1997).
NEAR_TIE = 0.06
#: z of Fong's test at 90%, two-sided, as Berger et al. (1993) give it.
_FONG_Z = 1.65


def category(functional: str, dysfunctional: str) -> Category:
    """The category of one pair of answers (each one of ``ANSWERS``). Raises ``KeyError`` or ``ValueError`` for anything else."""
    return _LETTERS[_TABLE[functional][ANSWERS.index(dysfunctional)]]


@dataclass(frozen=True)
class Verdict:
    """What the answers on one need say.

    ``counts``: category -> answers. ``largest``: the category most often found; ``settled``: the same after the rule for near-ties.
    ``better`` (0 to 1) and ``worse`` (-1 to 0) leave questionable and reverse answers out; ``None`` when nothing else was answered.
    ``category_strength``: share between the two largest categories; ``total_strength``: share of M, O and A. ``clear``: Fong's test
    tells the two largest apart.
    """

    counts: Mapping[Category, int]
    answers: int
    largest: Category
    settled: Category
    better: float | None
    worse: float | None
    total_strength: float
    category_strength: float
    clear: bool


def verdict(counts: Mapping[Category, int]) -> Verdict:
    """Evaluate the counts of one need. At least one answer is needed (``ValueError`` otherwise)."""
    full: dict[Category, int] = {name: int(counts.get(name, 0)) for name in CATEGORIES}
    total = sum(full.values())
    if total <= 0:
        raise ValueError("no answers")
    ranked = sorted(CATEGORIES, key=lambda name: (-full[name], CATEGORIES.index(name)))
    first, second = full[ranked[0]], full[ranked[1]]
    usable = sum(full[name] for name in _SETTLED)
    strength = (first - second) / total
    settled = ranked[0]
    if strength <= NEAR_TIE and settled in _SETTLED:
        near = [name for name in _SETTLED if (first - full[name]) / total <= NEAR_TIE]
        settled = near[0]
    return Verdict(
        counts=full,
        answers=total,
        largest=ranked[0],
        settled=settled,
        better=(full["attractive"] + full["one_dimensional"]) / usable if usable else None,
        worse=-(full["one_dimensional"] + full["must_be"]) / usable if usable else None,
        total_strength=sum(full[name] for name in _SETTLED[:3]) / total,
        category_strength=strength,
        clear=fong_clear(first, second, total),
    )


def fong_clear(first: int, second: int, total: int) -> bool:
    """Whether the two largest counts differ: |a - b| >= 1.65 sqrt((a + b)(2n - a - b) / 2n), Fong in Berger et al. (1993)."""
    both = first + second
    return abs(first - second) >= _FONG_Z * math.sqrt(both * (2 * total - both) / (2 * total)) if first != second else False


def count(answers: Iterable[tuple[str, str]]) -> dict[Category, int]:
    """Category -> how many of the (functional, dysfunctional) pairs fall into it."""
    counts: dict[Category, int] = dict.fromkeys(CATEGORIES, 0)
    for functional, dysfunctional in answers:
        counts[category(functional, dysfunctional)] += 1
    return counts
