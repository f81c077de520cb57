"""What a finding calls a row, so that nobody takes it for another one."""

from __future__ import annotations

from dataclasses import dataclass

from strategy.language import Language
from strategy.method import Worksheet
from strategy.thread.graph import Node
from strategy.workbook import Row, Snapshot

#: Kinds of columns that say what a row is about, the most telling first.
_TELLING = ("reference", "references", "choice", "text", "date")


class Namesakes:
    """The rows of each worksheet by what they are called. Worked out when a message is read, once a language."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._groups: dict[tuple[str, Language], dict[str, list[Row]]] = {}

    def of(self, row: Row, language: Language) -> list[Row]:
        """The other rows of the same worksheet that are called the same."""
        sheet = row.worksheet
        if (sheet, language) not in self._groups:
            groups = self._groups[sheet, language] = {}
            for each in self._snapshot.rows(sheet):
                groups.setdefault(self._snapshot.label(sheet, each.id, language), []).append(each)
        alike = self._groups[sheet, language].get(self._snapshot.label(sheet, row.id, language), [])
        return [other for other in alike if other.id != row.id]


@dataclass(frozen=True)
class Told:
    """A row by its label and, where others of its worksheet are called alike, by what sets it apart from them.

    ``titled``: with the name of the worksheet in front, where rows of many worksheets stand side by side.
    """

    snapshot: Snapshot
    node: Node
    among: Namesakes
    titled: bool = False

    def in_(self, language: Language) -> str:
        worksheet = self.snapshot.method.worksheet(self.node[0])
        label = self.snapshot.label(*self.node, language)
        row = self.snapshot.row(*self.node)
        parts = self._apart(worksheet, row, language) if row else []
        if parts:
            label += f"（{'，'.join(parts)}）" if language == "zh" else f" ({', '.join(parts)})"
        if not self.titled:
            return label
        return f"{worksheet.title.in_(language)}{'：' if language == 'zh' else ': '}{label}"

    def _apart(self, worksheet: Worksheet, row: Row, language: Language) -> list[str]:
        """The values that tell a row from its namesakes: as few as do, in the order of the kinds above."""
        alike = self.among.of(row, language)
        columns = [column for column in worksheet.fields if column.type in _TELLING and column.id != worksheet.label]
        found = []
        for column in sorted(columns, key=lambda column: _TELLING.index(column.type)):
            if any(other[column.id] != row[column.id] for other in alike):
                alike = [other for other in alike if other[column.id] == row[column.id]]
                text = self.snapshot.text(worksheet, row, column.id, language)
                found += [text] if text else []
        return found
