"""Step 4: the room for a price, beside rivals' prices and what respondents find acceptable."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from strategy.analysis import van_westendorp as vw
from strategy.errors import NoData
from strategy.exhibits.chart_text import height_for, label_rows, plain
from strategy.exhibits.drawing import canvas
from strategy.exhibits.labels import Money, Share, Short
from strategy.exhibits.model import Context, Exhibit, Setting, exhibit
from strategy.exhibits.palette import BAD, CAUTION, GOOD, NEUTRAL, segment_colors, series, tint
from strategy.exhibits.rivals import Brand, look
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

#: Segment of answers that name none.
_NONE = ""
_MOST_POINTS = 150


def answers_by_segment(context: Context) -> dict[str, pd.DataFrame]:
    """Segment id ("" where none is named) -> its price answers, one row per respondent, the last answer of each."""
    snapshot = context.snapshot
    rows = [row for row in snapshot.rows("price_answer") if any(row[column] is not None for column in vw.COLUMNS)]
    scope = {segment.id for segment in segments_in(context, {row["segment"] for row in rows if row["segment"]})}
    wanted = str(context.settings.get("segment") or "")
    latest: dict[tuple[str, str], list[float | None]] = {}
    for row in rows:
        segment = row["segment"] or _NONE
        if segment in scope or (segment == _NONE and not wanted):
            latest[segment, str(row["respondent"] or row.id)] = [row[column] for column in vw.COLUMNS]
    frame = pd.DataFrame(list(latest.values()), columns=list(vw.COLUMNS), dtype=float)
    frame["segment"] = [segment for segment, _ in latest]
    return {str(segment): group for segment, group in frame.groupby("segment", sort=False)}


def _segment_name(snapshot: Snapshot, segment: str) -> Speaks:
    return Short(snapshot, segment) if segment else msg("no segment named")


def _amount(snapshot: Snapshot, value: float | None) -> Money:
    """A price in the plan's currency, a dash where two curves do not cross."""
    return Money(float("nan") if value is None else value, snapshot.currency)


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
                    "segment_name": _segment_name(snapshot, segment),
                    "what": what,
                    "brand": brand,
                    "what_name": title,
                    "price": float(price),
                    "source": source,
                    "source_name": SOURCE[source],
                }
            )

    for segment in [*scope, *([_NONE] if _NONE in points else [])]:
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
        return {"segment": _segment_name(snapshot, segment)} | {
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
            segment=_segment_name(snapshot, segment),
        )
    accepted = table.dropna(subset=["low", "high"])
    if len(accepted):
        return msg("{segment}: respondents accept {low} to {high}", **said(accepted.index[0], "low", "high"))
    return msg("The price corridors are not complete yet")


def _on_answers(snapshot: Snapshot, answers: dict[str, pd.DataFrame], points: dict[str, vw.PricePoints]) -> list[Speaks]:
    reading: list[Speaks] = []
    for segment, given in answers.items():
        name = _segment_name(snapshot, segment)
        if swap := vw.looks_swapped(given):
            reading.append(
                msg(
                    "Check the columns of the price answers ({name}): {as_labelled} of {count} are in order as labelled, "
                    "{exchanged} if “{first}” and “{second}” are exchanged.",
                    name=name,
                    as_labelled=swap.as_labelled,
                    count=swap.answers,
                    exchanged=swap.exchanged,
                    first=_question(snapshot, swap.first),
                    second=_question(snapshot, swap.second),
                )
            )
        found = points.get(segment)
        if found is None:
            reading.append(msg("{name}: no price answer has its four prices in order.", name=name))
        else:
            optimal, indifference = (_amount(snapshot, value) for value in (found.optimal, found.indifference))
            counted = msg("{name}: {used} of {given} price answers are in order.", name=name, used=found.used, given=found.given)
            reading += [
                counted,
                msg(
                    "{name}: optimal price {optimal}, indifference price {indifference}.",
                    name=name,
                    optimal=optimal,
                    indifference=indifference,
                ),
            ]
    if points:
        reading += [
            msg("Range by van Westendorp's original definition: “too cheap” crosses “not cheap”, “too expensive” “not expensive”."),
            msg("It says which prices are acceptable, not how much will be sold."),
        ]
    return reading


@exhibit("price_corridor", msg("Price corridor"), settings=(VIEW, SEGMENT))
def price_corridor(context: Context) -> Exhibit:
    snapshot = context.snapshot
    answers = answers_by_segment(context)
    points = {segment: found for segment, given in answers.items() if (found := vw.price_points(given))}
    if context.settings["view"] == "answers":
        return _curves(snapshot, answers, points)
    frame = _facts(context, points)
    if frame.empty:
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
        *_on_answers(snapshot, answers, points),
    ]
    height = height_for(len(table), 84)
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


def _axis_title(snapshot: Snapshot) -> Message:
    return msg("Price ({currency})", currency=snapshot.currency) if snapshot.currency else msg("Price (plan currency)")


