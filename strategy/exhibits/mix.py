"""Step 4: whether the mix is whole, and where the money goes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from strategy.analysis.response import Adbudg, calibrate
from strategy.errors import NoData
from strategy.exhibits import coverage, price_corridor  # noqa: F401  (register their exhibits)
from strategy.exhibits.captions import InSentence
from strategy.exhibits.chart_text import height_for
from strategy.exhibits.drawing import canvas, money_title
from strategy.exhibits.labels import ChoiceTitle, Joined, Money, Number, Share, Short
from strategy.exhibits.model import Context, Exhibit, exhibit
from strategy.exhibits.palette import NEUTRAL, segment_colors, tint
from strategy.exhibits.plan_frame import margin_percent, plan_figure
from strategy.exhibits.ranges import key_figures, known
from strategy.exhibits.row_labels import label_rows
from strategy.exhibits.scope import SEGMENT, segments_in
from strategy.language import Language, Message, Speaks, money, msg, number
from strategy.workbook import Row, Snapshot

if TYPE_CHECKING:
    import plotly.graph_objects as go

#: The further spend whose return is shown, as a part of today's spend.
STEP = 0.1
_MOST_BARS = 14


@dataclass(frozen=True)
class Exact:
    """An amount to the last unit: sums that must agree cannot be rounded to thousands."""

    value: float
    currency: str

    def in_(self, language: Language) -> str:
        return f"{number(self.value, language, 0)} {self.currency}".rstrip()


def _budget_rows(snapshot: Snapshot) -> list[Row]:
    return [row for row in snapshot.rows("budget") if row["segment"] and (row["planned"] is not None or row["current"] is not None)]


def _refuse() -> NoData:
    return NoData(
        msg("No budget has been entered yet"),
        None,
        msg("Enter for each target segment and instrument what is planned and what is spent today."),
    )


@exhibit("budget_split", msg("Budget by segment"))
def budget_split(context: Context) -> Exhibit:
    snapshot = context.snapshot
    rows = _budget_rows(snapshot)
    if not rows:
        raise _refuse()
    sums = pd.DataFrame(
        [(row["segment"], row["planned"], row["current"]) for row in rows], columns=["segment", "planned", "current"]
    )
    sums[["planned", "current"]] = sums[["planned", "current"]].astype(float)
    order = {segment.id: place for place, segment in enumerate(snapshot.segments())}
    # A sum of empty cells stays empty: nothing entered is not nothing spent.
    frame = sums.groupby("segment", sort=False)[["planned", "current"]].sum(min_count=1).reset_index()
    frame = frame.sort_values("segment", key=lambda ids: ids.map(order)).reset_index(drop=True)
    frame.insert(1, "name", pd.Series([Short(snapshot, segment) for segment in frame["segment"]], dtype=object))
    planned, current = float(frame["planned"].sum()), float(frame["current"].sum())
    frame["planned_share"] = frame["planned"] / planned if planned > 0 else None
    frame["current_share"] = frame["current"] / current if current > 0 else None
    frame[["planned_share", "current_share"]] = frame[["planned_share", "current_share"]].astype(float)
    total = plan_figure(snapshot, "budget_total")
    figures = {"planned": planned, "current": current}
    if total is not None:
        figures["budget_total"] = total
    figures |= key_figures(frame, "segment", ("planned", "current"))
    reading: list[Speaks] = [msg("Full colour: planned. Pale: spent today over a period of the same length.")]
    if total is None:
        reading.append(msg("The plan has no total budget yet; set it in the opening."))
    else:
        reading.append(
            msg(
                "Planned in all: {planned} of {total}. Spent today: {current}.",
                planned=Exact(planned, snapshot.currency),
                total=Exact(total, snapshot.currency),
                current=Exact(current, snapshot.currency),
            )
        )
    bare = [Short(snapshot, segment.id) for segment in snapshot.targets if segment.id not in set(frame["segment"])]
    if bare:
        reading.append(msg("Target segments without a budget: {names}.", names=Joined(bare)))
    height = height_for(len(frame), 60)

    return Exhibit(
        title=_split_title(snapshot, frame, planned, total),
        reading=tuple(reading),
        frame=frame,
        columns={
            "name": msg("Segment"),
            "planned": msg("Planned (plan currency)"),
            "current": msg("Spent today (plan currency)"),
            "planned_share": msg("Share planned (0–1)"),
            "current_share": msg("Share today (0–1)"),
        },
        figures=figures,
        draw=partial(_draw_budget_split, snapshot, frame, height),
        alt=msg("Bars of each segment's planned and present budget"),
        height=height,
    )


def _draw_budget_split(snapshot: Snapshot, frame: pd.DataFrame, height: int, language: Language) -> go.Figure:
    import plotly.graph_objects as go

    figure = canvas(height, money_title(msg("Budget"), snapshot.currency).in_(language))
    colors = [segment_colors(snapshot).get(segment, NEUTRAL) for segment in frame["segment"]]
    for column, title, shades in (
        ("current", msg("Spent today"), [tint(color, 0.35) for color in colors]),
        ("planned", msg("Planned"), colors),
    ):
        figure.add_trace(
            go.Bar(
                y=list(range(len(frame))),
                x=frame[column],
                orientation="h",
                name=title.in_(language),
                marker_color=shades,
                text=[money(value, language, snapshot.currency) if pd.notna(value) else "" for value in frame[column]],
                textposition="outside",
                cliponaxis=False,
                hoverinfo="skip",
            )
        )
    figure.update_layout(barmode="group")
    largest = float(frame[["planned", "current"]].max().max() or 0)
    figure.update_xaxes(range=[0, largest * 1.2 if largest > 0 else 1])
    label_rows(figure, list(frame["name"]), language)
    return figure


def _split_title(snapshot: Snapshot, frame: pd.DataFrame, planned: float, total: float | None) -> Message:
    currency = snapshot.currency
    if total is not None and abs(planned - total) > max(0.5, 0.001 * total):
        said = {"total": Exact(total, currency), "planned": Exact(planned, currency), "gap": Exact(abs(planned - total), currency)}
        if planned > total:
            return msg("Planned sums of {planned} exceed the budget of {total} by {gap}", **said)
        return msg("Of the budget of {total}, {gap} is not planned yet", **said)
    moved = (frame["planned_share"] - frame["current_share"]).dropna()
    if len(moved) and moved.abs().max() >= 0.01:
        row = frame.loc[moved.abs().idxmax()]
        said_share = {"name": row["name"], "now": Share(row["current_share"]), "then": Share(row["planned_share"])}
        if row["planned_share"] > row["current_share"]:
            return msg("{name} gains most: from {now} of the money today to {then}", **said_share)
        return msg("{name} gives up most: from {now} of the money today to {then}", **said_share)
    if planned <= 0:
        return msg("No money is planned yet")
    row = frame.loc[frame["planned"].idxmax()]
    if len(moved):
        return msg("The plan keeps today's split; {name} gets most, {share}", name=row["name"], share=Share(row["planned_share"]))
    return msg("{name} gets the largest share of the planned money, {share}", name=row["name"], share=Share(row["planned_share"]))


def _curve(row: Row) -> Adbudg | None:
    judged = (row["effect_zero"], row["effect_plus_half"], row["effect_saturation"])
    if any(value is None for value in judged) or not float(row.get("current", 0)) > 0:
        return None
    return calibrate(*(float(value) for value in judged))


@dataclass(frozen=True)
class _Effect:
    """What more spend would bring: index points of the segment's sales, and sales per unit of money where revenue is known."""

    gain: float | None = None
    sales: float | None = None


