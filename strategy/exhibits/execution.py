"""Step 9: ideas on their way to the company's system, and the calendar of what is to be done, checked and decided."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, Any

import pandas as pd

from strategy.analysis.pipeline import days_in_stages
from strategy.errors import NoData
from strategy.exhibits.captions import Brief, Verbatim, counted
from strategy.exhibits.chart_text import plain
from strategy.exhibits.drawing import canvas
from strategy.exhibits.labels import ChoiceTitle, Joined, Label, Number
from strategy.exhibits.model import Context, Exhibit, exhibit
from strategy.exhibits.palette import ACCENT, BAD, CAUTION, GOOD, NEUTRAL, segment_colors, series, tint
from strategy.exhibits.ranges import bar_height
from strategy.exhibits.row_labels import row_names
from strategy.exhibits.timeline import AS_OF, Month, as_of, day, is_near, month_axis, period_bar
from strategy.language import Day, Language, Message, Speaks, msg
from strategy.workbook import Row, Snapshot

if TYPE_CHECKING:
    import plotly.graph_objects as go

IDEA_STAGES = ("noted", "trial", "process", "system")
KINDS = {
    "initiative": msg("Initiative ends"),
    "inspection": msg("Inspection"),
    "decision_due": msg("Decision due"),
    "decision_review": msg("Decision to review"),
}
_KIND_SYMBOLS = {"inspection": "square", "decision_due": "diamond", "decision_review": "triangle-up"}
STATES = {"done": msg("done"), "overdue": msg("overdue"), "open": msg("to come")}
_STATE_COLORS = {"done": GOOD, "overdue": BAD, "open": ACCENT}
#: So that the charts stay readable; the tables have every row.
MOST_IDEAS, MOST_INITIATIVES = 14, 12


def insight_frame(snapshot: Snapshot, today: dt.date) -> pd.DataFrame:
    """One row per idea and stage it has been in: days spent there; the present stage runs on until ``today``."""
    rows = []
    for row in snapshot.rows("insight"):
        if row["stage"] not in IDEA_STAGES:
            continue
        entered = {stage: day(row, f"{stage}_on") for stage in IDEA_STAGES}
        spent = days_in_stages(IDEA_STAGES, entered, row["stage"], today)
        for stage in IDEA_STAGES[: IDEA_STAGES.index(row["stage"]) + 1]:
            rows.append(
                {
                    "insight": row.id,
                    "name": Label(snapshot, "insight", row.id),
                    "from_whom": Verbatim(row["from_whom"]),
                    "stage": stage,
                    "stage_name": ChoiceTitle(snapshot, "insight", "stage", stage),
                    "now": stage == row["stage"],
                    "entered_on": entered[stage],
                    "days": spent.get(stage),
                    "owner": Verbatim(row["owner"]),
                }
            )
    frame = pd.DataFrame(rows)
    return frame if frame.empty else frame.astype({"days": float, "entered_on": object})


def _insight_pipeline_title(present: pd.DataFrame, counts: dict[str, int]) -> Message:
    kept = counts["process"] + counts["system"]
    waiting = present[present["stage"].isin(["noted", "trial"])].dropna(subset=["days"])
    values: dict[str, Any] = {"kept": kept, "count": len(present)}
    if waiting.empty:
        return msg("Ideas that became a process or part of the system: {kept} of {count}", **values)
    slow = waiting.loc[waiting["days"].idxmax()]
    return msg(
        "Ideas that became a process or part of the system: {kept} of {count}; {name} has waited {days}",
        name=Brief(slow["name"]),
        days=counted(slow["days"], msg("1 day"), msg("{count:# day|# days}", count=Number(slow["days"]))),
        **values,
    )


@exhibit("insight_pipeline", msg("From an idea to the company's system"), settings=(AS_OF,))
def insight_pipeline(context: Context) -> Exhibit:
    snapshot = context.snapshot
    today = as_of(context.settings, "insight_pipeline")
    frame = insight_frame(snapshot, today)
    if frame.empty:
        raise NoData(
            msg("No idea from the front line has been noted yet"),
            None,
            msg("Note what those who meet customers have learnt, with the day; then let a small team try it."),
        )
    present = frame[frame["now"]]
    counts = {stage: int((present["stage"] == stage).sum()) for stage in IDEA_STAGES}
    title = _insight_pipeline_title(present, counts)
    stages = [msg("{stage}: {count}", stage=ChoiceTitle(snapshot, "insight", "stage", stage), count=counts[stage])
              for stage in IDEA_STAGES]  # fmt: skip
    reading: list[Speaks] = [
        msg("Bars: days an idea spent in each stage, up to {day}. Ideas now: {stages}.", day=Day(today), stages=Joined(stages)),
    ]
    order = present.assign(at=[IDEA_STAGES.index(stage) for stage in present["stage"]])
    order = order.sort_values(["at", "days"], ascending=[True, False], na_position="last", kind="stable")
    shown = order["insight"].tolist()[:MOST_IDEAS]
    if len(order) > MOST_IDEAS:
        reading.append(msg("Drawn: the {count} ideas that are least far on; the table has all of them.", count=MOST_IDEAS))
    if frame["days"].isna().all():
        reading.append(msg("No days yet: enter when each stage began."))
    height = bar_height(len(shown), 54 if len(shown) <= 7 else 34, 110)

    return Exhibit(
        title=title,
        reading=tuple(reading),
        frame=frame,
        columns={
            "name": msg("Idea"),
            "from_whom": msg("From whom"),
            "stage_name": msg("Stage of the idea"),
            "now": msg("Stage now"),
            "entered_on": msg("In the stage since"),
            "days": msg("Days in the stage"),
            "owner": msg("Owner"),
        },
        figures={f"ideas.{stage}": float(count) for stage, count in counts.items()},
        draw=partial(_draw_insight_pipeline, snapshot, frame, shown, height),
        alt=msg("Bars of the days each idea spent in each stage"),
        height=height,
    )


def _draw_insight_pipeline(snapshot: Snapshot, frame: pd.DataFrame, shown: list[str], height: int, language: Language) -> go.Figure:
    import plotly.graph_objects as go

    figure = canvas(height, msg("Days").in_(language), "")
    labels = row_names([Label(snapshot, "insight", idea) for idea in shown], language)
    for position, stage in enumerate(IDEA_STAGES[:-1]):
        days = frame[frame["stage"] == stage].set_index("insight")["days"].reindex(shown)
        figure.add_trace(
            go.Bar(
                y=labels,
                x=[0 if pd.isna(value) else float(value) for value in days],
                orientation="h",
                name=ChoiceTitle(snapshot, "insight", "stage", stage).in_(language),
                customdata=shown,
                marker_color=series((6, 1, 0)[position]),
                hovertemplate="%{y}: %{x:.0f}<extra></extra>",
            )
        )
    figure.update_layout(barmode="stack", showlegend=True, legend={"traceorder": "normal"})
    figure.update_xaxes(rangemode="tozero")
    figure.update_yaxes(autorange="reversed", type="category")
    return figure


def calendar_frame(snapshot: Snapshot, today: dt.date) -> pd.DataFrame:
    """One row per thing with a date: its kind, the day, the month, and whether it is done, overdue or to come, by date.

    A decision counts as done neither by its date nor its status: what falls due is shown, and overdue only while it is not agreed.
    """
    found: list[tuple[str, str, dt.date, str, Any]] = []
    for row in snapshot.rows("initiative"):
        finish = day(row, "finish")
        if finish:
            over = row["status"] in ("done", "stopped")
            found.append(("initiative", row.id, finish, "done" if over else "overdue" if finish < today else "open", row["owner"]))
    for row in snapshot.rows("inspection"):
        planned = day(row, "planned_on")
        if planned:
            state = "done" if row["done_on"] else "overdue" if planned < today else "open"
            found.append(("inspection", row.id, planned, state, row["by_whom"]))
    for row in snapshot.rows("decision"):
        for kind, column in (("decision_due", "due"), ("decision_review", "review_on")):
            on = day(row, column)
            if on:
                late = on < today and (kind == "decision_review" or row["status"] != "agreed")
                reviewed = kind == "decision_review" and row.made_at.date() >= on
                state = "done" if reviewed or (on < today and not late) else "overdue" if late else "open"
                found.append((kind, row.id, on, state, row["owner"]))
    rows = [
        {
            "kind": kind,
            "kind_name": KINDS[kind],
            "row": row_id,
            "name": Label(snapshot, kind.split("_")[0], row_id),
            "date": on,
            "month": f"{on:%Y-%m}",
            "state": state,
            "state_name": STATES[state],
            "who": Verbatim(who),
        }
        for kind, row_id, on, state, who in sorted(found, key=lambda item: (item[2], item[0], item[1]))
    ]
    frame = pd.DataFrame(rows)
    return frame if frame.empty else frame.astype({"date": object})


def _kinds(frame: pd.DataFrame) -> list[str]:
    """The kinds of dates that are marked in a row of their own, as far as there are any."""
    return [kind for kind in _KIND_SYMBOLS if (frame["kind"] == kind).any()]


def _initiative_states(frame: pd.DataFrame) -> dict[str, str]:
    own = frame[frame["kind"] == "initiative"]
    return dict(zip(own["row"], own["state"], strict=True))


def _execution_calendar_title(frame: pd.DataFrame) -> Message:
    overdue = frame[frame["state"] == "overdue"]
    if not overdue.empty:
        oldest = overdue.iloc[0]
        return msg(
            "Dates passed without result: {count} of {total}; the oldest is {name}",
            count=len(overdue),
            total=len(frame),
            name=Brief(oldest["name"]),
        )
    months = Counter(frame.loc[frame["state"] == "open", "month"])
    if not months:
        return msg("All dates have been met")
    fullest = max(sorted(months), key=lambda month: months[month])
    return msg("Nothing is overdue; most falls due in {month}", month=Month(dt.date.fromisoformat(f"{fullest}-01")))


@exhibit("execution_calendar", msg("Calendar of execution"), settings=(AS_OF,))
def execution_calendar(context: Context) -> Exhibit:
    snapshot = context.snapshot
    today = as_of(context.settings, "execution_calendar")
    frame = calendar_frame(snapshot, today)
    if frame.empty:
        raise NoData(
            msg("Nothing in the plan has a date yet"),
            None,
            msg("Give initiatives a finish, plan inspections, and set when decisions are due and to be reviewed."),
        )
    ahead = frame[frame["state"] == "open"]
    title = _execution_calendar_title(frame)
    reading: list[Speaks] = [
        msg("Bars: initiatives from start to finish. Square: inspection; diamond: decision due; triangle: decision to review."),
        msg("Red: overdue on {day} (dotted line). Green: done. A decision due is met once it is agreed.", day=Day(today)),
    ]
    if not ahead.empty:
        upcoming = ahead.iloc[0]
        reading.append(msg("Next: {name}, {day}.", name=Brief(upcoming["name"]), day=Day(upcoming["date"])))
    dated = [row for row in snapshot.rows("initiative") if row["start"] or row["finish"]]
    dated.sort(key=lambda row: (row["start"] or row["finish"], row["finish"] or ""))
    states = _initiative_states(frame)
    bars = dated if len(dated) <= MOST_INITIATIVES else [row for row in dated if states.get(row.id) != "done"][:MOST_INITIATIVES]
    if len(bars) < len(dated):
        reading.append(msg("Drawn: {count} initiatives that are not done; the table has all of them.", count=len(bars)))
    idle = [Brief(Label(snapshot, "initiative", row.id), 60) for row in snapshot.rows("initiative") if row not in dated]
    if idle:
        reading.append(msg("Without dates: {names}.", names=Joined(idle)))
    height = bar_height(len(bars) + len(_kinds(frame)), 32, 100)

    return Exhibit(
        title=title,
        reading=tuple(reading),
        frame=frame,
        columns={
            "date": msg("Date"),
            "kind_name": msg("Kind of date"),
            "name": msg("Name"),
            "who": msg("Who"),
            "state_name": msg("Where it stands"),
        },
        figures={
            **{f"dates.{kind}": float((frame["kind"] == kind).sum()) for kind in KINDS},
            "overdue": float((frame["state"] == "overdue").sum()),
        },
        draw=partial(_draw_execution_calendar, snapshot, frame, bars, today, height),
        alt=msg("Calendar of initiatives, inspections and decisions"),
        height=height,
    )


def _draw_execution_calendar(
    snapshot: Snapshot, frame: pd.DataFrame, bars: list[Row], today: dt.date, height: int, language: Language
) -> go.Figure:
    """``bars``: the initiatives to draw; below them stands one row for each other kind of date."""
    import plotly.graph_objects as go

    kinds, states = _kinds(frame), _initiative_states(frame)
    figure = canvas(height)
    labels = row_names([*(KINDS[kind] for kind in kinds), *(Label(snapshot, "initiative", row.id) for row in bars)], language)
    colors = segment_colors(snapshot)
    for label, row in zip(labels[len(kinds) :], bars, strict=True):
        state = states.get(row.id, "open")
        paint = BAD if state == "overdue" else colors.get(row["segment"], NEUTRAL)
        paint = tint(paint, 0.4) if state == "done" else paint
        if bar := period_bar(label, day(row, "start"), day(row, "finish"), row.id, paint):
            figure.add_trace(bar)
    for label, kind in zip(labels, kinds, strict=False):
        own = frame[frame["kind"] == kind]
        figure.add_trace(
            go.Scatter(
                x=[on.isoformat() for on in own["date"]],
                y=[label] * len(own),
                mode="markers",
                text=[plain(Brief(name, 60).in_(language)) for name in own["name"]],
                cliponaxis=False,
                customdata=own["row"].tolist(),
                marker={"size": 13, "symbol": _KIND_SYMBOLS[kind], "color": [_STATE_COLORS[state] for state in own["state"]]},
                hovertemplate="%{text}<br>%{x|%Y-%m-%d}<extra></extra>",
            )
        )
    first, last = frame["date"].min(), frame["date"].max()
    if is_near(today, first, last):
        figure.add_vline(x=today.isoformat(), line={"color": CAUTION, "dash": "dot", "width": 2})
    figure.update_layout(barmode="overlay")
    figure.update_xaxes(month_axis(first, last, language))
    figure.update_yaxes(type="category", categoryorder="array", categoryarray=labels, range=[len(labels) - 0.5, -0.5])
    return figure
