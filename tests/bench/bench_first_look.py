"""The first view of each exhibit after a large import, before anything is remembered: seconds, processor seconds and peak memory.

Each exhibit is asked in a process of its own, the least of several runs counts. ``python tests/bench/bench_first_look.py [--customers
1000000] [--runs 3] [exhibit ...]`` (11 purchases a customer); a setting stands behind a colon: ``movement:by=rfm``.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(Path(__file__).resolve().parent / "customer_models")]

EXHIBITS = (
    "lifecycle",
    "at_risk",
    "lorenz",
    "movement",
    "movement:by=rfm",
    "segmentation_comparison",
    "model_tracking",
    "customer_value",
    "segment_tests",
    "cohort_retention",
)


def ask(workbook: Path, exhibit: str) -> None:
    """Print what one exhibit takes, without the import of modules."""
    import ibis  # noqa: F401

    from strategy.exhibits.evidence import present, registry
    from strategy.workbook import Workbook

    registry()
    name, _, given = exhibit.partition(":")
    settings = dict(pair.split("=") for pair in given.split(";")) if given else {}
    with Workbook.open(workbook) as opened:
        snapshot = opened.snapshot()
        start, worked = time.perf_counter(), time.process_time()
        present(name, snapshot, opened.cursor, settings)
        took = {"seconds": time.perf_counter() - start, "cpu": time.process_time() - worked}
    status = Path("/proc/self/status").read_text(encoding="ascii")
    peak = next((int(line.split()[1]) / 1000 for line in status.splitlines() if line.startswith("VmHWM")), 0.0)
    print(json.dumps(took | {"peak": peak}))


def build(folder: Path, customers: int) -> Path:
    import simulate

    from strategy.customers import default_cuts, preview, propose, rfm_segments, understand
    from strategy.spine import adopt, import_customers
    from strategy.workbook import Workbook

    data = Path(tempfile.gettempdir()) / "ninefold-bench-customers" / f"s{customers}"
    print(f"{simulate.write(data, customers):,} purchases")
    file = data / "purchases.csv"
    with Workbook.create(folder / "bench.duckdb", "Bench") as workbook:
        import_customers(workbook, understand(file, None, propose(preview(file))), "Bench")
        cursor = workbook.cursor()
        adopt(workbook, rfm_segments(cursor, default_cuts(cursor)), "Bench", "en")
    return folder / "bench.duckdb"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("exhibits", nargs="*", default=EXHIBITS)
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--ask", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.ask:
        ask(Path(options.ask[0]), options.ask[1])
        return
    environment = os.environ | {"OPENBLAS_NUM_THREADS": "1"}
    with tempfile.TemporaryDirectory(prefix="ninefold-bench-") as folder:
        workbook = build(Path(folder), options.customers)
        print(f"{'':28}{'seconds':>9}{'cpu':>7}{'peak MB':>9}")
        for exhibit in options.exhibits:
            command = [sys.executable, __file__, "--ask", str(workbook), exhibit]
            said = [
                json.loads(subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout)
                for _ in range(options.runs)
            ]
            least = {name: min(run[name] for run in said) for name in ("seconds", "cpu")}
            print(f"{exhibit:28}{least['seconds']:9.2f}{least['cpu']:7.2f}{max(run['peak'] for run in said):9.0f}", flush=True)


if __name__ == "__main__":
    main()
