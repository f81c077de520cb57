"""The main job in a real browser: CDNOW from the file to segments, decisions in nine steps and the plan handed over."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from strategy.workbook import Workbook
from tests.browser.conftest import ROOT, Server, Visit, settled

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CDNOW = ROOT / "data" / "samples" / "cdnow" / "cdnow_master.csv.gz"

DECISIONS = {
    "Target customers": "Champions first, Loyal second",
    "Customer needs": "Learn what Champions lack",
    "Positioning": "The shop that knows your shelf",
    "Marketing mix": "Put the money into returning customers",
    "Build relationships": "Win customers who resemble Champions",
    "Maintain relationships": "Grade customers by value",
    "Win back": "Write to silent Champions within sixty days",
    "CRM system": "One customer record before any tool",
    "Virtuous circle": "Look at five measures every month",
}


def _click_nav(page: Page, name: str) -> None:
    heading = page.get_by_test_id("stMain").locator("h1").first
    before = heading.inner_text()
    page.get_by_test_id("stSidebarNav").get_by_role("link", name=name).click()
    expect(heading).not_to_have_text(before)
    settled(page)


def _view(page: Page, name: str) -> None:
    page.get_by_test_id("stMain").get_by_role("radio", name=name, exact=True).or_(
        page.get_by_test_id("stMain").get_by_role("button", name=name, exact=True)
    ).first.click()
    settled(page)


def _decide(page: Page, statement: str) -> None:
    _view(page, "Decide")
    page.wait_for_url("**view=decide**")
    settled(page)
    page.get_by_role("button", name="Add a decision").click()
    settled(page)
    box = page.get_by_role("textbox", name="Decision *").or_(page.get_by_role("textbox", name="Statement *")).first
    box.fill(statement)
    box.press("Tab")
    settled(page)
    page.get_by_role("textbox", name="Owner").first.fill("Marketing lead")
    page.get_by_role("textbox", name="Owner").first.press("Tab")
    settled(page)


def test_cdnow_from_file_to_plan(visit: Visit, server: Server, browser: Browser, tmp_path: Path) -> None:
    page = visit("/", who=None)
    page.get_by_role("textbox").first.fill("Grace")
    page.get_by_role("textbox").first.press("Enter")
    expect(page.get_by_text("Open a sample", exact=True)).to_be_visible()
    settled(page)
    for client in ("Another client", "CDNOW plan"):
        page.get_by_placeholder("Client and year").fill(client)
        page.get_by_placeholder("Client and year").press("Tab")
        page.get_by_role("button", name="Create").click()
        expect(page.get_by_test_id("stAlert").get_by_text("The workbook is ready.")).to_be_visible()
        expect(page.get_by_role("heading", name=client)).to_be_visible()
        if client == "Another client":
            _click_nav(page, "Workbooks")

    _click_nav(page, "Customer data")
    page.get_by_test_id("stFileUploaderDropzoneInput").first.set_input_files(str(CDNOW))
    expect(page.get_by_text("Which column is what?")).to_be_visible()
    expect(page.get_by_text("What was understood")).to_be_visible(timeout=60_000)
    expect(page.get_by_text("69,659").first).to_be_visible()
    expect(page.get_by_text("23,570").first).to_be_visible()
    page.get_by_role("button", name="Import 69,659 purchase lines").click()
    expect(page.get_by_text("Imported as version 1").first).to_be_visible(timeout=60_000)
    page.get_by_role("button", name="Adopt these segments into the plan").click()
    # The button stands below the first screen, and what it did is said where it was pressed.
    expect(page.get_by_test_id("stToast").get_by_text("Segments now in the plan: 7.")).to_be_in_viewport()

    # A reload in the middle: the browser remembers who is working, the address which workbook.
    page.reload()
    settled(page)
    expect(page.get_by_text("Grace").first).to_be_visible()
    expect(page.get_by_text("Every one of the 23,570 customers is in exactly one segment.")).to_be_visible()

    for step, statement in DECISIONS.items():
        _click_nav(page, step)
        _decide(page, statement)

    _click_nav(page, "Plan at a glance")
    for statement in DECISIONS.values():
        expect(page.get_by_text(statement).first).to_be_visible()

    _click_nav(page, "Handover")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download HTML").click()
    report = tmp_path / "plan.html"
    waiting.value.save_as(report)
    offline = browser.new_context(offline=True).new_page()
    offline.goto(report.as_uri())
    expect(offline.get_by_role("heading", name="CDNOW plan")).to_be_visible()
    expect(offline.locator("#step_1 svg.main-svg").first).to_be_visible()
    for statement in DECISIONS.values():
        expect(offline.get_by_text(statement).first).to_be_visible()
    offline.context.close()

    server.stop()
    assert server.complaints() == []
    stored = next((server.home / "workbooks").glob("cdnow*.duckdb"))
    with Workbook.open(stored) as opened:
        decisions = opened.snapshot().rows("decision")
        assert {row["statement"] for row in decisions} == set(DECISIONS.values())
        assert {row["owner"] for row in decisions} == {"Marketing lead"}
        assert {revision.author for revision in opened.history()} <= {"Grace", "Ninefold"}
