"""A deal scored on evidence, to be held against the seller's feeling.

Five kinds of evidence (need, budget, decision maker, rival, timing), each from 0 (none) to 5 (in writing, or from the one who
decides). The score is their mean as a share of the maximum: a measure of what is known, not a probability of winning.
"""

from __future__ import annotations

from collections.abc import Mapping

MAXIMUM = 5.0


def evidence_score(scores: Mapping[str, float | None]) -> float | None:
    """Mean of the scores given, in percent of the maximum (0-100). ``None`` without any score."""
    known = [float(score) for score in scores.values() if score is not None]
    return sum(known) / len(known) / MAXIMUM * 100 if known else None


def weakest(scores: Mapping[str, float | None]) -> str | None:
    """The kind of evidence with the lowest score; the first of equals. ``None`` without any score."""
    known = {kind: float(score) for kind, score in scores.items() if score is not None}
    return min(known, key=lambda kind: known[kind]) if known else None


def overconfidence(feeling: float | None, evidence: float | None) -> float | None:
    """Feeling (0-100) less evidence (0-100), in percentage points: above 0 the seller believes more than is known."""
    return None if feeling is None or evidence is None else feeling - evidence
