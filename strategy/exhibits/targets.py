"""Step 1: which segments there are, what they are worth, and how they rank."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from strategy.analysis import ge_matrix as ge
from strategy.errors import NoData
from strategy.exhibits.drawing import canvas, label_places
from strategy.exhibits.labels import Joined, Share, Short
from strategy.exhibits.model import Context, Exhibit, exhibit
from strategy.exhibits.palette import segment_color, segment_colors, tint
from strategy.exhibits.robustness import robustness
from strategy.language import Language, Message, msg
from strategy.workbook import Snapshot

if TYPE_CHECKING:
    import plotly.graph_objects as go

ADVICE = {"invest": msg("invest"), "select": msg("be selective"), "harvest": msg("harvest or leave")}


def _axis(snapshot: Snapshot, axis: str) -> tuple[pd.DataFrame, dict[str, float]]:
    """Scores (item, criterion, participant, score) and weights of one axis."""
    weights = {row.id: float(row.get("weight", 0)) for row in snapshot.rows("criterion") if row["axis"] == axis}
    rows = [
        {
            "item": row["segment"],
            "criterion": row["criterion"],
            "participant": row["participant"] or row.author,
            "score": row["score"],
        }
        for row in snapshot.rows("segment_evaluation")
        if row["criterion"] in weights and row["segment"] and row["score"] is not None
    ]
    return pd.DataFrame(rows, columns=["item", "criterion", "participant", "score"]), weights


def matrix_frame(snapshot: Snapshot) -> pd.DataFrame:
    """One row per evaluated segment: mean and range on both axes, revenue, participants, advice of the cell."""
    frames = {}
    for axis in ("attractiveness", "ability"):
        scores, weights = _axis(snapshot, axis)
        frames[axis] = ge.spread(ge.weighted_scores(scores, weights)).set_index("item")
    both = frames["attractiveness"].join(frames["ability"], how="inner", suffixes=("_attractiveness", "_ability"))
    rows = []
    for segment in snapshot.rows("segment"):
        if segment.id in both.index:
            at = both.loc[segment.id]
            cell = ge.advice(at["mean_attractiveness"], at["mean_ability"])
            rows.append(
                {
                    "segment": segment.id,
                    "name": Short(snapshot, segment.id),
                    "attractiveness": at["mean_attractiveness"],
                    "attractiveness_low": at["low_attractiveness"],
                    "attractiveness_high": at["high_attractiveness"],
                    "ability": at["mean_ability"],
                    "ability_low": at["low_ability"],
                    "ability_high": at["high_ability"],
                    "participants": int(max(at["participants_attractiveness"], at["participants_ability"])),
                    "revenue": segment.get("revenue"),
                    "advice": ADVICE[cell],
                }
            )
    return pd.DataFrame(rows)


@exhibit("ge_matrix", msg("GE matrix"))
def ge_matrix(context: Context) -> Exhibit:
    snapshot = context.snapshot
    frame = matrix_frame(snapshot)
    if frame.empty:
        raise NoData(
            msg("No segment has been scored on both axes yet"),
            None,
            msg("Name the criteria and their weights, then let everybody score."),
        )
    invest = [Short(snapshot, row.segment) for row in frame.itertuples() if row.advice is ADVICE["invest"]]
    best = frame.assign(total=frame["attractiveness"] + frame["ability"]).sort_values("total", ascending=False).iloc[0]
    title: Message = (
        msg("Attractive and within our reach: {names}", names=Joined(invest))
        if invest
        else msg("No segment is both attractive and within our reach; {name} comes closest", name=Short(snapshot, best["segment"]))
    )
    width = (frame["attractiveness_high"] - frame["attractiveness_low"]).fillna(0)
    widest = frame.loc[width.idxmax()]
    reading = (
        msg(
            "Bubble size: revenue. Bars: lowest to highest of {count} participants' weighted scores.",
            count=int(frame["participants"].max()),
        ),
        msg(
            "Opinions differ most on {name}: {low} to {high}.",
            name=widest["name"],
            low=f"{widest['attractiveness_low']:.1f}",
            high=f"{widest['attractiveness_high']:.1f}",
        )
        if width.max() >= 1
        else msg("The room agrees within one point everywhere."),
        *robustness(snapshot),
    )

    def draw(language: Language) -> go.Figure:
        import plotly.graph_objects as go

        figure = canvas(460, msg("Ability to serve (1–9)").in_(language), msg("Attractiveness (1–9)").in_(language))
        for low, high, color in ((1, ge.LOW, "#8C8C8C"), (ge.LOW, ge.HIGH, "#56B4E9"), (ge.HIGH, 9, "#009E73")):
            figure.add_shape(type="rect", x0=low, x1=high, y0=1, y1=9, fillcolor=tint(color, 0.08), line_width=0, layer="below")
        sizes = frame["revenue"].astype(float)
        largest = sizes.max() if sizes.notna().any() and sizes.max() > 0 else None
        colors = segment_colors(snapshot)
        shares = [value / largest if largest and value > 0 else 0.25 for value in sizes.fillna(0.0)]
        bubbles = [18 + 42 * share**0.5 for share in shares]
        points = list(zip(frame["ability"], frame["attractiveness"], strict=True))
        names = [name.in_(language) for name in frame["name"]]
        places = label_places(points, names, [size / 2 for size in bubbles], (0.8, 9.2), (0.8, 9.2))
        for row, size, place in zip(frame.itertuples(), bubbles, places, strict=True):
            figure.add_trace(
                go.Scatter(
                    x=[row.ability],
                    y=[row.attractiveness],
                    mode="markers+text",
                    text=[row.name.in_(language)],
                    textposition=place,
                    cliponaxis=False,
                    customdata=[row.segment],
                    marker={
                        "size": size,
                        "color": colors[row.segment],
                        "opacity": 0.88,
                        "line": {"width": 1, "color": "white"},
                    },
                    error_y={
                        "type": "data",
                        "symmetric": False,
                        "array": [row.attractiveness_high - row.attractiveness],
                        "arrayminus": [row.attractiveness - row.attractiveness_low],
                        "color": colors[row.segment],
                    },
                    error_x={
                        "type": "data",
                        "symmetric": False,
                        "array": [row.ability_high - row.ability],
                        "arrayminus": [row.ability - row.ability_low],
                        "color": colors[row.segment],
                    },
                    hovertemplate="%{text}<br>%{x:.1f} / %{y:.1f}<extra></extra>",
                )
            )
        figure.update_xaxes(range=[0.8, 9.2], dtick=2, tick0=1)
        figure.update_yaxes(range=[0.8, 9.2], dtick=2, tick0=1)
        return figure

    figures = {
        f"{row.segment}.{axis}": float(getattr(row, axis)) for row in frame.itertuples() for axis in ("attractiveness", "ability")
    }
    return Exhibit(
        title=title,
        reading=reading,
        frame=frame,
        columns={
            "name": msg("Segment"),
            "attractiveness": msg("Attractiveness"),
            "attractiveness_low": msg("Attractiveness, lowest"),
            "attractiveness_high": msg("Attractiveness, highest"),
            "ability": msg("Ability to serve"),
            "ability_low": msg("Ability, lowest"),
            "ability_high": msg("Ability, highest"),
            "participants": msg("Participants"),
            "revenue": msg("Revenue"),
            "advice": msg("Advice of the cell"),
        },
        figures=figures,
        draw=draw,
        alt=msg("Matrix of segments by attractiveness and ability to serve, bubbles sized by revenue"),
        height=460,
    )


@exhibit("portfolio", msg("Resources and value"))
def portfolio(context: Context) -> Exhibit:
    snapshot = context.snapshot
    segments = [row for row in snapshot.rows("segment") if row["revenue"] is not None or row["resource_share"] is not None]
    total = sum(float(row.get("revenue", 0)) for row in segments)
    if not segments or total <= 0:
        raise NoData(
            msg("There is nothing to compare yet"),
            None,
            msg("Give each segment its revenue, from data or by judgement, and its share of resources."),
        )
    frame = pd.DataFrame(
        {
            "segment": [row.id for row in segments],
            "name": [Short(snapshot, row.id) for row in segments],
            "value_share": [float(row.get("revenue", 0)) / total for row in segments],
            "resource_share": [float(row.get("resource_share", 0)) / 100 for row in segments],
        }
    )
    frame["gap"] = frame["resource_share"] - frame["value_share"]
    largest = frame.loc[frame["gap"].abs().idxmax()]
    direction = msg(
        "{name} gets {resources} of the resources and brings {value} of the revenue",
        name=largest["name"],
        resources=Share(largest["resource_share"]),
        value=Share(largest["value_share"]),
    )

    def draw(language: Language) -> go.Figure:
        import plotly.graph_objects as go

        figure = canvas(max(260, 90 + 56 * len(frame)), msg("Share (%)").in_(language), "")
        names = [name.in_(language) for name in frame["name"]]
        colors = [segment_color(row) for row in segments]
        figure.add_trace(
            go.Bar(
                y=names,
                x=frame["value_share"] * 100,
                orientation="h",
                name=msg("Share of revenue").in_(language),
                marker_color=[tint(c, 0.35) for c in colors],
            )
        )
        figure.add_trace(
            go.Bar(
                y=names,
                x=frame["resource_share"] * 100,
                orientation="h",
                name=msg("Share of resources").in_(language),
                marker_color=colors,
            )
        )
        figure.update_layout(barmode="group", showlegend=True)
        figure.update_yaxes(autorange="reversed")
        return figure

    return Exhibit(
        title=direction,
        reading=(msg("Pale: share of revenue today. Full colour: share of the plan's resources."),),
        frame=frame,
        columns={
            "name": msg("Segment"),
            "value_share": msg("Share of revenue"),
            "resource_share": msg("Share of resources"),
            "gap": msg("Difference"),
        },
        figures={
            f"{row.segment}.{part}": float(getattr(row, part))
            for row in frame.itertuples()
            for part in ("value_share", "resource_share")
        },
        draw=draw,
        alt=msg("Bars of each segment's share of revenue and share of resources"),
        height=max(260, 90 + 56 * len(frame)),
    )
