"""Step 6: the quality of relationships with three parties, and loyalty as attitude and behaviour."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import pandas as pd

from strategy.analysis import loyalty as kinds
from strategy.analysis.agreement import opinion_spread
from strategy.errors import NoData
from strategy.exhibits.captions import InSentence, differ_alike, greatest, in_title
from strategy.exhibits.chart_text import wrapped
from strategy.exhibits.drawing import canvas
from strategy.exhibits.label_leaders import Name, named_note, write
from strategy.exhibits.labels import ChoiceTitle, Joined, Number, Short
from strategy.exhibits.model import Context, Exhibit, exhibit
from strategy.exhibits.palette import NEUTRAL, segment_colors, series
from strategy.exhibits.ranges import cells, error_bar, key_figures
from strategy.exhibits.scope import role_rank
from strategy.language import Language, Message, Speaks, msg
from strategy.workbook import Snapshot

if TYPE_CHECKING:
    import plotly.graph_objects as go

PARTIES = ("customers", "suppliers", "employees")

LOYALTY: dict[str, Message] = {
    "true": msg("True loyalty: care for it"),
    "latent": msg("Latent loyalty: make it easy"),
    "spurious": msg("Spurious loyalty: give a reason"),
    "none": msg("No loyalty: leave or start afresh"),
}
#: Both axes of the loyalty matrix, with room for marks at their ends.
_PLANE = (0.6, 9.4)
#: Where its corners are written in.
_WRITTEN = [(x, y) for x in (0.8, 1.2, 1.6, 2.0, 8.0, 8.4, 8.8, 9.2) for y in (0.8, 1.1, 8.9, 9.2)]
#: Where each kind's name stands: x, y (shares of the plot), horizontal and vertical anchor. Behaviour runs to the right.
_CORNERS = {
    "true": (0.99, 0.99, "right", "top"),
    "latent": (0.01, 0.99, "left", "top"),
    "spurious": (0.99, 0.01, "right", "bottom"),
    "none": (0.01, 0.01, "left", "bottom"),
}


def quality_frame(snapshot: Snapshot) -> pd.DataFrame:
    """One row per driver and party: mean, lowest and highest of the participants' scores (1-9). Empty without scores."""
    scores = [
        {
            "item": f"{row['driver']}.{row['party']}",
            "participant": row["participant"] or row.author,
            "score": float(row["score"]),
        }
        for row in snapshot.rows("relationship_quality")
        if row["score"] is not None and row["driver"] and row["party"]
    ]
    if not scores:
        return pd.DataFrame()
    frame = opinion_spread(pd.DataFrame(scores))
    frame[["driver", "party"]] = frame["item"].str.split(".", n=1, expand=True)
    sheet = "relationship_quality"
    frame["driver_name"] = pd.Series([ChoiceTitle(snapshot, sheet, "driver", driver) for driver in frame["driver"]], dtype=object)
    frame["party_name"] = pd.Series([ChoiceTitle(snapshot, sheet, "party", party) for party in frame["party"]], dtype=object)
    return frame


def _with_party(row: pd.Series) -> Message:
    return msg("{driver} with {party}", driver=InSentence(row["driver_name"]), party=InSentence(row["party_name"]))


