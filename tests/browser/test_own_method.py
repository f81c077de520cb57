"""A team's own method folder, as the page server meets it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from strategy.workbook import Library
from tests.browser.conftest import ROOT, Server, serving

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A server with a workbook, under a copy of the method in which somebody has mistyped a type since."""
    own = tmp_path / "method"
    shutil.copytree(ROOT / "data" / "method", own)
    monkeypatch.setenv("NINEFOLD_METHOD", str(own))

    def make(library: Library) -> str:
        key = library.create("Plan")
        step = own / "step_5_acquisition.yaml"
        step.write_text(step.read_text(encoding="utf-8").replace("type: percent", "type: percentage", 1), encoding="utf-8")
        return key

    yield from serving(tmp_path / "home", make)


def test_a_slip_in_the_method_is_named_on_every_page_with_its_file_and_line(browser: Browser, server: Server) -> None:
    context = browser.new_context(locale="en-GB")
    for address in ("/?plan=plan", "/acquisition?plan=plan", "/library"):
        page = context.new_page()
        page.goto(server.url + address)
        expect(page.get_by_text("step_5_acquisition.yaml:").first).to_be_visible()
        expect(page.get_by_text('found "percentage"').first).to_be_visible()
    context.close()
