"""A company's database that is away for a while, and hands at work while it is asked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from strategy.customers import Connected, default_cuts, measure, reader, rfm_segments
from strategy.customers import source as source_module
from strategy.customers.connections import close_all, try_again
from strategy.exhibits import evidence_of, figure_source, present
from strategy.spine import adopt, connect_customers, refresh
from strategy.spine.adoption import refreshed
from strategy.thread import find, readiness
from strategy.workbook import Delete, Put, Snapshot, Workbook

SALES = Connected("shop", "sales", "client", "bought_on", "total", net_refunds=False)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Path]:
    try_again()
    path = tmp_path / "company.duckdb"
    with duckdb.connect(str(path)) as company:
        company.execute("CREATE TABLE sales (client VARCHAR, bought_on DATE, total DOUBLE)")
    _sell(
        path, "('a', DATE '2024-01-01', 10), ('a', DATE '2024-01-05', 20), ('b', DATE '2024-02-01', 7), ('c', DATE '2023-01-01', 5)"
    )
    yield path
    close_all()


def _sell(path: Path, rows: str) -> None:
    close_all()
    with duckdb.connect(str(path)) as company:
        company.execute(f"INSERT INTO sales VALUES {rows}")


def _urls(path: Path) -> dict[str, str]:
    return {"shop": f"duckdb://{path}?read_only=true"}


@pytest.fixture
def connected(workbook: Workbook, database: Path) -> Workbook:
    workbook.elsewhere = reader(lambda: _urls(database))
    connect_customers(workbook, measure(SALES, _urls(database)), _urls(database), "Ada")
    return workbook


def test_what_could_not_be_told_is_asked_again_when_the_database_is_back(connected: Workbook, database: Path) -> None:
    kept = evidence_of(present("lorenz", connected.snapshot(), connected.cursor), connected.snapshot())
    connected.commit([Put("decision", "one", {"statement": "Keep them", "step": "step_1", "evidence": [kept]})], "Ada")
    _sell(database, "('new', DATE '2024-06-30', 500)")
    refresh(connected, _urls(database), "Ada")
    snapshot, away = connected.snapshot(), database.with_suffix(".away")

    def drifts() -> list[int]:
        figures = figure_source(snapshot, connected.cursor)
        of_steps = [finding for step in readiness(snapshot, figures).values() for finding in step.findings]
        return [sum(finding.column == "evidence" for finding in found) for found in (find(snapshot, figures), of_steps)]

    close_all()
    database.rename(away)
    assert drifts() == [0, 0]
    away.rename(database)
    try_again()
    source_module._failed.clear()
    assert drifts() == [1, 1]


def test_a_segment_deleted_while_the_database_is_asked_does_not_come_back(
    connected: Workbook, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    adopt(connected, rfm_segments(connected.cursor(), default_cuts(connected.cursor())), "Ada", "en")
    first, *others = [row.id for row in connected.snapshot().rows("segment")]

    def asked(snapshot: Snapshot, source: duckdb.DuckDBPyConnection) -> tuple[Put, ...]:
        found = refreshed(snapshot, source)
        if connected.snapshot().row("segment", first):
            connected.commit([Delete("segment", first)], "Bo")
        return found

    _sell(database, "('a', DATE '2024-06-30', 500), ('b', DATE '2024-06-30', 500), ('c', DATE '2024-06-30', 500)")
    monkeypatch.setattr("strategy.spine.connecting.refreshed", asked)
    refresh(connected, _urls(database), "Ada")
    assert [row.id for row in connected.snapshot().rows("segment")] == others
