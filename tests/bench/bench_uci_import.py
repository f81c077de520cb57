"""How long understanding and storing the UCI data takes, beside DuckDB's own copy of the file into a table.

The file is the Parquet sample, and the same rows as CSV. Run from the repository's root: ``python tests/bench/bench_uci_import.py``.
Prints the median of several runs of each, in seconds.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

import duckdb  # noqa: E402

from strategy.customers import create_tables, preview, propose, store, understand  # noqa: E402

FILE = ROOT / "data" / "samples" / "uk_gifts" / "online_retail.parquet"


def copy_by_duckdb(file: Path, folder: Path) -> float:
    connection = duckdb.connect(str(folder / "copy.duckdb"), config={"threads": 2})
    start = time.perf_counter()
    connection.execute(f"CREATE TABLE copy AS SELECT * FROM '{file}'")
    seconds = time.perf_counter() - start
    connection.close()
    return seconds


def import_by_workbook(file: Path, folder: Path) -> tuple[float, float]:
    connection = duckdb.connect(str(folder / "workbook.duckdb"), config={"threads": 2})
    create_tables(connection)
    mapping = propose(preview(file))
    start = time.perf_counter()
    understood = understand(file, None, mapping)
    between = time.perf_counter()
    connection.begin()
    store(connection, understood, "bench")
    connection.commit()
    end = time.perf_counter()
    connection.close()
    return between - start, end - between


def compare(file: Path, runs: int) -> None:
    copies, understandings, stores = [], [], []
    for _ in range(runs):
        with tempfile.TemporaryDirectory() as folder:
            copies.append(copy_by_duckdb(file, Path(folder)))
            one, two = import_by_workbook(file, Path(folder))
            understandings.append(one)
            stores.append(two)
    total = median(one + two for one, two in zip(understandings, stores, strict=True))
    print(
        f"{file.suffix[1:]:<8} DuckDB copy {median(copies):.3f} s   understand {median(understandings):.3f} s   "
        f"store {median(stores):.3f} s   ratio {total / median(copies):.2f}"
    )


def main(runs: int = 7) -> None:
    with tempfile.TemporaryDirectory() as folder:
        text = Path(folder) / "online_retail.csv"
        duckdb.sql(f"COPY (FROM '{FILE}') TO '{text}' (HEADER)")
        for file in (FILE, text):
            compare(file, runs)


if __name__ == "__main__":
    main()
