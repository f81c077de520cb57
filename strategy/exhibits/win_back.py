"""Step 7: which customers are at risk, and which of them come first."""

from __future__ import annotations

import statistics
from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from strategy.errors import NoData
from strategy.exhibits.captions import Brief, Verbatim
from strategy.exhibits.chart_text import wrapped
from strategy.exhibits.customer_stages import AT_RISK, HABIT, LOST, silence_exhibit
from strategy.exhibits.drawing import canvas, money_title
from strategy.exhibits.label_leaders import Name, named_note, write
from strategy.exhibits.labels import ChoiceTitle, Joined, Label, Money, Number, Share, Short
from strategy.exhibits.model import Context, Exhibit, exhibit
from strategy.exhibits.palette import NEUTRAL, ink, segment_colors
from strategy.exhibits.ranges import ESTIMATES, RANGE, bar_height, bubble, cells, error_bar, key_figures, known, ranged
from strategy.exhibits.row_labels import row_names
from strategy.exhibits.win_back_return import leaving_causes, win_back_return
from strategy.language import Language, Message, Speaks, msg
from strategy.workbook import Snapshot

if TYPE_CHECKING:
    import plotly.graph_objects as go

__all__ = ["at_risk", "leaving_causes", "value_risk", "win_back_return"]

#: From this score on a group counts as at high risk: the upper third of 1 to 9, rounded to a whole score.
HIGH_RISK = 7.0
MIDDLE_RISK = 5.0
COLUMNS: dict[str, Speaks] = {
    "name": msg("Group"),
    "segment_name": msg("Segment"),
    "customers": msg("Customers"),
    "value_at_stake": msg("Value at stake a year"),
    "value_low": msg("Value, low"),
    "value_high": msg("Value, high"),
    "risk": msg("Risk (1–9)"),
    "tier_name": msg("Win-back tier"),
}
SYMBOLS = {"pursue": "circle", "keep_door_open": "diamond", "let_go": "x"}


def group_frame(snapshot: Snapshot) -> pd.DataFrame:
    """One row per win-back group with its value at stake known, highest risk first; money a year in the plan's currency."""
    rows = []
    for row in snapshot.rows("win_back"):
        value = ranged(row, "value_at_stake")
        if value.value is None:
            continue
        rows.append(
            {
                "win_back": row.id,
                "name": Label(snapshot, "win_back", row.id),
                "segment": row["segment"],
                "segment_name": Short(snapshot, row["segment"] or ""),
                "customers": known(row["customers"]),
                "value_at_stake": value.value,
                "value_low": value.low,
                "value_high": value.high,
                "risk": known(row["risk"]),
                "tier": row["tier"],
                "tier_name": ChoiceTitle(snapshot, "win_back", "tier", row["tier"]) if row["tier"] else Verbatim(None),
                "owner": Verbatim(row["owner"]),
            }
        )
    frame = pd.DataFrame(rows)
    if frame.empty:
        return frame
    frame = frame.astype(dict.fromkeys(("customers", "value_at_stake", "value_low", "value_high", "risk"), float))
    return frame.sort_values(["risk", "value_at_stake"], ascending=False, na_position="last", kind="stable").reset_index(drop=True)


def _no_group() -> NoData:
    return NoData(
        msg("No group at risk or lost has been named yet"),
        None,
        msg("Adopt groups from the customer data or name them by hand, with their value at stake and the risk."),
    )


@exhibit("at_risk", msg("Customers at risk"), reads="customers", settings=(AT_RISK, LOST, HABIT))
def at_risk(context: Context) -> Exhibit:
    """Customers gone silent where there are data, the groups the team has named where there are none."""
    return silence_exhibit(context) if context.has_customers else at_risk_groups(context.snapshot)


