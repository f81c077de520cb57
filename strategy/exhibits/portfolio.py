"""Step 1: the targets as a portfolio, the share of resources beside the share of value."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from strategy.errors import NoData
from strategy.exhibits.chart_text import height_for
from strategy.exhibits.drawing import canvas
from strategy.exhibits.labels import ChoiceTitle, Joined, Money, Number, Share, Short
from strategy.exhibits.model import Context, Exhibit, Setting, exhibit
from strategy.exhibits.palette import segment_color, tint
from strategy.exhibits.plan_frame import margin_percent
from strategy.exhibits.ranges import key_figures, sources
from strategy.exhibits.row_labels import label_rows
from strategy.exhibits.segment_kinds import WITHIN_A_KIND, divisions, shares_within
from strategy.language import Language, Message, Speaks, msg
from strategy.workbook import Row, Snapshot

if TYPE_CHECKING:
    import plotly.graph_objects as go

VALUE = Setting(
    "value", msg("Value"), "revenue", choices=(("revenue", msg("Share of revenue")), ("margin", msg("Share of gross margin")))
)
#: A difference below this share is within what anybody can plan.
_NOTABLE = 0.05


def _worth(snapshot: Snapshot, row: Row, value: str) -> float:
    """What a segment brings, in the plan's currency; its margin is its own, else the plan's. Below 0 where it costs money."""
    revenue = float(row.get("revenue", 0))
    return revenue if value == "revenue" else revenue * (margin_percent(snapshot, row) or 0.0) / 100


def _spoken(frame: pd.DataFrame, segments: list[Row]) -> list[Speaks]:
    said: list[Speaks] = [msg("Pale: share of value today. Full colour: share of the plan's resources.")]
    given = float(frame["resource_share"].sum())
    if given <= 0:
        said.append(msg("Resources have not been shared out yet."))
    elif abs(given - 1) > 0.005:
        said.append(msg("The shares of resources add up to {total}%, not 100.", total=Number(100 * given, 0)))
    starved = [row.name for row in frame.itertuples() if row.role_id in ("primary", "secondary") and row.resource_share == 0]
    if starved and given > 0:
        said.append(msg("Targets without resources: {names}.", names=Joined(starved)))
    if len(set(divisions(segments))) > 1:
        said.append(WITHIN_A_KIND)
    silent = [row.name for row in frame.itertuples() if row.role_id == "not_now" and not row.given_up]
    if silent:
        said.append(msg("What is given up by leaving out {names} is not written down yet.", names=Joined(silent)))
    return [*said, *sources(segments)]


def _losses(snapshot: Snapshot, losing: list[Row], whole: float, value: str) -> list[Speaks]:
    """Who brings less than nothing, because the shares are then those of the others alone. ``whole``: what all bring together."""
    if not losing:
        return []
    names = Joined([Short(snapshot, row.id) for row in losing])
    amount = Money(whole, snapshot.currency)
    if value == "margin":
        return [msg("Lose money and count as 0, so the shares are of what the others bring: {names}. Gross margin of all: {amount}.",
                    names=names, amount=amount)]  # fmt: skip
    return [msg("Have a revenue below 0 and count as 0: {names}. Revenue of all: {amount}.", names=names, amount=amount)]


@exhibit("portfolio", msg("Resources and value"), settings=(VALUE,))
def portfolio(context: Context) -> Exhibit:
    snapshot, value = context.snapshot, context.settings["value"]
    segments = [row for row in snapshot.rows("segment") if row["revenue"] is not None or row["resource_share"] is not None]
    brings = [_worth(snapshot, row, value) for row in segments]
    worth = [max(0.0, each) for each in brings]  # a share of a loss is no share of what the plan lives on
    losing = [row for row, each in zip(segments, brings, strict=True) if each < 0]
    if not segments or sum(worth) <= 0:
        raise NoData(
            msg("There is nothing to compare yet"),
            None,
            msg("Give each segment its revenue and margin, from data or by judgement, and its share of resources."),
        )
    frame = _shares(snapshot, segments, worth)
    height = height_for(len(frame), 56, 90)
    return Exhibit(
        title=_title(frame, value),
        reading=(*_spoken(frame, segments), *_losses(snapshot, losing, sum(brings), value)),
        frame=frame,
        columns={
            "name": msg("Segment"),
            "role": msg("Role"),
            "value_share": msg("Share of value"),
            "resource_share": msg("Share of resources"),
            "gap": msg("Difference"),
            "given_up": msg("What is given up"),
        },
        figures=key_figures(frame, "segment", ("value_share", "resource_share")),
        draw=partial(_draw_portfolio, frame, [segment_color(row) for row in segments], value, height),
        alt=_ALT[value],
        height=height,
    )


_ALT = {
    "revenue": msg("Bars of each segment's share of revenue and share of resources"),
    "margin": msg("Bars of each segment's share of gross margin and share of resources"),
}


def _shares(snapshot: Snapshot, segments: Sequence[Row], worth: Sequence[float]) -> pd.DataFrame:
    """One row a segment, shares from 0 to 1: of value, of resources, and the ``gap`` by which the second is larger."""
    frame = pd.DataFrame(
        {
            "segment": [row.id for row in segments],
            "name": [Short(snapshot, row.id) for row in segments],
            "role_id": [row.get("role", "") for row in segments],
            "role": [ChoiceTitle(snapshot, "segment", "role", row["role"]) if row["role"] else "–" for row in segments],
            "value_share": shares_within(segments, worth),
            "resource_share": [float(row.get("resource_share", 0)) / 100 for row in segments],
            "given_up": [row.get("given_up", "") for row in segments],
        }
    )
    frame["gap"] = frame["resource_share"] - frame["value_share"]
    return frame


def _title(frame: pd.DataFrame, value: str) -> Message:
    """The segment whose share of resources is furthest from what it brings."""
    largest = frame.loc[frame["gap"].abs().idxmax()]
    if frame["resource_share"].sum() > 0 and abs(largest["gap"]) < _NOTABLE:
        return msg("Resources follow value: no segment is {points:# point|# points} apart", points=Number(100 * _NOTABLE))
    words = {
        "name": largest["name"],
        "resources": Share(largest["resource_share"]),
        "value": Share(largest["value_share"]),
    }
    if value == "margin":
        return msg("{name} gets {resources} of the resources and brings {value} of the gross margin", **words)
    return msg("{name} gets {resources} of the resources and brings {value} of the revenue", **words)


def _draw_portfolio(frame: pd.DataFrame, colors: Sequence[str], value: str, height: int, language: Language) -> go.Figure:
    """Two bars a segment, in the order of ``frame``: what it brings, pale, and what it gets."""
    import plotly.graph_objects as go

    figure = canvas(height, msg("Share (%)").in_(language), "")
    shown = msg("Share of gross margin") if value == "margin" else msg("Share of revenue")
    for column, name, fills in (
        ("value_share", shown, [tint(color, 0.35) for color in colors]),
        ("resource_share", msg("Share of resources"), list(colors)),
    ):
        figure.add_trace(
            go.Bar(
                y=list(range(len(frame))),
                x=frame[column] * 100,
                orientation="h",
                name=name.in_(language),
                marker_color=fills,
                customdata=list(frame["segment"]),
                hovertemplate="%{x:.0f}%<extra>" + name.in_(language) + "</extra>",
            )
        )
    figure.update_layout(barmode="group", showlegend=True, legend_traceorder="normal")
    label_rows(figure, list(frame["name"]), language)
    return figure
