"""What is remembered, and for how long."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from strategy.thread.memory import per_data, per_snapshot
from strategy.workbook import Put, Workbook


def test_what_reads_customer_data_alone_survives_an_edit_but_no_new_data(tmp_path: Path) -> None:
    asked: list[str] = []
    with Workbook.create(tmp_path / "x.duckdb", "X") as workbook:
        before = workbook.snapshot()
        workbook.commit([Put("segment", "a", {"name": "A"})], "Ada")
        after = workbook.snapshot()
        for snapshot in (before, after, replace(after, data_version=after.data_version + 1)):
            per_data("costly", snapshot, lambda: asked.append("data"))
            per_snapshot("quick", snapshot, lambda _: asked.append("rows"))
    assert asked.count("data") == 2
    assert asked.count("rows") == 2  # before and after the edit
