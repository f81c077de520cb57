"""Gamma-Gamma: what a customer spends on a purchase, from the mean of the purchases seen.

Source: Fader and Hardie, "The gamma-gamma model of monetary value" (2013, note 025), cited as FH with its equation numbers; first in
Fader, Hardie and Lee, "RFM and CLV: using iso-value curves for customer base analysis", Journal of Marketing Research 42(4) (2005).
The mean spend of a customer with few purchases is drawn towards everybody's; ``v`` is the scale written gamma there, in money.

The first purchase is left out of both ``x`` and the mean: it decides who is a customer at all, and the model of repeat purchases does not
count it either. Only customers with x > 0 and a positive mean enter the fit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy import special

from strategy.analysis.maximum_likelihood import Objective, minimise
from strategy.errors import InvalidValue, NoData, msg

NAMES = ("p", "q", "v")
#: Beyond this correlation of frequency and spend the model's independence does not hold.
CORRELATION_LIMIT = 0.3
#: Bounds while the mean spend is 1.
_LOW, _HIGH = np.log([1e-3, 1e-2, 1e-6]), np.log([1e5, 1e4, 1e6])
_STARTS = np.log([[1.0, 2.0, 1.0], [6.0, 4.0, 0.5], [0.5, 1.2, 2.0]])
#: Rows the rough fit looks at, and rows worked on at a time: what fits into a core's cache.
_ROUGH, _CHUNK = 8_000, 16_384


@dataclass(frozen=True)
class GammaGamma:
    """The model with its three parameters. ``v`` is in the currency of the data."""

    p: float
    q: float
    v: float

    @property
    def mean_spend(self) -> float:
        """What a purchase of a customer nothing is known of brings, p v / (q - 1); NaN where q <= 1: the mean does not exist."""
        return self.p * self.v / (self.q - 1) if self.q > 1 else float("nan")

    def expected_spend(self, x: Any, mean: Any) -> np.ndarray:
        """What each customer spends on a purchase: FH eq. 5, p (v + x mean) / (p x + q - 1).

        Customers with x = 0 or without a positive mean get :attr:`mean_spend`. NaN where q <= 1 and the customer bought too little
        to make up for it.
        """
        x, mean = np.broadcast_arrays(np.asarray(x, dtype=float), np.asarray(mean, dtype=float))
        seen = (x > 0) & (mean > 0)
        x = np.where(seen, x, 0.0)
        weight = self.p * x + self.q - 1
        money = self.p * (self.v + x * np.where(seen, mean, 0.0))
        return np.where(weight > 0, money / np.where(weight > 0, weight, 1.0), np.nan)

    def log_likelihood(self, x: Any, mean: Any, weights: Any = None) -> float:
        """The log-likelihood of customers with x > 0 and mean > 0: FH eq. 1a, summed. The others are left out."""
        rows = _Rows.of(x, mean, weights)
        value = rows.value_and_gradient(np.log([self.p, self.q, self.v / rows.scale]))[0]
        return -value * rows.customers - rows.customers * np.log(rows.scale)


@dataclass(frozen=True)
class GammaGammaFit:
    """A fitted model. ``correlation``: Pearson's, of x and mean spend over the customers that entered."""

    model: GammaGamma
    log_likelihood: float
    customers: float
    correlation: float
    converged: bool
    at_bound: tuple[str, ...]

    @property
    def dependent(self) -> bool:
        """Whether frequent buyers spend so differently that the model should not be believed."""
        return abs(self.correlation) > CORRELATION_LIMIT

    @property
    def doubtful(self) -> bool:
        return self.dependent or bool(self.at_bound) or not self.converged or self.model.q <= 1


def fit(x: Any, mean: Any, weights: Any = None) -> GammaGammaFit:
    """Fit by maximum likelihood to the customers with x > 0 and a positive mean spend; the others do not count.

    Raises:
        InvalidValue: columns of different lengths, or an infinite value; one that is no number does not count.
        NoData: fewer than two such customers, or all of them spend the same.
    """
    rows = _Rows.of(x, mean, weights)
    if rows.customers < 2 or np.ptp(rows.mean) < 1e-9 * float(rows.mean.max()):
        raise NoData(
            msg("Too few customers with repeat purchases of different worth to tell what a purchase brings"),
            None,
            msg("Wait for repeat purchases, or import a longer period."),
        )
    rough: Objective | None = rows.part(_ROUGH).value_and_gradient if len(rows.x) > 3 * _ROUGH else None
    found = minimise(rows.value_and_gradient, [list(start) for start in _STARTS], (_LOW, _HIGH), rough)
    p, q, v = (float(value) for value in np.exp(found.point))
    return GammaGammaFit(
        GammaGamma(p, q, v * rows.scale),
        float(-found.value * rows.customers - rows.customers * np.log(rows.scale)),
        rows.customers,
        rows.correlation(),
        found.converged,
        tuple(name for name, stuck in zip(NAMES, found.at_bound, strict=True) if stuck),
    )


