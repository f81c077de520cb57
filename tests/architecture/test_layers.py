"""Who may use whom, as rules that fail."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LIMIT = 400


def _modules(folder: str) -> Iterator[Path]:
    yield from sorted((ROOT / folder).rglob("*.py"))


def _imports(path: Path) -> set[str]:
    """Every module a file imports, also inside functions; names for type checking only are left out."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    skipped = {
        node
        for block in ast.walk(tree)
        if isinstance(block, ast.If) and isinstance(block.test, ast.Name) and block.test.id == "TYPE_CHECKING"
        for node in ast.walk(block)
    }
    found: set[str] = set()
    for node in ast.walk(tree):
        if node in skipped:
            continue
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def _breaches(folder: str, *forbidden: str, allowed: tuple[str, ...] = ()) -> list[str]:
    return [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in _modules(folder)
        if str(path.relative_to(ROOT)).replace("\\", "/") not in allowed
        for name in _imports(path)
        if any(name == module or name.startswith(module + ".") for module in forbidden)
    ]


def test_the_domain_knows_no_pages_and_no_streamlit() -> None:
    assert _breaches("strategy", "streamlit", "pages") == []


def test_analysis_knows_numbers_and_errors_only() -> None:
    assert _breaches("strategy/analysis", *(f"strategy.{name}" for name in _packages() - {"analysis", "errors", "language"})) == []


def _packages() -> set[str]:
    return {path.stem for path in (ROOT / "strategy").iterdir() if path.suffix == ".py" or path.is_dir()} - {
        "__init__",
        "__pycache__",
    }


@pytest.mark.parametrize("folder", ["thread", "exhibits", "reports"])
def test_what_reads_snapshots_never_writes(folder: str) -> None:
    writers = ("strategy.workbook.Put", "strategy.workbook.Delete", "strategy.workbook.Review", "strategy.workbook.changes")
    assert _breaches(f"strategy/{folder}", *writers) == []
    calls = [path.name for path in _modules(f"strategy/{folder}") if ".commit(" in path.read_text(encoding="utf-8")]
    assert calls == []


def test_only_workbook_and_customers_speak_sql_or_ibis() -> None:
    for folder in sorted(_packages() - {"workbook", "customers"}):
        if (ROOT / "strategy" / folder).is_dir():
            assert _breaches(f"strategy/{folder}", "duckdb", "ibis", "sqlglot") == []
    assert _breaches("pages", "duckdb", "ibis", "sqlglot") == []


def test_analyses_ask_by_expressions_and_not_by_sql() -> None:
    """Purchases may live in another database, which would not understand the text or, worse, understand it differently."""
    asking = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in _modules("strategy")
        if path.name
        not in (
            "importing.py",
            "moves.py",
            "adding.py",
            "cleaning.py",
            "plain_text.py",
            "attribute_files.py",
            "interaction_files.py",
            "understanding.py",
            "still_there.py",
            "histories.py",
        )  # they work on a file or on the workbook's own rows; the last says everything as an expression too, which a test compares
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if re.search(r"SELECT .*\bFROM (purchase\b|\(\{)", line)
    ]
    assert asking == [], "use cached_sql with rows() or frame() of strategy/customers/expressions.py, or days_covered()"


def test_only_state_touches_session_and_address() -> None:
    touching = [
        str(path.relative_to(ROOT))
        for path in _modules("pages")
        if any(name in path.read_text(encoding="utf-8") for name in ("st.session_state", "st.query_params"))
    ]
    assert touching == ["pages/ui/state.py"]


def test_files_to_take_along_are_offered_in_one_place() -> None:
    # Streamlit makes them without a session, on a thread where the visitor's workbook is not known.
    offering = [
        str(path.relative_to(ROOT)) for path in _modules("pages") if "st.download_button(" in path.read_text(encoding="utf-8")
    ]
    assert offering == ["pages/ui/downloads.py"]


def test_no_user_text_becomes_markup_and_no_code_is_loaded_from_data() -> None:
    for folder in ("pages", "strategy"):
        for path in _modules(folder):
            text = path.read_text(encoding="utf-8")
            for risky in ("unsafe_allow_html", "yaml.load(", "pickle.", "eval(", "exec(", "shell=True"):
                assert risky not in text, f"{path}: {risky}"


def test_files_stay_small() -> None:
    long = [
        f"{path.relative_to(ROOT)}: {lines}"
        for folder in ("pages", "strategy", "tests")
        for path in _modules(folder)
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > LIMIT
    ]
    assert long == []


def test_requirements_are_pinned_exactly() -> None:
    files = sorted(ROOT.glob("requirements*.txt"))
    assert len(files) >= 2
    for file in files:
        for line in file.read_text(encoding="utf-8").splitlines():
            if line and not line.startswith(("#", "-r ")):
                assert "==" in line, f"{file.name}: {line}"
