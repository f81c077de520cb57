"""The method files: all of them load, and a slip in one is said with file, line, key and what was expected."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
import yaml

from strategy.errors import MethodError
from strategy.exhibits.evidence import registry
from strategy.language import say
from strategy.method import load_method, shipped_folder, shipped_method
from strategy.method.exhibit_names import EXHIBITS
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


def _in_chinese(error: MethodError) -> bool:
    """Said in Chinese but for names, keys and values of the file."""
    return re.search("[\u4e00-\u9fff]", said := say(error.what, "zh")) is not None and not re.search("[a-z]+ [a-z]+ [a-z]+", said)


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
        ("scored: true\n", "scored: perhaps\n", "Expected true or false; found", "scored: perhaps"),
        ("layer: strategic\n", "", "The key is missing", "id: step_1"),
        ("  - id: segment\n", "  - id: Segment\n", "Expected a name of small letters", "id: Segment"),
        ("        type: percent\n", "        typ: percent\n", "There is no such key here", "typ: percent"),
        ("type: integer", "type: whole", "Expected one of 'text'", "type: whole"),
        ("    label: name\n", "    label: nothing\n", "Label 'nothing' is not one of the columns", "- id: segment"),
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
    assert _in_chinese(caught.value)


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
    with pytest.raises(MethodError, match="The groups of step 'step_1' must name each of its exhibits once"):
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


_DOUBLED = "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 10)}]\n" for before, name in zip("abcdefghijk", "bcdefghijkl", strict=True)
)


@pytest.mark.parametrize(
    ("text", "says", "at"),
    [
        ("why: &why\n  en: *why\n", "nested too deeply", "method.yaml"),
        ("why: " + "[" * 2000 + "]" * 2000, "nested too deeply", "method.yaml"),
        ("a: &a [x, x, x, x, x, x, x, x, x, x]\n" + _DOUBLED, "more than 200,000 keys and values", "method.yaml:"),
        ("since: 2026-13-45\n", "2026-13-45 cannot be read", "method.yaml:1, since"),
        ("run: !!python/name:os.system ''\n", "cannot be read", "method.yaml:1, run"),
    ],
)
def test_yaml_that_asks_for_more_than_it_says_is_refused_by_name(folder: Path, text: str, says: str, at: str) -> None:
    (folder / "method.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(MethodError) as caught:
        load_method(folder)
    assert says in str(caught.value)
    assert at in str(caught.value)
    assert _in_chinese(caught.value)


def _take_out(file: Path, worksheet: str) -> None:
    content = yaml.safe_load(file.read_text(encoding="utf-8"))
    content["worksheets"] = [sheet for sheet in content["worksheets"] if sheet["id"] != worksheet]
    file.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")


@pytest.mark.parametrize(
    ("file", "worksheet"), [("step_7_win_back.yaml", "win_back"), ("decisions.yaml", "decision"), ("step_8_system.yaml", "vendor")]
)
def test_a_worksheet_that_tools_outside_rely_on_cannot_be_taken_out(folder: Path, file: str, worksheet: str) -> None:
    _take_out(folder / file, worksheet)
    index = folder / "method.yaml"
    with pytest.raises(MethodError) as caught:
        load_method(folder)
    assert f"every method has: {worksheet}" in str(caught.value)
    assert f"method.yaml:{_line(index, '- opening.yaml') - 1}" in str(caught.value)
    assert _in_chinese(caught.value)


def test_rows_of_a_worksheet_taken_out_stay_readable(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "plan.duckdb"
    with Workbook.create(path, "Plan") as made:
        made.commit([Put("insight", "i", {"idea": "Umbrellas on rainy days", "stage": "noted"})], "Ada")
    _take_out(folder / "step_9_circle.yaml", "insight")
    with Workbook.open(path, load_method(folder)) as opened:
        assert not opened.snapshot().method.has_worksheet("insight")
        assert opened.cursor().execute("SELECT count(*) FROM current_row WHERE worksheet = 'insight'").fetchone() == (1,)
    with Workbook.open(path) as again:
        assert again.snapshot().row("insight", "i")["idea"] == "Umbrellas on rainy days"  # type: ignore[index]


@pytest.fixture
def with_partners(folder: Path) -> Path:
    """The shipped method with the worked example of the guide."""
    example = Path(__file__).resolve().parents[3] / "docs" / "examples" / "partner"
    with (folder / "step_5_acquisition.yaml").open("a", encoding="utf-8") as step:
        step.write((example / "worksheet.yaml").read_text(encoding="utf-8"))
    shutil.copy(example / "partner_checks.yaml", folder)
    index = folder / "method.yaml"
    index.write_text(
        index.read_text(encoding="utf-8").replace("[checks.yaml]", "[checks.yaml, partner_checks.yaml]"), encoding="utf-8"
    )
    load_method(folder)
    return folder


STEP, CHECKS = "step_5_acquisition.yaml", "partner_checks.yaml"


@pytest.mark.parametrize(
    ("file", "old", "new", "says", "key"),
    [
        (STEP, "id: partner\n", "id: segment\n", "Worksheet 'segment' is defined twice", "worksheets.6.id"),
        (STEP, "to: [segment]", "to: [segmnt]", "partner.segment refers to unknown worksheets: segmnt", "worksheets.6.columns.1.to.0"),
        (STEP, "exhibits: [", "exhibits: [nothing, ", "unknown exhibits: nothing", "exhibits.0"),
        (STEP, "layer: operational", "layer: operations", "unknown layer 'operations'", "layer"),
        (CHECKS, "worksheet: partner,", "worksheet: partners,", "unknown worksheet 'partners'", "checks.1.rule.worksheet"),
        (CHECKS, "left: share", "left: shares", "unknown columns of partner: shares", "checks.0.rule.left"),
        (CHECKS, "left: share", "left: name", "needs name to be a number", "checks.0.rule.left"),
        (CHECKS, "step: step_5", "step: step_55", "unknown step 'step_55'", "checks.1.step"),
        (CHECKS, "id: partner.agreed", "id: partner.share", "not unique: partner.share", "checks.1.id"),
        (CHECKS, "segment.role:", "segment.rolle:", "an unknown column: segment.rolle", "checks.1.rule.where.segment.rolle"),
        (CHECKS, "segment.role:", "share.role:", "an unknown column: share.role", "checks.1.rule.where.share.role"),
        (CHECKS, "[primary,", "[first,", "not among its choices (not_now, primary, secondary): first", "checks.1.rule.where.segment.role.0"),
    ],
)  # fmt: skip
def test_a_slip_across_files_is_named_where_it_stands(
    with_partners: Path, file: str, old: str, new: str, says: str, key: str
) -> None:
    before, _, after = (with_partners / file).read_text(encoding="utf-8").rpartition(old)
    (with_partners / file).write_text(before + new + after, encoding="utf-8")
    line = before.count("\n") + 1
    with pytest.raises(MethodError) as error:
        load_method(with_partners)
    assert says in str(error.value)
    assert f"({file}:{line}, {key})" in str(error.value)
    assert _in_chinese(error.value)
    assert "found" not in str(error.value)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("worksheet: mix, via: segment, column: element", "worksheet: mix, via: answers, column: element", "needs answers to be a reference to segment"),
        ("worksheet: mix, via: segment, column: element", "worksheet: mix, via: segment, column: offer", "needs offer to be a choice"),
        ("worksheet: segment, column: resource_share", "worksheet: segment, column: reason", "needs reason to be a number"),
    ],
)  # fmt: skip
def test_a_check_that_could_never_fire_is_refused(folder: Path, old: str, new: str, says: str) -> None:
    checks = folder / "checks.yaml"
    text = checks.read_text(encoding="utf-8")
    assert old in text
    checks.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(MethodError, match=rf"{says} \(checks\.yaml:\d+, checks\.\d+\.rule\."):
        load_method(folder)


@pytest.mark.parametrize("message", ["{row has no role", "{row} has {0}", "{row.name}", "{row:x}", "{row[0]}", "100 } of {row}"])
def test_a_message_that_cannot_be_filled_in_is_refused(folder: Path, message: str) -> None:
    """It would break every page that shows the check."""
    checks = folder / "checks.yaml"
    text = checks.read_text(encoding="utf-8")
    old = '"{row} has no role yet."'
    assert old in text
    checks.write_text(text.replace(old, f'"{message}"', 1), encoding="utf-8")
    with pytest.raises(MethodError, match=r"cannot be filled in .*\(checks\.yaml:\d+, checks\.\d+\.message\.en\)"):
        load_method(folder)


def test_conditions_may_ask_for_empty_and_for_filled_in(with_partners: Path) -> None:
    checks = with_partners / CHECKS
    text = checks.read_text(encoding="utf-8")
    for wanted in ('"*"', "null", "[primary, null]"):
        checks.write_text(text.replace("[primary, secondary]", wanted), encoding="utf-8")
        load_method(with_partners)


def test_every_exhibit_there_is_can_be_shown_by_a_step() -> None:
    assert set(registry()) == EXHIBITS


def test_a_slip_of_the_index_keeps_its_own_place(folder: Path) -> None:
    index = folder / "method.yaml"
    text = index.read_text(encoding="utf-8")
    assert "tint: blue" in text
    index.write_text(text.replace("tint: blue", "tint: bluish", 1), encoding="utf-8")
    with pytest.raises(MethodError, match=r"method\.yaml:\d+, layers\.\d\.tint"):
        load_method(folder)
