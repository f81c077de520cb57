"""How long customers stay: the share left after a time, counted (Kaplan-Meier) and carried on by a model (shifted-beta-geometric)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from strategy.analysis import kaplan_meier, shifted_beta_geometric
from strategy.customers import lifetimes_frame
from strategy.errors import NoData
from strategy.exhibits.customer_models import DAYS, UNIT, Time, per_data
from strategy.exhibits.drawing import canvas
from strategy.exhibits.labels import Number, Share
from strategy.exhibits.model import Context, Exhibit, Setting, exhibit
from strategy.exhibits.palette import ACCENT, CAUTION, tint
from strategy.exhibits.purchases import data_state
from strategy.language import Language, Message, Speaks, msg

if TYPE_CHECKING:
    import plotly.graph_objects as go

SILENT = Setting("silent_days", msg("Left after silence of (days)"), 180, 14, 1826)
#: Length of a period of the shifted-beta-geometric, in days: a month.
PERIOD = 30
#: Customers still watched below which a curve is drawn no further, and points drawn at most.
LEAST_WATCHED, POINTS = 10, 300
#: Customers who left, below which no model is fitted.
LEAST_LEFT = 30
#: Share of customers by which the model may miss the counted curve.
POOR = 0.05


@exhibit("retention_curve", msg("Retention curve"), reads="customers", settings=(SILENT, UNIT))
def retention_curve(context: Context) -> Exhibit:
    """The share of customers still buying, by time since the first purchase, under a stated rule of who left."""
    silent, unit = int(context.settings["silent_days"]), str(context.settings["unit"])
    data_state(context)
    assert context.cursor is not None
    cursor = context.cursor
    rows = per_data(("lifetimes", silent), context, lambda: lifetimes_frame(cursor, silent))
    total = int(rows["customers"].sum()) if len(rows) else 0
    left = int(rows.loc[rows["ended"] == 1, "customers"].sum()) if len(rows) else 0
    # Who was watched for no day at all and is still there could not have been seen to leave.
    seen = int(rows.loc[(rows["days"] > 0) | (rows["ended"] == 1), "customers"].sum()) if len(rows) else 0
    if seen < LEAST_LEFT:
        raise NoData(
            msg(
                "Customers whose leaving could show after {days} days of silence: {count:0=none|#}; a curve takes at least {least}",
                days=silent,
                count=seen,
                least=LEAST_LEFT,
            ),
            None,
            msg("Choose a shorter silence, or import more customers or a longer period."),
        )
    curve = kaplan_meier.survival_curve(rows["days"], rows["ended"], rows["customers"])
    drawn_to = curve.time[curve.at_risk >= LEAST_WATCHED].max(initial=0.0) or _watched(rows)
    model = _model(rows) if left >= LEAST_LEFT else None
    frame = _frame(curve, float(drawn_to), model)
    once = float(1 - curve.at(0.0))
    half = curve.median
    title: Message = (
        msg("Nobody has left in the {time} watched", time=Time(float(drawn_to), unit))
        if not left
        else msg(
            "Half of the customers have left after {time}; {share} never come back after the first day",
            time=Time(half, unit),
            share=Share(once),
        )
        if half is not None and half > 0
        else msg("{share} of the customers never come back after the first day", share=Share(once))
        if half is not None
        else msg(
            "{share} of the customers are still there after {time}",
            share=Share(float(curve.at(drawn_to))),
            time=Time(float(drawn_to), unit),
        )
    )
    reading: list[Speaks] = [
        msg(
            "Who has not bought for more than {days} days counts as gone since the last purchase. This is a rule, not an observation: nobody "
            "gave notice, and a shorter or longer silence moves the curve.",
            days=Number(silent),
        ),
        msg("Line: the share left (Kaplan-Meier) with its 95% interval; {left} of {all} customers left by this rule.",
            left=Number(left), all=Number(total)),
        *_model_words(model, _off(curve, float(drawn_to), model)),
        data_state(context),
    ]  # fmt: skip

    return Exhibit(
        title=title,
        reading=tuple(reading),
        frame=frame,
        columns={
            "days": msg("Time since the first purchase (days)"),
            "survival": msg("Share left, counted"),
            "low": msg("Interval, low"),
            "high": msg("Interval, high"),
            "model": msg("Share left, model"),
        },
        figures={"left": float(left), "customers": float(total), "never_back": round(once, 4),
                 **({"median_days": half} if half is not None else {})},
        draw=partial(_draw_retention_curve, frame, unit),
        alt=msg("Share of customers left by time since the first purchase"),
    )  # fmt: skip


def _draw_retention_curve(frame: pd.DataFrame, unit: str, language: Language) -> go.Figure:
    import plotly.graph_objects as go

    axis = msg("Time since the first purchase (weeks)") if unit == "week" else msg("Time since the first purchase (days)")
    figure = canvas(420, axis.in_(language), msg("Customers left (%)").in_(language))
    counted, per = frame.dropna(subset=["survival"]), DAYS[unit]
    x = list((counted["days"] / per).round(3))
    for column, fill in (("high", None), ("low", "tonexty")):
        figure.add_trace(
            go.Scatter(x=x, y=list(counted[column] * 100), mode="lines", line={"width": 0, "shape": "hv"}, fill=fill,
                       fillcolor=tint(ACCENT, 0.18), showlegend=False, hoverinfo="skip")
        )  # fmt: skip
    figure.add_trace(
        go.Scatter(
            x=x,
            y=list(counted["survival"] * 100),
            mode="lines",
            name=msg("Counted (Kaplan-Meier)").in_(language),
            line={"color": ACCENT, "width": 3, "shape": "hv"},
            hovertemplate="%{x:.0f}: %{y:.0f}%<extra></extra>",
        )
    )
    carried = frame.dropna(subset=["model"])
    if len(carried):
        figure.add_trace(
            go.Scatter(
                x=list((carried["days"] / per).round(3)),
                y=list(carried["model"] * 100),
                mode="lines+markers",
                name=msg("Carried on (shifted-beta-geometric)").in_(language),
                line={"color": CAUTION, "width": 2, "dash": "dot"},
                marker={"size": 6},
                hovertemplate="%{x:.0f}: %{y:.0f}%<extra></extra>",
            )
        )
    figure.update_yaxes(range=[0, 102])
    figure.update_xaxes(rangemode="tozero")
    figure.update_layout(showlegend=True, margin={"t": 40})
    return figure


def _watched(rows: pd.DataFrame) -> float:
    """How long enough customers were watched: the longest time that ``LEAST_WATCHED`` of them, or all where they are fewer, reach."""
    longest = rows.sort_values("days", ascending=False)
    enough = longest["customers"].cumsum() >= min(LEAST_WATCHED, int(longest["customers"].sum()))
    return float(longest.loc[enough, "days"].iloc[0])


def _model(rows: pd.DataFrame) -> shifted_beta_geometric.ShiftedBetaGeometricFit | None:
    """The shifted-beta-geometric on lifetimes in whole periods; None where it cannot be fitted."""
    periods = rows["days"] // PERIOD + rows["ended"]
    try:
        return shifted_beta_geometric.fit(periods, rows["ended"], rows["customers"])
    except NoData:
        return None


def _frame(
    curve: kaplan_meier.SurvivalCurve, to: float, fit: shifted_beta_geometric.ShiftedBetaGeometricFit | None
) -> pd.DataFrame:
    """Points of the curve up to day ``to``, and of the model by period to half as long again."""
    days = np.unique(np.append(0.0, np.linspace(0, to, min(POINTS, int(to) + 1)).round()))
    at = np.searchsorted(curve.time, days, side="right")
    counted = pd.DataFrame(
        {
            "days": days,
            "survival": np.append(1.0, curve.survival)[at],
            "low": np.append(1.0, curve.low)[at],
            "high": np.append(1.0, curve.high)[at],
        }
    )
    if fit is None:
        return counted.assign(model=np.nan)
    last = max(1, int(np.ceil(to * 1.5 / PERIOD)))
    periods = np.arange(0, last + 1, max(1, last // 60))
    carried = pd.DataFrame({"days": periods * float(PERIOD), "model": fit.model.survival(periods)})
    return counted.merge(carried, on="days", how="outer").sort_values("days", kind="stable").reset_index(drop=True)


def _off(curve: kaplan_meier.SurvivalCurve, to: float, fit: shifted_beta_geometric.ShiftedBetaGeometricFit | None) -> float:
    """How far the model lies from the counted curve at most, at the ends of periods, as a share of customers."""
    if fit is None:
        return 0.0
    # A customer who left within period n is gone at its last day, which is the day before the next period begins.
    periods = np.arange(1, int(to) // PERIOD + 1)
    return float(np.abs(curve.at(periods * PERIOD - 1.0) - fit.model.survival(periods)).max(initial=0.0))


def _model_words(fit: shifted_beta_geometric.ShiftedBetaGeometricFit | None, off: float) -> list[Speaks]:
    if fit is None:
        return [msg("Too few left to carry the curve on with a model.")]
    if fit.at_bound or not fit.converged:
        return [msg("The model that carries the curve on is not settled by these data; do not read beyond the counted part.")]
    if off > POOR:
        return [
            msg(
                "Dotted: a model for contracts; it misses the counted curve by up to {off} of the customers, so do not carry the curve on "
                "with it.",
                off=Share(off),
            )
        ]
    first, tenth = (float(value) for value in fit.model.retention([1, 10]))
    return [
        msg(
            "Dotted: a model for contracts (periods of {days} days): {first} stay through the first period, {tenth} of those left through the "
            "tenth. Retention rises because those likely to leave go first, not because anybody grew more loyal.",
            days=PERIOD,
            first=Share(first),
            tenth=Share(tenth),
        )
    ]
