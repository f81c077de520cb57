"""Step 6 and 7, from the customers' purchases: what they are expected to buy, and who is still a customer."""

from __future__ import annotations

import itertools
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from strategy.customers import RiskThresholds, parts_frame
from strategy.exhibits.captions import Verbatim
from strategy.exhibits.chart_text import height_for
from strategy.exhibits.customer_fit import model_fit, model_tracking
from strategy.exhibits.customer_lifetimes import retention_curve
from strategy.exhibits.customer_models import HORIZON, UNIT, Fitted, Time, doubts, fitted, once_note, per_data
from strategy.exhibits.drawing import canvas, money_title
from strategy.exhibits.labels import Money, Number, Share, Short
from strategy.exhibits.model import Context, Exhibit, Setting, exhibit
from strategy.exhibits.palette import ACCENT, BAD, NEUTRAL, ink, segment_color, series, tint
from strategy.exhibits.purchases import adopted, cuts_in_use, data_state
from strategy.exhibits.row_labels import label_rows
from strategy.language import Language, Message, Speaks, msg

if TYPE_CHECKING:
    import plotly.graph_objects as go

__all__ = ["alive_or_silent", "expected_purchases", "model_fit", "model_tracking", "retention_curve"]

BY = Setting(
    "by", msg("Split by"), "segment", choices=(("segment", msg("Segments")), ("grade", msg("Grades by revenue")))
)  # fmt: skip
#: Edges of the gap ratio: where the bands of silence begin, with finer steps below.
RATIOS = (0.0, 0.5, 1.0, 1.5, 3.0, 6.0, 12.0, np.inf)


def expected_parts(context: Context, found: Fitted, days: float) -> pd.DataFrame:
    """Per segment or grade: part, customers, expected_purchases, expected_value, p_alive (mean)."""
    cursor, by = context.cursor, str(context.settings.get("by", "segment"))
    assert cursor is not None
    cuts = cuts_in_use(context) if by == "segment" else None
    rows = per_data(("parts", by, cuts), context, lambda: parts_frame(cursor, cuts))
    whole = Fitted(rows, found.buying, found.spending, found.first_day, found.end)
    purchases = whole.future(days)
    each = pd.DataFrame(
        {"part": rows["part"], "customers": 1, "expected_purchases": purchases, "expected_value": purchases * whole.spend()}
    )
    each["p_alive"] = whole.p_alive()
    grouped = each.groupby("part", observed=True)
    totals = grouped[["customers", "expected_purchases", "expected_value"]].sum()
    return totals.assign(p_alive=grouped["p_alive"].mean()).reset_index().astype({"part": str})


@exhibit("expected_purchases", msg("Expected purchases"), reads="customers", settings=(HORIZON, UNIT, BY))
def expected_purchases(context: Context) -> Exhibit:
    """What customers are expected to buy within the horizon, and its worth, by segment or grade."""
    found = fitted(context)
    days, unit, currency = float(context.settings["horizon_days"]), str(context.settings["unit"]), context.snapshot.currency
    frame = expected_parts(context, found, days)
    total, value = float(frame["expected_purchases"].sum()), float(frame["expected_value"].sum())
    money = value > 0
    measure = "expected_value" if money else "expected_purchases"
    frame = frame.sort_values(measure, ascending=False, kind="stable").reset_index(drop=True)
    frame["per_customer"] = frame["expected_purchases"] / frame["customers"]
    frame["share"] = frame[measure] / (frame[measure].sum() or 1.0)
    names, colors = part_names(context, list(frame["part"]))
    frame.insert(1, "name", pd.Series(names, dtype="object"))
    spoken = {
        "time": Time(days, unit),
        "count": Number(round(total)),
        "name": names[0],
        "share": Share(float(frame["share"].iloc[0])),
    }
    title: Message = (
        msg(
            "In the next {time}: {count:# purchase|# purchases} worth {money} expected, {share} of it from {name}",
            money=Money(value, currency),
            **spoken,
        )
        if money
        else msg("In the next {time}: {count:# purchase|# purchases} expected, {share} of them from {name}", **spoken)
    )
    reading: list[Speaks] = [
        msg(
            "How often each customer will buy (days with a purchase), from how often and how recently they bought (BG/NBD), times what a "
            "purchase of theirs brings (Gamma-Gamma), without new customers. A mean over many; a single customer can be far from it."
        ),
        *doubts(context, found, money=True),
        *once_note(found),
        data_state(context),
    ]

    columns: dict[str, Speaks] = {
        "name": msg("Segment") if context.settings["by"] == "segment" else msg("Grade"),
        "customers": msg("Customers"),
        "expected_purchases": msg("Expected purchases"),
        "per_customer": msg("Expected purchases per customer"),
        "expected_value": msg("Expected value"),
        "share": msg("Share"),
        "p_alive": msg("Chance of still being active (mean)"),
    }
    kept = {f"{row.part}.{name}": round(float(getattr(row, name)), 2) for row in frame.itertuples()
            for name in ("expected_purchases", "expected_value")}  # fmt: skip
    return Exhibit(
        title=title,
        reading=tuple(reading),
        frame=frame,
        columns=columns,
        figures={"expected_purchases": round(total, 2), "expected_value": round(value, 2), **kept},
        draw=partial(_draw_expected_purchases, frame, measure, colors, currency),
        alt=msg("Bars of expected value within the horizon by segment or grade"),
        height=height_for(len(frame)),
    )


