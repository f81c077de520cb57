"""Which texts the program says, and which of them the catalogues know."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from babel.messages.extract import extract_from_file

from strategy.language.catalog import catalogue

ROOT = Path(__file__).resolve().parents[2]
KEYWORDS = {"msg": None, "t": None}
_TEMPLATE_CALL = re.compile(r"""\bt\(\s*"((?:[^"\\]|\\.)*)\"""")


def said() -> dict[str, list[str]]:
    """English text -> where it is said."""
    found: dict[str, list[str]] = {}
    for path in sorted([*(ROOT / "pages").rglob("*.py"), *(ROOT / "strategy").rglob("*.py")]):
        for line, message, _, _ in extract_from_file("python", path, keywords=KEYWORDS):
            text = message[0] if isinstance(message, tuple) else message
            if text:
                found.setdefault(text, []).append(f"{path.relative_to(ROOT)}:{line}")
    for path in sorted((ROOT / "strategy").rglob("*.html")):
        for text in _TEMPLATE_CALL.findall(path.read_text(encoding="utf-8")):
            found.setdefault(text, []).append(str(path.relative_to(ROOT)))
    return found


def places(text: str) -> set[str]:
    """The named places of a message."""
    return set(re.findall(r"\{(\w+)\}", text))


def missing() -> dict[str, list[str]]:
    """Texts without a Chinese translation."""
    known = catalogue("zh")
    return {text: where for text, where in said().items() if not known.get(text)}


if __name__ == "__main__":
    gaps = missing()
    for text, where in gaps.items():
        print(f"{where[0]}: {text}")
    print(f"{len(gaps)} without translation")
    sys.exit(1 if gaps else 0)
