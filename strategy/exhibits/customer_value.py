"""Step 6: what customers are worth, as historic, current and potential value, each with its own period so that nothing counts twice."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from strategy.customers import current_dataset, rfm_segments
from strategy.exhibits.chart_text import height_for
from strategy.exhibits.customer_future import expected_parts, part_names
from strategy.exhibits.customer_models import HORIZON, doubts, fitted, once_note
from strategy.exhibits.drawing import canvas, money_title
from strategy.exhibits.labels import Money, Share
from strategy.exhibits.model import Context, Exhibit, Setting, exhibit
from strategy.exhibits.palette import ACCENT, NEUTRAL, tint
from strategy.exhibits.plan_frame import margin_percent
from strategy.exhibits.purchases import adopted, cuts_in_use, data_state
from strategy.exhibits.row_labels import label_rows
from strategy.language import Day, Language, Message, Speaks, msg

if TYPE_CHECKING:
    import plotly.graph_objects as go

POTENTIAL = Setting("potential_pct", msg("Sales believed possible beyond that (%)"), 0, 0, 500)
_PARTS: dict[str, Message] = {"hv": msg("Historic value"), "cv": msg("Current value"), "pv": msg("Potential value")}


def _margins(context: Context, parts: list[str]) -> tuple[list[float], bool]:
    """The margin of each segment (0 to 1): its own, else the plan's; and whether any had to be taken as the whole of sales."""
    rows = adopted(context.snapshot)
    found = [margin_percent(context.snapshot, rows.get(part)) for part in parts]
    return [1.0 if margin is None else margin / 100 for margin in found], any(margin is None for margin in found)


@exhibit("customer_value", msg("Historic, current and potential value"), reads="customers", settings=(HORIZON, POTENTIAL))
def customer_value(context: Context) -> Exhibit:
    """HV + CV + PV by segment: earned up to the last day of the data, expected within the horizon, and believed possible beyond that."""
    found = fitted(context)
    assert context.cursor is not None
    days, potential = int(context.settings["horizon_days"]), float(context.settings["potential_pct"]) / 100
    dataset, currency = current_dataset(context.cursor), context.snapshot.currency
    assert dataset is not None
    expected = expected_parts(context, found, days).set_index("part")
    parts = [
        (each.id, each.customers, each.revenue) for each in rfm_segments(context.cursor, cuts_in_use(context)) if each.customers
    ]
    margins, whole = _margins(context, [part for part, _, _ in parts])
    frame = pd.DataFrame(parts, columns=["part", "customers", "revenue"])
    frame["margin"] = margins
    frame["hv"] = frame["revenue"].astype(float) * frame["margin"]
    frame["cv"] = [
        float(expected["expected_value"].get(part, 0.0)) * margin for (part, _, _), margin in zip(parts, margins, strict=True)
    ]
    frame["pv"] = frame["cv"] * potential
    frame["value"] = frame["hv"] + frame["cv"] + frame["pv"]
    frame["ahead"] = (frame["cv"] + frame["pv"]) / frame["value"].where(frame["value"] > 0)
    frame = frame.sort_values("value", ascending=False, kind="stable").reset_index(drop=True)
    names, _ = part_names(context, list(frame["part"]))
    frame.insert(1, "name", pd.Series(names, dtype="object"))
    total, ahead = float(frame["value"].sum()), float(frame["cv"].sum() + frame["pv"].sum())
    title = msg("Of a value of {value}, {share} is still to be earned; {name} is worth most",
                value=Money(total, currency), share=Share(ahead / total if total else 0.0), name=names[0])  # fmt: skip
    first, last = dataset.first_day, dataset.last_day
    reading: list[Speaks] = [
        msg("Historic: margin earned from {first} to {last}. Current: margin expected from the day after to {end}, by the models of repeat buying. "
            "Potential: what is believed possible beyond that in the same time. Each purchase is in one of the three only.",
            first=Day(first), last=Day(last), end=Day(last + dt.timedelta(days=days))),
        msg("The potential is a judgement: {share} on top of the current value.", share=Share(potential))
        if potential
        else msg("No potential is assumed; set how much more the room believes possible."),
    ]  # fmt: skip
    if whole:
        reading.append(msg("Where no margin is given, value means sales. Give it with the segment or in the plan frame."))
        if dataset.mapping.margin:
            reading.append(msg("The margins of the single purchases are not used here; the whale curve is made of them."))
    reading += [*doubts(context, found, money=True), *once_note(found), data_state(context)]

    columns: dict[str, Speaks] = {
        "name": msg("Segment"),
        "customers": msg("Customers"),
        "margin": msg("Margin"),
        "hv": _PARTS["hv"],
        "cv": _PARTS["cv"],
        "pv": _PARTS["pv"],
        "value": msg("Value together"),
        "ahead": msg("Share still to be earned"),
    }
    kept = {f"{row.part}.{name}": round(float(getattr(row, name)), 2) for row in frame.itertuples() for name in _PARTS}
    return Exhibit(
        title=title,
        reading=tuple(reading),
        frame=frame,
        columns=columns,
        figures={"value": round(total, 2), "still_to_earn": round(ahead, 2), **kept},
        draw=partial(_draw_customer_value, frame, currency),
        alt=msg("Stacked bars of historic, current and potential value by segment"),
        height=height_for(len(frame)),
    )


def _draw_customer_value(frame: pd.DataFrame, currency: str, language: Language) -> go.Figure:
    import plotly.graph_objects as go

    axis = money_title(msg("Value"), currency)
    figure = canvas(height_for(len(frame)), axis.in_(language), "", barmode="stack")
    for name, color in (("hv", NEUTRAL), ("cv", ACCENT), ("pv", tint(ACCENT, 0.45))):
        figure.add_trace(
            go.Bar(
                y=list(range(len(frame))),
                x=list(frame[name]),
                orientation="h",
                name=_PARTS[name].in_(language),
                marker_color=color,
                customdata=list(frame["part"]),
                hovertemplate="%{x:,.0f}<extra>%{fullData.name}</extra>",
            )
        )
    figure.update_layout(showlegend=True)
    label_rows(figure, list(frame["name"]), language, 18)
    return figure
