"""White space and control characters around and within ids: the same customers come out whatever a file has of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from strategy.customers import Mapping, understand

MAPPING = Mapping(customer="customer", date="date", amount="amount", product="product")
ROWS = [("C1", "2024-01-05", "10.00", "pen"), ("C1", "2024-02-05", "11.00", "ink"), ("C2", "2024-02-06", "12.50", "red pen")]


def _ids(path: Path, lines: list[str]) -> tuple[list[str], list[str]]:
    path.write_bytes("\n".join(["customer,date,amount,product", *lines, ""]).encode())
    found = understand(path, None, MAPPING)
    assert found.rows_kept == len(lines)
    table = found.purchases.to_pydict()
    return sorted(set(table["customer"])), sorted(table["product"])


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("", "", id="none"),
        pytest.param("", " ", id="space after"),
        pytest.param("  ", "", id="spaces before"),
        pytest.param("\t", "", id="tab"),
        pytest.param("", "\u00a0", id="no-break space"),
        pytest.param("\u3000", "\u3000", id="wide space"),
    ],
)
def test_blanks_around_an_id_are_no_part_of_it(tmp_path: Path, before: str, after: str) -> None:
    lines = [",".join([f"{before}{row[0]}{after}", row[1], row[2], f"{before}{row[3]}{after}"]) for row in ROWS]
    assert _ids(tmp_path / "rows.csv", lines) == (["C1", "C2"], ["ink", "pen", "red pen"])


@pytest.mark.parametrize("break_", ["\n", "\r", "\r\n"])
@pytest.mark.parametrize("quoted_rows", [1, 3000], ids=["few quotes", "many quotes"])
def test_a_line_break_within_a_quoted_id_becomes_a_space(tmp_path: Path, break_: str, quoted_rows: int) -> None:
    lines = [f'"C{number}",2024-01-05,10.00,"pen"' for number in range(quoted_rows)] + [
        f'"A{break_}B",2024-01-05,10.00,"x{break_}"'
    ]
    customers, products = _ids(tmp_path / "rows.csv", lines)
    assert "A B" in customers
    assert "x" in products


def test_blocks_of_a_large_file_are_looked_at_together(tmp_path: Path) -> None:
    """The quotation that holds the line break begins in one block of the file and ends in the next."""
    filler = "y" * 900
    lines = [f'C{number},2024-01-05,10.00,"{filler}"' for number in range(1200)]
    lines += [f'A,2024-01-05,10.00,"{filler * 3}\n{filler}"']
    lines += [f'C{number},2024-01-05,10.00,"{filler}"' for number in range(1200)]
    _, products = _ids(tmp_path / "rows.csv", lines)
    assert not any("\n" in product for product in products)
