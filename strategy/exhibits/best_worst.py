"""Step 2: which needs customers choose as most and least important when they have to choose."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from strategy.analysis import best_worst as bw
from strategy.errors import NoData
from strategy.exhibits.chart_text import height_for, plain
from strategy.exhibits.drawing import canvas
from strategy.exhibits.labels import Joined, Label, Share, Short
from strategy.exhibits.model import Context, Exhibit, exhibit
from strategy.exhibits.palette import NEUTRAL, segment_colors
from strategy.exhibits.row_labels import label_rows
from strategy.exhibits.scope import SEGMENT, segments_in
from strategy.language import Language, Message, Speaks, msg
from strategy.language.numbers import percent
from strategy.workbook import Snapshot

if TYPE_CHECKING:
    import plotly.graph_objects as go

_MOST_DRAWN = 14


def counts_frame(context: Context) -> tuple[pd.DataFrame, int]:
    """One row per need and segment in scope, best first within a segment, and how many rows of counts contradict themselves.

    need, name, segment, segment_name, shown, best, worst (times), score, low, high (-1 to 1), share, ratio_share (0 to 1),
    rank. Several rows on one need and segment are added up.
    """
    snapshot = context.snapshot
    tallies: dict[tuple[str, str], list[int]] = {}
    wrong = 0
    for row in snapshot.rows("best_worst"):
        counts = [row["shown"], row["best"], row["worst"]]
        if not row["need"] or not row["segment"] or any(count is None for count in counts):
            continue
        shown, best, worst = (int(count) for count in counts)
        if shown <= 0 or best + worst > shown:
            wrong += 1
            continue
        tally = tallies.setdefault((row["segment"], row["need"]), [0, 0, 0])
        for place, count in enumerate((shown, best, worst)):
            tally[place] += count
    scope = [segment.id for segment in segments_in(context, {segment for segment, _ in tallies})]
    parts = []
    for segment in scope:
        needs = [need for of, need in tallies if of == segment]
        items = bw.rank([(c[0], c[1], c[2]) for c in (tallies[segment, need] for need in needs)])
        part = pd.DataFrame([vars(item) for item in items])
        part.insert(0, "need", needs)
        part["segment"] = segment
        part = part.sort_values(["score", "best"], ascending=False, kind="stable").reset_index(drop=True)
        part["rank"] = part["score"].rank(ascending=False, method="min").astype(int)
        parts.append(part)
    frame = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()
    if len(frame):
        frame["name"] = pd.Series([Label(snapshot, "need", need) for need in frame["need"]], dtype=object)
        frame["segment_name"] = pd.Series([Short(snapshot, segment) for segment in frame["segment"]], dtype=object)
    return frame, wrong


def _drawn(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows drawn: where there are too many, the leaders of every segment."""
    if len(frame) <= _MOST_DRAWN:
        return frame
    each = max(2, _MOST_DRAWN // frame["segment"].nunique())
    return frame.groupby("segment", sort=False).head(each).reset_index(drop=True)


def _reading(frame: pd.DataFrame, drawn: int, wrong: int) -> list[Speaks]:
    reading: list[Speaks] = [
        msg("Score: times chosen as most important less times chosen as least important, by times shown; from −1 to 1."),
        msg(
            "Lines: 95% intervals (multinomial, delta method). Where the lines of two needs overlap widely, their order may be chance."
        ),
    ]
    for _, group in frame.groupby("segment", sort=False):
        if len(group) > 1:
            first, second = group.iloc[0], group.iloc[1]
            said = {"segment": first["segment_name"], "first": first["name"], "second": second["name"]}
            reading.append(
                msg("{segment}: “{first}” is ahead of “{second}” beyond chance.", **said)
                if first["low"] > second["high"]
                else msg("{segment}: “{first}” and “{second}” cannot be told apart with so few choices.", **said)
            )
        if group["shown"].nunique() > 1 and group["shown"].max() > 1.2 * group["shown"].min():
            reading.append(msg("{segment}: needs were shown unequally often, which makes scores hard to compare.",
                               segment=group.iloc[0]["segment_name"]))  # fmt: skip
    reading.append(
        msg("Shares of preference follow from the scores (Lipovetsky and Conklin 2014) and, beside it, from √(best ÷ worst).")
    )
    if wrong:
        reading.append(msg("Left out: {count:# row|# rows} whose best and worst exceed the times shown.", count=wrong))
    if drawn < len(frame):
        reading.append(
            msg("Drawn are the first of each segment, {count} in all; the table has all {total}.", count=drawn, total=len(frame))
        )
    return reading


def _level(frame: pd.DataFrame, top: pd.Series) -> int:
    """How many needs of the segment share the first place."""
    return int(((frame["segment"] == top["segment"]) & (frame["score"] == top["score"])).sum())


def _first_choice(frame: pd.DataFrame, top: pd.Series) -> Message:
    said = {"segment": top["segment_name"], "share": Share(top["share"])}
    if (level := _level(frame, top)) > 1:
        return msg("{segment}: {count} needs alike ({share} each)", count=level, **said)
    return msg("{segment}: “{need}” ({share})", need=top["name"], **said)


def _title(frame: pd.DataFrame) -> Message:
    leaders = frame.drop_duplicates("segment")
    if len(frame) == 1 or (frame["score"].max() == frame["score"].min()):
        return msg("The choices set no need apart yet")
    if len(leaders) == 1:
        top = leaders.iloc[0]
        if (level := _level(frame, top)) > 1:
            return msg("{segment} choose {count} needs first alike, each with {share} of preference",
                       segment=top["segment_name"], count=level, share=Share(top["share"]))  # fmt: skip
        return msg("{segment} choose “{need}” first, with {share} of preference",
                   segment=top["segment_name"], need=top["name"], share=Share(top["share"]))  # fmt: skip
    named: list[Speaks] = [_first_choice(frame, row) for _, row in leaders.head(2).iterrows()]
    return msg("First choice when they have to choose: {leaders}", leaders=Joined(named))


@exhibit("best_worst_ranking", msg("Best-worst ranking"), settings=(SEGMENT,))
def best_worst_ranking(context: Context) -> Exhibit:
    snapshot = context.snapshot
    frame, wrong = counts_frame(context)
    if frame.empty:
        raise NoData(
            msg("There are no best-worst counts yet"),
            msg("{count:# row has|# rows have} best and worst exceeding the times shown", count=wrong) if wrong else None,
            msg(
                "Enter how often each need was shown, chosen as most and as least important, or bring in the survey's choices from a file."
            ),
        )
    shown = _drawn(frame)
    several = bool(frame["segment"].nunique() > 1)
    height = height_for(len(shown), 42, 110)

    return Exhibit(
        title=_title(frame),
        reading=tuple(_reading(frame, len(shown), wrong)),
        frame=frame,
        columns={
            "segment_name": msg("Segment"),
            "rank": msg("Rank"),
            "name": msg("Need"),
            "shown": msg("Times shown"),
            "best": msg("Chosen as most important"),
            "worst": msg("Chosen as least important"),
            "score": msg("Score (−1 to 1)"),
            "low": msg("Interval, low"),
            "high": msg("Interval, high"),
            "share": msg("Share of preference (0 to 1)"),
            "ratio_share": msg("Share by √(best ÷ worst) (0 to 1)"),
        },
        figures={
            f"{row.segment}.{row.need}.{part}": float(getattr(row, part))
            for row in frame.itertuples()
            for part in ("score", "share")
        },
        draw=partial(_draw_best_worst_ranking, snapshot, shown, several, height),
        alt=msg("Needs ranked by best-worst score, each with its interval"),
        height=height,
    )


def _draw_best_worst_ranking(snapshot: Snapshot, shown: pd.DataFrame, several: bool, height: int, language: Language) -> go.Figure:
    import plotly.graph_objects as go

    figure = canvas(height, msg("Score (−1 to 1)").in_(language))
    colors = segment_colors(snapshot)
    for segment, group in shown.groupby("segment", sort=False):
        figure.add_trace(
            go.Scatter(
                x=group["score"],
                y=list(group.index),
                mode="markers",
                marker={"size": 13, "color": colors[segment]},
                error_x={
                    "type": "data",
                    "symmetric": False,
                    "array": group["high"] - group["score"],
                    "arrayminus": group["score"] - group["low"],
                    "color": colors[segment],
                    "thickness": 2,
                    "width": 4,
                },
                name=plain(snapshot.short(segment, language)),
                customdata=group[["segment", "best", "worst", "shown", "share"]],
                hovertemplate="%{x:.2f} · +%{customdata[1]} −%{customdata[2]} / %{customdata[3]} · %{customdata[4]:.0%}<extra></extra>",
            )
        )
    beside = {"x": 1.02, "xref": "paper", "showarrow": False, "xanchor": "left"}
    notes = [
        {**beside, "y": place, "text": percent(share, language), "font": {"size": 12}} for place, share in enumerate(shown["share"])
    ]
    notes.append({**beside, "y": -0.55, "text": msg("Share").in_(language), "yanchor": "bottom", "opacity": 0.7})
    figure.layout.annotations = notes  # one by one they take most of the drawing
    figure.add_vline(x=0, line={"color": NEUTRAL, "dash": "dot"})
    figure.update_xaxes(range=[-1.02, 1.02], dtick=0.5)
    label_rows(figure, list(shown["name"]), language, 30)
    figure.update_yaxes(range=[len(shown) - 0.5, -1.1])
    figure.update_layout(showlegend=several, margin={"r": 52})
    return figure
