"""Step 3: what every acceptable offer shares, what sets us apart, and how long it lasts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from strategy.errors import NoData
from strategy.exhibits.captions import in_title
from strategy.exhibits.chart_text import height_for
from strategy.exhibits.drawing import canvas
from strategy.exhibits.labels import ChoiceTitle, Joined, Label, Number, Short
from strategy.exhibits.model import Context, Exhibit, exhibit
from strategy.exhibits.palette import segment_colors, tint
from strategy.exhibits.ranges import key_figures
from strategy.exhibits.rivals import Brand
from strategy.exhibits.row_labels import label_rows
from strategy.exhibits.scope import SEGMENT, segments_in
from strategy.language import Language, Message, Speaks, msg, say
from strategy.workbook import Snapshot

if TYPE_CHECKING:
    import plotly.graph_objects as go

_MOST_BARS = 14
#: Months. A difference copied sooner is a lead in time and no position.
_SOON = 6


def points_frame(context: Context) -> pd.DataFrame:
    """One row per point of parity or difference: what it is tied to, whether it is true, months to copy.

    ``tied``: a difference that names a need and a rival; empty for parity. Differences first, the longest-lasting on top.
    """
    snapshot = context.snapshot
    rows = [row for row in snapshot.rows("position_point") if row["segment"] and row["kind"]]
    scope = {segment.id: place for place, segment in enumerate(segments_in(context, {row["segment"] for row in rows}))}
    rows = [row for row in rows if row["segment"] in scope]
    rows.sort(key=lambda row: (scope[row["segment"]], row["kind"] != "difference", -float(row.get("months_to_copy", -1))))
    frame = pd.DataFrame(
        {
            "point": [row.id for row in rows],
            "name": [Label(snapshot, "position_point", row.id) for row in rows],
            "segment": [row["segment"] for row in rows],
            "segment_name": [Short(snapshot, row["segment"]) for row in rows],
            "kind": [row["kind"] for row in rows],
            "kind_name": [ChoiceTitle(snapshot, "position_point", "kind", row["kind"]) for row in rows],
            "need_name": [Label(snapshot, "need", row["need"]) if row["need"] else "" for row in rows],
            "beats": [Joined([Brand(snapshot, rival) for rival in row.get("beats", [])]) for row in rows],
            "tied": [bool(row["need"] and row["beats"]) if row["kind"] == "difference" else None for row in rows],
            "proof": [str(row.get("proof", "")) for row in rows],
            "is_true": [row["is_true"] for row in rows],
            "months_to_copy": [row["months_to_copy"] for row in rows],
        }
    )
    frame["months_to_copy"] = frame["months_to_copy"].astype(float)
    return frame


def _title(frame: pd.DataFrame) -> Message:
    differences = frame[frame["kind"] == "difference"]
    if differences.empty:
        return msg("Nothing yet sets us apart; points shared with rivals: {count}", count=len(frame))
    without = [
        group["segment_name"].iloc[0]
        for _, group in frame.groupby("segment", sort=False)
        if not (group["kind"] == "difference").any()
    ]
    if without:
        return msg("{names}: nothing yet sets us apart", names=in_title(without))
    loose = differences[~differences["tied"].astype(bool)]
    if len(loose):
        return msg(
            "Differences that answer no need or beat no named rival: {count} of {total}, such as “{point}”",
            count=len(loose),
            total=len(differences),
            point=loose["name"].iloc[0],
        )
    lasting = differences.dropna(subset=["months_to_copy"])
    if lasting.empty:
        return msg("Every difference is tied to a need and a rival; how long they last is not judged yet")
    best = lasting.loc[lasting["months_to_copy"].idxmax()]
    level = lasting[lasting["months_to_copy"] == best["months_to_copy"]]
    if len(level) > 1:
        return msg(
            "Differences that set us apart longest alike: {count}, {months:# month|# months} before a rival can copy them",
            count=len(level),
            months=Number(best["months_to_copy"]),
        )
    return msg(
        "“{point}” sets us apart longest: {months:# month|# months} before a rival can copy it",
        point=best["name"],
        months=Number(best["months_to_copy"]),
    )


@exhibit("parity_difference", msg("Parity and difference"), settings=(SEGMENT,))
def parity_difference(context: Context) -> Exhibit:
    snapshot = context.snapshot
    frame = points_frame(context)
    if frame.empty:
        raise NoData(
            msg("There are no points of parity or difference yet"),
            None,
            msg("Write for each target segment what every acceptable offer shares, then what sets us apart."),
        )
    differences = frame[frame["kind"] == "difference"]
    shown = frame.head(_MOST_BARS)
    height = height_for(len(shown), 40)
    several = frame["segment"].nunique() > 1
    figures = key_figures(frame, "point", ("months_to_copy",)) | {
        "differences": float(len(differences)),
        "proven_differences": float(len(differences) - len(_unproven(differences))),
        "tied_differences": float(differences["tied"].astype(bool).sum()),
        "parity": float(len(frame) - len(differences)),
    }
    return Exhibit(
        title=_title(frame),
        reading=tuple(_reading(frame, differences)),
        frame=frame,
        columns={
            "name": msg("Point"),
            "segment_name": msg("Segment"),
            "kind_name": msg("Height"),
            "need_name": msg("Need it answers"),
            "beats": msg("Rivals it beats"),
            "proof": msg("Proof"),
            "is_true": msg("True today"),
            "months_to_copy": msg("Months to copy"),
        },
        figures=figures,
        draw=lambda language: _draw(snapshot, shown, several, height, language),
        alt=msg("Bars of the months each difference lasts, and diamonds for points of parity"),
        height=height,
    )


def _unproven(differences: pd.DataFrame) -> pd.DataFrame:
    return differences[differences["proof"].str.strip() == ""]


def _reading(frame: pd.DataFrame, differences: pd.DataFrame) -> list[Speaks]:
    reading: list[Speaks] = [
        msg("Bars: months the quickest rival would need to copy a difference. Diamonds: points of parity. Hollow: not true today."),
        msg("Months and truth are the team's judgement."),
    ]
    untrue = frame[frame["is_true"].eq(False)]
    if len(untrue):
        reading.append(msg("Not true today: {names}.", names=Joined(list(untrue["name"]), 5)))
    unproven = _unproven(differences)
    if len(unproven):
        reading.append(
            msg("Without proof: {names}. A sceptical customer has only our word.", names=Joined(list(unproven["name"]), 5))
        )
    quick = differences[differences["months_to_copy"] < _SOON]
    if len(quick):
        reading.append(
            msg(
                "Copied within half a year: {names}. Use the lead, or tie it to something that lasts.",
                names=Joined(list(quick["name"]), 5),
            )
        )
    if differences["months_to_copy"].isna().any():
        reading.append(
            msg(
                "Not judged how long it lasts: {names}.",
                names=Joined(list(differences.loc[differences["months_to_copy"].isna(), "name"]), 5),
            )
        )
    if len(frame) > _MOST_BARS:
        reading.append(msg("Drawn are the first {count}; the table has all {total}.", count=_MOST_BARS, total=len(frame)))
    return reading


def _draw(snapshot: Snapshot, shown: pd.DataFrame, several: bool, height: int, language: Language) -> go.Figure:
    """``several``: the points are of several segments, and so each names its own."""
    import plotly.graph_objects as go

    figure = canvas(height, msg("Months until a rival can copy it").in_(language))
    colors = segment_colors(snapshot)
    months = shown["months_to_copy"].where(shown["kind"] == "difference")
    solid = ~shown["is_true"].eq(False)
    fills = [colors[s] if true else tint(colors[s], 0.12) for s, true in zip(shown["segment"], solid, strict=True)]
    edges = [colors[segment] for segment in shown["segment"]]
    figure.add_trace(
        go.Bar(
            y=list(range(len(shown))),
            x=months,
            orientation="h",
            width=0.6,
            marker={"color": fills, "line": {"width": 2, "color": edges}},
            text=[f"{value:g}" if pd.notna(value) else "" for value in months],
            textposition="outside",
            cliponaxis=False,
            customdata=[
                [row.segment, " · ".join(part for part in (say(row.need_name, language), row.beats.in_(language)) if part)]
                for row in shown.itertuples()
            ],
            hovertemplate="%{customdata[1]}<extra></extra>",
        )
    )
    marks = shown["kind"].ne("difference") | months.isna()
    figure.add_trace(
        go.Scatter(
            y=[place for place, mark in enumerate(marks) if mark],
            customdata=list(shown.loc[marks, "segment"]),
            x=[0] * int(marks.sum()),
            mode="markers+text",
            text=["" if kind == "parity" else "?" for kind in shown.loc[marks, "kind"]],
            textposition="middle right",
            cliponaxis=False,
            marker={
                "symbol": "diamond",
                "opacity": 1,
                "size": [13 if kind == "parity" else 1 for kind in shown.loc[marks, "kind"]],
                "color": [fill for fill, mark in zip(fills, marks, strict=True) if mark],
                "line": {"width": 2, "color": [edge for edge, mark in zip(edges, marks, strict=True) if mark]},
            },
            hoverinfo="skip",
        )
    )
    top = float(months.max()) if months.notna().any() else 12.0
    figure.update_xaxes(range=[-0.04 * max(top, 1), max(top, 1) * 1.12])
    names: list[Speaks] = [
        msg("{need} ({segment})", need=row.name, segment=row.segment_name) if several else row.name
        for row in shown.itertuples(index=False)
    ]
    label_rows(figure, names, language, 34)
    return figure
