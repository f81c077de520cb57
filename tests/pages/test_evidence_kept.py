"""What a decision keeps of the evidence, what it says when that has moved, and how the room settles it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from pages.registry import STEP_PAGES
from pages.ui import state
from strategy.customers import Mapping, default_cuts, rfm_segments, understand
from strategy.exhibits import Exhibit, present
from strategy.spine import adopt, import_customers
from strategy.workbook import Library, Put
from tests.pages.conftest import OpenPage, read_through

TARGETS = STEP_PAGES["step_1"][0]
HEADING = "customer,date,amount\n"


def _bought(library: Library, plan: str, tmp_path: Path, money: list[int]) -> None:
    """Bring in purchases of as many customers, a day each, in place of those at hand."""
    file = tmp_path / "sales.csv"
    lines = [f"c{at},2024-01-{at + 1:02d},{amount}" for at, amount in enumerate(money)]
    file.write_text(HEADING + "\n".join(lines), encoding="utf-8")
    import_customers(library.open(plan), understand(file, file.name, Mapping("customer", "date", "amount")), "Ada")


@pytest.fixture
def plan(library: Library, tmp_path: Path) -> str:
    key = library.create("Shop")
    _bought(library, key, tmp_path, [500, 300, 100, 60, 40])
    library.open(key).commit([Put("decision", "d", {"statement": "Serve the best", "step": "step_1", "status": "agreed"})], "Ada")
    return key


def _view(at: AppTest, **address: str) -> AppTest:
    for name, value in address.items():
        at.query_params[name] = value
    at.run()
    assert not at.exception
    return at


def _kept(library: Library, plan: str) -> list[dict[str, object]]:
    row = library.open(plan).snapshot().row("decision", "d")
    assert row is not None
    return list(row.get("evidence", []))


def test_evidence_is_kept_under_the_settings_the_room_looked_at(open_page: OpenPage, library: Library, plan: str) -> None:
    at = open_page(TARGETS, plan=plan, view="evidence", exhibit="abc_grades")
    at.number_input(key="set.abc_grades.first").set_value(50).run()
    seen = at.subheader[0].value
    _view(at, view="decide").button(key="keep.d.abc_grades").click().run()
    (item,) = _kept(library, plan)
    assert item["settings"]["first"] == 50  # type: ignore[index]
    assert item["title"]["en"] == seen.replace("\\", "")  # type: ignore[index]


def test_evidence_that_another_keeps_at_the_same_moment_stays(
    open_page: OpenPage, library: Library, plan: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def while_it_is_computed(*asked: Any) -> Exhibit:
        found = present(*asked)
        theirs = {"exhibit": "lorenz", "settings": {}, "figures": {"customers": 5}}
        library.open(plan).commit([Put("decision", "d", {"evidence": [theirs]})], "Bo")
        return found

    at = _view(open_page(TARGETS, plan=plan, view="decide"))
    with monkeypatch.context() as crossing:
        crossing.setattr("pages.ui.decisions.present", while_it_is_computed)
        at.button(key="keep.d.abc_grades").click().run()
    assert not at.exception
    assert {item["exhibit"] for item in _kept(library, plan)} == {"lorenz", "abc_grades"}


def test_evidence_that_moved_is_settled_under_its_own_settings_or_taken_off(
    open_page: OpenPage, library: Library, plan: str, tmp_path: Path
) -> None:
    at = open_page(TARGETS, plan=plan, view="evidence", exhibit="abc_grades")
    at.number_input(key="set.abc_grades.first").set_value(50).run()
    _view(at, view="decide").button(key="keep.d.abc_grades").click().run()
    assert not [button for button in at.button if button.key == "renew.d.abc_grades"]
    _bought(library, plan, tmp_path, [100, 100, 100, 100, 100])

    at = open_page(TARGETS, plan=plan, view="thread")
    assert [caption.value for caption in at.caption if "evidence has moved" in caption.value]
    _view(at, view="decide").button(key="renew.d.abc_grades").click().run()
    assert not at.exception
    assert not [caption.value for caption in at.caption if "evidence has moved" in caption.value]
    (item,) = _kept(library, plan)
    assert (item["settings"]["first"], item["data_version"]) == (50, 2)  # type: ignore[index]

    at.button(key="drop.d.abc_grades").click().run()
    assert _kept(library, plan) == []


def test_a_figure_that_is_gone_is_said_in_words(open_page: OpenPage, library: Library, plan: str) -> None:
    kept = {"exhibit": "lorenz", "settings": {}, "title": {"en": "Best", "zh": "最好"}, "figures": {"what_nobody_counts": 0.5}}
    library.open(plan).commit([Put("decision", "d", {"evidence": [kept]})], "Ada")
    at = open_page(TARGETS, plan=plan, view="decide")
    (said,) = (caption.value for caption in at.caption if "evidence has moved" in caption.value)
    assert "is now not available" in said


def test_an_exhibit_that_a_script_kept_twice_is_shown_twice_and_taken_off_once(
    open_page: OpenPage, library: Library, plan: str
) -> None:
    kept = [{"exhibit": "abc_grades", "settings": {"first": first}, "figures": {"a.customers": -1}} for first in (50, 80)]
    library.open(plan).commit([Put("decision", "d", {"evidence": kept})], "Script")
    at = open_page(TARGETS, plan=plan, view="decide")
    at.button(key="renew.d.abc_grades.1").click().run()
    assert not at.exception
    assert [item["settings"]["first"] for item in _kept(library, plan)] == [50, 80]  # type: ignore[index]
    at.button(key="drop.d.abc_grades").click().run()
    assert not at.exception
    assert [item["settings"]["first"] for item in _kept(library, plan)] == [80]  # type: ignore[index]


def test_evidence_taken_off_says_which_version_it_was_taken_off(
    open_page: OpenPage, library: Library, plan: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What another keeps between reading the row and storing it is not dropped with it."""
    ours = {"exhibit": "abc_grades", "settings": {}, "figures": {}}
    theirs = {"exhibit": "lorenz", "settings": {}, "figures": {}}
    library.open(plan).commit([Put("decision", "d", {"evidence": [ours]})], "Ada")
    at = open_page(TARGETS, plan=plan, view="decide")
    store = state.commit

    def while_it_is_stored(changes: Any, *more: Any) -> Any:
        library.open(plan).commit([Put("decision", "d", {"evidence": [ours, theirs]})], "Bo")
        return store(changes, *more)

    with monkeypatch.context() as crossing:
        crossing.setattr(state, "commit", while_it_is_stored)
        at.button(key="drop.d.abc_grades").click().run()
    assert not at.exception
    assert [item["exhibit"] for item in _kept(library, plan)] == ["abc_grades", "lorenz"]


