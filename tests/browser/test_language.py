"""The language of the page: chosen at first by the browser, switched without losing the place, and kept by Streamlit's own words."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Beside, Server, Visit, settled


@pytest.fixture(scope="module")
def server(newsstand: Server) -> Beside:
    """An empty workbook for all tests here, which store nothing."""
    return Beside(newsstand, lambda library: library.create("Plan"))


@pytest.mark.parametrize(("lang", "add"), [("zh", "添加"), ("en", "Add")])
def test_a_list_that_takes_a_new_name_says_so_in_the_language_of_the_page(visit: Visit, lang: str, add: str) -> None:
    page = visit(f"/opening?plan=plan&view=worksheets&sheet=thirty_second&lang={lang}")
    settled(page)
    page.locator(".st-key-thirty-who input").click()
    page.keyboard.type("Grace")
    expect(page.get_by_role("option").filter(has_text="Grace")).to_have_text(f"{add}: Grace")
    page.keyboard.press("Enter")
    settled(page)
    expect(page.locator(".st-key-thirty-who input")).to_have_value("Grace")


def test_switching_the_language_keeps_the_place(visit: Visit) -> None:
    page = visit("/targets?plan=plan&view=worksheets&sheet=criterion")
    page.get_by_text("中文", exact=True).click()
    settled(page)
    expect(page.get_by_role("heading", name="选择目标客户")).to_be_visible()
    assert "sheet=criterion" in page.url
    assert "lang=zh" in page.url
    page.get_by_test_id("stSidebarNav").get_by_role("link", name="客户需求").click()
    settled(page)
    expect(page.get_by_role("heading", name="研究客户需求")).to_be_visible()


def test_a_chinese_browser_starts_in_chinese(visit: Visit) -> None:
    page = visit("/targets?plan=plan", locale="zh-CN")
    expect(page.get_by_role("heading", name="选择目标客户")).to_be_visible()


def test_an_address_that_leads_nowhere_is_said_in_chinese(visit: Visit) -> None:
    page = visit("/nowhere?plan=plan", locale="zh-CN")
    expect(page.get_by_test_id("stDialog")).to_contain_text("没有这个页面")
    expect(page.get_by_test_id("stDialog")).to_contain_text("地址中的页面不存在，已改为打开首页。")
