"""The section of the customer data page for interactions: seen, confirmed, taken in; in both languages."""

from __future__ import annotations

from pathlib import Path

import pytest

from strategy.customers import InteractionFile, preview, read_here
from strategy.customers.interaction_mapping import propose_interactions
from strategy.customers.interaction_sets import current_interactions
from strategy.spine import import_interactions
from strategy.workbook import Library
from tests.pages.conftest import OpenPage, read_through

DATA = "workspace/data.py"
TEXT = {
    "en": "client,date,type,status,reason\n007,2024-03-01,Complaint,open,late\n008,2024-03-02,Call,closed,\n,2024-03-02,Call,closed,\n",
    "zh": "客户编号,投诉时间,类型,处理状态,原因\n007,2024-03-01 10:05,投诉,未解决,送货太晚\n008,2024-03-02 11:30,来电咨询,已解决,\n,2024-03-02,来电咨询,已解决,\n",
}


@pytest.fixture
def key(shop: str) -> str:
    return shop


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_file_is_confirmed_and_taken_in(
    open_page: OpenPage, key: str, library: Library, lang: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (inbox / "contacts.csv").write_text(TEXT[lang], encoding="utf-8")
    monkeypatch.setenv("NINEFOLD_INBOX", str(inbox))
    at = open_page(DATA, plan=key, lang=lang, view="import")
    field = at.multiselect(key="inbox_interactions")
    read_through(field.set_value(field.options).run())
    assert not at.exception, [element.message for element in at.exception]
    assert not at.error
    complaints, still_open = (
        next(field for field in at.multiselect if f"interactions.{name}." in str(field.key)) for name in ("complaints", "open")
    )
    assert complaints.value == ["Complaint" if lang == "en" else "投诉"]
    assert still_open.value == ["open" if lang == "en" else "未解决"]
    read_through(at.button(key="do_interactions").click().run())
    assert not at.exception, [element.message for element in at.exception]
    stored = current_interactions(library.open(key).cursor())
    assert stored is not None
    assert (stored.interactions, stored.complaints, stored.unsettled, stored.author) == (2, 1, 1, "Ada")
    start = "At hand" if lang == "en" else "现有"
    assert any(text.value.startswith(start) for text in at.markdown)


@pytest.mark.parametrize(
    ("script", "view"),
    [
        (DATA, "import"),
        (DATA, "segments"),
        (DATA, "customers"),
        ("steps/step_6_retention.py", "evidence"),
        ("steps/step_7_win_back.py", "evidence"),
    ],
)
def test_interactions_may_come_before_the_purchases(
    open_page: OpenPage, library: Library, tmp_path: Path, script: str, view: str
) -> None:
    key = library.create("Early")
    file = tmp_path / "contacts.csv"
    file.write_text(TEXT["en"], encoding="utf-8")
    workbook = library.open(key)
    (found,) = read_here(InteractionFile(file, file.name, propose_interactions(preview(file))), workbook.cursor())
    import_interactions(workbook, found, found.proposed_complaints(), found.proposed_open(), "Ada")
    open_page(script, plan=key, lang="en", view=view, exhibit="complaints")
