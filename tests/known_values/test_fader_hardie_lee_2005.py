"""Fader, Hardie and Lee (2005), "Counting your customers the easy way", Marketing Science 24(2): BG/NBD on the CDNOW sample.

Published: r .243, alpha 4.414, a .793, b 2.426, log-likelihood -9582.4, with times in weeks. The further digits were computed in two
independent ways; conditional expectations by arithmetic of 40 digits.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest

from strategy.analysis.bg_nbd import BgNbd, fit
from strategy.customers import counts_frame, create_tables, preview, propose, store, understand, weights_frame

ROOT = Path(__file__).parents[2]
PUBLISHED = BgNbd(0.2425945, 4.4136019, 0.7929199, 2.4258881)


@pytest.fixture(scope="module")
def sample() -> pd.DataFrame:
    return pd.read_csv(ROOT / "tests" / "fixtures" / "cdnow_sample.csv.gz", dtype={"master_id": str})


def test_parameters_and_likelihood(sample: pd.DataFrame) -> None:
    found = fit(sample["x"], sample["last_days"] / 7, sample["observed_days"] / 7)
    model = found.model
    assert (model.r, model.alpha, model.a, model.b) == pytest.approx((0.2425944, 4.413599, 0.7929214, 2.425904), rel=1e-4)
    assert found.log_likelihood == pytest.approx(-9582.429207, abs=0.001)
    assert (found.customers, found.converged, found.at_bound) == (2357, True, ())
    assert not found.doubtful


def test_days_rescale_alpha_alone(sample: pd.DataFrame) -> None:
    found = fit(sample["x"], sample["last_days"], sample["observed_days"]).model
    assert (found.r, found.alpha, found.a, found.b) == pytest.approx((0.2425944, 30.895, 0.7929214, 2.425904), rel=1e-4)
    assert found.in_unit(7).alpha == pytest.approx(4.413599, rel=1e-4)


def test_likelihood_and_gradient_at_a_point(sample: pd.DataFrame) -> None:
    columns = (sample["x"], sample["last_days"] / 7, sample["observed_days"] / 7)
    model = BgNbd(0.5, 6, 1.2, 3.3)
    assert model.log_likelihood(*columns) == pytest.approx(-9783.444286, abs=1e-4)
    assert model.gradient(*columns) == pytest.approx([-1481.20735, 55.43984, -16.15531, 2.80388], abs=1e-4)


def test_expected_purchases_of_a_new_customer() -> None:
    weeks = [1 / 7, 1, 3, 223 / 7, 32, 78, 52]
    expected = [0.00781366708, 0.05318428169, 0.15063078398, 1.04048895827, 1.04373088144, 1.85795600912, 1.44401062798]
    assert PUBLISHED.expected_purchases(weeks) == pytest.approx(expected, abs=1e-8)


ROWS = np.array([[0, 0, 38.86], [1, 5, 30], [2, 30.43, 38.86], [5, 20, 35], [10, 30, 38], [26, 30.86, 31], [7, 29.43, 38.86]]).T


def test_expected_purchases_of_the_next_39_weeks() -> None:
    """The third row is the 1.226 of the authors' spreadsheet (note 004)."""
    expected = [0.194781947124, 0.442116353361, 1.22590570451, 1.63094985918, 4.65085304922, 20.7502890407, 3.33718650844]
    assert PUBLISHED.expected_future(39, *ROWS) == pytest.approx(expected, abs=1e-8)


def test_chance_of_still_being_active() -> None:
    expected = [1, 0.379295434184, 0.726608610768, 0.396832548341, 0.628791566757, 0.968918582161, 0.6417951614]
    assert PUBLISHED.p_alive(*ROWS) == pytest.approx(expected, abs=1e-8)


def test_chance_of_each_number_of_purchases() -> None:
    model = BgNbd(0.243, 4.414, 0.793, 2.426)
    assert model.p_count([0, 10], [39, 2]) == pytest.approx([0.573786352096, 1.07868964036e-07], abs=1e-7)
    expected = [0.0019995214, 0.0015170236, 0.001163315, 0.0009003148, 0.0007023638, 0.0005517902, 0.0004361913, 0.0003467171,
                0.0002769613, 0.000222226]  # fmt: skip
    assert model.p_count(np.arange(11, 21), 30) == pytest.approx(expected, abs=1e-7)


@pytest.fixture(scope="module")
def cursor() -> duckdb.DuckDBPyConnection:
    """The master file, imported as anybody would."""
    file = ROOT / "data" / "samples" / "cdnow" / "cdnow_master.csv.gz"
    connection = duckdb.connect(":memory:")
    create_tables(connection)
    store(connection, understand(file, None, propose(preview(file))), "test")
    return connection


def test_our_counts_of_the_master_file_are_the_published_ones(cursor: duckdb.DuckDBPyConnection, sample: pd.DataFrame) -> None:
    counted = counts_frame(cursor, dt.date(1997, 9, 30), names=True).set_index("customer").loc[sample["master_id"]]
    for column in ("x", "last_days", "observed_days", "later"):
        assert counted[column].tolist() == sample[column].tolist(), column
    # The published mean spend is rounded to cents, and was rounded before it was divided.
    assert counted["mean_repeat_spend"].to_numpy() == pytest.approx(sample["mean_spend"].to_numpy(), abs=0.011)


def test_weights_give_the_same_model_as_single_customers(cursor: duckdb.DuckDBPyConnection) -> None:
    end = dt.date(1997, 9, 30)
    one, many = counts_frame(cursor, end), weights_frame(cursor, end)
    assert many["customers"].sum() == len(one) == 23_570
    each = fit(one["x"], one["last_days"], one["observed_days"])
    added = fit(many["x"], many["last_days"], many["observed_days"], many["customers"])
    assert added.log_likelihood == pytest.approx(each.log_likelihood, abs=1e-6)
    assert added.model.alpha == pytest.approx(each.model.alpha, rel=1e-6)
