"""What a finding calls a row, so that nobody takes it for another one."""

from __future__ import annotations

from dataclasses import dataclass

from strategy.language import Language
from strategy.method import Worksheet
from strategy.thread.graph import Node
from strategy.thread.memory import per_snapshot
from strategy.workbook import Row, Snapshot

#: Kinds of columns that say what a row is about, the most telling first.
_TELLING = ("reference", "references", "choice", "text", "date")


@dataclass(frozen=True)
class Told:
    """A row by its label and, where others of its worksheet are called alike, by what sets it apart from them.

    ``titled``: with the name of the worksheet in front, where rows of many worksheets stand side by side.
    """

    snapshot: Snapshot
    node: Node
    titled: bool = False

    def in_(self, language: Language) -> str:
        worksheet = self.snapshot.method.worksheet(self.node[0])
        label = self.snapshot.label(*self.node, language)
        row = self.snapshot.row(*self.node)
        parts = _apart(self.snapshot, worksheet, row, label, language) if row else []
        if parts:
            label += f"（{'，'.join(parts)}）" if language == "zh" else f" ({', '.join(parts)})"
        if not self.titled:
            return label
        return f"{worksheet.title.in_(language)}{'：' if language == 'zh' else ': '}{label}"


def _apart(snapshot: Snapshot, worksheet: Worksheet, row: Row, label: str, language: Language) -> list[str]:
    """The values that tell a row from its namesakes: as few as do, in the order of the kinds above."""
    alike = [other for other in _by_label(snapshot, worksheet.id, language)[label] if other.id != row.id]
    found = []
    for column in sorted((c for c in worksheet.fields if c.type in _TELLING), key=lambda c: _TELLING.index(c.type)):
        if alike and column.id != worksheet.label and any(other[column.id] != row[column.id] for other in alike):
            alike = [other for other in alike if other[column.id] == row[column.id]]
            text = snapshot.text(worksheet, row, column.id, language)
            found += [text] if text else []
    return found


def _by_label(snapshot: Snapshot, worksheet: str, language: Language) -> dict[str, list[Row]]:
    def grouped(seen: Snapshot) -> dict[str, list[Row]]:
        groups: dict[str, list[Row]] = {}
        for row in seen.rows(worksheet):
            groups.setdefault(seen.label(worksheet, row.id, language), []).append(row)
        return groups

    return per_snapshot(("by label", worksheet, language), snapshot, grouped)