def at_risk_groups(snapshot: Snapshot) -> Exhibit:
    """Groups at risk as the team has named them, by value at stake. Raises :class:`NoData` without any."""
    currency = snapshot.currency
    frame = group_frame(snapshot)
    if frame.empty:
        raise _no_group()
    total = float(frame["value_at_stake"].sum())
    high = frame[frame["risk"] >= HIGH_RISK]
    largest = frame.loc[frame["value_at_stake"].idxmax()]
    values = {"total": Money(total, currency), "count": len(frame)}
    title: Message
    if len(frame) == 1:
        title = msg("{total} a year is at stake with {name}", total=values["total"], name=Brief(largest["name"]))
    elif total > 0 and not high.empty:
        title = msg(
            "{total} a year is at stake in {count:# group|# groups}, {share} of it at high risk",
            share=Share(float(high["value_at_stake"].sum()) / total),
            **values,
        )
    else:
        title = msg(
            "{total} a year is at stake in {count:# group|# groups}; {name} carries most", name=Brief(largest["name"]), **values
        )
    has_range = bool((frame["value_low"] < frame["value_high"]).any())
    reading: list[Speaks] = [
        msg("Bars: revenue a year that is lost or may be lost, highest risk first. At the bar: risk from 1 to 9."),
        msg("High risk begins at {score}.", score=Number(HIGH_RISK)),
        *((RANGE,) if has_range else ()),
        ESTIMATES,
    ]
    unscored = [row["name"] for row in frame.to_dict("records") if known(row["risk"]) is None]
    if unscored:
        reading.append(msg("Without a risk: {names}.", names=Joined([Brief(name, 60) for name in unscored])))
    height = bar_height(len(frame), 44)

    def draw(language: Language) -> go.Figure:
        import plotly.graph_objects as go

        figure = canvas(height, money_title(msg("Value at stake a year"), currency).in_(language), "")
        colors = segment_colors(snapshot)
        paints = [colors.get(segment, NEUTRAL) for segment in frame["segment"]]
        values = cells(frame, "value_at_stake")
        figure.add_trace(
            go.Bar(
                y=row_names(frame["name"], language),
                x=values,
                orientation="h",
                text=["–" if risk is None else f"{risk:g}" for risk in cells(frame, "risk")],
                textposition="inside",
                textangle=0,
                insidetextanchor="start",
                insidetextfont={"color": [ink(color) for color in paints]},
                customdata=frame["win_back"].tolist(),
                marker_color=paints,
                error_x=error_bar(values, cells(frame, "value_low"), cells(frame, "value_high"), NEUTRAL),
                hovertemplate="%{y}: %{x:,.0f}<extra></extra>",
            )
        )
        figure.update_xaxes(range=[0, (float(frame["value_high"].max()) or 1) * 1.08])
        figure.update_yaxes(autorange="reversed", type="category")
        return figure

    return Exhibit(
        title=title,
        reading=tuple(reading),
        frame=frame,
        columns={**COLUMNS, "owner": msg("Owner")},
        figures={**key_figures(frame, "win_back", ("value_at_stake", "risk")), "value_at_stake": total},
        draw=draw,
        alt=msg("Bars of value at stake by group, highest risk first"),
        height=height,
    )


def _value_risk_title(frame: pd.DataFrame, currency: str) -> Message:
    top = frame[frame["first"]].sort_values(["value_at_stake", "risk"], ascending=False, kind="stable")
    if top.empty:
        largest = frame.loc[frame["value_at_stake"].idxmax()]
        return msg(
            "No group is high in both value and risk; {name} carries most value, at risk {risk}",
            name=Brief(largest["name"]),
            risk=Number(largest["risk"]),
        )
    return msg(
        "{name} comes first: {value} a year at risk {risk} of 9",
        name=Brief(top.iloc[0]["name"]),
        value=Money(top.iloc[0]["value_at_stake"], currency),
        risk=Number(top.iloc[0]["risk"]),
    )


