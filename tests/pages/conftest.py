"""Pages are driven through the frame, pages/main.py, as a visitor would reach them."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit import config
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from pages.registry import LIBRARY, STEP_PAGES, WORKSPACE
from pages.ui import state
from strategy.customers import Mapping, understand
from strategy.spine import import_customers
from strategy.workbook import Library

ROOT = Path(__file__).resolve().parents[2]
MAIN = ROOT / "pages" / "main.py"

#: Script of a page -> its address; the plan stands at the root.
ADDRESSES = dict(STEP_PAGES.values()) | {page.script: page.path for page in (LIBRARY, *WORKSPACE)}

OpenPage = Callable[..., AppTest]


@pytest.fixture(autouse=True)
def installed_components(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each AppTest looks through all installed packages for components, which takes longer than most pages; once is enough."""
    monkeypatch.setattr(manifest_scanner, "scan_component_manifests", _scanned)


_scanned = functools.cache(manifest_scanner.scan_component_manifests)


def read_through(at: AppTest, seconds: float = 60) -> AppTest:
    """Run the page until no file is being read any more: reading is quick, and a busy machine is not."""
    deadline = time.monotonic() + seconds
    while any(str(button.key).startswith("cancel_reading") for button in at.button) and time.monotonic() < deadline:
        time.sleep(0.2)
        at.run()
    return at


@pytest.fixture
def library(home: Path) -> Library:
    """The library the pages of this test use."""
    state.library.clear()
    return state.library()


@pytest.fixture
def open_page(library: Library) -> OpenPage:
    """Open a page: ``open_page("steps/opening.py", plan="key", lang="zh", view="thread")``."""

    def open_(script: str | None = None, who: str = "Ada", **address: str) -> AppTest:
        config.set_option("client.showErrorDetails", "full")  # a failing page says why
        at = AppTest.from_file(str(MAIN), default_timeout=60)
        at.session_state["author"] = who
        for name, value in address.items():
            at.query_params[name] = value
        if script in ADDRESSES:  # AppTest finds pages by their scripts only after a first run, of the page at the root
            at._page_hash = calc_hash(ADDRESSES[script])
        at.run()
        assert not at.exception, [element.message for element in at.exception]
        return at

    yield open_  # type: ignore[misc]
    library.close_all()


@pytest.fixture
def shop(library: Library, tmp_path: Path) -> str:
    """A workbook with the purchases of two customers."""
    key = library.create("Shop")
    file = tmp_path / "sales.csv"
    file.write_text("id,date,amount\n007,2024-01-05,50\n008,2024-01-20,30\n", encoding="utf-8")
    import_customers(library.open(key), understand(file, file.name, Mapping("id", "date", "amount")), "Ada")
    return key
