"""Opening a workbook with 10,000 revisions and committing to it, beside DuckDB doing the bare minimum of the same."""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

import duckdb  # noqa: E402
import pandas  # noqa: E402, F401 - DuckDB looks for it at the first parameter, which is no part of what is measured

from strategy.method import shipped_method  # noqa: E402
from strategy.workbook import Put, Workbook  # noqa: E402

REVISIONS, COMMITS = 10_000, 200


def _median(work: Callable[[], object], runs: int) -> float:
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def main() -> None:
    folder = Path(tempfile.mkdtemp(prefix="ninefold-bench-"))
    path, plain = folder / "plan.duckdb", folder / "plain.duckdb"
    method = shipped_method()
    with Workbook.create(path, "Bench", method) as made:
        for start in range(0, REVISIONS, 500):
            made.commit([Put("segment", f"s{(start + n) % 40}", {"name": f"S{start + n}"}) for n in range(40)], "Bench")
            made.commit(
                [Put("need", f"n{start + n}", {"need": "Speed", "segment": "s1", "importance": 7}) for n in range(460)], "Bench"
            )
        total = made.seq

    with duckdb.connect(str(path)) as connection, duckdb.connect(str(plain)) as other:
        rows = connection.execute("SELECT * FROM revision").to_arrow_table()
        other.register("rows", rows)
        other.execute("CREATE TABLE revision AS SELECT * FROM rows")

    def read_plainly() -> None:
        with duckdb.connect(str(plain)) as connection:
            connection.execute("SELECT * FROM revision ORDER BY seq").fetchall()

    opening = _median(lambda: Workbook.open(path, method).close(), 5)
    reading = _median(read_plainly, 5)
    print(
        f"open {total:,} revisions, chain checked: {opening * 1000:.0f} ms; DuckDB reads the rows: {reading * 1000:.0f} ms; ratio {opening / reading:.2f}"
    )

    with Workbook.open(path, method) as opened:
        numbers = iter(range(COMMITS * 2))
        committing = _median(lambda: opened.commit([Put("segment", "s1", {"reason": f"r{next(numbers)}"})], "Bench"), COMMITS)
    with duckdb.connect(str(plain)) as connection:
        connection.execute("CREATE TABLE log (seq INTEGER PRIMARY KEY, body VARCHAR)")
        serial = iter(range(COMMITS * 2))

        def insert() -> None:
            connection.execute("BEGIN")
            connection.execute("INSERT INTO log VALUES (?, ?)", [next(serial), "x" * 200])
            connection.execute("COMMIT")

        inserting = _median(insert, COMMITS)
    print(
        f"commit: {committing * 1000:.2f} ms; bare DuckDB insert and commit: {inserting * 1000:.2f} ms; ratio {committing / inserting:.2f}"
    )


if __name__ == "__main__":
    main()
