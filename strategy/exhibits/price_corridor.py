"""Step 4: the room for a price, beside rivals' prices and what respondents find acceptable."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

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
            "No target price lies outside its corridor; {segment} has least room to the ceiling, {share}",
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


@dataclass(frozen=True)
class _Axis:
    """Where prices stand: on an even axis, or on a logarithmic one where they lie far apart. That has no place for what costs nothing,
    which goes to its ``edge``."""

    lowest_paid: float
    lowest: float
    highest: float
    logarithmic: bool

    @classmethod
    def of(cls, frame: pd.DataFrame) -> _Axis:
        prices = frame["price"]
        return cls(float(prices[prices > 0].min()), float(prices.min()), float(prices.max()), _spread(frame))

    @property
    def edge(self) -> float:
        return self.lowest_paid / _EDGE

    def place(self, price: float) -> float:
        return self.edge if self.logarithmic and price == 0 else price

    def layout(self) -> dict[str, Any]:
        """The x axis in Plotly's words."""
        if self.logarithmic:
            span = [np.log10(self.place(self.lowest)) - 0.1, np.log10(self.highest) + 0.1]
            return {"type": "log", "range": span, "tickvals": round_ticks(self.lowest_paid, self.highest)}
        room = max(self.highest - self.lowest, 0.1 * self.highest, 0.1) * 0.12
        return {"range": [max(0.0, self.lowest - room), self.highest + room]}


def _draw_corridor(snapshot: Snapshot, frame: pd.DataFrame, table: pd.DataFrame, height: int, language: Language) -> go.Figure:
    """One row a segment, from above; a rival stands in the legend once."""
    figure = canvas(height, money_title(msg("Price"), snapshot.currency).in_(language))
    axis, colors = _Axis.of(frame), segment_colors(snapshot)
    rivals = frame[frame["what"] == "rival"]
    named: set[str] = set()
    for at, segment in enumerate(table.index):
        color = colors.get(segment, NEUTRAL)
        price = table.loc[segment].map(axis.place)
        for span in _spans(price, at, color):
            figure.add_trace(span)
        for mark in _own_prices(price, at, color, language):
            figure.add_trace(mark)
        for row in rivals[rivals["segment"] == segment].itertuples():
            figure.add_trace(_rival_price(snapshot, row, axis, at, row.brand not in named, language))
            named.add(row.brand)
    figure.update_layout(showlegend=bool(named))
    figure.update_xaxes(**axis.layout())
    label_rows(figure, [segment_name(snapshot, segment) for segment in table.index], language)
    figure.update_yaxes(range=[len(table) - 0.4, -0.65])
    return figure


def _spans(price: pd.Series, at: int, color: str) -> Iterator[go.Scatter]:
    """The corridor as a bar, the target as a stroke across it, and below both the bracket of what respondents find acceptable."""
    floor, ceiling, target, low, high = (price[what] for what in ("floor", "ceiling", "target", "low", "high"))
    if pd.notna(floor) and pd.notna(ceiling):
        yield _line([floor, ceiling], [at, at], 22, tint(color, 0.4))
    if pd.notna(target):
        yield _line([target] * 2, [at - 0.24, at + 0.24], 5, color)
    if pd.notna(low) and pd.notna(high):
        yield _line([low, low, high, high], [at + 0.26, at + 0.34, at + 0.34, at + 0.26], 2, color)


def _line(x: list[float], y: list[float], width: float, color: str) -> go.Scatter:
    import plotly.graph_objects as go

    return go.Scatter(
        x=x, y=y, mode="lines", showlegend=False, line={"color": color, "width": width}, hoverinfo="skip", cliponaxis=False
    )


def _own_prices(price: pd.Series, at: int, color: str, language: Language) -> Iterator[go.Scatter]:
    """Our price today on the bar, and two of the respondents' prices on their bracket."""
    import plotly.graph_objects as go

    for what, symbol, y in (("optimal", "diamond", at + 0.34), ("indifference", "x", at + 0.34), ("ours", "circle", at)):
        if pd.notna(price[what]):
            yield go.Scatter(
                x=[price[what]],
                y=[y],
                mode="markers",
                marker={"symbol": symbol, "size": 13, "color": color, "line": {"width": 1.5, "color": "#FFFFFF"}},
                cliponaxis=False,
                showlegend=False,
                hovertemplate=WHAT[what].in_(language) + " %{x:,.2f}<extra></extra>",
            )


def _rival_price(snapshot: Snapshot, row: Any, axis: _Axis, at: int, in_legend: bool, language: Language) -> go.Scatter:
    """A rival's price above the bar. Named in the legend: rivals' prices lie too close together for names beside them."""
    import plotly.graph_objects as go

    style = look(snapshot, row.brand)
    return go.Scatter(
        x=[axis.place(row.price)],
        y=[at - 0.32],
        mode="markers",
        name=plain(row.what_name.in_(language)),
        legendgroup=row.brand,
        showlegend=in_legend,
        marker={"symbol": style.symbol, "size": 11, "color": style.color},
        cliponaxis=False,
        customdata=[row.price],
        hovertemplate="%{customdata:,.2f}<extra>%{fullData.name}</extra>",
    )
