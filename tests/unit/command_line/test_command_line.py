"""The command line as a script uses it: JSON shapes, exit status, one clear line on stderr."""

from __future__ import annotations

import csv
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import pytest

from strategy.command_line import main
from strategy.command_line.run import COMMANDS
from strategy.workbook import Workbook


@pytest.fixture
def plan(tmp_path: Path) -> str:
    path = tmp_path / "plan.duckdb"
    Workbook.create(path, "Plan").close()
    return str(path)


@pytest.fixture
def log(tmp_path: Path) -> str:
    """Forty customers with one to five purchases, as a CSV file."""
    path = tmp_path / "sales.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["client", "day", "total"])
        for customer in range(40):
            for visit in range(1 + customer % 5):
                writer.writerow([f"{customer:04}", f"2025-{1 + (visit * 2 + customer) % 12:02}-15", f"{10 + customer}.50"])
    return str(path)


def _run(*arguments: str) -> int:
    return main(arguments)


def _json(capsys: pytest.CaptureFixture[str], *arguments: str, status: int = 0) -> Any:
    assert main([*arguments, "--format", "json"]) == status
    return json.loads(capsys.readouterr().out)


def test_the_whole_way(plan: str, log: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    imported = _json(capsys, "import", plan, log, "--customer", "client", "--date", "day", "--amount", "total")
    assert (imported["rows_read"], imported["customers"], imported["new"]) == (120, 40, True)
    again = _json(capsys, "import", plan, log, "--customer", "client", "--date", "day", "--amount", "total")
    assert again["new"] is False
    segments = _json(capsys, "segment", plan, "--by", "rfm", "--adopt")
    assert sum(segment["customers"] for segment in segments) == 40
    assert all({"name", "rule", "customers", "revenue"} <= set(segment) for segment in segments)
    rows = _json(capsys, "show", plan, "segment")
    assert {row["row_id"] for row in rows} == {segment["id"] for segment in segments if segment["customers"]}
    first = rows[0]["row_id"]
    done = _json(capsys, "set", plan, "segment", first, "role=primary", "resource_share=100", "--author", "Ada")
    assert done["row"]["role"] == "primary"
    assert _json(capsys, "evidence", plan, "lorenz")["figures"]["top_20_percent"] > 0.2
    history = _json(capsys, "history", plan)
    assert history[-1]["author"] == "Ada"
    assert history[-1]["changes"]["role"] == {"before": None, "after": "primary"}
    assert {"id", "severity", "step", "worksheet", "row_id", "message"} <= set(_json(capsys, "check", plan, status=1)[0])
    assert _json(capsys, "verify", plan)["ok"] is True
    assert Path(_json(capsys, "backup", plan, str(tmp_path / "copy.duckdb"))["path"]).exists()


def test_new_data_assign_customers_anew(plan: str, log: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ("--customer", "client", "--date", "day", "--amount", "total")
    _run("import", plan, log, *arguments)
    _run("segment", plan, "--adopt")
    capsys.readouterr()
    before = {row["row_id"]: row["customers"] for row in _json(capsys, "show", plan, "segment")}
    more = tmp_path / "more.csv"
    more.write_text(Path(log).read_text(encoding="utf-8") + "9999,2025-12-31,5000\n", encoding="utf-8")
    _run("import", plan, str(more), *arguments)
    capsys.readouterr()
    after = {row["row_id"]: row["customers"] for row in _json(capsys, "show", plan, "segment")}
    assert before != after
    assert _json(capsys, "history", plan)[-1]["origin"] == "import"


@pytest.mark.parametrize(("lang", "said"), [("en", "leave the workbook"), ("zh", "将不在工作簿中")])
def test_an_import_in_place_of_purchases_says_what_goes(
    plan: str, log: str, tmp_path: Path, lang: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ("--customer", "client", "--date", "day", "--amount", "total")
    first = _json(capsys, "import", plan, log, *arguments)
    assert first["replaced"] is None
    assert _json(capsys, "import", plan, log, *arguments)["replaced"] is None, "the same file again takes nothing away"
    june = tmp_path / "june.csv"
    june.write_text("client,day,total\n1,2025-06-01,5\n2,2025-06-30,5\n", encoding="utf-8")
    lines = Path(log).read_text(encoding="utf-8").splitlines()[1:]
    done = _json(capsys, "import", plan, str(june), *arguments, "--lang", lang)
    assert done["replaced"] == {
        "file": "sales.csv", "rows": len(lines), "customers": 40, "first_day": "2025-01-15", "last_day": "2025-12-15",
        "lost_rows": sum(",2025-06-" not in line for line in lines),
        "days_lost": [["2025-01-15", "2025-05-31"], ["2025-07-01", "2025-12-15"]],
    }  # fmt: skip
    (warned,) = [warning for warning in done["warnings"] if said in warning]
    assert "import sales.csv again with --append" in warned or "加上--append再导入一次sales.csv" in warned
    assert _run("import", plan, log, *arguments, "--lang", lang) == 0
    out = capsys.readouterr().out
    assert said not in out, "every day of June is covered by the year"
    assert {"en": "Replaced: 2 purchase lines of 2 customers", "zh": "2位客户的2条购买明细"}[lang] in out
    added = _json(capsys, "import", plan, str(june), *arguments, "--append")
    assert added["replaced"] is None


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_reports_are_written_in_the_language_asked_for(
    plan: str, tmp_path: Path, lang: str, capsys: pytest.CaptureFixture[str]
) -> None:
    _run("set", plan, "segment", "vip", "name==cmd|' /C calc'!A0", "role=primary")
    for ending in (".html", ".xlsx"):
        target = tmp_path / f"plan{ending}"
        assert _run("report", plan, "--to", str(target), "--lang", lang) == 0
        assert target.stat().st_size > 5_000
    page = (tmp_path / "plan.html").read_text(encoding="utf-8")
    assert {"en": "Select target customers", "zh": "选择目标客户"}[lang] in page
    after_the_chart_library = page[page.index("<main>") :]
    assert not re.search(r'<(script|link|img)[^>]+(src|href)="http', page[: page.index("<style>")] + after_the_chart_library)
    assert "=cmd|&#39; /C" in page


def test_user_text_never_becomes_markup_or_a_formula(plan: str, tmp_path: Path) -> None:
    _run("set", plan, "segment", "x", "name=<script>alert(1)</script>", "reason==1+1", "role=primary")
    for ending in ("html", "xlsx"):
        _run("report", plan, "--to", str(tmp_path / f"r.{ending}"))
    assert "<script>alert(1)" not in (tmp_path / "r.html").read_text(encoding="utf-8")
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_path(tmp_path / "r.xlsx")
    sheet = next(name for name in book.sheet_names if name.startswith("1 Segments"))
    assert any("=1+1" in row for row in book.get_sheet_by_name(sheet).to_python())


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("show", "{plan}", "segments"), "There is no worksheet segments"),
        (("set", "{plan}", "segment", "a", "resource_share=120"), "120 is out of range"),
        (("set", "{plan}", "segment", "a", "nonsense"), "field=value"),
        (("set", "{plan}", "need", "n", "segment=gone"), "does not exist or was deleted"),
        (("evidence", "{plan}", "nothing"), "There is no exhibit nothing"),
        (("evidence", "{plan}", "lorenz"), "There are no purchases"),
        (("evidence", "{plan}", "importance_performance", "--set", "crosshair=middle"), "not one of the choices"),
        (("import", "{plan}", "missing.csv", "--customer", "a", "--date", "b", "--amount", "c"), "There is no such file"),
        (("import", "{plan}", "missing.csv", "--customer", "a", "--date", "b"), "There is no amount"),
        (("new", "{plan}"), "There is a file at that place already"),
        (("new", "{plan}.x", "--sample", "nobody"), "There is no sample nobody"),
        (("report", "{plan}", "--to", "plan.pdf"), "A report cannot be written as"),
        (("show", "nowhere.duckdb", "segment"), "There is no such file"),
        (("segment", "{plan}"), "no customer data"),
        (("restore", "{plan}", "99999"), "There is no revision"),
    ],
)
def test_wrong_input_is_one_clear_line_and_status_2(
    plan: str, arguments: tuple[str, ...], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = Path(plan).read_bytes()
    assert main([argument.format(plan=plan) for argument in arguments] + ["--lang", "en"]) == 2
    captured = capsys.readouterr()
    assert says in captured.err
    assert captured.err.count("\n") == 1
    assert "Traceback" not in captured.err
    assert Path(plan).read_bytes() == before


def test_wrong_use_is_status_2(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["nonsense"])
    assert caught.value.code == 2


def test_help_has_examples(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["--help"])
    assert caught.value.code == 0
    assert "python -m strategy new plan.duckdb --sample cdnow" in capsys.readouterr().out


def test_verify_says_damaged_with_status_1(plan: str, capsys: pytest.CaptureFixture[str]) -> None:
    content = Path(plan).read_bytes()
    Path(plan).write_bytes(content[: len(content) // 2])
    assert main(["verify", plan, "--lang", "en"]) == 1
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize(
    ("tampering", "says"),
    [
        ("DELETE FROM purchase WHERE customer = 'B'", "1 purchase line of 1 customer worth 5.00, but 2 of 2 worth 11.50"),
        ("UPDATE purchase SET amount = amount * 2", "worth 23.00, but 2 of 2 worth 11.50"),
        ("DELETE FROM customer_purchases", "were brought in"),
        ("DROP TABLE purchase CASCADE", "A table of the purchases is not in the file"),
    ],
)
def test_verify_notices_purchases_changed_beside_ninefold(
    plan: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], tampering: str, says: str
) -> None:
    """The history is chained; the figures of every chart rest on the purchases beside it."""
    sales = tmp_path / "sales.csv"
    sales.write_text("id,date,amount\nA,2024-01-31,5\nB,2024-02-01,6.50\n", encoding="utf-8")
    _json(capsys, "import", plan, str(sales), "--customer", "id", "--date", "date", "--amount", "amount")
    assert _json(capsys, "verify", plan)["ok"] is True
    with duckdb.connect(plan) as beside:
        beside.execute(tampering)
    assert main(["verify", plan, "--lang", "en"]) == 1
    told = capsys.readouterr().err
    assert says in told
    assert told.count("\n") == 1


def test_a_file_held_by_the_server_is_said_with_its_process(plan: str) -> None:
    with Workbook.open(Path(plan)):
        done = subprocess.run(
            [sys.executable, "-m", "strategy", "show", plan, "segment", "--lang", "en"], capture_output=True, text=True, check=False
        )
    assert done.returncode == 2
    assert "PID" in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_command_sent_again_does_nothing_twice(plan: str, capsys: pytest.CaptureFixture[str]) -> None:
    _json(capsys, "set", plan, "segment", "a", "name=A", "--command-id", "one")
    assert _json(capsys, "set", plan, "segment", "a", "name=B", "--command-id", "one")["repeated"] is True
    assert _json(capsys, "show", plan, "segment")[0]["name"] == "A"


def test_undo_and_delete(plan: str, capsys: pytest.CaptureFixture[str]) -> None:
    _json(capsys, "set", plan, "segment", "a", "name=A", "--author", "Ada")
    _json(capsys, "delete", plan, "segment", "a", "--author", "Ada")
    assert _json(capsys, "show", plan, "segment") == []
    _json(capsys, "undo", plan, "--author", "Ada")
    assert [row["row_id"] for row in _json(capsys, "show", plan, "segment")] == ["a"]


def test_what_nobody_foresaw_is_one_line_too(
    plan: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(options: Any, language: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setitem(COMMANDS, "show", broken)
    assert main(["show", plan, "segment", "--lang", "en"]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    account = Path(said.strip().rpartition(" ")[2])
    assert "ZeroDivisionError" in account.read_text(encoding="utf-8")
    account.unlink()
