"""Step 6: grades and what they cost, and tasks and contacts along the lifecycle."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from strategy.analysis import contact_plan as contacts
from strategy.errors import NoData
from strategy.exhibits.captions import InSentence, Verbatim, distinct, in_title
from strategy.exhibits.chart_text import wrapped
from strategy.exhibits.contact_calendar import contact_calendar
from strategy.exhibits.customer_stages import WINDOW, stages_exhibit
from strategy.exhibits.drawing import GRID, canvas, money_title
from strategy.exhibits.labels import ChoiceTitle, Joined, Label, Money, Number, Share
from strategy.exhibits.model import Context, Exhibit, exhibit
from strategy.exhibits.palette import ACCENT, BAD, NEUTRAL, tint
from strategy.exhibits.ranges import ESTIMATES, RANGE, bar_height, cells, error_bar, key_figures, known, ranged
from strategy.exhibits.relationship import loyalty_matrix, relationship_quality
from strategy.exhibits.satisfaction import satisfaction_loyalty
from strategy.language import Language, Message, Speaks, msg
from strategy.workbook import Snapshot

if TYPE_CHECKING:
    import plotly.graph_objects as go

__all__ = [
    "contact_calendar",
    "grade_pyramid",
    "lifecycle",
    "loyalty_matrix",
    "relationship_quality",
    "satisfaction_loyalty",
]

STAGES = ("exploration", "formation", "stability", "degradation")


def grade_frame(snapshot: Snapshot) -> pd.DataFrame:
    """One row per grade from the top down: customers with range, margin and contact cost a year, each with its share (0-1)."""
    rows = []
    for row in snapshot.rows("grade"):
        customers = ranged(row, "customers")
        margin, cost = known(row["margin_per_customer"]), known(row["contact_cost"])
        rows.append(
            {
                "grade": row.id,
                "name": Label(snapshot, "grade", row.id),
                "at_least": known(row["at_least"]),
                "customers": customers.value,
                "customers_low": customers.low,
                "customers_high": customers.high,
                "margin_per_customer": margin,
                "contact_cost": cost,
                "margin": None if customers.value is None or margin is None else customers.value * margin,
                "contacts": None if customers.value is None or cost is None else customers.value * cost,
                "service_level": Verbatim(row["service_level"]),
            }
        )
    frame = pd.DataFrame(rows)
    if frame.empty:
        return frame
    numeric = [name for name in frame.columns if name not in ("grade", "name", "service_level")]
    frame = frame.astype(dict.fromkeys(numeric, float))
    frame = frame.sort_values("at_least", ascending=False, na_position="last", kind="stable").reset_index(drop=True)
    for column, share in (("customers", "customer_share"), ("margin", "margin_share")):
        total = float(frame[column].sum())
        frame[share] = frame[column] / total if total > 0 else float("nan")
    return frame


def _grade_pyramid_title(frame: pd.DataFrame) -> Message:
    losing = [row["name"] for row in frame.to_dict("records") if row["contact_cost"] > row["margin_per_customer"]]
    first = frame.iloc[0]
    if losing:
        return (
            msg("Contact costs more than it brings in grade {names}", names=losing[0])
            if len(losing) == 1
            else msg("Contact costs more than it brings in the grades {names}", names=in_title(losing))
        )
    if known(first["margin_share"]) is not None:
        return msg(
            "Grade {name} has {customers} of the customers and brings {margin} of the margin",
            name=first["name"],
            customers=Share(first["customer_share"]),
            margin=Share(first["margin_share"]),
        )
    largest = frame.loc[frame["customers"].idxmax()]
    return msg(
        "{share} of the customers are in grade {name}; the margin is not known yet",
        name=largest["name"],
        share=Share(largest["customer_share"]),
    )


@exhibit("grade_pyramid", msg("Grades: customers, margin and contact cost"))
def grade_pyramid(context: Context) -> Exhibit:
    snapshot, currency = context.snapshot, context.snapshot.currency
    frame = grade_frame(snapshot)
    if frame.empty or frame["customers"].fillna(0).sum() <= 0:
        raise NoData(
            msg("No grade has customers yet"),
            None,
            msg("Set the grades with their thresholds, and say how many customers each has."),
        )
    title = _grade_pyramid_title(frame)
    has_range = bool((frame["customers_low"] < frame["customers_high"]).any())
    reading: list[Speaks] = [
        msg(
            "Left: customers in each grade, with their share of all. Right: margin a year (full colour) and contact cost a year (orange)."
        ),
    ]
    total = float(frame["contacts"].sum())
    if total > 0:
        reading.append(msg("Contacts with all grades cost {cost} a year.", cost=Money(total, currency)))
    reading += [RANGE] if has_range else []
    reading.append(ESTIMATES)
    height = bar_height(len(frame), 64, 110)

    return Exhibit(
        title=title,
        reading=tuple(reading),
        frame=frame,
        columns={
            "name": msg("Grade"),
            "at_least": msg("Value a year from"),
            "customers": msg("Customers"),
            "customer_share": msg("Share of customers"),
            "margin_per_customer": msg("Margin per customer a year"),
            "contact_cost": msg("Contact cost per customer a year"),
            "margin": msg("Margin a year"),
            "contacts": msg("Contact cost a year"),
            "margin_share": msg("Share of margin"),
            "service_level": msg("Service level"),
        },
        figures=key_figures(frame, "grade", ("customers", "margin", "contacts")),
        draw=partial(_draw_grade_pyramid, frame, currency, height),
        alt=msg("Pyramid of grades: customers on the left, margin and contact cost on the right"),
        height=height,
    )


def _draw_grade_pyramid(frame: pd.DataFrame, currency: str, height: int, language: Language) -> go.Figure:
    import plotly.graph_objects as go

    figure = canvas(height)
    # The share stands with the grade: on the bar it would lie under the range.
    shares = ["" if value is None else f"<br>{Share(value).in_(language)}" for value in cells(frame, "customer_share")]
    names = distinct([wrapped(name, language, 12, 2) for name in frame["name"]])
    names = [name + share for name, share in zip(names, shares, strict=True)]
    figure.add_trace(
        go.Bar(
            y=names,
            x=cells(frame, "customers"),
            orientation="h",
            xaxis="x",
            name=msg("Customers").in_(language),
            customdata=frame["grade"].tolist(),
            marker_color=tint(ACCENT, 0.45),
            showlegend=False,
            error_x=error_bar(cells(frame, "customers"), cells(frame, "customers_low"), cells(frame, "customers_high"), NEUTRAL),
            hovertemplate="%{y}: %{x:,.0f}<extra></extra>",
        )
    )
    for column, name, color in (("margin", msg("Margin"), ACCENT), ("contacts", msg("Contact cost"), BAD)):
        figure.add_trace(
            go.Bar(
                y=names,
                x=cells(frame, column),
                orientation="h",
                xaxis="x2",
                name=name.in_(language),
                marker_color=color,
                customdata=frame["grade"].tolist(),
                hovertemplate="%{y}: %{x:,.0f}<extra>" + name.in_(language) + "</extra>",
            )
        )
    axis = {"gridcolor": GRID, "zeroline": True, "zerolinecolor": NEUTRAL, "automargin": True, "nticks": 4}
    money = money_title(msg("A year"), currency).in_(language)
    figure.update_layout(
        barmode="group",
        showlegend=True,
        xaxis={"domain": [0, 0.44], "autorange": "reversed", "title": msg("Customers").in_(language), **axis},
        xaxis2={"domain": [0.5, 1], "anchor": "y", "title": money, **axis},
        yaxis={"autorange": "reversed", "type": "category"},
    )
    return figure


def lifecycle_frame(snapshot: Snapshot, customers: Mapping[str, float] | None = None) -> pd.DataFrame:
    """One row per stage: task, owner, touchpoints, contacts and their cost per customer and year, and customers where known.

    ``customers``: stage -> number of customers, from the customer data. A touchpoint without a stage serves all of them and
    stands in a row of its own, ``any``.
    """
    tasks = {row["stage"]: row for row in snapshot.rows("lifecycle_stage")}
    rows = []
    for stage in (*STAGES, "any"):
        planned = [row for row in snapshot.rows("touchpoint") if (row["stage"] or "any") == stage]
        if stage == "any" and not planned:
            continue
        times = [known(row["times_a_year"]) or 0.0 for row in planned]
        costs = [contacts.yearly_cost(each, known(row["cost_each"])) for each, row in zip(times, planned, strict=True)]
        task = tasks.get(stage)
        rows.append(
            {
                "stage": stage,
                "name": msg("Any stage") if stage == "any" else ChoiceTitle(snapshot, "lifecycle_stage", "stage", stage),
                "task": Verbatim(task["task"] if task else None),
                "owner": Verbatim(task["owner"] if task else None),
                "touchpoints": len(planned),
                "contacts_per_customer_year": sum(times),
                "cost_per_customer_year": sum(cost for cost in costs if cost is not None),
                "customers": None if customers is None else float(customers.get(stage, 0)),
            }
        )
    return pd.DataFrame(rows).astype({"customers": float, "contacts_per_customer_year": float, "cost_per_customer_year": float})


@exhibit("lifecycle", msg("Relationship lifecycle"), reads="customers", settings=(WINDOW,))
def lifecycle(context: Context) -> Exhibit:
    """Customers by stage where there are data, tasks and contacts by stage where there are none."""
    return stages_exhibit(context) if context.has_customers else lifecycle_exhibit(context.snapshot)


def _lifecycle_title(frame: pd.DataFrame, counted: bool, untasked: list[InSentence], silent: list[InSentence]) -> Message:
    if counted:
        stages = frame[frame["stage"] != "any"]
        largest = stages.loc[stages["customers"].idxmax()]
        return msg(
            "{share} of the customers are in {stage}",
            share=Share(largest["customers"] / stages["customers"].sum()),
            stage=InSentence(largest["name"]),
        )
    if untasked:
        return msg("No task yet for {names}", names=Joined(untasked))
    if silent:
        return msg("Every stage has a task, but no touchpoint reaches {names}", names=Joined(silent))
    most = frame.loc[frame["contacts_per_customer_year"].idxmax()]
    return msg(
        "A customer hears from us most in {stage}: {times} times a year",
        stage=InSentence(most["name"]),
        times=Number(most["contacts_per_customer_year"]),
    )


def lifecycle_exhibit(snapshot: Snapshot, customers: Mapping[str, float] | None = None) -> Exhibit:
    """Tasks and contacts along the relationship lifecycle; with customers per stage (stage -> number) where data say so."""
    currency = snapshot.currency
    frame = lifecycle_frame(snapshot, customers)
    stages = frame[frame["stage"] != "any"]
    tasked = [bool(task.text) for task in stages["task"]]
    counted = customers is not None and float(stages["customers"].sum()) > 0
    if not any(tasked) and frame["touchpoints"].sum() == 0 and not counted:
        raise NoData(
            msg("No stage has a task or a touchpoint yet"),
            None,
            msg("Give each stage its task and its owner, and plan the touchpoints that belong to it."),
        )
    untasked = [InSentence(name) for name, done in zip(stages["name"], tasked, strict=True) if not done]
    served_anyway = bool((frame["stage"] == "any").any())
    silent = [] if served_anyway else [InSentence(row["name"]) for row in stages.to_dict("records") if row["touchpoints"] == 0]
    title = _lifecycle_title(frame, counted, untasked, silent)
    reading: list[Speaks] = [msg("Bars: planned contacts with one customer in a year, by stage of the relationship.")]
    if counted:
        reading.append(msg("Beside the name: customers who are in the stage now, from the customer data."))
        if untasked:
            reading.append(msg("No task yet for {names}", names=Joined(untasked)))
    if silent and len(silent) < len(STAGES) and (counted or untasked):
        reading.append(msg("Without a touchpoint: {names}.", names=Joined(silent)))
    if frame["cost_per_customer_year"].sum() > 0:
        dearest = frame.loc[frame["cost_per_customer_year"].idxmax()]
        reading.append(
            msg(
                "Contact is dearest in {stage}: {cost} per customer a year.",
                stage=InSentence(dearest["name"]),
                cost=Money(dearest["cost_per_customer_year"], currency),
            )
        )

    columns: dict[str, Speaks] = {
        "name": msg("Stage of the relationship"),
        "task": msg("Task"),
        "owner": msg("Owner"),
        "touchpoints": msg("Touchpoints"),
        "contacts_per_customer_year": msg("Contacts per customer a year"),
        "cost_per_customer_year": msg("Cost per customer a year"),
    }
    return Exhibit(
        title=title,
        reading=tuple(reading),
        frame=frame,
        columns={**columns, "customers": msg("Customers")} if counted else columns,
        figures=key_figures(frame, "stage", ("contacts_per_customer_year", "cost_per_customer_year", "customers")),
        draw=partial(_draw_lifecycle, frame, counted),
        alt=msg("Bars of contacts per customer and year in each stage of the relationship"),
        height=320,
    )


def _draw_lifecycle(frame: pd.DataFrame, counted: bool, language: Language) -> go.Figure:
    import plotly.graph_objects as go

    figure = canvas(320, msg("Contacts per customer a year").in_(language), "")
    labels = [
        name.in_(language) if not counted or pd.isna(count) else f"{name.in_(language)} ({count:,.0f})"
        for name, count in zip(frame["name"], frame["customers"], strict=True)
    ]
    values = cells(frame, "contacts_per_customer_year")
    figure.add_trace(
        go.Bar(
            y=labels,
            x=values,
            orientation="h",
            text=[f"{value or 0:,.6g}" for value in values],
            textposition="outside",
            cliponaxis=False,
            customdata=frame["stage"].tolist(),
            marker_color=[NEUTRAL if stage == "any" else BAD if stage == "degradation" else ACCENT for stage in frame["stage"]],
            hovertemplate="%{y}: %{x:,.6g}<extra></extra>",
        )
    )
    figure.update_xaxes(range=[0, (max(value or 0 for value in values) or 1) * 1.15])
    figure.update_yaxes(autorange="reversed", type="category")
    return figure