@exhibit("relationship_quality", msg("Relationship quality with three parties"))
def relationship_quality(context: Context) -> Exhibit:
    snapshot = context.snapshot
    frame = quality_frame(snapshot)
    if frame.empty:
        raise NoData(
            msg("Nobody has scored the relationships yet"),
            None,
            msg("Let each participant score the drivers for customers, suppliers and employees."),
        )
    order = [choice.id for choice in snapshot.method.worksheet("relationship_quality").column("driver").choices]
    drivers = [driver for driver in order if driver in set(frame["driver"])]
    weak = frame.loc[greatest(-frame["mean"])]
    weakest = weak.iloc[0]
    by_party = frame.groupby("party", sort=False)["mean"].mean()
    title = (
        msg(
            "{driver} is weakest with {party}: {score} of 9",
            driver=weakest["driver_name"],
            party=InSentence(weakest["party_name"]),
            score=Number(weakest["mean"], 1),
        )
        if len(weak) == 1
        else msg(
            "Weakest alike, {score} of 9: {names}",
            score=Number(weakest["mean"], 1),
            names=in_title([_with_party(row) for _, row in weak.iterrows()]),
        )
    )
    reading: list[Speaks] = [
        msg(
            "Markers: mean of the participants' scores (up to {count}). Thin lines: lowest to highest. All of it is judgement.",
            count=int(frame["participants"].max()),
        )
    ]
    width = frame["high"] - frame["low"]
    split = frame.loc[greatest(width)]
    widest = split.iloc[0]
    if width.max() >= 2 and len(split) > 1:
        reading.append(differ_alike([_with_party(row) for _, row in split.iterrows()], float(width.max())))
    elif width.max() >= 2:
        reading.append(
            msg(
                "Opinions differ most on {driver} with {party}: {low} to {high}.",
                driver=InSentence(widest["driver_name"]),
                party=InSentence(widest["party_name"]),
                low=Number(widest["low"]),
                high=Number(widest["high"]),
            )
        )
    missing = [InSentence(ChoiceTitle(snapshot, "relationship_quality", "party", p)) for p in PARTIES if p not in by_party.index]
    if missing:
        reading.append(msg("Not scored yet: {names}.", names=Joined(missing)))
    elif len(by_party) == len(PARTIES):
        least = [InSentence(ChoiceTitle(snapshot, "relationship_quality", "party", str(party))) for party in greatest(-by_party)]
        score = Number(float(by_party.min()), 1)
        if len(least) == 1:
            reading.append(msg("On average the relationship with {party} is weakest: {score}.", party=least[0], score=score))
        elif len(least) < len(PARTIES):
            reading.append(
                msg("On average the relationships with {names} are weakest alike: {score}.", names=Joined(least), score=score)
            )
        else:
            reading.append(msg("On average the relationships with all of them stand level: {score}.", score=score))
    height = min(480, max(300, 110 + 30 * len(drivers)))

    return Exhibit(
        title=title,
        reading=tuple(reading),
        frame=frame,
        columns={
            "driver_name": msg("Driver"),
            "party_name": msg("Party"),
            "mean": msg("Mean score"),
            "low": msg("Lowest"),
            "high": msg("Highest"),
            "participants": msg("Participants"),
        },
        figures={
            **{str(row["item"]): float(row["mean"]) for row in frame.to_dict("records")},
            **{f"mean.{party}": float(value) for party, value in by_party.items()},
        },
        draw=partial(_draw_relationship_quality, snapshot, frame, drivers, height),
        alt=msg("Scores of the drivers of relationship quality with customers, suppliers and employees"),
        height=height,
    )


def _draw_relationship_quality(
    snapshot: Snapshot, frame: pd.DataFrame, drivers: list[str], height: int, language: Language
) -> go.Figure:
    import plotly.graph_objects as go

    figure = canvas(height, msg("Score (1–9)").in_(language), "")
    names = [wrapped(ChoiceTitle(snapshot, "relationship_quality", "driver", driver), language, lines=2) for driver in drivers]
    for position, party in enumerate(PARTIES):
        own = frame[frame["party"] == party].set_index("driver").reindex(drivers)
        if own["mean"].isna().all():
            continue
        color, shift = series(position), (position - 1) * 0.22
        means = cells(own, "mean")
        figure.add_trace(
            go.Scatter(
                x=means,
                y=[at + shift for at in range(len(drivers))],
                mode="markers",
                name=ChoiceTitle(snapshot, "relationship_quality", "party", party).in_(language),
                cliponaxis=False,
                text=names,
                marker={"size": 11, "color": color, "symbol": ("circle", "square", "diamond")[position]},
                error_x=error_bar(means, cells(own, "low"), cells(own, "high"), color),
                hovertemplate="%{text}: %{x:.1f}<extra></extra>",
            )
        )
    figure.update_layout(showlegend=True)
    figure.update_xaxes(range=[0.8, 9.2], dtick=2, tick0=1)
    small = {"tickfont": {"size": 11}} if len(drivers) > 10 else {}
    figure.update_yaxes(tickvals=list(range(len(drivers))), ticktext=names, range=[len(drivers) - 0.5, -0.5], **small)
    return figure


