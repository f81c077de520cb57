"""Memory while a large file of purchases is imported: the server and the process that reads the file, together.

A process does what the data page does (reading in a process of its own, then storing in the workbook), once with the database's usual
limit and once with ``NINEFOLD_MEMORY_LIMIT=300MB``. Twenty times a second the proportional shares (PSS) of both are added up, in which a
page that both hold counts once.

``python tests/bench/bench_import_memory.py [--customers 1000000]`` (11 purchases a customer). It needs Linux.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(Path(__file__).resolve().parent / "customer_models")]

#: Private pages that nobody can take back; what is mapped from a file the system may drop at any time.
_PARTS = {"Pss": "together", "Pss_Anon": "their own"}


def serve(file: Path, workbook: Path) -> None:
    """Import as the data page does, saying on standard output what begins."""
    from strategy.customers import FileToRead, PurchaseFiles, ReadingJob, preview, propose
    from strategy.spine import import_customers
    from strategy.workbook import Workbook

    def tell(what: str) -> None:
        print(json.dumps({"what": what, "at": time.time()}), flush=True)

    with Workbook.create(workbook, "Bench") as opened:
        tell("reading")
        job = ReadingJob(PurchaseFiles((FileToRead(file, file.name, propose(preview(file))),)))
        job.wait()
        understood = job.result()
        tell("storing")
        import_customers(opened, understood, "Bench")
        del understood, job
        tell("done")
        time.sleep(0.5)


def _shares(pid: int) -> dict[str, int]:
    """Bytes of a process by name in ``smaps_rollup``; empty when it has ended."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()[1:]
    except OSError:
        return {}
    return {name: int(value.split()[0]) * 1024 for name, value in (line.split(":", 1) for line in lines)}


def _children(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()]
    except OSError:
        return []


def measure(file: Path, limit: str) -> None:
    with tempfile.TemporaryDirectory(prefix="ninefold-bench-") as folder:
        environment = os.environ | {"OPENBLAS_NUM_THREADS": "1"} | ({"NINEFOLD_MEMORY_LIMIT": limit} if limit else {})
        command = [sys.executable, __file__, "--serve", str(file), str(Path(folder) / "bench.duckdb")]
        server = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
        stages: list[tuple[str, float]] = []

        def listen() -> None:
            assert server.stdout is not None
            stages.extend((told["what"], told["at"]) for told in map(json.loads, server.stdout))

        listener = threading.Thread(target=listen)
        listener.start()
        seen: list[tuple[float, dict[str, int], dict[str, int]]] = []
        while server.poll() is None:
            reader: dict[str, int] = {}
            for child in _children(server.pid):
                reader = {name: reader.get(name, 0) + value for name, value in _shares(child).items()}
            seen.append((time.time(), _shares(server.pid), reader))
            time.sleep(0.05)
        listener.join()
    print(f"limit of the database: {limit or 'none'}")
    for (stage, start), (_, end) in zip(stages, [*stages[1:], ("", float("inf"))], strict=True):
        within = [(own, reader) for at, own, reader in seen if start <= at < end]
        took = "" if end == float("inf") else f"{end - start:5.1f} s"
        peaks = []
        for part, said in _PARTS.items():
            both = max((own.get(part, 0) + reader.get(part, 0) for own, reader in within), default=0)
            alone = [max((each.get(part, 0) for each in side), default=0) for side in zip(*within, strict=True)]
            peaks.append(f"{said} {both / 1e6:5.0f} MB (server {alone[0] / 1e6:4.0f}, reader {alone[1] / 1e6:4.0f})")
        print(f"  {stage:8}{took:>8}  {'; '.join(peaks)}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--serve", nargs=2, type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        serve(*options.serve)
        return
    import simulate

    data = Path(tempfile.gettempdir()) / "ninefold-bench-customers" / f"s{options.customers}"
    print(f"{simulate.write(data, options.customers):,} purchases")
    for limit in ("", "300MB"):
        measure(data / "purchases.csv", limit)


if __name__ == "__main__":
    main()
