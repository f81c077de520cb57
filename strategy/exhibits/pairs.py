"""Weights from comparisons in pairs: of the criteria of step 1, and of the types of customer of the opening."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import pandas as pd

from strategy.analysis import ahp
from strategy.errors import InvalidValue, NoData
from strategy.exhibits.chart_text import height_for
from strategy.exhibits.drawing import canvas
from strategy.exhibits.labels import ChoiceTitle, Joined, Label, Number, Share
from strategy.exhibits.model import Context, Exhibit, exhibit
from strategy.exhibits.palette import ACCENT, CAUTION, NEUTRAL, tint
from strategy.exhibits.ranges import cells, error_bar, key_figures
from strategy.exhibits.row_labels import label_rows
from strategy.exhibits.weights import AXES, TABLE, Weighed, criteria, said, weighed
from strategy.language import Language, Message, Speaks, msg
from strategy.workbook import Snapshot

if TYPE_CHECKING:
    import plotly.graph_objects as go

#: More names than these are counted rather than listed.
_MOST_NAMES = 5


@dataclass(frozen=True)
class Times:
    """A judgement as a proportion: ``3 : 1``, ``1 : 2``."""

    value: float

    def in_(self, language: Language) -> str:
        return f"{self.value:.2g} : 1" if self.value >= 1 else f"1 : {1 / self.value:.2g}"


@dataclass(frozen=True)
class _Part:
    """One set of items that are compared with each other, with the points they have otherwise."""

    key: str
    title: Speaks
    sheet: str
    items: tuple[str, ...]
    points: dict[str, float]
    found: Weighed | None


def _frame(snapshot: Snapshot, parts: Sequence[_Part], worksheet: str) -> pd.DataFrame:
    rows: list[dict[str, Any]] = []
    for part in parts:
        total = sum(part.points.values())
        for at, item in enumerate(part.items):
            own = [float(person.weights[at]) for person in part.found.people.values()] if part.found else []
            rows.append(
                {
                    "item": item,
                    "name": Label(snapshot, worksheet, item),
                    "part": part.key,
                    "part_name": part.title,
                    "weight": 100 * float(part.found.group.weights[at]) if part.found else None,
                    "low": 100 * min(own) if own else None,
                    "high": 100 * max(own) if own else None,
                    "points": 100 * part.points[item] / total if total > 0 else None,
                }
            )
    frame = pd.DataFrame(rows)
    numbers = ["weight", "low", "high", "points"]
    frame[numbers] = frame[numbers].astype(float)
    return frame


def _consistency(part: _Part, several: bool) -> list[Speaks]:
    """The ratios of one part in words."""
    assert part.found is not None
    people = part.found.people
    lines: list[Speaks] = []
    ratios = Joined([msg("{name} {ratio}", name=name, ratio=Number(one.ratio, 2)) for name, one in people.items()])
    outside = part.found.inconsistent
    words: dict[str, Any] = {"group": Number(part.found.group.ratio, 2), "part": part.title}
    if len(people) <= _MOST_NAMES and people:
        line = (
            msg("Consistency ratio of {part}: {ratios}; of the group {group}.", ratios=ratios, **words)
            if several
            else msg("Consistency ratio: {ratios}; of the group {group}.", ratios=ratios, **words)
        )
        lines.append(line)
    elif people:
        lines.append(
            msg(
                "Consistency ratio of {part}: above 0.10 for {count} of {total} people; of the group {group}.",
                count=len(outside),
                total=len(people),
                **words,
            )
        )
    partial = [name for name, one in people.items() if one.missing]
    if partial:
        lines.append(
            msg(
                "Did not judge every pair, so that their own ratio flatters: {names}.",
                names=Joined([msg("{name}", name=name) for name in partial], _MOST_NAMES),
            )
        )
    if part.found.unlinked:
        lines.append(
            msg(
                "Too few pairs for weights of their own: {names}. They count in the group's.",
                names=Joined([msg("{name}", name=name) for name in part.found.unlinked], _MOST_NAMES),
            )
        )
    return lines


def _disturbing(snapshot: Snapshot, part: _Part, worksheet: str) -> Message | None:
    """The judgement that upsets its owner's matrix most, among people above the limit."""
    assert part.found is not None
    candidates = [(person.disturbing[0], name) for name, person in part.found.people.items() if not person.acceptable]
    if not candidates:
        return None
    worst, name = max(candidates, key=lambda one: one[0].factor)
    return msg(
        "Most out of line: {name} on {first} against {second}, said {said}; {fitting} would fit the other judgements.",
        name=name,
        first=Label(snapshot, worksheet, part.items[worst.row]),
        second=Label(snapshot, worksheet, part.items[worst.column]),
        said=Times(worst.said),
        fitting=Times(worst.fitting),
    )


