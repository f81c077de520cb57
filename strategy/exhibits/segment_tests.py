"""Step 1: the four tests of every segment, what was judged, and what the purchases say beside it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import pandas as pd

from strategy.errors import NoData, StrategyError
from strategy.exhibits.captions import in_title
from strategy.exhibits.chart_text import height_for, wrapped
from strategy.exhibits.drawing import canvas
from strategy.exhibits.fields import fields, steps
from strategy.exhibits.labels import ChoiceTitle, Joined, Number, Share, Short
from strategy.exhibits.model import Context, Exhibit, exhibit
from strategy.exhibits.palette import BAD, CAUTION, GOOD, NEUTRAL, pale
from strategy.exhibits.row_labels import label_rows
from strategy.language import Language, Message, Speaks, msg
from strategy.language.numbers import percent
from strategy.thread.memory import per_data
from strategy.workbook import Row, Snapshot

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from strategy.customers.usability import Evidence

_Cell = TypeVar("_Cell")

TESTS = ("distinct", "measurable", "servable", "profitable")
RESULTS = ("passes", "fails", "unknown")
#: Fewer members than this staying put is too few to plan a year on (our rule of thumb, as for clusters).
STABLE = 0.75


def _evidence(context: Context) -> dict[str, Evidence]:
    """What the purchases say of the segments with a rule. It depends on data and rules alone, so edits of anything else do not ask
    again. Rules that cannot be read are passed over: the data page says what is wrong with them."""
    snapshot = context.snapshot
    rules = {row.id: row["rule"] for row in snapshot.rows("segment") if row["rule"]}
    if not context.has_customers or not rules or context.cursor is None:
        return {}
    cursor = context.cursor

    def ask() -> dict[str, Evidence]:
        from strategy.customers.usability import evidence

        try:
            return evidence(cursor, rules)
        except StrategyError:
            return {}

    return per_data(("segment tests", json.dumps(rules, sort_keys=True, default=str)), snapshot, ask)


@dataclass(frozen=True)
class _Facts:
    """What the purchases say on one test."""

    test: str
    found: Evidence

    def in_(self, language: Language) -> str:
        return self.message.in_(language)

    @property
    def message(self) -> Message:
        found = self.found
        if self.test == "distinct":
            return (
                msg("{share} of its members stay when the cut points are estimated again", share=Share(found.stability))
                if found.stability is not None
                else msg("Its limits are fixed, so resampling moves nobody")
            )
        if self.test == "measurable":
            return msg(
                "{count:# customer|# customers}, {share} of all",
                count=Number(found.customers, 0),
                share=Share(found.share_customers),
            )
        if self.test == "profitable":
            growth = (
                msg("{change} over the {days} days before", change=Signed(found.growth), days=found.days)
                if found.growth is not None
                else msg("nothing bought in the {days} days before", days=found.days)
            )
            return msg("{share} of the revenue; {growth}", share=Share(found.share_revenue), growth=growth)
        return msg("The purchases say nothing on it")


@dataclass(frozen=True)
class Signed:
    """A change as a percentage with its sign."""

    value: float

    def in_(self, language: Language) -> str:
        return f"{self.value:+.0%}".replace("-", "−")


def _latest(snapshot: Snapshot) -> dict[tuple[str, str], Row]:
    return {(row["segment"], row["test"]): row for row in snapshot.rows("segment_test") if row["segment"] and row["test"]}


def _frame(snapshot: Snapshot, data: Mapping[str, Evidence]) -> pd.DataFrame:
    judged = _latest(snapshot)
    rows: list[dict[str, Any]] = []
    for segment in snapshot.rows("segment"):
        for test in TESTS:
            row = judged.get((segment.id, test))
            result = str(row["result"] or "") if row else ""
            facts = _Facts(test, data[segment.id]) if segment.id in data and test != "servable" else None
            rows.append(
                {
                    "segment": segment.id,
                    "name": Short(snapshot, segment.id),
                    "target": segment["role"] in ("primary", "secondary"),
                    "test": test,
                    "test_name": ChoiceTitle(snapshot, "segment_test", "test", test),
                    "result": result,
                    "result_name": ChoiceTitle(snapshot, "segment_test", "result", result) if result else msg("Not tested"),
                    "source": ChoiceTitle(snapshot, "segment_test", "figures_from", str(row["figures_from"]))
                    if row and row["figures_from"]
                    else msg("Judgement")
                    if row
                    else "–",
                    "evidence": str(row["evidence"] or "") if row else "",
                    "data": facts or "–",
                    "reason_anyway": str(row["reason_anyway"] or "") if row else "",
                }
            )
    return pd.DataFrame(rows)


def _title(snapshot: Snapshot, frame: pd.DataFrame) -> Message:
    failing = frame[(frame["result"] == "fails") & frame["target"]]
    silent = failing[failing["reason_anyway"] == ""]
    if len(silent):
        names = in_title([Short(snapshot, item) for item in dict.fromkeys(silent["segment"])])
        return msg("{names} fail a test and are targets without a reason", names=names)
    if len(failing):
        names = in_title([Short(snapshot, item) for item in dict.fromkeys(failing["segment"])])
        return msg("Targeted although a test fails, with a reason in writing: {names}", names=names)
    targets = frame[frame["target"]]
    open_ = int((~targets["result"].isin(["passes", "fails"])).sum())
    if len(targets) and not open_:
        return msg("Every target passes all four tests")
    passing = int(frame.groupby("segment", sort=False)["result"].apply(lambda own: (own == "passes").all()).sum())
    return msg("Segments that pass all four tests: {count:0=none|#} of {total}", count=passing, total=frame["segment"].nunique())


def _reading(snapshot: Snapshot, frame: pd.DataFrame, data: Mapping[str, Evidence]) -> list[Speaks]:
    said: list[Speaks] = []
    if data:
        days = next(iter(data.values())).days
        said.append(
            msg(
                "Small print in a field: what the purchases say; the colour is what the room judged. Growth compares the last {days} days "
                "with the {days} before. Segments by recency grow or shrink by their definition, so read it with care.",
                days=days,
            )
        )
        if any(one.stability is not None for one in data.values()):
            said.append(
                msg(
                    "Stability: share of members who stay over bootstrap samples of the customers, cut points estimated anew each time."
                )
            )
        shaky = [Short(snapshot, item) for item, one in data.items() if one.stability is not None and one.stability < STABLE]
        if shaky:
            said.append(msg("Fewer than three in four stay in: {names}. Too few to call them stable.", names=Joined(shaky)))
        shrinking = [
            Short(snapshot, row.id) for row in snapshot.targets if row.id in data and (data[row.id].growth or 0.0) < -0.1
        ]  # fmt: skip
        if shrinking:
            said.append(msg("Targets that brought over 10% less than before: {names}.", names=Joined(shrinking)))
    else:
        said.append(msg("All results are the room's judgement; with purchases and adopted segments the figures stand beside it."))
    missing = int((frame["target"] & (frame["result"] == "")).sum())
    if missing:
        said.append(msg("Tests of targets not done yet: {count}.", count=missing))
    return said


@exhibit("segment_tests", msg("Four tests"))
def segment_tests(context: Context) -> Exhibit:
    snapshot = context.snapshot
    data = _evidence(context)
    frame = _frame(snapshot, data)
    if frame.empty or (not data and not (frame["result"] != "").any()):
        raise NoData(
            msg("No segment has been put through the four tests yet"),
            None,
            msg("Name the segments, then say for each test whether it passes, fails or is not known yet."),
        )
    segments = list(dict.fromkeys(frame["segment"]))
    height = height_for(len(segments), 54 if len(segments) <= 6 else 42, 70)
    figures = {f"{row.segment}.{row.test}": float(RESULTS.index(row.result)) for row in frame.itertuples() if row.result in RESULTS}
    for segment, found in data.items():
        figures |= {f"{segment}.share_revenue": found.share_revenue, f"{segment}.share_customers": found.share_customers}
        figures |= {f"{segment}.stability": found.stability} if found.stability is not None else {}
        figures |= {f"{segment}.growth": found.growth} if found.growth is not None else {}
    return Exhibit(
        title=_title(snapshot, frame),
        reading=tuple(_reading(snapshot, frame, data)),
        frame=frame,
        columns={
            "name": msg("Segment"),
            "test_name": msg("Test"),
            "result_name": msg("Result"),
            "source": msg("Evidence from"),
            "evidence": msg("Evidence"),
            "data": msg("What the purchases say"),
            "reason_anyway": msg("Reason to target it anyway"),
        },
        figures=figures,
        draw=lambda language: _draw(frame, segments, data, height, language),
        alt=msg("Fields of segments by tests: passed, failed, not known, with the figures from the purchases"),
        height=height,
    )


_LOOK = {"passes": (GOOD, "✓"), "fails": (BAD, "✗"), "unknown": (CAUTION, "?"), "": (NEUTRAL, "–")}


def _small(test: str, found: Evidence) -> str:
    """The figure of a field, short enough to stand in it."""
    if test == "distinct":
        return percent(found.stability, "en") if found.stability is not None else ""
    if test == "measurable":
        return f"{found.customers:,}"
    if test == "profitable":
        growth = (
            f"<br>{Signed(found.growth).in_('en')}" if found.growth is not None else ""
        )  # beside it, it would leave a phone's field
        return percent(found.share_revenue, "en") + growth
    return ""


def _by_segment(cells: Sequence[_Cell]) -> list[Sequence[_Cell]]:
    """Cells in the order of the frame, a row of the tests for each segment."""
    return [cells[at : at + len(TESTS)] for at in range(0, len(cells), len(TESTS))]


def _draw(frame: pd.DataFrame, segments: list[str], data: Mapping[str, Evidence], height: int, language: Language) -> go.Figure:
    figure = canvas(height)
    kinds = list(_LOOK)
    results = [kinds.index(result) if result in _LOOK else kinds.index("") for result in frame["result"]]
    signs = [_LOOK.get(result, _LOOK[""])[1] for result in frame["result"]]
    small = [
        _small(test, data[segment]) if segment in data else ""
        for segment, test in zip(frame["segment"], frame["test"], strict=True)
    ]
    texts = [f"<b>{sign}</b>" + (f"  {text}" if text else "") for sign, text in zip(signs, small, strict=True)]
    # One heat map instead of a rectangle a field: shapes take a millisecond each.
    fields(
        figure,
        _by_segment(results),
        _by_segment(texts),
        steps([pale(color, 0.45 if kind else 0.15) for kind, (color, _) in _LOOK.items()]),
        (-0.5, len(kinds) - 0.5),
        size=13,
        xgap=6,
        ygap=6,
        hoverinfo="skip",
    )
    # What is written in the fields is also what is clicked, and what tells the evidence.
    figure.data[1].update(
        customdata=list(frame["segment"]),
        hovertext=[wrapped(text or "–", language, 46, 4) for text in frame["evidence"]],
        hoverinfo="text",
        hovertemplate="%{hovertext}<extra></extra>",
    )
    names = [frame.loc[frame["test"] == test, "test_name"].iloc[0] for test in TESTS]
    figure.update_xaxes(
        tickmode="array", tickvals=list(range(len(TESTS))), ticktext=[wrapped(name, language, 10) for name in names], side="top",
    )  # fmt: skip
    label_rows(figure, [frame.loc[frame["segment"] == segment, "name"].iloc[0] for segment in segments], language, 20)
    return figure
