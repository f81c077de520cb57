"""Chen, Sain and Guo (2012), UCI Online Retail: purchases on which BG/NBD hardly finds anybody leaving, and must say so.

Customers named, quantity and price above zero, purchases of a day merged, up to 9 December 2011, in weeks. Figures computed in two
independent ways: 4,338 customers, log-likelihood -37645.54, r .827, alpha 9.84, mean dropout .00051.
"""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from strategy.analysis.bg_nbd import fit

FILE = Path(__file__).parents[2] / "data" / "samples" / "uk_gifts" / "online_retail.parquet"


def test_model_says_that_it_finds_no_departures() -> None:
    counted = duckdb.sql(f"""
        WITH bought AS (SELECT DISTINCT CustomerID AS customer, InvoiceDate::DATE AS day FROM '{FILE}'
                        WHERE CustomerID IS NOT NULL AND Quantity > 0 AND UnitPrice > 0)
        SELECT count(*) - 1 AS x, (max(day) - min(day)) / 7.0 AS last, (DATE '2011-12-09' - min(day)) / 7.0 AS watched
        FROM bought GROUP BY customer""").df()
    assert len(counted) == 4338
    found = fit(counted["x"], counted["last"], counted["watched"])
    assert found.log_likelihood == pytest.approx(-37645.54, abs=0.05)
    assert (found.model.r, found.model.alpha) == pytest.approx((0.827, 9.84), abs=0.05)
    assert found.model.r == pytest.approx(0.827, abs=0.005)
    assert found.model.dropout < 0.005
    assert found.hardly_anybody_leaves
    assert found.doubtful
    assert found.model.p_alive(counted["x"], counted["last"], counted["watched"]).mean() > 0.99
