"""Find the maximum of a likelihood whose parameters are positive, on their logarithms and with an analytic gradient.

A quasi-Newton search with its own line search rather than a general optimiser, because a rough fit to a part of the rows gives a
start and a curvature so good that the whole table is read only a handful of times.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import optimize

#: Value and gradient, both divided by the number of observations, so that tolerances do not depend on how many there are.
Objective = Callable[[np.ndarray], tuple[float, np.ndarray]]


@dataclass(frozen=True)
class Optimum:
    """Logarithms of the parameters at the minimum, the value there, and whether the gradient vanished or a bound stopped it."""

    point: np.ndarray
    value: float
    converged: bool
    at_bound: tuple[bool, ...]


def minimise(
    objective: Objective,
    starts: Sequence[Sequence[float]],
    bounds: tuple[np.ndarray, np.ndarray],
    rough: Objective | None = None,
) -> Optimum:
    """The lowest of the minima found from ``starts``, within ``bounds`` (lower, upper).

    ``rough`` is the same objective over a part of the rows: the search runs there first and only its end on all of them.
    """
    low, high = bounds
    first = rough or objective
    found = [_bounded(first, np.clip(np.asarray(start, dtype=float), low, high), bounds) for start in starts]
    best = min(found, key=lambda result: result[1])[0]
    point, value, gradient = best, *objective(best)
    edge = _at_bound(best, bounds)
    inverse = None if any(edge) else _inverse_curvature(first, best)
    if inverse is not None:
        point, value, gradient = _quasi_newton(objective, point, value, gradient, inverse, bounds)
    edge = _at_bound(point, bounds)
    free = ~np.array(edge)
    if np.abs(gradient[free]).max(initial=0.0) > 1e-6:
        other, other_value = _bounded(objective, point, bounds)
        if other_value <= value:
            point, value = other, other_value
            gradient, edge = objective(point)[1], _at_bound(point, bounds)
            free = ~np.array(edge)
    return Optimum(point, value, bool(np.abs(gradient[free]).max(initial=0.0) < 1e-5), edge)


def _bounded(objective: Objective, start: np.ndarray, bounds: tuple[np.ndarray, np.ndarray]) -> tuple[np.ndarray, float]:
    result = optimize.minimize(
        objective,
        start,
        jac=True,
        method="L-BFGS-B",
        bounds=list(zip(*bounds, strict=True)),
        options={"maxiter": 500, "maxcor": 20, "ftol": 1e-15, "gtol": 1e-9},
    )
    return result.x, float(result.fun)


def _at_bound(point: np.ndarray, bounds: tuple[np.ndarray, np.ndarray]) -> tuple[bool, ...]:
    return tuple(bool(close) for close in (point - bounds[0] < 1e-3) | (bounds[1] - point < 1e-3))


def _inverse_curvature(objective: Objective, point: np.ndarray) -> np.ndarray | None:
    """The inverse of the second derivatives, from differences of gradients; None where the surface is no bowl."""
    step = 1e-4
    rows = [(objective(point + step * unit)[1] - objective(point - step * unit)[1]) / (2 * step) for unit in np.eye(len(point))]
    curvature = (np.array(rows) + np.array(rows).T) / 2
    if not np.isfinite(curvature).all() or np.linalg.eigvalsh(curvature)[0] <= 1e-12:
        return None
    return np.asarray(np.linalg.inv(curvature))


def _quasi_newton(
    objective: Objective,
    point: np.ndarray,
    value: float,
    gradient: np.ndarray,
    inverse: np.ndarray,
    bounds: tuple[np.ndarray, np.ndarray],
) -> tuple[np.ndarray, float, np.ndarray]:
    """Steps along the curvature, which is corrected after each (Broyden, Fletcher, Goldfarb, Shanno)."""
    unit = np.eye(len(point))
    for _ in range(60):
        # A quarter of the squared Newton decrement is what is still to be gained.
        if float(gradient @ inverse @ gradient) < 1e-15:
            break
        step = -inverse @ gradient
        step *= min(1.0, 2.0 / float(np.abs(step).max()))
        for _ in range(30):
            moved = np.clip(point + step, *bounds)
            new_value, new_gradient = objective(moved)
            # The last digits of a sum over a million rows are noise, which is no reason to make a step smaller.
            if new_value <= value + 1e-4 * float(gradient @ (moved - point)) + 1e-14 * abs(value):
                break
            step = step / 2
        else:
            break
        change, turn = moved - point, new_gradient - gradient
        point, value, gradient = moved, new_value, new_gradient
        along = float(change @ turn)
        if along > 1e-20:
            left = unit - np.outer(change, turn) / along
            inverse = left @ inverse @ left.T + np.outer(change, change) / along
    return point, value, gradient
