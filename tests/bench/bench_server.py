"""Server start beside an empty Streamlit app, and the memory of the server with CDNOW open."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))


def _port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _interact(port: int, **body: object) -> dict[str, object]:
    """One run of the app over Streamlit's agent API."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/_stcore/agent/interact",
        json.dumps(body).encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=120) as answer:
        return dict(json.load(answer))


def _start(script: Path, home: Path) -> tuple[subprocess.Popen[bytes], int, float]:
    """Start a server and wait for its first finished page. Returns process, port and seconds."""
    port, begun = _port(), time.perf_counter()
    command = [sys.executable, "-m", "streamlit", "run", str(script), "--server.port", str(port), "--server.headless", "true"]
    process = subprocess.Popen(
        [*command, "--server.enableAgentApi=true", "--server.address", "127.0.0.1"],
        cwd=script.parent,
        env=os.environ | {"NINEFOLD_HOME": str(home)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    while True:
        try:
            _interact(port)
            return process, port, time.perf_counter() - begun
        except OSError:
            time.sleep(0.05)


def main() -> None:
    from strategy.samples import build
    from strategy.workbook import Library

    home, empty = Path(tempfile.mkdtemp(prefix="ninefold-bench-")), Path(tempfile.mkdtemp(prefix="ninefold-bench-"))
    (empty / "app.py").write_text("import streamlit as st\nst.title('Empty')\n", encoding="utf-8")
    library = Library(home)
    key = library.create("CDNOW", lambda path, name: build("cdnow", path, name, "Bench", "en"))
    library.close_all()

    times: dict[str, list[float]] = {"ours": [], "empty": []}
    for _ in range(3):
        for name, script in (("ours", ROOT / "app.py"), ("empty", empty / "app.py")):
            process, _, seconds = _start(script, home)
            times[name].append(seconds)
            process.terminate()
            process.wait()
    ours, bare = min(times["ours"]), min(times["empty"])
    print(f"server start to first page: {ours:.2f} s; empty Streamlit app: {bare:.2f} s; ratio {ours / bare:.2f}")

    process, port, _ = _start(ROOT / "app.py", home)
    for page in ("targets", "retention", "win-back", "data"):
        _interact(port, page=page, query_params={"plan": [key]})
    memory = psutil.Process(process.pid).memory_info().rss / 2**20
    process.terminate()
    process.wait()
    process, _, _ = _start(empty / "app.py", home)
    baseline = psutil.Process(process.pid).memory_info().rss / 2**20
    process.terminate()
    process.wait()
    print(f"memory with CDNOW open: {memory:.0f} MiB; empty Streamlit app: {baseline:.0f} MiB; ratio {memory / baseline:.2f}")


if __name__ == "__main__":
    main()
