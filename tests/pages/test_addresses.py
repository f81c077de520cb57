"""The address people type for the plan leads to it, and a box for files speaks the visitor's language."""

from __future__ import annotations

from typing import Any

import pytest
import streamlit as st

from pages.registry import PLAN
from strategy.workbook import Library
from tests.pages.conftest import OpenPage


def test_the_plan_has_the_address_people_type(open_page: OpenPage, library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Any] = []
    real = st.navigation

    def navigation(sections: dict[str, list[Any]], **more: Any) -> Any:
        seen.extend(page for pages in sections.values() for page in pages)
        return real(sections, **more)

    monkeypatch.setattr(st, "navigation", navigation)
    open_page()
    assert PLAN.path in {page.url_path for page in seen}
    seen.clear()
    open_page(plan=library.create("Newsstand"))
    assert PLAN.path in {page.url_path for page in seen}


def test_boxes_for_files_speak_chinese(open_page: OpenPage, library: Library) -> None:
    at = open_page(plan=library.create("Newsstand"), lang="zh")
    styles = " ".join(str(element.proto.body) for element in at.get("html"))
    assert "单个文件不超过500 MB" in styles
    assert "单个文件不超过50 MB" in styles


@pytest.mark.parametrize(
    ("lang", "first", "last"), [("en", "Make a workbook", "Hand the plan over"), ("zh", "新建一个工作簿", "把规划导出")]
)
def test_an_empty_library_says_what_to_do(open_page: OpenPage, library: Library, lang: str, first: str, last: str) -> None:
    at = open_page("workspace/library.py", lang=lang)
    assert any(first in text.value and last in text.value for text in at.markdown)
    library.create("Plan")
    at.run()
    assert not any(first in text.value for text in at.markdown)
