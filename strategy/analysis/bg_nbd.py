"""BG/NBD: how often customers without a contract will buy again, and how likely each is still a customer.

Source: Fader, Hardie and Lee, "'Counting your customers' the easy way: an alternative to the Pareto/NBD model", Marketing Science
24(2) (2005), cited as FHL with its equation numbers. While active a customer buys at a rate of their own (gamma: shape ``r``, scale
``alpha``); after every purchase they may leave, with a chance of their own (beta: ``a``, ``b``).

Three numbers tell all the model needs of a customer: ``x``, purchase days after the first; ``t_x``, the time from the first to the
last of them (0 when x = 0); ``T``, the time from the first purchase to the end of observation. All times, ``alpha`` and horizons are in
one unit, which the caller chooses; a change of the unit rescales ``alpha`` and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy import special

from strategy.analysis.maximum_likelihood import Objective, minimise
from strategy.errors import InvalidValue, NoData, msg

NAMES = ("r", "alpha", "a", "b")
#: Below this share of customers lost per purchase the data hardly tell leaving from buying rarely.
LOW_DROPOUT = 0.01
#: Bounds of the parameters while time runs from 0 to 10.
_LOW = np.log([1e-5, 1e-5, 1e-6, 1e-4])
_HIGH = np.log([1e4, 1e5, 1e4, 1e6])
_STARTS = np.log([[1.0, 1.0, 1.0, 1.0], [0.3, 3.0, 0.5, 2.5], [1.0, 10.0, 0.05, 5.0]])
#: Rows the rough fit looks at, and rows worked on at a time: what fits into a core's cache.
_ROUGH, _CHUNK = 8_000, 16_384


@dataclass(frozen=True)
class BgNbd:
    """The model with its four parameters; ``alpha`` carries the unit of time. All methods take scalars or arrays."""

    r: float
    alpha: float
    a: float
    b: float

    @property
    def dropout(self) -> float:
        """The mean chance of leaving after a purchase, a / (a + b)."""
        return self.a / (self.a + self.b)

    def in_unit(self, per_unit: float) -> BgNbd:
        """The same model in a unit of time that is ``per_unit`` times as long (days to weeks: 7)."""
        return BgNbd(self.r, self.alpha / per_unit, self.a, self.b)

    def p_alive(self, x: Any, t_x: Any, T: Any) -> np.ndarray:
        """The chance that a customer is still one: FHL (2005) eq. 7 over eq. 6; 1 for everybody with x = 0, by construction."""
        x, t_x, T = (np.asarray(values, dtype=float) for values in (x, t_x, T))
        odds = np.log(self.a) - np.log(self.b + np.maximum(x, 1) - 1) + (self.r + x) * np.log((self.alpha + T) / (self.alpha + t_x))
        return np.where(x > 0, special.expit(-odds), 1.0)

    def expected_purchases(self, t: Any) -> np.ndarray:
        """E[X(t)], purchases of a new customer in a time ``t`` after the first: FHL (2005) eq. 9."""
        t = np.asarray(t, dtype=float)
        return self._while_active(t, np.zeros_like(t), np.zeros_like(t))

    def expected_future(self, t: Any, x: Any, t_x: Any, T: Any) -> np.ndarray:
        """E[Y(t) | x, t_x, T], purchases of each customer in the coming time ``t``: FHL (2005) eq. 10."""
        t, x, t_x, T = np.broadcast_arrays(*(np.asarray(values, dtype=float) for values in (t, x, t_x, T)))
        if x.size < 500:
            return self._while_active(t, x, T) * self.p_alive(x, t_x, T)
        # The hypergeometric function depends on few different (t, x, T), and costs more than finding them.
        pairs, at = _distinct(t.ravel(), x.ravel(), T.ravel())
        each = self._while_active(t.ravel()[pairs], x.ravel()[pairs], T.ravel()[pairs])
        return each[at].reshape(x.shape) * self.p_alive(x, t_x, T)

    def _while_active(self, t: np.ndarray, x: np.ndarray, T: np.ndarray) -> np.ndarray:
        """E[Y(t)] of a customer known to be active at T.

        FHL's 2F1(r+x, b+x; a+b+x-1; z) is used in Euler's other form, (1-z)^(a-1-r-x) 2F1(a+b-1-r, a-1; a+b+x-1; z), which does not
        overflow for thousands of purchases. a = 1 is a removable singularity: values beside it are interpolated.
        """
        if abs(self.a - 1) >= 1e-3:
            return self._euler(self.a, t, x, T)
        nodes = 1 + 2e-3 * np.array([-2.0, -1.0, 1.0, 2.0])
        total = np.zeros(np.broadcast(t, x, T).shape)
        for at, node in enumerate(nodes):
            others = np.delete(nodes, at)
            total += np.prod((self.a - others) / (node - others)) * self._euler(float(node), t, x, T)
        return total

    def _euler(self, a: float, t: np.ndarray, x: np.ndarray, T: np.ndarray) -> np.ndarray:
        z = t / (self.alpha + T + t)
        c = a + self.b + x - 1
        with np.errstate(all="ignore"):
            inner = np.exp((a - 1) * np.log1p(-z)) * special.hyp2f1(a + self.b - 1 - self.r, a - 1, c, z)
            value = c / (a - 1) * (1 - inner)
        # Somebody who never leaves buys (r + x) t / (alpha + T): nobody can be expected to buy more.
        most = (self.r + x) * t / (self.alpha + T)
        bad = ~np.isfinite(value) | (value < -1e-9) | (value > most * (1 + 1e-6) + 1e-12)
        if bad.any():
            value = np.where(bad, _quadrature(self.r + x, self.alpha + T, a, self.b + x, t), value)
        return np.asarray(np.clip(value, 0.0, most))

    def p_count(self, n: Any, t: Any) -> np.ndarray:
        """P(X(t) = n), the chance that a new customer buys ``n`` times in a time ``t`` after the first: FHL (2005) eq. 8.

        The sum in that equation is one less a tail of the negative binomial, hence an incomplete beta function without cancellation.
        """
        n, t = np.broadcast_arrays(np.asarray(n, dtype=float), np.asarray(t, dtype=float))
        z = t / (self.alpha + t)
        base = special.betaln(self.a, self.b)
        with np.errstate(divide="ignore"):
            bought = special.gammaln(self.r + n) - special.gammaln(self.r) - special.gammaln(n + 1)
            bought = bought - self.r * np.log1p(t / self.alpha) + special.xlogy(n, z)
        staying = np.exp(special.betaln(self.a, self.b + n) - base + bought)
        m = np.maximum(n, 1)
        leaving = np.exp(special.betaln(self.a + 1, self.b + m - 1) - base) * special.betainc(m, self.r, z)
        return np.asarray(staying + np.where(n > 0, leaving, 0.0))

    def log_likelihood(self, x: Any, t_x: Any, T: Any, weights: Any = None) -> float:
        """The log-likelihood of customers: FHL (2005) eq. 6, summed. ``weights``: how many customers each row stands for."""
        rows = _Rows.of(x, t_x, T, weights)
        scaled = np.log([self.r, self.alpha / rows.scale, self.a, self.b])
        return -rows.value_and_gradient(scaled)[0] * rows.customers - rows.purchases * np.log(rows.scale)

    def gradient(self, x: Any, t_x: Any, T: Any, weights: Any = None) -> np.ndarray:
        """The derivatives of the log-likelihood by r, alpha, a and b."""
        rows = _Rows.of(x, t_x, T, weights)
        values = np.array([self.r, self.alpha, self.a, self.b])
        scaled = np.log(values / [1, rows.scale, 1, 1])
        return -rows.value_and_gradient(scaled)[1] * rows.customers / values


@dataclass(frozen=True)
class BgNbdFit:
    """A fitted model. ``at_bound`` names parameters that ran into the bounds of the search: the data do not determine them."""

    model: BgNbd
    log_likelihood: float
    customers: float
    repeat_customers: float
    converged: bool
    at_bound: tuple[str, ...]

    @property
    def hardly_anybody_leaves(self) -> bool:
        """Whether the chance of staying active is near 1 for everybody, and so tells nothing."""
        return self.model.dropout < LOW_DROPOUT

    @property
    def doubtful(self) -> bool:
        return bool(self.at_bound) or self.hardly_anybody_leaves or not self.converged


def fit(x: Any, t_x: Any, T: Any, weights: Any = None) -> BgNbdFit:
    """Fit by maximum likelihood.

    Args:
        x: purchase days after the first, whole numbers from 0. t_x, T: times in one unit, 0 <= t_x <= T.
        weights: how many customers a row stands for; 1 when None.

    Raises:
        InvalidValue: arrays of different lengths, or a value that cannot be, with its row.
        NoData: no customers, nobody bought a second time, or there is no time to observe.
    """
    rows = _Rows.of(x, t_x, T, weights)
    if not rows.repeaters:
        raise NoData(
            msg("Nobody bought a second time, so nothing can be said about coming back"),
            None,
            msg("Wait for repeat purchases, or import a longer period."),
        )
    rough: Objective | None = rows.part(_ROUGH).value_and_gradient if len(rows.x) > 3 * _ROUGH else None
    found = minimise(rows.value_and_gradient, [list(start) for start in _STARTS], (_LOW, _HIGH), rough)
    r, alpha, a, b = (float(value) for value in np.exp(found.point))
    return BgNbdFit(
        BgNbd(r, alpha * rows.scale, a, b),
        float(-found.value * rows.customers - rows.purchases * np.log(rows.scale)),
        rows.customers,
        rows.repeaters,
        found.converged,
        tuple(name for name, stuck in zip(NAMES, found.at_bound, strict=True) if stuck),
    )


def _quadrature(rate: np.ndarray, time: np.ndarray, a: float, b: np.ndarray, t: np.ndarray) -> np.ndarray:
    """E[Y(t)] while active as the mean over the chance of leaving p of (1 - (1 + p t / time)^-rate) / p; slow, for the odd value.

    The substitution is by quantiles of p, so that a beta distribution of any shape is covered.
    """
    points, masses = np.polynomial.legendre.leggauss(200)
    share = (points + 1) / 2
    rate, time, b, t = (np.asarray(values, dtype=float)[..., None] for values in np.broadcast_arrays(rate, time, b, t))
    p = np.maximum(special.betaincinv(a, b, share), 1e-300)
    each = -np.expm1(-rate * np.log1p(p * t / time)) / p
    return np.asarray((each * masses / 2).sum(axis=-1))


def _distinct(*columns: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Rows that differ: the position of one of each kind, and for every row which kind it is."""
    key = np.zeros(len(columns[0]), dtype=np.int64)
    for column in columns:
        codes, values = pd.factorize(column)
        key = key * len(values) + codes
    codes, kinds = pd.factorize(key)
    first = np.empty(len(kinds), dtype=np.int64)
    first[codes[::-1]] = np.arange(len(key) - 1, -1, -1)
    return first, codes


