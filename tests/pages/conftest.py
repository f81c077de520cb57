"""Pages are driven through the frame, pages/main.py, as a visitor would reach them."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit import config
from streamlit.testing.v1 import AppTest

from pages.ui import state
from strategy.customers import Mapping, understand
from strategy.spine import import_customers
from strategy.workbook import Library

ROOT = Path(__file__).resolve().parents[2]
MAIN = ROOT / "pages" / "main.py"

OpenPage = Callable[..., AppTest]


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
        at.run()
        if script:
            at.switch_page(script)
            for name, value in address.items():
                at.query_params[name] = value
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
