"""Step 6, from the customers' purchases: how many customers of each starting period still buy, and for how much."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from strategy.customers.cohorts import Period, cohorts
from strategy.errors import NoData
from strategy.exhibits.drawing import canvas
from strategy.exhibits.fields import fields
from strategy.exhibits.labels import Number, Share
from strategy.exhibits.model import Context, Exhibit, Setting, exhibit
from strategy.exhibits.palette import SHADES
from strategy.exhibits.purchases import data_state
from strategy.language import Day, Language, Message, Speaks, msg
from strategy.language.numbers import number

if TYPE_CHECKING:
    import datetime as dt

    import plotly.graph_objects as go

PERIOD = Setting(
    "period", msg("Period"), "month", choices=(("week", msg("Weekly")), ("month", msg("Monthly")), ("quarter", msg("Quarterly")))
)
MEASURE = Setting("measure", msg("Measure"), "customers", choices=(("customers", msg("Customers")), ("revenue", msg("Revenue"))))

#: The age the title speaks of, where the data reach so far.
_TOLD = {"week": 4, "month": 3, "quarter": 1}
#: Cells drawn at most; older cohorts and ages beyond are in the table only.
_CELLS = 960
_AGES: dict[str, Message] = {
    "week": msg("Weeks since the first purchase"),
    "month": msg("Months since the first purchase"),
    "quarter": msg("Quarters since the first purchase"),
}
_KEPT: dict[str, Message] = {
    "week": msg("{share} of new customers buy in week {age} after their first"),
    "month": msg("{share} of new customers buy in month {age} after their first"),
    "quarter": msg("{share} of new customers buy in quarter {age} after their first"),
}
_KEPT_MONEY: dict[str, Message] = {
    "week": msg("In week {age} after their first, new customers bring {share} of what they began with"),
    "month": msg("In month {age} after their first, new customers bring {share} of what they began with"),
    "quarter": msg("In quarter {age} after their first, new customers bring {share} of what they began with"),
}


def _named(start: dt.date, period: Period) -> str:
    """A cohort on the axis: ``2011-03``, ``2011 Q1``, ``2011-03-07``."""
    if period == "quarter":
        return f"{start.year} Q{(start.month + 2) // 3}"
    return f"{start:%Y-%m}" if period == "month" else f"{start:%Y-%m-%d}"


def _shown(frame: pd.DataFrame) -> pd.DataFrame:
    """What is drawn: the newest cohorts and first ages that fit into ``_CELLS``, without the first period, which is always 100%."""
    later = frame[frame["age"] > 0]
    starts = sorted(later["cohort"].unique())
    ages = min(int(later["age"].max()), max(12, _CELLS // max(1, min(len(starts), 40))))
    keep = max(1, _CELLS // ages)
    return later[later["cohort"].isin(starts[-keep:]) & (later["age"] <= ages)]


@exhibit("cohort_retention", msg("Retention by cohort"), reads="customers", settings=(PERIOD, MEASURE))
def cohort_retention(context: Context) -> Exhibit:
    """Heat map of cohorts against their age: the share of customers, or of the first period's revenue, that is still there."""
    state = data_state(context)
    assert context.cursor is not None
    period: Period = context.settings["period"]
    money = context.settings["measure"] == "revenue"
    found = cohorts(context.cursor, period)
    ages = sorted(found.frame.loc[found.frame["complete"] & (found.frame["age"] > 0), "age"].unique())
    if not ages:
        raise NoData(
            msg("The data cover too short a time for cohorts"), None, msg("Choose a shorter period, or import a longer history.")
        )
    age = int(min(_TOLD[period], ages[-1]))
    share = found.at_age(age, "revenue" if money else "customers") or 0.0
    told = (_KEPT_MONEY if money else _KEPT)[period]
    column = "revenue_kept" if money else "retained"
    shown = _shown(found.frame)
    frame = found.frame.assign(name=[_named(start, period) for start in found.frame["cohort"]])
    unfinished = frame.loc[~frame["complete"], "cohort"].nunique()
    reading: list[Speaks] = [
        msg("A row is everybody who first bought in that period; a cell is how much of it is there so many periods later."),
        msg("Compare downwards: a column that pales says that newer customers stay away sooner."),
    ]
    if unfinished:
        reading.append(
            msg("The last period ends with the data and may still grow: do not believe the last cell of a row, and the title leaves it out.")
        )  # fmt: skip
    reading.append(
        msg(
            "Who bought before {day} counts as new at the first purchase seen, so the first cohorts hold old customers too.",
            day=Day(found.first_day),
        )
    )
    if len(shown) < (frame["age"] > 0).sum():
        reading.append(msg("Drawn are the newest cohorts; all are in the table."))
    reading.append(state)
    kept = {age: found.at_age(age, "revenue" if money else "customers") for age in (1, 2, 3, 6, 12)}
    figures = {f"age_{age}": value for age, value in kept.items() if value is not None}

    return Exhibit(
        title=Message(told.template, {"share": Share(share), "age": age}),
        reading=tuple(reading),
        frame=frame,
        columns={
            "name": msg("First purchase"),
            "age": _AGES[period],
            "size": msg("Customers of the cohort"),
            "customers": msg("Customers who bought"),
            "retained": msg("Share of customers"),
            "revenue": msg("Revenue"),
            "revenue_kept": msg("Share of the first revenue"),
        },
        figures=figures,
        draw=partial(_draw_cohort_retention, shown, column, period),
        alt=msg("Heat map: cohorts by first purchase against periods since, shade by share still there"),
        height=max(300, min(560, 120 + 30 * shown["cohort"].nunique())),
    )


def _draw_cohort_retention(shown: pd.DataFrame, column: str, period: Period, language: Language) -> go.Figure:
    grid = shown.pivot(index="cohort", columns="age", values=column).sort_index()
    sizes = shown.drop_duplicates("cohort").set_index("cohort")["size"]
    labels = [f"{_named(start, period)} · {Number(int(sizes[start])).in_(language)}" for start in grid.index]
    few = grid.shape[1] <= 14 and grid.shape[0] <= 16
    figure = canvas(max(300, min(560, 120 + 30 * len(labels))), _AGES[period].in_(language), "")
    top = float(pd.Series(grid.to_numpy().ravel()).quantile(0.98)) if grid.size else 1.0
    values = (grid * 100).to_numpy()
    fields(
        figure,
        values,
        [["" if pd.isna(value) else number(value, language, 0) for value in row] for row in values] if few else None,
        SHADES,
        (0, max(top * 100, 1e-9)),
        list(grid.columns),
        labels,
        xgap=2 if few else 0,
        ygap=2 if few else 0,
        showscale=True,
        colorbar={"title": {"text": "%"}, "thickness": 12},
        hovertemplate="%{y}<br>%{x}: %{z:.1f}%<extra></extra>",
    )
    figure.update_xaxes(dtick=1 if few else None)
    figure.update_yaxes(nticks=24)
    return figure
