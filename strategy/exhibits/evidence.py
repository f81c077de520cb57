"""Ask for an exhibit by its id, and keep what a decision was taken on."""

from __future__ import annotations

import importlib
import json
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

from strategy.customers import ConnectedSource
from strategy.errors import ConnectionProblem, NoData, StrategyError, UnknownName, UnknownWorksheet
from strategy.exhibits.answers import Answers
from strategy.exhibits.drawing import finished
from strategy.exhibits.figure_words import figure_in_words, value_in_words
from strategy.exhibits.model import REGISTRY, Context, Exhibit, Spec
from strategy.exhibits.timeline import AS_OF, today
from strategy.language import Language, Speaks, msg
from strategy.thread.drift import Figures
from strategy.thread.memory import per_snapshot
from strategy.workbook import Snapshot

if TYPE_CHECKING:
    import duckdb
    import plotly.graph_objects as go

log = logging.getLogger(__name__)

CursorSource = Callable[[], "duckdb.DuckDBPyConnection"]

#: The modules whose import fills the registry, in the order of the steps.
_MODULES = (
    "opening",
    "purchases",
    "concentration",
    "clusters",
    "comparison",
    "targets",
    "needs",
    "positioning",
    "mix",
    "acquisition",
    "cohorts",
    "movement",
    "retention",
    "customer_future",
    "customer_value",
    "complaints",
    "complaints_and_leaving",
    "win_back",
    "system",
    "circle",
)


@lru_cache(maxsize=1)
def registry() -> dict[str, Spec]:
    """All exhibits, loaded at first use: they pull in pandas."""
    for name in _MODULES:
        importlib.import_module(f"strategy.exhibits.{name}")
    return REGISTRY


def spec(exhibit_id: str) -> Spec:
    try:
        return registry()[exhibit_id]
    except KeyError:
        raise UnknownName(
            msg("There is no exhibit {exhibit}", exhibit=exhibit_id),
            None,
            msg("The exhibits are: {names}.", names=", ".join(registry())),
        ) from None


def present(
    exhibit_id: str, snapshot: Snapshot, cursors: CursorSource | None = None, settings: Mapping[str, Any] | None = None
) -> Exhibit:
    """Compute an exhibit, or take it from memory when nothing it reads has changed.

    Raises :class:`NoData` with what would fill it, :class:`UnknownName` or :class:`InvalidValue` for a wrong id or setting.
    """
    wanted = spec(exhibit_id)
    values = wanted.read_settings(settings or {})

    def compute(seen: Snapshot) -> Exhibit | NoData:
        cursor = cursors() if cursors and seen.data_version else None
        try:
            # A database of the company's own remembers its answers itself.
            asked = (
                cursor
                if cursor is None or isinstance(cursor, ConnectedSource)
                else cast("duckdb.DuckDBPyConnection", Answers(cursor, seen))
            )
            made = wanted.compute(Context(seen, values, asked))
        except (NoData, UnknownWorksheet) as error:  # a method may leave out a worksheet the exhibit reads
            return NoData(error.what, error.where, error.fix)
        finally:
            if cursor is not None:
                cursor.close()
        return Exhibit(
            **{**{name: getattr(made, name) for name in made.__dataclass_fields__}, "id": exhibit_id, "settings": values}
        )

    found = per_snapshot((exhibit_id, _asked(values), cursors is None), snapshot, compute)
    if isinstance(found, NoData):  # raised anew: what is kept must not gather the frames of all who asked
        raise NoData(found.what, found.where, found.fix)
    return found


def _asked(settings: Mapping[str, Any]) -> str:
    """Settings as part of a key: what is seen from today is another thing tomorrow."""
    seen_from = {AS_OF.name: settings[AS_OF.name] or today().isoformat()} if AS_OF.name in settings else {}
    return json.dumps({**settings, **seen_from}, sort_keys=True, default=str)


def first_with_data(exhibit_ids: Sequence[str], snapshot: Snapshot, cursors: CursorSource | None = None) -> str:
    """The first of ``exhibit_ids`` that has something to show; the first of all when none has."""
    for exhibit_id in exhibit_ids:
        try:
            present(exhibit_id, snapshot, cursors)
        except StrategyError:
            continue
        return exhibit_id
    return exhibit_ids[0]


def figure_of(shown: Exhibit, snapshot: Snapshot, language: Language) -> go.Figure:
    """The drawn chart of an exhibit, kept with it; whoever changes the figure must copy it first."""
    key = ("figure", shown.id, _asked(shown.settings), language)
    return per_snapshot(key, snapshot, lambda _: finished(shown.draw(language), language))


def evidence_of(shown: Exhibit, snapshot: Snapshot) -> dict[str, Any]:
    """What a decision keeps of an exhibit: its key figures, its title in both languages, and the state they were read from."""
    return {
        "exhibit": shown.id,
        "settings": dict(shown.settings),
        "title": {"en": shown.title.in_("en"), "zh": shown.title.in_("zh")},
        "figures": {name: round(float(value), 6) for name, value in shown.figures.items()},
        "data_version": snapshot.data_version,
        "seq": snapshot.seq,
    }


@dataclass(frozen=True)
class Source:
    """Key figures on today's evidence, for the check of evidence drift, and what they are called."""

    snapshot: Snapshot
    cursors: CursorSource | None
    _untold: list[str] = field(default_factory=list, repr=False, compare=False)

    @property
    def told_all(self) -> bool:
        """Whether no figure was wanting because a database did not answer; what is found without one is not to be kept."""
        return not self._untold

    def __call__(self, exhibit_id: str, settings: Mapping[str, Any]) -> Figures | None:
        """The figures of an exhibit. One that shows nothing any more has none."""
        try:
            return present(exhibit_id, self.snapshot, self.cursors, settings).figures
        except (NoData, UnknownName):
            return {}
        except ConnectionProblem as error:
            log.info("The figures of %s cannot be told now: %s", exhibit_id, error)
            self._untold.append(exhibit_id)
            return None
        except StrategyError as error:
            log.info("No figures of %s: %s", exhibit_id, error)
            return {}

    def in_words(self, exhibit_id: str, figure: str, settings: Mapping[str, Any]) -> tuple[Speaks, Speaks]:
        """What exhibit and figure are called."""
        known = registry().get(exhibit_id)
        try:
            columns = present(exhibit_id, self.snapshot, self.cursors, settings).columns
        except StrategyError:
            columns = {}
        return (known.name if known else msg("an exhibit")), figure_in_words(self.snapshot, exhibit_id, figure, columns)

    def value_in_words(self, figure: str, value: float) -> Speaks | None:
        """A share in percent, as the evidence itself says it."""
        return value_in_words(figure, value)


def figure_source(snapshot: Snapshot, cursors: CursorSource | None) -> Source:
    """Key figures on today's evidence, for the check of evidence drift."""
    return Source(snapshot, cursors)
