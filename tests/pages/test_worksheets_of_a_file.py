"""Excel files with several worksheets: the one meant can be chosen, whatever stands on the first."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from streamlit.testing.v1 import AppTest

from strategy.customers import preview
from strategy.customers.attributes import attribute_names
from strategy.errors import ImportRefused
from strategy.workbook import Library
from tests.pages.conftest import OpenPage, read_through

DATA = "workspace/data.py"
SALES = [("id", "date", "amount"), ("007", "2024-03-05", 50), ("008", "2024-03-20", 30)]
PEOPLE = [("id", "region", "age"), ("007", "North", 31), ("008", "South", 44)]
RIVALS = [("name", "kind", "strengths", "weaknesses"), ("Buskers", "indirect", "free", "weather")]


def book(**sheets: list[tuple[Any, ...]]) -> bytes:
    """An Excel file: name of each worksheet -> its rows."""
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as workbook:
        for name, rows in sheets.items():
            sheet = workbook.add_worksheet(name)
            for at, row in enumerate(rows):
                sheet.write_row(at, 0, row)
    return made.getvalue()


COVER = [("Sales of the newsstand",), ("for internal use",)]


def _sheet_choice(at: AppTest) -> Any:
    (field,) = (field for field in at.selectbox if list(field.options)[:1] == ["Cover"])
    return field


@pytest.mark.parametrize("kind", ["attributes", "interactions", "purchases"])
def test_a_cover_is_passed_over_and_the_choice_appears(
    open_page: OpenPage, shop: str, library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    monkeypatch.setenv("NINEFOLD_INBOX", str(inbox))
    (inbox / "book.xlsx").write_bytes(book(Cover=COVER, Table=PEOPLE if kind == "attributes" else SALES))
    at = open_page(DATA, plan=shop, view="import")
    field = at.multiselect(key=f"inbox_{kind}")
    read_through(field.set_value(field.options).run())
    assert not at.error, [error.value for error in at.error]
    choice = _sheet_choice(at)
    assert (list(choice.options), choice.placeholder) == (["Cover", "Table"], "Table")
    if kind == "attributes":
        at.button(key="do_attributes").click().run()
        assert attribute_names(library.open(shop).cursor())["name"].tolist() == ["age", "region"]
    read_through(_sheet_choice(at).select("Cover").run())
    assert at.error
    assert not any(str(button.key).startswith("do_") for button in at.button)
    assert _sheet_choice(at).value == "Cover", "the way back stays open"


def test_rows_of_a_worksheet_come_from_the_one_chosen(open_page: OpenPage, library: Library) -> None:
    key = library.create("Rivals")
    at = open_page("steps/step_3_positioning.py", plan=key, view="worksheets", sheet="rival")
    at.session_state["file.rival"] = True
    at.run()
    (field,) = (field for field in at.file_uploader if str(field.key).startswith("upload.rival"))
    others = [RIVALS[0], ("Kiosk", "direct", "near", "dear")]
    read_through(field.upload("rivals.xlsx", book(Cover=COVER, Mine=RIVALS, Others=others)).run())
    read_through(_sheet_choice(at).select("Others").run())
    at.button(key="bring.rival").click().run()
    assert [row["name"] for row in library.open(key).snapshot().rows("rival")] == ["Kiosk"]


def test_where_no_worksheet_is_a_table_it_is_said_of_the_first(tmp_path: Path) -> None:
    file = tmp_path / "book.xlsx"
    file.write_bytes(book(Cover=COVER, Back=[("End",)]))
    with pytest.raises(ImportRefused, match="Only one column was found, headed Sales of the newsstand"):
        preview(file)
    file.write_bytes(book(Empty=[], Sales=SALES, People=PEOPLE))
    assert (preview(file).sheet, preview(file, sheet="People").columns[1]) == ("Sales", "region")
