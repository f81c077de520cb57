"""What others notice while somebody imports a large file: opening a step page, and committing a cell, beside the same without the import.

A server is started; inside it a file of simulated purchases is imported as the data page does it (reading in a process of its own, then
storing in the workbook), a browser opens step pages of the same workbook, and a thread commits a cell ten times a second. Medians, 95th
percentiles and the longest are printed, with the ratio to those before the import.

``python tests/bench/bench_import_responsiveness.py [--customers 1000000]`` (11 purchases a customer).
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(Path(__file__).resolve().parent), str(Path(__file__).resolve().parent / "customer_models")]

CALM_SECONDS = 15.0
PAGES = ("targets", "needs", "retention", "positioning")

#: Added to the server's script: the import and the editor live in the server's process, as they do when people use it.
INSIDE = "\nfrom bench_import_responsiveness import work_inside\n\nwork_inside()\n"


def _tell(folder: Path, **what: object) -> None:
    with (folder / "events.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps({"at": time.time()} | what) + "\n")


def _events(folder: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (folder / "events.jsonl").read_text(encoding="utf-8").splitlines()]


def work_inside() -> None:
    """Start the editor, and the import as soon as the file ``go`` is there. Runs in the server."""
    folder, key = Path(os.environ["BENCH_FOLDER"]), os.environ["BENCH_PLAN"]
    for work in (_edit, _import):
        threading.Thread(target=work, args=(folder, key), daemon=True).start()


def _edit(folder: Path, key: str) -> None:
    from pages.ui import state
    from strategy.workbook import Put

    workbook = state.library().open(key)
    for number in itertools.count():
        start, begun = time.perf_counter(), time.time()
        workbook.commit([Put("segment", "bench", {"name": f"Edited {number}"})], "Bench")
        _tell(folder, what="commit", seconds=time.perf_counter() - start, at=begun)
        time.sleep(0.1)


def _import(folder: Path, key: str) -> None:
    from pages.ui import state
    from strategy.customers import FileToRead, PurchaseFiles, ReadingJob, preview, propose
    from strategy.spine import import_customers

    workbook = state.library().open(key)
    while not (folder / "go").exists():
        time.sleep(0.1)
    path = Path((folder / "go").read_text(encoding="utf-8"))
    _tell(folder, what="reading")
    job = ReadingJob(PurchaseFiles((FileToRead(path, path.name, propose(preview(path))),)))
    job.wait()
    understood = job.result()
    _tell(folder, what="storing")
    import_customers(workbook, understood, "Bench")
    _tell(folder, what="done")
    time.sleep(1)
    _tell(folder, what="over")  # by now whoever was kept waiting has told


def _serve(folder: Path, key: str) -> tuple[subprocess.Popen[bytes], str]:
    script = (ROOT / "app.py").read_text(encoding="utf-8").replace("Path(__file__).parent", f"Path({str(ROOT)!r})")
    (folder / "app.py").write_text(script + INSIDE, encoding="utf-8")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "streamlit",
        "run",
        str(folder / "app.py"),
        "--server.port",
        str(port),
        "--server.headless",
        "true",
    ]
    process = subprocess.Popen(
        [*command, "--server.address", "127.0.0.1"],
        cwd=ROOT,
        env=os.environ
        | {"NINEFOLD_HOME": str(folder / "home"), "BENCH_FOLDER": str(folder), "BENCH_PLAN": key, "OPENBLAS_NUM_THREADS": "1"}
        | {"PYTHONPATH": os.pathsep.join(sys.path[:3])},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}"
    while process.poll() is None:
        try:
            urllib.request.urlopen(f"{url}/_stcore/health", timeout=1).close()
            return process, url
        except OSError:
            time.sleep(0.1)
    raise SystemExit("the server did not start")


def _visit_pages(url: str, key: str, folder: Path) -> None:
    """Open step pages one after the other: for a while in calm, then until the import is done."""
    from playwright.sync_api import sync_playwright

    from tests.browser.chromium import find

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find(), args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        page.context.add_cookies([{"name": "ninefold_name", "value": "Bench", "url": url}])
        addresses = itertools.cycle(f"{url}/{name}?plan={key}" for name in PAGES)

        def visit() -> None:
            start, begun = time.perf_counter(), time.time()
            page.goto(next(addresses))
            page.wait_for_function(
                "() => document.querySelector('[data-testid=stApp]')?.getAttribute('data-test-script-state') === 'notRunning'",
                timeout=120_000,
            )
            _tell(folder, what="page", seconds=time.perf_counter() - start, at=begun)

        for _ in PAGES * 2:  # warm, before anything is counted
            visit()
        _tell(folder, what="calm")
        calm = time.monotonic() + CALM_SECONDS
        while time.monotonic() < calm:
            visit()
        (folder / "go").write_text(os.environ["BENCH_FILE"], encoding="utf-8")
        while not any(event["what"] == "over" for event in _events(folder)):
            visit()
        browser.close()


def _report(events: list[dict[str, object]]) -> None:
    at = {
        str(event["what"]): float(str(event["at"])) for event in events if event["what"] in ("calm", "reading", "storing", "done")
    }
    print(f"reading {at['storing'] - at['reading']:.1f} s, storing {at['done'] - at['storing']:.1f} s")
    spells = {
        "calm": ("calm", "reading"),
        "reading": ("reading", "storing"),
        "storing": ("storing", "done"),
        "import": ("reading", "done"),
    }
    print(f"{'':28}{'times':>6}{'median ms':>11}{'95% ms':>9}{'longest':>9}{'median x':>10}{'95% x':>8}")
    for what, title in (("page", "open a step page"), ("commit", "commit a cell")):
        calm: tuple[float, float] | None = None
        for spell, (start, end) in spells.items():
            # What began before a spell and ended in it counts for it: that is who was kept waiting.
            found = sorted(
                1000 * float(str(event["seconds"]))
                for event in events
                if event["what"] == what
                and float(str(event["at"])) < at[end]
                and float(str(event["at"])) + float(str(event["seconds"])) >= at[start]
            )
            if not found:
                continue
            middle, high = statistics.median(found), found[min(len(found) - 1, int(0.95 * len(found)))]
            calm = calm or (middle, high)
            print(
                f"{title + ', ' + spell:28}{len(found):6}{middle:11.0f}{high:9.0f}{found[-1]:9.0f}"
                f"{middle / calm[0]:10.2f}{high / calm[1]:8.2f}"
            )


def main() -> None:
    import simulate

    from strategy.samples import build
    from strategy.workbook import Library

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=1_000_000)
    options = parser.parse_args()
    data = Path(tempfile.gettempdir()) / "ninefold-bench-customers" / f"s{options.customers}"
    print(f"{simulate.write(data, options.customers):,} purchases")
    with tempfile.TemporaryDirectory(prefix="ninefold-bench-") as name:
        folder = Path(name)
        os.environ["BENCH_FILE"] = str(data / "purchases.csv")
        library = Library(folder / "home")
        key = library.create("CDNOW", lambda path, title: build("cdnow", path, title, "Bench", "en"))
        library.close_all()
        process, url = _serve(folder, key)
        try:
            _visit_pages(url, key, folder)
        finally:
            process.terminate()
            process.wait()
        _report(_events(folder))


if __name__ == "__main__":
    main()