def _shares_title(shown: list[_Part], frame: pd.DataFrame) -> Message:
    top = frame.loc[frame["weight"].idxmax()]
    people = list(dict.fromkeys(name for part in shown if part.found for name in part.found.people))
    outside = list(dict.fromkeys(name for part in shown if part.found for name in part.found.inconsistent))
    words = {"name": top["name"], "weight": Share(top["weight"] / 100)}
    if not outside and frame.groupby("part", sort=False)["weight"].agg(lambda weights: weights.max() - weights.min()).max() < 1e-6:
        return msg("In pairs everything weighs the same")
    if not people:
        return msg("In pairs {name} weighs most ({weight}); whether the judgements hold together cannot be told yet", **words)
    if outside:
        return msg(
            "In pairs {name} weighs most ({weight}), but the judgements of {count} of {total} people contradict themselves",
            count=len(outside), total=len(people), **words,
        )  # fmt: skip
    return msg("In pairs {name} weighs most ({weight}), and everybody's judgements hold together", **words)


def _exhibit(snapshot: Snapshot, parts: Sequence[_Part], worksheet: str, table: ahp.Table, unit: Message) -> Exhibit:
    shown = [part for part in parts if part.found is not None]
    frame = _frame(snapshot, shown, worksheet)
    title = _shares_title(shown, frame)
    reading: list[Speaks] = [
        msg("Blue: the group's weight from pairs. Lines: lowest to highest of the people. Ring: points."),
        unit,
    ]
    for part in shown:
        reading += _consistency(part, len(shown) > 1)
    twice = dict.fromkeys(name for part in shown for name in said(snapshot, part.sheet, part.items).otherwise)
    if twice:
        reading.append(
            msg("Judged a pair twice and otherwise, so that the later judgement counts: {names}.",
                names=Joined([msg("{name}", name=name) for name in twice], _MOST_NAMES))
        )  # fmt: skip
    for part in shown:
        line = _disturbing(snapshot, part, worksheet)
        if line:
            reading.append(line)
    reading.append(
        msg(
            "Up to 0.10 counts as consistent; random index of {table}. A group looks more consistent than its members.",
            table=ahp.TABLE_NAMES[table],
        )
    )
    missing = sum(part.found.group.missing for part in shown if part.found)
    if missing:
        reading.append(
            msg("Pairs that nobody has judged: {count}. The weights rest on the others, and the ratio flatters.", count=missing)
        )
    waiting = [part.title for part in parts if part.found is None]
    if waiting:
        reading.append(msg("Not compared yet: {names}.", names=Joined(waiting)))
    height = height_for(len(frame), 42)

    figures = key_figures(frame, "item", ("weight",))
    figures |= {f"{part.key}.group_ratio": part.found.group.ratio for part in shown if part.found}
    return Exhibit(
        title=title,
        reading=tuple(reading),
        frame=frame,
        columns={
            "name": msg("Compared"),
            "part_name": msg("Among"),
            "weight": msg("Weight from pairs (%)"),
            "low": msg("Lowest of the people (%)"),
            "high": msg("Highest of the people (%)"),
            "points": msg("Weight by points (%)"),
        },
        figures=figures,
        draw=partial(_draw, frame, height),
        alt=msg("Bars of the weights from pairs with the spread over people, rings for the points"),
        height=height,
    )


