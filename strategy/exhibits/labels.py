"""Names and numbers inside an exhibit's words, said when the language is known."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from strategy.language import Language, Speaks, date_text, money, number, percent
from strategy.workbook import Snapshot


@dataclass(frozen=True)
class Short:
    """A segment by its short name."""

    snapshot: Snapshot
    segment_id: str

    def in_(self, language: Language) -> str:
        return self.snapshot.short(self.segment_id, language)


@dataclass(frozen=True)
class Label:
    """A row of any worksheet by its label."""

    snapshot: Snapshot
    worksheet: str
    row_id: str

    def in_(self, language: Language) -> str:
        return self.snapshot.label(self.worksheet, self.row_id, language)


@dataclass(frozen=True)
class ChoiceTitle:
    """A choice of a column by its title."""

    snapshot: Snapshot
    worksheet: str
    column: str
    choice_id: str

    def in_(self, language: Language) -> str:
        choice = self.snapshot.method.worksheet(self.worksheet).column(self.column).choice(self.choice_id)
        return choice.title.in_(language) if choice else self.choice_id


@dataclass(frozen=True)
class Joined:
    """Several names as a list: ``A, B and C``; ``A、B和C``, and ``A，a；B`` where a Chinese name has a comma of its own."""

    items: Sequence[Speaks]

    def in_(self, language: Language) -> str:
        words = [item.in_(language) for item in self.items]
        if len(words) < 2:
            return "".join(words)
        if language == "zh" and any("，" in word for word in words):
            return "；".join(words)
        comma, last = ("、", "和") if language == "zh" else (", ", " and ")
        return comma.join(words[:-1]) + last + words[-1]


@dataclass(frozen=True)
class Money:
    """An amount in the plan's currency."""

    value: float
    currency: str = ""

    def in_(self, language: Language) -> str:
        return money(self.value, language, self.currency)


@dataclass(frozen=True)
class Day:
    """A day, said as the language writes it."""

    day: dt.date

    def in_(self, language: Language) -> str:
        return date_text(self.day, language)


@dataclass(frozen=True)
class Number:
    value: float
    digits: int | None = None

    def in_(self, language: Language) -> str:
        return number(self.value, language, self.digits)


@dataclass(frozen=True)
class Share:
    """A share between 0 and 1, as a percentage."""

    value: float
    digits: int = 0

    def in_(self, language: Language) -> str:
        return percent(self.value, language, self.digits)
