"""Which texts the program says, which of them the catalogues know, and the catalogues themselves in the order of the code.

``python -m tests.architecture.messages`` lists texts without a translation; with ``--sort`` it writes the catalogues anew.
"""

from __future__ import annotations

import ast
import io
import re
import sys
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import write_po

from strategy.language.catalog import LOCALE_FOLDER, catalogue

ROOT = Path(__file__).resolve().parents[2]
KEYWORDS = {"msg": None, "t": None}
_TEMPLATE_CALL = re.compile(r"""\bt\(\s*"((?:[^"\\]|\\.)*)\"""")
_HEAD = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n"Language: zh\\n"\n'


def sources(folder: str) -> Iterator[tuple[str, ast.AST]]:
    """Each file of Python below ``folder``, and its syntax tree."""
    for path in sorted((ROOT / folder).rglob("*.py")):
        yield str(path.relative_to(ROOT)), ast.parse(path.read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def said() -> dict[str, list[str]]:
    """English text -> where it is said.

    Gettext's extraction sees neither calls inside f-strings nor messages among the values of another message; the syntax tree
    has both.
    """
    found: dict[str, list[str]] = {}
    for path in sorted([*(ROOT / "pages").rglob("*.py"), *(ROOT / "strategy").rglob("*.py")]):
        for line, message, _, _ in extract_from_file("python", path, keywords=KEYWORDS):
            text = message[0] if isinstance(message, tuple) else message
            if text:
                found.setdefault(text, []).append(f"{path.relative_to(ROOT)}:{line}")
    for path in sorted((ROOT / "strategy").rglob("*.html")):
        for text in _TEMPLATE_CALL.findall(path.read_text(encoding="utf-8")):
            found.setdefault(text, []).append(str(path.relative_to(ROOT)))
    for name, tree in (source for folder in ("pages", "strategy") for source in sources(folder)):
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in KEYWORDS and node.args:
                first = node.args[0]
                if isinstance(first, ast.Constant) and isinstance(first.value, str) and first.value not in found:
                    found[first.value] = [f"{name}:{node.lineno}"]
    return found


@lru_cache(maxsize=1)
def written() -> dict[str, str]:
    """Every text that stands in the code -> the first file it stands in; some are said by a name that holds them."""
    found: dict[str, str] = {}
    for name, tree in (source for folder in ("pages", "strategy") for source in sources(folder)):
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.setdefault(node.value, name)
    return found


def places(text: str) -> set[str]:
    """The named places of a message."""
    return set(re.findall(r"\{(\w+)(?::[^{}]*\|[^{}]*)?\}", text))


def missing() -> dict[str, list[str]]:
    """Texts without a Chinese translation."""
    known = catalogue("zh")
    return {text: where for text, where in said().items() if not known.get(text, "").strip()}


def catalogues() -> dict[str, list[str]]:
    """Name of a catalogue -> its texts: one for ``pages`` and one for each package of ``strategy``, in the order of the code."""
    found: dict[str, list[str]] = {}
    for text in sorted(catalogue("zh"), key=lambda text: (*_place(text), text)):
        name, _ = _place(text)
        area = Path(name).parts[1] if name.startswith("strategy/") else "pages"
        found.setdefault(f"{Path(area).stem}.po", []).append(text)
    return found


def _place(text: str) -> tuple[str, int]:
    """The file that a text is said in first, and the line."""
    first = said().get(text, [written().get(text, "pages/")])[0]
    name, _, line = first.partition(":")
    return name, int(line or 0)


def _as_text(texts: list[str]) -> str:
    chosen, file = Catalog(locale="zh"), io.BytesIO()
    for text in texts:
        chosen.add(text, catalogue("zh")[text], locations=[(_place(text)[0], None)])
    write_po(file, chosen, width=0, omit_header=True)
    return f"{_HEAD}\n{file.getvalue().decode().strip()}\n"


def sort() -> None:
    """Write the catalogues anew, each text in that of the package that says it."""
    anew = {name: _as_text(texts) for name, texts in catalogues().items()}
    folder = LOCALE_FOLDER / "zh"
    for path in folder.glob("*.po"):
        path.unlink()
    for name, text in anew.items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    if "--sort" in sys.argv:
        sort()
    gaps = missing()
    for text, where in gaps.items():
        print(f"{where[0]}: {text}")
    print(f"{len(gaps)} without translation")
    sys.exit(1 if gaps else 0)
