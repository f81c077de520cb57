"""What is printed where the system's encoding is not UTF-8, where nobody takes it, and whose name stands on a change."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from strategy.command_line import main
from strategy.workbook import Put, Workbook

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def plan(tmp_path: Path) -> str:
    path = tmp_path / "plan.duckdb"
    with Workbook.create(path, "Plan") as made:
        made.commit([Put("segment", "regulars", {"name": "老主顾"})], "Ada")
    return str(path)


def _run(*arguments: str, encoding: str, stdout: int | None = subprocess.PIPE) -> subprocess.CompletedProcess[bytes]:
    """A command as Windows runs it into a pipe or a file: in its code page."""
    environment = os.environ | {"PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}
    command = [sys.executable, "-m", "strategy", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, stdout=stdout, stderr=subprocess.PIPE, check=False)


@pytest.mark.parametrize("encoding", ["cp1252", "gb18030"])
def test_json_is_in_utf_8_whatever_the_system_writes(plan: str, encoding: str) -> None:
    done = _run("show", plan, "segment", "--format", "json", encoding=encoding)
    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout.decode("utf-8"))[0]["name"] == "老主顾"


def test_a_name_the_encoding_lacks_does_not_end_the_command(plan: str) -> None:
    done = _run("show", plan, "segment", encoding="cp1252")
    assert (done.returncode, done.stderr) == (0, b"")
    assert rb"name: \u8001\u4e3b\u987e" in done.stdout


def test_text_is_in_the_encoding_of_the_system_where_that_has_it(plan: str) -> None:
    done = _run("show", plan, "segment", encoding="gb18030")
    assert "老主顾" in done.stdout.decode("gb18030")


@pytest.mark.skipif(os.name == "nt", reason="a shell of its own kind")
def test_a_closed_output_is_no_error(plan: str) -> None:
    command = f"exec '{sys.executable}' -m strategy show '{plan}' segment >&-"
    done = subprocess.run(["sh", "-c", command], cwd=ROOT, stderr=subprocess.PIPE, check=False)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize(
    ("given", "written"), [("", "Environment"), ("  ", "Environment"), ("Ada\nLovelace", "Ada Lovelace"), ("x" * 300, "x" * 60)]
)
def test_a_change_has_a_name_on_one_line(
    plan: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], given: str, written: str
) -> None:
    monkeypatch.setenv("NINEFOLD_AUTHOR", "Environment")
    assert main(["set", plan, "segment", "regulars", "role=primary", "--author", given]) == 0
    capsys.readouterr()
    assert main(["history", plan, "--limit", "1", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["author"] == written
