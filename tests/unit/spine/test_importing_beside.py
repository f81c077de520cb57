"""Nobody at work on a step waits for an import, and the import comes in as a whole or not at all."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest

from strategy.customers import Mapping, Understanding, grade_rule, understand
from strategy.errors import StrategyError
from strategy.spine import import_customers
from strategy.spine.adoption import refreshed
from strategy.workbook import Put, Snapshot, Workbook

TEXT = "id,date,amount\n1,2024-01-31,5\n2,2024-02-01,6\n2,2024-02-02,7\n"


@pytest.fixture
def understood(tmp_path: Path) -> Understanding:
    path = tmp_path / "sales.csv"
    path.write_text(TEXT, encoding="utf-8")
    return understand(path, None, Mapping("id", "date", "amount"))


@pytest.fixture
def workbook(tmp_path: Path) -> Iterator[Workbook]:
    with Workbook.create(tmp_path / "plan.duckdb", "Plan") as made:
        yield made


def _said(workbook: Workbook) -> tuple[list[tuple[object, ...]], list[tuple[object, ...]], list[str]]:
    cursor = workbook.cursor()
    tables = cursor.execute("SELECT table_name FROM duckdb_tables() WHERE table_name LIKE '%purchase%' ORDER BY 1").fetchall()
    return (
        cursor.execute("SELECT customer, amount::DOUBLE, region FROM purchase ORDER BY ALL").fetchall(),
        cursor.execute("SELECT customer, purchase_days, revenue FROM customer_purchases ORDER BY 1").fetchall(),
        [row[0] for row in tables],
    )


HELD = (
    [("1", 5.0, None), ("2", 6.0, None), ("2", 7.0, None)],
    [("1", 1, 5.0), ("2", 2, 13.0)],
    ["customer_purchases", "purchase"],
)


def test_what_was_stored_is_there_also_after_opening_again(workbook: Workbook, understood: Understanding) -> None:
    for _ in range(2):
        dataset, new = import_customers(workbook, understood, "Ann")
        assert _said(workbook) == HELD
    assert not new  # the very same file changes nothing
    assert dataset.rows_kept == 3
    workbook.close()
    with Workbook.open(workbook.path) as again:
        assert _said(again) == HELD


def test_nothing_is_left_of_an_import_that_fails(
    workbook: Workbook, understood: Understanding, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_customers(workbook, understood, "Ann")
    other = understood.__class__(**{**understood.__dict__, "sha256": "other"})

    def fail(*_: object) -> None:
        raise StrategyError("no room")

    with monkeypatch.context() as patch:
        patch.setattr("strategy.customers.importing.quality_record", fail)
        with pytest.raises(StrategyError, match="no room"):
            import_customers(workbook, other, "Ann")
    assert _said(workbook) == HELD
    assert workbook.snapshot().data_version == 1
    assert import_customers(workbook, other, "Ann")[1]


@pytest.fixture
def slowly(monkeypatch: pytest.MonkeyPatch) -> tuple[threading.Event, threading.Event]:
    """Let imports stop when everything is stored and not yet noted: set is the first event then, and they go on at the second."""
    under_way, goes_on = threading.Event(), threading.Event()

    def stop(snapshot: Snapshot, cursor: duckdb.DuckDBPyConnection) -> tuple[Put, ...]:
        found = refreshed(snapshot, cursor)
        under_way.set()
        assert goes_on.wait(30)
        return found

    monkeypatch.setattr("strategy.spine.intake.refreshed", stop)
    return under_way, goes_on


def test_nobody_waits_while_purchases_are_stored(
    workbook: Workbook, understood: Understanding, slowly: tuple[threading.Event, threading.Event]
) -> None:
    importer = threading.Thread(target=import_customers, args=(workbook, understood, "Ann"))
    importer.start()
    assert slowly[0].wait(30)
    workbook.commit([Put("segment", "a", {"name": "Regulars"})], "Bo")
    assert workbook.snapshot().row("segment", "a") is not None
    assert workbook.snapshot().data_version == 0
    slowly[1].set()
    importer.join()
    assert _said(workbook) == HELD
    assert [revision.author for revision in workbook.history()][:2] == ["Ann", "Bo"]
    workbook.close()
    with Workbook.open(workbook.path) as again:  # the chain of revisions is whole
        assert (again.snapshot().data_version, _said(again)) == (1, HELD)


def test_a_rule_changed_during_an_import_is_what_figures_follow(
    workbook: Workbook, understood: Understanding, slowly: tuple[threading.Event, threading.Event]
) -> None:
    workbook.commit([Put("segment", "a", {"name": "Some", "rule": grade_rule("A")})], "Bo")
    importer = threading.Thread(target=import_customers, args=(workbook, understood, "Ann"))
    importer.start()
    assert slowly[0].wait(30)
    workbook.commit([Put("segment", "a", {"rule": {"by": "everyone"}})], "Bo")
    slowly[1].set()
    importer.join()
    row = workbook.snapshot().row("segment", "a")
    assert row is not None
    assert (row["customers"], row["revenue"]) == (2, 18.0)


def test_who_only_reads_waits_for_no_writer(workbook: Workbook) -> None:
    workbook.snapshot()
    seen: list[int] = []

    @contextmanager
    def reading() -> Iterator[None]:
        reader = threading.Thread(target=lambda: seen.append(workbook.snapshot().seq))
        reader.start()
        reader.join(10)
        yield

    with workbook.writing(), reading():
        assert seen == [workbook.seq]
