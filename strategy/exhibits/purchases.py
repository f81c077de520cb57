"""Step 1, from the customers' purchases: the segments they fall into, what each is worth, how concentrated revenue is."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from strategy.customers import Cuts, RfmSegment, concentration, current_dataset, default_cuts, rfm_segments
from strategy.errors import InvalidValue, NoData
from strategy.exhibits.chart_text import plain, wrapped
from strategy.exhibits.drawing import canvas
from strategy.exhibits.label_leaders import Name, write
from strategy.exhibits.labels import Joined, Money, Number, Share, Short
from strategy.exhibits.model import Context, Exhibit, Setting, exhibit
from strategy.exhibits.palette import ACCENT, NEUTRAL, ink, segment_color, series, tint
from strategy.exhibits.ranges import key_figures
from strategy.exhibits.segment_kinds import WITHIN_A_KIND, division_names, divisions, shares_within
from strategy.language import Language, Message, Speaks, date_text, msg
from strategy.workbook import Row, Snapshot

if TYPE_CHECKING:
    import plotly.graph_objects as go

#: The share of customers whose revenue the concentration is told by.
BEST = 0.2

CUTS = Setting("cuts", msg("Cut points"), "", hidden=True)


@dataclass(frozen=True)
class DataState:
    """Up to which day the data reach, and which version they are."""

    last_day: object
    version: int

    def in_(self, language: Language) -> str:
        message = msg("Data to {day}, version {version}.", day=date_text(self.last_day, language), version=self.version)  # type: ignore[arg-type]
        return message.in_(language)


def _no_purchases() -> NoData:
    return NoData(
        msg("There are no purchases in this workbook yet"),
        None,
        msg("Import them on the customer data page; until then, type segments in by judgement."),
    )


def data_state(context: Context) -> DataState:
    """Up to when the data of a context reach. Raises :class:`NoData` without any."""
    dataset = current_dataset(context.cursor) if context.cursor else None
    if dataset is None:
        raise _no_purchases()
    return DataState(dataset.last_day, dataset.version)


def adopted(snapshot: Snapshot) -> dict[str, Row]:
    """Segments of the spine found by recency and frequency: name of the segment in its rule -> its row."""
    rows = [row for row in snapshot.rows("segment") if row["rule"] and row["rule"].get("by") == "rfm"]
    return {str(row["rule"].get("segment")): row for row in rows}


def cuts_in_use(context: Context) -> Cuts:
    """The cut points asked for, else those of the segments in the plan, else the quintiles of the data."""
    given = context.settings.get("cuts")
    if given:
        try:
            return Cuts(**json.loads(given))
        except (ValueError, TypeError) as error:
            raise InvalidValue(
                msg("The cut points cannot be read"),
                "cuts",
                msg("Write them as JSON with recency, frequency and monetary, four numbers each."),
            ) from error
    for row in adopted(context.snapshot).values():
        if row["rule"].get("cuts"):
            return Cuts(**row["rule"]["cuts"])
    assert context.cursor is not None
    return default_cuts(context.cursor)


def _found(context: Context) -> list[tuple[RfmSegment, Speaks, str]]:
    """Non-empty segments with their name and colour: those of the spine where they are in it."""
    if not context.has_customers or context.cursor is None:
        raise _no_purchases()
    rows = adopted(context.snapshot)
    found = []
    there = [segment for segment in rfm_segments(context.cursor, cuts_in_use(context)) if segment.customers]
    for position, segment in enumerate(there):
        row = rows.get(segment.id)
        name: Speaks = Short(context.snapshot, row.id) if row else segment.name
        # Empty segments are not adopted either, so that the colours stay the same when these are.
        found.append((segment, name, segment_color(row) if row else series(position)))
    return found


def _by_value(found: list[tuple[RfmSegment, Speaks, str]], least: float) -> tuple[list[Speaks], float]:
    """The fewest segments that together bring at least a share of the revenue, and the share they bring."""
    names: list[Speaks] = []
    total = 0.0
    for segment, name, _ in sorted(found, key=lambda item: -item[0].revenue):
        names.append(name)
        total += segment.share_revenue
        if total >= least:
            break
    return names, total


def _segment_frame(found: list[tuple[RfmSegment, Speaks, str]]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "segment": [segment.id for segment, _, _ in found],
            "name": pd.Series([name for _, name, _ in found], dtype="object"),
            "customers": [segment.customers for segment, _, _ in found],
            "revenue": [float(segment.revenue) for segment, _, _ in found],
            "share_customers": [segment.share_customers for segment, _, _ in found],
            "share_revenue": [segment.share_revenue for segment, _, _ in found],
            "recency_days": [segment.recency_days for segment, _, _ in found],
            "purchase_days": [segment.purchase_days for segment, _, _ in found],
        }
    )


_COLUMNS = {
    "name": msg("Segment"),
    "customers": msg("Customers"),
    "revenue": msg("Revenue"),
    "share_customers": msg("Share of customers"),
    "share_revenue": msg("Share of revenue"),
    "recency_days": msg("Days since last purchase (median)"),
    "purchase_days": msg("Days with a purchase (mean)"),
}


def _figures(found: list[tuple[RfmSegment, Speaks, str]]) -> dict[str, float]:
    figures: dict[str, float] = {}
    for segment, _, _ in found:
        figures[f"{segment.id}.customers"] = float(segment.customers)
        figures[f"{segment.id}.revenue"] = round(float(segment.revenue), 2)
    return figures


@exhibit("segment_map", msg("Segment map"), reads="customers", settings=(CUTS,))
def segment_map(context: Context) -> Exhibit:
    found = _found(context)
    frame = _segment_frame(found)
    names, share = _by_value(found, 0.5)
    title = msg("{names} bring {share} of the revenue", names=Joined(names), share=Share(share))

    def draw(language: Language) -> go.Figure:
        import plotly.graph_objects as go

        figure = canvas(
            460, msg("Days since last purchase (median)").in_(language), msg("Days with a purchase (mean)").in_(language)
        )
        largest = max(float(segment.revenue) for segment, _, _ in found) or 1.0
        low, high = frame["recency_days"].min(), frame["recency_days"].max()
        margin = max(1.0, (high - low) * 0.14)
        few, many = frame["purchase_days"].min(), frame["purchase_days"].max()
        room = max(0.5, (many - few) * 0.18)
        # Days run backwards: the customers one would rather have stand at the upper right.
        x_range, y_range = (high + margin, low - margin), (max(0.0, few - room), many + room)
        sizes = [14 + 50 * (max(float(segment.revenue), 0.0) / largest) ** 0.5 for segment, _, _ in found]
        for (segment, name, color), size in zip(found, sizes, strict=True):
            figure.add_trace(
                go.Scatter(
                    x=[segment.recency_days],
                    y=[segment.purchase_days],
                    mode="markers",
                    text=[plain(name.in_(language))],
                    cliponaxis=False,
                    customdata=[segment.id],
                    marker={
                        "size": size,
                        "color": color,
                        "opacity": 0.88,
                        "line": {"width": 1, "color": "white"},
                    },
                    hovertemplate=f"%{{text}}<br>{Number(segment.customers).in_(language)} · {Share(segment.share_revenue).in_(language)}<extra></extra>",
                )
            )
        figure.update_xaxes(range=list(x_range))
        figure.update_yaxes(range=list(y_range))
        largest_first = sorted(zip(found, sizes, strict=True), key=lambda pair: -pair[1])
        names = [
            Name(wrapped(name.in_(language), language, 24, 2), float(segment.recency_days or 0), float(segment.purchase_days or 0),
                 size / 2, segment=segment.id)
            for (segment, name, _), size in largest_first
        ]  # fmt: skip
        write(figure, names, x_range, y_range, room=0.04)  # the bubbles take much of a narrow plot themselves
        return figure

    return Exhibit(
        title=title,
        reading=(msg("Bubble size: revenue. To the right: bought more recently. Higher up: buys more often."), data_state(context)),
        frame=frame,
        columns=_COLUMNS,
        figures=_figures(found),
        draw=draw,
        alt=msg("Segments by days since last purchase and number of purchase days, bubbles sized by revenue"),
        height=460,
    )


def _spine_frame(snapshot: Snapshot, spine: list[Row]) -> pd.DataFrame:
    """Segments of the plan with their revenue and its share; ``division`` tells those apart that hold the same customers."""
    revenue = [float(row["revenue"]) for row in spine]
    kinds, names = divisions(spine), division_names(spine)
    return pd.DataFrame(
        {
            "segment": [row.id for row in spine],
            "name": pd.Series([Short(snapshot, row.id) for row in spine], dtype="object"),
            "customers": pd.array([row["customers"] for row in spine], dtype="Int64"),
            "revenue": revenue,
            "division": kinds,
            "kind": pd.Series([names[kind] for kind in kinds], dtype="object"),
            "share": shares_within(spine, revenue),
        }
    )


#: The least share of a division whose area has room for a word.
_ROOM = 0.01


def _treemap(frame: pd.DataFrame, colors: list[str], language: Language) -> go.Figure:
    """Areas of revenue; where the same customers are divided several times, each division stands in a frame of its own."""
    import plotly.graph_objects as go

    framed = frame.drop_duplicates("division") if frame["division"].nunique() > 1 else frame.iloc[:0]
    wholes = [plain(kind.in_(language)) for kind in framed["kind"]]
    inside = dict(zip(framed["division"], (f"kind {at}" for at in range(len(framed))), strict=True))
    figure = canvas(420)
    figure.add_trace(
        go.Treemap(
            ids=[*inside.values(), *frame["segment"]],
            labels=[*wholes, *_in_areas(frame, language)],
            hovertext=[*wholes, *(wrapped(name, language, 44, 3) for name in frame["name"])],
            customdata=[*[""] * len(inside), *frame["segment"]],
            parents=[*[""] * len(inside), *(inside.get(division, "") for division in frame["division"])],
            values=[*[0.0] * len(inside), *frame["revenue"]],
            marker={
                "colors": [*[NEUTRAL] * len(inside), *colors],
                "line": {"width": 2, "color": "rgba(255,255,255,0.7)"},
            },
            text=[*[""] * len(inside), *(Share(share).in_(language) for share in frame["share"])],
            textinfo="label",
            insidetextfont={"size": 17, "color": [*[ink(NEUTRAL)] * len(inside), *(ink(color) for color in colors)]},
            tiling={"pad": 2},
            hovertemplate="%{hovertext}<br>%{value:,.0f} · %{text}<extra></extra>",
        )
    )
    figure.update_layout(margin={"l": 0, "r": 0, "t": 0, "b": 0})
    return figure


def _in_areas(frame: pd.DataFrame, language: Language) -> list[str]:
    """Names and shares, in lines as long as their areas are likely to be wide: on one line Plotly makes a long one too small to read.

    Nothing where there is no room for a word; it is said where the mouse rests, and in the table.
    """
    return [
        f"{wrapped(name, language, 48 if share > 0.4 else 24 if share > 0.15 else 14, 3)}<br>{Share(share).in_(language)}"
        if share >= _ROOM
        else ""
        for name, share in zip(frame["name"], frame["share"], strict=True)
    ]


@exhibit("value_treemap", msg("Value"), reads="customers", settings=(CUTS,))
def value_treemap(context: Context) -> Exhibit:
    """Revenue by segment: the spine's segments with their figures, from data or judgement; before adoption, those found in the data."""
    snapshot = context.snapshot
    spine = [row for row in snapshot.rows("segment") if row.get("revenue", 0) and float(row["revenue"]) > 0]
    several = False
    if spine and not context.settings.get("cuts"):
        frame = _spine_frame(snapshot, spine)
        colors = [segment_color(row) for row in spine]
        judged = any(row["figures_from"] == "judgement" for row in spine)
        several = frame["division"].nunique() > 1
    else:
        found = _found(context)
        frame = _segment_frame(found)[["segment", "name", "customers", "revenue"]].assign(division="", kind=None)
        frame["share"] = frame["revenue"] / (float(frame["revenue"].sum()) or 1.0)
        colors, judged = [color for _, _, color in found], False
    best = frame.loc[frame["revenue"].idxmax()]
    total = float(frame.loc[frame["division"] == best["division"], "revenue"].sum())
    title = msg(
        "{name}: {share} of {total} revenue", name=best["name"], share=Share(best["share"]), total=Money(total, snapshot.currency)
    )
    reading: list[Speaks] = [msg("Area: revenue of the segment."), *([WITHIN_A_KIND] if several else [])]
    reading.append(
        msg("Figures by judgement are among them.")
        if judged
        else data_state(context)
        if context.has_customers
        else msg("Figures as entered.")
    )

    return Exhibit(
        title=title,
        reading=tuple(reading),
        frame=frame.drop(columns=["division"] if several else ["division", "kind"]),
        columns={
            "name": msg("Segment"),
            **({"kind": msg("Kind")} if several else {}),
            "customers": msg("Customers"),
            "revenue": msg("Revenue"),
            "share": msg("Share of revenue"),
        },
        figures=key_figures(frame, "segment", ("revenue",)),
        draw=partial(_treemap, frame, colors),
        alt=msg("Areas of revenue by segment"),
    )


