"""What test_kill kills: a process that commits without end, made anew for each line it is sent.

It says its number first, then of each revision that is in the file, and "gone" once it has been killed. Making it from a process that
has imported everything takes a tenth of the time that starting Python takes.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pandas  # noqa: F401  DuckDB imports it with the first value it is given

from strategy.method import shipped_method
from strategy.workbook import Put, Workbook


def say(*words: object) -> None:
    """A line whole or not at all: what `print` writes comes in pieces, between which a process can be killed."""
    os.write(1, (" ".join(str(word) for word in words) + "\n").encode())


def commit_without_end(path: Path) -> None:
    say(os.getpid())
    opened = Workbook.open(path)
    start = opened.seq
    number = 0
    while True:
        number += 1
        receipt = opened.commit([Put("segment", f"s{number % 7}", {"name": "S", "reason": f"{start}-{number}" * 40})], "Ada")
        say(receipt.seq, receipt.revisions[-1].hash)


if __name__ == "__main__":
    shipped_method()
    for _ in sys.stdin:
        made = os.fork()
        if not made:
            commit_without_end(Path(sys.argv[1]))
        os.waitpid(made, 0)
        say("gone")
