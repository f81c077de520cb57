"""Slips on the command line, and a reader that takes nothing: one line, status 2, never a traceback."""

from __future__ import annotations

import json
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


@pytest.mark.parametrize(
    ("command", "says"),
    [
        (("history", "{plan}", "--limit", "-1"), "the least is 0"),
        (("restore", "{plan}", "-3"), "the least is 1"),
        (("restore", "{plan}", "x"), "int"),
        (("set", "{plan}", "segment", "a", "name=B", "--base", "-1"), "the least is 0"),
    ],
)
def test_numbers_that_cannot_be_are_refused(
    plan: str, command: tuple[str, ...], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main([part.format(plan=plan) for part in command])
    assert ended.value.code == 2
    assert says in capsys.readouterr().err


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
    [({"name": "nope", "in": ["x"]}, "no attribute nope"), ({"name": "nope", "in": [None]}, "texts or numbers")],
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
