"""Every page runs in both languages and in every view, with and without data."""

from __future__ import annotations

import pytest

from pages.registry import LIBRARY, PLAN, STEP_PAGES, WORKSPACE
from strategy.language import Language
from strategy.samples import build
from strategy.thread import stale
from strategy.workbook import Library, Put
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


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("sample", ["newsstand", "cdnow"])
def test_every_page_of_a_filled_workbook(open_page: OpenPage, library: Library, sample: str, lang: Language) -> None:
    key = library.create("Filled", lambda path, name: build(sample, path, name, "Ada", lang))
    method = library.open(key).method
    for step_id, (script, _) in STEP_PAGES.items():
        for view in ("evidence", "worksheets", "decide", "thread"):
            at = open_page(script, plan=key, lang=lang, view=view)
            assert at.title[0].value == method.step(step_id).title.in_(lang)
            assert not at.error, (script, view, [error.value for error in at.error])
    for script in WORKSPACE_PAGES:
        assert not open_page(script, plan=key, lang=lang).error
    for view in ("segment", "decisions", "checks"):
        assert not open_page(plan=key, lang=lang, view=view).error


def test_every_exhibit_and_every_worksheet_can_be_reached_by_a_link(open_page: OpenPage, library: Library) -> None:
    key = library.create("Filled", lambda path, name: build("newsstand", path, name, "Ada", "en"))
    snapshot = library.open(key).snapshot()
    for step in snapshot.method.steps:
        script = STEP_PAGES[step.id][0]
        for exhibit in step.exhibits:
            assert not open_page(script, plan=key, view="evidence", exhibit=exhibit).error, exhibit
        for sheet in step.worksheets:
            row = snapshot.rows(sheet.id)[0]
            at = open_page(script, plan=key, view="worksheets", sheet=sheet.id, row=row.id)
            assert not at.error, sheet.id


def test_a_decision_is_written_in_its_step_and_shown_in_the_plan(open_page: OpenPage, library: Library) -> None:
    key = library.create("Plan")
    at = open_page("steps/step_3_positioning.py", plan=key, view="decide")
    at.button(key="add_decision.step_3").click().run()
    row = library.open(key).snapshot().rows("decision")[0]
    at.text_input(key=f"field.{key}.decision.{row.id}.statement").set_value("Be near, not loud").run()
    assert not at.exception
    stored = library.open(key).snapshot().row("decision", row.id)
    assert stored is not None
    assert (stored["statement"], stored["step"], stored.author) == ("Be near, not loud", "step_3", "Ada")
    plan = open_page(plan=key, view="decisions")
    assert any("Be near, not loud" in element.value for element in plan.markdown)


def test_a_review_clears_what_was_put_up_for_it(open_page: OpenPage, library: Library) -> None:
    key = library.create("Plan")
    opened = library.open(key)
    opened.commit([Put("segment", "a", {"name": "Regulars", "role": "primary", "resource_share": 100})], "Bo")
    opened.commit([Put("need", "n", {"need": "Speed", "segment": "a"})], "Bo")
    opened.commit([Put("segment", "a", {"resource_share": 60})], "Bo")
    at = open_page("steps/step_2_needs.py", plan=key, view="thread")
    assert any("changed from 100% to 60%" in element.value for element in at.caption)
    at.button(key="still.need.n").click().run()
    assert not at.exception
    assert stale(opened.snapshot()) == {}


def test_a_wrong_value_is_said_and_nothing_is_stored(open_page: OpenPage, library: Library) -> None:
    key = library.create("Plan")
    opened = library.open(key)
    opened.commit([Put("segment", "a", {"name": "Regulars", "resource_share": 40})], "Bo")
    at = open_page("steps/step_1_targets.py", plan=key, view="worksheets", sheet="segment", row="a")
    at.text_area(key=f"field.{key}.segment.a.reason").set_value("x" * 20_001).run()
    assert any("20001 characters" in (error.value + str(getattr(error.proto, "title", ""))).replace("\\", "") for error in at.error)
    assert opened.snapshot().row("segment", "a")["reason"] is None  # type: ignore[index]


def test_undo_on_the_history_page(open_page: OpenPage, library: Library) -> None:
    key = library.create("Plan")
    opened = library.open(key)
    opened.commit([Put("segment", "a", {"name": "Regulars"})], "Ada")
    at = open_page("workspace/history.py", plan=key)
    at.button(key="undo").click().run()
    assert not at.exception
    assert opened.snapshot().row("segment", "a") is None


def test_undo_says_how_much_it_takes_back(open_page: OpenPage, library: Library) -> None:
    key = library.create("Plan")
    opened = library.open(key)
    opened.commit([Put("segment", name, {"name": name.title()}) for name in ("regulars", "tourists", "offices")], "Ada")
    said = [element.value for element in open_page("workspace/history.py", plan=key).caption]
    assert any("Segments" in text and "Regulars" in text and "2 rows more" in text for text in said)
    opened.commit([Put("segment", "offices", {"name": "Firms"})], "Ada")
    said = [element.value for element in open_page("workspace/history.py", plan=key).caption]
    assert any("Firms" in text and "more" not in text for text in said)


def test_a_step_opens_on_evidence_that_can_be_shown(open_page: OpenPage, library: Library) -> None:
    """Newsstand has no purchases: step 1 must not open on the map of purchases that is its first exhibit."""
    key = library.create("Judgement only", lambda path, name: build("newsstand", path, name, "Ada", "en"))
    at = open_page(STEP_PAGES["step_1"][0], plan=key, view="evidence")
    assert not any("no purchases" in element.value for element in at.markdown)
    assert at.get("plotly_chart")
    asked = open_page(STEP_PAGES["step_1"][0], plan=key, view="evidence", exhibit="segment_map")
    assert any("no purchases" in element.value for element in asked.markdown)


def test_what_rests_on_a_step_is_counted_by_step(open_page: OpenPage, library: Library) -> None:
    key = library.create("Judgement only", lambda path, name: build("newsstand", path, name, "Ada", "en"))
    at = open_page(STEP_PAGES["step_1"][0], plan=key, view="evidence")
    fed = next(element.value for element in at.markdown if element.value.startswith("- 2 Customer needs: "))
    assert [line.split(":")[0] for line in fed.splitlines()][-1] == "- Decisions"


def test_the_upload_box_speaks_chinese(open_page: OpenPage, library: Library) -> None:
    key = library.create("Empty plan")
    assert any("选择文件" in element.proto.body for element in open_page(LIBRARY.script, plan=key, lang="zh").get("html"))
    assert not any("Choose files" in element.proto.body for element in open_page(LIBRARY.script, plan=key, lang="en").get("html"))


def test_many_exhibits_are_chosen_by_what_they_are_about(open_page: OpenPage, library: Library) -> None:
    key = library.create("Judgement only", lambda path, name: build("newsstand", path, name, "Ada", "en"))
    at = open_page(STEP_PAGES["step_1"][0], plan=key, view="evidence")
    group, chosen = at.button_group(key="exhibit_group.step_1"), at.button_group(key="exhibit.step_1")
    assert (group.value, list(chosen.options)) == (0, ["Segment map", "Value"])
    group.set_value(3).run()
    assert at.button_group(key="exhibit.step_1").value == "segment_tests"
    at.button_group(key="exhibit.step_1").set_value("ge_matrix").run()
    assert not at.exception
    assert any("Regulars" in element.value for element in at.subheader)
    # A group with nothing to show says what would fill it.
    at.button_group(key="exhibit_group.step_1").set_value(1).run()
    assert at.button_group(key="exhibit.step_1").value == "lorenz"
    assert not at.exception
