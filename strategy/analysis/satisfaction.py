"""Satisfaction and recommendation as shares of respondents, each with the interval a sample of that size leaves open.

CSAT: share of the two best answers. Its interval: Wilson, "Probable Inference, the Law of Succession, and Statistical Inference",
Journal of the American Statistical Association 22 (1927). NPS: promoters (9-10) less detractors (0-6), Reichheld, "The One Number
You Need to Grow", Harvard Business Review (December 2003); its variance is that of a difference of two multinomial shares. Its
interval: Agresti and Min, "Simple improved confidence intervals for comparing matched proportions", Statistics in Medicine 24 (2005),
729-740. They take Wald's after adding half an answer to each of the four cells of a paired table; promoters and detractors are the two
cells whose difference is wanted. Unlike Wald's own it keeps a width where everybody is a promoter, or nobody is either.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt

#: The 97.5% point of the normal distribution, for intervals of 95%.
Z95 = 1.959963984540054


@dataclass(frozen=True)
class Csat:
    """``share``, ``low`` and ``high`` between 0 and 1; ``mean`` on the answer scale."""

    share: float
    low: float
    high: float
    mean: float
    respondents: int


@dataclass(frozen=True)
class Nps:
    """``score``, ``error`` (standard error of the score as counted), ``low`` and ``high`` in points from -100 to 100; the three groups as counts."""

    score: float
    error: float
    low: float
    high: float
    promoters: int
    passives: int
    detractors: int


def wilson(share: float, respondents: float, z: float = Z95) -> tuple[float, float]:
    """Wilson's interval of a share (0-1) among ``respondents`` > 0."""
    denominator = 1 + z**2 / respondents
    centre = (share + z**2 / (2 * respondents)) / denominator
    half = z * sqrt(share * (1 - share) / respondents + z**2 / (4 * respondents**2)) / denominator
    return max(0.0, centre - half), min(1.0, centre + half)


def csat(counts: Mapping[int, int], best: int = 2) -> Csat | None:
    """From answers: answer -> count, the ``best`` highest answers of the scale counting as satisfied. ``None`` without answers."""
    respondents = sum(counts.values())
    if respondents <= 0:
        return None
    satisfied = sum(counts[answer] for answer in sorted(counts, reverse=True)[:best])
    share = satisfied / respondents
    low, high = wilson(share, respondents)
    return Csat(share, low, high, sum(answer * count for answer, count in counts.items()) / respondents, respondents)


def nps(counts: Mapping[int, int]) -> Nps | None:
    """From answers 0-10: answer -> count. ``None`` without answers."""
    respondents = sum(counts.values())
    if respondents <= 0:
        return None
    promoters = sum(count for answer, count in counts.items() if answer >= 9)
    detractors = sum(count for answer, count in counts.items() if answer <= 6)
    p, d = promoters / respondents, detractors / respondents
    error = sqrt((p + d - (p - d) ** 2) / respondents)
    return Nps(
        (p - d) * 100,
        error * 100,
        *_net_interval(promoters, detractors, respondents, Z95),
        promoters,
        respondents - promoters - detractors,
        detractors,
    )


def _net_interval(promoters: float, detractors: float, respondents: float, z: float) -> tuple[float, float]:
    """Agresti and Min's interval of a net score, in points; see the head of this module."""
    total = respondents + 2
    net = (promoters - detractors) / total
    half = z * sqrt((promoters + detractors + 1) / total - net**2) / sqrt(total)
    return max(-100.0, (net - half) * 100), min(100.0, (net + half) * 100)


def nps_widest_interval(score: float, respondents: int, z: float = Z95) -> tuple[float, float]:
    """The widest interval a net score (points) can have when only it and the number of ``respondents`` > 0 are known.

    The variance p + d - (p - d)^2 is greatest where nobody is passive, p + d = 1.
    """
    promoters = respondents * (1 + score / 100) / 2
    return _net_interval(promoters, respondents - promoters, respondents, z)
