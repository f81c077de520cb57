"""The expressions on groups of customers are written for other engines too, without a function only DuckDB knows."""

from __future__ import annotations

import datetime as dt

import pytest

from strategy.customers import Cuts
from strategy.customers.attributes import attribute_members, read_conditions
from strategy.customers.clusters import Model, clustered_customers
from strategy.customers.cohorts import cohort_table
from strategy.customers.concentration import profit_table
from strategy.customers.movement import movement_table

CUTS = Cuts((1, 2, 3, 4), (1, 2, 3, 4), (1, 2, 3, 4))
MODEL = Model(("revenue", "recency_days"), (1.0, 2.0), (1.0, 1.0), ((0.0, 1.0), (1.0, 0.0)), (0.5, 0.5), ((1.0, 2.0), (2.0, 1.0)))
CONDITIONS = read_conditions([{"name": "region", "in": ["North"]}, {"column": "revenue", "from": 5}])


@pytest.mark.parametrize("dialect", ["postgres", "trino"])
@pytest.mark.parametrize(
    "table",
    [
        lambda: cohort_table("week"),
        lambda: cohort_table("month"),
        lambda: cohort_table("quarter"),
        lambda: movement_table(CUTS, dt.date(2024, 1, 1)),
        lambda: clustered_customers(MODEL),
        lambda: attribute_members(CONDITIONS, (CONDITIONS,)),
        profit_table,
    ],
)
def test_it_can_be_written_for_another_engine(table, dialect) -> None:
    import ibis

    assert "SELECT" in str(ibis.to_sql(table(), dialect=dialect))
