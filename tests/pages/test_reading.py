"""Files on the customer data page are read in a process of their own: from file to stored, what is wrong said, cancelled, read again."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from pages.ui.data import reading
from strategy.customers import Beginning
from strategy.customers.attributes import attribute_names
from strategy.errors import ImportRefused
from strategy.workbook import Library
from tests.pages.conftest import OpenPage, read_through

DATA = "workspace/data.py"
CUSTOMERS = "id,region,age\n007,North,31\n008,South,44\n009,,52\n"
CONTACTS = "client,date,type,status\n007,2024-03-01,Complaint,open\n008,2024-03-02,Call,closed\n"


@pytest.fixture
def key(shop: str) -> str:
    return shop


@pytest.fixture
def inbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "inbox"
    folder.mkdir()
    monkeypatch.setenv("NINEFOLD_INBOX", str(folder))
    return folder


def _choose(at: AppTest, kind: str) -> AppTest:
    field = at.multiselect(key=f"inbox_{kind}")
    field.set_value(field.options).run()
    assert not at.exception, [element.message for element in at.exception]
    return at


def _keys(at: AppTest) -> set[str]:
    return {str(button.key) for button in at.button}


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_attributes_go_from_file_to_stored(open_page: OpenPage, key: str, library: Library, inbox: Path, lang: str) -> None:
    (inbox / "customers.csv").write_text(CUSTOMERS, encoding="utf-8")
    at = read_through(_choose(open_page(DATA, plan=key, lang=lang, view="import"), "attributes"))
    assert not at.error
    at.button(key="do_attributes").click().run()
    assert not at.exception, [element.message for element in at.exception]
    names = attribute_names(library.open(key).cursor())
    assert names["name"].tolist() == ["age", "region"]


@pytest.mark.parametrize(
    ("kind", "text", "title", "place"),
    [
        ("attributes", "id,region\n007,North\n007,South\n", "Customer 007 is described twice, in different ways", "customers.csv, rows 2, 3"),
        ("interactions", CONTACTS + "009,soon,Call,\n", "Dates that cannot be read or are out of range: 1; the first is soon", "customers.csv, row 4, column date"),
        ("attributes", "id,region\n" + "1,N\n" * 200 + "2,S,more\n", "The row has 3 columns, the heading has 2", "customers.csv, row 202"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_file_is_said(
    open_page: OpenPage, key: str, inbox: Path, kind: str, text: str, title: str, place: str
) -> None:
    (inbox / "customers.csv").write_text(text, encoding="utf-8")
    at = read_through(_choose(open_page(DATA, plan=key, lang="en", view="import"), kind))
    (error,) = at.error
    assert title in f"{error.proto.title} {error.value}".replace("\\", "")
    assert place in error.value.replace("\\", "")
    assert f"do_{kind}" not in _keys(at)


def test_beside_other_files_one_that_cannot_be_read_can_be_taken_off(open_page: OpenPage, key: str, inbox: Path) -> None:
    (inbox / "a page.csv").write_text("<html><body>nothing</body></html>", encoding="utf-8")
    alone = _choose(open_page(DATA, plan=key, lang="en", view="import"), "purchases")
    hint = "taken off with the ×"
    assert not any(hint in caption.value for caption in alone.caption)
    (inbox / "b.csv").write_text("id,date,amount\n007,2024-03-01,5\n", encoding="utf-8")
    both = _choose(open_page(DATA, plan=key, lang="en", view="import"), "purchases")
    assert "web page" in both.error[0].proto.title
    assert any(hint in caption.value for caption in both.caption)


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="a process cannot be held here")
@pytest.mark.parametrize("kind", ["attributes", "interactions"])
def test_a_reading_shows_how_far_it_is_survives_reruns_and_can_be_cancelled(
    open_page: OpenPage, key: str, inbox: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (inbox / "customers.csv").write_text(CONTACTS, encoding="utf-8")
    monkeypatch.setattr(reading, "AT_ONCE_SECONDS", 0.0)
    task = "AttributeFile" if kind == "attributes" else "InteractionFile"
    at = open_page(DATA, plan=key, lang="en", view="import")
    jobs: list[reading.ReadingJob[object]] = []

    class Slow(reading.ReadingJob):  # type: ignore[type-arg]
        def __init__(self, *given: object, **more: object) -> None:
            super().__init__(*given, **more)  # type: ignore[arg-type]
            if not isinstance(self.task, Beginning):
                self._process.send_signal(signal.SIGSTOP)  # it stays under way
                jobs.append(self)

    monkeypatch.setattr(reading, "ReadingJob", Slow)
    _choose(at, kind)
    assert f"cancel_reading.{task}" in _keys(at)
    at.run()
    assert f"cancel_reading.{task}" in _keys(at)
    assert len(jobs) == 1, "a rerun reads on"
    at.button(key=f"cancel_reading.{task}").click().run()
    assert not jobs[0].running
    assert "The reading was cancelled" in f"{at.error[0].proto.title} {at.error[0].value}"
    monkeypatch.undo()
    monkeypatch.setenv("NINEFOLD_INBOX", str(inbox))
    at.button(key=f"read_again.{task}").click().run()
    read_through(at)
    assert not at.error
    assert f"do_{kind}" in _keys(at)


def test_a_file_taken_off_the_page_is_read_no_further(open_page: OpenPage, key: str, inbox: Path) -> None:
    (inbox / "customers.csv").write_text(CUSTOMERS, encoding="utf-8")
    at = read_through(_choose(open_page(DATA, plan=key, lang="en", view="import"), "attributes"))
    job, _ = at.session_state["memo"]["reading.AttributeFile"]
    at.multiselect(key="inbox_attributes").set_value([]).run()
    assert "reading.AttributeFile" not in at.session_state["memo"]
    with pytest.raises(ImportRefused, match="cancelled"):
        job.result()
    assert "do_attributes" not in _keys(at)


@pytest.mark.parametrize("kind", ["attributes", "interactions"])
def test_a_file_is_not_even_looked_at_in_the_process_of_the_page(
    open_page: OpenPage, key: str, inbox: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a stranger's file was opened in the server")

    monkeypatch.setattr("strategy.customers.tasks.preview", refuse)
    monkeypatch.setattr("strategy.customers.reading.opened", refuse)
    (inbox / "customers.csv").write_text(CONTACTS if kind == "interactions" else CUSTOMERS, encoding="utf-8")
    at = read_through(_choose(open_page(DATA, plan=key, lang="en", view="import"), kind))
    assert not at.error
    assert f"do_{kind}" in _keys(at)


def test_a_file_like_one_imported_before_is_read_with_the_same_switches(open_page: OpenPage, library: Library, inbox: Path) -> None:
    plan = library.create("Plan")
    heading = "client,day,total\n"
    (inbox / "may.csv").write_text(heading + "1,2025-05-01,5\n2,2025-05-02,7\n3,2025-05-03,not yet\n", encoding="utf-8")
    at = read_through(_choose(open_page(DATA, plan=plan, view="import"), "purchases"))
    (switch,) = _switches(at)
    assert at.error
    read_through(switch.set_value(True).run())
    at.button(key="do_import").click().run()
    (inbox / "may.csv").unlink()

    (inbox / "june.csv").write_text(heading + "1,2025-06-01,5\n2,2025-06-02,7\n3,not yet,9\n", encoding="utf-8")
    at = read_through(_choose(open_page(DATA, plan=plan, view="import"), "purchases"))
    assert not at.error
    (switch,) = _switches(at)
    assert switch.value
    captions = [caption.value.replace("\\", "") for caption in at.caption]
    assert [caption for caption in captions if "Switched on, as for may.csv: Leave out rows that cannot be read." in caption]
    read_through(switch.set_value(False).run())
    assert at.error, "the switch can be set back"
    (inbox / "june.csv").unlink()

    (inbox / "other.csv").write_text("who,when,sum\n1,2025-06-01,5\n2,not yet,7\n", encoding="utf-8")
    at = _choose(open_page(DATA, plan=plan, view="import"), "purchases")
    (switch,) = _switches(at)
    assert not switch.value, "a file with other columns starts as usual"


def test_what_was_said_of_dates_in_one_file_holds_for_the_next_like_it(open_page: OpenPage, library: Library, inbox: Path) -> None:
    plan = library.create("Plan")
    rows = "client,day,total\n1,03/04/2024,5\n2,05/04/2024,7\n3,06/04/2024,9\n"
    (inbox / "may.csv").write_text(rows, encoding="utf-8")
    at = read_through(_choose(open_page(DATA, plan=plan, view="import"), "purchases"))
    assert at.error, "the dates can be read in two ways"
    read_through(_date_order(at).select("dmy").run())
    at.button(key="do_import").click().run()
    (inbox / "may.csv").unlink()

    (inbox / "june.csv").write_text(rows.replace("/04/", "/06/"), encoding="utf-8")
    at = read_through(_choose(open_page(DATA, plan=plan, view="import"), "purchases"))
    assert not at.error
    assert _date_order(at).value == "dmy"
    assert [
        caption
        for caption in at.caption
        if "Read as may.csv was: Dates such as 03/04/2024: day first." in caption.value.replace("\\", "")
    ]
    at.button(key="do_import").click().run()
    days = library.open(plan).cursor().sql("SELECT DISTINCT month(day) FROM purchase").fetchall()
    assert days == [(6,)]


def _date_order(at: AppTest) -> Any:
    (box,) = (box for box in at.selectbox if str(box.key).startswith("map.date_order"))
    return box


def _switches(at: AppTest) -> list[Any]:
    return [toggle for toggle in at.toggle if str(toggle.key).startswith("rule.skip_unreadable")]
