"""Logistic regression of leaving on what is known of a customer, without a penalty.

Source: McCullagh and Nelder, "Generalized Linear Models" (2nd ed., 1989), section 4.4, Newton's method by iteratively reweighted least
squares. No penalty, so that coefficients are the maximum-likelihood ones that other statistics programs print.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import special, stats

from strategy.errors import InvalidValue, NoData, msg

#: A chance this close to 0 or 1 for everybody on one side means that a column separates leavers from stayers.
_SEPARATED = 30.0


@dataclass(frozen=True)
class ChurnLogit:
    """Coefficients on the log-odds of leaving: ``constant``, and one per column in ``names``. ``auc`` is in the same sample."""

    names: tuple[str, ...]
    constant: float
    coefficients: tuple[float, ...]
    standard_errors: tuple[float, ...]
    log_likelihood: float
    customers: int
    churn_rate: float
    auc: float

    def probability(self, columns: Any) -> np.ndarray:
        """The chance that each customer leaves; ``columns``: one row a customer, in the order of ``names``."""
        return np.asarray(special.expit(self.constant + np.asarray(columns, dtype=float) @ np.array(self.coefficients)))


def fit(columns: Any, left: Any, names: Sequence[str]) -> ChurnLogit:
    """Fit to one row a customer.

    Args:
        columns: n x k numbers. left: n times whether the customer left. names: of the k columns, for messages.

    Raises:
        InvalidValue: shapes differ, a value is missing, a column is constant or follows from others, or a column separates leavers from
            stayers so that no finite coefficient exists. NoData: nobody left, or everybody did.
    """
    x, y = np.asarray(columns, dtype=float), np.asarray(left).astype(float)
    if x.ndim != 2 or x.shape != (len(y), len(names)):
        raise InvalidValue(msg("Columns and customers do not match"), None, msg("Give one row a customer and one name a column."))
    for at, name in enumerate(names):
        wrong = ~np.isfinite(x[:, at])
        if wrong.any():
            raise InvalidValue(
                msg("A value is missing or no number"),
                msg("column {column}, customer {row}", column=name, row=int(np.argmax(wrong)) + 1),
                msg("Fill it in, or leave that customer out."),
            )
    if not 0 < y.sum() < len(y):
        raise NoData(
            msg("Either nobody left or everybody did, so leaving cannot be explained"), None, msg("Give customers of both kinds.")
        )
    center, spread = x.mean(axis=0), x.std(axis=0)
    design = np.column_stack([np.ones(len(y)), (x - center) / np.where(spread > 0, spread, 1.0)])
    _refuse_dependent(design, spread, names)
    slopes, information = _newton(design, y, names)
    covariance = np.linalg.inv(information)
    odds = design @ slopes
    value = float(y @ odds - np.logaddexp(0, odds).sum())
    own = slopes[1:] / spread
    back = np.vstack([np.append(1.0, -center / spread), np.column_stack([np.zeros(len(own)), np.diag(1 / spread)])])
    errors = np.sqrt(np.diag(back @ covariance @ back.T))
    return ChurnLogit(
        tuple(names), float(slopes[0] - center @ own), tuple(float(value) for value in own), tuple(float(error) for error in errors),
        value, len(y), float(y.mean()), area_under_curve(odds, y),
    )  # fmt: skip


def _refuse_dependent(design: np.ndarray, spread: np.ndarray, names: Sequence[str]) -> None:
    if (spread <= 0).any():
        at = int(np.argmax(spread <= 0))
        raise InvalidValue(
            msg("All customers have the same value"), msg("column {column}", column=names[at]), msg("Leave the column out.")
        )
    rank = 1
    for at, name in enumerate(names):
        if np.linalg.matrix_rank(design[:, : at + 2]) == rank:
            raise InvalidValue(
                msg("The column follows from those before it"), msg("column {column}", column=name), msg("Leave the column out.")
            )
        rank += 1


def _newton(design: np.ndarray, y: np.ndarray, names: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    slopes = np.zeros(design.shape[1])
    value = -np.inf
    for _ in range(100):
        odds = design @ slopes
        chance = special.expit(odds)
        information = design.T @ (design * (chance * (1 - chance))[:, None])
        step = np.linalg.lstsq(information, design.T @ (y - chance), rcond=None)[0]
        for _ in range(30):
            new = y @ (design @ (slopes + step)) - np.logaddexp(0, design @ (slopes + step)).sum()
            if new >= value or np.abs(step).max() < 1e-12:
                break
            step = step / 2
        slopes, value = slopes + step, new
        if np.abs(slopes).max() > _SEPARATED or -value < 1e-6 * len(y):
            at = int(np.argmax(np.abs(slopes[1:])))
            raise InvalidValue(
                msg("The column tells those who left from those who stayed without error; no finite effect fits that"),
                msg("column {column}", column=names[at]),
                msg("Check whether it was only known after leaving, and leave it out then."),
            )
        if np.abs(step).max() < 1e-10:
            break
    chance = special.expit(design @ slopes)
    return slopes, design.T @ (design * (chance * (1 - chance))[:, None])


def area_under_curve(score: Any, left: Any) -> float:
    """The chance that a random leaver scores above a random stayer, ties counting half (Mann and Whitney 1947)."""
    score, left = np.asarray(score, dtype=float), np.asarray(left).astype(bool)
    ranks = stats.rankdata(score)
    leavers = int(left.sum())
    return float((ranks[left].sum() - leavers * (leavers + 1) / 2) / (leavers * (len(left) - leavers)))
