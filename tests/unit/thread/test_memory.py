"""What is remembered, and for how long."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from strategy.thread.memory import answer, per_data, per_snapshot
from strategy.workbook import Put, Workbook


def test_what_reads_customer_data_alone_survives_an_edit_but_no_new_data(tmp_path: Path) -> None:
    asked: list[str] = []
    with Workbook.create(tmp_path / "x.duckdb", "X") as workbook:
        before = workbook.snapshot()
        workbook.commit([Put("segment", "a", {"name": "A"})], "Ada")
        after = workbook.snapshot()
        for snapshot in (before, after, replace(after, data_head="of other data")):
            per_data("costly", snapshot, lambda: asked.append("data"))
            per_snapshot("quick", snapshot, lambda _: asked.append("rows"))
    assert asked.count("data") == 2
    assert asked.count("rows") == 2  # before and after the edit


def test_what_many_pages_ask_for_at_once_is_worked_out_once(tmp_path: Path) -> None:
    asked: list[int] = []

    def slow() -> str:
        asked.append(1)
        time.sleep(0.2)
        return "found"

    with Workbook.create(tmp_path / "x.duckdb", "X") as workbook:
        snapshot, found = workbook.snapshot(), []
        pages = [threading.Thread(target=lambda: found.append(per_data("slow", snapshot, slow))) for _ in range(8)]
        for page in pages:
            page.start()
        for page in pages:
            page.join()
    assert (found, len(asked)) == (["found"] * 8, 1)


def test_after_a_failure_the_next_one_tries_again(tmp_path: Path) -> None:
    with Workbook.create(tmp_path / "x.duckdb", "X") as workbook:
        snapshot = workbook.snapshot()
        with pytest.raises(ZeroDivisionError):
            per_data("fails", snapshot, lambda: 1 / 0)
        assert per_data("fails", snapshot, lambda: 2.0) == 2.0


def test_long_answers_are_not_kept_and_short_ones_are(tmp_path: Path) -> None:
    asked: list[int] = []

    def rows(count: int) -> list[int]:
        asked.append(count)
        return [0] * count

    with Workbook.create(tmp_path / "x.duckdb", "X") as workbook:
        snapshot = workbook.snapshot()
        for count in (3, 3, 50_000, 50_000):
            assert len(answer(("rows", count), snapshot, lambda count=count: rows(count))) == count
    assert asked == [3, 50_000, 50_000]
