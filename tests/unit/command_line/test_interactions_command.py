"""The command for interactions: its JSON, what it proposes, and one clear line for wrong use."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from strategy.command_line import main
from strategy.workbook import Workbook

CONTACTS = "client,day,type,state\n007,2024-03-01,Complaint,open\n009,2024-03-02,Call,closed\n,2024-03-02,Call,closed\n"
COLUMNS = ("--customer", "client", "--date", "day", "--kind", "type", "--status", "state")


@pytest.fixture
def plan(tmp_path: Path) -> str:
    path = tmp_path / "plan.duckdb"
    Workbook.create(path, "Plan").close()
    sales = tmp_path / "sales.csv"
    sales.write_text("id,date,amount\n007,2024-01-05,50\n008,2024-01-20,30\n", encoding="utf-8")
    assert main(["import", str(path), str(sales), "--customer", "id", "--date", "date", "--amount", "amount"]) == 0
    (tmp_path / "contacts.csv").write_text(CONTACTS, encoding="utf-8")
    return str(path)


def _json(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    capsys.readouterr()
    assert main([*arguments, "--format", "json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_taken_in_as_proposed_and_as_said(plan: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = str(tmp_path / "contacts.csv")
    dry = _json(capsys, "interactions", plan, file, *COLUMNS, "--dry-run")
    assert (dry["version"], dry["stored"], dry["rows_read"], dry["rows_kept"]) == (None, None, 3, 2)
    done = _json(capsys, "interactions", plan, file, *COLUMNS, "--author", "Ada")
    assert (done["version"], done["new"], done["complaints"], done["open"]) == (1, True, ["Complaint"], ["open"])
    assert done["stored"] == {"interactions": 2, "complaints": 1, "open": 1}
    assert done["left_out"] == [{"reason": "no_customer", "rows": 1, "first": {"row": 4, "column": "client", "value": ""}}]
    assert (done["customers"], done["customers_with_purchases"]) == (2, 1)
    assert _json(capsys, "interactions", plan, file, *COLUMNS)["new"] is False
    both = _json(capsys, "interactions", plan, file, *COLUMNS, "--complaint", "Complaint", "--complaint", "Call")
    assert (both["version"], both["stored"]["complaints"]) == (2, 2)
    assert _json(capsys, "interactions", plan, file, *COLUMNS)["complaints"] == ["Call", "Complaint"], "what was decided holds"
    assert _json(capsys, "history", plan)[-1]["origin"] == "import"
    assert _json(capsys, "verify", plan)["ok"] is True


def test_text_in_the_language_asked_for(plan: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert main(["interactions", plan, str(tmp_path / "contacts.csv"), *COLUMNS, "--lang", "zh"]) == 0
    assert "算作投诉：Complaint。" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("nowhere.csv", *COLUMNS), "no such file"),
        (("{file}", "--customer", "client", "--date", "day"), "what kind of interaction"),
        (("{file}", "--customer", "who", "--date", "day", "--kind", "type"), "no column who"),
        (("{file}", *COLUMNS, "--complaint", "Grumble"), "There are: Call, Complaint"),
        (("{file}", *COLUMNS, "--time-zone", "Mars/Olympus"), "no time zone"),
    ],
)
def test_wrong_use_is_one_line_and_changes_nothing(
    plan: str, tmp_path: Path, arguments: tuple[str, ...], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    given = [part.replace("{file}", str(tmp_path / "contacts.csv")) for part in arguments]
    assert main(["interactions", plan, *given, "--lang", "en"]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert says in printed.err
    assert len(printed.err.splitlines()) == 1
    with Workbook.open(Path(plan)) as opened:
        assert opened.snapshot().data_version == 1