def _confirm(open_page: OpenPage, plan: str, days: list[dt.date]) -> AppTest:
    """The page of a file with purchases on these days, chosen and not imported yet."""
    at = open_page("workspace/data.py", plan=plan, view="import")
    (field,) = (field for field in at.file_uploader if str(field.key).startswith("upload_purchases"))
    content = HEADING + "\n".join(f"new{at},{day},10" for at, day in enumerate(days))
    field.upload("later.csv", content.encode(), "text/csv").run()
    return read_through(at)


def test_a_file_that_would_take_days_away_says_so_before(open_page: OpenPage, plan: str) -> None:
    at = _confirm(open_page, plan, [dt.date(2024, 2, 1), dt.date(2024, 2, 9)])
    (warned,) = [warning for warning in at.warning if "5 purchase lines of other days leave the workbook" in warning.value]
    assert "1 February 2024 to 9 February 2024" in warned.value
    assert "Add to the data at hand" in warned.value
    at.radio(key="import_mode").set_value("append").run()
    assert not [warning for warning in read_through(at).warning if "leave the workbook" in warning.value]


def test_an_import_says_that_customers_moved_between_adopted_segments(open_page: OpenPage, library: Library, plan: str) -> None:
    cursor = library.open(plan).cursor()
    adopt(library.open(plan), rfm_segments(cursor, default_cuts(cursor)), "Ada", "en")
    at = _confirm(open_page, plan, [dt.date(2023, 12, 1), dt.date(2024, 2, 9)])
    at.button(key="do_import").click().run()
    (said,) = [info.value for info in at.info if "gained or lost customers" in info.value]
    assert "Import and quality" in said


def test_the_first_file_takes_nothing_away(open_page: OpenPage, library: Library) -> None:
    at = _confirm(open_page, library.create("Empty"), [dt.date(2024, 2, 1), dt.date(2024, 2, 9)])
    assert not at.exception
    assert [button for button in at.button if button.key == "do_import"]


def test_a_file_that_covers_all_days_takes_their_place_without_alarm(open_page: OpenPage, plan: str) -> None:
    at = _confirm(open_page, plan, [dt.date(2023, 12, 1), dt.date(2024, 2, 9)])
    assert not [warning for warning in at.warning if "leave the workbook" in warning.value]
    assert [caption.value for caption in at.caption if "Replaced: 5 purchase lines of 5 customers" in caption.value]