def _draw_expected_purchases(frame: pd.DataFrame, measure: str, colors: list[str], currency: str, language: Language) -> go.Figure:
    """``measure``: the column the bars show; ``colors``: one a row."""
    import plotly.graph_objects as go

    axis = money_title(msg("Expected value"), currency) if measure == "expected_value" else msg("Expected purchases")
    figure = canvas(height_for(len(frame)), axis.in_(language), "")
    longest = float(frame[measure].max() or 1)
    texts = [
        msg(
            "{count:# purchase|# purchases} · {each} each",
            count=Number(round(row.expected_purchases)),
            each=Number(row.per_customer, 2),
        )
        for row in frame.itertuples()
    ]
    figure.add_trace(
        go.Bar(
            y=list(range(len(frame))),
            x=list(frame[measure]),
            orientation="h",
            marker_color=colors,
            text=[text.in_(language) for text in texts],
            # Beside a long bar there is no room on a phone.
            textposition=["inside" if value > 0.5 * longest else "outside" for value in frame[measure]],
            insidetextanchor="end",
            insidetextfont={"color": [ink(color) for color in colors]},
            cliponaxis=False,
            customdata=list(frame["part"]),
            hovertemplate="%{x:,.0f}<extra></extra>",
        )
    )
    label_rows(figure, list(frame["name"]), language, 18)
    figure.update_xaxes(range=[0, longest * 1.15])
    return figure


def part_names(context: Context, parts: list[str]) -> tuple[list[Speaks], list[str]]:
    """Names and colours of segments (the plan's where they were adopted) or grades."""
    if context.settings.get("by") == "grade":
        return [msg("Grade {grade}", grade=part) for part in parts], [ACCENT] * len(parts)
    rows, named = adopted(context.snapshot), cuts_in_use(context).segment_names()
    known = list(named)
    names: list[Speaks] = [Short(context.snapshot, rows[part].id) if part in rows else named[part] for part in parts]
    return names, [segment_color(rows[part]) if part in rows else series(known.index(part)) for part in parts]


