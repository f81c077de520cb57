"""Step 2: what we believe customers see and value, against what they say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from strategy.analysis import delivered_value as dv
from strategy.errors import NoData
from strategy.exhibits.captions import InSentence, greatest, in_title, points
from strategy.exhibits.chart_text import height_for
from strategy.exhibits.delivered_value import value_frame
from strategy.exhibits.drawing import canvas
from strategy.exhibits.labels import Label, Short
from strategy.exhibits.model import Context, Exhibit, exhibit
from strategy.exhibits.need_answers import asked_frame
from strategy.exhibits.palette import NEUTRAL, segment_colors
from strategy.exhibits.ranges import key_figures
from strategy.exhibits.rivals import OURS
from strategy.exhibits.row_labels import label_rows
from strategy.exhibits.scope import SEGMENT, segments_in
from strategy.language import Language, Message, Speaks, msg

if TYPE_CHECKING:
    import plotly.graph_objects as go

_MOST_DRAWN = 10
WHAT = {
    "value": msg("delivered value"),
    "importance": msg("importance of a need"),
    "performance": msg("performance on a need"),
}


def gap_frame(context: Context) -> pd.DataFrame:
    """One row per thing both sides scored: key, name, segment, segment_name, what, ours, theirs (1-9), gap (ours less theirs),
    flattery (points by which we see ourselves better; empty for importance, which flatters nobody)."""
    snapshot = context.snapshot
    rows: list[dict[str, object]] = []
    values = value_frame(context)
    for row in values[(values["brand"] == OURS) & values["our_view"].notna()].itertuples() if len(values) else ():
        rows.append(
            {
                "key": f"{row.segment}.{row.stage}.{row.element}",
                "name": msg("{element}, {stage}", element=row.element_name, stage=InSentence(row.stage_name)),
                "segment": row.segment,
                "what": "value",
                "ours": float(row.our_view),
                "theirs": float(row.score),
                "flattery": dv.flattery(row.element, row.our_view, row.score),
            }
        )
    asked = asked_frame(snapshot)
    needs = [row for row in snapshot.rows("need") if row["segment"] and (asked["need"] == row.id).any()]
    scope = {segment.id for segment in segments_in(context, {row["segment"] for row in needs})}
    for need in needs:
        said = asked[asked["need"] == need.id].iloc[0]
        for what in ("importance", "performance"):
            if need["segment"] in scope and need[what] is not None and pd.notna(said[what]):
                gap = float(need[what]) - float(said[what])
                rows.append(
                    {
                        "key": f"{need.id}.{what}",
                        "name": msg("{need}: importance", need=Label(snapshot, "need", need.id))
                        if what == "importance"
                        else msg("{need}: performance", need=Label(snapshot, "need", need.id)),
                        "segment": need["segment"],
                        "what": what,
                        "ours": float(need[what]),
                        "theirs": float(said[what]),
                        "flattery": gap if what == "performance" else None,
                    }
                )
    frame = pd.DataFrame(rows)
    if len(frame):
        frame["gap"] = frame["ours"] - frame["theirs"]
        frame["flattery"] = frame["flattery"].astype(float)
        frame["segment_name"] = pd.Series([Short(snapshot, segment) for segment in frame["segment"]], dtype=object)
        frame["what_name"] = pd.Series([WHAT[str(what)] for what in frame["what"]], dtype=object)
        frame["size"] = frame["gap"].abs()
        frame = frame.sort_values("size", ascending=False, kind="stable").reset_index(drop=True)
    return frame


def _title(frame: pd.DataFrame) -> Message:
    widest = frame.iloc[0]
    if widest["size"] < 1:
        return msg("We see ourselves as customers do, within a point everywhere")
    widest_alike = frame.loc[greatest(frame["size"])]
    if len(widest_alike) > 1:
        return msg(
            "Widest gaps, {points:# point|# points} each: {names}",
            points=points(widest["size"]),
            names=in_title(
                [msg("{segment}: “{what}”", segment=row["segment_name"], what=row["name"]) for _, row in widest_alike.iterrows()]
            ),
        )
    return msg(
        "{segment}: widest gap at “{what}”, we say {ours}, customers {theirs}",
        segment=widest["segment_name"],
        what=widest["name"],
        ours=points(widest["ours"]),
        theirs=points(widest["theirs"]),
    )


@exhibit("perception_gap", msg("Perception gap"), settings=(SEGMENT,))
def perception_gap(context: Context) -> Exhibit:
    snapshot = context.snapshot
    frame = gap_frame(context)
    if frame.empty:
        raise NoData(
            msg("Nothing has been scored by both sides yet"),
            None,
            msg("Write our belief beside the customers' view of delivered value, or bring in customers' scores of the needs."),
        )
    shown = frame.head(_MOST_DRAWN)
    height = height_for(len(shown), 38, 110)
    flattering = int((frame["flattery"] >= 1).sum())
    modest = int((frame["flattery"] <= -1).sum())
    reading: list[Speaks] = [
        msg("Filled: what customers say. Hollow: what we believe. The longer the line, the more we are wrong about them."),
        msg("At least a point too good about ourselves: {flattering:0=none|#} of {count}; at least a point too bad: {modest:0=none|#}.",
            flattering=flattering, modest=modest, count=int(frame["flattery"].notna().sum())),
        msg("Where the customers' view was itself written down by the team, the gap only shows what the team suspects."),
    ]  # fmt: skip
    if len(shown) < len(frame):
        reading.append(msg("Drawn are the {count} largest; the table has all {total}.", count=len(shown), total=len(frame)))

    def draw(language: Language) -> go.Figure:
        import plotly.graph_objects as go

        figure = canvas(height, msg("Score (1–9)").in_(language))
        colors = segment_colors(snapshot)
        own = [colors.get(segment, NEUTRAL) for segment in shown["segment"]]
        places = list(range(len(shown)))
        figure.add_trace(
            go.Scatter(
                x=[value for row in shown.itertuples() for value in (row.ours, row.theirs, None)],
                y=[value for place in places for value in (place, place, None)],
                mode="lines",
                line={"color": NEUTRAL, "width": 3},
                hoverinfo="skip",
                showlegend=False,
            )
        )
        for column, symbol, said in (("theirs", "circle", msg("Customers say")), ("ours", "circle-open", msg("We believe"))):
            figure.add_trace(
                go.Scatter(
                    x=shown[column],
                    y=places,
                    mode="markers",
                    marker={"size": 14, "symbol": symbol, "color": own, "line": {"width": 2.5, "color": own}},
                    name=said.in_(language),
                    customdata=list(shown["segment"]),
                    hovertemplate="%{x:.3g}<extra>%{fullData.name}</extra>",
                )
            )
        figure.update_xaxes(range=[0.5, 9.5], dtick=1)
        figure.update_layout(showlegend=True)
        label_rows(figure, _names(shown, frame["segment"].nunique() > 1), language, 34)
        return figure

    return Exhibit(
        title=_title(frame),
        reading=tuple(reading),
        frame=frame,
        columns={
            "segment_name": msg("Segment"),
            "name": msg("What was scored"),
            "what_name": msg("Kind"),
            "ours": msg("Our belief (1–9)"),
            "theirs": msg("Customers' view (1–9)"),
            "gap": msg("Gap (points)"),
            "flattery": msg("We flatter ourselves by (points)"),
        },
        figures=key_figures(frame, "key", ("gap",)),
        draw=draw,
        alt=msg("Our belief and the customers' view of the same things, joined by lines"),
        height=height,
    )


def _names(shown: pd.DataFrame, several: bool) -> list[Speaks]:
    names: list[Speaks] = list(shown["name"])
    if not several:
        return names
    return [
        msg("{need} ({segment})", need=name, segment=segment) for name, segment in zip(names, shown["segment_name"], strict=True)
    ]
