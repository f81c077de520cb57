"""Of a large file, what is handed from process to process waits in files: held in memory it would be there twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from strategy.customers import Mapping, understand, understanding
from strategy.customers.arrow_files import read_arrow


@pytest.mark.parametrize("last", ["b,2024-02-01,7", "a,2024-02-01,-5"])
def test_purchases_and_totals_of_a_large_file_wait_in_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, last: str) -> None:
    file = tmp_path / "sales.csv"
    file.write_text(f"id,date,amount\na,2024-01-01,5\nb,2024-01-02,6\n{last}\n", encoding="utf-8")
    mapping = Mapping("id", "date", "amount")
    small = understand(file, None, mapping, keep=lambda name: tmp_path / name)
    assert not (tmp_path / "totals").exists()
    monkeypatch.setattr(understanding, "HELD_ROWS", 0)
    large = understand(file, None, mapping, keep=lambda name: tmp_path / name)
    for name, found, before in (("purchases", large.purchases, small.purchases), ("totals", large.totals, small.totals)):
        assert found is not None
        assert before is not None
        assert found.equals(read_arrow(tmp_path / name))
        assert found.sort_by("customer").to_pylist() == before.sort_by("customer").to_pylist()
