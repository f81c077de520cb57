"""UCI Machine Learning Repository 352, Online Retail (Chen, Sain and Guo 2012, CC BY 4.0): 541,909 invoice lines of a UK gift shop."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from strategy.customers import Connected, Mapping, Rules, Understanding, measure, preview, propose, understand
from strategy.customers.connections import close_all

FILE = Path(__file__).parents[2] / "data" / "samples" / "uk_gifts" / "online_retail.parquet"


@pytest.fixture(scope="module")
def understood() -> Understanding:
    return understand(FILE, None, propose(preview(FILE)))


def test_mapping_is_proposed(understood: Understanding) -> None:
    assert understood.mapping == Mapping(
        "CustomerID", "InvoiceDate", None, "InvoiceNo", "Quantity", "UnitPrice", product="StockCode", region="Country"
    )


def test_published_counts(understood: Understanding) -> None:
    facts = understood.facts
    assert understood.rows_read == 541_909
    assert facts.orders == 25_900
    assert facts.customers == 4_372
    assert facts.blank_customer == 135_080
    assert facts.non_positive_quantities == 10_624
    assert facts.non_positive_prices == 2_517
    assert understood.rows_read - facts.duplicates == 536_641
    assert understood.money_read == pytest.approx(9_747_747.93, abs=0.01)


def test_money_and_rows_add_up(understood: Understanding) -> None:
    assert understood.rows_read == understood.rows_kept + sum(drop.rows for drop in understood.dropped)
    left_out = sum(drop.money for drop in understood.dropped)
    assert understood.money_read == pytest.approx(understood.revenue + understood.refunds.deducted + left_out, abs=0.05)
    assert understood.rejected.num_rows == sum(drop.rows for drop in understood.dropped)
    refunds = understood.refunds
    assert refunds.rows == refunds.exact_rows + refunds.order_rows + refunds.unmatched_rows == 8_905


def test_the_largest_cancelled_orders_are_gone(understood: Understanding) -> None:
    """Customers 12346 (74,215 pieces) and 16446 (80,995 pieces) took their orders back within hours."""
    kept = {row["customer"]: row["amount"] for row in understood.purchases.to_pylist() if row["customer"] in ("12346", "16446")}
    assert "12346" not in kept
    assert max(understood.purchases.column("amount").to_pylist()) < 77_183


def test_the_usual_cleaning_gives_the_published_counts() -> None:
    """No customer out, cancellations out, unit price above zero: 397,884 lines; exact copies once: 392,692."""
    usual = Rules(net_refunds=False)
    mapping = propose(preview(FILE))
    found = understand(FILE, None, mapping, usual)
    assert (found.rows_kept, found.customers, found.orders) == (397_884, 4_338, 18_532)
    assert found.revenue == pytest.approx(8_911_407.90, abs=0.01)
    assert understand(FILE, None, mapping, replace(usual, drop_duplicates=True)).rows_kept == 392_692


def test_a_table_that_stays_where_it_is_comes_to_the_same(understood: Understanding, tmp_path: Path) -> None:
    """The file as a view of a company's database: refunds are netted there as they are at import."""
    database = tmp_path / "shop.duckdb"
    with duckdb.connect(str(database)) as connection:
        connection.execute(f"CREATE VIEW sales AS SELECT *, Quantity * UnitPrice AS total FROM '{FILE}'")
    more = (("quantity", "Quantity"), ("price", "UnitPrice"), ("product", "StockCode"), ("region", "Country"))
    connected = Connected("shop", "sales", "CustomerID", "InvoiceDate", "total", "InvoiceNo", more)
    found = measure(connected, {"shop": f"duckdb://{database}?read_only=true"})
    close_all()
    assert (found.rows_kept, found.customers, found.orders) == (393_153, 4_324, 18_294)
    assert found.revenue == 8_355_122.61
    for name in ("rows_kept", "customers", "orders", "revenue", "first_day", "last_day"):
        assert getattr(found, name) == getattr(understood, name), name
    assert found.refunds == understood.refunds
