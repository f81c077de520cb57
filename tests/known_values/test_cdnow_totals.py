"""CDNOW: 69,659 purchases of 23,570 customers, January 1997 to June 1998.

Source: the master data set posted by Fader and Hardie (brucehardie.com) for research and teaching; row and customer counts are
published with it, the other totals were computed in two independent ways.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from strategy.customers import (
    Mapping,
    Understanding,
    create_tables,
    customer_frame,
    default_cuts,
    evaluate_rule,
    preview,
    propose,
    rfm_segments,
    store,
    understand,
)

FILE = Path(__file__).parents[2] / "data" / "samples" / "cdnow" / "cdnow_master.csv.gz"


@pytest.fixture(scope="module")
def understood() -> Understanding:
    return understand(FILE, None, propose(preview(FILE)))


@pytest.fixture(scope="module")
def cursor(understood: Understanding) -> Iterator[duckdb.DuckDBPyConnection]:
    connection = duckdb.connect(":memory:")
    create_tables(connection)
    store(connection, understood, "test")
    yield connection
    connection.close()


def test_file_is_read_whole(understood: Understanding) -> None:
    assert understood.mapping == Mapping("customer_id", "date", "dollar_value", quantity="number_of_cds")
    assert (understood.rows_read, understood.rows_kept, understood.customers) == (69_659, 69_659, 23_570)
    assert understood.revenue == 2_500_315.63
    assert understood.facts.zero_amounts == 80
    assert (str(understood.first_day), str(understood.last_day)) == ("1997-01-01", "1998-06-30")
    assert understood.orders == 67_591
    assert not understood.dropped


def test_customer_summary(cursor: duckdb.DuckDBPyConnection) -> None:
    customers = customer_frame(cursor)
    assert len(customers) == 23_570
    assert customers["customer"].iloc[0] == "00001"
    assert round(customers["revenue"].sum(), 2) == 2_500_315.63
    assert customers["purchase_days"].sum() == 67_591
    assert customers["purchase_days"].max() == 171
    assert (customers["purchase_days"] == 1).sum() == 12_054
    assert customers["recency_days"].sum() == 8_655_414
    assert customers["recency_days"].median() == 471.0


def test_segments_are_a_partition(cursor: duckdb.DuckDBPyConnection) -> None:
    segments = rfm_segments(cursor, default_cuts(cursor))
    assert sum(segment.customers for segment in segments) == 23_570
    assert sum(segment.revenue for segment in segments) == pytest.approx(2_500_315.63, abs=0.05)
    assert all(evaluate_rule(cursor, segment.rule) == (segment.customers, segment.revenue) for segment in segments)
