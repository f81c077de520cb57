"""Step 4: the room for a price, beside rivals' prices and what respondents find acceptable."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from strategy.analysis import van_westendorp as vw
from strategy.errors import NoData
from strategy.exhibits.chart_text import height_for, plain, round_ticks
from strategy.exhibits.drawing import canvas, money_title
from strategy.exhibits.labels import Joined, Money, Share
from strategy.exhibits.model import Context, Exhibit, Setting, exhibit
from strategy.exhibits.palette import NEUTRAL, segment_colors, tint
from strategy.exhibits.price_answers import NO_SEGMENT, answers_by_segment, on_answers, price_curves, segment_name
from strategy.exhibits.rivals import Brand, look
from strategy.exhibits.row_labels import label_rows
from strategy.exhibits.scope import SEGMENT, segments_in
from strategy.language import Language, Message, Speaks, msg
from strategy.workbook import Snapshot

if TYPE_CHECKING:
    import plotly.graph_objects as go

VIEW = Setting(
    "view", msg("Show"), "corridor", choices=(("corridor", msg("price corridor")), ("answers", msg("curves of the price answers")))
)

WHAT: dict[str, Message] = {
    "floor": msg("Floor"),
    "target": msg("Target price"),
    "ceiling": msg("Ceiling"),
    "ours": msg("Our price today"),
    "optimal": msg("Optimal price point"),
    "indifference": msg("Indifference price"),
    "low": msg("Acceptable from"),
    "high": msg("Acceptable up to"),
}
SOURCE = {"data": msg("Customer data"), "judgement": msg("Judgement"), "answers": msg("Price answers")}


#: From this ratio of the highest price to the lowest on, the axis is logarithmic; what costs nothing stands so far left of the lowest.
_FAR, _EDGE = 20.0, 1.6


def _facts(context: Context, points: dict[str, vw.PricePoints]) -> pd.DataFrame:
    """One row per price: segment, what, brand, price, source. ``what`` is one of ``WHAT`` or "rival"."""
    snapshot = context.snapshot
    corridors = [row for row in snapshot.rows("price_corridor") if row["segment"]]
    offers = [row for row in snapshot.rows("value_position") if row["segment"] and row["price"] is not None]
    used = {row["segment"] for row in corridors} | {segment for segment in points if segment}
    scope = [segment.id for segment in segments_in(context, used)]
    records: list[dict[str, object]] = []

    def note(segment: str, what: str, price: float | None, source: str, brand: str = "") -> None:
        if price is not None:
            title: Speaks = Brand(snapshot, brand) if brand else WHAT[what]
            records.append(
                {
                    "segment": segment,
                    "segment_name": segment_name(snapshot, segment),
                    "what": what,
                    "brand": brand,
                    "what_name": title,
                    "price": float(price),
                    "source": source,
                    "source_name": SOURCE[source],
                }
            )

    for segment in [*scope, *([NO_SEGMENT] if NO_SEGMENT in points else [])]:
        for row in (row for row in corridors if row["segment"] == segment):
            for what in ("floor", "target", "ceiling"):
                note(segment, what, row[what], "data" if row["figures_from"] == "data" else "judgement")
        for row in (row for row in offers if row["segment"] == segment):
            source = "data" if row["figures_from"] == "data" else "judgement"
            note(segment, "rival" if row["rival"] else "ours", row["price"], source, row["rival"] or "")
        if found := points.get(segment):
            for what in ("low", "indifference", "optimal", "high"):
                note(segment, what, getattr(found, what), "answers")
    return pd.DataFrame(records)


def _table(frame: pd.DataFrame) -> pd.DataFrame:
    """One row per segment, one column per price that exists once."""
    single = frame[frame["what"] != "rival"].drop_duplicates(["segment", "what"], keep="last")
    table = single.pivot(index="segment", columns="what", values="price").reindex(columns=list(WHAT)).astype(float)
    return table.reindex(list(dict.fromkeys(frame["segment"])))


def _title(snapshot: Snapshot, table: pd.DataFrame) -> Message:
    currency = snapshot.currency

    def said(segment: str, *columns: str) -> dict[str, Speaks]:
        return {"segment": segment_name(snapshot, segment)} | {
            column: Money(float(table.at[segment, column]), currency) for column in columns
        }

    for segment in table.index:
        if table.at[segment, "floor"] > table.at[segment, "ceiling"]:
            return msg("{segment}: the floor of {floor} lies above the ceiling of {ceiling}", **said(segment, "floor", "ceiling"))
        if table.at[segment, "target"] > table.at[segment, "ceiling"]:
            return msg(
                "{segment}: the target of {target} lies above the ceiling of {ceiling}", **said(segment, "target", "ceiling")
            )
        if table.at[segment, "target"] < table.at[segment, "floor"]:
            return msg("{segment}: the target of {target} lies below the floor of {floor}", **said(segment, "target", "floor"))
    for segment in table.index:
        if table.at[segment, "target"] > table.at[segment, "high"] or table.at[segment, "target"] < table.at[segment, "low"]:
            return msg(
                "{segment}: the target of {target} lies outside what respondents accept, {low} to {high}",
                **said(segment, "target", "low", "high"),
            )
    room = ((table["ceiling"] - table["target"]) / table["target"].where(table["target"] > 0)).dropna()
    if len(room):
        segment = room.idxmin()
        return msg(
            "Every target price lies in its corridor; {segment} has least room to the ceiling, {share}",
            share=Share(room[segment]),
            segment=segment_name(snapshot, segment),
        )
    accepted = table.dropna(subset=["low", "high"])
    if len(accepted):
        return msg("{segment}: respondents accept {low} to {high}", **said(accepted.index[0], "low", "high"))
    return msg("The price corridors are not complete yet")


def _beside_the_title(snapshot: Snapshot, table: pd.DataFrame) -> list[Speaks]:
    """Segments whose prices contradict each other, where the title, which names one of them, leaves others unsaid."""
    floor, target, ceiling, low, high = (table[name] for name in ("floor", "target", "ceiling", "low", "high"))
    crossed = table.index[(floor > ceiling) | (target > ceiling) | (target < floor)]
    outside = table.index[(target > high) | (target < low)]
    reading: list[Speaks] = []
    if len(crossed) > 1:
        names = Joined([segment_name(snapshot, segment) for segment in crossed])
        reading.append(msg("Floor, target and ceiling are not in order: {names}.", names=names))
    if len(outside) > 1 or (len(outside) and len(crossed)):
        names = Joined([segment_name(snapshot, segment) for segment in outside])
        reading.append(msg("The target lies outside what respondents accept: {names}.", names=names))
    return reading


@exhibit("price_corridor", msg("Price corridor"), settings=(VIEW, SEGMENT))
def price_corridor(context: Context) -> Exhibit:
    snapshot = context.snapshot
    answers = answers_by_segment(context)
    points = {segment: found for segment, given in answers.items() if (found := vw.price_points(given))}
    if context.settings["view"] == "answers":
        return price_curves(snapshot, answers, points)
    frame = _facts(context, points)
    if frame.empty:
        if answers:
            raise NoData(
                msg("None of the {count:# price answer|# price answers} has its four prices in order",
                    count=sum(map(len, answers.values()))),
                None,
                msg("{look} Until they are in order, give floor, target and ceiling for a corridor by judgement.",
                    look=on_answers(snapshot, answers, points)[0]),
            )  # fmt: skip
        raise NoData(
            msg("There is no price corridor yet"),
            None,
            msg("Give each target segment a floor, a target and a ceiling, or enter the answers of a price survey."),
        )
    table = _table(frame)
    judged = int((frame["source"] == "judgement").sum())
    reading: list[Speaks] = [
        msg("Broad bar: floor to ceiling, with the target price as a line. Circle: our price today; grey marks: rivals."),
        *([msg("Frame beneath: what respondents accept; diamond: optimal price; cross: indifference price.")] if points else []),
        *([msg("Judgement: {count} of {total} prices.", count=judged, total=len(frame))] if judged else []),
        *on_answers(snapshot, answers, points),
        *_beside_the_title(snapshot, table),
    ]
    height = height_for(len(table), 84)
    if _spread(frame):
        reading.append(msg("Equal steps along the axis are equal ratios of price, because the segments' prices lie far apart."))
        if (frame["price"] == 0).any():
            reading.append(msg("What costs nothing stands at the left edge."))
    return Exhibit(
        title=_title(snapshot, table),
        reading=tuple(reading),
        frame=frame,
        columns={
            "segment_name": msg("Segment"),
            "what_name": msg("Price of"),
            "price": msg("Price (plan currency)"),
            "source_name": msg("From"),
        },
        figures={
            f"{row.segment or 'none'}.{row.what}{'.' + row.brand if row.brand else ''}": float(row.price)
            for row in frame.itertuples()
        },
        draw=lambda language: _draw_corridor(snapshot, frame, table, height, language),
        alt=msg("Bars from floor to ceiling with target, present and rivals' prices"),
        height=height,
    )


def _spread(frame: pd.DataFrame) -> bool:
    """Whether prices lie so far apart that the low ones would fall together on an even axis."""
    paid = frame.loc[frame["price"] > 0, "price"]
    return len(paid) > 0 and float(paid.max()) / float(paid.min()) > _FAR


def _draw_corridor(snapshot: Snapshot, frame: pd.DataFrame, table: pd.DataFrame, height: int, language: Language) -> go.Figure:
    import plotly.graph_objects as go

    figure = canvas(height, money_title(msg("Price"), snapshot.currency).in_(language))
    spread, asked = _spread(frame), frame["price"]
    paid = frame.loc[frame["price"] > 0, "price"]
    if spread:  # no logarithmic axis has a place for nothing: it goes to the edge
        edge = float(paid.min()) / _EDGE
        table, frame = table.mask(table == 0, edge), frame.assign(price=asked.mask(asked == 0, edge))
    colors = segment_colors(snapshot)
    rows = {segment: place for place, segment in enumerate(table.index)}
    named: set[str] = set()
    for segment, at in rows.items():
        color = colors.get(segment, NEUTRAL)
        price = table.loc[segment]

        def line(x: list[float], y: list[float], width: float, shade: str) -> None:
            figure.add_trace(
                go.Scatter(
                    x=x,
                    y=y,
                    mode="lines",
                    showlegend=False,
                    line={"color": shade, "width": width},
                    hoverinfo="skip",
                    cliponaxis=False,
                )
            )

        if pd.notna(price["floor"]) and pd.notna(price["ceiling"]):
            line([price["floor"], price["ceiling"]], [at, at], 22, tint(color, 0.4))
        if pd.notna(price["target"]):
            line([price["target"]] * 2, [at - 0.24, at + 0.24], 5, color)
        if pd.notna(price["low"]) and pd.notna(price["high"]):
            line(
                [price["low"], price["low"], price["high"], price["high"]],
                [at + 0.26, at + 0.34, at + 0.34, at + 0.26],
                2,
                color,
            )
        marks = [
            ("optimal", "diamond", at + 0.34, color),
            ("indifference", "x", at + 0.34, color),
            ("ours", "circle", at, color),
        ]
        for what, symbol, y, shade in marks:
            if pd.notna(price[what]):
                figure.add_trace(
                    go.Scatter(
                        x=[price[what]],
                        y=[y],
                        mode="markers",
                        marker={"symbol": symbol, "size": 13, "color": shade, "line": {"width": 1.5, "color": "#FFFFFF"}},
                        cliponaxis=False,
                        showlegend=False,
                        hovertemplate=WHAT[what].in_(language) + " %{x:,.2f}<extra></extra>",
                    )
                )
        for row in frame[(frame["segment"] == segment) & (frame["what"] == "rival")].itertuples():
            style = look(snapshot, row.brand)
            # Named in the legend: rivals' prices lie too close together for names beside them.
            figure.add_trace(
                go.Scatter(
                    x=[row.price],
                    y=[at - 0.32],
                    mode="markers",
                    name=plain(row.what_name.in_(language)),
                    legendgroup=row.brand,
                    showlegend=row.brand not in named,
                    marker={"symbol": style.symbol, "size": 11, "color": style.color},
                    cliponaxis=False,
                    customdata=[0.0 if spread and row.price == edge else row.price],
                    hovertemplate="%{customdata:,.2f}<extra>%{fullData.name}</extra>",
                )
            )
            named.add(row.brand)
    figure.update_layout(showlegend=bool(named))
    lowest, highest = float(frame["price"].min()), float(frame["price"].max())
    if spread:
        span = [np.log10(lowest) - 0.1, np.log10(highest) + 0.1]
        figure.update_xaxes(type="log", range=span, tickvals=round_ticks(float(paid.min()), highest))
    else:
        room = max(highest - lowest, 0.1 * highest, 0.1) * 0.12
        figure.update_xaxes(range=[max(0.0, lowest - room), highest + room])
    label_rows(figure, [segment_name(snapshot, segment) for segment in rows], language)
    figure.update_yaxes(range=[len(rows) - 0.4, -0.65])
    return figure
