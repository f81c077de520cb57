"""How an earlier file with the same columns was read, and what was done with its doubtful rows: nobody has to say it twice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from strategy.customers.cleaning_rules import RULE_NAMES, Rules
from strategy.customers.importing import Dataset
from strategy.customers.reading import FilePreview
from strategy.language import Joined, Message, msg


class Confirmed(Protocol):
    """The record of an earlier file, as it was confirmed: of purchases or of interactions."""

    @property
    def file_name(self) -> str: ...

    @property
    def mapping(self) -> Any: ...


Record = TypeVar("Record", bound=Confirmed)


def earlier_like(seen: FilePreview, earlier: Iterable[Record]) -> Record | None:
    """The first of the ``earlier`` files, newest first, whose columns the file has."""
    return next((each for each in earlier if set(each.mapping.columns().values()) <= set(seen.columns)), None)


@dataclass(frozen=True)
class Remembered:
    """Rules that were set otherwise than usual for an earlier file.

    Attributes:
        file: name of that file; empty where there was none.
        rules: rule -> how it was set, of those set otherwise than usual.
    """

    file: str
    rules: Mapping[str, bool]

    def said(self, now: Mapping[str, bool]) -> list[Message]:
        """Which switches stand ``now`` as they stood for that file and not as usual."""
        kept = {name: on for name, on in self.rules.items() if now.get(name) == on}
        on, off = ([RULE_NAMES[name] for name, value in kept.items() if value is wanted] for wanted in (True, False))
        said = []
        if on:
            said.append(msg("Switched on, as for {file}: {rules}.", file=self.file, rules=Joined(on)))
        if off:
            said.append(msg("Switched off, as for {file}: {rules}.", file=self.file, rules=Joined(off)))
        return said


def remembered_rules(seen: FilePreview, earlier: Iterable[Dataset]) -> Remembered:
    """The rules of the first of the ``earlier`` data sets, newest first, whose columns the file has."""
    usual, like = Rules(), earlier_like(seen, earlier)
    if like is None:
        return Remembered("", {})
    given = like.understood.get("rules") or {}
    # Whether known lines are left out belongs to what a file is added to, not to how it is written.
    names = [name for name in RULE_NAMES if name != "drop_known" and name in given]
    return Remembered(like.file_name, {name: bool(given[name]) for name in names if given[name] != getattr(usual, name)})
