"""Step 6: contacts with customers over the months of the year, by grade."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from strategy.analysis import contact_plan as contacts
from strategy.errors import NoData
from strategy.exhibits.captions import Brief, distinct
from strategy.exhibits.chart_text import wrapped
from strategy.exhibits.drawing import canvas
from strategy.exhibits.fields import fields
from strategy.exhibits.labels import ChoiceTitle, Joined, Label, Money, Number
from strategy.exhibits.model import Context, Exhibit, exhibit
from strategy.exhibits.palette import ACCENT
from strategy.exhibits.ranges import bar_height, known, ranged
from strategy.language import Language, Message, Speaks, msg
from strategy.language.numbers import number
from strategy.workbook import Snapshot

if TYPE_CHECKING:
    import plotly.graph_objects as go


def calendar_frame(snapshot: Snapshot) -> pd.DataFrame:
    """One row per touchpoint and month: contacts with one customer. ``cost_year`` is of the whole touchpoint, where known."""
    customers = {row.id: ranged(row, "customers").value for row in snapshot.rows("grade")}
    known_counts = [count for count in customers.values() if count is not None]
    everybody = sum(known_counts) if known_counts else None
    rows = []
    for row in snapshot.rows("touchpoint"):
        times = known(row["times_a_year"])
        if times is None:
            continue
        reached = customers.get(row["grade"]) if row["grade"] else everybody
        for month, count in contacts.monthly_contacts(times, row.get("months", [])).items():
            rows.append(
                {
                    "touchpoint": row.id,
                    "name": Label(snapshot, "touchpoint", row.id),
                    "grade": row["grade"] or "any",
                    "grade_name": Label(snapshot, "grade", row["grade"]) if row["grade"] else msg("All grades"),
                    "month": month,
                    "month_name": ChoiceTitle(snapshot, "touchpoint", "months", month),
                    "contacts_per_customer": count,
                    "cost_year": contacts.yearly_cost(times, known(row["cost_each"]), reached),
                }
            )
    frame = pd.DataFrame(rows)
    return frame if frame.empty else frame.astype({"cost_year": float})


@exhibit("contact_calendar", msg("Contacts over the year"))
def contact_calendar(context: Context) -> Exhibit:
    snapshot, currency = context.snapshot, context.snapshot.currency
    frame = calendar_frame(snapshot)
    if frame.empty or frame["contacts_per_customer"].sum() <= 0:
        raise NoData(
            msg("No contact is planned yet"),
            None,
            msg("Add touchpoints with the grade they are for and how often a year they take place."),
        )
    order = [row.id for row in sorted(snapshot.rows("grade"), key=lambda row: -(known(row["at_least"]) or 0))]
    grades = [grade for grade in (*order, "any") if grade in set(frame["grade"])]
    table = frame.pivot_table(index="grade", columns="month", values="contacts_per_customer", aggfunc="sum", fill_value=0.0)
    table = table.reindex(index=grades, columns=list(contacts.MONTHS), fill_value=0.0)
    names: dict[str, Speaks] = dict(zip(frame["grade"], frame["grade_name"], strict=True))
    yearly = table.sum(axis=1)
    each = frame.drop_duplicates("touchpoint")
    cost, uncosted = float(each["cost_year"].sum()), int(each["cost_year"].isna().sum())
    busiest = str(yearly.idxmax())
    values = {
        "grade": msg("Grade {name}", name=names[busiest]) if busiest != "any" else names[busiest],
        "times": Number(float(yearly[busiest])),
        "cost": Money(cost, currency),
    }
    title: Message = (
        msg("{grade}: {times:# contact|# contacts} per customer a year; the whole plan costs {cost}", **values)
        if cost > 0
        else msg("{grade}: {times:# contact|# contacts} per customer a year", **values)
    )
    reading: list[Speaks] = [
        msg(
            "Each field: contacts with one customer of the grade in the month. A touchpoint without months is spread over the year."
        )
    ]
    ungraded = [grade for grade in order if grade not in grades]
    if ungraded and "any" not in grades:
        gaps = Joined([Label(snapshot, "grade", grade) for grade in ungraded])
        reading.append(msg("No contact is planned for {names}.", names=gaps))
    if uncosted:
        reading.append(
            msg(
                "Touchpoints not in the cost, because cost each or customers are missing: {count}.",
                count=uncosted,
            )
        )
    height = bar_height(len(grades), 52, 120)

    return Exhibit(
        title=title,
        reading=tuple(reading),
        frame=frame,
        columns={
            "grade_name": msg("Grade"),
            "name": msg("Touchpoint"),
            "month_name": msg("Month"),
            "contacts_per_customer": msg("Contacts per customer"),
            "cost_year": msg("Cost of the touchpoint a year"),
        },
        figures={**{f"{grade}.contacts_per_customer_year": float(yearly[grade]) for grade in grades}, "cost_year": cost},
        draw=partial(_draw_contact_calendar, snapshot, table, names, height),
        alt=msg("Calendar of contacts by grade and month"),
        height=height,
    )


def _draw_contact_calendar(
    snapshot: Snapshot, table: pd.DataFrame, names: dict[str, Speaks], height: int, language: Language
) -> go.Figure:
    figure = canvas(height, "", "")
    matrix = [[value if value > 0 else None for value in row] for row in table.to_numpy()]
    fields(
        figure,
        matrix,
        [["" if value is None else _contacts(value) for value in row] for row in matrix],
        [[0, "#CFE5F3"], [1, ACCENT]],
        (0, max((value for row in matrix for value in row if value is not None), default=1.0)),
        [ChoiceTitle(snapshot, "touchpoint", "months", month).in_(language)[:3] for month in contacts.MONTHS],
        distinct([wrapped(Brief(names[grade], 20), language, 12, 2) for grade in table.index]),
        size=12,
        xgap=2,
        ygap=2,
        hovertemplate="%{y}, %{x}: %{text}<extra></extra>",
    )
    figure.update_xaxes(side="top")
    return figure


def _contacts(value: float) -> str:
    """Contacts in a month as a field has room for them: a tenth is all anybody can plan, and few are not none."""
    return "<0.1" if value < 0.05 else number(value, "en", 1).removesuffix(".0")
