"""Comparisons in pairs as people made them, and the weights that follow. Exhibits and checks ask here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from strategy.analysis import ahp
from strategy.errors import InvalidValue
from strategy.thread.memory import per_snapshot
from strategy.workbook import Row, Snapshot


def judgement(choice: str) -> float | None:
    """``first_3`` is 3, ``second_3`` is 1/3, ``equal`` is 1; ``None`` for anything else."""
    side, _, times = choice.partition("_")
    if side == "equal":
        return 1.0
    if not times.isdigit():
        return None
    return float(times) if side == "first" else 1 / float(times) if side == "second" else None


@dataclass(frozen=True)
class Said:
    """What people said of pairs: each participant's matrix over ``items`` (NaN where nothing was said). ``otherwise``: who judged a pair
    a second time, and otherwise."""

    items: tuple[str, ...]
    matrices: dict[str, np.ndarray]
    otherwise: tuple[str, ...] = ()


def said(snapshot: Snapshot, sheet: str, items: Sequence[str]) -> Said:
    """The judgements of a worksheet of pairs. A pair judged twice by one person counts as judged last."""
    place = {item: at for at, item in enumerate(items)}
    matrices: dict[str, np.ndarray] = {}
    otherwise: dict[str, None] = {}
    for row in sorted(snapshot.rows(sheet), key=lambda row: row.seq):
        first, second, value = place.get(row["first"]), place.get(row["second"]), judgement(str(row["judgement"] or ""))
        if first is None or second is None or first == second or value is None:
            continue
        who = str(row["participant"] or row.author)
        if who not in matrices:
            matrices[who] = np.full((len(items), len(items)), np.nan)
            np.fill_diagonal(matrices[who], 1.0)
        before = matrices[who][first, second]
        if not np.isnan(before) and not np.isclose(before, value):
            otherwise[who] = None
        matrices[who][first, second], matrices[who][second, first] = value, 1 / value
    return Said(tuple(items), matrices, tuple(otherwise))


@dataclass(frozen=True)
class Weighed:
    """Weights of ``items`` from pairs: of the group, and of each person whose judgements link all items. ``unlinked``: the others."""

    items: tuple[str, ...]
    group: ahp.Priorities
    people: dict[str, ahp.Priorities]
    unlinked: tuple[str, ...]

    @property
    def inconsistent(self) -> tuple[str, ...]:
        return tuple(name for name, own in self.people.items() if not own.acceptable)


def weighed(snapshot: Snapshot, sheet: str, items: Sequence[str], table: ahp.Table = ahp.DEFAULT_TABLE) -> Weighed | None:
    """Weights from pairs; ``None`` while nobody has compared any of ``items``.

    Raises:
        InvalidValue: everybody's judgements together do not link all items, there are too many, or the table is too short.
    """

    found = per_snapshot(("said", sheet, tuple(items)), snapshot, lambda seen: said(seen, sheet, items))
    if not found.matrices:
        return None
    return _weighed(found.items, tuple((who, matrix.tobytes()) for who, matrix in found.matrices.items()), table)


@lru_cache(maxsize=64)
def _weighed(items: tuple[str, ...], matrices: tuple[tuple[str, bytes], ...], table: ahp.Table) -> Weighed:
    """Kept by what was said, because most edits of a workbook leave the pairs alone."""
    shape = (len(items), len(items))
    own = {who: np.frombuffer(matrix).reshape(shape) for who, matrix in matrices}
    group = ahp.priorities(ahp.aggregate(list(own.values())), table)
    people, unlinked = {}, []
    for who, matrix in own.items():
        try:
            people[who] = ahp.priorities(matrix, table)
        except InvalidValue:
            unlinked.append(who)
    return Weighed(items, group, people, tuple(unlinked))


def criteria(snapshot: Snapshot, axis: str) -> list[str]:
    return [row.id for row in snapshot.rows("criterion") if row["axis"] == axis]


def compared(snapshot: Snapshot) -> Iterator[tuple[str, str, list[str]]]:
    """Worksheet of pairs, the worksheet whose rows are compared in it, and ids that are compared with each other."""
    for axis in ("attractiveness", "ability"):
        yield "pairwise", "criterion", criteria(snapshot, axis)
    yield "customer_pair", "customer_type", [row.id for row in snapshot.rows("customer_type")]


@dataclass(frozen=True)
class Contradiction:
    """A person whose judgements contradict each other (ratio above 0.10): the row most out of line, and the pair it judges."""

    who: str
    ratio: float
    row: Row
    worksheet: str
    first: str
    second: str


def contradictions(snapshot: Snapshot) -> Iterator[Contradiction]:
    """Everybody whose consistency ratio is above 0.10. Judgements that cannot be weighed at all are the exhibit's to explain."""
    for sheet, worksheet, items in compared(snapshot):
        if len(items) < 3 or not snapshot.method.has_worksheet(sheet):
            continue
        try:
            found = weighed(snapshot, sheet, items)
        except InvalidValue:
            continue
        for who in found.inconsistent if found else ():
            worst = found.people[who].disturbing[0]  # type: ignore[union-attr]
            pair = {items[worst.row], items[worst.column]}
            rows = [row for row in snapshot.rows(sheet) if {row["first"], row["second"]} == pair]
            row = max((row for row in rows if str(row["participant"] or row.author) == who), key=lambda row: row.seq)
            yield Contradiction(who, found.people[who].ratio, row, worksheet, str(row["first"]), str(row["second"]))  # type: ignore[union-attr]
