"""Clusters: k-means and Gaussian mixtures, and how many of them the data support.

The number is judged by three measures together, never by the elbow alone: silhouette (Rousseeuw 1987, "Silhouettes: a graphical
aid", J. Comput. Appl. Math. 20), BIC of a mixture with diagonal covariance (Schwarz 1978; Fraley and Raftery 1998), and how far the
grouping comes out the same on resampled data (Hennig 2007), as the adjusted Rand index. scikit-learn is imported at first use.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from strategy.analysis.partitions import adjusted_rand
from strategy.errors import InvalidValue
from strategy.language import Joined, Message, Speaks, msg

Floats = npt.NDArray[np.float64]
Labels = npt.NDArray[np.int64]
How = Literal["kmeans", "mixture"]

SEED = 20
#: k-means needs many starts: on Fisher's iris data single starts end in a poor optimum at k = 3.
STARTS = 20
#: Rows looked at to choose the number, and of them for silhouettes, whose cost is quadratic.
_CHOICE_ROWS, _SILHOUETTE_ROWS, _RESAMPLES = 5_000, 2_000, 8
#: Stability below this says that the groups are cut out of a continuum. After Hennig (2007), who calls 0.75 valid.
STABLE = 0.75


@dataclass(frozen=True)
class Scaling:
    """``z = (log1p(max(x, 0)) - mean) / spread`` per feature: money and counts are skewed, and units must not weigh."""

    means: tuple[float, ...]
    spreads: tuple[float, ...]

    def apply(self, values: Floats) -> Floats:
        return (np.log1p(np.maximum(values, 0.0)) - np.array(self.means)) / np.array(self.spreads)

    def widths(self, values: Floats, around: Floats) -> Floats:
        """How wide ``around`` either side of each value is once scaled."""
        return self.apply(values + around) - self.apply(values - around)


def scaling(values: Floats, names: Sequence[Speaks | str]) -> Scaling:
    """The scaling that gives every feature mean 0 and standard deviation 1 after log1p. ``values``: rows x features,
    which errors call by ``names``.

    Raises:
        InvalidValue: a feature that is not finite, or the same for everybody.
    """
    if not np.isfinite(values).all():
        raise InvalidValue(
            msg("A feature holds values that are not numbers"),
            Joined([Message("{name}", {"name": name}) for name in names]),
            msg("Choose other features."),
        )
    logged = np.log1p(np.maximum(values, 0.0))
    spreads = logged.std(axis=0)
    for name, spread in zip(names, spreads, strict=True):
        if spread < 1e-9:
            raise InvalidValue(
                msg("The feature “{name}” is the same for every customer", name=name),
                None,
                msg("Leave it out; it separates nobody."),
            )
    return Scaling(tuple(map(float, logged.mean(axis=0))), tuple(map(float, spreads)))


@dataclass(frozen=True)
class Fit:
    """Groups in the scaled space. ``weights`` and ``variances`` belong to a mixture; ``within``: sum of squares to the centres."""

    how: How
    centres: Floats
    labels: Labels
    within: float = float("nan")
    weights: Floats | None = None
    variances: Floats | None = None


def fit(scaled: Floats, k: int, how: How = "kmeans", seed: int = SEED, starts: int = STARTS) -> Fit:
    """``k`` groups of the rows of ``scaled``.

    Raises:
        InvalidValue: fewer different rows than groups.
    """
    if k < 1 or len(np.unique(scaled, axis=0)) < k:
        raise InvalidValue(
            msg("There are fewer different customers than {count} groups", count=k), None, msg("Ask for fewer groups.")
        )
    if how == "mixture":
        from sklearn.mixture import GaussianMixture

        model = GaussianMixture(k, covariance_type="diag", n_init=max(1, starts // 5), random_state=seed, reg_covar=1e-4)
        labels = model.fit_predict(scaled)
        return Fit("mixture", model.means_, labels.astype(np.int64), weights=model.weights_, variances=model.covariances_)
    from sklearn.cluster import KMeans

    # The matrices are small: several threads on a busy machine only wait for each other.
    with _one_thread():
        found = KMeans(k, n_init=starts, random_state=seed).fit(scaled)
    return Fit("kmeans", found.cluster_centers_, found.labels_.astype(np.int64), float(found.inertia_))


def assign(scaled: Floats, found: Fit) -> Labels:
    """The group of every row: the nearest centre, or the component of highest responsibility."""
    gaps = (scaled[:, None, :] - found.centres[None, :, :]) ** 2
    if found.weights is None or found.variances is None:
        return np.argmin(gaps.sum(axis=2), axis=1).astype(np.int64)
    density = np.log(found.weights) - 0.5 * (np.log(found.variances).sum(axis=1) + (gaps / found.variances[None]).sum(axis=2))
    return np.argmax(density, axis=1).astype(np.int64)


def silhouette(scaled: Floats, labels: Labels, seed: int = SEED) -> float:
    """Mean silhouette (-1 to 1), on at most 2,000 rows drawn at random; 0 for a single group."""
    from sklearn.metrics import silhouette_score

    if len(scaled) > _SILHOUETTE_ROWS:
        chosen = np.random.default_rng(seed).choice(len(scaled), _SILHOUETTE_ROWS, replace=False)
        scaled, labels = scaled[chosen], labels[chosen]
    groups = len(np.unique(labels))
    return float(silhouette_score(scaled, labels)) if 2 <= groups < len(scaled) else 0.0


def dequantised(scaled: Floats, widths: Floats, seed: int = SEED) -> Floats:
    """``scaled`` with each value drawn from what it stands for: the interval of its width around it (widths: of the same shape).

    Days and counts are whole numbers. Where half of the customers bought once, a component without width fits that one value with any
    likelihood whatever, so that BIC would tell the smallest width allowed (``reg_covar``) and not how well the groups describe the
    data. After Theis, van den Oord and Bethge, "A note on the evaluation of generative models" (2016), section 3.1.
    """
    return scaled + (np.random.default_rng(seed).random(scaled.shape) - 0.5) * widths


def bic(scaled: Floats, k: int, seed: int = SEED) -> float:
    """BIC of a mixture of ``k`` with diagonal covariance; lower is better. Values that rows share must be :func:`dequantised`."""
    from sklearn.mixture import GaussianMixture

    return float(GaussianMixture(k, covariance_type="diag", n_init=2, random_state=seed, reg_covar=1e-4).fit(scaled).bic(scaled))


def stability(scaled: Floats, found: Fit, seed: int = SEED) -> float:
    """Mean adjusted Rand index between ``found`` and the same method on rows drawn with replacement; 1 is the same every time."""
    rng = np.random.default_rng(seed)
    k, scores = len(found.centres), []
    base = assign(scaled, found)
    for draw in range(_RESAMPLES):
        rows = rng.choice(len(scaled), len(scaled), replace=True)
        if len(np.unique(scaled[rows], axis=0)) < k:
            continue
        again = fit(scaled[rows], k, found.how, seed + draw + 1, starts=3)
        scores.append(adjusted_rand(base, assign(scaled, again)))
    return float(np.mean(scores)) if scores else 0.0


@dataclass(frozen=True)
class Candidate:
    """One number of groups with its three measures and the share of its smallest group."""

    k: int
    silhouette: float
    bic: float
    stability: float
    smallest: float


@dataclass(frozen=True)
class Choice:
    """All candidates and the number suggested.

    ``stable``: whether any number of groups comes out the same on resampled data. Where none does, the suggestion is the best of
    a bad lot and the groups are a convenience.
    """

    candidates: tuple[Candidate, ...]
    suggested: int
    stable: bool

    def of(self, k: int) -> Candidate:
        return next(candidate for candidate in self.candidates if candidate.k == k)

    def place(self, k: int, measure: str) -> int:
        """1 for the best number by a measure, 2 for the next ..."""
        # Two decimals: what differs by less than the resampling itself is no difference.
        worth = {c.k: -c.bic if measure == "bic" else round(getattr(c, measure), 2) for c in self.candidates}
        return 1 + sum(value > worth[k] for value in worth.values())


def _one_thread() -> AbstractContextManager[Any]:
    from threadpoolctl import threadpool_limits

    return threadpool_limits(1)


def _candidate(scaled: Floats, whole: Floats, k: int, how: How, seed: int) -> Candidate:
    found = fit(scaled, k, how, seed)  # as it is shown: the measures are of those very groups
    smallest = float((np.bincount(found.labels, minlength=k) / len(scaled)).min())
    return Candidate(k, silhouette(scaled, found.labels, seed), bic(whole, k, seed), stability(scaled, found, seed), smallest)


def choose(scaled: Floats, most: int = 8, how: How = "kmeans", seed: int = SEED, widths: Floats | None = None) -> Choice:
    """Try 2 to ``most`` groups. Suggested is the number with the best sum of places over the three measures.

    ``widths``: of the interval that each value stands for; see :func:`dequantised`. None where no two rows share a value.

    Only numbers that come out stable (``STABLE``) and whose smallest group holds at least 1% of the rows stand for choice, while
    there are any; of equals the smaller number. At most 5,000 rows are looked at.

    Raises:
        InvalidValue: fewer than three different rows.
    """
    rows = len(np.unique(scaled, axis=0))
    if rows < 3:
        raise InvalidValue(
            msg("There are fewer different customers than {count} groups", count=3),
            None,
            msg("Import more purchases, or choose other features."),
        )
    whole = scaled if widths is None else dequantised(scaled, widths, seed)
    if len(scaled) > _CHOICE_ROWS:
        chosen = np.random.default_rng(seed).choice(len(scaled), _CHOICE_ROWS, replace=False)
        scaled, whole = scaled[chosen], whole[chosen]
    with _one_thread():
        candidates = [_candidate(scaled, whole, k, how, seed) for k in range(2, min(most, rows - 1) + 1)]
    every = Choice(tuple(candidates), 2, False)
    steady = [c for c in candidates if c.stability >= STABLE]
    standing = [c for c in steady if c.smallest >= 0.01] or steady or candidates
    places = {c.k: sum(every.place(c.k, measure) for measure in ("silhouette", "bic", "stability")) for c in standing}
    return Choice(tuple(candidates), min(places, key=lambda k: (places[k], k)), bool(steady))
