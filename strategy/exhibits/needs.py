"""Step 2: where the opening is, over all needs; the other exhibits of the step register here too."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from strategy.exhibits import best_worst, delivered_value, kano_split, perception_gap, quadrants  # noqa: F401  (register their exhibits)
from strategy.exhibits.chart_text import height_for, plain
from strategy.exhibits.drawing import canvas
from strategy.exhibits.labels import Joined, Number
from strategy.exhibits.model import Context, Exhibit, exhibit
from strategy.exhibits.need_scores import evidence_note, needs_or_refuse, rival_scores, who
from strategy.exhibits.palette import segment_colors, tint
from strategy.exhibits.ranges import key_figures
from strategy.exhibits.rivals import Brand, look
from strategy.exhibits.row_labels import label_rows
from strategy.exhibits.scope import SEGMENT
from strategy.language import Language, Message, Speaks, msg
from strategy.workbook import Snapshot

if TYPE_CHECKING:
    import plotly.graph_objects as go

#: More bars than this are too thin to read; the rest is in the table.
_MOST_BARS = 10


def _rivals_on(snapshot: Snapshot, row: pd.Series, rivals: pd.DataFrame) -> Message:
    known = rivals[rivals["need"] == row["need"]]
    if known.empty:
        return msg("How rivals meet “{need}” is not known yet.", need=row["name"])
    better = known[known["performance"] > row["performance"]]
    if better.empty:
        return msg("No rival scored meets “{need}” better than we do: an opening.", need=row["name"])
    names = Joined([Brand(snapshot, rival) for rival in better["rival"]])
    return msg("{names} already meet “{need}” better than we do: a leak.", names=names, need=row["name"])


def _largest(level: int, points: Number, said: dict[str, Speaks]) -> Message:
    """The title that names the largest opening, of so many ``points``; ``level``: how many needs have as large a one."""
    if level == 1:
        return msg("{need} is the largest opening: importance {importance}, performance {performance}", **said)
    return msg(
        "{need} and {count:# other|# others} are the largest openings alike, at {points}",
        count=level - 1,
        need=said["need"],
        points=points,
    )


@exhibit("need_gaps", msg("Where the opening is"), settings=(SEGMENT,))
def need_gaps(context: Context) -> Exhibit:
    snapshot = context.snapshot
    frame = needs_or_refuse(context)
    frame = frame.sort_values(["opportunity", "importance"], ascending=False, kind="stable").reset_index(drop=True)
    frame["rank"] = frame.groupby("segment")["opportunity"].rank(ascending=False, method="min").astype(int)
    rivals = rival_scores(snapshot, frame)
    best = rivals.sort_values("performance", ascending=False, kind="stable").drop_duplicates("need").set_index("need")
    frame["best_rival"] = pd.Series(
        [Brand(snapshot, best.at[need, "rival"]) if need in best.index else "" for need in frame["need"]], dtype=object
    )
    frame["best_rival_performance"] = [best.at[need, "performance"] if need in best.index else None for need in frame["need"]]
    top = frame.iloc[0]
    said = {
        "need": who(frame, top),
        "importance": Number(top["importance"]),
        "performance": Number(top["performance"]),
    }
    level = int((frame["opportunity"] == top["opportunity"]).sum())
    title = (
        _largest(level, Number(top["opportunity"]), said)
        if top["gap"] > 0
        else msg("No need is met less than it matters; {need} matters most", need=who(frame, top))
        if level == 1
        else msg("No need is met less than it matters; {count} matter most alike", count=level)
    )
    drawn = min(len(frame), _MOST_BARS)
    reading: list[Speaks] = [
        msg("Length: importance + what performance falls short of it (after Ulwick 2002; on scores of 1 to 9 from 1 to 17)."),
        msg("Full colour: the shortfall. Grey marks: the same sum for a rival; further left, the rival meets the need better."),
        _rivals_on(snapshot, top, rivals),
        *evidence_note(frame),
    ]
    if frame["segment"].nunique() > 1:
        firsts: list[Speaks] = [
            msg("{segment}: “{need}” ({points})", segment=row["segment_name"], need=row["name"], points=Number(row["opportunity"]))
            for _, row in frame.drop_duplicates("segment").head(6).iterrows()
        ]
        reading.insert(2, msg("First in each segment: {names}.", names=Joined(firsts)))
    if drawn < len(frame):
        reading.append(msg("Drawn are the {count} largest; the table has all {total}.", count=drawn, total=len(frame)))
    height = height_for(drawn, 42)

    return Exhibit(
        title=title,
        reading=tuple(reading),
        frame=frame,
        columns={
            "name": msg("Need"),
            "segment_name": msg("Segment"),
            "rank": msg("Rank in its segment"),
            "importance": msg("Importance (1–9)"),
            "performance": msg("Performance (1–9)"),
            "opportunity": msg("Opportunity (1–17)"),
            "best_rival": msg("Best rival"),
            "best_rival_performance": msg("Its performance (1–9)"),
            "evidence": msg("Evidence from"),
            "strength": msg("Strength of evidence"),
            "awareness": msg("Explicit or latent"),
        },
        figures=key_figures(frame, "need", ("opportunity",)),
        draw=partial(_draw_need_gaps, snapshot, frame, rivals, height),
        alt=msg("Bars of needs ranked by opportunity, with rivals as marks"),
        height=height,
    )


def _draw_need_gaps(snapshot: Snapshot, frame: pd.DataFrame, rivals: pd.DataFrame, height: int, language: Language) -> go.Figure:
    import plotly.graph_objects as go

    shown = frame.head(_MOST_BARS)
    figure = canvas(height, msg("Opportunity (1–17)").in_(language))
    colors = [segment_colors(snapshot)[segment] for segment in shown["segment"]]
    rows = list(range(len(shown)))
    figure.add_trace(
        go.Bar(
            y=rows,
            x=shown["importance"],
            orientation="h",
            marker={"color": [tint(color, 0.3) for color in colors]},
            customdata=list(shown["segment"]),
            hovertemplate=msg("Importance").in_(language) + " %{x:g}<extra></extra>",
        )
    )
    figure.add_trace(
        go.Bar(
            y=rows,
            x=shown["gap"].clip(lower=0),
            orientation="h",
            marker={"color": colors},
            customdata=list(shown["segment"]),
            hovertemplate=msg("Shortfall").in_(language) + " %{x:g}<extra></extra>",
        )
    )
    position = {need: place for place, need in enumerate(shown["need"])}
    for rival, group in rivals[rivals["need"].isin(position)].groupby("rival", sort=False):
        style = look(snapshot, rival)
        figure.add_trace(
            go.Scatter(
                y=[position[need] for need in group["need"]],
                x=group["opportunity"],
                mode="markers",
                marker={"symbol": style.symbol, "size": 12, "color": style.color, "line": {"width": 1, "color": "#FFFFFF"}},
                name=plain(Brand(snapshot, rival).in_(language)),
                showlegend=True,
                customdata=group["performance"],
                hovertemplate=msg("Performance").in_(language) + " %{customdata:g}<extra>%{fullData.name}</extra>",
            )
        )
    for bar in figure.data[:2]:
        bar.showlegend = False
    # A column of their own: at the bars the figures would lie under the marks of rivals.
    figure.add_trace(
        go.Scatter(
            y=rows, x=[18.2] * len(shown), mode="text", text=[f"<b>{value:g}</b>" for value in shown["opportunity"]],
            textposition="middle right", cliponaxis=False, hoverinfo="skip", showlegend=False,
        )
    )  # fmt: skip
    figure.update_layout(barmode="stack", showlegend=True)
    figure.update_xaxes(range=[0, 20], tickvals=list(range(0, 18, 2)))
    names: list[Speaks] = [who(frame, row) for _, row in shown.iterrows()]
    label_rows(figure, names, language, 32)
    return figure
