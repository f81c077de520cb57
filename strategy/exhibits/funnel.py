"""Step 5: the development funnel of one segment and channel."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from strategy.analysis import funnel as steps
from strategy.errors import NoData, UnknownName
from strategy.exhibits.captions import Brief
from strategy.exhibits.drawing import canvas
from strategy.exhibits.labels import Label, Money, Number, Share, Short
from strategy.exhibits.model import Context, Exhibit, Setting, exhibit
from strategy.exhibits.palette import BAD, NEUTRAL, segment_colors, tint
from strategy.exhibits.ranges import bar_height, cells, key_figures, known
from strategy.exhibits.row_labels import row_names
from strategy.language import Language, Message, Speaks, msg
from strategy.language.numbers import number, percent
from strategy.workbook import Row, Snapshot

if TYPE_CHECKING:
    import plotly.graph_objects as go


def route(snapshot: Snapshot, row: Row) -> Speaks:
    """A row of the acquisition worksheet in words: segment and channel."""
    channel = Brief(Label(snapshot, "acquisition", row.id), 60)
    return msg("{segment} ({channel})", segment=Short(snapshot, row["segment"]), channel=channel) if row["segment"] else channel


def _chosen_route(snapshot: Snapshot, wanted: str) -> Row:
    """The row whose funnel is shown: the one asked for, or the first with the most stages that have a volume."""
    counts: dict[str, int] = {}
    for stage in snapshot.rows("funnel_stage"):
        if stage["volume"] is not None and snapshot.row("acquisition", stage["acquisition"]) is not None:
            counts[stage["acquisition"]] = counts.get(stage["acquisition"], 0) + 1
    if wanted:
        row = snapshot.row("acquisition", wanted)
        if row is None:
            raise UnknownName(
                msg("There is no segment and channel {name}", name=wanted),
                "funnel.acquisition",
                msg("Those with a funnel: {names}.", names=", ".join(counts) or "–"),
            )
        if counts.get(wanted, 0) >= 1:
            return row
    elif counts:
        best = max(counts, key=lambda key: counts[key])
        found = snapshot.row("acquisition", best)
        if found is not None:
            return found
    raise NoData(
        msg("No funnel has volumes yet"),
        None,
        msg("Number the stages from the top and say how many prospects reach each in one period."),
    )


def _funnel_title(snapshot: Snapshot, way: Row, frame: pd.DataFrame) -> Message:
    narrow = steps.narrowest_step(frame["volume"].tolist())
    if narrow is None:
        return msg("{route}: the funnel cannot be followed from stage to stage yet", route=route(snapshot, way))
    return msg(
        "{route}: the narrowest step is from {before} to {after}, where {rate} go on",
        route=route(snapshot, way),
        before=Brief(frame["name"][narrow], 60),
        after=Brief(frame["name"][narrow + 1], 60),
        rate=Share(float(frame["step_rate"][narrow + 1]), 1),
    )


@exhibit("funnel", msg("Development funnel"), settings=(Setting("acquisition", msg("Segment and channel"), ""),))
def funnel(context: Context) -> Exhibit:
    snapshot, currency = context.snapshot, context.snapshot.currency
    way = _chosen_route(snapshot, context.settings["acquisition"])
    stages = [row for row in snapshot.rows("funnel_stage") if row["acquisition"] == way.id and row["volume"] is not None]
    stages.sort(key=lambda row: (row.get("position", 999), row.ordinal))
    volumes = [float(row["volume"]) for row in stages]
    rates, cumulative = [None, *steps.step_rates(volumes)], [None, *steps.cumulative_rates(volumes)]
    costs = [known(row["cost"]) for row in stages]
    spent = sum(cost for cost in costs if cost is not None) if any(cost is not None for cost in costs) else None
    frame = pd.DataFrame(
        {
            "stage": [row.id for row in stages],
            "name": pd.Series([Label(snapshot, "funnel_stage", row.id) for row in stages], dtype=object),
            "volume": volumes,
            "step_rate": pd.Series(rates, dtype=float),
            "cumulative_rate": pd.Series(cumulative, dtype=float),
            "cost": pd.Series(costs, dtype=float),
            "cost_per_prospect": pd.Series([steps.cost_per(spent, volume) for volume in volumes], dtype=float),
            "days": pd.Series([known(row["days"]) for row in stages], dtype=float),
        }
    )
    days = float(frame["days"].sum())
    cac = steps.cost_per(spent, volumes[-1])
    title = _funnel_title(snapshot, way, frame)
    reading: list[Speaks] = [msg("Each bar: prospects who reach the stage in the period; beside it, the share that came on.")]
    if cac is not None:
        reading.append(
            msg(
                "Spent for each that reached {stage}: {cost}.",
                cost=Money(cac, currency),
                stage=Brief(frame["name"].iloc[-1], 60),
            )
        )
    if days > 0:
        reading.append(msg("Days from the first stage to the last: about {days}.", days=Number(days)))
    if any(rate is not None and rate > 1 for rate in rates):
        reading.append(msg("A stage counts more than the one above it: check that all volumes are of one period."))
    reading.append(msg("The narrowest step is where most are lost; whether it can be widened takes a comparison with others."))

    return Exhibit(
        title=title,
        reading=tuple(reading),
        frame=frame,
        columns={
            "name": msg("Funnel stage"),
            "volume": msg("Prospects"),
            "step_rate": msg("Share that came on"),
            "cumulative_rate": msg("Share of the first stage"),
            "cost": msg("Cost of the stage"),
            "cost_per_prospect": msg("Total cost for each that reached it"),
            "days": msg("Days to the next stage"),
        },
        figures={
            **key_figures(frame, "stage", ("volume", "step_rate")),
            **({} if cac is None else {"cost_per_customer": cac}),
            "days": days,
        },
        draw=partial(_draw_funnel, snapshot, way, frame),
        alt=msg("Funnel of prospects from stage to stage"),
        height=bar_height(len(frame), 52),
    )


def _draw_funnel(snapshot: Snapshot, way: Row, frame: pd.DataFrame, language: Language) -> go.Figure:
    import plotly.graph_objects as go

    volumes = frame["volume"].tolist()
    narrow = steps.narrowest_step(volumes)
    figure = canvas(bar_height(len(frame), 52), msg("Prospects in the period").in_(language), "")
    color = segment_colors(snapshot).get(way["segment"], NEUTRAL)
    texts = [
        number(volume, language, 0) + ("" if rate is None else f" ({percent(rate, language, 1)})")
        for volume, rate in zip(volumes, cells(frame, "step_rate"), strict=True)
    ]
    figure.add_trace(
        go.Bar(
            y=row_names(frame["name"], language),
            x=volumes,
            orientation="h",
            text=texts,
            textposition="outside",
            cliponaxis=False,
            customdata=frame["stage"].tolist(),
            marker_color=[BAD if narrow is not None and at == narrow + 1 else tint(color, 0.8) for at in range(len(volumes))],
            hovertemplate="%{y}<br>%{text}<extra></extra>",
        )
    )
    figure.update_xaxes(range=[0, (max(volumes) or 1) * 1.3])
    figure.update_yaxes(autorange="reversed", type="category")
    return figure