def _loyalty_matrix_title(rows: list[dict[str, Any]]) -> Message:
    held = {kind: [row["name"] for row in rows if row["kind"] == kind] for kind in LOYALTY}
    if held["spurious"]:
        return msg("{names}: buying out of habit, not from liking; the loyalty is spurious", names=in_title(held["spurious"]))
    if held["latent"]:
        return msg("{names}: liking without buying; an obstacle hides the loyalty", names=in_title(held["latent"]))
    if held["true"]:
        return msg("{names}: truly loyal, in liking and in buying", names=in_title(held["true"]))
    return msg("No segment is loyal yet, in liking or in buying")


@exhibit("loyalty_matrix", msg("Loyalty: attitude and behaviour"))
def loyalty_matrix(context: Context) -> Exhibit:
    snapshot = context.snapshot
    rows = []
    for row in snapshot.rows("loyalty_matrix"):
        if row["attitude"] is None or row["behaviour"] is None or not row["segment"]:
            continue
        kind = kinds.loyalty(float(row["attitude"]), float(row["behaviour"]))
        rows.append(
            {
                "loyalty_matrix": row.id,
                "segment": row["segment"],
                "name": Short(snapshot, row["segment"]),
                "attitude": float(row["attitude"]),
                "behaviour": float(row["behaviour"]),
                "kind": kind,
                "kind_name": LOYALTY[kind],
            }
        )
    if not rows:
        raise NoData(
            msg("No segment has been placed by attitude and behaviour yet"),
            None,
            msg("Score each segment on both, from 1 to 9."),
        )
    frame = pd.DataFrame(rows)
    title = _loyalty_matrix_title(rows)
    reading = (
        msg("Right: they buy more of what they need from us. Up: they prefer us more. High begins above 5."),
        *named_note(len(rows)),
        msg("Both scores are judgement."),
    )

    return Exhibit(
        title=title,
        reading=reading,
        frame=frame,
        columns={
            "name": msg("Segment"),
            "attitude": msg("Attitude (1–9)"),
            "behaviour": msg("Behaviour (1–9)"),
            "kind_name": msg("Kind of loyalty"),
        },
        figures=key_figures(frame, "segment", ("attitude", "behaviour")),
        draw=partial(_draw_loyalty_matrix, snapshot, rows),
        alt=msg("Matrix of segments by attitude and behaviour"),
        height=440,
    )


def _draw_loyalty_matrix(snapshot: Snapshot, rows: list[dict[str, Any]], language: Language) -> go.Figure:
    import plotly.graph_objects as go

    figure = canvas(440, msg("Behaviour (1–9)").in_(language), msg("Attitude (1–9)").in_(language))
    names = [
        Name(wrapped(row["name"], language, 20, 2), row["behaviour"], row["attitude"], 10, segment=row["segment"])
        for row in sorted(rows, key=lambda each: role_rank(snapshot.row("segment", each["segment"])))
    ]
    low, high = _PLANE
    cross = [(kinds.MIDDLE, low, kinds.MIDDLE, high), (low, kinds.MIDDLE, high, kinds.MIDDLE)]
    write(figure, names, _PLANE, _PLANE, cross, others=_WRITTEN, room=0.03)
    line = {"color": NEUTRAL, "dash": "dot", "width": 1}
    figure.add_vline(x=kinds.MIDDLE, line=line)
    figure.add_hline(y=kinds.MIDDLE, line=line)
    for kind, (x, y, xanchor, yanchor) in _CORNERS.items():
        figure.add_annotation(
            xref="paper", yref="paper", x=x, y=y, xanchor=xanchor, yanchor=yanchor, showarrow=False,
            text=wrapped(LOYALTY[kind], language, 20, 2), align=xanchor, opacity=0.65, font={"size": 12},
        )  # fmt: skip
    colors = segment_colors(snapshot)
    for row in rows:
        figure.add_trace(
            go.Scatter(
                x=[row["behaviour"]],
                y=[row["attitude"]],
                mode="markers",
                text=[wrapped(row["name"], language, 44, 3)],
                cliponaxis=False,
                customdata=[row["segment"]],
                marker={"size": 20, "color": colors.get(row["segment"], NEUTRAL), "opacity": 0.9},
                hovertemplate="%{text}<br>%{x:.0f} / %{y:.0f}<extra></extra>",
            )
        )
    figure.update_xaxes(range=list(_PLANE), dtick=2, tick0=1)
    figure.update_yaxes(range=list(_PLANE), dtick=2, tick0=1)
    return figure
