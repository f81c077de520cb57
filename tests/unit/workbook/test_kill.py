"""kill -9 in the middle of commits, many times over: nothing that was acknowledged is ever lost."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

from strategy.workbook import Workbook

ROUNDS = 30

WRITER = """
    import sys
    from pathlib import Path
    from strategy.workbook import Put, Workbook
    opened = Workbook.open(Path(sys.argv[1]))
    start = opened.seq
    print("ready", flush=True)
    number = 0
    while True:
        number += 1
        receipt = opened.commit([Put("segment", f"s{number % 7}", {"name": "S", "reason": f"{start}-{number}" * 40})], "Ada")
        sys.stdout.write(f"{receipt.seq} {receipt.revisions[-1].hash}\\n")
        sys.stdout.flush()
"""


def test_nothing_acknowledged_is_lost_when_the_server_is_killed(tmp_path: Path) -> None:
    path = tmp_path / "plan.duckdb"
    Workbook.create(path, "Plan").close()
    chance = random.Random(7)
    acknowledged: dict[int, str] = {}
    for _ in range(ROUNDS):
        with subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(WRITER), str(path)], stdout=subprocess.PIPE, text=True
        ) as writer:
            assert writer.stdout is not None
            assert writer.stdout.readline() == "ready\n"
            first = writer.stdout.readline()  # however busy the machine is, a round has something to lose
            time.sleep(chance.uniform(0, 0.4))
            os.kill(writer.pid, signal.SIGKILL)
            for line in (first + writer.stdout.read()).splitlines():
                seq, _, digest = line.partition(" ")
                if len(digest) == 64:
                    acknowledged[int(seq)] = digest
        with Workbook.open(path) as opened:
            assert opened.seq >= max(acknowledged, default=0)
            lost = [seq for seq, digest in acknowledged.items() if opened.journal.hash_at(seq) != digest]
            assert not lost
    assert len(acknowledged) >= ROUNDS