def checked(x: Any, t_x: Any, T: Any, weights: Any) -> tuple[np.ndarray, ...]:
    """The four columns as arrays. Raises :class:`InvalidValue` naming the first row that cannot be, :class:`NoData` without rows."""
    x, t_x, T = (np.atleast_1d(np.asarray(values)) for values in (x, t_x, T))
    w = np.ones(len(x)) if weights is None else np.atleast_1d(np.asarray(weights, dtype=float))
    if not len(x) == len(t_x) == len(T) == len(w):
        raise InvalidValue(
            msg("The columns of purchases and times have different lengths"), None, msg("Give one value a customer.")
        )
    if not len(x):
        raise NoData(msg("There are no customers"), None, msg("Import customer data first."))
    # Written so that a value that is no number fails too.
    right = (x >= 0) & (t_x >= 0) & (t_x <= T) & ((x > 0) | (t_x == 0)) & (w >= 0) & np.isfinite(T) & np.isfinite(x + w)
    right &= np.asarray(x) == np.floor(x)
    if not right.all():
        row = int(np.argmin(right))
        raise InvalidValue(
            msg(
                "Purchases {x}, last after {last}, observed for {time} cannot be",
                x=f"{x[row]:g}",
                last=f"{t_x[row]:g}",
                time=f"{T[row]:g}",
            ),
            msg("customer {row} of the table", row=row + 1),
            msg("The last purchase lies between the first and the end of the period, and nobody buys a negative number of times."),
        )
    return x, t_x, T, w


