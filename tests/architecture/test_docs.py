"""The documentation says what the program does: names, commands, links, and the worked example of a method of one's own."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import typing
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from pydantic import BaseModel
from streamlit.testing.v1 import AppTest

from strategy.command_line.arguments import parser
from strategy.customers.reasons import REASONS
from strategy.customers.schema import TABLES
from strategy.exhibits.evidence import registry
from strategy.language import say
from strategy.method import Step, load_method, loader, models
from strategy.method import check_rules as rules
from strategy.thread import find
from strategy.workbook import Put, Workbook, journal
from strategy.workbook.migrations import FORMAT_VERSION
from tests.architecture import reference
from tests.architecture.messages import places

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
METHOD = load_method(ROOT / "data" / "method")
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted(DOCS.rglob("*.md"))]
EXAMPLE = DOCS / "examples" / "partner"


def _text(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def _prose(text: str) -> str:
    """Line breaks as spaces, so that a name broken over two lines is found."""
    return " ".join(text.split())


# -- reference ----------------------------------------------------------------------------------------------------------------


def test_reference_is_up_to_date() -> None:
    assert _text("reference.md") == reference.render(), "run: python -m tests.architecture.reference"


def test_every_exhibit_stands_in_the_reference_with_its_settings() -> None:
    text = _text("reference.md")
    for spec in registry().values():
        assert f"| `{spec.id}` |" in text, f"{spec.id} belongs to no step"
        assert all(f"`{setting.name}`" in text for setting in spec.settings), spec.id


def test_every_environment_variable_is_explained() -> None:
    sources = [ROOT / "app.py", ROOT / "Makefile"]
    sources += [path for folder in ("pages", "strategy", "tests") for path in (ROOT / folder).rglob("*.py")]
    named = {name for path in sources for name in re.findall(r"\bNINEFOLD_[A-Z_]+\b", path.read_text(encoding="utf-8"))}
    # What follows is the name of a connection, whichever it is.
    named = {"NINEFOLD_CONNECTION_NAME" if name.startswith("NINEFOLD_CONNECTION_") else name for name in named}
    assert named <= set(reference.VARIABLES)


# -- guide --------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("step", METHOD.steps, ids=lambda step: step.id)
def test_guide_names_every_worksheet_exhibit_and_check(step: Step) -> None:
    text = _prose(_text(f"guide/{reference.GUIDE[step.id]}"))
    missing = [sheet.title.en for sheet in step.worksheets if sheet.title.en not in text]
    missing += [say(registry()[name].name, "en") for name in step.exhibits if say(registry()[name].name, "en") not in text]
    missing += [check.id for check in METHOD.checks if check.step == step.id and f"`{check.id}` ({check.severity})" not in text]
    assert not missing


@pytest.mark.parametrize("step", METHOD.steps, ids=lambda step: step.id)
def test_chinese_guide_names_every_worksheet_exhibit_and_check(step: Step) -> None:
    text = _text("zh/guide.md")
    severity = {"blocker": "阻断", "warning": "警告", "hint": "提示"}
    names = [step.title.zh, *(sheet.title.zh for sheet in step.worksheets), *(say(registry()[e].name, "zh") for e in step.exhibits)]
    names += [f"`{check.id}` {severity[check.severity]}" for check in METHOD.checks if check.step == step.id]
    assert not [name for name in names if name not in text]


# -- command line -------------------------------------------------------------------------------------------------------------


def _commands() -> dict[str, typing.Any]:
    top = parser()
    return dict(next(action.choices for action in top._actions if isinstance(action.choices, dict)))


def test_every_command_and_option_is_documented() -> None:
    text = _text("command-line.md")
    for name, command in _commands().items():
        assert f"### {name}\n" in text
        missing = [option for action in command._actions for option in action.option_strings if option.startswith("--")]
        assert not [option for option in missing if option not in text], name


def test_every_reason_for_a_row_left_out_is_documented() -> None:
    assert not [reason for reason in REASONS if reason != "kept" and f"`{reason}`" not in _text("command-line.md")]


def _examples() -> Iterator[tuple[str, str]]:
    for page in PAGES:
        for line in page.read_text(encoding="utf-8").splitlines():
            if match := re.match(r"(?:.*`)?python -m strategy ([a-z]+ [^`]*)", line):
                yield page.name, match.group(1)


def test_commands_in_the_documentation_can_be_typed() -> None:
    typed = list(_examples())
    assert len(typed) > 20
    for _, line in typed:
        parser().parse_args(shlex.split(line, comments=True))


def test_json_in_the_documentation_is_json() -> None:
    for block in re.findall(r"```json\n(.*?)```", _text("command-line.md"), re.DOTALL):
        json.loads(block)


def test_targets_of_make_exist() -> None:
    made = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = {name for page in PAGES for name in re.findall(r"(?:^|`)make ([a-z]+)", page.read_text(encoding="utf-8"), re.MULTILINE)}
    assert {"run", "test"} <= named <= made


# -- method, file format ------------------------------------------------------------------------------------------------------


def _keys(model: type[BaseModel]) -> set[str]:
    return {field.alias or name for name, field in model.model_fields.items()}


def test_every_key_of_a_method_file_is_documented() -> None:
    text = _text("method-authoring.md")
    kinds = (rules.Filled, rules.Sum, rules.Count, rules.Covers, rules.Compare, rules.Allowed, rules.Function)
    names = set(loader._INDEX_KEYS)
    for model in (models.Layer, models.Case, models.Step, models.Worksheet, models.SeedRow, models.Column, rules.Check, *kinds):
        names |= _keys(model)
    names |= set(typing.get_args(models.ColumnType)) | set(typing.get_args(rules.Severity)) | models.RESERVED_NAMES
    names |= models.RESERVED_WORKSHEETS | set(typing.get_args(models.Layer.model_fields["tint"].annotation))
    names |= set(typing.get_args(rules.Compare.model_fields["is_"].annotation))
    names |= set(typing.get_args(rules.Function.model_fields["name"].annotation))
    names |= {kind.model_fields["kind"].annotation.__args__[0] for kind in kinds}  # type: ignore[union-attr]
    assert not sorted(name for name in names if f"`{name}`" not in text)


def test_every_name_a_message_uses_is_documented() -> None:
    text = _text("method-authoring.md")
    for check in METHOD.checks:
        for place in places(check.message.en + check.message.zh):
            assert f"`{{{place}}}`" in text, check.id


def test_every_table_and_column_of_the_file_is_documented() -> None:
    text = _text("file-format.md")
    assert f"format version {FORMAT_VERSION}," in text
    columns = [name for _, fields in TABLES.values() for name, _, _ in fields]
    columns += re.findall(r"^    ([a-z_]+) [A-Z]", journal.TABLE, re.MULTILINE)
    assert not [name for name in [*TABLES, *columns] if f"`{name}`" not in text]


# -- links --------------------------------------------------------------------------------------------------------------------


def _anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_and_images_resolve(page: Path) -> None:
    broken = []
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
        if "://" in target:
            continue
        name, _, anchor = target.partition("#")
        file = (page.parent / name).resolve() if name else page
        if not file.exists() or (anchor and anchor not in _anchors(file)):
            broken.append(target)
    assert not broken


def test_every_page_is_reached_from_the_readme() -> None:
    seen, waiting = set(), [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page in seen:
            continue
        seen.add(page)
        for target in re.findall(r"\]\(([^)#\s]+\.md)", page.read_text(encoding="utf-8")):
            if "://" not in target and (page.parent / target).exists():
                waiting.append((page.parent / target).resolve())
    assert set(PAGES) <= seen


# -- the worked example -------------------------------------------------------------------------------------------------------


@pytest.fixture
def partner_method(tmp_path: Path) -> Path:
    """The shipped folder with the example applied, as docs/method-authoring.md tells it."""
    folder = tmp_path / "my-method"
    shutil.copytree(ROOT / "data" / "method", folder)
    with (folder / "step_5_acquisition.yaml").open("a", encoding="utf-8") as file:
        file.write((EXAMPLE / "worksheet.yaml").read_text(encoding="utf-8"))
    shutil.copy(EXAMPLE / "partner_checks.yaml", folder)
    index = folder / "method.yaml"
    text = index.read_text(encoding="utf-8")
    assert "\nchecks: [checks.yaml]\n" in text
    index.write_text(text.replace("checks: [checks.yaml]", "checks: [checks.yaml, partner_checks.yaml]"), encoding="utf-8")
    return folder


PARTNER = [
    Put("segment", "regulars", {"name": "Regulars", "role": "primary", "resource_share": 100}),
    Put("partner", "kiosk", {"name": "The kiosk next door", "segment": "regulars", "share": 25, "share_low": 20, "share_high": 30}),
]


@pytest.mark.made_anew
def test_example_gives_a_typed_view_and_a_check_in_both_languages(partner_method: Path, tmp_path: Path) -> None:
    path = tmp_path / "plan.duckdb"
    with Workbook.create(path, "Plan", load_method(partner_method)) as workbook:
        workbook.commit(PARTNER, "Ada")
        cursor = workbook.cursor()
        assert cursor.execute("SELECT row_id, name, segment, share, share_low, share_high FROM partner").fetchall() == [
            ("kiosk", "The kiosk next door", "regulars", 25.0, 20.0, 30.0)
        ]
        types = dict(cursor.execute("SELECT column_name, data_type FROM duckdb_columns() WHERE table_name = 'partner'").fetchall())
        assert (types["share"], types["agreed_on"]) == ("DOUBLE", "DATE")
        comment = "SELECT comment FROM duckdb_columns() WHERE table_name = 'partner' AND column_name = 'segment'"
        assert cursor.execute(comment).fetchone() == ("Opens the segment / 打开的细分市场; refers to segment",)
        found = {finding.check.id: finding for finding in find(workbook.snapshot())}
        shown = _prose(_text("method-authoring.md"))
        for language in ("en", "zh"):
            assert say(found["partner.share"].message, language) in shown
        assert found["partner.agreed"].severity == "hint"
        assert "kind" not in say(found["partner.agreed"].message, "zh").lower()


def test_rows_of_a_worksheet_taken_out_stay(partner_method: Path, tmp_path: Path) -> None:
    path = tmp_path / "plan.duckdb"
    with Workbook.create(path, "Plan", load_method(partner_method)) as workbook:
        workbook.commit(PARTNER, "Ada")
    with Workbook.open(path, METHOD) as workbook:
        cursor = workbook.cursor()
        with pytest.raises(duckdb.CatalogException):
            cursor.execute("SELECT * FROM partner")
        assert cursor.execute("SELECT row_id FROM current_row WHERE worksheet = 'partner'").fetchall() == [("kiosk",)]
    with Workbook.open(path, load_method(partner_method)) as workbook:
        assert workbook.cursor().execute("SELECT name FROM partner").fetchall() == [("The kiosk next door",)]


def test_example_shows_on_the_page(partner_method: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from pages.ui import state

    monkeypatch.setenv("NINEFOLD_METHOD", str(partner_method))
    state.library.clear()
    key = state.library().create("Plan")
    try:
        state.library().open(key).commit(PARTNER, "Ada")
        at = AppTest.from_file(str(ROOT / "pages" / "main.py"), default_timeout=60)
        at.session_state["author"] = "Ada"
        address = {"plan": key, "lang": "en", "view": "worksheets", "sheet": "partner", "row": "kiosk"}
        for switch in (False, True):
            if switch:
                at.switch_page("steps/step_5_acquisition.py")
            at.query_params.update(address)
            at.run()
        assert not at.exception
        assert "Share of the sale (%)" in [field.label for field in at.number_input]
        assert any("shortens the way" in text.value for text in at.markdown)
        assert any("to keep 25% of each sale" in text.value for text in at.markdown)
    finally:
        state.library().close_all()
        state.library.clear()
