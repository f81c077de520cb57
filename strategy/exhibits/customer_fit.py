"""How well the model of repeat buying describes the purchases: how often customers bought, and how it goes on after the fit."""

from __future__ import annotations

import datetime as dt
import itertools
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from strategy.customers import events_frame
from strategy.errors import NoData
from strategy.exhibits.customer_models import CALIBRATION, DAYS, UNIT, Fitted, Time, dataset, doubts, fitted, per_data
from strategy.exhibits.drawing import canvas
from strategy.exhibits.labels import Number, Share
from strategy.exhibits.model import Context, Exhibit, exhibit
from strategy.exhibits.palette import ACCENT, CAUTION, NEUTRAL
from strategy.exhibits.purchases import data_state
from strategy.language import Day, Language, Speaks, msg

if TYPE_CHECKING:
    import plotly.graph_objects as go

#: Shares of customers in the wrong bar, and errors after the fit, up to which the model is called good, and from which doubtful.
GOOD_FIT, POOR_FIT = 0.05, 0.10
GOOD_TRACKING, POOR_TRACKING = 0.05, 0.15
#: Bars before the last one at most, and the share of customers up to which the last may hold all who bought more often.
MOST_BARS, LAST_BAR = 12, 0.25
#: Chances worked out for the bars at most.
_MOST_CHANCES = 400_000
#: Days before and after the cut without which following on cannot be judged.
LEAST_DAYS = 56


