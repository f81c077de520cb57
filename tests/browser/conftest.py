"""A real server on a free port and a real browser in front of it."""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from strategy.samples import build
from strategy.workbook import Library, Put
from tests.browser.chromium import find

# Two cores may be busy with other tests; a page that is merely slow is no failure.
expect.set_options(timeout=20_000)

ROOT = Path(__file__).resolve().parents[2]
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--no-first-run"]


class Server:
    """The app as `make run` starts it, on a port and a home folder of its own."""

    key = "plan"

    def __init__(self, home: Path) -> None:
        self.home = home
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.log = home.parent / "server.log"
        self.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def file(self) -> Path:
        """The file of the workbook that the test is about."""
        return self.home / "workbooks" / f"{self.key}.duckdb"

    def start(self) -> None:
        environment = os.environ | {"NINEFOLD_HOME": str(self.home)}
        command = [
            sys.executable,
            "-m",
            "streamlit",
            "run",
            "app.py",
            "--server.port",
            str(self.port),
        ]
        with self.log.open("a", encoding="utf-8") as log:
            self.process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT)
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=1):
                    return
            except OSError:
                time.sleep(0.2)
        raise RuntimeError("the server did not start: " + self.log.read_text(encoding="utf-8")[-2000:])

    def kill(self) -> None:
        """kill -9, as a power cut would."""
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.kill()

    def complaints(self) -> list[str]:
        """What stands in the server's log beside where it can be reached: a server that is well says nothing."""
        lines = self.log.read_text(encoding="utf-8").splitlines()
        return [line for line in lines if line.strip() and not line.strip().startswith(("You can now view", "URL:", "Stopping..."))]


class Beside:
    """A workbook of one test on a server that other tests use as well: to start a server takes longer than most tests."""

    def __init__(self, server: Server, make: Callable[[Library], str]) -> None:
        self.server = server
        self.key = f"plan-{secrets.token_hex(4)}"
        _put(server.home, make, self.key)
        self._heard = len(server.complaints())

    @property
    def url(self) -> str:
        return self.server.url

    @property
    def file(self) -> Path:
        return self.server.home / "workbooks" / f"{self.key}.duckdb"

    def complaints(self) -> list[str]:
        """What the server has complained of since the workbook is there."""
        return self.server.complaints()[self._heard :]


def _put(home: Path, make: Callable[[Library], str], key: str) -> None:
    """Put the workbook that ``make`` makes, returning its key, into a home folder under another key."""
    with tempfile.TemporaryDirectory() as folder:
        library = Library(Path(folder))
        made = make(library)
        library.close_all()
        target = home / "workbooks"
        target.mkdir(parents=True, exist_ok=True)
        for part in library.folder.iterdir():
            shutil.move(part, target / part.name.replace(made, key, 1))


def serving(home: Path, make: Callable[[Library], str]) -> Iterator[Server]:
    """A server with the workbook that ``make`` makes, returning its key, under the key ``plan``."""
    _put(home, make, "plan")
    running = Server(home)
    yield running
    running.stop()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    running = Server(tmp_path / "home")
    yield running
    running.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=find(), args=FLAGS)
        yield started
        started.close()


Visit = Callable[..., Page]
Served = Server | Beside


class Spare:
    """Pages that a test is done with, for others of the same kind: to draw its first page costs a browser's new process five seconds."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._free: defaultdict[str, list[Page]] = defaultdict(list)

    def take(self, **kind: Any) -> Page:
        """A page that knows nothing. ``kind``: what Playwright's ``new_context`` takes."""
        free = self._free[repr(kind)]
        page = free.pop() if free else self._browser.new_context(**kind).new_page()
        page.set_viewport_size(kind["viewport"])
        page.set_default_timeout(30_000)
        return page

    def give_back(self, page: Page, url: str, **kind: Any) -> None:
        """Keep the page at an address where nothing runs, without what it has stored and what was opened beside it."""
        for other in page.context.pages:
            if other is not page:
                other.close()
        page.goto(f"{url}/_stcore/health")
        page.evaluate("() => { localStorage.clear(); sessionStorage.clear() }")
        page.context.clear_cookies()
        self._free[repr(kind)].append(page)


@pytest.fixture(scope="session")
def spare(browser: Browser) -> Spare:
    return Spare(browser)


@pytest.fixture
def visit(spare: Spare, server: Served, newsstand: Server) -> Iterator[Visit]:
    """Open a page as somebody: ``visit("/targets?plan=plan", who="Ada")``, where ``plan=plan`` is the workbook that the test is about.

    Each call is a browser of its own.
    """
    opened: list[tuple[Page, dict[str, Any]]] = []

    def open_(
        path: str = "/",
        who: str | None = "Ada",
        locale: str = "en-GB",
        width: int = 1440,
        height: int = 900,
        scheme: str = "light",
        touch: bool = False,
    ) -> Page:
        kind = {
            "viewport": {"width": width, "height": height},
            "locale": locale,
            "color_scheme": scheme,
            "accept_downloads": True,
            "has_touch": touch,
            "is_mobile": touch,
        }
        page = spare.take(**kind)
        opened.append((page, kind))
        if who:
            page.context.add_cookies([{"name": "ninefold_name", "value": who, "url": server.url}])
        page.goto(server.url + path.replace("plan=plan", f"plan={server.key}"))
        settled(page)
        return page

    yield open_
    for page, kind in opened:
        if server.url == newsstand.url:
            spare.give_back(page, server.url, **kind)
        else:
            page.context.close()


def settled(page: Page) -> None:
    """Wait until the script has run and nothing is being redrawn."""
    page.wait_for_selector("[data-testid=stMain] h1", state="attached")
    page.wait_for_function(
        "() => document.querySelector('[data-testid=stApp]')?.getAttribute('data-test-script-state') === 'notRunning'",
        timeout=60_000,
    )
    page.wait_for_timeout(150)


def _five_segments(library: Library) -> str:
    key = library.create("Plan")
    library.open(key).commit([Put("segment", f"s{n}", {"name": f"Segment {n}"}) for n in range(5)], "Setup")
    return key


@pytest.fixture
def a_server_of_its_own(tmp_path: Path) -> Iterator[Server]:
    """A server with one workbook of five segments, for a test that kills it."""
    yield from serving(tmp_path / "home", _five_segments)


@pytest.fixture
def five_segments(newsstand: Server) -> Beside:
    """A workbook of five segments."""
    return Beside(newsstand, _five_segments)


@pytest.fixture(scope="session")
def newsstand(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with the Newsstand, for all tests that only look, and for workbooks of others beside it."""
    yield from serving(
        tmp_path_factory.mktemp("newsstand") / "home",
        lambda library: library.create("Newsstand", lambda path, name: build("newsstand", path, name, "Ada", "en")),
    )
