"""Step 2: what customers get less what it costs them, ours and rivals', from choosing to after-sale."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from strategy.analysis import delivered_value as dv
from strategy.errors import NoData
from strategy.exhibits.captions import InSentence, greatest, in_title
from strategy.exhibits.chart_text import plain
from strategy.exhibits.drawing import canvas
from strategy.exhibits.labels import ChoiceTitle, Joined, Number, Short
from strategy.exhibits.model import Context, Exhibit, exhibit
from strategy.exhibits.palette import NEUTRAL, segment_colors, tint
from strategy.exhibits.rivals import OURS, Brand, look
from strategy.exhibits.scope import SEGMENT, segments_in
from strategy.language import Language, Message, Speaks, msg
from strategy.workbook import Snapshot

if TYPE_CHECKING:
    import plotly.graph_objects as go


def value_frame(context: Context) -> pd.DataFrame:
    """One row per scored cell: segment, brand ("" is ours), stage, element, score, our_view, flattery (points)."""
    snapshot = context.snapshot
    rows = [
        row
        for row in snapshot.rows("delivered_value")
        if row["segment"] and row["stage"] and row["element"] and row["score"] is not None
    ]
    scope = {segment.id for segment in segments_in(context, {row["segment"] for row in rows})}
    rows = [row for row in rows if row["segment"] in scope]
    order = {stage: place for place, stage in enumerate(dv.STAGES)}
    rows.sort(key=lambda row: order.get(row["stage"], len(order)))
    frame = pd.DataFrame(
        {
            "segment": [row["segment"] for row in rows],
            "segment_name": [Short(snapshot, row["segment"]) for row in rows],
            "brand": [row["rival"] or OURS for row in rows],
            "brand_name": [Brand(snapshot, row["rival"] or OURS) for row in rows],
            "stage": [row["stage"] for row in rows],
            "stage_name": [ChoiceTitle(snapshot, "delivered_value", "stage", row["stage"]) for row in rows],
            "element": [row["element"] for row in rows],
            "element_name": [ChoiceTitle(snapshot, "delivered_value", "element", row["element"]) for row in rows],
            "score": [float(row["score"]) for row in rows],
            "our_view": [row["our_view"] for row in rows],
        }
    )
    frame["our_view"] = frame["our_view"].astype(float)
    frame["flattery"] = [
        dv.flattery(row.element, row.our_view, row.score) if pd.notna(row.our_view) else None for row in frame.itertuples()
    ]
    frame["flattery"] = frame["flattery"].astype(float)
    return frame


def _title(snapshot: Snapshot, net: pd.DataFrame, lead: pd.DataFrame) -> Message:
    if len(lead):
        row = lead.loc[lead["advantage"].abs().idxmax()]
        said = {
            "segment": Short(snapshot, row["segment"]),
            "rival": Brand(snapshot, row["brand"]),
            "points": Number(abs(row["advantage"])),
        }
        if row["advantage"] > 0:
            return msg("{segment}: we deliver {points:# point|# points} more value than {rival}", **said)
        if row["advantage"] < 0:
            return msg("{segment}: {rival} delivers {points:# point|# points} more value than we do", **said)
        return msg("{segment}: we deliver no more value than {rival}", segment=said["segment"], rival=said["rival"])
    ours = net[net["brand"] == OURS]
    if ours.empty:
        return msg("Only rivals have been scored; our own delivered value is still missing")
    least = ours.loc[greatest(-ours["net"])]
    worst = least.iloc[0]
    if len(least) > 1:
        places = [
            msg(
                "{segment}, “{stage}”",
                segment=Short(snapshot, row["segment"]),
                stage=ChoiceTitle(snapshot, "delivered_value", "stage", row["stage"]),
            )
            for _, row in least.iterrows()
        ]
        return msg(
            "We leave customers least, {net:# point|# points}, at several stages: {names}",
            net=Number(worst["net"]),
            names=in_title(places),
        )
    return msg(
        "{segment}: we leave customers least at the stage “{stage}”, {net:# point|# points}",
        segment=Short(snapshot, worst["segment"]),
        stage=InSentence(ChoiceTitle(snapshot, "delivered_value", "stage", worst["stage"])),
        net=Number(worst["net"]),
    )


def _perception(frame: pd.DataFrame) -> list[Speaks]:
    known = frame.dropna(subset=["flattery"])
    known = known[known["brand"] == OURS]
    if known.empty:
        return [msg("Our own belief has not been entered, so the perception gap is unknown.")]
    gaps = known.loc[greatest(known["flattery"].abs())]
    widest = gaps.iloc[0]
    if abs(widest["flattery"]) < 1:
        return [msg("We see ourselves as customers do, within a point everywhere.")]
    if len(gaps) > 1:
        places = [
            msg(
                "{element} ({stage}, {segment}): {ours} against {theirs}",
                element=InSentence(row["element_name"]),
                stage=InSentence(row["stage_name"]),
                segment=row["segment_name"],
                ours=Number(row["our_view"]),
                theirs=Number(row["score"]),
            )
            for _, row in gaps.iterrows()
        ]
        return [
            msg(
                "The widest perception gaps, {points:# point|# points} each, our view against the customers': {names}.",
                points=Number(abs(widest["flattery"])),
                names=Joined(places, most=3),
            )
        ]
    said = {
        "element": InSentence(widest["element_name"]),
        "stage": InSentence(widest["stage_name"]),
        "segment": widest["segment_name"],
        "ours": Number(widest["our_view"]),
        "theirs": Number(widest["score"]),
    }
    gap = (
        msg("Perception gap: on {element} ({stage}, {segment}) we flatter ourselves: we say {ours}, customers {theirs}.", **said)
        if widest["flattery"] > 0
        else msg(
            "Perception gap: on {element} ({stage}, {segment}) we are better than we think: we say {ours}, customers {theirs}.",
            **said,
        )
    )
    return [gap]


@exhibit("delivered_value", msg("Delivered value"), settings=(SEGMENT,))
def delivered_value(context: Context) -> Exhibit:
    snapshot = context.snapshot
    frame = value_frame(context)
    if frame.empty:
        raise NoData(
            msg("Delivered value has not been scored yet"),
            None,
            msg(
                "Score the four values and the four costs along choosing, buying, using and after-sale, for us and the main rival."
            ),
        )
    scores = frame[["segment", "brand", "stage", "element", "score"]]
    net = dv.net(scores)
    lead = dv.advantage(scores)
    reading: list[Speaks] = [
        msg("Bars: the four values less the four costs at each stage, in points of the 1–9 scores. Colour: ours. Grey: rivals."),
        msg("Scores are the customers' view as the team recorded it; the lead over a rival counts only what was scored for both."),
        *_perception(frame),
    ]
    figures = {f"{row.segment}.{row.brand or 'ours'}.{row.stage}": float(row.net) for row in net.itertuples()} | {
        f"{row.segment}.lead.{row.brand}": float(row.advantage) for row in lead.itertuples()
    }

    def draw(language: Language) -> go.Figure:
        import plotly.graph_objects as go

        figure = canvas(420, "", msg("Value less cost (points)").in_(language))
        colors = segment_colors(snapshot)
        several = net["segment"].nunique() > 1
        slots = [(segment, stage) for segment in dict.fromkeys(net["segment"]) for stage in dv.STAGES]
        slots = [slot for slot in slots if ((net["segment"] == slot[0]) & (net["stage"] == slot[1])).any()]
        titles = [ChoiceTitle(snapshot, "delivered_value", "stage", stage).in_(language) for _, stage in slots]
        groups = [plain(snapshot.short(segment, language)) for segment, _ in slots]
        axis = [groups, titles] if several else titles
        brands = sorted(dict.fromkeys(net["brand"]), key=lambda brand: brand != OURS)
        for brand in brands:
            own = net[net["brand"] == brand].set_index(["segment", "stage"])["net"]
            style = look(snapshot, brand) if brand else None
            # One colour for all bars of a rival: Plotly cannot hatch bars of several.
            paint = (
                {"color": tint(style.color, 0.75), "pattern": {"shape": style.pattern, "fgopacity": 0.6}}
                if style
                else {"color": [colors[segment] for segment, _ in slots]}
            )
            figure.add_trace(
                go.Bar(
                    x=axis,
                    y=[own.get(slot) for slot in slots],
                    name=plain(Brand(snapshot, brand).in_(language)),
                    marker=paint,
                    customdata=[segment for segment, _ in slots],
                    hovertemplate="%{y:g}<extra>%{fullData.name}</extra>",
                )
            )
        figure.add_hline(y=0, line={"color": NEUTRAL, "width": 1})
        figure.update_layout(barmode="group", showlegend=True)
        return figure

    return Exhibit(
        title=_title(snapshot, net, lead),
        reading=tuple(reading),
        frame=frame,
        columns={
            "segment_name": msg("Segment"),
            "brand_name": msg("Brand"),
            "stage_name": msg("Stage"),
            "element_name": msg("Value or cost"),
            "score": msg("Customers' view (1–9)"),
            "our_view": msg("Our belief (1–9)"),
            "flattery": msg("We flatter ourselves by (points)"),
        },
        figures=figures,
        draw=draw,
        alt=msg("Bars of value less cost at each stage, ours beside rivals'"),
        height=420,
    )
