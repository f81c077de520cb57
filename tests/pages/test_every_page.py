"""Every page runs in both languages and in every view, with and without data."""

from __future__ import annotations

import pytest

from pages.registry import LIBRARY, PLAN, STEP_PAGES, WORKSPACE
from strategy.workbook import Library
from tests.pages.conftest import OpenPage

WORKSPACE_PAGES = [page.script for page in (LIBRARY, PLAN, *WORKSPACE)]


def _text(at: object) -> str:
    parts = [element.value for kind in ("title", "subheader", "markdown", "caption") for element in getattr(at, kind)]
    return "\n".join(str(part) for part in parts)


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("view", ["evidence", "worksheets", "decide", "thread"])
def test_steps_of_an_empty_workbook(open_page: OpenPage, library: Library, lang: str, view: str) -> None:
    key = library.create("Empty plan")
    for step_id, (script, _) in STEP_PAGES.items():
        at = open_page(script, plan=key, lang=lang, view=view)
        step = library.open(key).method.step(step_id)
        assert at.title[0].value == step.title.in_(lang)  # type: ignore[arg-type]
        assert not at.error, [error.value for error in at.error]


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("script", WORKSPACE_PAGES)
def test_workspace_pages_of_an_empty_workbook(open_page: OpenPage, library: Library, script: str, lang: str) -> None:
    key = library.create("Empty plan")
    at = open_page(script, plan=key, lang=lang)
    assert at.title
    assert not at.error


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_first_visit_asks_for_a_name_and_offers_samples(open_page: OpenPage, lang: str) -> None:
    at = open_page(lang=lang, who="")
    assert at.text_input(key="name")
    at.text_input(key="name").set_value("Grace").run()
    assert not at.exception
    assert at.button(key="sample.newsstand")
    assert at.button(key="sample.cdnow")
    assert at.button(key="sample.uk-gifts")
