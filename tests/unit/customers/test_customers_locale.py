"""Every text of the package is said in Chinese, with the same places for values."""

from __future__ import annotations

import ast
import string
from pathlib import Path

import pytest

import strategy.customers
from strategy.language.catalog import catalogue

FOLDER = Path(strategy.customers.__file__).parent


def templates() -> list[str]:
    found: set[str] = set()
    for path in FOLDER.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "msg":
                assert isinstance(node.args[0], ast.Constant), f"{path.name}:{node.lineno}"
                found.add(node.args[0].value)
    return sorted(found)


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("template", templates())
def test_message_is_translated(template: str) -> None:
    chinese = catalogue("zh").get(template)
    assert chinese, template
    assert places(chinese) == places(template)