@exhibit("lorenz", msg("Concentration"), reads="customers")
def lorenz(context: Context) -> Exhibit:
    if not context.has_customers or context.cursor is None:
        raise _no_purchases()
    found = concentration(context.cursor)
    share = found.top[BEST]
    title: Message = msg("The best {best} of customers bring {share} of the revenue", best=Share(BEST), share=Share(share))
    frame = pd.DataFrame(found.points, columns=["share_customers", "share_revenue"])
    reading: list[Speaks] = [
        msg(
            "Customers from the least to the most valuable. The straight line: everybody brings the same. Gini {gini}.",
            gini=Number(found.gini, 2),
        ),
        data_state(context),
    ]
    if found.below_zero:
        reading.append(
            msg(
                "{count:# customer|# customers} took back more than they bought ({money}); {count:it counts|they count} as 0.",
                count=found.below_zero,
                money=Money(found.below_zero_money, context.snapshot.currency),
            )
        )

    def draw(language: Language) -> go.Figure:
        import plotly.graph_objects as go

        figure = canvas(420, msg("Share of customers (%)").in_(language), msg("Share of revenue (%)").in_(language))
        figure.add_trace(
            go.Scatter(x=[0, 100], y=[0, 100], mode="lines", line={"color": NEUTRAL, "dash": "dot", "width": 1}, hoverinfo="skip")
        )
        figure.add_trace(
            go.Scatter(
                x=frame["share_customers"] * 100,
                y=frame["share_revenue"] * 100,
                mode="lines",
                line={"color": ACCENT, "width": 3},
                fill="tozeroy",
                fillcolor=tint(ACCENT, 0.12),
                hovertemplate="%{x:.0f}% · %{y:.1f}%<extra></extra>",
            )
        )
        at = (1 - BEST) * 100
        figure.add_shape(type="line", x0=at, x1=at, y0=0, y1=100, line={"color": NEUTRAL, "width": 1, "dash": "dash"})
        figure.add_annotation(
            x=at,
            y=88,
            xanchor="right",
            showarrow=False,
            text=msg("best {best}: {share}", best=Share(BEST), share=Share(share)).in_(language) + "&nbsp;",
        )
        figure.update_xaxes(range=[0, 100])
        figure.update_yaxes(range=[0, 100])
        figure.layout.margin.t = 16  # room for the 100 at the top, which is left out where it would be cut
        return figure

    figures = {f"top_{round(part * 100)}_percent": float(value) for part, value in found.top.items()}
    figures |= {"gini": float(found.gini), "customers": float(found.customers), "revenue": float(found.revenue)}
    return Exhibit(
        title=title,
        reading=tuple(reading),
        frame=frame,
        columns={"share_customers": msg("Share of customers"), "share_revenue": msg("Share of revenue")},
        figures=figures,
        draw=draw,
        alt=msg("Lorenz curve of revenue over customers"),
    )
