"""Blank lines in a text file shift no row: what a message points at is the row that a spreadsheet shows under that number."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from strategy.customers import Mapping, understand
from strategy.customers.blank_lines import has_blank_line
from strategy.errors import ImportRefused

MAPPING = Mapping("id", "date", "amount")


def _write(folder: Path, text: str) -> Path:
    path = folder / "sales.csv"
    path.write_bytes(text.encode())
    return path


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    ("lines", "row"),
    [
        (["id,date,amount", "A,2024-01-31,5", "", "", "B,2024-02-01,oops"], 5),
        (["", "", "id,date,amount", "A,2024-01-31,5", "B,2024-02-01,oops"], 5),
        (["Sales 2024", "", "id,date,amount", "A,2024-01-31,5", "", "B,2024-02-01,oops"], 6),
        (["id;date;amount", "A;2024-01-31;5", "   ", "B;2024-02-01;oops"], 4),
        (["id\tdate\tamount", "A\t2024-01-31\t5", "", "B\t2024-02-01\toops"], 4),
    ],
    ids=["between rows", "above the heading", "below a title", "of spaces", "between tabs"],
)
def test_the_row_named_is_the_one_a_spreadsheet_shows(tmp_path: Path, end: str, lines: list[str], row: int) -> None:
    with pytest.raises(ImportRefused) as caught:
        understand(_write(tmp_path, end.join([*lines, ""])), None, MAPPING)
    assert f"row {row}," in caught.value.in_("en")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_blank_lines_are_blank_rows_and_those_at_the_end_are_none(tmp_path: Path, end: str) -> None:
    lines = ["id,date,amount", "A,2024-01-31,5", "", " ", "B,2024-02-01,6", "", ""]
    found = understand(_write(tmp_path, end.join([*lines, ""])), None, MAPPING)
    assert (found.rows_read, found.rows_kept, found.revenue) == (4, 2, 11.0)
    assert [(drop.reason, drop.rows) for drop in found.dropped] == [("blank_row", 2)]
    assert [sample.row for sample in found.samples] == [2, 3, 4, 5]


def test_blank_lines_within_a_cell_are_part_of_it(tmp_path: Path) -> None:
    text = 'id,date,amount,note\nA,2024-01-31,5,"first\n\nlast"\nB,2024-02-01,6,\n'
    found = understand(_write(tmp_path, text), None, MAPPING)
    assert (found.rows_read, found.rows_kept) == (2, 2)


def test_a_table_of_tabs_keeps_its_empty_rows(tmp_path: Path) -> None:
    found = understand(_write(tmp_path, "id\tdate\tamount\nA\t2024-01-31\t5\n\t\t\n\nB\t2024-02-01\t6\n"), None, MAPPING)
    assert (found.rows_read, found.rows_kept) == (4, 2)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
@pytest.mark.parametrize(("text", "blank"), [("a,b|c,d|", False), ("a,b||c,d|", True), ("|a,b|c,d", True), ("a,b| c,d|", False)])
def test_a_blank_line_is_noticed_wherever_a_block_ends(text: str, blank: bool, size: int, end: str) -> None:
    data, before, found = text.replace("|", end).encode(), b"\n", False
    for at in range(0, len(data), size):
        block = data[at : at + size]
        codes = np.frombuffer(block, np.uint8)
        found = found or has_blank_line(before, block, codes, np.flatnonzero(codes == (10 if b"\n" in block else 13)))
        before = block[-1:]
    assert found == blank