def _next_tenth(curve: Adbudg, spend: float, current: float, revenue: float | None) -> _Effect:
    """The next tenth of today's spend on top of ``spend``, which counts in today's; ``current`` is today's in money."""
    gain = curve.sales(spend + STEP) - curve.sales(spend)
    return _Effect(gain, None if revenue is None else gain / 100 * revenue / (STEP * current))


def response_frame(context: Context) -> pd.DataFrame:
    """One row per segment and instrument: planned, current, and what the next tenth of today's spend would bring.

    ``gain_today`` and ``gain_plan``: index points of the segment's sales (today = 100). ``return_today`` and ``return_plan``: sales
    per unit of money, where the segment's revenue is known; ``margin_plan``: the same in gross margin, where a margin is known.
    Empty without the judgements a response curve needs. ``unfit``: there are judgements, and no curve goes through them.
    """
    snapshot = context.snapshot
    rows = _budget_rows(snapshot)
    scope = {segment.id for segment in segments_in(context, {row["segment"] for row in rows})}
    records = []
    for row in (row for row in rows if row["segment"] in scope):
        segment = snapshot.row("segment", row["segment"])
        revenue = known(segment["revenue"]) if segment else None
        margin = margin_percent(snapshot, segment)
        current, planned = known(row["current"]), known(row["planned"])
        curve = _curve(row)
        today = plan = _Effect()
        early = False
        if curve and current:
            level = (planned or 0.0) / current
            today, plan = (_next_tenth(curve, spend, current, revenue) for spend in (1.0, level))
            early = curve.inflection is not None and level < curve.inflection
        records.append(
            {
                "row": row.id,
                "segment": row["segment"],
                "segment_name": Short(snapshot, row["segment"]),
                "instrument": row["instrument"],
                "instrument_name": ChoiceTitle(snapshot, "budget", "instrument", row.get("instrument", "")),
                "planned": planned,
                "current": current,
                "gain_today": today.gain,
                "gain_plan": plan.gain,
                "return_today": today.sales,
                "return_plan": plan.sales,
                "margin_plan": None if plan.sales is None or margin is None else plan.sales * margin / 100,
                "below_inflection": early,
                "unfit": row["effect_saturation"] is not None and row["effect_zero"] is not None and curve is None,
            }
        )
    frame = pd.DataFrame(records)
    if len(frame):
        numbers = ["planned", "current", "gain_today", "gain_plan", "return_today", "return_plan", "margin_plan"]
        frame[numbers] = frame[numbers].astype(float)
    return frame


