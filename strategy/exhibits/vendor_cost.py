"""Step 8: what each system costs over its years of use."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from strategy.analysis import ownership_cost as ownership
from strategy.errors import NoData
from strategy.exhibits.captions import counted
from strategy.exhibits.drawing import canvas, money_title
from strategy.exhibits.labels import Joined, Money
from strategy.exhibits.model import Context, Exhibit, Setting, exhibit
from strategy.exhibits.palette import ACCENT, CAUTION, GOOD, NEUTRAL
from strategy.exhibits.plan_frame import plan_figure
from strategy.exhibits.ranges import ESTIMATES, RANGE, bar_height, cells, error_bar, key_figures, known, ranged
from strategy.exhibits.row_labels import row_names
from strategy.exhibits.vendor_choice import vendor_name
from strategy.language import Language, Message, Speaks, msg
from strategy.workbook import Snapshot

if TYPE_CHECKING:
    import plotly.graph_objects as go

PARTS = {"implementation": msg("Implementation"), "licence": msg("Licence"), "running": msg("Running cost")}
_PART_COLORS = {"implementation": CAUTION, "licence": ACCENT, "running": GOOD}


def cost_frame(snapshot: Snapshot, years: int) -> pd.DataFrame:
    """One row per vendor with years and a cost: the three parts, the total and its range over the years, cheapest first.

    ``years``: for all vendors alike, or 0 for each vendor's own. ``complete`` says that no part is missing.
    """
    rate = plan_figure(snapshot, "discount_rate")
    rows = []
    for row in snapshot.rows("vendor"):
        licence, start, running = (ranged(row, column) for column in ("licence_a_year", "implementation", "running_a_year"))
        span = years or int(known(row["years"]) or 0)
        parts = (start, licence, running)
        if span < 1 or all(part.value is None for part in parts):
            continue
        total, low, high = (
            ownership.total_cost(getattr(start, end) or 0.0, getattr(licence, end) or 0.0, getattr(running, end) or 0.0, span)
            for end in ("value", "low", "high")
        )
        rows.append(
            {
                "vendor": row.id,
                "name": vendor_name(snapshot, row.id),
                "status": row["status"],
                "years": span,
                "implementation": start.value or 0.0,
                "licence": (licence.value or 0.0) * span,
                "running": (running.value or 0.0) * span,
                "total": total,
                "total_low": low,
                "total_high": high,
                "present": None
                if rate is None
                else ownership.present_cost(start.value or 0.0, licence.value or 0.0, running.value or 0.0, span, rate / 100),
                "complete": all(part.value is not None for part in parts),
            }
        )
    frame = pd.DataFrame(rows)
    return frame if frame.empty else frame.astype({"present": float}).sort_values("total", kind="stable").reset_index(drop=True)


def _ownership_cost_title(compared: pd.DataFrame, currency: str) -> Message:
    least, most = compared.iloc[0], compared.iloc[-1]
    span = int(least["years"])
    values = {
        "vendor": least["name"],
        "total": Money(least["total"], currency),
        "years": counted(span, msg("1 year"), msg("{count:# year|# years}", count=span)),
    }
    if len(compared) == 1:
        return msg("{vendor} costs {total} over {years}", **values)
    if compared["years"].nunique() > 1:
        return msg("{vendor} costs least, {total} over {years}; the years of use differ", **values)
    if most["total"] - least["total"] < 0.005:
        return msg("All {count} vendors compared cost the same over {years}: {total}", count=len(compared), **values)
    return msg(
        "{vendor} costs least over {years}: {total}; {other} costs {dearest}",
        other=most["name"],
        dearest=Money(most["total"], currency),
        **values,
    )


@exhibit(
    "ownership_cost",
    msg("Total cost of ownership"),
    settings=(Setting("years", msg("Years of use (0: each vendor's own)"), 0, 0, 15),),
)
def ownership_cost(context: Context) -> Exhibit:
    snapshot, currency = context.snapshot, context.snapshot.currency
    frame = cost_frame(snapshot, context.settings["years"])
    if frame.empty:
        raise NoData(
            msg("No vendor has costs and years of use yet"),
            None,
            msg("Give implementation, licence and running cost of each vendor, as a range until there is an offer in writing."),
        )
    full = frame[frame["complete"]]
    compared = frame if full.empty else full
    title = _ownership_cost_title(compared, currency)
    has_range = bool((frame["total_low"] < frame["total_high"]).any())
    reading: list[Speaks] = [
        msg("Bars: implementation once, licence and running cost for every year of use."),
        *((RANGE,) if has_range else ()),
        ESTIMATES,
    ]
    if len(compared) > 1 and compared["total_low"].iloc[1:].min() < compared["total_high"].iloc[0]:
        reading.append(msg("The ranges overlap: which is cheapest is not certain yet."))
    if compared["years"].nunique() > 1:
        reading.append(msg("Set the same years for all vendors to compare them."))
    incomplete = [row["name"] for row in frame.to_dict("records") if not row["complete"]]
    if incomplete:
        reading.append(msg("A part of the cost is missing: {names}.", names=Joined(incomplete)))
    shown = set(frame["vendor"])
    missing = [vendor_name(snapshot, row.id) for row in snapshot.rows("vendor") if row.id not in shown]
    if missing:
        reading.append(msg("Without costs or years: {names}.", names=Joined(missing)))
    height = bar_height(len(frame), 52, 110)

    columns: dict[str, Speaks] = {
        "name": msg("Vendor"),
        "years": msg("Years"),
        **PARTS,
        "total": msg("Total cost"),
        "total_low": msg("Total, low"),
        "total_high": msg("Total, high"),
    }
    if frame["present"].notna().any():
        columns["present"] = msg("Total in today's money")
    return Exhibit(
        title=title,
        reading=tuple(reading),
        frame=frame,
        columns=columns,
        figures=key_figures(frame, "vendor", ("total", "years")),
        draw=partial(_draw_ownership_cost, frame, currency, height),
        alt=msg("Stacked bars of each vendor's cost over the years of use"),
        height=height,
    )


def _draw_ownership_cost(frame: pd.DataFrame, currency: str, height: int, language: Language) -> go.Figure:
    import plotly.graph_objects as go

    figure = canvas(height, money_title(msg("Cost over the years"), currency).in_(language), "")
    labels = row_names(frame["name"], language)
    totals = cells(frame, "total")
    for part, name in PARTS.items():
        figure.add_trace(
            go.Bar(
                y=labels,
                x=cells(frame, part),
                orientation="h",
                name=name.in_(language),
                customdata=frame["vendor"].tolist(),
                marker_color=_PART_COLORS[part],
                hovertemplate="%{y}: %{x:,.0f}<extra>" + name.in_(language) + "</extra>",
            )
        )
    figure.add_trace(
        go.Scatter(
            y=labels,
            x=totals,
            mode="markers",
            showlegend=False,
            marker={"size": 6, "color": NEUTRAL},
            error_x=error_bar(totals, cells(frame, "total_low"), cells(frame, "total_high"), NEUTRAL),
            hovertemplate="%{y}: %{x:,.0f}<extra></extra>",
        )
    )
    figure.update_layout(barmode="stack", showlegend=True, legend={"traceorder": "normal"})
    figure.update_yaxes(autorange="reversed", type="category")
    return figure
