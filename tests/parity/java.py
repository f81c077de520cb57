"""Find a Java for Spark, or get one: ``python -m tests.parity.java --install``."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from tests import packages

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
    return packages.install(
        find,
        apt=(["default-jre-headless"], ["openjdk-17-jre-headless"]),
        dnf=["java-17-openjdk-headless"],
        brew=["openjdk@17"],
    )


if __name__ == "__main__":
    missing = f"No Java {OLDEST} or newer was found and none could be installed. Install one, or set JAVA_HOME."
    sys.exit(packages.main("java", find, install, missing))
