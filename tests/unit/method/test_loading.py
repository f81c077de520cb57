"""The method files: all of them load, and a slip in one is said with file, line, key and what was expected."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from strategy.errors import MethodError
from strategy.method import load_method, shipped_folder, shipped_method
from strategy.workbook import Put, Workbook

FIXED = {
    "customer_type", "segment", "segment_evaluation", "need", "rival", "positioning", "mix", "acquisition", "grade", "touchpoint",
    "win_back", "capability", "vendor", "kpi", "initiative", "decision",
}  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped method to spoil."""
    return Path(shutil.copytree(shipped_folder(), tmp_path / "method"))


def _line(path: Path, text: str) -> int:
    return next(number for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1) if text in line)


def test_the_shipped_method_has_ten_steps_and_every_fixed_worksheet() -> None:
    method = shipped_method()
    assert [step.number for step in method.steps] == list(range(10))
    assert {sheet.id for sheet in method.worksheets} >= FIXED


def test_every_text_stands_in_both_languages_and_they_differ() -> None:
    for sheet in shipped_method().worksheets:
        for text in (sheet.title, sheet.why, sheet.how, *(column.title for column in sheet.columns)):
            assert any("\u4e00" <= letter <= "\u9fff" for letter in text.zh) or text.zh == text.en, (sheet.id, text.zh)


def test_every_worksheet_says_why_and_how_and_gives_examples() -> None:
    for sheet in shipped_method().worksheets:
        for column in sheet.columns:
            if not column.is_reference and not column.computed and column.type != "boolean":
                assert column.example is not None or column.choices, f"{sheet.id}.{column.id}"


@pytest.mark.parametrize(
    ("old", "new", "says", "at"),
    [
        ("        type: percent\n", "        typ: percent\n", "Extra inputs are not permitted", "typ: percent"),
        ("type: integer", "type: whole", "Input should be 'text'", "type: whole"),
        ("    label: name\n", "    label: nothing\n", "label 'nothing' is not one of the columns", "- id: segment"),
        ("to: [segment]", "to: []", "names the worksheets", "to: []"),
        ('choices: "@figures_from"', 'choices: "@figures"', "no shared list of choices @figures", '"@figures"'),
    ],
)
def test_a_slip_is_named_with_its_place(folder: Path, old: str, new: str, says: str, at: str) -> None:
    path = folder / "step_1_targets.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(MethodError) as caught:
        load_method(folder)
    said = str(caught.value)
    assert says in said
    assert "step_1_targets.yaml:" in said
    line = int(said.split("step_1_targets.yaml:")[1].split(",")[0])
    assert abs(line - _line(path, at)) <= 12, (line, _line(path, at))


def test_a_missing_language_is_refused(folder: Path) -> None:
    path = folder / "step_1_targets.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("{en: Segments, zh: 细分市场}", "{en: Segments}", 1), encoding="utf-8")
    with pytest.raises(MethodError, match=r"step_1_targets.yaml:\d+, .*zh"):
        load_method(folder)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("rests_on: [rule, margin", "rests_on: [rule, shoe", "segment_test.segment rests on unknown columns: shoe"),
        ("type: long_text\n", "type: long_text\n        rests_on: []\n", "'rests_on' belongs to a reference column"),
    ],
)
def test_a_reference_rests_on_columns_that_are_there(folder: Path, old: str, new: str, says: str) -> None:
    path = folder / "step_1_targets.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    with pytest.raises(MethodError, match=says):
        load_method(folder)


def test_a_reference_to_no_worksheet_is_refused(folder: Path) -> None:
    path = folder / "step_2_needs.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("to: [segment]", "to: [segments]", 1), encoding="utf-8")
    with pytest.raises(MethodError, match="unknown worksheets: segments"):
        load_method(folder)


def test_groups_name_every_exhibit_of_their_step(folder: Path) -> None:
    path = folder / "step_1_targets.yaml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("exhibits: [segment_map, value_treemap]}", "exhibits: [segment_map]}", 1),
        encoding="utf-8",
    )
    with pytest.raises(MethodError, match="the groups of step 'step_1' must name each of its exhibits once"):
        load_method(folder)


def test_broken_yaml_and_doubled_keys_are_refused(folder: Path) -> None:
    path = folder / "step_4_mix.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text + "\n  : [\n", encoding="utf-8")
    with pytest.raises(MethodError, match=r"step_4_mix.yaml:\d+"):
        load_method(folder)
    path.write_text(text + "\nid: step_4\n", encoding="utf-8")
    with pytest.raises(MethodError, match="appears twice"):
        load_method(folder)


def test_rows_of_a_worksheet_taken_out_stay_readable(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "plan.duckdb"
    with Workbook.create(path, "Plan") as made:
        made.commit([Put("insight", "i", {"idea": "Umbrellas on rainy days", "stage": "noted"})], "Ada")
    import yaml

    step = folder / "step_9_circle.yaml"
    content = yaml.safe_load(step.read_text(encoding="utf-8"))
    content["worksheets"] = [sheet for sheet in content["worksheets"] if sheet["id"] != "insight"]
    step.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    with Workbook.open(path, load_method(folder)) as opened:
        assert not opened.snapshot().method.has_worksheet("insight")
        assert opened.cursor().execute("SELECT count(*) FROM current_row WHERE worksheet = 'insight'").fetchone() == (1,)
    with Workbook.open(path) as again:
        assert again.snapshot().row("insight", "i")["idea"] == "Umbrellas on rainy days"  # type: ignore[index]


def test_a_slip_across_files_is_named_where_it_stands(folder: Path) -> None:
    checks = folder / "checks.yaml"
    text = checks.read_text(encoding="utf-8")
    checks.write_text(
        text.replace("worksheet: segment,", "worksheet: sgment,", 1).replace("worksheet: segment\n", "worksheet: sgment\n", 1),
        encoding="utf-8",
    )
    line = next(number for number, written in enumerate(checks.read_text(encoding="utf-8").splitlines(), 1) if "sgment" in written)
    with pytest.raises(MethodError) as error:
        load_method(folder)
    assert f"checks.yaml:{line}" in str(error.value)
    assert "found" not in str(error.value)


def test_a_slip_of_the_index_keeps_its_own_place(folder: Path) -> None:
    index = folder / "method.yaml"
    text = index.read_text(encoding="utf-8")
    assert "tint: blue" in text
    index.write_text(text.replace("tint: blue", "tint: bluish", 1), encoding="utf-8")
    with pytest.raises(MethodError, match=r"method\.yaml:\d+, layers\.\d\.tint"):
        load_method(folder)
