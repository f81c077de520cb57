"""Shifted-beta-geometric: how long customers under contract stay, from how many were left after each period.

Source: Fader and Hardie, "How to project customer retention", Journal of Interactive Marketing 21(1) (2007), cited as FH with its
equation numbers. At the end of each period a customer leaves with a chance of their own (beta: ``alpha``, ``beta``); those likely to leave go
first, hence retention rises without anybody becoming more loyal.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import special

from strategy.analysis.maximum_likelihood import minimise
from strategy.errors import InvalidValue, NoData, msg

_LOW, _HIGH = np.log([1e-4, 1e-4]), np.log([1e5, 1e5])
_STARTS = np.log([[1.0, 1.0], [0.5, 4.0], [20.0, 60.0]])


@dataclass(frozen=True)
class ShiftedBetaGeometric:
    """The model with its two parameters. Periods are whole: 1 is the first one after the start."""

    alpha: float
    beta: float

    def leaving(self, period: Any) -> np.ndarray:
        """P(T = t), the share that leaves at the end of period ``t`` (1, 2, ...): FH eq. 5."""
        t = np.asarray(period, dtype=float)
        return np.exp(special.betaln(self.alpha + 1, self.beta + t - 1) - special.betaln(self.alpha, self.beta))

    def survival(self, period: Any) -> np.ndarray:
        """S(t), the share still there after period ``t`` (0, 1, ...): FH eq. 6."""
        t = np.asarray(period, dtype=float)
        return np.exp(special.betaln(self.alpha, self.beta + t) - special.betaln(self.alpha, self.beta))

    def retention(self, period: Any) -> np.ndarray:
        """r(t) = S(t) / S(t - 1), the share of those there before period ``t`` that stays through it: FH eq. 8."""
        t = np.asarray(period, dtype=float)
        return (self.beta + t - 1) / (self.alpha + self.beta + t - 1)


@dataclass(frozen=True)
class ShiftedBetaGeometricFit:
    """A fitted model. ``at_bound``: customers do not differ measurably, or hardly any left; do not extrapolate then."""

    model: ShiftedBetaGeometric
    log_likelihood: float
    customers: float
    converged: bool
    at_bound: tuple[str, ...]


def fit_survivors(survivors: Sequence[float]) -> ShiftedBetaGeometricFit:
    """Fit to one cohort: how many were there at the start and after periods 1, 2, ... (FH eq. B3).

    Raises:
        InvalidValue: fewer than two numbers, a negative one, or one above its predecessor. NoData: nobody left, or nobody was there.
    """
    counts = np.asarray(survivors, dtype=float)
    if counts.ndim != 1 or len(counts) < 2 or not np.isfinite(counts).all() or (counts < 0).any() or (np.diff(counts) > 0).any():
        raise InvalidValue(
            msg("The numbers of customers left must not rise and not be negative"),
            ", ".join(f"{count:g}" for count in counts.ravel()[:12]),
            msg("Give how many there were at the start, then how many of them were left after each period."),
        )
    periods = np.arange(1, len(counts))
    return _fit(np.append(periods, periods[-1]), np.append(-np.diff(counts), counts[-1]), np.append(np.ones(len(periods)), 0))


def fit(durations: Any, ended: Any, weights: Any = None) -> ShiftedBetaGeometricFit:
    """Fit to single customers. ``durations``: whole periods; for an ended one the period in which it ended (from 1), else the
    periods survived so far (from 0). ``ended``: whether it ended. ``weights``: customers a row stands for.

    Raises:
        InvalidValue: lengths differ, or a duration that is not whole or too small. NoData: nobody left.
    """
    d, e = np.atleast_1d(np.asarray(durations, dtype=float)), np.atleast_1d(np.asarray(ended)).astype(bool)
    w = np.ones(len(d)) if weights is None else np.atleast_1d(np.asarray(weights, dtype=float))
    if not len(d) == len(e) == len(w) or not np.isfinite(d).all() or (d != np.floor(d)).any() or (d < e).any() or (w < 0).any():
        raise InvalidValue(
            msg("Lifetimes must be whole periods, from 1 for a customer that left and from 0 for one still there"),
            None,
            msg("Round lifetimes up to whole months or years first, one per customer."),
        )
    periods, at = np.unique(np.column_stack([d, e]), axis=0, return_inverse=True)
    return _fit(periods[:, 0], np.bincount(at.ravel(), w, len(periods)), periods[:, 1])


def _fit(periods: np.ndarray, counts: np.ndarray, ended: np.ndarray) -> ShiftedBetaGeometricFit:
    total, gone = float(counts.sum()), float(counts @ ended)
    if gone <= 0:
        raise NoData(msg("Nobody has left yet, so nothing can be said about staying"), None, msg("Give a longer period."))
    # An ended row is B(alpha + 1, beta + t - 1) / B(alpha, beta), a row still there B(alpha, beta + t) / B(alpha, beta).
    one, time = ended, periods - ended

    def objective(point: np.ndarray) -> tuple[float, np.ndarray]:
        alpha, beta = np.exp(point)
        value = counts @ (special.betaln(alpha + one, beta + time) - special.betaln(alpha, beta))
        whole = special.digamma(alpha + beta + one + time) - special.digamma(alpha + beta)
        by_alpha = counts @ (special.digamma(alpha + one) - special.digamma(alpha) - whole)
        by_beta = counts @ (special.digamma(beta + time) - special.digamma(beta) - whole)
        return -float(value) / total, -np.array([by_alpha * alpha, by_beta * beta]) / total

    found = minimise(objective, [list(start) for start in _STARTS], (_LOW, _HIGH))
    alpha, beta = (float(value) for value in np.exp(found.point))
    stuck = tuple(name for name, edge in zip(("alpha", "beta"), found.at_bound, strict=True) if edge)
    return ShiftedBetaGeometricFit(ShiftedBetaGeometric(alpha, beta), -found.value * total, total, found.converged, stuck)