class _Rows(NamedTuple):
    """Customers as the likelihood needs them, their mean spend divided by everybody's (``scale``)."""

    scale: float
    customers: float
    unique_x: np.ndarray
    count_x: np.ndarray
    log_sum: np.ndarray
    x: np.ndarray
    mean: np.ndarray
    spent: np.ndarray
    bought: np.ndarray
    weight: np.ndarray

    @classmethod
    def of(cls, x: Any, mean: Any, weights: Any) -> _Rows:
        x, mean = np.atleast_1d(np.asarray(x, dtype=float)), np.atleast_1d(np.asarray(mean, dtype=float))
        w = np.ones(len(x)) if weights is None else np.atleast_1d(np.asarray(weights, dtype=float))
        if not len(x) == len(mean) == len(w):
            raise InvalidValue(
                msg("The columns of purchases and spend have different lengths"), None, msg("Give one value a customer.")
            )
        known = (x > 0) & (mean > 0) & (w > 0)
        x, mean, w = x[known], mean[known], w[known]
        if not np.isfinite(x).all() or not np.isfinite(mean).all() or not np.isfinite(w).all():
            raise InvalidValue(msg("A purchase count or a mean spend is infinite"), None, msg("Correct the number."))
        scale = float((w @ mean) / w.sum()) if len(x) else 1.0
        mean = mean / scale
        of_x, unique_x = pd.factorize(x)
        with np.errstate(divide="ignore"):
            logs = np.log(mean)
        unique = np.asarray(unique_x, dtype=float)
        return cls(
            scale, float(w.sum()), unique, np.bincount(of_x, w, len(unique)), np.bincount(of_x, w * logs, len(unique)), x,
            mean, x * mean, w * x, w,
        )  # fmt: skip

    def part(self, rows: int) -> _Rows:
        """About ``rows`` of the rows, spread evenly over the table and by themselves."""
        pick = slice(None, None, max(1, len(self.x) // rows))
        return _Rows.of(self.x[pick], self.mean[pick] * self.scale, self.weight[pick])

    def correlation(self) -> float:
        total = self.weight.sum()
        x, mean = self.x - self.weight @ self.x / total, self.mean - self.weight @ self.mean / total
        spread = np.sqrt((self.weight @ x**2) * (self.weight @ mean**2))
        return float(self.weight @ (x * mean) / spread) if spread > 0 else 0.0

    def value_and_gradient(self, point: np.ndarray) -> tuple[float, np.ndarray]:
        """The mean negative log-likelihood (FH eq. 1a) at scaled spend, and its derivatives by the logarithms of p, q and v."""
        p, q, v = (float(value) for value in np.exp(point))
        x, n = self.unique_x, self.count_x
        px = p * x
        total = float(n @ (special.gammaln(px + q) - special.gammaln(px) + px * np.log(x)) + (px - 1) @ self.log_sum)
        total += self.customers * (q * np.log(v) - float(special.gammaln(q)))
        # Only v + x mean is a customer's own; the four sums over its logarithm and inverse are all that is computed row by row.
        sums = np.zeros(4)
        for start in range(0, len(self.x), _CHUNK):
            part = slice(start, start + _CHUNK)
            spent = v + self.spent[part]
            log, inverse = np.log(spent), 1 / spent
            sums += [self.weight[part] @ log, self.bought[part] @ log, self.weight[part] @ inverse, self.bought[part] @ inverse]
        logs, x_logs, inverses, x_inverses = (float(part) for part in sums)
        total -= p * x_logs + q * logs
        both = special.digamma(px + q)
        by_p = float(n @ (x * (both - special.digamma(px) + np.log(x))) + x @ self.log_sum) - x_logs
        by_q = float(n @ both) + self.customers * (np.log(v) - float(special.digamma(q))) - logs
        by_v = self.customers * q / v - p * x_inverses - q * inverses
        return -total / self.customers, -np.array([by_p * p, by_q * q, by_v * v]) / self.customers
