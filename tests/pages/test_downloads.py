"""A file a visitor takes along is of the workbook and in the language of the page, whoever else is here."""

from __future__ import annotations

import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pandas as pd
import pytest
import streamlit as st

from pages.ui import state
from pages.ui.downloads import as_csv
from strategy.customers import Mapping, understand
from strategy.spine import import_customers
from strategy.workbook import Library, Put
from tests.pages.conftest import OpenPage

Made = Callable[[], bytes]


@pytest.fixture
def offered(monkeypatch: pytest.MonkeyPatch) -> dict[str, Made]:
    """What the download buttons of the pages opened make, by key. Streamlit makes it on a thread of the server, without a session."""
    found: dict[str, Made] = {}
    button = st.download_button

    def kept(label: str, data: Made, **given: object) -> bool:
        found[str(given["key"])] = data
        return button(label, data, **given)

    monkeypatch.setattr(st, "download_button", kept)
    return found


def _on_the_server(make: Made) -> bytes:
    with ThreadPoolExecutor(1) as server:
        return server.submit(make).result()


def _cells(book: bytes) -> set[str]:
    sheets = pd.read_excel(io.BytesIO(book), sheet_name=None, header=None, dtype=str, engine="calamine")
    return {str(cell) for sheet in sheets.values() for cell in sheet.to_numpy().ravel()}


@pytest.fixture
def clients(library: Library) -> tuple[str, str]:
    """Two workbooks of two clients."""
    first, second = library.create("Orchard"), library.create("Harbour")
    library.open(first).commit([Put("segment", "a", {"name": "Families"})], "Ada")
    library.open(second).commit([Put("segment", "b", {"name": "Sailors"})], "Ada")
    return first, second


def test_each_visitor_gets_the_plan_of_the_own_page(
    open_page: OpenPage, clients: tuple[str, str], offered: dict[str, Made]
) -> None:
    for client, lang, name, other in (
        (clients[0], "en", "Families", "Sailors"),
        (clients[1], "zh", "Sailors", "Families"),
    ):
        open_page("workspace/report.py", plan=client, lang=lang)
        document = _on_the_server(offered["report.html"]).decode()
        assert name in document
        assert other not in document
        assert f'lang="{lang}' in document
        words = _cells(_on_the_server(offered["report.xlsx"]))
        assert name in words
        assert other not in words


def test_a_template_is_in_the_language_of_the_page(open_page: OpenPage, clients: tuple[str, str], offered: dict[str, Made]) -> None:
    headings = {}
    for lang in ("en", "zh"):
        at = open_page("steps/step_1_targets.py", plan=clients[1], lang=lang, view="worksheets", sheet="segment")
        at.session_state["file.segment"] = True
        at.run()
        headings[lang] = _cells(_on_the_server(offered["template.segment"]))
    assert "Attributes" in headings["en"] - headings["zh"], "choices are said in the language of the page"


def test_the_file_of_a_workbook_is_that_workbook(open_page: OpenPage, clients: tuple[str, str], offered: dict[str, Made]) -> None:
    at = open_page("workspace/library.py", plan=clients[0])
    at.session_state[f"more.{clients[1]}"] = True
    at.run()
    assert b"Sailors" in _on_the_server(offered[f"download.{clients[1]}"])


def test_rows_left_out_are_those_of_the_own_data(
    open_page: OpenPage, library: Library, clients: tuple[str, str], offered: dict[str, Made], tmp_path: Path
) -> None:
    for client, amount in zip(clients, ("31", "32"), strict=True):
        file = tmp_path / "sales.csv"
        file.write_text(f"id,date,amount\n007,2024-01-05,50\n,2024-01-20,{amount}\n", encoding="utf-8")
        import_customers(library.open(client), understand(file, file.name, Mapping("id", "date", "amount")), "Ada")
        open_page("workspace/data.py", plan=client, view="import")
        rows = _on_the_server(offered["rejected"]).decode("utf-8-sig")
        assert [amount in line for line in rows.splitlines()] == [False, True], "a heading and the row without a customer"


def test_nothing_is_looked_up_for_a_visitor_who_is_not_there() -> None:
    with ThreadPoolExecutor(1) as server, pytest.raises(RuntimeError, match="no visitor"):
        server.submit(state.plan_key).result()


def test_text_that_would_run_as_a_formula_is_marked_and_numbers_are_not() -> None:
    text = as_csv(pd.DataFrame({"as it stood": ["=1+1", "-5,20", "+3%", "-x", "@a"]})).decode("utf-8-sig")
    assert text.splitlines()[1:] == ["'=1+1", '"-5,20"', "+3%", "'-x", "'@a"]
