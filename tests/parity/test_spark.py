"""Spark gives the answers a workbook gives. Run by ``make test-spark``, in an environment of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa
import pytest

from strategy.customers.expressions import purchases
from tests.parity.questions import answer, assert_same, questions, reference

pytestmark = pytest.mark.spark
QUESTIONS = questions()


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
    found = ibis.pyspark.connect(session).table("purchase")
    assert dict(found.schema().items()) == dict(purchases().schema().items())
    return found


@pytest.mark.parametrize("name", QUESTIONS)
def test_spark_answers_as_a_workbook_does(name: str, table: ir.Table, given: pa.Table) -> None:
    assert_same(answer(QUESTIONS[name], table), reference(QUESTIONS[name], given))
