"""Step 6, from the customers' purchases: who moved between segments or stages since an earlier day."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from strategy.customers import STAGE_NAMES, LifecycleRules, current_dataset
from strategy.customers.movement import NOT_YET, NOT_YET_NAME, Movement, movement
from strategy.errors import NoData
from strategy.exhibits.customer_stages import STAGE_COLORS, adopted_rules, growth_untold
from strategy.exhibits.drawing import canvas
from strategy.exhibits.fields import fields
from strategy.exhibits.labels import Number, Share, Short
from strategy.exhibits.model import Context, Exhibit, Setting, exhibit
from strategy.exhibits.palette import NEUTRAL, SHADES, segment_color, series, tint
from strategy.exhibits.purchases import adopted, cuts_in_use, data_state
from strategy.language import Day, Language, Message, Speaks, msg

if TYPE_CHECKING:
    import plotly.graph_objects as go

BY = Setting(
    "by", msg("Movement between"), "stage", choices=(("stage", msg("Stages of the relationship")), ("rfm", msg("Segments by recency and frequency")))
)  # fmt: skip
DAYS = Setting("days", msg("Days back"), 182, 1, 3650)
CHART = Setting("chart", msg("Chart"), "flow", choices=(("flow", msg("Flow")), ("matrix", msg("Matrix"))))
#: Below this many days of history before the earlier day, nobody can yet have been silent for long.
_SHORT = 182


def _groups(context: Context, by: str) -> dict[str, tuple[Speaks, str]]:
    """Id -> name and colour of every group, and of those who were no customers yet."""
    groups: dict[str, tuple[Speaks, str]] = {}
    if by == "stage":
        groups = {stage: (name, STAGE_COLORS[stage]) for stage, name in STAGE_NAMES.items()}
    else:
        rows = adopted(context.snapshot)
        for position, (segment, name) in enumerate(cuts_in_use(context).segment_names().items()):
            row = rows.get(segment)
            groups[segment] = (Short(context.snapshot, row.id), segment_color(row)) if row else (name, series(position))
    return groups | {NOT_YET: (NOT_YET_NAME, NEUTRAL)}


def _title(found: Movement, groups: dict[str, tuple[Speaks, str]], days: int) -> Message:
    moved = found.frame[(found.frame["before"] != found.frame["after"]) & (found.frame["before"] != NOT_YET)]
    if moved.empty:
        return msg("Nobody has moved in {days:# day|# days}", days=days)
    most = moved.loc[moved["customers"].idxmax()]
    return msg(
        "{share} of the customers moved in {days:# day|# days}, the largest group of them from {before} to {after} ({count})",
        share=Share(1 - found.stayed / found.known),
        days=days,
        before=groups[most["before"]][0],
        after=groups[most["after"]][0],
        count=Number(int(most["customers"])),
    )


@exhibit("movement", msg("Movement between groups"), reads="customers", settings=(BY, DAYS, CHART))
def movement_exhibit(context: Context) -> Exhibit:
    """Groups on an earlier day against groups now, judged by the same rule; as a flow or as a matrix."""
    state = data_state(context)
    dataset = current_dataset(context.cursor) if context.cursor else None
    assert context.cursor is not None
    assert dataset is not None
    by = str(context.settings["by"])
    reach = (dataset.last_day - dataset.first_day).days
    if reach < 1:
        raise NoData(msg("All purchases fall on one day; nobody can have moved"), None, msg("Import purchases over a longer time."))
    asked = int(context.settings["days"])
    days = min(asked, reach)
    rules = adopted_rules(context.snapshot) or LifecycleRules()
    found = movement(context.cursor, rules if by == "stage" else cuts_in_use(context), days)
    groups = _groups(context, by)
    frame = found.frame.assign(
        name_before=pd.Series([groups[name][0] for name in found.frame["before"]], dtype="object"),
        name_after=pd.Series([groups[name][0] for name in found.frame["after"]], dtype="object"),
    )
    frame["share"] = frame["customers"] / frame.groupby("before")["customers"].transform("sum")
    reading: list[Speaks] = [
        msg(
            "Left: {before}. Right: {after}. Both days are judged by the same rule, so a move is a change of the customer, not of the measure.",
            before=Day(found.day_before),
            after=Day(found.day_after),
        )
    ]
    if came := int(frame["customers"].sum()) - found.known:
        reading.append(
            msg(
                "The share is of {known:# customer|# customers} who had bought by the earlier day; {came} came later.",
                known=Number(found.known),
                came=Number(came),
            )
        )
    if days < asked:
        reading.append(msg("{asked} days were asked for; the data reach back {days}.", asked=asked, days=days))
    if (found.day_before - dataset.first_day).days < _SHORT:
        reading.append(
            msg("Do not read too much into it: the data begin only shortly before the earlier day, when nobody could yet have been silent for long.")
        )  # fmt: skip
    if by == "stage":
        # Without the window to choose instead: movement has no setting for it.
        reading += growth_untold(dataset.first_day, found.day_before, rules)[:1]
        if rules != LifecycleRules():
            reading.append(msg("Stages by the thresholds with which they were adopted into the plan."))
    reading.append(state)
    figures = {f"{row.before}.{row.after}": float(row.customers) for row in frame.itertuples()}
    figures["stayed"] = found.stayed / found.known if found.known else 0.0
    matrix = context.settings["chart"] == "matrix"
    height = 480

    def draw(language: Language) -> go.Figure:
        return _matrix(frame, groups, language, height) if matrix else _flow(frame, groups, language, height)

    return Exhibit(
        title=_title(found, groups, days),
        reading=tuple(reading),
        frame=frame,
        columns={
            "name_before": msg("Before"),
            "name_after": msg("Now"),
            "customers": msg("Customers"),
            "share": msg("Share of those before"),
            "revenue": msg("Revenue since"),
        },
        figures=figures,
        draw=draw,
        alt=msg("Customers by group on the earlier day and by group now"),
        height=height,
    )


def _flow(frame: pd.DataFrame, groups: dict[str, tuple[Speaks, str]], language: Language, height: int) -> go.Figure:
    import plotly.graph_objects as go

    before = [name for name in groups if name in set(frame["before"])]
    after = [name for name in groups if name in set(frame["after"])]
    at = {("before", name): place for place, name in enumerate(before)}
    at |= {("after", name): len(before) + place for place, name in enumerate(after)}
    totals = frame.groupby("before")["customers"].sum(), frame.groupby("after")["customers"].sum()
    labels = [f"{groups[name][0].in_(language)} {Number(int(totals[0][name])).in_(language)}" for name in before]
    labels += [f"{groups[name][0].in_(language)} {Number(int(totals[1][name])).in_(language)}" for name in after]
    figure = canvas(height)
    figure.add_trace(
        go.Sankey(
            arrangement="fixed",
            node={
                "label": labels,
                "color": [groups[name][1] for name in [*before, *after]],
                "x": [0.001] * len(before) + [0.999] * len(after),
                "y": [*_heights(totals[0], before), *_heights(totals[1], after)],
                "pad": 14,
                "thickness": 16,
                "line": {"width": 0},
                "hovertemplate": "%{label}<extra></extra>",
            },
            link={
                "source": [at["before", name] for name in frame["before"]],
                "target": [at["after", name] for name in frame["after"]],
                "value": list(frame["customers"]),
                "color": [tint(groups[name][1], 0.35) for name in frame["before"]],
                "hovertemplate": "%{source.label} → %{target.label}<br>%{value:,}<extra></extra>",
            },
        )
    )
    figure.update_layout(margin={"l": 8, "r": 8, "t": 16, "b": 16})
    return figure


def _heights(totals: pd.Series, names: list[str]) -> list[float]:
    """The middle of each node from the top (0 to 1), with room for its label however few customers it has."""
    sizes = [max(float(totals[name]) / float(totals.sum()), 0.05) for name in names]
    whole, top, middles = sum(sizes), 0.0, []
    for size in sizes:
        middles.append(min(max((top + size / 2) / whole, 0.001), 0.999))
        top += size
    return middles


def _matrix(frame: pd.DataFrame, groups: dict[str, tuple[Speaks, str]], language: Language, height: int) -> go.Figure:

    names = [name for name in groups if name in set(frame["before"]) | set(frame["after"])]
    grid = frame.pivot(index="before", columns="after", values="customers").reindex(
        index=[name for name in names if name in set(frame["before"])], columns=[name for name in names if name != NOT_YET]
    )
    shares = grid.div(grid.sum(axis=1), axis=0)
    figure = canvas(height, msg("Now").in_(language), msg("Before").in_(language))
    fields(
        figure,
        (shares * 100).to_numpy(),
        [[("" if pd.isna(value) else f"{int(value):,}") for value in row] for row in grid.to_numpy()],
        SHADES,
        (0, 100),
        [groups[name][0].in_(language) for name in grid.columns],
        [groups[name][0].in_(language) for name in grid.index],
        size=13,
        xgap=2,
        ygap=2,
        showscale=True,
        colorbar={"title": {"text": "%"}, "thickness": 12},
        hovertemplate="%{y} → %{x}<br>%{text} · %{z:.0f}%<extra></extra>",
    )
    return figure
