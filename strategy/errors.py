"""What can go wrong for a user, said as: what is wrong, where, and what to do.

Every error a user can meet is a :class:`StrategyError`; anything else that escapes is a defect of the program. The parts are
messages, so a page or the command line says them in the reader's language.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from strategy.language import Joined, Language, Message, Speaks, say
from strategy.language import msg as msg  # for `analysis`, which knows of errors and no other package


class StrategyError(Exception):
    """What is wrong, where it is (file, row, column, worksheet) and what to try."""

    def __init__(self, what: Speaks | str, where: Speaks | str | None = None, fix: Speaks | str | None = None) -> None:
        self.what, self.where, self.fix = what, where, fix
        super().__init__(self.in_("en"))

    def in_(self, language: Language) -> str:
        """The whole error on one line."""
        what, place, fix = (say(part, language) if part else "" for part in (self.what, self.where, self.fix))
        if language == "zh":
            return f"{what}{f'（{place}）' if place else ''}。{fix}"
        return f"{what}{f' ({place})' if place else ''}.{f' {fix}' if fix else ''}"


class MethodError(StrategyError):
    """A method file is not what the program expects."""


class InvalidValue(StrategyError):
    """A value does not fit its column."""


class UnknownName(StrategyError):
    """A worksheet, row, column, exhibit or sample that does not exist."""


class UnknownWorksheet(UnknownName):
    """A worksheet the method in use does not have."""


class ImportRefused(StrategyError):
    """A file of customer data that cannot be read, or cannot be read in one way only."""


class ConnectionProblem(StrategyError):
    """A company's database that cannot be reached, or does not answer as it should."""


class NoData(StrategyError):
    """An exhibit that has nothing to show yet, with what would fill it."""


class WorkbookError(StrategyError):
    """A workbook file that cannot be used."""


class WorkbookHeld(WorkbookError):
    """Another process holds the file."""

    def __init__(self, path: str, process: str) -> None:
        self.process = process
        super().__init__(
            msg("The workbook is in use by {process}", process=process),
            path,
            msg("Close it there, or stop that process, and try again."),
        )


class WorkbookNewer(WorkbookError):
    """The file was written by a later version of the program."""


class WorkbookForeign(WorkbookError):
    """The file is no workbook of this program."""


class WorkbookDamaged(WorkbookError):
    """The file is shorter than what was acknowledged, or its history does not add up."""


class Refused(StrategyError):
    """A change that would leave the workbook inconsistent."""


@dataclass(frozen=True)
class Collision:
    """One field that two people changed from the same version: what it was, what they wrote, what you wrote."""

    field: str
    base: Any
    theirs: Any
    yours: Any


class Conflict(StrategyError):
    """Somebody else changed the same fields of the row since you read it."""

    def __init__(
        self,
        worksheet: str,
        row_id: str,
        collisions: tuple[Collision, ...],
        author: str,
        current: Mapping[str, Any],
        titles: Mapping[str, Speaks] | None = None,
    ) -> None:
        """``titles`` are what the worksheet calls its columns."""
        self.worksheet, self.row_id, self.collisions, self.author_name, self.current = (
            worksheet,
            row_id,
            collisions,
            author,
            current,
        )
        known = titles or {}
        fields = Joined([known.get(collision.field) or Message(collision.field) for collision in collisions])
        super().__init__(
            msg("{author} changed {fields} while you were editing", author=author, fields=fields),
            f"{worksheet}/{row_id}",
            msg("Look at both values and choose one."),
        )


def one_line(error: StrategyError, language: Language) -> str:
    """The error as a single line, whatever a file name or a cell put into it."""
    return " ".join(error.in_(language).split())
