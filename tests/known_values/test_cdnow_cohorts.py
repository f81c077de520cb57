"""CDNOW: everybody first bought in the first quarter of 1997, in three monthly cohorts of 7,846, 8,476 and 7,248 customers.

Source: as tests/known_values/test_cdnow_totals.py; the retention counts were worked out again in pandas from the posted file.
"""

from __future__ import annotations

import gzip

import pandas as pd

from strategy.customers.cohorts import cohorts
from tests.known_values.test_cdnow_totals import FILE, cursor, understood

__all__ = ["cursor", "understood"]


def test_cohorts_of_cdnow(cursor) -> None:
    found = cohorts(cursor, "month").frame
    assert found[found["age"] == 0]["size"].tolist() == [7846, 8476, 7248]
    with gzip.open(FILE, "rt") as file:
        raw = pd.read_csv(file)
    raw.columns = [str(column).lower() for column in raw.columns]
    customer, day, amount = raw.columns[0], raw.columns[1], raw.columns[-1]
    month = pd.to_datetime(raw[day].astype(str)).dt.to_period("M")
    bought = raw.assign(month=month)
    first = bought.groupby(customer)["month"].transform("min")
    bought["age"] = (bought["month"] - first).map(lambda gap: gap.n)
    bought["cohort"] = first
    expected = bought[bought[amount] >= 0].groupby(["cohort", "age"])[customer].nunique()
    ours = found.set_index([pd.PeriodIndex(pd.to_datetime(found["cohort"]), freq="M"), "age"])["customers"]
    assert (expected - ours.rename_axis(["cohort", "age"])).abs().max() == 0
