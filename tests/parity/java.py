"""Find a Java for Spark, or get one: ``python -m tests.parity.java --install``."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

#: The oldest that PySpark 4 starts on.
OLDEST = 17


def find() -> str | None:
    """The path of a Java that is new enough, or ``None``. Spark itself looks in the same order."""
    home = os.environ.get("JAVA_HOME")
    program = str(Path(home, "bin", "java")) if home else shutil.which("java")
    if not program:
        return None
    try:
        said = subprocess.run([program, "-version"], capture_output=True, text=True, check=False, timeout=60).stderr
    except (OSError, subprocess.TimeoutExpired):
        return None
    version = re.search(r'version "(\d+)', said)
    return program if version and int(version.group(1)) >= OLDEST else None


def install() -> str | None:
    """Try the system's package manager, then look again."""
    as_root = [] if not hasattr(os, "geteuid") or os.geteuid() == 0 else ["sudo", "-n"]
    attempts = []
    if shutil.which("apt-get"):
        attempts = [[*as_root, "apt-get", "update", "-qq"]]
        attempts += [
            [*as_root, "apt-get", "install", "-y", "-qq", name] for name in ("default-jre-headless", "openjdk-17-jre-headless")
        ]
    elif shutil.which("dnf"):
        attempts = [[*as_root, "dnf", "install", "-y", "-q", "java-17-openjdk-headless"]]
    elif shutil.which("brew"):
        attempts = [["brew", "install", "openjdk@17"]]
    for attempt in attempts:
        try:
            subprocess.run(attempt, check=False, timeout=600, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        except (OSError, subprocess.TimeoutExpired):
            continue
        if found := find():
            return found
    return find()


def main() -> int:
    found = find() or (install() if "--install" in sys.argv else None)
    if not found:
        sys.stderr.write(f"No Java {OLDEST} or newer was found and none could be installed. Install one, or set JAVA_HOME.\n")
        return 1
    print(f"java: {found}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
