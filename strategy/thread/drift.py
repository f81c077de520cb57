"""Evidence drift: a decision was taken on figures that have since moved."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

from strategy.language import Message, Speaks
from strategy.workbook import Row, Snapshot

#: A key figure that moved by more than this share of what it was counts as drift.
TOLERANCE = 0.05

Figures = Mapping[str, float]
#: None: they cannot be told at the moment, as while the database of the customers does not answer. That is no drift.
FigureSource = Callable[[str, Mapping[str, Any]], Figures | None]


@runtime_checkable
class InWords(Protocol):
    """A source of figures that also says what they are."""

    def in_words(self, exhibit: str, figure: str, settings: Mapping[str, Any]) -> tuple[Speaks, Speaks]:
        """Exhibit and figure by their titles."""

    def value_in_words(self, figure: str, value: float) -> Speaks | None:
        """A figure's value as a reader expects it, such as a share in percent; ``None`` where the bare number says it."""


@runtime_checkable
class Reachable(Protocol):
    """A source of figures that says whether it could tell all it was asked for."""

    @property
    def told_all(self) -> bool: ...


def told_all(figures: FigureSource | None) -> bool:
    """Whether what was found with ``figures`` holds for good, and not only while a database does not answer."""
    return figures.told_all if isinstance(figures, Reachable) else True


@dataclass(frozen=True)
class Drift:
    """One key figure of the evidence a decision was taken on: what it was, and what it is now (``None``: gone).

    ``exhibit_title`` and ``figure_title`` say in words what ``exhibit`` and ``figure`` are ids of.
    """

    decision: Row
    exhibit: str
    figure: str
    before: float
    after: float | None
    exhibit_title: Speaks
    figure_title: Speaks
    #: The two values in words, where the bare number is not what a reader expects.
    before_said: Speaks | None = None
    after_said: Speaks | None = None

    @property
    def size(self) -> float:
        """How far it moved, as a share of what it was; a figure that is gone moved furthest."""
        return math.inf if self.after is None else abs(self.after - self.before) / max(abs(self.before), 1e-9)


def furthest(drifts: Iterable[Drift]) -> list[Drift]:
    """Of every exhibit kept with a decision the figure that moved furthest, in the order they are given."""
    worst: dict[tuple[str, str], Drift] = {}
    for drift in drifts:
        key = (drift.decision.id, drift.exhibit)
        if key not in worst or drift.size > worst[key].size:
            worst[key] = drift
    return list(worst.values())


def moved(before: float, after: float) -> bool:
    return abs(after - before) > max(abs(before) * TOLERANCE, 1e-9)


def drifted(snapshot: Snapshot, figures: FigureSource) -> list[Drift]:
    """Every figure kept with a decision that differs now. ``figures`` computes an exhibit's key figures on today's evidence."""
    found = []
    for decision in snapshot.rows("decision"):
        for kept in decision.get("evidence", []):
            now = figures(str(kept.get("exhibit")), kept.get("settings", {}))
            if now is None:
                continue
            for name, before in (kept.get("figures") or {}).items():
                after = now.get(name)
                if after is None or moved(float(before), float(after)):
                    exhibit = str(kept["exhibit"])
                    titles = _titles(figures, exhibit, name, kept.get("settings", {}))
                    said = (_said(figures, name, float(before)), _said(figures, name, after))
                    found.append(Drift(decision, exhibit, name, float(before), after, *titles, *said))
    return found


def _said(figures: FigureSource, figure: str, value: float | None) -> Speaks | None:
    return figures.value_in_words(figure, float(value)) if isinstance(figures, InWords) and value is not None else None


def _titles(figures: FigureSource, exhibit: str, figure: str, settings: Mapping[str, Any]) -> tuple[Speaks, Speaks]:
    return figures.in_words(exhibit, figure, settings) if isinstance(figures, InWords) else (Message(exhibit), Message(figure))
