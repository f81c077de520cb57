"""A method of a team's own may leave out a step that the shipped one has, or have one that has no page."""

from __future__ import annotations

import pytest

from strategy.workbook import Library, Put
from tests.pages.conftest import OpenPage


@pytest.mark.parametrize("view", ["steps", "decisions", "checks"])
def test_the_plan_opens_without_a_step(open_page: OpenPage, library: Library, view: str) -> None:
    plan = library.create("Eight steps")
    workbook = library.open(plan)
    decided = [
        Put("decision", step, {"statement": f"Decided in {step}", "step": step, "owner": "Ada"}) for step in ("step_1", "step_8")
    ]
    workbook.commit(decided, "Ada")
    method = workbook.snapshot().method
    fewer = method.model_copy(update={"steps": tuple(step for step in method.steps if step.id != "step_8"), "checks": ()})
    workbook.use_method(fewer)
    at = open_page("workspace/plan.py", plan=plan, view=view)
    assert not at.error, [error.value for error in at.error]
    if view == "decisions":
        assert at.dataframe[0].value["Step"].tolist() == ["Target customers", "step_8"]
        assert list(at.multiselect(key="filter_steps").options)[:2] == ["Opening", "Target customers"]


def test_a_step_without_a_page_is_named_where_it_hangs_on_a_segment(open_page: OpenPage, library: Library) -> None:
    plan = library.create("A step of our own")
    workbook = library.open(plan)
    rows = [
        Put("segment", "s", {"name": "Regulars", "role": "primary"}),
        Put("acquisition", "a", {"segment": "s", "channel": "Doors"}),
    ]
    workbook.commit(rows, "Ada")
    method = workbook.snapshot().method
    steps = tuple(step.model_copy(update={"id": "winning"}) if step.id == "step_5" else step for step in method.steps)
    workbook.use_method(method.model_copy(update={"steps": steps, "checks": ()}))
    at = open_page("workspace/plan.py", plan=plan, view="segment")
    assert "**5 Build relationships**" in [text.value for text in at.markdown]