def _draw(frame: pd.DataFrame, height: int, language: Language) -> go.Figure:
    import plotly.graph_objects as go

    figure = canvas(height, msg("Weight (%)").in_(language))
    rows = list(range(len(frame)))
    figure.add_trace(
        go.Bar(
            y=rows,
            x=frame["weight"],
            orientation="h",
            width=0.6,
            marker_color=tint(ACCENT, 0.7),
            name=msg("In pairs").in_(language),
            error_x=error_bar(cells(frame, "weight"), cells(frame, "low"), cells(frame, "high"), NEUTRAL),
            hovertemplate="%{x:.0f}%<extra></extra>",
        )
    )
    figure.add_trace(
        go.Scatter(
            y=rows,
            x=frame["points"],
            mode="markers",
            name=msg("Points").in_(language),
            marker={"size": 12, "symbol": "circle-open", "color": CAUTION, "line": {"width": 3}},
            hovertemplate="%{x:.0f}%<extra></extra>",
        )
    )
    figure.update_layout(showlegend=True)
    figure.update_xaxes(rangemode="tozero")
    label_rows(figure, list(frame["name"]), language)
    return figure


def own_words(snapshot: Snapshot, sheet: str, worksheet: str, items: Sequence[str], participant: str) -> list[Speaks]:
    """What to say to one participant under his or her pairs: the ratio, and the judgement to look at again. Nothing before there is
    enough to say."""
    found = weighed(snapshot, sheet, tuple(items))
    own = found.people.get(participant) if found else None
    if found is None or own is None:
        return []
    words = {"ratio": Number(own.ratio, 2), "table": ahp.TABLE_NAMES[own.table]}
    if own.acceptable:
        return [msg("Consistency ratio {ratio} (random index of {table}): the judgements hold together.", **words)]
    lines: list[Speaks] = [msg("Consistency ratio {ratio} (random index of {table}): above 0.10, look again.", **words)]
    if own.disturbing:
        worst = own.disturbing[0]
        lines.append(
            msg(
                "Most out of line: {first} against {second}, said {said}; {fitting} would fit the other judgements.",
                first=Label(snapshot, worksheet, items[worst.row]),
                second=Label(snapshot, worksheet, items[worst.column]),
                said=Times(worst.said),
                fitting=Times(worst.fitting),
            )
        )
    return lines


def _nothing(what: Message) -> NoData:
    return NoData(
        what,
        None,
        msg("Points are enough to go on. For more care, let each participant compare every two and say which matters more."),
    )


@exhibit("criteria_weights", msg("Weights in pairs"), settings=(TABLE,))
def criteria_weights(context: Context) -> Exhibit:
    snapshot, table = context.snapshot, context.settings["table"]
    points = {row.id: float(row.get("weight", 0)) for row in snapshot.rows("criterion")}
    parts = []
    for axis in AXES:
        items = criteria(snapshot, axis)
        if len(items) < 2:
            continue
        try:
            found = weighed(snapshot, "pairwise", items, table)
        except InvalidValue:
            # One axis is half done; the other can still be shown. With none, the reason is said below.
            found = None
        parts.append(
            _Part(
                axis,
                ChoiceTitle(snapshot, "criterion", "axis", axis),
                "pairwise",
                tuple(items),
                {item: points[item] for item in items},
                found,
            )
        )
    if not any(part.found for part in parts):
        for part in parts:
            weighed(snapshot, "pairwise", part.items, table)  # raises what is wrong, where something is
        raise _nothing(msg("Nobody has compared the criteria in pairs yet"))
    return _exhibit(snapshot, parts, "criterion", table, msg("Weights add up to 100% on each axis."))


@exhibit("customer_weights", msg("Customers in pairs"), settings=(TABLE,))
def customer_weights(context: Context) -> Exhibit:
    snapshot, table = context.snapshot, context.settings["table"]
    rows = snapshot.rows("customer_type")
    items = tuple(row.id for row in rows)
    found = weighed(snapshot, "customer_pair", items, table) if len(items) > 1 else None
    if found is None:
        raise _nothing(msg("Nobody has compared the types of customer in pairs yet"))
    points = {row.id: float(row.get("weight", 0)) for row in rows}
    part = _Part("customers", msg("Types of customer"), "customer_pair", items, points, found)
    return _exhibit(snapshot, [part], "customer_type", table, msg("Weights add up to 100%."))
