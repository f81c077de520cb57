"""The examples of docs/command-line.md are run as they stand there, and their output is what the page shows."""

from __future__ import annotations

import json
import re
import shlex
import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest

from strategy.command_line import main

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "command-line.md").read_text(encoding="utf-8")

#: Differ from run to run; the page shows one run's.
VOLATILE = {"workbook_id", "made_at", "command_id", "hash", "as_of", "bytes"}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the files the page speaks of and an empty ``plan.duckdb``."""
    for name in ("sales.csv", "contacts.csv"):
        shutil.copy(ROOT / "docs" / "examples" / name, tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NINEFOLD_AUTHOR", "Ada")
    assert main(["new", "plan.duckdb", "--name", "Newsstand 2026"]) == 0
    return tmp_path


def _section(command: str) -> str:
    return PAGE.split(f"\n### {command}\n")[1].split("\n### ")[0]


def _shown(command: str) -> Any:
    return json.loads(re.findall(r"```json\n(.*?)```", _section(command), re.DOTALL)[0])


def _run(capsys: pytest.CaptureFixture[str], command: str, status: int = 0) -> Any:
    """What the first example of a command gives with ``--format json``."""
    line = re.findall(rf"^python -m strategy ({command} .*)$", _section(command), re.MULTILINE)[0]
    capsys.readouterr()
    arguments = shlex.split(line)
    assert main(arguments if "--format" in arguments else [*arguments, "--format", "json"]) == status
    return json.loads(capsys.readouterr().out)


def _fits(shown: Any, actual: Any) -> bool:
    """Whether ``actual`` has all that is shown: a text may end in ..., a list or an object may be shortened."""
    if isinstance(shown, dict):
        return isinstance(actual, dict) and all(
            key in actual and (key in VOLATILE or _fits(shown[key], actual[key])) for key in shown
        )
    if isinstance(shown, list):
        return isinstance(actual, list) and all(any(_fits(one, other) for other in actual) for one in shown)
    if isinstance(shown, str) and shown.endswith("..."):
        return isinstance(actual, str) and actual.startswith(shown[:-3])
    return bool(shown == actual)


def _explained(command: str, actual: dict[str, Any]) -> list[str]:
    """Keys of the answer that neither the example nor the words beside it name."""
    return [key for key in actual if key not in _shown(command) and f"`{key}`" not in _section(command)]


def test_examples_of_the_command_line_give_what_the_page_shows(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for command, status in (
        ("import", 0),
        ("interactions", 0),
        ("segment", 0),
        ("set", 0),
        ("evidence", 0),
        ("check", 1),
        ("history", 0),
    ):
        actual = _run(capsys, command, status)
        if command == "evidence":  # the line asks for another exhibit than the answer below it shows
            assert main(["evidence", "plan.duckdb", "lorenz", "--format", "json"]) == 0
            actual = json.loads(capsys.readouterr().out)
        shown = _shown(command)
        if isinstance(actual, list):
            # One item stands for all: it has every key.
            shown = shown if isinstance(shown, list) else [shown]
            assert set(shown[0]) == set(actual[0]), command
        else:
            assert not _explained(command, actual), command
        assert _fits(shown, actual), f"{command}: {json.dumps(actual, ensure_ascii=False)}"
    for command in ("verify", "backup", "report"):
        actual = _run(capsys, command)
        assert set(actual) == set(_shown(command)), command
        assert _fits(_shown(command), actual), f"{command}: {json.dumps(actual, ensure_ascii=False)}"


def test_rows_and_money_of_the_import_add_up_on_the_page() -> None:
    shown = _shown("import")
    assert shown["rows_read"] == shown["rows_kept"] + sum(group["rows"] for group in shown["dropped"])
    read = sum(float(line.rsplit(",", 1)[1]) for line in (ROOT / "docs" / "examples" / "sales.csv").read_text().splitlines()[1:])
    accounted = shown["revenue"] + shown["refunds"]["deducted"] + sum(group["money"] for group in shown["dropped"])
    assert accounted == pytest.approx(read)


def test_the_example_of_a_connected_table_gives_what_the_page_shows(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with duckdb.connect(str(folder / "shop.duckdb")) as shop:
        shop.execute(
            "CREATE SCHEMA public; CREATE TABLE public.sales AS SELECT client, day AS bought_at, total FROM 'sales.csv' LIMIT 6"
        )
    monkeypatch.setenv("NINEFOLD_CONNECTION_SHOP", f"duckdb:///{folder}/shop.duckdb?read_only=true")
    actual = _run(capsys, "connect")
    assert not _explained("connect", actual)
    assert _fits(_shown("connect"), actual), json.dumps(actual, ensure_ascii=False)
