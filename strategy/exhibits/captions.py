"""What a chart or a title can carry of a long text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from strategy.exhibits.labels import Number
from strategy.language import Joined, Language, Message, Speaks, msg, say

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Verbatim:
    """A text somebody wrote, the same in either language; empty when nothing was written."""

    text: str | None

    def in_(self, language: Language) -> str:
        return self.text or ""


@dataclass(frozen=True)
class Brief:
    """A name cut to ``limit`` characters, for titles. Chinese says in half as many what English does."""

    name: Speaks | str
    limit: int = 80

    def in_(self, language: Language) -> str:
        text = " ".join(say(self.name, language).split())
        return text if len(text) <= self.limit else text[: self.limit - 1].rstrip() + "…"


def in_title(names: Sequence[Speaks | str]) -> Joined:
    """Names as a title can carry them: three at most, each cut to what is told at a glance, and how many more there are."""
    return Joined([Brief(name, 48) for name in names], most=3)


@dataclass(frozen=True)
class InSentence:
    """A title of the method inside a sentence: without its capital in English, save for abbreviations."""

    name: Speaks

    def in_(self, language: Language) -> str:
        text = self.name.in_(language)
        return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def counted(number: float, one: Speaks, many: Speaks) -> Speaks:
    """``one`` for exactly one, else ``many``, which carries the number itself."""
    return one if number == 1 else many


def greatest(values: pd.Series) -> pd.Index:
    """Where the greatest value stands: in several places, where scores of people are alike. Empty without a value."""
    return values.index[values >= values.max() - 1e-9]


def points(value: float) -> Number:
    """Scores of people and their means: whole where they are, else with one decimal."""
    return Number(value, 1 if round(value, 1) % 1 else 0)


def differ_alike(names: Sequence[Speaks], apart: float) -> Message:
    """Of several items, that people's scores of them are equally far apart: so many points ``apart``."""
    return msg("Opinions differ most on {names}, by {points} points each.", names=Joined(names), points=Number(apart))


def distinct(labels: list[str]) -> list[str]:
    """Labels for a category axis: Plotly would draw equal ones on top of each other, so each repeat gets a thin space more."""
    seen: dict[str, int] = {}
    found = []
    for label in labels:
        found.append(label + "\u2009" * seen.get(label, 0))
        seen[label] = seen.get(label, 0) + 1
    return found
