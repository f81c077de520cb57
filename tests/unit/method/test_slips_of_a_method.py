"""Slips in a team's own method: each is named by the very line and key, before any workbook is made with it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from strategy.errors import MethodError
from strategy.method import load_method, shipped_folder

FILE = "step_5_acquisition.yaml"
#: A worksheet at the end of step 5, with what the slips below are made in.
PARTNER = """
  - id: partner
    title: {en: Partners, zh: 合作伙伴}
    why: {en: They open doors., zh: 他们能打开门路。}
    how: {en: One row each., zh: 每个伙伴一行。}
    label: name
    seed:
      - {id: kiosk, values: {name: The kiosk, share: 10, kind: reseller}}
    columns:
      - {id: name, type: text, title: {en: Name, zh: 名称}}
      - {id: share, type: percent, title: {en: Share, zh: 份额}, min: 0, max: 100, ranged: true, example: 15}
      - {id: kind, type: choice, title: {en: Kind, zh: 方式}, choices: [{id: reseller, title: {en: Reseller, zh: 代销}}], example: reseller}
      - {id: people, type: integer, title: {en: People, zh: 人数}}
      - {id: agreed_on, type: date, title: {en: Agreed on, zh: 约定日期}}
      - {id: signed, type: boolean, title: {en: Signed, zh: 已签}}
      - {id: opens, type: reference, title: {en: Opens, zh: 打开}, to: [segment]}
"""


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A team's own method folder with the worksheet above."""
    folder = tmp_path / "method"
    shutil.copytree(shipped_folder(), folder)
    path = folder / FILE
    path.write_text(path.read_text(encoding="utf-8").rstrip("\n") + PARTNER, encoding="utf-8")
    return folder


def _slip(folder: Path, old: str, new: str) -> int:
    """Make the slip, the last place where ``old`` stands; returns its line."""
    text = (folder / FILE).read_text(encoding="utf-8")
    before, found, after = text.rpartition(old)
    assert found
    (folder / FILE).write_text(before + new + after, encoding="utf-8")
    return before.count("\n") + 1


def test_the_worksheet_without_a_slip_is_loaded(own: Path) -> None:
    assert load_method(own).has_worksheet("partner")


@pytest.mark.parametrize(
    ("old", "new", "says", "key"),
    [
        ("{id: signed, ", "{id: people, ", "Column ids are not unique: people", "columns.5.id"),
        ("label: name", "label: nobody", "Label 'nobody' is not one of the columns", "partner.label"),
        ("{id: name, type: text,", "{id: name, min: 3, type: text,", "Only a numeric column has 'min' and 'max'", "columns.0.min"),
        ("max: 100, ranged", "max: .inf, ranged", "Expected a number", "columns.1.max"),
        ("min: 0, max: 100", "min: 100, max: 0", "'min' is greater than 'max'", "columns.1.min"),
        ("{id: name, type: text,", "{id: name, ranged: true, type: text,", "Only a numeric column", "columns.0.ranged"),
        ("example: 15", "example: 150", "Expected at most 100", "columns.1.example"),
        ("example: reseller", "example: retailer", "Expected one of reseller", "columns.2.example"),
        (", to: [segment]", "", "'to' names the worksheets", "columns.6"),
        ("name: The kiosk, ", "nme: The kiosk, ", "Seed row 'kiosk' has unknown columns: nme", "seed.0.values.nme"),
        ("share: 10,", "share: many,", "Expected a number", "seed.0.values.share"),
        ("share: 10,", "share: 101,", "Expected at most 100", "seed.0.values.share"),
        ("share: 10,", "people: 1.5,", "Expected a whole number", "seed.0.values.people"),
        ("share: 10,", "people: .inf,", "Expected a number", "seed.0.values.people"),
        ("share: 10,", "signed: perhaps,", "Expected true or false", "seed.0.values.signed"),
        ("share: 10,", "agreed_on: 31.12.2026,", "Expected a date such as 2026-03-15", "seed.0.values.agreed_on"),
        ("share: 10,", "opens: nobody,", "Expected a row that is seeded too; found nobody", "seed.0.values.opens"),
        ("kind: reseller}}", "kind: retailer}}", "Expected one of reseller", "seed.0.values.kind"),
    ],
)
def test_a_slip_is_named_by_its_very_line_and_key(own: Path, old: str, new: str, says: str, key: str) -> None:
    line = _slip(own, old, new)
    with pytest.raises(MethodError) as caught:
        load_method(own)
    said = str(caught.value)
    assert says in said
    assert f"{FILE}:{line}, " in said
    assert key.removeprefix("partner.") in said


def test_a_row_to_start_with_that_is_there_twice_is_refused(own: Path) -> None:
    row = "      - {id: kiosk, values: {name: The kiosk, share: 10, kind: reseller}}\n"
    line = _slip(own, row, row + row)
    with pytest.raises(MethodError, match=f"Seed row 'kiosk' is there twice.*{FILE}:{line + 1},"):
        load_method(own)


def test_two_steps_of_one_number_are_refused(own: Path) -> None:
    _slip(own, "\nnumber: 5\n", "\nnumber: 4\n")
    with pytest.raises(MethodError, match=rf"Two steps have the number 4.*{FILE}:2, number"):
        load_method(own)


def test_a_check_of_an_unknown_kind_is_named_by_its_kind(own: Path) -> None:
    path = own / "checks.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("{kind: sum,", "{kind: sums,", 1), encoding="utf-8")
    with pytest.raises(MethodError, match=r"Expected one of 'filled'.*rule\.kind"):
        load_method(own)


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16"])
def test_a_file_in_another_encoding_says_which_to_save_it_in(own: Path, encoding: str) -> None:
    path = own / FILE
    path.write_bytes(path.read_text(encoding="utf-8").encode(encoding))
    with pytest.raises(MethodError, match=rf"not in UTF-8.*{FILE}:\d+.*Save it as UTF-8"):
        load_method(own)


def test_a_character_yaml_does_not_take_is_named_by_its_line(own: Path) -> None:
    line = _slip(own, "They open", "They\0 open")
    with pytest.raises(MethodError, match=f"{FILE}:{line}"):
        load_method(own)