def _cell(row: pd.Series) -> Message:
    return msg("{segment} · {instrument}", segment=row["segment_name"], instrument=InSentence(row["instrument_name"]))


def _instrument_title(snapshot: Snapshot, frame: pd.DataFrame) -> Message:
    currency = snapshot.currency
    returns, gains = frame["return_plan"].dropna(), frame["gain_plan"].dropna()
    if len(returns):
        best, worst = frame.loc[returns.idxmax()], frame.loc[returns.idxmin()]
        said = {"one": Money(1, currency), "best": _cell(best), "most": Money(best["return_plan"], currency)}
        if len(returns) == 1:
            return msg("At plan, a further {one} for {best} brings {most} of sales", **said)
        return msg(
            "At plan, a further {one} brings most with {best} ({most} of sales) and least with {worst} ({least})",
            worst=_cell(worst),
            least=Money(worst["return_plan"], currency),
            **said,
        )
    if len(gains):
        best = frame.loc[gains.idxmax()]
        return msg(
            "A tenth more brings most with {best}: {gain:# point|# points} of sales",
            best=_cell(best),
            gain=Number(best["gain_plan"], 1),
        )
    total = float(frame["planned"].sum())
    if total <= 0:
        return msg("No money is planned yet")
    row = frame.loc[frame["planned"].idxmax()]
    return msg("{cell} takes the largest share of the planned money, {share}", cell=_cell(row), share=Share(row["planned"] / total))


