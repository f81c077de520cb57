"""One customer's purchases over time, with the day from which, without another one, the stage is degradation."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from strategy.customers.explaining import Explained
from strategy.exhibits.drawing import canvas, money_title
from strategy.exhibits.palette import ACCENT, BAD, NEUTRAL
from strategy.language import Language, date_text, msg

if TYPE_CHECKING:
    import plotly.graph_objects as go

#: Bars drawn one by one at most; a busier customer is drawn by month.
_BARS = 400


def timeline_figure(found: Explained, language: Language, currency: str = "") -> go.Figure:
    """Bars of money per purchase day, or per month for more than 400 days; lines for today and for the end of patience."""
    import plotly.graph_objects as go

    days = found.timeline.set_index("day")["amount"]
    if len(days) > _BARS:
        days = days.groupby(days.index.to_period("M").to_timestamp()).sum()
    figure = canvas(320, "", money_title(msg("Spent"), currency).in_(language))
    span = max(1, (found.snapshot - found.first_day).days)
    figure.add_trace(
        go.Bar(
            x=list(days.index),
            y=list(days),
            marker_color=ACCENT,
            width=max(1.0, span / 150) * 86_400_000,
            hovertemplate="%{x|%Y-%m-%d}: %{y:,.2f}<extra></extra>",
        )
    )
    limit = found.fading
    shown = limit if limit and limit <= found.snapshot + dt.timedelta(days=span // 2) else found.snapshot
    marks = [(found.snapshot, msg("End of the data"), NEUTRAL)]
    if limit and limit == shown:
        marks.append((limit, msg("Degradation from {day}", day=date_text(limit, language)), BAD))
    middle = found.first_day + (max(found.snapshot, shown) - found.first_day) / 2
    for level, (day, text, color) in enumerate(marks):
        figure.add_shape(type="line", x0=day, x1=day, y0=0, y1=1, yref="paper", line={"color": color, "width": 2, "dash": "dash"})
        figure.add_annotation(
            x=day,
            y=1.0 - 0.1 * level,
            yref="paper",
            # Written towards the middle, so that no edge cuts it.
            xanchor="right" if day > middle else "left",
            yanchor="top",
            showarrow=False,
            text=text.in_(language),
            font={"color": color},
        )
    pad = dt.timedelta(days=max(3, span // 25))
    figure.update_xaxes(range=[found.first_day - pad, max(found.snapshot, shown) + pad], tickformat="%Y-%m")
    return figure
