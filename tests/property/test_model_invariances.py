"""What must not change a fit: the order of rows, the unit of time or money, counting every customer twice."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from strategy.analysis import bg_nbd, gamma_gamma, kaplan_meier
from strategy.analysis.bg_nbd import BgNbd


def customers(seed: int, number: int = 400) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Simulated customers: x, t_x, T in whole days, mean spend."""
    random = np.random.default_rng(seed)
    rate, leaves = random.gamma(0.8, 1 / 40, number), random.beta(0.8, 2.5, number)
    watched = random.integers(100, 400, number)
    x, last = np.zeros(number, dtype=int), np.zeros(number, dtype=int)
    for at in range(number):
        now = 0.0
        while random.random() >= leaves[at] or now == 0:
            now += random.exponential(1 / rate[at])
            if now > watched[at]:
                break
            if int(np.ceil(now)) > last[at] and np.ceil(now) <= watched[at]:
                x[at], last[at] = x[at] + 1, int(np.ceil(now))
    return x, last, watched, np.where(x > 0, random.gamma(6, 5, number), 0.0)


SEEDS = st.integers(0, 10_000)


def parameters(found: bg_nbd.BgNbdFit) -> np.ndarray:
    model = found.model
    return np.array([model.r, model.alpha, model.a, model.b])


@settings(max_examples=12, deadline=None)
@given(SEEDS, st.floats(0.01, 1000))
def test_unit_of_time_rescales_alpha_alone(seed: int, unit: float) -> None:
    x, last, watched, _ = customers(seed)
    days, other = bg_nbd.fit(x, last, watched), bg_nbd.fit(x, last * unit, watched * unit)
    if days.converged and not days.at_bound:
        assert parameters(other) / [1, unit, 1, 1] == pytest.approx(parameters(days), rel=1e-3)
        assert other.log_likelihood + x.sum() * np.log(unit) == pytest.approx(days.log_likelihood, abs=1e-4)


@settings(max_examples=12, deadline=None)
@given(SEEDS)
def test_order_and_doubling_change_nothing(seed: int) -> None:
    x, last, watched, spend = customers(seed)
    one = bg_nbd.fit(x, last, watched)
    order = np.random.default_rng(seed).permutation(len(x))
    mixed = bg_nbd.fit(x[order], last[order], watched[order])
    twice = bg_nbd.fit(np.tile(x, 2), np.tile(last, 2), np.tile(watched, 2))
    weighted = bg_nbd.fit(x, last, watched, np.full(len(x), 2.0))
    assert mixed.log_likelihood == pytest.approx(one.log_likelihood, abs=1e-5)
    assert twice.log_likelihood == pytest.approx(2 * one.log_likelihood, abs=1e-5)
    assert weighted.log_likelihood == pytest.approx(twice.log_likelihood, abs=1e-5)
    money, again = gamma_gamma.fit(x, spend), gamma_gamma.fit(x[order], spend[order] * 7.1)
    assert again.model.expected_spend(x, spend * 7.1) == pytest.approx(money.model.expected_spend(x, spend) * 7.1, rel=1e-3)


@settings(max_examples=60, deadline=None)
@given(
    st.tuples(*(st.floats(-4, 4) for _ in range(4))),
    st.integers(0, 3000),
    st.floats(0, 1),
    st.floats(0.1, 4000),
    st.floats(0.1, 4000),
)
def test_predictions_are_finite_and_ordered(logs: tuple[float, ...], x: int, share: float, watched: float, t: float) -> None:
    model = BgNbd(*np.exp(logs))
    last = share * watched if x else 0.0
    alive, now, later = (
        float(model.p_alive(x, last, watched)),
        float(model.expected_future(t, x, last, watched)),
        float(model.expected_future(2 * t, x, last, watched)),
    )
    assert 0 <= alive <= 1
    assert 0 <= now <= later * (1 + 1e-6) + 1e-9
    assert now <= (model.r + x) * t / (model.alpha + watched) * (1 + 1e-9)
    assert -1e-12 <= float(model.p_count(min(x, 300), t)) <= 1 + 1e-9


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 30), st.booleans()), min_size=1, max_size=60), st.integers(2, 5))
def test_survival_falls_within_its_interval_and_weights_are_copies(rows: list[tuple[int, bool]], copies: int) -> None:
    durations, ended = np.array([row[0] for row in rows]), np.array([row[1] for row in rows])
    curve = kaplan_meier.survival_curve(durations, ended)
    assert (np.diff(curve.survival) <= 1e-12).all()
    assert ((curve.low <= curve.survival + 1e-12) & (curve.survival <= curve.high + 1e-12)).all()
    assert ((curve.low >= 0) & (curve.high <= 1)).all()
    weighted = kaplan_meier.survival_curve(durations, ended, np.full(len(rows), float(copies)))
    tiled = kaplan_meier.survival_curve(np.tile(durations, copies), np.tile(ended, copies))
    assert weighted.survival == pytest.approx(tiled.survival)
    assert weighted.low == pytest.approx(tiled.low)