class _Rows(NamedTuple):
    """Customers as the likelihood needs them: everything that depends on x, on T or on t_x alone is added up over equal values.

    Only customers with a repeat purchase remain as rows; ``of_x``, ``of_t`` and ``of_time`` point into the unique values.
    """

    scale: float
    customers: float
    purchases: float
    repeaters: float
    unique_x: np.ndarray
    count_x: np.ndarray
    times: np.ndarray
    count_time: np.ndarray
    bought_time: np.ndarray
    lasts: np.ndarray
    x: np.ndarray
    of_x: np.ndarray
    of_time: np.ndarray
    of_last: np.ndarray
    weight: np.ndarray

    @classmethod
    def of(cls, x: Any, t_x: Any, T: Any, weights: Any) -> _Rows:
        x, t_x, T, w = checked(x, t_x, T, weights)
        longest = float(T.max())
        if longest <= 0:
            raise NoData(
                msg("All customers bought for the first time on the last day"), None, msg("Import a longer period of purchases.")
            )
        of_x, unique_x = pd.factorize(x)
        of_time, times = pd.factorize(T)
        again = x > 0
        x, w_again, of_last_x, of_time_again = x[again], w[again], of_x[again], of_time[again]
        of_last, lasts = pd.factorize(t_x[again])
        count_x = np.bincount(of_x, w, len(unique_x))
        if len(x):
            # Customers that are alike in all three become one row, if there are enough of them to pay for the search.
            key = (of_last_x.astype(np.int64) * len(times) + of_time_again) * len(lasts) + of_last
            if len(unique_x) * len(times) * len(lasts) < 4 * len(x) or len(x) < 200_000:
                codes, kinds = pd.factorize(key)
                w_again = np.bincount(codes, w_again, len(kinds))
                first = np.empty(len(kinds), dtype=np.int64)
                first[codes] = np.arange(len(codes))
                x, of_last_x, of_time_again, of_last = x[first], of_last_x[first], of_time_again[first], of_last[first]
        values_x, values_time = np.asarray(unique_x, dtype=float), np.asarray(times, dtype=float)
        scale = longest / 10
        bought = np.bincount(of_time_again, w_again * x, len(times)) if len(x) else np.zeros(len(times))
        return cls(
            scale, float(w.sum()), float(count_x @ values_x), float(w_again.sum()), values_x, count_x, values_time / scale,
            np.bincount(of_time, w, len(times)), bought, np.asarray(lasts, dtype=float) / scale, x.astype(float),
            of_last_x.astype(np.int32), of_time_again.astype(np.int32), of_last.astype(np.int32), w_again,
        )  # fmt: skip

    def part(self, rows: int) -> _Rows:
        """About ``rows`` of the rows spread evenly over the table, reweighted to stand for all; the sums stay those of all."""
        pick = slice(None, None, max(1, len(self.x) // rows))
        weight = self.weight[pick]
        weight = weight * (self.repeaters / weight.sum())
        return self._replace(
            x=self.x[pick], of_x=self.of_x[pick], of_time=self.of_time[pick], of_last=self.of_last[pick], weight=weight
        )

    def value_and_gradient(self, point: np.ndarray) -> tuple[float, np.ndarray]:
        """The mean negative log-likelihood in scaled time and its derivatives by the logarithms of r, alpha, a and b.

        FHL (2005) eq. 6 as ln A + ln B - (r+x) ln(alpha+T) + ln(1 + e^D), D = ln a - ln(b+x-1) + (r+x) ln((alpha+T)/(alpha+t_x)).
        """
        r, alpha, a, b = (float(value) for value in np.exp(point))
        x, n = self.unique_x, self.count_x
        log_time, log_last = np.log(alpha + self.times), np.log(alpha + self.lasts)
        total = float(n @ (special.gammaln(r + x) - special.gammaln(r))) + self.customers * r * np.log(alpha)
        total += float(n @ (special.gammaln(b + x) - special.gammaln(a + b + x))) + self.customers * float(
            special.gammaln(a + b) - special.gammaln(b)
        )
        total -= float((r * self.count_time + self.bought_time) @ log_time)
        both = special.digamma(a + b) - special.digamma(a + b + x)
        slope = np.array(
            [
                float(n @ (special.digamma(r + x) - special.digamma(r)))
                + self.customers * np.log(alpha)
                - self.count_time @ log_time,
                self.customers * r / alpha - (r * self.count_time + self.bought_time) @ (1 / (alpha + self.times)),
                float(n @ both),
                float(n @ (both + special.digamma(b + x) - special.digamma(b))),
            ]
        )
        added, slope_added = self._left(r, alpha, a, b, log_time, log_last)
        gradient = (slope + slope_added) * [r, alpha, a, b]
        return -(total + added) / self.customers, -gradient / self.customers

    def _left(
        self, r: float, alpha: float, a: float, b: float, log_time: np.ndarray, log_last: np.ndarray
    ) -> tuple[float, np.ndarray]:
        """The sum of ln(1 + e^D) over repeat customers, and its derivatives by r, alpha, a and b."""
        unique_x = np.maximum(self.unique_x, 1)
        level, per_b = np.log(a) - np.log(b + unique_x - 1), 1 / (b + unique_x - 1)
        inverse_time, inverse_last = 1 / (alpha + self.times), 1 / (alpha + self.lasts)
        total, slope = 0.0, np.zeros(4)
        for start in range(0, len(self.x), _CHUNK):
            part = slice(start, start + _CHUNK)
            of_x, of_time, of_last, w = self.of_x[part], self.of_time[part], self.of_last[part], self.weight[part]
            rate = r + self.x[part]
            apart = log_time[of_time] - log_last[of_last]
            odds = level[of_x] + rate * apart
            small = np.exp(-np.abs(odds))
            total += float(w @ (np.maximum(odds, 0) + np.log1p(small)))
            gone = w * np.where(odds > 0, 1.0, small) / (1 + small)
            slope += [
                gone @ apart,
                (gone * rate) @ (inverse_time[of_time] - inverse_last[of_last]),
                gone.sum() / a,
                -(gone @ per_b[of_x]),
            ]
        return total, slope
