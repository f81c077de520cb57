"""Step 7: why customers leave, and what winning them back returns for its cost."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from strategy.analysis import win_back_value as worth
from strategy.analysis.pareto import pareto, vital_few
from strategy.errors import NoData
from strategy.exhibits.captions import Brief, Verbatim, in_title
from strategy.exhibits.chart_text import wrapped
from strategy.exhibits.drawing import canvas, money_title
from strategy.exhibits.labels import ChoiceTitle, Joined, Label, Money, Share, Short
from strategy.exhibits.model import Context, Exhibit, Setting, exhibit
from strategy.exhibits.palette import ACCENT, CAUTION, NEUTRAL, segment_colors, tint
from strategy.exhibits.ranges import ESTIMATES, RANGE, bar_height, cells, error_bar, key_figures, known, ranged, sources
from strategy.exhibits.row_labels import row_names
from strategy.language import Language, Message, Speaks, msg
from strategy.workbook import Snapshot

if TYPE_CHECKING:
    import plotly.graph_objects as go


def cause_frame(snapshot: Snapshot) -> pd.DataFrame:
    """One row per cause: customers, value lost a year with its range, findings. Empty without findings."""
    rows = []
    for row in snapshot.rows("leaving_cause"):
        if not row["cause"]:
            continue
        value = ranged(row, "value")
        rows.append(
            {
                "cause": row["cause"],
                "customers": known(row["customers"]) or 0.0,
                "value": value.value or 0.0,
                "value_low": value.low or 0.0,
                "value_high": value.high or 0.0,
                "findings": 1,
                "unvalued": int(value.value is None),
            }
        )
    return pd.DataFrame(rows).groupby("cause", sort=False).sum() if rows else pd.DataFrame()


def _has_range(frame: pd.DataFrame, by: str) -> bool:
    """Whether there are ranges to draw: only values are estimated with one."""
    return by == "value" and bool((frame["value_low"] < frame["value_high"]).any())


def _leaving_causes_title(frame: pd.DataFrame, by: str, few: list[str]) -> Message:
    names = dict(zip(frame["cause"], frame["name"], strict=True))
    share = Share(float(frame.set_index("cause").at[few[-1], "cumulative"]))
    heads = {"names": Joined([names[cause] for cause in few]), "share": share}
    if len(few) == 1:
        return (
            msg("{names} explains {share} of the value lost", **heads)
            if by == "value"
            else msg("{names} explains {share} of the customers lost", **heads)
        )
    return (
        msg("{names} explain {share} of the value lost", **heads)
        if by == "value"
        else msg("{names} explain {share} of the customers lost", **heads)
    )


@exhibit(
    "leaving_causes",
    msg("Why customers leave"),
    settings=(
        Setting(
            "by",
            msg("Counted by"),
            "value",
            choices=(("value", msg("Value lost a year")), ("customers", msg("Customers lost"))),
        ),
    ),
)
def leaving_causes(context: Context) -> Exhibit:
    snapshot, currency = context.snapshot, context.snapshot.currency
    causes = cause_frame(snapshot)
    by = context.settings["by"]
    if not causes.empty and causes["value"].sum() <= 0:
        by = "customers"
    if causes.empty or causes[by].sum() <= 0:
        raise NoData(
            msg("No cause of leaving has been found yet"),
            None,
            msg("Write down each finding with its cause, the customers it explains and the value that goes with them."),
        )
    frame = pareto(causes[by]).join(causes[["customers", "value", "value_low", "value_high", "findings", "unvalued"]]).reset_index()
    frame["name"] = pd.Series([ChoiceTitle(snapshot, "leaving_cause", "cause", cause) for cause in frame["cause"]], dtype=object)
    few = vital_few(frame.set_index("cause"))
    total = float(frame["amount"].sum())
    title = _leaving_causes_title(frame, by, few)
    reading: list[Speaks] = [
        msg("Bars: value lost by cause, {total} in all. Line: cumulative share.", total=Money(total, currency))
        if by == "value"
        else msg("Bars: customers by cause, {count} in all. Line: cumulative share.", count=int(total)),
    ]
    missing = int(frame["unvalued"].sum())
    if by == "value" and missing:
        reading.append(msg("Findings without a value, not counted: {count}.", count=missing))
    reading += sources(snapshot.rows("leaving_cause"), _has_range(frame, by))

    return Exhibit(
        title=title,
        reading=tuple(reading),
        frame=frame,
        columns={
            "name": msg("Cause"),
            "customers": msg("Customers"),
            "value": msg("Value lost a year"),
            "value_low": msg("Value, low"),
            "value_high": msg("Value, high"),
            "share": msg("Share of the total"),
            "cumulative": msg("Cumulative share"),
            "findings": msg("Findings"),
        },
        figures={**key_figures(frame, "cause", ("amount", "share")), "total": total},
        draw=partial(_draw_leaving_causes, frame, by, few, currency),
        alt=msg("Pareto chart of the causes of leaving with cumulative share"),
        height=420,
    )


def _draw_leaving_causes(frame: pd.DataFrame, by: str, few: list[str], currency: str, language: Language) -> go.Figure:
    import plotly.graph_objects as go

    unit = money_title(msg("Value lost a year"), currency).in_(language) if by == "value" else msg("Customers lost").in_(language)
    figure = canvas(420, "", unit)
    labels = [wrapped(name, language, 12, 2) for name in frame["name"]]
    amounts = cells(frame, "amount")
    bars = error_bar(amounts, cells(frame, "value_low"), cells(frame, "value_high"), NEUTRAL) if _has_range(frame, by) else None
    figure.add_trace(
        go.Bar(
            x=labels,
            y=amounts,
            customdata=frame["cause"].tolist(),
            error_y=bars,
            marker_color=[ACCENT if cause in few else tint(ACCENT, 0.35) for cause in frame["cause"]],
            hovertemplate="%{x}: %{y:,.0f}<extra></extra>",
        )
    )
    figure.add_trace(
        go.Scatter(
            x=labels,
            y=[100 * share for share in frame["cumulative"]],
            mode="lines+markers",
            yaxis="y2",
            cliponaxis=False,
            line={"color": CAUTION, "width": 2},
            marker={"size": 8, "color": CAUTION},
            hovertemplate="%{x}: %{y:.0f}%<extra></extra>",
        )
    )
    figure.update_layout(
        yaxis={"rangemode": "tozero"},
        yaxis2={
            "overlaying": "y", "side": "right", "range": [0, 105], "showgrid": False, "automargin": True,
            "title": msg("Cumulative share (%)").in_(language), "tickvals": [0, 25, 50, 75, 100],
        },
    )  # fmt: skip
    figure.update_xaxes(type="category")
    return figure


def return_frame(snapshot: Snapshot) -> pd.DataFrame:
    """One row per group with customers, chance and margin known: expected return with range, cost, net, break-even chance (%)."""
    rows = []
    for row in snapshot.rows("win_back"):
        chance = ranged(row, "return_probability")
        customers, margin = known(row["customers"]), known(row["margin_back"])
        if row["tier"] == "let_go" or customers is None or margin is None:
            continue
        if chance.value is None or chance.low is None or chance.high is None:
            continue
        cost = known(row["cost"]) or 0.0
        expected = worth.group_return(customers, chance.value / 100, margin)
        even = worth.group_break_even(cost, customers, margin)
        rows.append(
            {
                "win_back": row.id,
                "name": Label(snapshot, "win_back", row.id),
                "segment": row["segment"],
                "segment_name": Short(snapshot, row["segment"] or ""),
                "offer": Verbatim(row["offer"]),
                "cost": cost,
                "expected_return": expected,
                "expected_low": worth.group_return(customers, chance.low / 100, margin),
                "expected_high": worth.group_return(customers, chance.high / 100, margin),
                "net": expected - cost,
                "chance_pct": chance.value,
                "break_even_pct": None if even is None else even * 100,
            }
        )
    frame = pd.DataFrame(rows)
    if frame.empty:
        return frame
    frame = frame.astype({"break_even_pct": float})
    return frame.sort_values("net", ascending=False, kind="stable").reset_index(drop=True)


def _win_back_return_title(frame: pd.DataFrame, currency: str) -> Message:
    losing = [Brief(row["name"], 60) for row in frame.to_dict("records") if row["net"] < 0]
    if losing:
        return msg("{names} cannot be expected to bring back what winning back costs", names=in_title(losing))
    values = {
        "name": Brief(frame["name"].iloc[0]),
        "cost": Money(float(frame["cost"].sum()), currency),
        "expected": Money(float(frame["expected_return"].sum()), currency),
    }
    if len(frame) == 1:
        return msg("{name}: {cost} spent can be expected to bring back {expected}", **values)
    return msg("{cost} spent can be expected to bring back {expected}; {name} gains most", **values)


@exhibit("win_back_return", msg("Return of winning back"))
def win_back_return(context: Context) -> Exhibit:
    snapshot = context.snapshot
    frame = return_frame(snapshot)
    if frame.empty:
        raise NoData(
            msg("No group has a chance of return and a margin yet"),
            None,
            msg("For each group you pursue, give customers, cost, chance of return and the margin one returned customer brings."),
        )
    title = _win_back_return_title(frame, snapshot.currency)
    uncertain = [
        Brief(row["name"], 60) for row in frame.to_dict("records") if row["expected_low"] < row["cost"] <= row["expected_return"]
    ]
    has_range = bool((frame["expected_low"] < frame["expected_high"]).any())
    reading: list[Speaks] = [
        msg("Pale: cost of offer and contact. Full colour: customers times chance of return times margin of the second lifetime."),
        *((RANGE,) if has_range else ()),
        ESTIMATES,
    ]
    if uncertain:
        reading.append(msg("At the low end of the chance the cost is not covered: {names}.", names=Joined(uncertain)))
    pays = frame.dropna(subset=["break_even_pct"])
    if not pays.empty:
        tight = pays.loc[(pays["chance_pct"] - pays["break_even_pct"]).idxmin()]
        words = {"name": Brief(tight["name"], 60), "chance": Share(tight["chance_pct"] / 100, 0)}
        reading.append(
            msg("Least room: {name} pays from a chance of {even}; {chance} is expected.",
                even=Share(tight["break_even_pct"] / 100, 1), **words)
            if tight["break_even_pct"] <= 100
            else msg("Least room: {name} would not pay even if everybody came back; {chance} is expected.", **words)
        )  # fmt: skip
    free = [Brief(row["name"], 60) for row in frame.to_dict("records") if row["cost"] == 0]
    if free:
        reading.append(msg("No cost is given for {names}.", names=Joined(free)))
    height = bar_height(len(frame), 60)

    return Exhibit(
        title=title,
        reading=tuple(reading),
        frame=frame,
        columns={
            "name": msg("Group"),
            "segment_name": msg("Segment"),
            "offer": msg("Win-back offer"),
            "cost": msg("Cost"),
            "expected_return": msg("Expected return"),
            "expected_low": msg("Expected return, low"),
            "expected_high": msg("Expected return, high"),
            "net": msg("Return less cost"),
            "chance_pct": msg("Chance of return (%)"),
            "break_even_pct": msg("Break-even chance (%)"),
        },
        figures={
            **key_figures(frame, "win_back", ("cost", "expected_return", "break_even_pct")),
            "cost": float(frame["cost"].sum()),
            "expected_return": float(frame["expected_return"].sum()),
        },
        draw=partial(_draw_win_back_return, snapshot, frame, height),
        alt=msg("Bars of cost and expected return for each group to win back"),
        height=height,
    )


def _draw_win_back_return(snapshot: Snapshot, frame: pd.DataFrame, height: int, language: Language) -> go.Figure:
    import plotly.graph_objects as go

    figure = canvas(height, money_title(msg("Amount"), snapshot.currency).in_(language), "")
    labels = row_names(frame["name"], language)
    colors = segment_colors(snapshot)
    own = [colors.get(segment, NEUTRAL) for segment in frame["segment"]]
    values = cells(frame, "expected_return")
    figure.add_trace(
        go.Bar(
            y=labels, x=cells(frame, "cost"), orientation="h", name=msg("Cost").in_(language),
            marker_color=[tint(color, 0.35) for color in own], hovertemplate="%{y}: %{x:,.0f}<extra></extra>",
        )
    )  # fmt: skip
    figure.add_trace(
        go.Bar(
            y=labels,
            x=values,
            orientation="h",
            name=msg("Expected return").in_(language),
            customdata=frame["win_back"].tolist(),
            marker_color=own,
            error_x=error_bar(values, cells(frame, "expected_low"), cells(frame, "expected_high"), NEUTRAL),
            hovertemplate="%{y}: %{x:,.0f}<extra></extra>",
        )
    )
    figure.update_layout(barmode="group", showlegend=True)
    figure.update_yaxes(autorange="reversed", type="category")
    return figure