@exhibit("budget_by_instrument", msg("Budget by instrument and what more would bring"), settings=(SEGMENT,))
def budget_by_instrument(context: Context) -> Exhibit:
    snapshot = context.snapshot
    frame = response_frame(context)
    if frame.empty:
        raise _refuse()
    frame = frame.sort_values(["planned"], ascending=False, kind="stable", na_position="last").reset_index(drop=True)
    shown = frame.head(_MOST_BARS)
    reading: list[Speaks] = [
        msg("Bars: planned money. Line across: what is spent today. At the right: the sales a further unit brings, at plan.")
    ]
    if frame["gain_plan"].notna().any():
        reading.append(
            msg("Returns: the next tenth of today's spend, on response curves (Little's ADBUDG) through your judgements.")
        )
        if frame["return_plan"].notna().any():
            reading.append(msg("Sales are the segment's revenue, taken to cover a period as long as the plan's."))
        losing = frame[frame["margin_plan"] < 1]
        if len(losing):
            reading.append(msg("A further unit earns back less margin than it costs: {names}.", names=_cells(losing)))
        early = frame[frame["below_inflection"].astype(bool)]
        if len(early):
            reading.append(msg("Planned below the threshold where spend begins to tell: {names}.", names=_cells(early)))
    else:
        reading.append(
            msg("Judge the sales without spend, with half as much again and at saturation to see what more would bring.")
        )
    unfit = frame[frame["unfit"].astype(bool)]
    if len(unfit):
        reading.append(
            msg(
                "No curve fits {names}: sales must rise from no spend over 100 today to saturation, and today's spend be known.",
                names=_cells(unfit),
            )
        )
    height = height_for(len(shown), 34)
    figures = {"planned": float(frame["planned"].sum())} | key_figures(frame, "row", ("planned", "return_plan", "return_today"))
    return Exhibit(
        title=_instrument_title(snapshot, frame),
        reading=tuple(reading),
        frame=frame,
        columns={
            "segment_name": msg("Segment"),
            "instrument_name": msg("Instrument"),
            "planned": msg("Planned (plan currency)"),
            "current": msg("Spent today (plan currency)"),
            "return_today": msg("Sales per further unit, today"),
            "return_plan": msg("Sales per further unit, at plan"),
            "margin_plan": msg("Margin per further unit, at plan"),
            "gain_plan": msg("Index points from a tenth more, at plan"),
        },
        figures=figures,
        draw=lambda language: _draw_instruments(snapshot, shown, height, language),
        alt=msg("Bars of planned money per segment and instrument, with today's spend and the return of more"),
        height=height,
    )


def _cells(frame: pd.DataFrame) -> Joined:
    return Joined([_cell(row) for _, row in frame.head(4).iterrows()])


def _draw_instruments(snapshot: Snapshot, shown: pd.DataFrame, height: int, language: Language) -> go.Figure:
    import plotly.graph_objects as go

    figure = canvas(height, money_title(msg("Planned"), snapshot.currency).in_(language))
    colors = segment_colors(snapshot)
    places = list(range(len(shown)))
    brings = [
        Money(row.return_plan, snapshot.currency).in_(language)
        if pd.notna(row.return_plan)
        else msg("{points:# point|# points}", points=Number(row.gain_plan, 1)).in_(language)
        if pd.notna(row.gain_plan)
        else ""
        for row in shown.itertuples()
    ]
    largest = float(shown[["planned", "current"]].max().max() or 0) or 1.0
    figure.add_trace(
        go.Bar(
            y=places,
            x=shown["planned"].fillna(0),
            orientation="h",
            width=0.66,
            marker_color=[colors.get(segment, NEUTRAL) for segment in shown["segment"]],
            hovertemplate="%{x:,.0f}<extra></extra>",
            showlegend=False,
        )
    )
    spending = shown["current"].notna()
    figure.add_trace(
        go.Scatter(
            y=[place for place, mark in zip(places, spending, strict=True) if mark],
            x=shown.loc[spending, "current"],
            mode="markers",
            marker={"symbol": "line-ns", "size": 18, "line": {"width": 3, "color": NEUTRAL}},
            name=msg("Spent today").in_(language),
            showlegend=True,
            hovertemplate="%{x:,.0f}<extra>%{fullData.name}</extra>",
        )
    )
    # A column of their own: behind the bars the words would cross the marks of today's spend.
    figure.add_trace(
        go.Scatter(
            y=places,
            x=[largest * 1.08] * len(places),
            mode="text",
            text=brings,
            textposition="middle right",
            cliponaxis=False,
            hoverinfo="skip",
            showlegend=False,
        )
    )
    figure.update_layout(showlegend=True)
    figure.update_xaxes(range=[0, largest * (1.45 if any(brings) else 1.08)])
    label_rows(figure, [_cell(row) for _, row in shown.iterrows()], language, 26)
    return figure