def _draw_corridor(snapshot: Snapshot, frame: pd.DataFrame, table: pd.DataFrame, height: int, language: Language) -> go.Figure:
    import plotly.graph_objects as go

    figure = canvas(height, _axis_title(snapshot).in_(language))
    colors = segment_colors(snapshot)
    rows = {segment: place for place, segment in enumerate(table.index)}
    for segment, at in rows.items():
        color = colors.get(segment, NEUTRAL)
        price = table.loc[segment]

        def line(x: list[float], y: list[float], width: float, shade: str) -> None:
            figure.add_trace(
                go.Scatter(x=x, y=y, mode="lines", line={"color": shade, "width": width}, hoverinfo="skip", cliponaxis=False)
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
                        hovertemplate=WHAT[what].in_(language) + " %{x:,.2f}<extra></extra>",
                    )
                )
        for row in frame[(frame["segment"] == segment) & (frame["what"] == "rival")].itertuples():
            style = look(snapshot, row.brand)
            figure.add_trace(
                go.Scatter(
                    x=[row.price],
                    y=[at - 0.32],
                    mode="markers+text",
                    text=[plain(row.what_name.in_(language))],
                    textposition="top center",
                    textfont={"size": 11},
                    marker={"symbol": style.symbol, "size": 11, "color": style.color},
                    cliponaxis=False,
                    hovertemplate="%{text} %{x:,.2f}<extra></extra>",
                )
            )
    lowest, highest = float(frame["price"].min()), float(frame["price"].max())
    if lowest > 0 and highest / lowest > 20:
        figure.update_xaxes(type="log", range=[np.log10(lowest) - 0.1, np.log10(highest) + 0.1], dtick="D2")
    else:
        room = max(highest - lowest, 0.1 * highest, 0.1) * 0.12
        figure.update_xaxes(range=[max(0.0, lowest - room), highest + room])
    label_rows(figure, [_segment_name(snapshot, segment) for segment in rows], language)
    figure.update_yaxes(range=[len(rows) - 0.4, -0.65])
    return figure


def _question(snapshot: Snapshot, column: str) -> Speaks:
    return snapshot.method.worksheet("price_answer").column(column).title


def _curves(snapshot: Snapshot, answers: dict[str, pd.DataFrame], points: dict[str, vw.PricePoints]) -> Exhibit:
    """The cumulative curves of one segment's answers: the first that has any in order."""
    if not points:
        raise NoData(
            msg("No price answer has its four prices in order yet"),
            None,
            msg("Enter for each respondent the prices that are too cheap, cheap, expensive and too expensive."),
        )
    segment, found = next(iter(points.items()))
    given = answers[segment]
    counts = vw.curves(given[vw.in_order(given)])
    if len(counts) > _MOST_POINTS:
        counts = counts.iloc[np.unique(np.linspace(0, len(counts) - 1, _MOST_POINTS).round().astype(int))]
    frame = counts.melt("price", value_vars=[*vw.COLUMNS, "not_cheap", "not_expensive"], var_name="curve", value_name="respondents")
    titles: dict[str, Speaks] = {column: _question(snapshot, column) for column in vw.COLUMNS}
    titles |= {"not_cheap": msg("Not cheap"), "not_expensive": msg("Not expensive")}
    frame["curve_name"] = pd.Series([titles[curve] for curve in frame["curve"]], dtype=object)
    frame["share_percent"] = frame["respondents"] / found.used * 100
    values = {what: getattr(found, what) for what in ("low", "indifference", "optimal", "high")}

    def draw(language: Language) -> go.Figure:
        import plotly.graph_objects as go

        figure = canvas(440, _axis_title(snapshot).in_(language), msg("Respondents (%)").in_(language))
        styles = {
            "too_cheap": (GOOD, "solid"),
            "cheap": (GOOD, "dash"),
            "expensive": (CAUTION, "dash"),
            "too_expensive": (BAD, "solid"),
            "not_cheap": (series(6), "dot"),
            "not_expensive": (series(6), "dashdot"),
        }
        for curve, (color, dash) in styles.items():
            part = frame[frame["curve"] == curve]
            figure.add_trace(
                go.Scatter(
                    x=part["price"],
                    y=part["share_percent"],
                    mode="lines",
                    name=titles[curve].in_(language),
                    line={"color": color, "dash": dash, "width": 2.5},
                    hovertemplate="%{x:,.2f}: %{y:.0f}%<extra>%{fullData.name}</extra>",
                )
            )
        if found.low is not None and found.high is not None:
            figure.add_vrect(x0=found.low, x1=found.high, fillcolor=tint(NEUTRAL, 0.12), line_width=0, layer="below")
        for what in ("indifference", "optimal"):
            if values[what] is not None:
                figure.add_vline(x=values[what], line={"color": NEUTRAL, "dash": "dot" if what == "indifference" else "solid"})
        figure.update_yaxes(range=[0, 104])
        figure.update_layout(showlegend=True)
        return figure

    money_of = {what: _amount(snapshot, value) for what, value in values.items()}
    return Exhibit(
        title=msg(
            "{segment}: respondents accept {low} to {high}, with the optimal price at {optimal}",
            segment=_segment_name(snapshot, segment),
            low=money_of["low"],
            high=money_of["high"],
            optimal=money_of["optimal"],
        ),
        reading=(
            msg("Curves: share of respondents who find a price too cheap, cheap, expensive, too expensive. Shaded: acceptable."),
            msg("Solid upright line: optimal price. Dotted: indifference price."),
            *_on_answers(snapshot, {segment: given}, {segment: found}),
        ),
        frame=frame,
        columns={
            "curve_name": msg("Curve"),
            "price": msg("Price (plan currency)"),
            "respondents": msg("Respondents (number)"),
            "share_percent": msg("Respondents (%)"),
        },
        figures={f"{segment or 'none'}.{what}": float(value) for what, value in values.items() if value is not None},
        draw=draw,
        alt=msg("Cumulative curves of the four price questions"),
        height=440,
    )
