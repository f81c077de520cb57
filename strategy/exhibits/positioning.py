"""Step 3: what customers get for the money."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from strategy.analysis.value_map import LEAST_POINTS, FairValue, fair_value
from strategy.errors import NoData
from strategy.exhibits import brand_profile, parity_difference, perceptual_map, positioning_variants, value_curves  # noqa: F401  (register theirs)
from strategy.exhibits.chart_text import plain, round_ticks, wrapped
from strategy.exhibits.drawing import canvas, money_title
from strategy.exhibits.label_leaders import Name, named_note, write
from strategy.exhibits.labels import Joined, Money, Number, Share, Short
from strategy.exhibits.model import Context, Exhibit, exhibit
from strategy.exhibits.palette import NEUTRAL, segment_colors, tint
from strategy.exhibits.rivals import OURS, Brand, look
from strategy.exhibits.scope import SEGMENT, role_rank, segments_in
from strategy.language import Language, Message, Speaks, msg, say
from strategy.workbook import Snapshot

if TYPE_CHECKING:
    import plotly.graph_objects as go

#: A price this close to the line is fair for anybody who reads a chart.
_FAIR_SHARE = 0.02
#: So many offers can all carry their names.
_MOST_NAMED = 24


def _offers(context: Context) -> pd.DataFrame:
    """One row per offer: segment, brand ("" is ours), price, benefit, judged. Offers without both numbers are left out."""
    snapshot = context.snapshot
    rows = [
        row for row in snapshot.rows("value_position") if row["segment"] and row["price"] is not None and row["benefit"] is not None
    ]
    scope = {segment.id for segment in segments_in(context, {row["segment"] for row in rows})}
    rows = [row for row in rows if row["segment"] in scope]
    return pd.DataFrame(
        {
            "segment": [row["segment"] for row in rows],
            "segment_name": [Short(snapshot, row["segment"]) for row in rows],
            "brand": [row["rival"] or OURS for row in rows],
            "brand_name": [Brand(snapshot, row["rival"] or OURS) for row in rows],
            "benefit": [float(row["benefit"]) for row in rows],
            "price": [float(row["price"]) for row in rows],
            "judged": [row["figures_from"] != "data" for row in rows],
        }
    )


def _value_title(frame: pd.DataFrame, currency: str) -> Message:
    ours = frame[frame["brand"] == OURS]
    if ours.empty:
        return msg("Only rivals stand on the map; our own price and benefit are still missing")
    placed = ours.dropna(subset=["off_share"])
    if placed.empty:
        row = ours.iloc[0]
        words = {"segment": row["segment_name"], "price": Money(row["price"], currency), "benefit": Number(row["benefit"])}
        offers = int((frame["segment"] == row["segment"]).sum())
        if offers >= LEAST_POINTS:
            return msg("{segment}: we ask {price} for a benefit of {benefit}; the offers do not show what is fair", **words)
        return msg(
            "{segment}: we ask {price} for a benefit of {benefit}; {count:# rival|# rivals} more would show what is fair",
            count=LEAST_POINTS - offers,
            **words,
        )
    row = placed.loc[placed["off_share"].abs().idxmax()]
    if abs(row["off_share"]) < _FAIR_SHARE:
        return msg("Our price is in line with the benefit customers see")
    said = {
        "segment": row["segment_name"],
        "price": Money(row["price"], currency),
        "share": Share(abs(row["off_share"])),
        "fair": Money(row["fair_price"], currency),
    }
    if row["off_share"] > 0:
        return msg("{segment}: at {price} we ask {share} more than the benefit bears ({fair})", **said)
    return msg("{segment}: at {price} we ask {share} less than the benefit bears ({fair})", **said)


@exhibit("value_map", msg("Price and perceived benefit"), settings=(SEGMENT,))
def value_map(context: Context) -> Exhibit:
    snapshot = context.snapshot
    frame = _offers(context)
    if frame.empty:
        raise NoData(
            msg("No price and benefit have been entered yet"),
            None,
            msg("Enter the price actually paid and the benefit customers perceive, for us and the main rivals of each segment."),
        )
    currency = snapshot.currency
    lines = {segment: fair_value(list(group["benefit"]), list(group["price"])) for segment, group in frame.groupby("segment")}
    fair = [line.price(row.benefit) if (line := lines[row.segment]) else None for row in frame.itertuples()]
    frame["fair_price"] = pd.Series(fair, dtype=float)
    frame["off_share"] = (frame["price"] - frame["fair_price"]) / frame["fair_price"].where(frame["fair_price"] > 0)
    reading: list[Speaks] = [
        msg("Right: customers feel they get more. Up: they pay more. Filled: ours; hollow: rivals of the same segment."),
        msg("Dotted: fair value, a least-squares line through three or more offers of a segment. Below it, customers get more."),
    ]
    if frame["judged"].any():
        reading.append(msg("Judgement: {count} of {total} offers.", count=int(frame["judged"].sum()), total=len(frame)))
    falling = [Short(snapshot, segment) for segment, line in lines.items() if line and line.slope <= 0]
    reading += [
        msg("{name}: dearer offers give less benefit here, so the line is no guide to a price.", name=name) for name in falling
    ]
    reading += _without_line(snapshot, frame, lines)
    if len(frame) > _MOST_NAMED:
        reading.append(msg("Rivals are told by the shape of their mark. Choose one segment to have them named on the map."))
    reading += named_note(int((frame["brand"] == OURS).sum()) if len(frame) > _MOST_NAMED else len(frame))
    figures = {
        f"{row.segment}.{row.brand or 'ours'}.{part}": float(getattr(row, part))
        for row in frame.itertuples()
        for part in ("price", "benefit", "off_share")
        if pd.notna(getattr(row, part))
    }
    return Exhibit(
        title=_value_title(frame, currency),
        reading=tuple(reading),
        frame=frame,
        columns={
            "segment_name": msg("Segment"),
            "brand_name": msg("Brand"),
            "price": msg("Price (plan currency)"),
            "benefit": msg("Perceived benefit (1–9)"),
            "fair_price": msg("Fair price (plan currency)"),
            "off_share": msg("Above or below fair (share)"),
        },
        figures=figures,
        draw=lambda language: _draw_value_map(snapshot, frame, lines, language),
        alt=msg("Scatter of offers by perceived benefit and price, with the line of fair value"),
        height=460,
    )


def _without_line(snapshot: Snapshot, frame: pd.DataFrame, lines: dict[str, FairValue | None]) -> list[Speaks]:
    """Why a segment has no line of fair value."""
    few: list[Speaks] = []
    level: list[Speaks] = []
    for segment, line in lines.items():
        if line is None:
            offers = frame[frame["segment"] == segment]
            (few if len(offers) < LEAST_POINTS else level).append(Short(snapshot, segment))
    reading: list[Speaks] = []
    if few:
        reading.append(
            msg(
                "No line for {names}: fewer than {count} offers, and two always lie on their line.",
                names=Joined(few),
                count=LEAST_POINTS,
            )
        )
    if level:
        reading.append(msg("No line for {names}: all offers are judged to give the same benefit.", names=Joined(level)))
    return reading


def _shapes(figure: go.Figure, snapshot: Snapshot, frame: pd.DataFrame, language: Language) -> None:
    """Which shape is which rival."""
    import plotly.graph_objects as go

    for brand in dict.fromkeys(frame.loc[frame["brand"] != OURS, "brand"]):
        marker = {"symbol": f"{look(snapshot, brand).symbol}-open", "size": 11, "color": NEUTRAL, "line": {"width": 2}}
        name = plain(Brand(snapshot, brand).in_(language))
        figure.add_trace(go.Scatter(x=[None], y=[None], mode="markers", marker=marker, name=name, showlegend=True))
    figure.update_layout(showlegend=True, legend={"font": {"size": 12}})


@dataclass(frozen=True)
class _PriceAxis:
    """The upright axis of the map. On a logarithmic one, what costs nothing stands at ``foot``; its range is in powers of ten."""

    logarithmic: bool
    foot: float
    range: tuple[float, float]
    ticks: list[float] | None

    def shown(self, price: float) -> float:
        """The price as it is drawn."""
        return max(price, self.foot) if self.logarithmic else price

    def height(self, price: float) -> float:
        """Where the price stands, in the units of the range."""
        return math.log10(self.shown(price)) if self.logarithmic else price


def _price_axis(frame: pd.DataFrame) -> _PriceAxis:
    prices, paid = frame["price"], frame.loc[frame["price"] > 0]
    usual = paid.groupby("segment")["price"].median()
    if len(usual) > 1 and usual.max() / usual.min() > 20:
        # Segments that pay a hundred times more would press the others onto an even axis.
        least, most = float(paid["price"].min()), float(prices.max())
        low, high = math.log10(least / 2), math.log10(most)
        room = 0.12 * (high - low)
        return _PriceAxis(True, least / 2, (low - room, high + room), round_ticks(least, most))
    room = max(float(prices.max() - prices.min()), float(prices.max()) * 0.1, 0.1) * 0.25
    low, high = float(prices.min()) - room, float(prices.max()) + room
    return _PriceAxis(False, 0.0, (low if low >= 0 else -0.06 * high, high), None)


def _draw_value_map(snapshot: Snapshot, frame: pd.DataFrame, lines: dict[str, FairValue | None], language: Language) -> go.Figure:
    import plotly.graph_objects as go

    price_title = money_title(msg("Price"), snapshot.currency).in_(language)
    figure = canvas(460, msg("Perceived benefit (1–9)").in_(language), price_title)
    colors = segment_colors(snapshot)
    several = frame["segment"].nunique() > 1
    axis = _price_axis(frame)
    # More names than this hide the marks: then rivals are told by the shape of their mark.
    crowded = len(frame) > _MOST_NAMED
    benefits = [1 + step / 4 for step in range(33)]  # a straight line is bent on a logarithmic axis, so it needs points in between
    paths: list[tuple[float, float, float, float]] = []
    for segment, line in lines.items():
        if line:
            across = benefits if axis.logarithmic else [1, 9]
            figure.add_trace(
                go.Scatter(
                    x=across,
                    y=[axis.shown(line.price(benefit)) for benefit in across],
                    mode="lines",
                    line={"color": tint(colors[segment], 0.5) if crowded else colors[segment], "dash": "dot", "width": 1.5},
                    hoverinfo="skip",
                    showlegend=False,
                )
            )
            paths.append((1, axis.height(line.price(1)), 9, axis.height(line.price(9))))
    ranked: list[tuple[bool, int, Name]] = []
    for (segment, ours), offers in frame.assign(ours=frame["brand"] == OURS).groupby(["segment", "ours"], sort=False):
        color, short = colors[segment], plain(snapshot.short(segment, language))
        said = [wrapped(name, language, 20, 2) for name in offers["brand_name"]]
        said = [wrapped(f"{say(name, language)} · {snapshot.short(segment, language)}", language, 24, 2) if several and ours else shown
                for name, shown in zip(offers["brand_name"], said, strict=True)]  # fmt: skip
        written = (
            [wrapped(Short(snapshot, segment), language, 24, 2) for _ in said] if crowded else said
        )  # what is filled is ours, and the room is needed
        figure.add_trace(
            go.Scatter(
                x=list(offers["benefit"]),
                y=[axis.shown(price) for price in offers["price"]],
                mode="markers",
                text=said,
                cliponaxis=False,
                marker={
                    "size": 18 if ours else 9 if crowded else 13,
                    "symbol": "circle" if ours else [f"{look(snapshot, brand).symbol}-open" for brand in offers["brand"]],
                    "color": color,
                    "line": {"width": 1.5 if crowded and not ours else 2.5, "color": color},
                    "opacity": 0.7 if crowded and not ours else 1,
                },
                customdata=[[segment, short, price] for price in offers["price"]],
                hovertemplate="%{text} · %{customdata[1]}<br>%{x:g} / %{customdata[2]:,.2f}<extra></extra>",
                showlegend=False,
            )
        )
        if ours or not crowded:
            ranked += [
                (
                    not ours,
                    role_rank(snapshot.row("segment", segment)),
                    Name(
                        text,
                        benefit,
                        axis.height(price),
                        9 if ours else 7,
                        bold=ours,
                        glyph="●" if ours else "○",
                    ),
                )
                for text, benefit, price in zip(written, offers["benefit"], offers["price"], strict=True)
            ]
    names = [name for _, _, name in sorted(ranked, key=lambda each: each[:2])]
    if crowded:
        _shapes(figure, snapshot, frame, language)
    figure.update_yaxes(type="log" if axis.logarithmic else "linear", range=axis.range, tickvals=axis.ticks)
    figure.update_xaxes(range=[0.5, 9.8], dtick=1, tick0=1)
    rivals = frame[frame["brand"] != OURS] if crowded else frame.head(0)
    others = [(row.benefit, axis.height(row.price)) for row in rivals.itertuples()]
    write(figure, names, (0.5, 9.8), axis.range, paths, others=others)
    return figure
