"""The plan as a spreadsheet: what its reader sees in Excel."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile

import pytest
from python_calamine import CalamineWorkbook

from strategy.language import Language
from strategy.reports.plan import plan_of
from strategy.reports.spreadsheet import spreadsheet
from strategy.workbook import Put, Workbook


@pytest.mark.parametrize(
    ("language", "sheet", "words"), [("en", "Changes", {"added", "changed"}), ("zh", "修改记录", {"新增", "修改"})]
)
def test_changes_are_told_in_the_language_and_by_time(workbook: Workbook, language: Language, sheet: str, words: set[str]) -> None:
    workbook.commit([Put("segment", "a", {"name": "Regulars"})], "Ada")
    workbook.commit([Put("segment", "a", {"name": "Old regulars"})], "Ada")
    book = CalamineWorkbook.from_filelike(io.BytesIO(spreadsheet(plan_of(workbook, language))))
    _, *rows = book.get_sheet_by_name(sheet).to_python()
    assert {row[3] for row in rows} == words
    assert all(isinstance(row[1], dt.datetime) for row in rows), "to be sorted and filtered by"


def test_no_whole_number_ends_in_a_point(workbook: Workbook) -> None:
    """Excel shows a 30 in the format ``#,##0.##`` as ``30.``"""
    workbook.commit([Put("segment", "a", {"name": "Regulars", "revenue": 30, "customers": 7})], "Ada")
    with zipfile.ZipFile(io.BytesIO(spreadsheet(plan_of(workbook, "en")))) as parts:
        formats = re.findall(r'formatCode="([^"]+)"', parts.read("xl/styles.xml").decode())
    assert formats
    assert not [code for code in formats if re.search(r"\.#+$", code)]


def test_a_whole_number_shows_no_place_after_the_point_and_a_fraction_does(workbook: Workbook) -> None:
    workbook.commit([Put("segment", "a", {"name": "Regulars", "revenue": 41234, "margin": 12.75})], "Ada")
    with zipfile.ZipFile(io.BytesIO(spreadsheet(plan_of(workbook, "en")))) as parts:
        styles = parts.read("xl/styles.xml").decode()
        cells = "".join(parts.read(name).decode() for name in parts.namelist() if name.startswith("xl/worksheets/sheet"))
    own = dict(re.findall(r'<numFmt numFmtId="(\d+)" formatCode="([^"]+)"', styles))
    used = re.findall(r'<xf numFmtId="(\d+)"', styles.partition("<cellXfs")[2])
    shown_as = {value: used[int(style)] for style, value in re.findall(r'<c r="[A-Z]+\d+" s="(\d+)"><v>([\d.]+)</v>', cells)}
    assert own[shown_as["41234"]] == "#,##0"
    assert own[shown_as["12.75"]].startswith("#,##0.0")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_names_of_sheets_are_whole_or_cut_between_words(workbook: Workbook, language: Language) -> None:
    names = CalamineWorkbook.from_filelike(io.BytesIO(spreadsheet(plan_of(workbook, language)))).sheet_names
    titles = {sheet.title.in_(language).replace("'", "’") for sheet in workbook.method.worksheets}
    assert max(map(len, names)) <= 31
    assert len({name.casefold() for name in names}) == len(names)
    for name in names[3:-1]:
        shown = name.partition(" ")[2]
        begun = shown.removesuffix("…")
        assert shown in titles or any(title.startswith(begun + " ") for title in titles), name
