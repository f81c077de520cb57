"""Names and numbers inside an exhibit's words, said when the language is known."""

from __future__ import annotations

from dataclasses import dataclass

from strategy.language import Joined, Language, money, number, percent
from strategy.workbook import Snapshot

__all__ = ["ChoiceTitle", "Joined", "Label", "Money", "Number", "Share", "Short"]


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
    """A choice of a column by its title; by its id where a team's method has done without the choice, the column or the worksheet."""

    snapshot: Snapshot
    worksheet: str
    column: str
    choice_id: str

    def in_(self, language: Language) -> str:
        method = self.snapshot.method
        column = method.worksheet(self.worksheet).by_id.get(self.column) if method.has_worksheet(self.worksheet) else None
        choice = column.choice(self.choice_id) if column else None
        return choice.title.in_(language) if choice else self.choice_id


@dataclass(frozen=True)
class Money:
    """An amount in the plan's currency."""

    value: float
    currency: str = ""

    def in_(self, language: Language) -> str:
        return money(self.value, language, self.currency)


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
