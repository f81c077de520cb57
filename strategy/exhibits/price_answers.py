"""Step 4: the answers of a price survey, and the curves of van Westendorp drawn from them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from strategy.analysis import van_westendorp as vw
from strategy.errors import NoData
from strategy.exhibits.drawing import canvas, money_title
from strategy.exhibits.labels import Joined, Money, Short
from strategy.exhibits.model import Context, Exhibit
from strategy.exhibits.palette import BAD, CAUTION, GOOD, NEUTRAL, tint
from strategy.exhibits.scope import segments_in
from strategy.language import Language, Speaks, msg
from strategy.workbook import Snapshot

if TYPE_CHECKING:
    import plotly.graph_objects as go

#: Segment of answers that name none.
NO_SEGMENT = ""
_MOST_POINTS = 150
#: Respondents below which the crossings of the curves hang on a single one of them.
FEW = 30


def answers_by_segment(context: Context) -> dict[str, pd.DataFrame]:
    """Segment id ("" where none is named) -> its price answers, one row per respondent, the last answer of each."""
    snapshot = context.snapshot
    rows = [row for row in snapshot.rows("price_answer") if any(row[column] is not None for column in vw.COLUMNS)]
    scope = {segment.id for segment in segments_in(context, {row["segment"] for row in rows if row["segment"]})}
    wanted = str(context.settings.get("segment") or "")
    latest: dict[tuple[str, str], list[float | None]] = {}
    for row in rows:
        segment = row["segment"] or NO_SEGMENT
        if segment in scope or (segment == NO_SEGMENT and not wanted):
            latest[segment, str(row["respondent"] or row.id)] = [row[column] for column in vw.COLUMNS]
    frame = pd.DataFrame(list(latest.values()), columns=list(vw.COLUMNS), dtype=float)
    frame["segment"] = [segment for segment, _ in latest]
    return {str(segment): group for segment, group in frame.groupby("segment", sort=False)}


def segment_name(snapshot: Snapshot, segment: str) -> Speaks:
    return Short(snapshot, segment) if segment else msg("no segment named")


def amount(snapshot: Snapshot, value: float | None) -> Money:
    """A price in the plan's currency, a dash where two curves do not cross."""
    return Money(float("nan") if value is None else value, snapshot.currency)


def on_answers(snapshot: Snapshot, answers: dict[str, pd.DataFrame], points: dict[str, vw.PricePoints]) -> list[Speaks]:
    reading: list[Speaks] = []
    for segment, given in answers.items():
        name = segment_name(snapshot, segment)
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
            optimal, indifference = (amount(snapshot, value) for value in (found.optimal, found.indifference))
            counted = msg(
                "{name}: {used} of {given} price answers are in order, equal prices included.",
                name=name,
                used=found.used,
                given=found.given,
            )
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
    few = [segment_name(snapshot, segment) for segment, found in points.items() if found.used < FEW]
    if few:
        reading.append(msg("Fewer than {count} respondents, so a hint and no finding: {names}.", count=FEW, names=Joined(few)))
    return reading


def _question(snapshot: Snapshot, column: str) -> Speaks:
    return snapshot.method.worksheet("price_answer").column(column).title


def price_curves(snapshot: Snapshot, answers: dict[str, pd.DataFrame], points: dict[str, vw.PricePoints]) -> Exhibit:
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

        figure = canvas(440, money_title(msg("Price"), snapshot.currency).in_(language), msg("Respondents (%)").in_(language))
        styles = {
            "too_cheap": (GOOD, "solid"),
            "cheap": (GOOD, "dash"),
            "expensive": (CAUTION, "dash"),
            "too_expensive": (BAD, "solid"),
            "not_cheap": (NEUTRAL, "dot"),
            "not_expensive": (NEUTRAL, "dashdot"),
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

    money_of = {what: amount(snapshot, value) for what, value in values.items()}
    return Exhibit(
        title=msg(
            "{segment}: respondents accept {low} to {high}, with the optimal price at {optimal}",
            segment=segment_name(snapshot, segment),
            low=money_of["low"],
            high=money_of["high"],
            optimal=money_of["optimal"],
        ),
        reading=(
            msg("Curves: share of respondents who find a price too cheap, cheap, expensive, too expensive. Shaded: acceptable."),
            msg("Solid upright line: optimal price. Dotted: indifference price."),
            *on_answers(snapshot, {segment: given}, {segment: found}),
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
