"""Rows of a worksheet from a file: read in a process of its own, understood, brought in; what is wrong is said and nothing stored."""

from __future__ import annotations

import io
import zipfile

import pytest
from streamlit.testing.v1 import AppTest

from strategy.customers import tasks
from strategy.workbook import Library
from tests.pages.conftest import OpenPage, read_through

STEP = "steps/step_3_positioning.py"


@pytest.fixture
def key(library: Library) -> str:
    return library.create("Rivals")


@pytest.fixture
def in_a_process_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(*_: object, **__: object) -> None:
        raise AssertionError("the server opened a stranger's file")

    monkeypatch.setattr(tasks, "read_table", nobody)


def _choose(at: AppTest, name: str, content: bytes) -> AppTest:
    at.session_state["file.rival"] = True
    at.run()
    (field,) = (field for field in at.file_uploader if str(field.key).startswith("upload.rival"))
    field.upload(name, content).run()
    assert not at.exception, [element.message for element in at.exception]
    return read_through(at)


@pytest.mark.usefixtures("in_a_process_of_its_own")
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_rows_go_from_file_to_worksheet(open_page: OpenPage, key: str, library: Library, lang: str) -> None:
    at = open_page(STEP, plan=key, lang=lang, view="worksheets", sheet="rival")
    at = _choose(
        at, "rivals.csv", "name,kind,strengths,weaknesses\nBuskers,indirect,free,weather\n报亭,直接竞争,near,dear\n".encode()
    )
    assert not at.error
    at.button(key="bring.rival").click().run()
    assert not at.exception, [element.message for element in at.exception]
    assert [row["name"] for row in library.open(key).snapshot().rows("rival")] == ["Buskers", "报亭"]
    assert not any(str(button.key).startswith("bring") for button in at.button), "the file is done with"


@pytest.mark.usefixtures("in_a_process_of_its_own")
def test_what_is_wrong_with_the_file_is_said_and_another_can_be_chosen(open_page: OpenPage, key: str, library: Library) -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            for _ in range(1100):
                sheet.write(b"0" * 1_000_000)
    at = open_page(STEP, plan=key, lang="en", view="worksheets", sheet="rival")
    at = _choose(at, "rivals.xlsx", bomb.getvalue())
    (error,) = at.error
    assert "rivals.xlsx" in error.value.replace("\\", "")
    assert not library.open(key).snapshot().rows("rival")
    at = _choose(at, "rivals.csv", b"name,kind,strengths,weaknesses\nBuskers,indirect,free,weather\n")
    assert not at.error
    assert at.button(key="bring.rival")
