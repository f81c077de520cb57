"""A large CSV is shown and then read: it is looked through once for both, and again as soon as somebody has written to it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from strategy.customers import delimited, preview, propose, understand

HEADING, ROW = "customer,date,amount\n", "C1,2024-01-05,10.00\n"


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    seen: list[Path] = []
    real = delimited._look_through

    def look(path: Path, *others: object) -> delimited.Delimited:
        seen.append(path)
        return real(path, *others)  # type: ignore[arg-type]

    monkeypatch.setattr(delimited, "_look_through", look)
    monkeypatch.setattr(delimited, "_WORTH_REMEMBERING", 0)
    monkeypatch.setattr(delimited, "_remembered", {})
    return seen


def test_what_is_shown_and_read_is_looked_through_once(tmp_path: Path, looks: list[Path]) -> None:
    path = tmp_path / "purchases.csv"
    path.write_text(HEADING + 3 * ROW)
    assert understand(path, None, propose(preview(path))).rows_kept == 3
    assert looks == [path]


def test_a_file_written_anew_is_looked_through_anew(tmp_path: Path, looks: list[Path]) -> None:
    path = tmp_path / "purchases.csv"
    path.write_text(HEADING + 3 * ROW)
    mapping = propose(preview(path))
    path.write_text((HEADING + 3 * ROW).replace(",", ";"))  # of the same size
    later = path.stat().st_mtime_ns + 10**9
    os.utime(path, ns=(later, later))
    assert understand(path, None, mapping).preview.delimiter == ";"
    assert len(looks) == 2


def test_a_file_of_another_encoding_is_copied_each_time(tmp_path: Path, looks: list[Path]) -> None:
    path = tmp_path / "purchases.csv"
    path.write_text((HEADING + 3 * ROW).replace("C1", "客户"), encoding="gb18030")
    assert understand(path, None, propose(preview(path))).rows_kept == 3
    assert len(looks) == 2
