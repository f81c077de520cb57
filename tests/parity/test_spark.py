"""Spark gives the answers a workbook gives. Run by ``make test-spark``, which installs Spark first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa
import pytest

from strategy.customers import Connected, measure, reader, rfm_segments
from strategy.customers.expressions import purchases
from strategy.customers.netting_expression import netted, refunds_found
from strategy.errors import UnknownName
from strategy.spine import connect_customers
from strategy.workbook import Workbook
from tests.parity.questions import (
    CUTS,
    ODD_IDS,
    answer,
    assert_same,
    awkward_interactions,
    netted_here,
    odd_ids_read,
    purchases_and_refunds,
    questions,
    reference,
)

pytestmark = pytest.mark.spark
QUESTIONS = questions()
MILLIONS = 2_000_000
NOON = dt.datetime(2026, 7, 1, 12, tzinfo=dt.timezone.utc)


@pytest.fixture(scope="session")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A small Spark inside this process."""
    sql = pytest.importorskip("pyspark.sql", reason="run: make test-spark")
    folder = tmp_path_factory.mktemp("spark")
    made = (
        sql.SparkSession.builder.master("local[2]")
        .appName("ninefold-tests")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.memory", "1g")
        # Many short questions: compiling them twice over costs more than it saves.
        .config("spark.driver.extraJavaOptions", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")
        .config("spark.sql.adaptive.enabled", "false")
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.sql.warehouse.dir", str(folder / "warehouse"))
        .config("spark.local.dir", str(folder))
        .config("spark.sql.catalogImplementation", "in-memory")
        # Pandas frames go over as Arrow: row by row takes longer than the question.
        .config("spark.sql.execution.arrow.pyspark.enabled", "true")
        .getOrCreate()
    )
    made.sparkContext.setLogLevel("OFF")
    yield made
    made.stop()


@pytest.fixture(scope="module")
def table(session: Any, given: pa.Table, tmp_path_factory: pytest.TempPathFactory) -> ir.Table:
    import pyarrow.parquet

    file = Path(tmp_path_factory.mktemp("given"), "purchase.parquet")
    pyarrow.parquet.write_table(given, file)
    session.read.parquet(str(file)).createOrReplaceTempView("purchase")
    beside = file.with_name("interaction.parquet")
    pyarrow.parquet.write_table(awkward_interactions(), beside)
    session.read.parquet(str(beside)).createOrReplaceTempView("interaction")
    found = ibis.pyspark.connect(session).table("purchase")
    assert dict(found.schema().items()) == dict(purchases().schema().items())
    return found


@pytest.mark.parametrize("name", QUESTIONS)
def test_spark_answers_as_a_workbook_does(name: str, table: ir.Table, given: pa.Table) -> None:
    assert_same(answer(QUESTIONS[name], table), reference(QUESTIONS[name], given))


def test_spark_nets_refunds_as_a_workbook_does(session: Any, tmp_path: Path) -> None:
    import pyarrow.parquet

    given, file = purchases_and_refunds(), tmp_path / "refunded.parquet"
    pyarrow.parquet.write_table(given, file)
    session.conf.set("spark.sql.session.timeZone", "UTC")
    session.read.parquet(str(file)).createOrReplaceTempView("refunded")
    backend = ibis.pyspark.connect(session)
    table, (left, found) = backend.table("refunded"), netted_here(given)
    assert_same(backend.execute(netted(table)), left)
    assert_same(backend.execute(refunds_found(table)), found)


def test_a_workbook_connected_to_spark(session: Any, workbook: Workbook) -> None:
    """Days in a time zone, rows left out, and two million purchases of which only summaries come back."""
    session.conf.set("spark.sql.session.timeZone", "UTC")
    session.sql(
        "SELECT * FROM VALUES (7, TIMESTAMP '2026-01-01 10:00:00', 10.0D), (7, TIMESTAMP '2026-01-01 18:00:00', 5.5D), "
        "(8, TIMESTAMP '2026-02-01 10:00:00', DOUBLE('NaN')), (8, TIMESTAMP '2026-02-01 10:00:00', 2.25D), "
        "(CAST(NULL AS INT), TIMESTAMP '2026-02-01 10:00:00', 3.0D), (8, TIMESTAMP '2026-02-01 10:00:00', -4.0D) "
        "AS few(client, bought_at, total)"
    ).createOrReplaceTempView("few")
    session.sql(
        f"SELECT concat('c', id * 7919 % 20000) AS client, date_add(DATE '2025-01-01', CAST(id % 500 AS INT)) AS bought_at, "
        f"CAST(id % 97 + 0.5 AS DECIMAL(9, 2)) AS total FROM range(1, {MILLIONS + 1})"
    ).createOrReplaceTempView("many")
    urls = {"lake": "pyspark://"}
    few = Connected("lake", "few", "client", "bought_at", "total")
    found = measure(few, urls, lambda: NOON)
    assert {entry.reason: (entry.rows, entry.money) for entry in found.left_out} == {
        "no_customer": (1, 3.0),
        "bad_amount": (1, 0.0),
        "refund_netted": (1, -4.0),
        "cancelled_by_refund": (1, 2.25),
    }
    assert (found.rows_kept, found.customers, found.orders, found.revenue, found.kind) == (2, 1, 1, 15.5, "pyspark")
    apart = measure(replace(few, net_refunds=False), urls, lambda: NOON)
    assert (apart.rows_kept, apart.customers, apart.orders, apart.revenue) == (3, 2, 2, 17.75)
    shanghai = Connected("lake", "few", "client", "bought_at", "total", time_zone="Asia/Shanghai")
    assert measure(shanghai, urls, lambda: NOON).orders == 2

    many = measure(Connected("lake", "many", "client", "bought_at", "total"), urls, lambda: NOON)
    assert (many.rows_kept, many.customers) == (MILLIONS, 20_000)
    workbook.elsewhere = reader(lambda: urls)
    connect_customers(workbook, many, urls, "Ada")
    source: Any = workbook.cursor()
    segments = rfm_segments(source, CUTS)
    assert sum(segment.customers for segment in segments) == 20_000
    assert sum(segment.revenue for segment in segments) == many.revenue
    assert 0 < source.fetched < 20
    assert workbook.path.stat().st_size < 10_000_000

    with pytest.raises(UnknownName, match="no table fwe"):
        measure(Connected("lake", "fwe", "client", "bought_at", "total"), urls, lambda: NOON)


def test_odd_ids_are_read_as_those_of_a_file(session: Any) -> None:
    rows = [(written, dt.date(2025, 1, 1), float(at)) for at, (written, _) in enumerate(ODD_IDS, 1)]
    session.createDataFrame(rows, "client string, day date, total double").createOrReplaceTempView("odd")
    assert odd_ids_read(ibis.pyspark.connect(session), "odd") == ([id for _, id in ODD_IDS], True)
