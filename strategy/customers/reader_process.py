"""The process in which files are read: ``python -m strategy.customers.reader_process FOLDER``. See :mod:`strategy.customers.job`."""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from pathlib import Path

from strategy.customers.arrow_files import read_arrow, write_arrow
from strategy.customers.quality import Understanding
from strategy.customers.understanding import understand
from strategy.customers.wire import pack, unpack
from strategy.errors import StrategyError


def _end_with_parent() -> None:
    sys.stdin.buffer.read()
    os._exit(1)


class _Teller:
    """Writes how far the work is, at most ten times a second."""

    def __init__(self, path: Path, files: int) -> None:
        self.path, self.files, self.at, self.last = path, files, 0, 0.0

    def __call__(self, share: float) -> None:
        if time.monotonic() - self.last > 0.1:
            self.last = time.monotonic()
            part = self.path.with_suffix(".part")
            part.write_text(f"{(self.at + share) / self.files:.4f}", encoding="ascii")
            part.replace(self.path)


def _read(folder: Path) -> list[Understanding]:
    sources, rules = json.loads((folder / "task.json").read_text(encoding="utf-8"))
    at_hand = read_arrow(folder / "at_hand.arrow") if (folder / "at_hand.arrow").exists() else None
    teller = _Teller(folder / "progress", len(sources))
    found: list[Understanding] = []
    for at, (path, name, mapping) in enumerate(sources):
        teller.at = at
        keep = folder / f"purchases_{at}.arrow"
        understood = understand(Path(path), name, unpack(mapping), unpack(rules), at_hand, teller, keep)
        write_arrow(understood.rejected, folder / f"rejected_{at}.arrow")
        if not keep.exists():
            write_arrow(understood.purchases, keep)
        at_hand, totals = understood.purchases, understood.totals
        found.append(understood.without_rows())
    keep.replace(folder / "purchases.arrow")
    write_arrow(totals, folder / "totals.arrow")
    return found


def main(folder: Path) -> None:
    threading.Thread(target=_end_with_parent, daemon=True).start()
    if hasattr(os, "nice"):
        os.nice(10)  # whoever has a page open goes first
    try:
        outcome: list[Understanding] | StrategyError = _read(folder)
    except StrategyError as error:
        outcome = error
    part = folder / "outcome.part"
    part.write_text(json.dumps(pack(outcome)), encoding="utf-8")
    part.replace(folder / "outcome.json")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
