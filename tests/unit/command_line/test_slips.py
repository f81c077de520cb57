"""Slips on the command line, and a reader that takes nothing: one line, status 2, never a traceback."""

from __future__ import annotations

import errno
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from strategy.command_line import main
from strategy.customers import Mapping, understand
from strategy.spine import import_customers
from strategy.workbook import Put, Workbook


@pytest.fixture
def plan(tmp_path: Path) -> str:
    path, file = tmp_path / "plan.duckdb", tmp_path / "sales.csv"
    file.write_text("id,date,amount\n007,2024-01-05,50\n008,2024-01-20,30\n007,2024-02-05,50\n", encoding="utf-8")
    with Workbook.create(path, "Plan") as workbook:
        workbook.commit([Put("segment", "a", {"name": "Families"})], "Ada")
        import_customers(workbook, understand(file, file.name, Mapping("id", "date", "amount")), "Ada")
    return str(path)


def _refused(arguments: tuple[str, ...], plan: str, capsys: pytest.CaptureFixture[str]) -> str:
    with pytest.raises(SystemExit) as ended:
        main([part.format(plan=plan) for part in arguments])
    assert ended.value.code == 2
    return capsys.readouterr().err


@pytest.mark.parametrize(
    ("command", "says"),
    [
        (("history", "{plan}", "--limit", "0"), "the least is 1"),
        (("history", "{plan}", "--limit", "-1"), "the least is 1"),
        (("restore", "{plan}", "-3"), "the least is 1"),
        (("restore", "{plan}", "x"), "“x” is not a whole number"),
        (("set", "{plan}", "segment", "a", "name=B", "--base", "-1"), "the least is 0"),
    ],
)
def test_numbers_that_cannot_be_are_refused(
    plan: str, command: tuple[str, ...], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert says in _refused(command, plan, capsys)


@pytest.mark.parametrize(
    ("command", "says"),
    [
        (("restore", "{plan}", "x", "--lang", "zh"), "“x”不是整数"),
        (("history", "{plan}", "--limit", "0", "--lang=zh"), "0太小，最小为1"),
        (("import", "{plan}", "f.csv", "--lang", "zh"), "缺少：--customer, --date"),
        (("segment", "{plan}", "--by", "moon", "--lang", "zh"), "“moon”不在可选范围内：rfm, stage"),
        (("show", "{plan}", "segment", "--colour", "--lang", "zh"), "无法识别：--colour"),
        (("shwo", "--lang", "zh"), "“shwo”不在可选范围内"),
        (("--lang=zh",), "缺少：COMMAND"),
        (("set", "{plan}", "segment", "a", "name=B", "--author", "--lang", "zh"), "--author：缺少值"),
    ],
)
def test_wrong_use_is_said_in_the_language_asked_for(
    plan: str, command: tuple[str, ...], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    said = _refused(command, plan, capsys)
    assert says in said
    assert len(said.splitlines()) == 1
    assert not re.search("argument|invalid|required|expected", said)


def test_how_to_print_may_be_said_before_the_command_too(plan: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--lang", "zh", "--format", "json", "check", plan]) == 1
    before = capsys.readouterr().out
    assert main(["check", plan, "--lang", "zh", "--format", "json"]) == 1
    assert json.loads(before) == json.loads(capsys.readouterr().out)
    assert main(["--lang", "zh", "check", plan, "--lang", "en"]) == 1
    english = capsys.readouterr().out
    assert main(["check", plan, "--lang", "en"]) == 1
    assert capsys.readouterr().out == english


def test_a_name_that_several_rows_have_stands_for_none(plan: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["set", plan, "segment", "b", "name=Families"]) == 0
    for command in (["set", plan, "segment", "families", "role=primary"], ["delete", plan, "segment", "Families"]):
        capsys.readouterr()
        assert main(command) == 2
        assert re.search(
            r"2 rows are called [Ff]amilies \(segment\)\. Give the id of the one you mean: a, b\.", capsys.readouterr().err
        )
    with Workbook.open(Path(plan)) as workbook:
        assert [row.id for row in workbook.snapshot().rows("segment")] == ["a", "b"]


@pytest.mark.parametrize("written", ["1,5", "1.234,50", "12,34", "1_000", "1,5%", ",5", "nan"])
def test_a_number_that_is_no_number_with_a_decimal_point_is_refused(
    plan: str, written: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["set", plan, "segment", "a", f"resource_share={written}"]) == 2
    assert f"{written} is not a number (segment.resource_share)" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("value", "says"), [("nan", "nan is not a number"), ("inf", "inf is not a number"), ("90.5", "90.5 is not a whole number")]
)
def test_a_setting_that_is_no_usable_number_is_refused(
    plan: str, value: str, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["evidence", plan, "lifecycle", "--set", f"window_days={value}"]) == 2
    assert f"{says} (lifecycle.window_days)" in capsys.readouterr().err


def test_a_setting_without_an_upper_bound_says_what_it_accepts(plan: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evidence", plan, "acquisition_matrix", "--set", "split_cost=-1"]) == 2
    assert "It accepts 0 or more." in capsys.readouterr().err


def test_a_field_given_twice_is_refused(plan: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["set", plan, "segment", "a", "name=A", "name=B"]) == 2
    assert "name is given twice" in capsys.readouterr().err
    with Workbook.open(Path(plan)) as workbook:
        assert workbook.snapshot().row("segment", "a")["name"] == "Families"  # type: ignore[index]


@pytest.mark.parametrize(
    ("condition", "says"),
    [
        ({"name": "nope", "in": ["x"]}, "no attribute nope"),
        ({"name": "nope", "in": ["x"]}, "no attributes of customers yet. Bring in a file"),
        ({"name": "nope", "in": [None]}, "texts or numbers"),
    ],
)
def test_an_attribute_that_nobody_has_makes_no_segment(
    plan: str, tmp_path: Path, condition: dict[str, object], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    rules = tmp_path / "rules.json"
    rules.write_text(json.dumps([{"segment": "north", "title": "North", "all": [condition]}]), encoding="utf-8")
    assert main(["segment", plan, "--by", "attribute", "--rules", str(rules), "--adopt"]) == 2
    assert says in capsys.readouterr().err
    with Workbook.open(Path(plan)) as workbook:
        assert [row.id for row in workbook.snapshot().rows("segment")] == ["a"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is always full")
@pytest.mark.parametrize("form", ["text", "json"])
def test_a_full_disk_under_the_output_is_one_line(plan: str, form: str) -> None:
    with Path("/dev/full").open("w") as full:
        ended = subprocess.run(
            [sys.executable, "-m", "strategy", "history", plan, "--format", form],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert ended.returncode == 2
    assert ended.stderr.startswith("The output could not be written")
    assert len(ended.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("worksheet", "field", "says"),
    [
        ("decision", 'evidence={"a": 1}', "Evidence is a JSON list of objects"),
        ("decision", "evidence=[1, 2]", "Evidence is a JSON list of objects"),
        ("decision", "evidence=5", "Evidence is a JSON list of objects"),
        ("decision", 'evidence=[{"exhibit": "lorenz", "figures": {"gini": "high"}}]', "give figures as numbers"),
        ("decision", 'evidence=[{"exhibit": "lorenz", "figures": [1]}]', "Evidence is a JSON list of objects"),
        ("decision", 'evidence=[{"exhibit": "lorenz", "settings": 3}]', "Evidence is a JSON list of objects"),
        ("segment", "rule=5", "A rule is a JSON object"),
        ("segment", 'rule={"by": "moon"}', "There is no kind of rule named moon"),
        ("segment", 'rule={"by": "rfm"}', "cannot be read"),
    ],
)
def test_evidence_and_rules_that_nothing_could_read_are_refused(
    plan: str, worksheet: str, field: str, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["set", plan, worksheet, "a", field]) == 2
    assert says in capsys.readouterr().err
    assert main(["check", plan]) in (0, 1)


def test_evidence_of_its_shape_is_stored_and_said_by_its_title(plan: str, capsys: pytest.CaptureFixture[str]) -> None:
    kept = [{"exhibit": "lorenz", "settings": {}, "title": {"en": "Few bring most"}, "figures": {"gini": 0.5}}]
    assert main(["set", plan, "decision", "d", "statement=Go", f"evidence={json.dumps(kept)}"]) == 0
    assert main(["check", plan]) in (0, 1)
    capsys.readouterr()
    assert main(["show", plan, "decision"]) == 0
    assert "evidence: Few bring most\n" in capsys.readouterr().out
    assert main(["set", plan, "decision", "d", "evidence=[]"]) == 0
    with Workbook.open(Path(plan)) as workbook:
        row = workbook.snapshot().row("decision", "d")
        assert row is not None
        assert row["evidence"] is None


def test_rows_are_referred_to_by_name_in_either_language(plan: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["set", plan, "segment", "b", "name=Singles, young", "short_name=Singles"]) == 0
    assert main(["set", plan, "need", "n", "need=Quiet", "segment=families"]) == 0
    assert main(["set", plan, "decision", "d", "statement=Go", "segments=Families, b"]) == 0
    assert main(["set", plan, "decision", "e", "statement=Stay", "segments=Singles, young", "builds_on=细分市场: Families"]) == 0
    with Workbook.open(Path(plan)) as workbook:
        stored = workbook.snapshot()
        assert [row["segment"] for row in stored.rows("need")] == ["a"]
        assert [row["segments"] for row in stored.rows("decision")] == [["a", "b"], ["b"]]
        assert [row["builds_on"] for row in stored.rows("decision")] == [None, ["segment:a"]]
    assert main(["set", plan, "segment", "c", "name=Families"]) == 0
    capsys.readouterr()
    assert main(["set", plan, "need", "n", "segment=Families"]) == 2
    assert "Families may mean several rows: a, c" in capsys.readouterr().err
    assert main(["set", plan, "need", "n", "segment=a"]) == 0
    assert main(["set", plan, "need", "n", "segment=Nobody"]) == 2
    assert "segment/Nobody, which does not exist" in capsys.readouterr().err


def test_an_id_of_no_letters_is_shown_between_quotes(plan: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["set", plan, "segment", "", "name=B"]) == 2
    assert capsys.readouterr().err.startswith("“” cannot be the id of a row (segment).")


@pytest.mark.parametrize("command", [("import", "--customer", "id", "--date", "date", "--amount", "amount"), ("rows", "segment")])
def test_a_file_that_may_not_be_read_is_named(
    plan: str, command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = str(Path(plan).with_name("sales.csv"))
    may = os.access
    monkeypatch.setattr(os, "access", lambda path, mode, **how: str(path) != file and may(path, mode, **how))
    name, *options = command
    given = [plan, file, *options] if name == "import" else [plan, *options, file]
    assert main([name, *given]) == 2
    assert capsys.readouterr().err == f"The file may not be read ({file}). Allow reading it, or ask its owner to.\n"


@pytest.mark.parametrize("name", ["sales.csv", "sales.json", "sales.parquet"])
def test_a_table_is_no_workbook(tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    table = tmp_path / name
    table.write_text("id,date,amount\n007,2024-01-05,50\n", encoding="utf-8")
    assert main(["verify", str(table)]) == 2
    assert capsys.readouterr().err.startswith("The file is not a Ninefold workbook")


def test_a_template_that_finds_no_room_leaves_nothing_behind(
    plan: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def no_room(path: Path, content: bytes) -> int:
        with path.open("wb"):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "write_bytes", no_room)
    target = Path(plan).with_name("need.xlsx")
    assert main(["template", plan, "need", "--to", str(target)]) == 2
    assert "No space left" in capsys.readouterr().err
    assert not list(target.parent.glob("need*"))


def test_a_version_that_cannot_be_is_nobodys_edit(plan: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["set", plan, "segment", "a", "name=B", "--base", "99"]) == 2
    assert "The row has no version 99; the latest is 1" in capsys.readouterr().err
    assert main(["set", plan, "segment", "b", "name=B", "--base", "99"]) == 2
    assert "There is no such row yet, and so no version 99 of it" in capsys.readouterr().err
    with Workbook.open(Path(plan)) as workbook:
        assert [row["name"] for row in workbook.snapshot().rows("segment")] == ["Families"]


@pytest.mark.parametrize("command", [("backup", "{plan}", "{long}.duckdb"), ("new", "{long}.duckdb"), ("verify", "{long}.duckdb"),
                                     ("rows", "{plan}", "need", "{long}.csv"), ("show", "{plan}/x.duckdb", "need")])  # fmt: skip
def test_a_path_that_cannot_be_is_one_line(plan: str, command: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([part.format(plan=plan, long="x" * 300) for part in command]) == 2
    said = capsys.readouterr().err
    assert "did not foresee" not in said
    assert len(said.splitlines()) == 1
    assert len(said) < 300


def test_a_worksheet_named_for_a_file_that_has_none(plan: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "more.csv"
    file.write_text("id,date,amount\n7,2024-01-05,50\n", encoding="utf-8")
    columns = ("--customer", "id", "--date", "date")
    for command in (
        ("import", plan, str(file), *columns, "--amount", "amount"),
        ("interactions", plan, str(file), *columns, "--every-kind", "call"),
        ("rows", plan, "need", str(file)),
    ):
        assert main([*command, "--sheet", "January"]) == 2
        assert "There is no worksheet January, because the file is no Excel file (more.csv)" in capsys.readouterr().err


def test_a_segment_is_set_by_its_name(plan: str, capsys: pytest.CaptureFixture[str]) -> None:
    need = ("need=N", "kind=functional", "awareness=explicit", "importance=5", "performance=4", "evidence_kind=survey", "segment=a")
    assert main(["set", plan, "need", "n", *need]) == 0
    assert main(["set", plan, "segment", "a", "short_name=Fam"]) == 0
    for name in ("a", "Families", "families", "Fam"):
        capsys.readouterr()
        assert main(["evidence", plan, "need_gaps", "--set", f"segment={name}", "--format", "json"]) == 0
        assert json.loads(capsys.readouterr().out)["settings"] == {"segment": "a"}
    assert main(["evidence", plan, "need_gaps", "--set", "segment=Nobody"]) == 2
    assert "There is no segment Nobody. The segments are: Fam." in capsys.readouterr().err


def test_refunds_make_the_money_of_an_import_add_up(plan: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "refunds.csv"
    file.write_text(
        "id,order,date,amount\n7,o1,2024-01-05,50\n7,o1,2024-01-09,-20\n8,o2,2024-01-20,30\n,o3,2024-01-20,5\n", encoding="utf-8"
    )
    command = ["import", plan, str(file), "--customer", "id", "--date", "date", "--amount", "amount", "--order", "order"]
    assert main([*command, "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["refunds"]["deducted"] == 20
    assert found["revenue"] + found["refunds"]["deducted"] + sum(entry["money"] for entry in found["dropped"]) == 50 - 20 + 30 + 5
