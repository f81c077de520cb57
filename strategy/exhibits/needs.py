"""Step 2: which needs matter, how well they are met, and where the opening is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from strategy.analysis import importance_performance as ipa
from strategy.errors import NoData
from strategy.exhibits import delivered_value, kano_split  # noqa: F401  (register their exhibits)
from strategy.exhibits.chart_text import height_for, label_rows, wrapped
from strategy.exhibits.drawing import canvas
from strategy.exhibits.labels import ChoiceTitle, Joined, Label, Number, Short
from strategy.exhibits.model import Context, Exhibit, Setting, exhibit
from strategy.exhibits.palette import NEUTRAL, segment_colors, tint
from strategy.exhibits.rivals import Brand, look
from strategy.exhibits.scope import SEGMENT, segments_in
from strategy.language import Language, Message, Speaks, msg
from strategy.workbook import Snapshot

if TYPE_CHECKING:
    import plotly.graph_objects as go

CROSSHAIR = Setting(
    "crosshair",
    msg("Lines at"),
    "mean",
    choices=(("mean", msg("the means of the needs shown")), ("midpoint", msg("the middle of the scale"))),
)

QUADRANTS = {
    "concentrate": msg("concentrate here"),
    "keep_up": msg("keep it up"),
    "low_priority": msg("low priority"),
    "overkill": msg("more than is needed"),
}

#: More names than this hide one another; the rest is named on hover and in the table.
_MOST_NAMED = 6
_MOST_BARS = 12


def need_frame(context: Context) -> pd.DataFrame:
    """One row per need of the segments in scope that has both scores.

    need (id), name, segment (id), segment_name, importance, performance (1-9), gap, opportunity (1-17), assumed, latent, evidence.
    """
    snapshot = context.snapshot
    rows = [
        row for row in snapshot.rows("need") if row["segment"] and row["importance"] is not None and row["performance"] is not None
    ]
    scope = {segment.id for segment in segments_in(context, {row["segment"] for row in rows})}
    rows = [row for row in rows if row["segment"] in scope]
    return pd.DataFrame(
        {
            "need": [row.id for row in rows],
            "name": [Label(snapshot, "need", row.id) for row in rows],
            "segment": [row["segment"] for row in rows],
            "segment_name": [Short(snapshot, row["segment"]) for row in rows],
            "importance": [float(row["importance"]) for row in rows],
            "performance": [float(row["performance"]) for row in rows],
            "gap": [float(row["importance"]) - float(row["performance"]) for row in rows],
            "opportunity": [ipa.opportunity(float(row["importance"]), float(row["performance"])) for row in rows],
            "assumed": [row["evidence_kind"] == "assumption" for row in rows],
            "latent": [row["awareness"] == "latent" for row in rows],
            "evidence": [ChoiceTitle(snapshot, "need", "evidence_kind", row.get("evidence_kind", "")) for row in rows],
        }
    )


def _needs_or_refuse(context: Context) -> pd.DataFrame:
    frame = need_frame(context)
    if frame.empty:
        raise NoData(
            msg("No need has been scored for importance and performance yet"),
            None,
            msg("List the needs of each target segment and score how much they matter and how well they are met today."),
        )
    return frame


def _several(frame: pd.DataFrame) -> bool:
    return frame["segment"].nunique() > 1


def _evidence_note(frame: pd.DataFrame) -> list[Speaks]:
    assumed = int(frame["assumed"].sum())
    if not assumed:
        return []
    return [
        msg(
            "On assumption alone: {count} of {total} needs; ask or observe before building on them.",
            count=assumed,
            total=len(frame),
        )
    ]


def _who(frame: pd.DataFrame, row: pd.Series) -> Speaks:
    """The need, with its segment where several are shown."""
    name: Speaks = row["name"]
    return msg("{need} ({segment})", need=name, segment=row["segment_name"]) if _several(frame) else name


@exhibit("importance_performance", msg("Importance and performance"), settings=(CROSSHAIR, SEGMENT))
def importance_performance(context: Context) -> Exhibit:
    snapshot = context.snapshot
    frame = _needs_or_refuse(context)
    cross = ipa.crosshair(list(frame["importance"]), list(frame["performance"]), context.settings["crosshair"])
    frame["quadrant"] = [ipa.quadrant(row.importance, row.performance, cross) for row in frame.itertuples()]
    frame["quadrant_name"] = pd.Series([QUADRANTS[name] for name in frame["quadrant"]], dtype=object)
    open_needs = frame[frame["quadrant"] == "concentrate"]
    if len(open_needs):
        first = open_needs.sort_values(["gap", "importance"], ascending=False, kind="stable").iloc[0]
        said = {
            "need": _who(frame, first),
            "importance": Number(first["importance"]),
            "performance": Number(first["performance"]),
        }
        title = (
            msg("{need} matters but is poorly met: importance {importance}, performance {performance}", **said)
            if len(open_needs) == 1
            else msg(
                "{count} needs matter but are poorly met, above all {need}: importance {importance}, performance {performance}",
                count=len(open_needs),
                **said,
            )
        )
    else:
        best = frame.sort_values("importance", ascending=False, kind="stable").iloc[0]
        title = msg(
            "No need that matters is poorly met; {need} matters most and stands at {performance} of 9",
            need=_who(frame, best),
            performance=Number(best["performance"]),
        )
    reading: list[Speaks] = [
        msg("Up: matters more to customers. Right: we meet it better. Top left is where to work first."),
        msg("Scores are the team's judgement of the customers' view; a hollow mark rests on assumption alone."),
        *_evidence_note(frame),
    ]

    def draw(language: Language) -> go.Figure:
        return _draw_quadrants(snapshot, frame, cross, language)

    return Exhibit(
        title=title,
        reading=tuple(reading),
        frame=frame,
        columns={
            "name": msg("Need"),
            "segment_name": msg("Segment"),
            "importance": msg("Importance (1–9)"),
            "performance": msg("Performance (1–9)"),
            "gap": msg("Gap (points)"),
            "quadrant_name": msg("Quadrant"),
            "evidence": msg("Evidence from"),
        },
        figures={
            f"{row.need}.{part}": float(getattr(row, part)) for row in frame.itertuples() for part in ("importance", "performance")
        },
        draw=draw,
        alt=msg("Scatter of needs by performance and importance, in four quadrants"),
        height=480,
    )


def _draw_quadrants(snapshot: Snapshot, frame: pd.DataFrame, cross: tuple[float, float], language: Language) -> go.Figure:
    import plotly.graph_objects as go

    figure = canvas(480, msg("Performance today (1–9)").in_(language), msg("Importance (1–9)").in_(language))
    colors = segment_colors(snapshot)
    named = set(frame.sort_values("opportunity", ascending=False, kind="stable").head(_MOST_NAMED)["need"])
    # Scores are whole numbers, so needs share places: marks of one place stand side by side, and their names in one stack.
    shared = frame.groupby(["performance", "importance"], sort=True)
    for number, (_, group) in enumerate(shared):
        texts = [wrapped(row.name, language, 22, 2) for row in group.itertuples() if row.need in named]
        for place, row in enumerate(group.itertuples()):
            color = colors[row.segment]
            last = place == len(group) - 1
            figure.add_trace(
                go.Scatter(
                    x=[row.performance + 0.22 * (place - (len(group) - 1) / 2)],
                    y=[row.importance],
                    mode="markers+text",
                    text=["<br>".join(texts) if last else ""],
                    textposition="top center" if number % 2 else "bottom center",
                    textfont={"size": 12},
                    cliponaxis=False,
                    marker={
                        "size": 15,
                        "color": tint(color, 0.08) if row.assumed else color,
                        "line": {"width": 2.5, "color": color},
                        "symbol": "circle",
                    },
                    name=snapshot.short(row.segment, language),
                    legendgroup=row.segment,
                    showlegend=False,
                    customdata=[[wrapped(row.name, language, 40), row.performance, row.importance]],
                    hovertemplate="%{customdata[0]}<br>%{customdata[1]:g} / %{customdata[2]:g}<extra></extra>",
                )
            )
    if _several(frame):
        for segment in dict.fromkeys(frame["segment"]):
            figure.add_trace(
                go.Scatter(
                    x=[None], y=[None], mode="markers", marker={"color": colors[segment], "size": 12}, showlegend=True
                ).update(name=snapshot.short(segment, language), legendgroup=segment)
            )
        figure.update_layout(showlegend=True)
    figure.add_hline(y=cross[0], line={"color": NEUTRAL, "dash": "dot"})
    figure.add_vline(x=cross[1], line={"color": NEUTRAL, "dash": "dot"})
    corners = {"concentrate": (0, 1), "keep_up": (1, 1), "low_priority": (0, 0), "overkill": (1, 0)}
    for quadrant, (right, top) in corners.items():
        figure.add_annotation(
            x=right,
            y=top,
            xref="paper",
            yref="paper",
            xanchor="right" if right else "left",
            yanchor="top" if top else "bottom",
            text=QUADRANTS[quadrant].in_(language),
            showarrow=False,
            opacity=0.6,
        )
    figure.update_xaxes(range=[0, 10], tickvals=list(range(1, 10)))
    figure.update_yaxes(range=[0, 10.2], tickvals=list(range(1, 10)))
    return figure


def _rival_scores(snapshot: Snapshot, needs: pd.DataFrame) -> pd.DataFrame:
    """need, rival, performance, opportunity left by the rival; the mean where a rival was scored twice."""
    importance = dict(zip(needs["need"], needs["importance"], strict=True))
    rows = [
        (row["need"], row["rival"], float(row["performance"]))
        for row in snapshot.rows("rival_performance")
        if row["need"] in importance and row["rival"] and row["performance"] is not None
    ]
    frame = pd.DataFrame(rows, columns=["need", "rival", "performance"])
    frame = frame.groupby(["need", "rival"], sort=False, as_index=False)["performance"].mean()
    frame["opportunity"] = [ipa.opportunity(importance[row.need], row.performance) for row in frame.itertuples()]
    return frame


def _rivals_on(snapshot: Snapshot, row: pd.Series, rivals: pd.DataFrame) -> Message:
    known = rivals[rivals["need"] == row["need"]]
    if known.empty:
        return msg("How rivals meet “{need}” is not known yet.", need=row["name"])
    better = known[known["performance"] > row["performance"]]
    if better.empty:
        return msg("No rival scored meets “{need}” better than we do: an opening.", need=row["name"])
    names = Joined([Brand(snapshot, rival) for rival in better["rival"]])
    return msg("{names} already meet “{need}” better than we do: a leak.", names=names, need=row["name"])


@exhibit("need_gaps", msg("Where the opening is"), settings=(SEGMENT,))
def need_gaps(context: Context) -> Exhibit:
    snapshot = context.snapshot
    frame = _needs_or_refuse(context)
    frame = frame.sort_values(["opportunity", "importance"], ascending=False, kind="stable").reset_index(drop=True)
    rivals = _rival_scores(snapshot, frame)
    best = rivals.sort_values("performance", ascending=False, kind="stable").drop_duplicates("need").set_index("need")
    frame["best_rival"] = pd.Series(
        [Brand(snapshot, best.at[need, "rival"]) if need in best.index else "" for need in frame["need"]], dtype=object
    )
    frame["best_rival_performance"] = [best.at[need, "performance"] if need in best.index else None for need in frame["need"]]
    top = frame.iloc[0]
    said = {
        "need": _who(frame, top),
        "importance": Number(top["importance"]),
        "performance": Number(top["performance"]),
    }
    title = (
        msg("{need} is the largest opening: importance {importance}, performance {performance}", **said)
        if top["gap"] > 0
        else msg("No need is met less than it matters; {need} matters most", need=_who(frame, top))
    )
    shown = frame.head(_MOST_BARS)
    reading: list[Speaks] = [
        msg("Length: importance + what performance falls short of it (after Ulwick 2002; on scores of 1 to 9 from 1 to 17)."),
        msg("Full colour: the shortfall. Grey marks: the same sum for a rival; further left, the rival meets the need better."),
        _rivals_on(snapshot, top, rivals),
        *_evidence_note(frame),
    ]
    if len(shown) < len(frame):
        reading.append(msg("Drawn are the {count} largest; the table has all {total}.", count=len(shown), total=len(frame)))
    height = height_for(len(shown), 42)

    def draw(language: Language) -> go.Figure:
        import plotly.graph_objects as go

        figure = canvas(height, msg("Opportunity (1–17)").in_(language))
        colors = [segment_colors(snapshot)[segment] for segment in shown["segment"]]
        rows = list(range(len(shown)))
        figure.add_trace(
            go.Bar(
                y=rows,
                x=shown["importance"],
                orientation="h",
                marker={"color": [tint(color, 0.3) for color in colors]},
                hovertemplate=msg("Importance").in_(language) + " %{x:g}<extra></extra>",
            )
        )
        figure.add_trace(
            go.Bar(
                y=rows,
                x=shown["gap"].clip(lower=0),
                orientation="h",
                marker={"color": colors},
                text=[f"{value:g}" for value in shown["opportunity"]],
                textposition="outside",
                cliponaxis=False,
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
                    name=Brand(snapshot, rival).in_(language),
                    showlegend=True,
                    customdata=group["performance"],
                    hovertemplate=msg("Performance").in_(language) + " %{customdata:g}<extra>%{fullData.name}</extra>",
                )
            )
        for bar in figure.data[:2]:
            bar.showlegend = False
        figure.update_layout(barmode="stack", showlegend=True)
        figure.update_xaxes(range=[0, 18.5], dtick=2)
        names: list[Speaks] = [_who(frame, row) for _, row in shown.iterrows()]
        label_rows(figure, names, language, 32)
        return figure

    return Exhibit(
        title=title,
        reading=tuple(reading),
        frame=frame,
        columns={
            "name": msg("Need"),
            "segment_name": msg("Segment"),
            "importance": msg("Importance (1–9)"),
            "performance": msg("Performance (1–9)"),
            "opportunity": msg("Opportunity (1–17)"),
            "best_rival": msg("Best rival"),
            "best_rival_performance": msg("Its performance (1–9)"),
            "evidence": msg("Evidence from"),
        },
        figures={f"{row.need}.opportunity": float(row.opportunity) for row in frame.itertuples()},
        draw=draw,
        alt=msg("Bars of needs ranked by opportunity, with rivals as marks"),
        height=height,
    )
