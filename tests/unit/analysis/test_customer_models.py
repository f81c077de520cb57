"""The customer models at their edges: extremes stay finite, impossible input is named, doubtful fits say so."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import integrate, special

from strategy.analysis import bg_nbd, churn_logit, gamma_gamma, kaplan_meier, shifted_beta_geometric
from strategy.analysis.bg_nbd import BgNbd
from strategy.analysis.customer_value import discounted_purchases
from strategy.analysis.gamma_gamma import GammaGamma
from strategy.errors import InvalidValue, NoData

MODEL = BgNbd(0.2425945, 4.4136019, 0.7929199, 2.4258881)


def by_integration(model: BgNbd, t: float, x: int, watched: float) -> float:
    """E[Y(t)] of an active customer, from its definition: the mean over the chance of leaving p of (1 - (1 + p t / A)^-R) / p."""
    rate, time = model.r + x, model.alpha + watched
    # Substituting p = s^(1/a) takes the pole of the density at zero away.
    a, b = model.a, model.b + x

    def density(s: float) -> float:
        p = s ** (1 / a)
        return -np.expm1(-rate * np.log1p(p * t / time)) / max(p, 1e-300) * (1 - p) ** (b - 1) / a

    return float(integrate.quad(density, 0, 1, limit=400, epsabs=0, epsrel=1e-10)[0] / special.beta(a, b))


@pytest.mark.parametrize("a", [0.3, 0.9999, 1.0, 1.0000001, 1.4])
@pytest.mark.parametrize(("x", "watched", "t"), [(0, 38.0, 39.0), (7, 38.0, 200.0), (60, 50.0, 5.0)])
def test_expected_purchases_are_the_integral_that_defines_them(a: float, x: int, watched: float, t: float) -> None:
    model = BgNbd(0.5, 6.0, a, 2.2)
    last = watched if x else 0.0
    expected = by_integration(model, t, x, watched) * model.p_alive(x, last, watched)
    assert float(model.expected_future(t, x, last, watched)) == pytest.approx(float(expected), rel=1e-7)


def test_ten_thousand_purchases_and_ten_years_stay_finite() -> None:
    x, last = np.array([0, 1, 2000, 10_000, 10_000]), np.array([0.0, 1.0, 3640.0, 30.0, 3650.0])
    watched = np.full(5, 3650.0)
    future, alive = MODEL.expected_future(3650, x, last, watched), MODEL.p_alive(x, last, watched)
    assert np.isfinite(future).all()
    assert np.isfinite(alive).all()
    assert ((alive >= 0) & (alive <= 1)).all()
    assert alive[3] < 1e-100  # ten thousand purchases in a month, then ten years of silence
    assert alive[4] > 0.99
    assert np.isfinite(MODEL.log_likelihood(x, last, watched))
    assert np.isfinite(MODEL.p_count(np.arange(0, 10_000, 999), 3650.0)).all()


def test_chances_of_all_counts_add_up_to_one() -> None:
    assert MODEL.p_count(np.arange(4000), 52.0).sum() == pytest.approx(1.0, abs=1e-6)
    assert MODEL.p_count(np.arange(4000), 52.0) @ np.arange(4000) == pytest.approx(float(MODEL.expected_purchases(52.0)), abs=1e-3)


def test_gradient_is_the_slope_of_the_likelihood() -> None:
    random = np.random.default_rng(3)
    watched = random.uniform(5, 60, 300)
    x = random.poisson(2, 300)
    last = np.where(x > 0, watched * random.uniform(0.05, 1, 300), 0.0)
    values = np.array([0.4, 5.0, 0.7, 3.0])
    for at in range(4):
        step = np.eye(4)[at] * 1e-5
        slope = (
            BgNbd(*(values + step)).log_likelihood(x, last, watched) - BgNbd(*(values - step)).log_likelihood(x, last, watched)
        ) / 2e-5
        assert BgNbd(*values).gradient(x, last, watched)[at] == pytest.approx(slope, rel=1e-5)


def test_everybody_bought_once() -> None:
    with pytest.raises(NoData, match="second time"):
        bg_nbd.fit([0, 0, 0], [0, 0, 0], [10, 20, 30])
    with pytest.raises(NoData, match="Too few customers"):
        gamma_gamma.fit([0, 0], [0, 0])


def test_everybody_bought_on_the_last_day() -> None:
    with pytest.raises(NoData, match="last day"):
        bg_nbd.fit([0, 0], [0, 0], [0, 0])


def test_one_customer_with_ten_thousand_purchases_is_no_sound_fit() -> None:
    found = bg_nbd.fit([10_000], [3649], [3650])
    assert np.isfinite(found.log_likelihood)
    assert found.doubtful


@pytest.mark.parametrize(
    ("x", "last", "watched"),
    [
        ([1, -1], [1, 0], [5, 5]),
        ([1, 1], [1, 9], [5, 5]),
        ([1, 1.5], [1, 1], [5, 5]),
        ([1, 1], [1, float("nan")], [5, 5]),
        ([1, 0], [1, 2], [5, 5]),
    ],
    ids=["negative", "after the end", "half a purchase", "no number", "never bought again but later"],
)
def test_impossible_customers_are_named(x: list[float], last: list[float], watched: list[float]) -> None:
    with pytest.raises(InvalidValue, match="customer 2 of the table"):
        bg_nbd.fit(x, last, watched)


def test_columns_of_different_lengths_are_refused() -> None:
    with pytest.raises(InvalidValue, match="different lengths"):
        bg_nbd.fit([1, 2], [1], [5])
    with pytest.raises(InvalidValue, match="different lengths"):
        gamma_gamma.fit([1, 2], [1])


def test_customers_who_never_leave_are_called_out() -> None:
    random = np.random.default_rng(1)
    watched = np.full(2000, 100.0)
    x = random.poisson(random.gamma(2, 1 / 20, 2000) * 100)
    last = np.where(x > 0, watched * random.beta(np.maximum(x, 1), 1), 0.0)  # the last of x purchases at random times
    found = bg_nbd.fit(x, last, watched)
    assert found.hardly_anybody_leaves
    assert found.doubtful


def test_spend_that_grows_with_frequency_is_called_out() -> None:
    random = np.random.default_rng(2)
    x = random.integers(1, 20, 500)
    assert gamma_gamma.fit(x, 10 + 3 * x + random.gamma(4, 1, 500)).dependent
    assert not gamma_gamma.fit(x, random.gamma(4, 10, 500)).dependent


def test_first_purchases_and_zero_spend_do_not_enter_the_spend_model() -> None:
    x, mean = [1, 2, 3, 4, 0, 5], [10.0, 20.0, 15.0, 12.0, 99.0, 0.0]
    found = gamma_gamma.fit(x, mean)
    assert found.customers == 4
    assert found.log_likelihood == pytest.approx(gamma_gamma.fit(x[:4], mean[:4]).log_likelihood, rel=1e-9)


def test_no_mean_spend_is_told_and_not_made_up() -> None:
    model = GammaGamma(2.0, 0.5, 10.0)
    assert np.isnan(model.mean_spend)
    assert np.isnan(model.expected_spend(0, 0))
    assert model.expected_spend(5, 20.0) > 0


def test_a_discount_lowers_the_value_of_late_purchases() -> None:
    customers = ([0, 3, 10], [0.0, 20.0, 30.0], [38.0, 38.0, 38.0])
    plain = discounted_purchases(MODEL, 52, *customers)
    assert plain == pytest.approx(MODEL.expected_future(52, *customers))
    less = discounted_purchases(MODEL, 52, *customers, discount=0.002)
    assert (less < plain).all()
    assert less == pytest.approx(plain, rel=0.1)


def test_survivors_must_not_rise() -> None:
    with pytest.raises(InvalidValue, match="must not rise"):
        shifted_beta_geometric.fit_survivors([100, 80, 90])
    with pytest.raises(NoData, match="Nobody has left"):
        shifted_beta_geometric.fit_survivors([100, 100])
    with pytest.raises(InvalidValue, match="whole periods"):
        shifted_beta_geometric.fit([0.5], [1])


def test_survival_without_departures_and_down_to_nobody() -> None:
    assert kaplan_meier.survival_curve([3, 5], [0, 0]).at(4) == 1
    gone = kaplan_meier.survival_curve([3, 5], [1, 1])
    assert gone.survival.tolist() == [0.5, 0.0]
    assert np.isfinite(gone.low).all()
    assert np.isfinite(gone.high).all()
    with pytest.raises(InvalidValue, match="lifetime"):
        kaplan_meier.survival_curve([-1], [1])
    with pytest.raises(NoData):
        kaplan_meier.survival_curve([], [])


def test_a_column_that_gives_the_answer_away_is_named() -> None:
    random = np.random.default_rng(4)
    left = random.random(200) < 0.3
    noise = random.normal(size=200)
    with pytest.raises(InvalidValue, match="column closed on"):
        churn_logit.fit(np.column_stack([noise, left]), left, ["noise", "closed on"])
    with pytest.raises(InvalidValue, match="column twice"):
        churn_logit.fit(np.column_stack([noise, 2 * noise + 1]), left, ["noise", "twice"])
    with pytest.raises(InvalidValue, match="column same"):
        churn_logit.fit(np.ones((200, 1)), left, ["same"])
    noise[6] = np.nan
    with pytest.raises(InvalidValue, match="column noise, customer 7"):
        churn_logit.fit(noise[:, None], left, ["noise"])
    with pytest.raises(NoData, match="nobody left"):
        churn_logit.fit(np.ones((3, 1)), [0, 0, 0], ["x"])
