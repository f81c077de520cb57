"""Step 8: the six stages of the rollout over time."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pandas as pd

from strategy.errors import NoData
from strategy.exhibits.captions import Verbatim, in_title
from strategy.exhibits.chart_text import wrapped
from strategy.exhibits.drawing import canvas
from strategy.exhibits.labels import Joined, Label
from strategy.exhibits.model import Context, Exhibit, exhibit
from strategy.exhibits.palette import ACCENT, BAD, CAUTION, GOOD, NEUTRAL, tint
from strategy.exhibits.ranges import bar_height, key_figures
from strategy.exhibits.timeline import AS_OF, as_of, day, is_near, month_axis, period_bar
from strategy.language import Day, Language, Message, Speaks, msg
from strategy.workbook import Snapshot

if TYPE_CHECKING:
    import plotly.graph_objects as go

ROLLOUT_STATES = {"done": msg("result is there"), "overdue": msg("overdue"), "running": msg("running"), "open": msg("to come")}
_STATE_COLORS = {"done": GOOD, "overdue": BAD, "running": ACCENT, "open": tint(NEUTRAL, 0.7)}


def rollout_frame(snapshot: Snapshot, today: dt.date) -> pd.DataFrame:
    """One row per stage in the order of the method: start, finish (dates or ``None``), days, state."""
    rows = []
    for row in snapshot.rows("rollout"):
        start, finish = day(row, "start"), day(row, "finish")
        state = "open"
        if row["result"]:
            state = "done"
        elif finish and finish < today:
            state = "overdue"
        elif start and start <= today:
            state = "running"
        rows.append(
            {
                "rollout": row.id,
                "name": Label(snapshot, "rollout", row.id),
                "start": start,
                "finish": finish,
                "days": (finish - start).days + 1 if start and finish else None,
                "state": state,
                "state_name": ROLLOUT_STATES[state],
                "owner": Verbatim(row["owner"]),
                "result": Verbatim(row["result"]),
            }
        )
    return pd.DataFrame(rows).astype({"days": float, "start": object, "finish": object}) if rows else pd.DataFrame()


@exhibit("rollout_plan", msg("Rollout in six stages"), settings=(AS_OF,))
def rollout_plan(context: Context) -> Exhibit:
    snapshot = context.snapshot
    today = as_of(context.settings, "rollout_plan")
    frame = rollout_frame(snapshot, today)
    dated = [] if frame.empty else [row for row in frame.to_dict("records") if row["start"] or row["finish"]]
    if not dated:
        raise NoData(msg("No stage of the rollout has dates yet"), None, msg("Give each of the six stages a start and a finish."))
    begins = min(row["start"] or row["finish"] for row in dated)
    ends = max(row["finish"] or row["start"] for row in dated)
    overdue = [row["name"] for row in dated if row["state"] == "overdue"]
    title: Message = (
        msg("Overdue: {names}; the rollout is to end on {end}", names=in_title(overdue), end=Day(ends))
        if overdue
        else msg("The rollout runs from {begin} to {end}", begin=Day(begins), end=Day(ends))
    )
    undated = [row["name"] for row in frame.to_dict("records") if not row["start"] and not row["finish"]]
    backwards = [row["name"] for row in dated if row["start"] and row["finish"] and row["finish"] < row["start"]]
    reading: list[Speaks] = [
        msg("Dotted line: {day}. Overdue: the finish has passed and no result is noted.", day=Day(today)),
    ]
    if undated:
        reading.append(msg("Without dates: {names}.", names=Joined(undated)))
    if backwards:
        reading.append(msg("Finish before start: {names}.", names=Joined(backwards)))
    height = bar_height(len(frame), 46)

    def draw(language: Language) -> go.Figure:
        figure = canvas(height)
        names = [wrapped(name, language, 24, 2) for name in frame["name"]]
        for label, row in zip(names, frame.to_dict("records"), strict=True):
            if bar := period_bar(label, row["start"], row["finish"], row["rollout"], _STATE_COLORS[row["state"]]):
                figure.add_trace(bar)
        if is_near(today, begins, ends):
            figure.add_vline(x=today.isoformat(), line={"color": CAUTION, "dash": "dot", "width": 2})
        figure.update_layout(barmode="overlay")
        figure.update_xaxes(month_axis(begins, ends, language))
        figure.update_yaxes(type="category", categoryorder="array", categoryarray=names, range=[len(names) - 0.5, -0.5])
        return figure

    return Exhibit(
        title=title,
        reading=tuple(reading),
        frame=frame,
        columns={
            "name": msg("Rollout stage"),
            "start": msg("Start"),
            "finish": msg("Finish"),
            "days": msg("Days"),
            "state_name": msg("Where it stands"),
            "owner": msg("Owner"),
            "result": msg("Result of the stage"),
        },
        figures={**key_figures(frame, "rollout", ("days",)), "days": float((ends - begins).days + 1)},
        draw=draw,
        alt=msg("Bars of the six stages of the rollout over time"),
        height=height,
    )