def bar_edges(repeats: np.ndarray) -> list[int]:
    """Where the bars of a chart of repeat purchases begin: single counts, or stretches of equal width where most would be in the last bar.

    A last bar that holds most customers would agree with any model, since both come to everybody.
    """
    most = float(np.quantile(repeats, 0.95))
    last = int(np.clip(most, 5, MOST_BARS))
    if float((repeats >= last).mean()) <= LAST_BAR:
        return list(range(last + 1))
    width = int((most + 1) // -MOST_BARS * -1)
    return [nth * width for nth in range(MOST_BARS + 1)]


def expected_frequencies(found: Fitted, edges: list[int]) -> tuple[np.ndarray, np.ndarray]:
    """Customers by repeat purchases from each of ``edges`` up to the next, the last without end: as counted, and as the model expects."""
    rows = found.customers
    at = np.searchsorted(edges, rows["x"], side="right") - 1
    actual = np.bincount(at, minlength=len(edges)).astype(float)
    times, customers = np.unique(rows["observed_days"], return_counts=True)
    if len(times) * edges[-1] > _MOST_CHANCES:  # neighbouring times taken together: a day of a thousand makes no difference
        part = np.arange(len(times)) * max(1, _MOST_CHANCES // edges[-1]) // len(times)
        together = np.bincount(part, customers)
        times, customers = np.bincount(part, times * customers) / together, together
    each = np.array([found.buying.model.p_count(n, times.astype(float)) @ customers for n in range(edges[-1])])
    expected = np.add.reduceat(each, edges[:-1])
    return actual, np.append(expected, max(float(len(rows)) - expected.sum(), 0.0))


@exhibit("model_fit", msg("Model fit"), reads="customers", settings=(UNIT,))
def model_fit(context: Context) -> Exhibit:
    """Customers by number of repeat purchases, as counted and as the model expects."""
    found = fitted(context)
    edges = bar_edges(found.customers["x"].to_numpy())
    actual, expected = expected_frequencies(found, edges)
    wrong = float(np.abs(actual - expected).sum() / 2 / actual.sum())
    labels = [str(low) if high == low + 1 else f"{low}–{high - 1}" for low, high in itertools.pairwise(edges)] + [f"{edges[-1]}+"]
    frame = pd.DataFrame({"repeats": labels, "actual": actual.astype(int), "expected": expected.round(1)})
    name = Share(wrong, 1)
    if wrong <= GOOD_FIT:
        title = msg("The model describes repeat buying well: {share} of the customers are in the wrong bar", share=name)
    elif wrong <= POOR_FIT:
        title = msg("The model describes repeat buying roughly: {share} of the customers are in the wrong bar", share=name)
    else:
        title = msg("Do not rely on the model: it puts {share} of the customers in the wrong bar", share=name)
    unit = str(context.settings["unit"])
    model = found.buying.model.in_unit(DAYS[unit])
    reading: list[Speaks] = [
        msg(
            "Customers by the number of days they bought on after their first: counted, and expected from the model with its four "
            "parameters. Bars that agree do not prove that it predicts; see how it goes on after the fit."
        ),
        *doubts(context, found),
        msg(
            "BG/NBD: r {r}, alpha {alpha} ({unit}), a {a}, b {b}; log-likelihood {value}.",
            r=Number(model.r, 3),
            alpha=Number(model.alpha, 3),
            unit=msg("weeks") if unit == "week" else msg("days"),
            a=Number(model.a, 3),
            b=Number(model.b, 3),
            value=Number(_in_unit(found, unit), 1),
        ),
        data_state(context),
    ]

    def draw(language: Language) -> go.Figure:
        import plotly.graph_objects as go

        figure = canvas(400, msg("Repeat purchases").in_(language), msg("Customers").in_(language))
        for name, values, color in (
            (msg("Counted"), frame["actual"], NEUTRAL),
            (msg("Expected by the model"), frame["expected"], ACCENT),
        ):
            figure.add_trace(
                go.Bar(
                    x=labels,
                    y=list(values),
                    name=name.in_(language),
                    marker_color=color,
                    hovertemplate="%{x}: %{y:,.0f}<extra></extra>",
                )
            )
        figure.update_xaxes(type="category")
        figure.update_layout(showlegend=True, barmode="group", margin={"t": 40})
        return figure

    return Exhibit(
        title=title,
        reading=tuple(reading),
        frame=frame,
        columns={"repeats": msg("Repeat purchases"), "actual": msg("Customers, counted"), "expected": msg("Customers, expected")},
        figures={"misplaced": round(wrong, 4), "r": round(model.r, 4), "alpha": round(model.alpha, 4), "a": round(model.a, 4),
                 "b": round(model.b, 4)},
        draw=draw,
        alt=msg("Customers by number of repeat purchases, counted and expected"),
        height=400,
    )  # fmt: skip


def _in_unit(found: Fitted, unit: str) -> float:
    """The log-likelihood with times in ``unit``: densities of times grow with the unit."""
    return found.buying.log_likelihood + float(found.customers["x"].sum()) * float(np.log(DAYS[unit]))


def tracking(context: Context, share: float) -> tuple[Fitted, pd.DataFrame, int]:
    """The model fitted to the first ``share`` of the period, repeat purchases of its customers by day, and the day of the cut.

    Columns: day (from 0), actual and expected, both cumulative. The expectation knows of each customer only the day of the first purchase.
    """
    data = dataset(context)
    span = (data.last_day - data.first_day).days
    cut = round(span * share)
    if min(cut, span - cut) < LEAST_DAYS:
        raise NoData(
            msg("The purchases span {days:# day|# days}; that is too short to fit on one part and check on the rest", days=span),
            None,
            msg("Import a longer period, or move the share of the period to fit on towards the middle."),
        )
    end = data.first_day + dt.timedelta(days=cut)
    found = fitted(context, end)
    assert context.cursor is not None
    cursor = context.cursor
    events = per_data(("events", end), context, lambda: events_frame(cursor, end))
    at = (events["day"] - pd.Timestamp(data.first_day)).dt.days.to_numpy()
    born, bought = np.zeros(span + 1), np.zeros(span + 1)
    born[at], bought[at] = events["first"], events["events"]
    each = found.buying.model.expected_purchases(np.arange(span + 1.0))
    size = 2 * span + 2
    expected = np.fft.irfft(np.fft.rfft(born, size) * np.fft.rfft(each, size), size)[: span + 1]
    return found, pd.DataFrame({"day": np.arange(span + 1), "actual": np.cumsum(bought - born), "expected": expected}), cut


@exhibit("model_tracking", msg("Model after the fit"), reads="customers", settings=(CALIBRATION, UNIT))
def model_tracking(context: Context) -> Exhibit:
    """Repeat purchases as they added up, and as a model expects that has seen only the first part of the period."""
    share, unit = float(context.settings["calibration_pct"]) / 100, str(context.settings["unit"])
    found, daily, cut = tracking(context, share)
    end = daily.iloc[-1]
    later = float(end["actual"] - daily["actual"].iloc[cut])
    expected = max(0.0, float(end["expected"] - daily["expected"].iloc[cut]))
    nothing = not later and round(expected) == 0
    off = 0.0 if nothing else expected / later - 1 if later else np.inf
    held = len(daily) - 1 - cut
    single = float(found.future(held).sum())
    values = {"expected": Number(round(expected)), "actual": Number(round(later)), "time": Time(held, unit)}
    if nothing:
        title = msg("Nobody bought again in the {time} after the fit, as the model expected", **values)
    elif not later:
        title = msg(
            "Nobody bought again in the {time} after the fit, while the model expected {expected:# purchase|# purchases}", **values
        )
    elif abs(off) <= GOOD_TRACKING:
        title = msg("The model holds after the fit: {expected} repeat purchases expected in {time}, {actual} counted", **values)
    elif off > 0:
        title = msg("The model expects {share} too many purchases after the fit", share=Share(off))
    else:
        title = msg("The model expects {share} too few purchases after the fit", share=Share(-off))
    reading: list[Speaks] = [
        msg(
            "Fitted on the purchases up to {day}; the rest was kept from it. In the {time} after: {expected} repeat purchases expected, "
            "{actual} counted; knowing each customer's history, {single}.",
            day=Day(found.end),
            single=Number(round(single)),
            **values,
        )
    ]
    if abs(off) > POOR_TRACKING:
        reading.append(
            msg(
                "Do not plan on this model: something changed that it does not know of, such as a season, a campaign or a new assortment."
            )
        )
    elif abs(off) > GOOD_TRACKING:
        reading.append(msg("Plan with a margin of at least that size."))
    reading += doubts(context, found)
    reading.append(data_state(context))
    step = max(7, (len(daily) // 200 + 6) // 7 * 7) if unit == "week" else max(1, len(daily) // 400)
    frame = daily.iloc[::step].reset_index(drop=True)
    frame.insert(0, "time", frame["day"] / DAYS[unit])

    return Exhibit(
        title=title,
        reading=tuple(reading),
        frame=frame,
        columns={
            "time": msg("Weeks") if unit == "week" else msg("Days"),
            "actual": msg("Repeat purchases, counted"),
            "expected": msg("Repeat purchases, expected"),
        },
        figures={"expected": round(expected, 1), "actual": later, "expected_from_histories": round(single, 1)},
        draw=partial(_draw_model_tracking, frame, cut, unit),
        alt=msg("Cumulative repeat purchases over time, counted and expected, with the end of the fit marked"),
    )


def _draw_model_tracking(frame: pd.DataFrame, cut: int, unit: str, language: Language) -> go.Figure:
    """``cut``: the day that ended the fit, counted as ``day`` of ``frame`` is."""
    import plotly.graph_objects as go

    axis = msg("Weeks since the first purchase in the data") if unit == "week" else msg("Days since the first purchase in the data")
    figure = canvas(420, axis.in_(language), msg("Repeat purchases, cumulative").in_(language))
    for name, column, color, dash in (
        (msg("Counted"), "actual", NEUTRAL, "solid"),
        (msg("Expected by the model"), "expected", ACCENT, "dash"),
    ):
        figure.add_trace(
            go.Scatter(
                x=list(frame["time"].round(2)),
                y=list(frame[column].round(1)),
                mode="lines",
                name=name.in_(language),
                line={"color": color, "width": 3, "dash": dash},
                hovertemplate="%{x:.0f}: %{y:,.0f}<extra></extra>",
            )
        )
    at = cut / DAYS[unit]
    figure.add_vline(x=at, line={"color": CAUTION, "width": 1.5, "dash": "dot"})
    for side, text in (("right", msg("fitted")), ("left", msg("kept from the fit"))):
        figure.add_annotation(x=at, y=0.03, yref="paper", xanchor=side, showarrow=False, text=f"&nbsp;{text.in_(language)}&nbsp;")
    figure.update_layout(showlegend=True, margin={"t": 40})
    figure.update_yaxes(rangemode="tozero")
    return figure
