"""Server start beside an empty Streamlit app, and the memory of the server with CDNOW open."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import psutil
from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.browser.chromium import find  # noqa: E402


def _port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _visit(page: Page, url: str) -> None:
    """Open a page and wait until its script has run."""
    page.goto(url)
    page.wait_for_function(
        "() => document.querySelector('[data-testid=stApp]')?.getAttribute('data-test-script-state') === 'notRunning'"
    )


def _start(script: Path, home: Path, page: Page) -> tuple[subprocess.Popen[bytes], str, float]:
    """Start a server and wait for its first finished page. Returns process, address and seconds."""
    port, begun = _port(), time.perf_counter()
    command = [sys.executable, "-m", "streamlit", "run", str(script), "--server.port", str(port), "--server.headless", "true"]
    process = subprocess.Popen(
        [*command, "--server.address", "127.0.0.1"],
        cwd=script.parent,
        env=os.environ | {"NINEFOLD_HOME": str(home)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}"
    while True:
        try:
            urllib.request.urlopen(f"{url}/_stcore/health", timeout=1).close()
            break
        except OSError:
            time.sleep(0.05)
    page.context.add_cookies([{"name": "ninefold_name", "value": "Bench", "url": url}])
    _visit(page, url)
    return process, url, time.perf_counter() - begun


def main() -> None:
    from strategy.samples import build
    from strategy.workbook import Library

    home, empty = Path(tempfile.mkdtemp(prefix="ninefold-bench-")), Path(tempfile.mkdtemp(prefix="ninefold-bench-"))
    (empty / "app.py").write_text("import streamlit as st\nst.title('Empty')\n", encoding="utf-8")
    library = Library(home)
    key = library.create("CDNOW", lambda path, name: build("cdnow", path, name, "Bench", "en"))
    library.close_all()

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find(), args=["--no-sandbox", "--disable-gpu"])
        _measure(browser.new_page(), home, empty / "app.py", key)
        browser.close()


def _measure(page: Page, home: Path, empty: Path, key: str) -> None:
    times: dict[str, list[float]] = {"ours": [], "empty": []}
    for _ in range(3):
        for name, script in (("ours", ROOT / "app.py"), ("empty", empty)):
            process, _, seconds = _start(script, home, page)
            times[name].append(seconds)
            process.terminate()
            process.wait()
    ours, bare = min(times["ours"]), min(times["empty"])
    print(f"server start to first page: {ours:.2f} s; empty Streamlit app: {bare:.2f} s; ratio {ours / bare:.2f}")

    process, url, _ = _start(ROOT / "app.py", home, page)
    for path in ("targets", "retention", "win-back", "data"):
        _visit(page, f"{url}/{path}?plan={key}")
    memory = psutil.Process(process.pid).memory_info().rss / 2**20
    process.terminate()
    process.wait()
    process, _, _ = _start(empty, home, page)
    baseline = psutil.Process(process.pid).memory_info().rss / 2**20
    process.terminate()
    process.wait()
    print(f"memory with CDNOW open: {memory:.0f} MiB; empty Streamlit app: {baseline:.0f} MiB; ratio {memory / baseline:.2f}")


if __name__ == "__main__":
    main()
