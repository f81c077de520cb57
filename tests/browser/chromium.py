"""Find a Chromium for the browser tests, or get one: on the machine, Playwright's own, else the system's package manager."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from tests import packages

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
    return packages.install(
        find,
        first=([sys.executable, "-m", "playwright", "install", "chromium"],),
        apt=(["chromium", "fonts-noto-cjk"],),
        dnf=["chromium"],
        brew=["--cask", "chromium"],
    )


if __name__ == "__main__":
    missing = "No Chromium was found and none could be installed. Install one, or set NINEFOLD_CHROMIUM to its path."
    sys.exit(packages.main("browser", find, install, missing))