@exhibit("value_risk", msg("Value against risk"))
def value_risk(context: Context) -> Exhibit:
    snapshot = context.snapshot
    frame = group_frame(snapshot)
    frame = frame if frame.empty else frame.dropna(subset=["risk"]).reset_index(drop=True)
    if frame.empty:
        raise _no_group()
    split = statistics.median(frame["value_at_stake"].tolist())
    frame["first"] = (frame["value_at_stake"] >= split) & (frame["risk"] > MIDDLE_RISK)
    title = _value_risk_title(frame, snapshot.currency)
    has_range = bool((frame["value_low"] < frame["value_high"]).any())
    reading: list[Speaks] = [
        msg("Bubble size: customers. Circle: pursue; diamond: keep the door open; cross: let go."),
        msg("Upper right, above the median value and a risk of 5, comes first."),
        *((RANGE,) if has_range else ()),
        *named_note(len(frame)),
        ESTIMATES,
    ]
    records = frame.to_dict("records")
    given_up = [Brief(row["name"], 60) for row in records if row["first"] and row["tier"] == "let_go"]
    chased = [Brief(row["name"], 60) for row in records
              if row["tier"] == "pursue" and row["value_at_stake"] < split and row["risk"] <= MIDDLE_RISK]  # fmt: skip
    if given_up:
        reading.append(msg("Let go although value and risk are high: {names}.", names=Joined(given_up)))
    if chased:
        reading.append(msg("Pursued although value and risk are low: {names}.", names=Joined(chased)))

    return Exhibit(
        title=title,
        reading=tuple(reading),
        frame=frame,
        columns=COLUMNS,
        figures=key_figures(frame, "win_back", ("value_at_stake", "risk", "customers")),
        draw=partial(_draw_value_risk, snapshot, frame, split),
        alt=msg("Groups by risk and value at stake, bubbles sized by customers"),
        height=460,
    )


def _draw_value_risk(snapshot: Snapshot, frame: pd.DataFrame, split: float, language: Language) -> go.Figure:
    import plotly.graph_objects as go

    records = frame.to_dict("records")
    unit = money_title(msg("Value at stake a year"), snapshot.currency).in_(language)
    figure = canvas(460, msg("Risk (1–9)").in_(language), unit)
    line = {"color": NEUTRAL, "dash": "dot", "width": 1}
    colors, largest = segment_colors(snapshot), float(frame["customers"].fillna(0).max())
    top = (float(frame["value_high"].max()) or 1) * 1.15
    left, right = 0.6, 9.6
    names, lines = [], [(MIDDLE_RISK, 0.0, MIDDLE_RISK, top), (left, split, right, split)]
    for row in sorted(records, key=lambda each: -each["value_at_stake"]):
        radius = bubble(known(row["customers"]), largest, 14, 32) / 2
        at = row["risk"], row["value_at_stake"]
        names.append(Name(wrapped(row["name"], language, 20, 2), *at, radius, segment=row["segment"]))
        lines.append((row["risk"], row["value_low"], row["risk"], row["value_high"]))
    write(figure, names, (left, right), (0.0, top), [one for one in lines if not any(map(pd.isna, one))], room=0.03)
    figure.add_vline(x=MIDDLE_RISK, line=line)
    figure.add_hline(y=split, line=line)
    for row in records:
        color = colors.get(row["segment"], NEUTRAL)
        figure.add_trace(
            go.Scatter(
                x=[row["risk"]],
                y=[row["value_at_stake"]],
                mode="markers",
                text=[wrapped(row["name"], language, 44, 3)],
                cliponaxis=False,
                customdata=[row["win_back"]],
                marker={
                    "size": bubble(known(row["customers"]), largest, 14, 32),
                    "color": color,
                    "symbol": SYMBOLS.get(row["tier"], "circle-open"),
                    "opacity": 0.88,
                },
                error_y=error_bar([row["value_at_stake"]], [row["value_low"]], [row["value_high"]], color),
                hovertemplate="%{text}<br>%{x:.0f} / %{y:,.0f}<extra></extra>",
            )
        )
    figure.update_xaxes(range=[left, right], dtick=2, tick0=1)
    figure.update_yaxes(range=[0, top])
    return figure
