"""What a finding calls a row, so that nobody takes it for another one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from strategy.language import Language
from strategy.method import Worksheet
from strategy.thread.graph import Node
from strategy.workbook import Row, Snapshot

#: Kinds of columns that say what a row is about, the most telling first.
_TELLING = ("reference", "references", "choice", "text", "date")


class Namesakes:
    """Rows that findings speak of side by side, by what they are called. Worked out when a message is read, once a language."""

    def __init__(self, snapshot: Snapshot, nodes: Iterable[Node]) -> None:
        self._snapshot, self._nodes = snapshot, tuple(dict.fromkeys(nodes))
        self._groups: dict[Language, dict[tuple[str, str], list[Row]]] = {}

    def of(self, row: Row, language: Language) -> list[Row]:
        """The other rows of the same worksheet that are called the same."""
        if language not in self._groups:
            groups: dict[tuple[str, str], list[Row]] = {}
            for node in self._nodes:
                if (each := self._snapshot.row(*node)) is not None:
                    groups.setdefault((node[0], self._snapshot.label(*node, language)), []).append(each)
            self._groups[language] = groups
        alike = self._groups[language].get((row.worksheet, self._snapshot.label(row.worksheet, row.id, language)), [])
        return [other for other in alike if other.id != row.id]


@dataclass(frozen=True)
class Told:
    """A row by its label and, where others ``among`` those spoken of are called alike, by what sets it apart from them.

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
