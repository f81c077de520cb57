"""kill -9 in the middle of commits, many times over: nothing that was acknowledged is ever lost."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from strategy.workbook import Workbook
from tests.unit.workbook import committing

ROUNDS = 30


def test_nothing_acknowledged_is_lost_when_the_server_is_killed(tmp_path: Path) -> None:
    path = tmp_path / "plan.duckdb"
    Workbook.create(path, "Plan").close()
    chance = random.Random(7)
    acknowledged: dict[int, str] = {}
    with subprocess.Popen(
        [sys.executable, "-m", committing.__name__, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as maker:
        assert maker.stdin is not None
        assert maker.stdout is not None
        for _ in range(ROUNDS):
            maker.stdin.write("another\n")
            maker.stdin.flush()
            writer = int(maker.stdout.readline())
            said = [maker.stdout.readline()]  # however busy the machine is, a round has something to lose
            time.sleep(chance.uniform(0, 0.15))
            os.kill(writer, signal.SIGKILL)
            while said[-1] != "gone\n":
                said.append(maker.stdout.readline())
            for line in said[:-1]:
                seq, digest = line.split()
                acknowledged[int(seq)] = digest
            with Workbook.open(path) as opened:
                assert opened.seq >= max(acknowledged)
                lost = [seq for seq, digest in acknowledged.items() if opened.journal.hash_at(seq) != digest]
                assert not lost
        maker.stdin.close()
    assert len(acknowledged) >= ROUNDS
