"""Who the customer is: weight for the plan against what each type brings and gets today."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from strategy.errors import NoData
from strategy.exhibits.captions import in_title
from strategy.exhibits.chart_text import height_for
from strategy.exhibits.drawing import canvas
from strategy.exhibits.labels import ChoiceTitle, Label, Number, Share
from strategy.exhibits.model import Context, Exhibit, exhibit
from strategy.exhibits.palette import ACCENT, CAUTION, NEUTRAL, tint
from strategy.exhibits.ranges import key_figures
from strategy.exhibits.row_labels import label_rows
from strategy.exhibits.weights import PAIRS, ROSTER_WEIGHTS, weighed
from strategy.language import Language, Message, Speaks, msg
from strategy.workbook import Snapshot

if TYPE_CHECKING:
    import plotly.graph_objects as go

#: A shortfall of attention below this many points is within what anybody can estimate.
_NOTABLE_POINTS = 5.0


def _weights(snapshot: Snapshot, which: str) -> dict[str, float]:
    """Type of customer -> weight: the points, or the group's weights from pairs. Raises :class:`NoData` without such."""
    rows = snapshot.rows("customer_type")
    if which != PAIRS:
        return {row.id: float(row["weight"]) for row in rows if row["weight"] is not None}
    items = [row.id for row in rows]
    found = weighed(snapshot, "customer_pair", items) if len(items) > 1 else None
    if found is None:
        raise NoData(
            msg("Nobody has compared the types of customer in pairs yet"),
            None,
            msg("Fill in “Customers in pairs”, or take the points; the roster can be shown with them now."),
        )
    return {item: 100 * float(weight) for item, weight in zip(items, found.group.weights, strict=True)}


def _roster_frame(snapshot: Snapshot, which: str) -> tuple[pd.DataFrame, float]:
    """One row per type of customer, shares in percent, and the sum of the weights as entered."""
    weights = _weights(snapshot, which)
    rows = [
        row
        for row in snapshot.rows("customer_type")
        if row.id in weights or row["revenue_share"] is not None or row["attention_share"] is not None
    ]
    total = sum(weights.values())
    frame = pd.DataFrame(
        {
            "customer": [row.id for row in rows],
            "name": [Label(snapshot, "customer_type", row.id) for row in rows],
            "kind": [ChoiceTitle(snapshot, "customer_type", "kind", row.get("kind", "")) for row in rows],
            "weight_percent": [100 * weights[row.id] / total if row.id in weights and total > 0 else None for row in rows],
            "revenue_percent": [row["revenue_share"] for row in rows],
            "revenue_percent_low": [row["revenue_share_low"] for row in rows],
            "revenue_percent_high": [row["revenue_share_high"] for row in rows],
            "attention_percent": [row["attention_share"] for row in rows],
            "named_neglected": [bool(row["most_neglected"]) for row in rows],
        }
    )
    numbers = [name for name in frame if name.endswith(("_percent", "_low", "_high"))]
    frame[numbers] = frame[numbers].astype(float)
    frame["shortfall_points"] = frame["weight_percent"] - frame["attention_percent"]
    return frame, total


def _roster_title(frame: pd.DataFrame) -> Message:
    named = frame[frame["named_neglected"]]
    measured = frame.dropna(subset=["shortfall_points"])
    if len(named) > 1:
        return msg("{names} are named as the most neglected customers", names=in_title(list(named["name"])))
    if len(named) == 1 and pd.notna(named.iloc[0]["shortfall_points"]):
        row = named.iloc[0]
        return msg(
            "{name} is named as the most neglected: weight {weight}, attention today {attention}",
            name=row["name"],
            weight=Share(row["weight_percent"] / 100),
            attention=Share(row["attention_percent"] / 100),
        )
    if len(named) == 1:
        return msg("{name} is named as the most neglected customer", name=named.iloc[0]["name"])
    if len(measured):
        row = measured.loc[measured["shortfall_points"].idxmax()]
        level = measured[row["shortfall_points"] - measured["shortfall_points"] < 1e-9]
        if row["shortfall_points"] >= _NOTABLE_POINTS and len(level) > 1:
            return msg(
                "Neglected alike, by {points} points of attention: {names}",
                names=in_title(list(level["name"])),
                points=Number(row["shortfall_points"], 0),
            )
        if row["shortfall_points"] >= _NOTABLE_POINTS:
            return msg(
                "{name} is the most neglected: weight {weight}, attention today {attention}",
                name=row["name"],
                weight=Share(row["weight_percent"] / 100),
                attention=Share(row["attention_percent"] / 100),
            )
        return msg("Attention follows weight: no customer falls short by {points} points or more", points=Number(_NOTABLE_POINTS))
    if frame["weight_percent"].notna().any():
        row = frame.loc[frame["weight_percent"].idxmax()]
        return msg(
            "{name} weighs most, {weight}; attention today has not been estimated",
            name=row["name"],
            weight=Share(row["weight_percent"] / 100),
        )
    return msg("The types of customer are listed but not weighed yet")


