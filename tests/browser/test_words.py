"""Words of Streamlit's own, in the language of the page."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Server, Visit, serving, settled


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """For all tests here, which store nothing."""
    yield from serving(tmp_path_factory.mktemp("words") / "home", lambda library: library.create("Plan"))


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
