"""Messages that are written once in English and said in either language.

A :class:`Message` stays untranslated until somebody reads it, because the same check result or error is shown to one person in
English and to another in Chinese. Catalogues are gettext ``.po`` files, one per area of the program, read at first use:
compiled ``.mo`` files would be build products in the repository.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, Protocol, runtime_checkable

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = ("en", "zh")
DEFAULT: Language = "en"

LOCALE_FOLDER = Path(__file__).resolve().parents[2] / "data" / "locale"


def as_language(code: str | None) -> Language:
    """The language closest to a locale such as ``zh-Hans-CN`` or ``en_GB``; English when there is none."""
    return "zh" if (code or "").lower().startswith("zh") else "en"


@runtime_checkable
class Speaks(Protocol):
    """Anything that can be said in a language: a message, a text of the method, an error."""

    def in_(self, language: Language) -> str: ...


@lru_cache(maxsize=len(LANGUAGES))
def catalogue(language: Language) -> Mapping[str, str]:
    """All translations of one language: English text -> translated text. English itself needs none."""
    if language == "en":
        return {}
    from babel.messages.pofile import read_po

    merged: dict[str, str] = {}
    for path in sorted((LOCALE_FOLDER / language).glob("*.po")):
        with path.open("rb") as file:
            for entry in read_po(file, locale=language):
                if isinstance(entry.id, str) and entry.id and isinstance(entry.string, str) and entry.string:
                    merged[entry.id] = entry.string
    return merged


def translate(text: str, language: Language) -> str:
    """The translation of ``text``, or ``text`` itself where there is none (a test keeps that from happening)."""
    return catalogue(language).get(text, text)


def say(value: object, language: Language) -> str:
    """``value`` in words: a message or a text of the method is translated, anything else is written as it is."""
    # Asked for hundreds of times a page; `isinstance` with a protocol takes ten times as long as the look-up.
    speaks: Callable[[Language], str] | None = getattr(value, "in_", None)
    return speaks(language) if speaks is not None else str(value)


class Spoken(str):
    """A value in words, for its place in a template.

    English agrees with numbers: ``{rows:# row was|# rows were} read`` is "1 row was read" or "1,204 rows were read". What stands
    for exactly one comes first, ``#`` is the value. Chinese has no need of it and writes ``{rows}``.

    A count of nothing reads awkwardly in both languages, so what stands for it may come before all else, after ``0=``:
    ``{rows:0=no row was|# row was|# rows were} read``, and in Chinese ``{rows:0=一行也没有|有#行}``.
    """

    __slots__ = ()

    def __format__(self, spec: str) -> str:
        if spec.startswith("0="):
            nothing, _, spec = spec[2:].partition("|")
            if self == "0":
                return nothing
            spec = spec if "|" in spec else f"{spec}|{spec}"
        one, several, more = spec.partition("|")
        return (one if self == "1" else more).replace("#", self) if several else super().__format__(spec)


@dataclass(frozen=True)
class Message:
    """An English template with named places, and what goes into them (see :class:`Spoken`). The values may be messages themselves."""

    template: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def in_(self, language: Language) -> str:
        spoken = {name: Spoken(say(value, language)) for name, value in self.values.items()}
        return translate(self.template, language).format(**spoken) if spoken else translate(self.template, language)

    def __str__(self) -> str:
        return self.in_(DEFAULT)


def msg(template: str, /, **values: Any) -> Message:
    """Mark a text for translation and bind its values: ``msg("{count} rows were read", count=12)``."""
    return Message(template, values)
