"""Kaplan-Meier: the share of customers still there after a time, where many have not left yet.

Sources: Kaplan and Meier, "Nonparametric estimation from incomplete observations", Journal of the American Statistical Association 53
(1958); Greenwood, "The natural duration of cancer" (1926), for the variance; Kalbfleisch and Prentice, "The Statistical Analysis of
Failure Time Data" (1980), for intervals on the log-log scale, which stay between 0 and 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import special

from strategy.errors import InvalidValue, NoData, msg


@dataclass(frozen=True)
class SurvivalCurve:
    """A step function: ``survival[i]`` holds from ``time[i]`` until the next. One entry per time at which somebody left.

    Attributes:
        time: in the unit of the durations, rising. at_risk: customers still watched just before. ended: how many left then.
        low, high: the confidence interval; both are the estimate itself once nobody is left.
    """

    time: np.ndarray
    at_risk: np.ndarray
    ended: np.ndarray
    survival: np.ndarray
    low: np.ndarray
    high: np.ndarray
    customers: float
    longest: float

    def at(self, time: Any) -> np.ndarray:
        """The share still there at each ``time``; 1 before the first departure, NaN beyond the longest duration watched."""
        t = np.asarray(time, dtype=float)
        steps = np.append(1.0, self.survival)[np.searchsorted(self.time, t, side="right")]
        return np.where(t > self.longest, np.nan, steps)

    @property
    def median(self) -> float | None:
        """The first time at which at most half are left; None where more than half still are."""
        below = np.flatnonzero(self.survival <= 0.5 + 1e-12)
        return float(self.time[below[0]]) if len(below) else None


def survival_curve(durations: Any, ended: Any, weights: Any = None, confidence: float = 0.95) -> SurvivalCurve:
    """Estimate the curve.

    Args:
        durations: how long each customer was watched, >= 0. ended: whether they then left; otherwise they were still there.
        weights: customers a row stands for. Somebody still there at the moment another left counts as at risk then.

    Raises:
        InvalidValue: lengths differ, a duration is negative or no number. NoData: no customers.
    """
    d, e = np.atleast_1d(np.asarray(durations, dtype=float)), np.atleast_1d(np.asarray(ended)).astype(bool)
    w = np.ones(len(d)) if weights is None else np.atleast_1d(np.asarray(weights, dtype=float))
    if not len(d) == len(e) == len(w) or not (d >= 0).all() or not np.isfinite(d).all() or not (w >= 0).all():
        raise InvalidValue(
            msg("A lifetime is negative or no number, or there is not one for each customer"), None, msg("Correct the lifetimes.")
        )
    if not len(d) or w.sum() <= 0:
        raise NoData(msg("There are no customers"), None, msg("Import customer data first."))
    times, at = np.unique(d, return_inverse=True)
    gone, all_ = np.bincount(at, w * e, len(times)), np.bincount(at, w, len(times))
    risk = all_[::-1].cumsum()[::-1]
    step = gone > 0
    times_gone, gone, risk = times[step], gone[step], risk[step]
    survival = np.cumprod(1 - gone / risk)
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = np.cumsum(gone / (risk * (risk - gone)))
        log = np.log(survival)
        width = special.ndtri((1 + confidence) / 2) * np.sqrt(variance) / log
        low, high = survival ** np.exp(-width), survival ** np.exp(width)
    # ``width`` is negative, since the logarithm is: a power above 1 lowers the share.
    sound = np.isfinite(low) & np.isfinite(high) & (survival > 0)
    low, high = np.where(sound, low, survival), np.where(sound, high, survival)
    return SurvivalCurve(times_gone, risk, gone, survival, low, high, float(w.sum()), float(times[-1]))
