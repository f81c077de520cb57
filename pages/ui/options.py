"""What options are called, no two of a list alike.

Streamlit (1.67) sends back the label somebody chose and looks up the value by it: of two options with one label the other would be
taken, without a click. So whatever is named by people goes through here before it is offered.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import Any, TypeVar

from pages.ui import state
from pages.ui.text import safe, t
from strategy.method import Worksheet

K = TypeVar("K", bound=Hashable)


def distinct(labels: Mapping[K, str], *details: Callable[[K], str]) -> dict[K, str]:
    """``labels`` with those that occur more than once told apart by the first of ``details`` that does, else by a number."""
    found = dict(labels)
    for said in _groups(found):
        for detail in details:
            told = {item: detail(item) for item in said}
            if len(set(told.values())) == len(said):
                found |= {item: f"{found[item]} · {told[item]}" if told[item] else found[item] for item in said}
                break
    taken: set[str] = {label for label, count in Counter(found.values()).items() if count == 1}
    for said in _groups(found):
        place = 0
        for item in said:
            place += 1
            while (label := f"{found[item]} ({place})") in taken:
                place += 1
            taken.add(label)
            found[item] = label
    return found


def _groups(labels: Mapping[K, str]) -> list[list[K]]:
    """The items of each label that occurs more than once. White space is shown as one space, so it tells nothing apart."""
    groups: dict[str, list[K]] = {}
    for item, label in labels.items():
        groups.setdefault(" ".join(label.split()), []).append(item)
    return [items for items in groups.values() if len(items) > 1]


def of_rows(worksheet: str, row_ids: Iterable[str], name: Callable[[str], str] | None = None) -> dict[str, str]:
    """Row id -> label. Rows of one name are told apart by what they refer to, such as a segment or a step, else by their number.

    A row keeps its number whatever happens to others, so that a label never passes from one row to another.
    """
    snapshot, language = state.snapshot(), state.language()
    sheet = snapshot.method.worksheet(worksheet)
    named = name or (lambda row_id: snapshot.label(worksheet, row_id, language))
    details = [*(_by_column(sheet, column) for column in _telling(sheet)), lambda row_id: _number(worksheet, row_id)]
    return distinct({row_id: named(row_id) for row_id in row_ids}, *details)


def segments(row_ids: Iterable[str]) -> dict[str, str]:
    """Segments by their short names; by the whole names too where those are shared."""
    snapshot, language = state.snapshot(), state.language()
    ids = list(row_ids)
    short = {row_id: snapshot.short(row_id, language) for row_id in ids}
    whole = {row_id: snapshot.label("segment", row_id, language) for row_id in ids}

    def name(row_id: str) -> str:
        return "" if whole[row_id] == short[row_id] else whole[row_id]

    return distinct(short, name, lambda row_id: _number("segment", row_id))


def workbooks() -> dict[str, str]:
    """Workbooks of the library: key -> name, with the end of the key where several have one name."""
    return distinct({entry.key: entry.name for entry in state.entries()}, lambda key: key.rsplit("-", 1)[-1], lambda key: key)


def _telling(sheet: Worksheet) -> list[str]:
    """Columns that say whose a row is: what it refers to, and short choices."""
    refers = [column.id for column in sheet.fields if column.type == "reference" and column.id != sheet.label]
    return refers + [column.id for column in sheet.fields if column.type == "choice" and column.id != sheet.label]


def _by_column(sheet: Worksheet, column: str) -> Callable[[str], str]:
    def told(row_id: str) -> str:
        row = state.snapshot().row(sheet.id, row_id)
        return state.snapshot().text(sheet, row, column, state.language()) if row else ""

    return told


def _number(worksheet: str, row_id: str) -> str:
    row = state.snapshot().row(worksheet, row_id)
    return t("row {number}", number=row.ordinal + 1) if row else row_id


def in_markdown(labels: Mapping[K, str]) -> dict[K, str]:
    """``labels`` for pills, segmented controls and radio buttons, which read Markdown; lists to choose from show a label as it is."""
    return {item: safe(label) for item, label in labels.items()}


def label_of(labels: Mapping[Any, str]) -> Callable[[Any], str]:
    """The ``format_func`` of a widget over ``labels``."""
    return lambda item: labels.get(item, str(item))