@exhibit("customer_roster", msg("Weight against revenue and attention"), settings=(ROSTER_WEIGHTS,))
def customer_roster(context: Context) -> Exhibit:
    in_pairs = context.settings["weights"] == PAIRS
    frame, total = _roster_frame(context.snapshot, context.settings["weights"])
    if frame.empty:
        raise NoData(
            msg("No type of customer has been weighed yet"),
            None,
            msg("List the types of customer, share out 100 points, and estimate their share of revenue and of attention."),
        )
    reading: list[Speaks] = [
        msg("Blue: weight for the plan. Grey: share of revenue today, with the range given. Orange: share of attention today."),
        msg("Weights come from comparisons in pairs, shares from the team's judgement.")
        if in_pairs
        else msg("Weights and shares are the team's judgement."),
    ]
    if not in_pairs and total > 0 and abs(total - 100) > 0.5:
        reading.append(msg("The weights add up to {total}, not 100; shown are their shares.", total=Number(total)))
    measured = frame.dropna(subset=["shortfall_points"])
    if len(measured):
        worst = measured.loc[measured["shortfall_points"].idxmax()]
        if worst["shortfall_points"] >= _NOTABLE_POINTS and frame["named_neglected"].any() and not worst["named_neglected"]:
            reading.append(
                msg(
                    "By these figures {name} falls short most, by {points:# point|# points}.",
                    name=worst["name"],
                    points=Number(worst["shortfall_points"], 0),
                )
            )
    height = height_for(len(frame), 72)

    return Exhibit(
        title=_roster_title(frame),
        reading=tuple(reading),
        frame=frame,
        columns={
            "name": msg("Customer"),
            "kind": msg("Type"),
            "weight_percent": msg("Weight (%)"),
            "revenue_percent": msg("Share of revenue (%)"),
            "revenue_percent_low": msg("Share of revenue, low (%)"),
            "revenue_percent_high": msg("Share of revenue, high (%)"),
            "attention_percent": msg("Share of attention (%)"),
            "shortfall_points": msg("Weight less attention (points)"),
        },
        figures=key_figures(frame, "customer", ("weight_percent", "revenue_percent", "attention_percent")),
        draw=partial(_draw_customer_roster, frame, height),
        alt=msg("Bars per type of customer: weight, share of revenue and share of attention"),
        height=height,
    )


def _draw_customer_roster(frame: pd.DataFrame, height: int, language: Language) -> go.Figure:
    import plotly.graph_objects as go

    figure = canvas(height, msg("Share (%)").in_(language))
    rows = list(range(len(frame)))
    revenue = frame["revenue_percent"]
    error = {
        "type": "data",
        "symmetric": False,
        "array": (frame["revenue_percent_high"] - revenue).clip(lower=0),
        "arrayminus": (revenue - frame["revenue_percent_low"]).clip(lower=0),
        "color": NEUTRAL,
    }
    bars = (
        (msg("Weight"), frame["weight_percent"], ACCENT, None),
        (msg("Share of revenue"), revenue, tint(NEUTRAL, 0.55), error),
        (msg("Share of attention"), frame["attention_percent"], CAUTION, None),
    )
    for title, values, color, spread in bars:
        figure.add_trace(
            go.Bar(
                y=rows,
                x=values,
                orientation="h",
                name=title.in_(language),
                marker_color=color,
                error_x=spread,
                hovertemplate="%{x:.0f}%<extra>" + title.in_(language) + "</extra>",
            )
        )
    figure.update_layout(barmode="group", showlegend=True, legend_traceorder="normal")
    figure.update_xaxes(rangemode="tozero")
    label_rows(figure, list(frame["name"]), language)
    return figure
