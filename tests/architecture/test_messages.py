"""The interface is whole in both languages: every text has a Chinese translation that can stand in for it."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

from strategy.language.catalog import LANGUAGES, LOCALE_FOLDER, Language, Spoken, catalogue
from tests.architecture.messages import catalogues, missing, places, said, sources, written

CATALOGUES = sorted((LOCALE_FOLDER / "zh").glob("*.po"))
CHINESE = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u3000-\u303f\uff00-\uffef]")
#: A language is called by its own name in every language.
NAMES_OF_LANGUAGES = {"中文"}


def _entries(path: Path) -> list[Message]:
    with path.open("rb") as file:
        return [entry for entry in read_po(file, locale="zh") if entry.id]


def test_every_text_said_is_translated() -> None:
    gaps = [f"{where[0]}: {text}" for text, where in missing().items()]
    assert not gaps, "without Chinese:\n" + "\n".join(sorted(gaps))


def test_every_translation_is_of_a_text_that_is_said() -> None:
    """A text that was reworded takes its old translation with it."""
    assert not sorted(set(catalogue("zh")) - set(written()) - set(said()))


def test_a_translation_stands_in_the_catalogue_of_the_package_that_says_it() -> None:
    """Somebody who translates reads what belongs together, and nobody searches a dozen files for a text."""
    wanted = {text: name for name, texts in catalogues().items() for text in texts}
    astray = [f"{path.name}: {entry.id}" for path in CATALOGUES for entry in _entries(path) if wanted[str(entry.id)] != path.name]
    assert not astray, "python -m tests.architecture.messages --sort puts them in order:\n" + "\n".join(astray)


def test_extraction_reaches_f_strings_templates_and_nested_messages() -> None:
    found = said()
    assert "Decision" in found  # said inside an f-string of pages/ui/aside.py
    assert "What is given up" in found  # said in a template of strategy/reports
    assert "{count:# day|# days}" in found  # said among the values of another message


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
def test_entries_are_whole(path: Path) -> None:
    """Translated, not fuzzy, said once in the file, with the same places as the English."""
    entries = _entries(path)
    assert not [entry.id for entry in entries if entry.fuzzy], "fuzzy entries"
    assert not [entry.id for entry in entries if not str(entry.string).strip()], "entries without a translation"
    wrong = [f"{entry.id} -> {entry.string}" for entry in entries if places(str(entry.id)) != places(str(entry.string))]
    assert not wrong, "places differ:\n" + "\n".join(wrong)
    # Reading keeps the last of two entries with one id, so they are counted in the text itself; one of them is the header.
    written = len(re.findall(r"^msgid ", path.read_text(encoding="utf-8"), flags=re.MULTILINE))
    assert written == len(entries) + 1, "a text stands twice in this catalogue, or the header is missing"


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
def test_header_names_language_and_encoding(path: Path) -> None:
    head = path.read_text(encoding="utf-8").split("\n\n", 1)[0]
    assert r'"Language: zh\n"' in head
    assert "charset=UTF-8" in head


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "en"])
def test_every_translation_can_be_said(language: Language) -> None:
    """Formatting with its own places raises nothing: no stray brace, no place by position."""
    for text, translated in catalogue(language).items():
        if places(text):
            translated.format(**dict.fromkeys(places(text), Spoken("x")))


def test_no_text_has_two_translations() -> None:
    seen: dict[str, dict[str, list[str]]] = {}
    for path in CATALOGUES:
        for entry in _entries(path):
            seen.setdefault(str(entry.id), {}).setdefault(str(entry.string), []).append(path.name)
    differing = [f"{text}: {translations}" for text, translations in seen.items() if len(translations) > 1]
    assert not differing, "translated in two ways:\n" + "\n".join(differing)


def test_pages_hold_no_chinese() -> None:
    """Chinese belongs in the catalogues and the method; in code nobody who writes Chinese would find it."""
    found = [
        f"{name}:{node.lineno}: {node.value[:40]}"
        for name, tree in sources("pages")
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        if CHINESE.search(node.value) and node.value not in NAMES_OF_LANGUAGES
    ]
    assert not found, "\n".join(found)
