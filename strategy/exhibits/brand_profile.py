"""Step 3: how customers or participants rate us and our rivals on the same attributes."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from strategy.analysis.agreement import opinion_spread
from strategy.errors import NoData
from strategy.exhibits.captions import greatest, in_title, points
from strategy.exhibits.chart_text import height_for, plain
from strategy.exhibits.drawing import canvas
from strategy.exhibits.labels import Joined, Number, Short
from strategy.exhibits.model import Context, Exhibit, exhibit
from strategy.exhibits.palette import ACCENT, segment_colors
from strategy.exhibits.rivals import OURS, Brand, look
from strategy.exhibits.row_labels import label_rows
from strategy.exhibits.scope import SEGMENT, segments_in
from strategy.language import Language, Message, Speaks, msg
from strategy.workbook import Snapshot

if TYPE_CHECKING:
    import plotly.graph_objects as go


def rating_frame(context: Context) -> pd.DataFrame:
    """One row per attribute and brand: mean, low, high, participants. Attributes in order of appearance.

    With a segment set, only ratings by that segment or by raters of no segment count.
    """
    snapshot = context.snapshot
    wanted = str(context.settings.get("segment") or "")
    if wanted:
        segments_in(context, {wanted})  # refuses a segment that does not exist
    rows = [
        (str(row["attribute"]).strip(), row["rival"] or OURS, str(row["participant"] or row.author), float(row["score"]))
        for row in snapshot.rows("brand_rating")
        if row["attribute"] and row["score"] is not None and (not wanted or row["segment"] in (None, wanted))
    ]
    scores = pd.DataFrame(rows, columns=["attribute", "brand", "participant", "score"])
    if scores.empty:
        return scores
    scores["item"] = list(zip(scores["attribute"], scores["brand"], strict=True))
    spread = opinion_spread(scores)
    spread.insert(0, "attribute", [item[0] for item in spread["item"]])
    spread.insert(1, "brand", [item[1] for item in spread["item"]])
    spread.insert(2, "brand_name", pd.Series([Brand(snapshot, brand) for brand in spread["brand"]], dtype=object))
    return spread.drop(columns="item")


def ideal_frame(context: Context, attributes: set[str]) -> pd.DataFrame:
    """attribute, segment, score of the ideal points on attributes that were rated."""
    snapshot = context.snapshot
    rows = [
        (str(row["attribute"]).strip(), row["segment"], float(row["score"]))
        for row in snapshot.rows("ideal_point")
        if row["attribute"] and row["segment"] and row["score"] is not None and str(row["attribute"]).strip() in attributes
    ]
    scope = {segment.id for segment in segments_in(context, {segment for _, segment, _ in rows})}
    return pd.DataFrame([row for row in rows if row[1] in scope], columns=["attribute", "segment", "score"])


def _title(snapshot: Snapshot, frame: pd.DataFrame) -> Message:
    table = frame.pivot(index="attribute", columns="brand", values="mean")
    if OURS not in table:
        return msg("Only rivals have been rated; our own ratings are still missing")
    ours = table[OURS]
    rivals = table.drop(columns=OURS)
    lead = (ours - rivals.max(axis=1)).dropna()
    if lead.empty:
        best = ours.dropna().idxmax()
        if len(most := greatest(ours.dropna())) > 1:
            return msg(
                "We are rated highest on {names}, {mean} of 9 each; no rival has been rated",
                names=in_title(list(most)),
                mean=Number(ours[best], 1),
            )
        return msg(
            "We are rated highest on {attribute}, {mean} of 9; no rival has been rated", attribute=best, mean=Number(ours[best], 1)
        )
    best = lead.idxmax()
    if len(furthest := greatest(lead)) > 1:
        return _level(list(furthest), float(lead[best]))
    rival = Brand(snapshot, str(rivals.loc[best].idxmax()))
    said = {
        "attribute": str(best),
        "ours": Number(ours[best], 1),
        "rival": rival,
        "theirs": Number(rivals.loc[best].max(), 1),
    }
    if lead[best] > 0:
        return msg("{attribute} sets us most apart: {ours} against {theirs} for {rival}", **said)
    if lead[best] == 0:
        return msg("We lead on no attribute; on {attribute} we stand level with {rival}, at {ours}", **said)
    return msg("We lead on no attribute; on {attribute} we come closest: {ours} against {theirs} for {rival}", **said)


def _level(attributes: list[str], lead: float) -> Message:
    """Of several attributes on which we stand equally well beside the best rival on each."""
    names, apart = in_title(attributes), points(abs(lead))
    if lead > 0:
        return msg("{names} set us most apart, each {points:# point|# points} ahead of the best rival", names=names, points=apart)
    if lead == 0:
        return msg("We lead on no attribute; on {names} we stand level with the best rival", names=names)
    return msg(
        "We lead on no attribute; on {names} we come closest, each {points:# point|# points} behind the best rival",
        names=names,
        points=apart,
    )


def _from_ideal(snapshot: Snapshot, frame: pd.DataFrame, ideals: pd.DataFrame) -> list[Speaks]:
    ours = frame[frame["brand"] == OURS].set_index("attribute")["mean"]
    known = ideals[ideals["attribute"].isin(ours.index)]
    if known.empty:
        return []
    away = (known["attribute"].map(ours) - known["score"]).astype(float)
    farthest = known.loc[greatest(away.abs())]
    row = farthest.iloc[0]
    if len(farthest) > 1:
        places = [
            msg("{attribute} ({segment})", attribute=item["attribute"], segment=Short(snapshot, item["segment"]))
            for _, item in farthest.iterrows()
        ]
        return [
            msg(
                "Stars: ideal points. Farthest from one, {points:# point|# points} each: {names}.",
                points=points(float(away.abs().max())),
                names=Joined(places, most=3),
            )
        ]
    return [
        msg(
            "Stars: ideal points. Farthest from one: {attribute}, {ours} where {segment} would like {ideal}.",
            attribute=row["attribute"],
            ours=Number(float(ours[row["attribute"]]), 1),
            segment=Short(snapshot, row["segment"]),
            ideal=Number(row["score"]),
        )
    ]


@exhibit("brand_profile", msg("Brand profile"), settings=(SEGMENT,))
def brand_profile(context: Context) -> Exhibit:
    snapshot = context.snapshot
    frame = rating_frame(context)
    if frame.empty:
        raise NoData(
            msg("No brand has been rated yet"),
            None,
            msg("Let participants, or better customers, rate us and every rival on five to eight attributes."),
        )
    attributes = list(dict.fromkeys(frame["attribute"]))
    ideals = ideal_frame(context, set(attributes))
    width = frame["high"] - frame["low"]
    split = frame.loc[greatest(width)]
    widest = split.iloc[0]
    reading: list[Speaks] = [
        msg(
            "Marks: mean rating, 1 (does not fit) to 9 (fits entirely). Lines: lowest to highest of up to {count} raters.",
            count=int(frame["participants"].max()),
        ),
        *_from_ideal(snapshot, frame, ideals),
    ]
    if width.max() >= 2 and len(split) > 1:
        places = [msg("{brand} on {attribute}", brand=row["brand_name"], attribute=row["attribute"]) for _, row in split.iterrows()]
        reading.append(
            msg(
                "Raters differ most, by {points:# point|# points} each, about {names}.",
                points=points(float(width.max())),
                names=Joined(places, most=3),
            )
        )
    elif width.max() >= 2:
        reading.append(
            msg(
                "Raters differ most about {brand} on {attribute}: {low} to {high}.",
                brand=widest["brand_name"],
                attribute=widest["attribute"],
                low=Number(widest["low"], 1),
                high=Number(widest["high"], 1),
            )
        )
    height = height_for(len(attributes), 58)

    return Exhibit(
        title=_title(snapshot, frame),
        reading=tuple(reading),
        frame=frame,
        columns={
            "attribute": msg("Attribute"),
            "brand_name": msg("Brand"),
            "mean": msg("Mean"),
            "low": msg("Lowest"),
            "high": msg("Highest"),
            "participants": msg("Raters"),
        },
        figures={f"{row.brand or 'ours'}.{row.attribute}": float(row.mean) for row in frame.itertuples()},
        draw=partial(_draw_brand_profile, context, frame, ideals, height),
        alt=msg("Marks of the mean rating of each brand on each attribute, with the spread of raters"),
        height=height,
    )


def _draw_brand_profile(context: Context, frame: pd.DataFrame, ideals: pd.DataFrame, height: int, language: Language) -> go.Figure:
    import plotly.graph_objects as go

    snapshot, attributes = context.snapshot, list(dict.fromkeys(frame["attribute"]))
    figure = canvas(height, msg("Rating (1–9)").in_(language))
    position = {attribute: place for place, attribute in enumerate(attributes)}
    brands = sorted(dict.fromkeys(frame["brand"]), key=lambda brand: brand != OURS)
    colors = segment_colors(snapshot)
    ours_color = colors.get(str(context.settings.get("segment") or ""), ACCENT)
    for number, brand in enumerate(brands):
        points = frame[frame["brand"] == brand]
        style = look(snapshot, brand) if brand else None
        color = style.color if style else ours_color
        # Side by side, so that one brand's range does not hide another's.
        offset = (number - (len(brands) - 1) / 2) * 0.6 / max(len(brands), 1)
        figure.add_trace(
            go.Scatter(
                y=[position[attribute] + offset for attribute in points["attribute"]],
                x=points["mean"],
                mode="markers",
                name=plain(Brand(snapshot, brand).in_(language)),
                marker={"size": 11 if style else 14, "color": color, "symbol": style.symbol if style else "circle"},
                error_x={
                    "type": "data",
                    "symmetric": False,
                    "array": points["high"] - points["mean"],
                    "arrayminus": points["mean"] - points["low"],
                    "color": color,
                    "thickness": 1.5,
                },
                cliponaxis=False,
                hovertemplate="%{x:.1f}<extra>%{fullData.name}</extra>",
            )
        )
    for segment, group in ideals.groupby("segment", sort=False):
        title = msg("Ideal of {segment}", segment=Short(snapshot, segment)).in_(language)
        figure.add_trace(
            go.Scatter(
                y=[position[attribute] for attribute in group["attribute"]],
                x=group["score"],
                mode="markers",
                name=plain(title),
                marker={"size": 16, "color": colors[segment], "symbol": "star", "opacity": 0.8},
                cliponaxis=False,
                hovertemplate="%{x:g}<extra>%{fullData.name}</extra>",
            )
        )
    figure.update_layout(showlegend=True)
    figure.update_xaxes(range=[0.7, 9.3], dtick=1, tick0=1)
    label_rows(figure, attributes, language)
    return figure