@exhibit("alive_or_silent", msg("Silence and chance of being active"), reads="customers", settings=(UNIT,))
def alive_or_silent(context: Context) -> Exhibit:
    """The gap ratio first, because it needs no model; the model's chance of still being active beside it."""
    found = fitted(context)
    rows = found.customers
    again = rows[rows["x"] > 0]
    gap = again["last_days"] / again["x"]
    ratio = (again["observed_days"] - again["last_days"]) / gap
    alive = found.p_alive()[(rows["x"] > 0).to_numpy()]
    band = pd.cut(ratio, list(RATIOS), right=True, include_lowest=True, labels=False)
    grouped = pd.DataFrame({"band": band, "alive": alive}).groupby("band")["alive"]
    frame = grouped.quantile([0.1, 0.5, 0.9]).unstack().reindex(range(len(RATIOS) - 1))
    frame.columns = pd.Index(["alive_low", "alive", "alive_high"])
    frame.insert(0, "customers", grouped.size().reindex(frame.index).fillna(0).astype(int))
    names: list[Speaks] = [
        msg("above {low}×", low=f"{low:g}") if np.isinf(high) else Verbatim(f"{low:g}–{high:g}×")
        for low, high in itertools.pairwise(RATIOS)
    ]
    frame.insert(0, "name", pd.Series(names, dtype="object"))
    limits = RiskThresholds()
    silent = ratio > limits.at_risk
    count, still = int(silent.sum()), float((alive[silent.to_numpy()] > 0.5).mean()) if silent.any() else 0.0
    title = msg(
        "{count} of {all} returning customers ({share}) are silent for over {limit} times their usual gap",
        count=Number(count),
        all=Number(len(again)),
        share=Share(count / len(again)),
        limit=Number(limits.at_risk),
    )
    said = doubts(context, found)
    reading: list[Speaks] = [
        msg(
            "Across: time since the last purchase over the customer's own usual gap, which needs no model. Up: the chance of still being "
            "active according to BG/NBD, median and the middle 80%."
        ),
        *([msg("It gives {share} of the silent ones a better than even chance.", share=Share(still))] if count else []),
        msg("Act on the silence alone.")
        if found.buying.doubtful
        else msg(
            "Act on the silence; use the chance to rank those equally silent. It is an opinion of a model, not an observed departure."
        ),
        *said,
        *once_note(found),
        msg("Usual gap of returning customers: {time} (median).", time=Time(float(gap.median()), str(context.settings["unit"]))),
        data_state(context),
    ]

    return Exhibit(
        title=title,
        reading=tuple(reading),
        frame=frame,
        columns={
            "name": msg("Silence in multiples of the usual gap"),
            "customers": msg("Customers"),
            "alive": msg("Chance of still being active (median)"),
            "alive_low": msg("10% are below"),
            "alive_high": msg("10% are above"),
        },
        figures={
            "silent": float(count),
            "returning": float(len(again)),
            "silent_called_active": round(still, 4),
            "p_alive": round(float(np.mean(alive)), 4) if len(alive) else 0.0,
        },
        draw=partial(_draw_alive_or_silent, frame, bool(said)),
        alt=msg("Chance of still being active against silence in multiples of the usual gap"),
    )


def _draw_alive_or_silent(frame: pd.DataFrame, doubtful: bool, language: Language) -> go.Figure:
    import plotly.graph_objects as go

    figure = canvas(
        420,
        msg("Silence in multiples of the usual gap").in_(language),
        msg("Chance of still being active (%)").in_(language),
    )
    # Without the sign of the axis' title: eight bands have little room on a phone.
    labels = [f"&gt;{low:g}" if np.isinf(high) else f"{low:g}–{high:g}" for low, high in itertools.pairwise(RATIOS)]
    shown = frame["customers"].to_numpy() > 0
    at = [label for label, there in zip(labels, shown, strict=True) if there]
    part = frame[shown]
    share = part["customers"] / part["customers"].sum() * 100
    figure.add_trace(
        go.Bar(x=at, y=list(share), name=msg("Share of returning customers").in_(language), marker_color=tint(NEUTRAL, 0.35),
               hovertemplate="%{x}×: %{y:.0f}%<extra></extra>")
    )  # fmt: skip
    middle, color = part["alive"] * 100, BAD if doubtful else ACCENT
    figure.add_trace(
        go.Scatter(
            x=at,
            y=list(middle),
            mode="lines+markers",
            name=msg("Chance of still being active").in_(language),
            marker={"size": 11, "color": color},
            line={"color": color, "width": 2},
            error_y={
                "type": "data",
                "array": list(part["alive_high"] * 100 - middle),
                "arrayminus": list(middle - part["alive_low"] * 100),
                "thickness": 1.5,
            },
            hovertemplate="%{x}×: %{y:.0f}%<extra></extra>",
        )
    )
    figure.update_xaxes(type="category", categoryorder="array", categoryarray=labels, tickangle=0)
    figure.update_yaxes(range=[0, 105])
    figure.update_layout(showlegend=True, margin={"t": 40})
    return figure
