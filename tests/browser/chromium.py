"""Find a Chromium for the browser tests, or get one: on the machine, Playwright's own, else the system's package manager."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome", "msedge", "microsoft-edge")
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
)


def find() -> str | None:
    """The path of a Chromium that can be started, or ``None``."""
    own = os.environ.get("NINEFOLD_CHROMIUM")
    if own:
        return own
    for name in NAMES:
        found = shutil.which(name)
        if found:
            return found
    for place in PLACES:
        if Path(place).exists():
            return place
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if path and Path(path).exists() else None


def install() -> str | None:
    """Try Playwright's download, then apt, dnf and brew. Returns what was found in the end."""
    attempts = [[sys.executable, "-m", "playwright", "install", "chromium"]]
    as_root = [] if not hasattr(os, "geteuid") or os.geteuid() == 0 else ["sudo", "-n"]
    if shutil.which("apt-get"):
        attempts.append([*as_root, "apt-get", "update", "-qq"])
        attempts.append([*as_root, "apt-get", "install", "-y", "-qq", "chromium", "fonts-noto-cjk"])
    elif shutil.which("dnf"):
        attempts.append([*as_root, "dnf", "install", "-y", "-q", "chromium"])
    elif shutil.which("brew"):
        attempts.append(["brew", "install", "--cask", "chromium"])
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
        sys.stderr.write("No Chromium was found and none could be installed. Install one, or set NINEFOLD_CHROMIUM to its path.\n")
        return 1
    print(f"browser: {found}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
