"""Get a program the tests need from the system's package manager."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from typing import TypeVar

Found = TypeVar("Found")


def install(
    find: Callable[[], Found | None],
    *,
    apt: Sequence[Sequence[str]] = (),
    dnf: Sequence[str] = (),
    brew: Sequence[str] = (),
    first: Sequence[Sequence[str]] = (),
) -> Found | None:
    """Try ``first`` (whole commands), then the package manager that is there, until ``find`` finds something.

    ``apt`` is a list of attempts, each some packages; ``dnf`` and ``brew`` are one attempt each. What was found, or ``None``.
    """
    as_root = [] if not hasattr(os, "geteuid") or os.geteuid() == 0 else ["sudo", "-n"]
    attempts = [list(command) for command in first]
    if shutil.which("apt-get"):
        attempts.append([*as_root, "apt-get", "update", "-qq"])
        attempts += [[*as_root, "apt-get", "install", "-y", "-qq", *packages] for packages in apt]
    elif shutil.which("dnf"):
        attempts.append([*as_root, "dnf", "install", "-y", "-q", *dnf])
    elif shutil.which("brew"):
        attempts.append(["brew", "install", *brew])
    for attempt in attempts:
        try:
            subprocess.run(attempt, check=False, timeout=600, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        except (OSError, subprocess.TimeoutExpired):
            continue
        if found := find():
            return found
    return find()


def main(what: str, find: Callable[[], Found | None], get: Callable[[], Found | None], otherwise: str) -> int:
    """Say where ``what`` is, getting it first where ``--install`` is asked for; else say ``otherwise`` and fail."""
    found = find() or (get() if "--install" in sys.argv else None)
    if not found:
        sys.stderr.write(otherwise + "\n")
        return 1
    print(f"{what}: {found}")
    return 0
