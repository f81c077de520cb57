"""What a killed process left in the folder for temporary files is gone at the start of the next one, and nobody else's is."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from strategy import scratch

HOLD = """
import sys, time
from strategy.scratch import private_folder
with private_folder() as folder:
    (folder / "table").write_text("purchases")
    print(folder, flush=True)
    time.sleep(600)
"""

pytestmark = pytest.mark.skipif(os.name == "nt", reason="files are not locked so on Windows")


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    scratch._clear_up_once.cache_clear()
    return tmp_path


def _holding(place: Path) -> tuple[subprocess.Popen[str], Path]:
    held = subprocess.Popen(
        [sys.executable, "-c", HOLD], stdout=subprocess.PIPE, text=True, env=os.environ | {"TMPDIR": str(place)}
    )
    assert held.stdout is not None
    return held, Path(held.stdout.readline().strip())


def test_the_next_reading_clears_up_after_one_that_was_killed(place: Path) -> None:
    killed, left = _holding(place)
    living, kept = _holding(place)
    foreign = place / "ninefold-scratch-foreign"
    foreign.mkdir()
    (foreign / "table").write_text("no lock, so perhaps another program's")
    try:
        killed.kill()
        killed.wait()
        assert (left / "table").exists()
        with scratch.private_folder() as own:
            assert not left.exists()
            assert (kept / "table").exists()
            assert scratch.clear_up(place) == []
        assert not own.exists()
        assert foreign.exists()
    finally:
        living.kill()
        living.wait()
    assert scratch.clear_up(place) == [kept]


def test_a_link_under_such_a_name_is_not_followed(place: Path) -> None:
    precious = place / "precious"
    precious.mkdir()
    (precious / "lock").write_text("")
    (place / "ninefold-scratch-link").symlink_to(precious)
    assert scratch.clear_up(place) == []
    assert precious.exists()


def test_a_command_that_is_killed_leaves_nothing_after_the_next(place: Path) -> None:
    table = place / "sales.csv"
    table.write_text(
        "id,date,amount\n" + "".join(f"Zoë{at % 900},2024-01-{1 + at % 28:02d},{at % 90 + 1}\n" for at in range(400_000)), "latin-1"
    )
    plan = place / "plan.duckdb"
    strategy = [sys.executable, "-m", "strategy"]
    environment = os.environ | {"TMPDIR": str(place)}
    subprocess.run([*strategy, "new", str(plan)], check=True, env=environment, stdout=subprocess.DEVNULL)
    command = [*strategy, "import", str(plan), str(table), "--customer", "id", "--date", "date", "--amount", "amount"]
    reading = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while reading.poll() is None and not list(place.glob("ninefold-scratch-*/table")):
        time.sleep(0.001)
    reading.kill()
    reading.wait()
    assert list(place.glob("ninefold-scratch-*")), "the import ended before it could be killed"
    subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL)
    assert not list(place.glob("ninefold-scratch-*"))
