"""Step 5: whom to win, at what cost and by which funnel, and what the measures for growth bring."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from strategy.analysis import acquisition_value as worth
from strategy.errors import NoData
from strategy.exhibits.captions import in_title
from strategy.exhibits.chart_text import wrapped
from strategy.exhibits.drawing import GRID, canvas, money_title
from strategy.exhibits.funnel import funnel, route
from strategy.exhibits.growth import engines, opportunity_gap
from strategy.exhibits.label_leaders import Name, named_note, write
from strategy.exhibits.labels import Joined, Money, Number
from strategy.exhibits.model import Context, Exhibit, Setting, exhibit
from strategy.exhibits.palette import BAD, GOOD, NEUTRAL, segment_colors
from strategy.exhibits.plan_frame import plan_figure
from strategy.exhibits.ranges import (
    axis_marks,
    axis_span,
    bar_height,
    bubble,
    cells,
    error_bar,
    key_figures,
    known,
    on_axis,
    ranged,
    sources,
)
from strategy.exhibits.row_labels import row_names
from strategy.exhibits.scope import role_rank
from strategy.language import Language, Message, Speaks, msg
from strategy.language.numbers import number
from strategy.workbook import Snapshot

if TYPE_CHECKING:
    import plotly.graph_objects as go

__all__ = ["acquisition_economics", "acquisition_matrix", "engines", "funnel", "opportunity_gap"]

CELLS: dict[str, Message] = {
    "compete": msg("High value, low cost: everybody competes"),
    "staged": msg("High value, high cost: win in stages"),
    "opportunistic": msg("Low value, low cost: take what comes"),
    "decline": msg("Low value, high cost: decline"),
}
#: Where each cell's name stands in the chart: x, y (shares of the plot), horizontal and vertical anchor.
_CORNERS = {
    "compete": (0.01, 0.99, "left", "top"),
    "staged": (0.99, 0.99, "right", "top"),
    "opportunistic": (0.01, 0.01, "left", "bottom"),
    "decline": (0.99, 0.01, "right", "bottom"),
}
_FIGURES = ("cost", "lifetime_value", "value_ratio", "payback_months", "target_customers")


def lines_at(split: float | None) -> list[float]:
    """The line between low and high as far as there is one, so that the axis reaches it."""
    return [] if split is None else [float(split)]


def acquisition_frame(snapshot: Snapshot) -> pd.DataFrame:
    """One row per segment and channel with cost and lifetime value known; money in the plan's currency, payback in months.

    Raises :class:`NoData` when there is none.
    """
    rows = []
    for row in snapshot.rows("acquisition"):
        cost, value = ranged(row, "cost_per_customer"), ranged(row, "lifetime_value")
        if cost.value is None or value.value is None:
            continue
        margin = known(row["margin_per_month"])
        rows.append(
            {
                "acquisition": row.id,
                "segment": row["segment"],
                "name": route(snapshot, row),
                "cost": cost.value,
                "cost_low": cost.low,
                "cost_high": cost.high,
                "lifetime_value": value.value,
                "lifetime_value_low": value.low,
                "lifetime_value_high": value.high,
                "value_ratio": worth.value_ratio(value.value, cost.value),
                "value_ratio_low": worth.value_ratio(value.low, cost.high),
                "value_ratio_high": worth.value_ratio(value.high, cost.low),
                "payback_months": worth.payback_months(cost.value, margin),
                "payback_months_low": worth.payback_months(cost.low, margin),
                "payback_months_high": worth.payback_months(cost.high, margin),
                "target_customers": known(row["target_customers"]),
                "approach": row["approach"],
            }
        )
    if not rows:
        raise NoData(
            msg("No way of winning customers has cost and lifetime value yet"),
            None,
            msg("Give each target segment and channel the cost of one customer and what that customer brings."),
        )
    frame = pd.DataFrame(rows)
    numeric = [column for column in frame.columns if column.removesuffix("_low").removesuffix("_high") in _FIGURES]
    return frame.astype(dict.fromkeys(numeric, float))


def _corner_lines(range_x: list[float], range_y: list[float]) -> list[tuple[float, float, float, float]]:
    """Where the advice of the four cells is written, as lines that names keep away from."""
    across, up = range_x[1] - range_x[0], range_y[1] - range_y[0]
    return [
        (range_x[0] + left * across, range_y[0] + height * up, range_x[0] + (left + 0.15) * across, range_y[0] + height * up)
        for left in (0.0, 0.85)
        for height in (0.02, 0.06, 0.1, 0.9, 0.94, 0.98)
    ]


def _acquisition_matrix_title(frame: pd.DataFrame, split_value: float | None, currency: str) -> Message:
    strategic = list(frame.loc[frame["cell"] == "staged", "name"])
    contested = list(frame.loc[frame["cell"] == "compete", "name"])
    if split_value is None or frame["cell"].isna().all():
        first = frame.iloc[0]
        return msg(
            "{name}: a customer costs {cost} to win and brings {value}",
            name=first["name"],
            cost=Money(first["cost"], currency),
            value=Money(first["lifetime_value"], currency),
        )
    if strategic:
        return msg("{names}: high value at high cost, to be won in stages", names=in_title(strategic))
    if contested:
        return msg("{names}: high value at low cost, where everybody competes", names=in_title(contested))
    return msg("No customer to win brings {split} or more", split=Money(split_value, currency))


@exhibit(
    "acquisition_matrix",
    msg("Development cost against customer value"),
    settings=(
        Setting("split_cost", msg("Cost counted as high from (0: the median)"), 0.0, 0.0),
        Setting("split_value", msg("Value counted as high from (0: the median)"), 0.0, 0.0),
    ),
)
def acquisition_matrix(context: Context) -> Exhibit:
    snapshot, currency = context.snapshot, context.snapshot.currency
    frame = acquisition_frame(snapshot)
    split_cost = context.settings["split_cost"] or worth.median_split(frame["cost"].tolist())
    split_value = context.settings["split_value"] or worth.median_split(frame["lifetime_value"].tolist())
    frame["cell"] = [
        worth.cell(cost, value, split_cost, split_value) if split_cost is not None and split_value is not None else None
        for cost, value in zip(frame["cost"], frame["lifetime_value"], strict=True)
    ]
    frame["cell_name"] = pd.Series([CELLS.get(cell) if cell else None for cell in frame["cell"]], dtype=object)
    title = _acquisition_matrix_title(frame, split_value, currency)
    astray = [row["name"] for row in frame.to_dict("records") if row["cell"] and row["approach"] not in (None, row["cell"])]
    drawn = bool(
        (frame["cost_low"] < frame["cost_high"]).any() or (frame["lifetime_value_low"] < frame["lifetime_value_high"]).any()
    )
    reading: list[Speaks] = [msg("Bubble size: customers to win.")]
    if split_cost is not None and split_value is not None:
        reading.append(
            msg(
                "The lines between low and high: {cost} of cost and {value} of lifetime value.",
                cost=Money(split_cost, currency),
                value=Money(split_value, currency),
            )
        )
    else:
        reading.append(msg("High and low take at least two that differ on both axes, or a line set by hand."))
    if astray:
        reading.append(msg("The approach chosen departs from the cell's advice: {names}.", names=Joined(astray)))
    reading += [*named_note(len(frame)), *sources(snapshot.rows("acquisition"), drawn)]

    return Exhibit(
        title=title,
        reading=tuple(reading),
        frame=frame,
        columns={
            "name": msg("Segment and channel"),
            "cost": msg("Cost to win a customer"),
            "cost_low": msg("Cost, low"),
            "cost_high": msg("Cost, high"),
            "lifetime_value": msg("Lifetime value"),
            "lifetime_value_low": msg("Lifetime value, low"),
            "lifetime_value_high": msg("Lifetime value, high"),
            "target_customers": msg("Customers to win"),
            "cell_name": msg("Advice of the cell"),
        },
        figures=key_figures(frame, "acquisition", ("cost", "lifetime_value")),
        draw=partial(_draw_acquisition_matrix, snapshot, frame, split_cost, split_value),
        alt=msg("Ways of winning customers by cost and lifetime value, in four cells"),
        height=460,
    )


def _draw_acquisition_matrix(
    snapshot: Snapshot, frame: pd.DataFrame, split_cost: float | None, split_value: float | None, language: Language
) -> go.Figure:
    import plotly.graph_objects as go

    placed = split_cost is not None and split_value is not None
    figure = canvas(
        460,
        money_title(msg("Cost to win a customer"), snapshot.currency).in_(language),
        money_title(msg("Lifetime value"), snapshot.currency).in_(language),
    )
    colors, largest = segment_colors(snapshot), float(frame["target_customers"].max() or 0)
    kind_x, range_x = axis_span([*frame["cost_low"], *lines_at(split_cost)], [*frame["cost_high"], *lines_at(split_cost)])
    kind_y, range_y = axis_span(
        [*frame["lifetime_value_low"], *lines_at(split_value)], [*frame["lifetime_value_high"], *lines_at(split_value)]
    )
    names: list[Name] = []
    bars: list[tuple[float, float, float, float]] = []
    # Names in this order as far as there is room: targets first, then what shall win most customers.
    ranks = {row.id: role_rank(row) for row in snapshot.rows("segment")}
    records = sorted(
        frame.to_dict("records"), key=lambda row: (ranks.get(row["segment"], 2), -(known(row["target_customers"]) or 0.0))
    )
    for row in records:
        color, size = colors.get(row["segment"], NEUTRAL), bubble(known(row["target_customers"]), largest)
        x, y = on_axis(kind_x, row["cost"]), on_axis(kind_y, row["lifetime_value"])
        names.append(Name(wrapped(row["name"], language, 24, 3), x, y, size / 2))
        bars.append((on_axis(kind_x, row["cost_low"]), y, on_axis(kind_x, row["cost_high"]), y))
        bars.append((x, on_axis(kind_y, row["lifetime_value_low"]), x, on_axis(kind_y, row["lifetime_value_high"])))
        figure.add_trace(
            go.Scatter(
                x=[row["cost"]],
                y=[row["lifetime_value"]],
                mode="markers",
                text=[wrapped(row["name"], language, 44, 3)],
                cliponaxis=False,
                customdata=[row["acquisition"]],
                marker={"size": size, "color": color, "opacity": 0.88},
                error_x=error_bar([row["cost"]], [row["cost_low"]], [row["cost_high"]], color),
                error_y=error_bar([row["lifetime_value"]], [row["lifetime_value_low"]], [row["lifetime_value_high"]], color),
                hovertemplate="%{text}<br>%{x:,.0f} / %{y:,.0f}<extra></extra>",
            )
        )
    figure.update_xaxes(type=kind_x, range=range_x, **axis_marks(kind_x, range_x, language))
    figure.update_yaxes(type=kind_y, range=range_y, **axis_marks(kind_y, range_y, language))
    kept_free = [*bars, *(_corner_lines(range_x, range_y) if placed else ())]
    write(figure, names, (range_x[0], range_x[1]), (range_y[0], range_y[1]), kept_free)
    if placed:
        figure.add_vline(x=split_cost, line={"color": NEUTRAL, "dash": "dot", "width": 1})
        figure.add_hline(y=split_value, line={"color": NEUTRAL, "dash": "dot", "width": 1})
        for name, (x, y, xanchor, yanchor) in _CORNERS.items():
            figure.add_annotation(
                xref="paper", yref="paper", x=x, y=y, xanchor=xanchor, yanchor=yanchor, showarrow=False,
                text=wrapped(CELLS[name], language, 14, 4), align=xanchor, opacity=0.65, font={"size": 12},
            )  # fmt: skip
    return figure


def _acquisition_economics_title(frame: pd.DataFrame, horizon: float | None) -> Message:
    losing = frame[frame["lifetime_value"] < frame["cost"]]
    if not losing.empty:
        return msg("{names}: a customer costs more to win than it ever brings", names=in_title(list(losing["name"])))
    paid = frame.dropna(subset=["payback_months"])
    if paid.empty:
        return msg("Every customer won brings more than it costs; the payback is not known yet")
    slowest = paid.loc[paid["payback_months"].idxmax()]
    values = {"name": slowest["name"], "months": Number(slowest["payback_months"], 1)}
    if horizon is not None and slowest["payback_months"] > horizon:
        return msg(
            "{name} pays back after {months:# month|# months}, later than the horizon of {horizon}",
            horizon=Number(horizon),
            **values,
        )
    return msg(
        "Every customer won brings more than it costs; the slowest, {name}, pays back after {months:# month|# months}", **values
    )


@exhibit("acquisition_economics", msg("Cost, value and payback of winning customers"))
def acquisition_economics(context: Context) -> Exhibit:
    snapshot = context.snapshot
    frame = acquisition_frame(snapshot)
    horizon = plan_figure(snapshot, "horizon_months")
    title = _acquisition_economics_title(frame, horizon)
    unknown = [row["name"] for row in frame.to_dict("records") if known(row["payback_months"]) is None]
    drawn = bool((frame["payback_months_low"] < frame["payback_months_high"]).any())
    reading: list[Speaks] = [
        msg("Bars: months until the margin has paid for winning the customer. At the right: lifetime value over cost.")
    ]
    if horizon is not None:
        reading.append(msg("Dotted line: the plan's horizon of {months:# month|# months}.", months=Number(horizon)))
    if unknown:
        reading.append(msg("No payback, because the margin a month is not known or not above 0: {names}.", names=Joined(unknown)))
    reading += sources(snapshot.rows("acquisition"), drawn)

    return Exhibit(
        title=title,
        reading=tuple(reading),
        frame=frame,
        columns={
            "name": msg("Segment and channel"),
            "cost": msg("Cost to win a customer"),
            "lifetime_value": msg("Lifetime value"),
            "value_ratio": msg("Lifetime value over cost"),
            "value_ratio_low": msg("Value over cost, worst case"),
            "value_ratio_high": msg("Value over cost, best case"),
            "payback_months": msg("Payback (months)"),
        },
        figures={
            **key_figures(frame, "acquisition", ("cost", "lifetime_value", "value_ratio", "payback_months")),
            **({} if horizon is None else {"horizon_months": horizon}),
        },
        draw=partial(_draw_acquisition_economics, snapshot, frame, horizon),
        alt=msg("Bars of payback in months for each segment and channel against the plan's horizon"),
        height=bar_height(len(frame), 48),
    )


def _draw_acquisition_economics(snapshot: Snapshot, frame: pd.DataFrame, horizon: float | None, language: Language) -> go.Figure:
    import plotly.graph_objects as go

    figure = canvas(bar_height(len(frame), 48), msg("Payback (months)").in_(language), "")
    months = cells(frame, "payback_months")
    lows, highs = cells(frame, "payback_months_low"), cells(frame, "payback_months_high")
    colors = segment_colors(snapshot)
    figure.add_trace(
        go.Bar(
            y=row_names(frame["name"], language),
            x=[value or 0 for value in months],
            orientation="h",
            customdata=frame["acquisition"].tolist(),
            error_x=error_bar(months, lows, highs, NEUTRAL),
            marker_color=[colors.get(segment, NEUTRAL) for segment in frame["segment"]],
            hovertemplate="%{y}<br>%{x:.1f}<extra></extra>",
        )
    )
    furthest = max([value for value in (*months, *highs, horizon) if value is not None], default=1.0) or 1.0
    if horizon is not None:
        late_any = any(value is not None and value > horizon for value in months)
        figure.add_vline(x=horizon, line={"color": BAD if late_any else GOOD, "dash": "dot", "width": 2})
    # A column of their own: on the bars the figures would lie under the lines of the estimates.
    figure.add_trace(
        go.Scatter(
            y=figure.data[0].y, x=[furthest * 1.1] * len(frame), mode="text", textposition="middle right", cliponaxis=False,
            text=["" if ratio is None else f"{number(ratio, language, 1)}×" for ratio in cells(frame, "value_ratio")], hoverinfo="skip",
        )
    )  # fmt: skip
    figure.update_xaxes(range=[0, furthest * 1.32], gridcolor=GRID)
    figure.update_yaxes(autorange="reversed", type="category")
    return figure
