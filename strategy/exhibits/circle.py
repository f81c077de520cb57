"""Step 9: KPIs against their targets, and what is done about deviations."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from strategy.analysis import scorecard as scale
from strategy.errors import NoData
from strategy.exhibits.agreement_change import thirty_second_change
from strategy.exhibits.captions import Brief, Verbatim, counted, greatest, in_title
from strategy.exhibits.chart_text import plain, wrapped
from strategy.exhibits.drawing import canvas
from strategy.exhibits.execution import execution_calendar, insight_pipeline
from strategy.exhibits.labels import ChoiceTitle, Joined, Label, Number, Share
from strategy.exhibits.model import Context, Exhibit, exhibit
from strategy.exhibits.palette import BAD, CAUTION, GOOD, NEUTRAL, tint
from strategy.exhibits.ranges import bar_height, cells, key_figures, known
from strategy.exhibits.row_labels import label_rows, row_names
from strategy.language import Language, Message, Speaks, msg
from strategy.thread.deviations import DEFAULT_TOLERANCE, actual_of, deviations, worse_by
from strategy.workbook import Row, Snapshot

if TYPE_CHECKING:
    import plotly.graph_objects as go

__all__ = [
    "deviations_exhibit",
    "execution_calendar",
    "insight_pipeline",
    "kpi_scorecard",
    "thirty_second_change",
]

STATES = {
    "on_course": msg("within tolerance"),
    "answered": msg("beyond tolerance, answered"),
    "unanswered": msg("beyond tolerance, no answer yet"),
}
_STATE_COLORS = {"on_course": GOOD, "answered": CAUTION, "unanswered": BAD}
#: Where the common scale is cut, in percent of the way from baseline to target. The table keeps the figures as they are.
SHORTEST, FARTHEST = -60.0, 160.0
#: So many actuals are written between the rows; and how long a unit may be in the column that more of them stand in.
MOST_WRITTEN_BETWEEN, _LONGEST_UNIT = 9, 6


def kpi_frame(snapshot: Snapshot) -> pd.DataFrame:
    """One row per KPI with target and actual, worst first. ``progress_pct``: 0 at the baseline, 100 at the target.

    A KPI that is to hold its level has no way to go: there it is 100 plus the deviation in percent of the target.
    """
    rows = []
    for found in deviations(snapshot):
        kpi, baseline = found.kpi, known(found.kpi["baseline"])
        gone = scale.progress(baseline, found.actual, found.target)
        tolerated = scale.tolerance_in_progress(baseline, found.target, found.tolerance)
        state = "on_course" if not found.beyond else "answered" if found.answered else "unanswered"
        rows.append(
            {
                "kpi": kpi.id,
                "name": Label(snapshot, "kpi", kpi.id),
                "step_name": ChoiceTitle(snapshot, "kpi", "source_step", kpi["source_step"] or ""),
                "unit": Verbatim(kpi["unit_text"]),
                "baseline": baseline,
                "target": found.target,
                "actual": found.actual,
                "progress_pct": 100 + found.size if gone is None else gone * 100,
                "tolerance_pct": found.tolerance if tolerated is None else tolerated * 100,
                "deviation_pct": found.size,
                "state": state,
                "state_name": STATES[state],
                "owner": Verbatim(kpi["owner"]),
            }
        )
    frame = pd.DataFrame(rows)
    if frame.empty:
        return frame
    return frame.astype({"baseline": float}).sort_values("deviation_pct", kind="stable").reset_index(drop=True)


def _kpi_scorecard_title(frame: pd.DataFrame) -> Message:
    missed = frame[frame["state"] != "on_course"]
    worst = frame.iloc[0]
    if missed.empty:
        return (
            msg("{name} is within tolerance of its target", name=Brief(worst["name"]))
            if len(frame) == 1
            else msg("All {count} KPIs are within tolerance of their targets", count=len(frame))
        )
    farthest = frame.loc[greatest(-frame["deviation_pct"])]
    if len(farthest) > 1:
        return msg(
            "KPIs beyond tolerance: {missed} of {count}; farthest off are {names}, by {size} each",
            missed=len(missed),
            count=len(frame),
            names=in_title(list(farthest["name"])),
            size=Share(-worst["deviation_pct"] / 100),
        )
    return msg(
        "KPIs beyond tolerance: {missed} of {count}; farthest off is {name}, by {size}",
        missed=len(missed),
        count=len(frame),
        name=Brief(worst["name"]),
        size=Share(-worst["deviation_pct"] / 100),
    )


@exhibit("kpi_scorecard", msg("Scorecard"))
def kpi_scorecard(context: Context) -> Exhibit:
    snapshot = context.snapshot
    frame = kpi_frame(snapshot)
    if frame.empty:
        raise NoData(
            msg("No KPI has an actual to hold against its target yet"),
            None,
            msg("Give each KPI a baseline and a target, then enter an actual for a period."),
        )
    title = _kpi_scorecard_title(frame)
    reading: list[Speaks] = [
        msg("All KPIs on one scale: 0 is the baseline, 100 the target. Pale band: tolerance. Written: the actual."),
        msg("Green: within tolerance. Amber: beyond it and answered. Red: beyond it without an answer."),
    ]
    level = [Brief(row["name"], 60) for row in frame.to_dict("records") if row["baseline"] == row["target"]]
    if level:
        reading.append(msg("These are to hold their level and show 100 plus the deviation: {names}.", names=Joined(level)))
    shown = set(frame["kpi"])
    silent = [Brief(Label(snapshot, "kpi", row.id), 60) for row in snapshot.rows("kpi") if row.id not in shown]
    if silent:
        reading.append(msg("Without an actual or a target: {names}.", names=Joined(silent)))
    judged = sum(row["figures_from"] != "data" for row in snapshot.rows("kpi_actual") if row["kpi"] in shown)
    if judged:
        reading.append(msg("Actuals that are judgement: {count}.", count=judged))
    height = bar_height(len(frame), 42)

    return Exhibit(
        title=title,
        reading=tuple(reading),
        frame=frame,
        columns={
            "name": msg("KPI"),
            "step_name": msg("Source step"),
            "baseline": msg("Baseline"),
            "target": msg("Target value"),
            "actual": msg("Actual"),
            "unit": msg("Unit"),
            "progress_pct": msg("Way to the target (%)"),
            "deviation_pct": msg("Deviation (% of the target)"),
            "state_name": msg("Where it stands"),
            "owner": msg("Owner"),
        },
        figures=key_figures(frame, "kpi", ("actual", "deviation_pct")),
        draw=partial(_draw_kpi_scorecard, frame, height),
        alt=msg("KPIs on a common scale from baseline to target"),
        height=height,
    )


def _draw_kpi_scorecard(frame: pd.DataFrame, height: int, language: Language) -> go.Figure:
    import plotly.graph_objects as go

    figure = canvas(height, msg("Way from baseline (0) to target (100)").in_(language), "")
    whole = [wrapped(name, language, 44, 6) for name in frame["name"]]
    many = len(frame) > MOST_WRITTEN_BETWEEN
    start = max(SHORTEST, min(0.0, float(frame["progress_pct"].min())))
    for at, row in enumerate(frame.to_dict("records")):
        low = max(SHORTEST, 100 - row["tolerance_pct"])
        place = min(FARTHEST, max(SHORTEST, row["progress_pct"]))
        color = _STATE_COLORS[row["state"]]
        for ends, width, paint in (((low, 100), 10, tint(NEUTRAL, 0.3)), ((0, place), 4, color)):
            figure.add_trace(
                go.Scatter(x=list(ends), y=[at, at], mode="lines", line={"color": paint, "width": width}, hoverinfo="skip")
            )
        figure.add_trace(
            go.Scatter(
                x=[place],
                y=[at],
                mode="markers",
                cliponaxis=False,
                customdata=[row["kpi"]],
                marker={"size": 13, "color": color},
                hovertemplate=f"{whole[at]}: {row['actual']:,.6g} / {_measured(row['target'], row['unit'], language)}<extra></extra>",
            )
        )
    # Between the rows, where neither bars nor the lines at the ends of the scale cross the words; of many rows in a column at the right.
    figure.add_trace(
        go.Scatter(
            x=[FARTHEST + 14 if many else start] * len(frame),
            y=[at if many else at - 0.36 for at in range(len(frame))],
            mode="text",
            text=[_measured(row["actual"], _brief_unit(row["unit"], many), language) for row in frame.to_dict("records")],
            textposition="middle right",
            textfont={"size": 12},
            cliponaxis=False,
            hoverinfo="skip",
        )
    )
    figure.add_vline(x=0, line={"color": NEUTRAL, "width": 1})
    figure.add_vline(x=100, line={"color": NEUTRAL, "width": 1, "dash": "dot"})
    figure.update_xaxes(range=[start - 8, FARTHEST + (90 if many else 8)], tickvals=[-50, 0, 50, 100, 150])
    label_rows(figure, list(frame["name"]), language, 26)
    figure.update_yaxes(range=[len(frame) - 0.6, -0.7])
    return figure


def _brief_unit(unit: Verbatim, many: bool) -> Speaks:
    """A unit as far as there is room for it. Beside many rows a long one is left to the table and the mouse, but for its ``%``."""
    if not many:
        return Brief(unit, 24)
    text = unit.text or ""
    return unit if len(text) <= _LONGEST_UNIT else Verbatim("%" if text.startswith("%") else None)


def _measured(value: float, unit: Speaks, language: Language) -> str:
    """A figure with its unit: 82% of orders, 141 customers; 82%（占预订数）, 141人."""
    said, name = Number(value).in_(language), plain(unit.in_(language))
    joined = name.startswith("%") or (language == "zh" and not name[:1].isascii())
    return f"{said}{'' if joined else ' '}{name}".rstrip()


def _size_at(snapshot: Snapshot, answer: Row, kpi: Row) -> float | None:
    """The deviation an answer speaks of, in percent of the target; ``None`` where there is no actual it can speak of."""
    actual = actual_of(snapshot, answer)
    if actual is None or kpi["target"] is None:
        return None
    return worse_by(float(actual["value"]), float(kpi["target"]), kpi.get("better", "higher"))


def _step_number(title: str) -> str:
    """A step as it fits beside a bar: its number, or its name where it has none."""
    first = title.split(" ")[0] if title else ""
    return "–" if not title else f"→ {first if first.isdigit() else title}"


def deviation_frame(snapshot: Snapshot) -> pd.DataFrame:
    """One row per answer to a deviation, and one per KPI whose latest actual is beyond its tolerance (either way) and has none;
    worst first."""
    rows: list[tuple[Row, float | None, Row | None, str]] = []
    for answer in snapshot.rows("deviation"):
        kpi = snapshot.row("kpi", answer["kpi"])
        if kpi is None:
            continue
        complete = bool(answer["cause"] and answer["action"])
        rows.append((kpi, _size_at(snapshot, answer, kpi), answer, "answered" if complete else "unanswered"))
    for found in deviations(snapshot):
        if not found.answers and abs(found.size) > found.tolerance:
            rows.append((found.kpi, found.size, None, "unanswered"))
    records = [
        {
            "kpi": kpi.id,
            "name": Label(snapshot, "kpi", kpi.id),
            "period": answer["period"] if answer else None,
            "deviation_pct": size,
            "tolerance_pct": float(kpi.get("tolerance", DEFAULT_TOLERANCE)),
            "state": state,
            "cause": Verbatim(answer["cause"] if answer else None),
            "action": Verbatim(answer["action"] if answer else None),
            "back_to": answer["back_to"] if answer else None,
            "back_to_name": ChoiceTitle(snapshot, "deviation", "back_to", answer["back_to"])
            if answer and answer["back_to"]
            else Verbatim(None),
            "owner": Verbatim(answer["owner"] if answer else None),
            "done": bool(answer and answer["done"]),
        }
        for kpi, size, answer, state in rows
    ]
    frame = pd.DataFrame(records)
    if frame.empty:
        return frame
    frame = frame.astype({"deviation_pct": float})
    return frame.sort_values("deviation_pct", na_position="last", kind="stable").reset_index(drop=True)


def _deviations_title(snapshot: Snapshot, frame: pd.DataFrame) -> Speaks:
    waiting = frame[frame["state"] == "unanswered"]
    if not waiting.empty:
        worst = waiting.iloc[0]
        size = known(worst["deviation_pct"]) or 0.0
        values = {"name": Brief(worst["name"]), "size": Share(abs(size) / 100)}
        return (
            msg("{name} misses its target by {size} and has no answer yet", **values)
            if size < 0
            else msg("{name} is {size} better than its target; nobody has said why yet", **values)
        )
    counts = frame["back_to"].value_counts()
    if counts.empty:
        return counted(
            len(frame),
            msg("The deviation has its answer"),
            msg("All {count:# deviation has|# deviations have} an answer", count=len(frame)),
        )
    step = ChoiceTitle(snapshot, "deviation", "back_to", str(counts.index[0]))
    return (
        msg("The deviation has its answer and goes back to {step}", step=step)
        if len(frame) == 1
        else msg("All {count:# deviation has|# deviations have} an answer; most go back to {step}", count=len(frame), step=step)
    )


@exhibit("deviations", msg("Deviations and their answers"))
def deviations_exhibit(context: Context) -> Exhibit:
    snapshot = context.snapshot
    frame = deviation_frame(snapshot)
    if frame.empty:
        checked = len(deviations(snapshot))
        raise NoData(
            msg("No KPI deviates beyond its tolerance") if checked else msg("No KPI has an actual to hold against its target yet"),
            None,
            msg("Enter the actuals of the next period at each KPI's own rhythm."),
        )
    waiting = frame[frame["state"] == "unanswered"]
    back = frame.dropna(subset=["back_to"])["back_to_name"]
    title = _deviations_title(snapshot, frame)
    finished = int(frame["done"].sum())
    reading: list[Speaks] = [
        msg("Bars: deviation in percent of the target; left is worse. At the bar: number of the step it goes back to."),
        msg("Red: no answer yet. Amber: answered. Green: done."),
        msg("Corrections done: {done} of {count}.", done=finished, count=int(len(frame) - len(waiting))),
    ]
    height = bar_height(len(frame), 46)

    return Exhibit(
        title=title,
        reading=tuple(reading),
        frame=frame,
        columns={
            "name": msg("KPI"),
            "period": msg("Period ending"),
            "deviation_pct": msg("Deviation (% of the target)"),
            "cause": msg("Cause"),
            "action": msg("Corrective action"),
            "back_to_name": msg("Back to step"),
            "owner": msg("Owner"),
            "done": msg("Done"),
        },
        figures={
            "deviations": float(len(frame)),
            "unanswered": float(len(waiting)),
            "sent_back": float(len(back)),
            **key_figures(frame.drop_duplicates("kpi"), "kpi", ("deviation_pct",)),
        },
        draw=partial(_draw_deviations, frame, height),
        alt=msg("Bars of the deviations with the step each goes back to"),
        height=height,
    )


def _draw_deviations(frame: pd.DataFrame, height: int, language: Language) -> go.Figure:
    import plotly.graph_objects as go

    figure = canvas(height, msg("Deviation (% of the target)").in_(language), "")
    sizes = [size or 0.0 for size in cells(frame, "deviation_pct")]
    colors = [BAD if row["state"] == "unanswered" else GOOD if row["done"] else CAUTION for row in frame.to_dict("records")]
    figure.add_trace(
        go.Bar(
            y=row_names(frame["name"], language),
            x=sizes,
            orientation="h",
            text=[_step_number(name.in_(language)) for name in frame["back_to_name"]],
            textposition="outside",
            cliponaxis=False,
            customdata=frame["kpi"].tolist(),
            marker_color=colors,
            hovertemplate="%{y}: %{x:.0f}%<extra></extra>",
        )
    )
    reach = max([abs(size) for size in sizes] + [10.0])
    low, high = min([*sizes, 0.0]), max([*sizes, 0.0])
    figure.add_vline(x=0, line={"color": NEUTRAL, "width": 1})
    figure.update_xaxes(range=[low - (0.2 * reach if low < 0 else 2), high + (0.2 * reach if high > 0 else 2)])
    figure.update_yaxes(autorange="reversed", type="category")
    return figure
