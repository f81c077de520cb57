"""Step 6: how satisfied customers are, and how many of the satisfied come back."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from strategy.analysis import satisfaction as measure
from strategy.errors import NoData
from strategy.exhibits.captions import greatest, in_title
from strategy.exhibits.drawing import canvas
from strategy.exhibits.labels import Joined, Label, Number, Share, Short
from strategy.exhibits.model import Context, Exhibit, Setting, exhibit
from strategy.exhibits.palette import NEUTRAL, segment_colors
from strategy.exhibits.ranges import bar_height, cells, error_bar, key_figures, known, sources
from strategy.exhibits.row_labels import row_names
from strategy.language import Language, Message, Speaks, msg
from strategy.workbook import Row, Snapshot

if TYPE_CHECKING:
    import plotly.graph_objects as go

#: Below this number of answers a result is a hint and no finding.
FEW = 30


def _interval(kind: str, score: float, respondents: float | None) -> tuple[float | None, float | None]:
    """The 95% interval of a result in points; ``None`` where the number of respondents is not known."""
    if not respondents:
        return None, None
    if kind == "nps":
        return measure.nps_widest_interval(score, int(respondents))
    low, high = measure.wilson(min(1.0, max(0.0, score / 100)), int(respondents))
    return low * 100, high * 100


def _who(snapshot: Snapshot, row: Row) -> Speaks:
    """Segment and grade of a result, as far as they are given."""
    segment = Short(snapshot, row["segment"]) if row["segment"] else None
    grade = Label(snapshot, "grade", row["grade"]) if row["grade"] else None
    if segment and grade:
        return msg("{segment}, grade {grade}", segment=segment, grade=grade)
    return segment or grade or msg("All customers")


def _no_share(row: Row, score: float) -> bool:
    """Whether a result cannot be: the column goes below 0 for net promoter scores, a share of the satisfied does not."""
    return bool(row["measure"] == "csat" and score < 0)


def satisfaction_frame(snapshot: Snapshot) -> pd.DataFrame:
    """One row per result: score in points with its 95% interval, repurchase among the satisfied in percent, scores of 1-9."""
    rows = []
    for row in snapshot.rows("satisfaction"):
        score = known(row["score"])
        if score is None or row["measure"] not in ("csat", "nps") or _no_share(row, score):
            continue
        respondents = known(row["respondents"])
        low, high = _interval(row["measure"], score, respondents)
        expected, perceived = known(row["expectation"]), known(row["perception"])
        rows.append(
            {
                "satisfaction": row.id,
                "measure": row["measure"],
                "segment": row["segment"],
                "name": _who(snapshot, row),
                "score_points": score,
                "score_low": low,
                "score_high": high,
                "respondents": respondents,
                "repurchase_pct": known(row["repurchase"]),
                "expectation": expected,
                "perception": perceived,
                "perception_gap": None if expected is None or perceived is None else perceived - expected,
            }
        )
    frame = pd.DataFrame(rows)
    if frame.empty:
        return frame
    return frame.astype(
        dict.fromkeys(
            ("score_low", "score_high", "respondents", "repurchase_pct", "expectation", "perception", "perception_gap"), float
        )
    )


def _satisfaction_loyalty_title(frame: pd.DataFrame, csat: bool) -> Message:
    both = frame.dropna(subset=["repurchase_pct"]).copy()
    if csat and not both.empty:
        both["gap"] = both["score_points"] - both["repurchase_pct"]
        widest = both.loc[both["gap"].idxmax()]
        return msg(
            "{name}: {score} are satisfied, {again} of them bought again",
            name=widest["name"],
            score=Share(widest["score_points"] / 100),
            again=Share(widest["repurchase_pct"] / 100),
        )
    low = greatest(-frame["score_points"])
    lowest = frame.loc[low[0]]
    if len(low) > 1:
        alike: dict[str, Speaks] = {"names": in_title(list(frame.loc[low, "name"])), "score": Number(lowest["score_points"])}
        return (
            msg("{names} are least satisfied alike: {score}% are", **alike)
            if csat
            else msg("{names} recommend us least alike: net promoter score {score}", **alike)
        )
    values = {"name": lowest["name"], "score": Number(lowest["score_points"])}
    if len(frame) == 1:
        return msg("{name}: {score}% are satisfied", **values) if csat else msg("{name}: net promoter score {score}", **values)
    return (
        msg("{name} is least satisfied: {score}% are", **values)
        if csat
        else msg("{name} recommends us least: net promoter score {score}", **values)
    )


@exhibit(
    "satisfaction_loyalty",
    msg("Satisfaction and repurchase"),
    settings=(
        Setting(
            "measure",
            msg("Measured by"),
            "most",
            choices=(
                ("most", msg("The one with most results")),
                ("csat", msg("Satisfied customers (CSAT)")),
                ("nps", msg("Net promoter score (NPS)")),
            ),
        ),
    ),
)
def satisfaction_loyalty(context: Context) -> Exhibit:
    snapshot = context.snapshot
    everything = satisfaction_frame(snapshot)
    wanted = context.settings["measure"]
    if wanted == "most" and not everything.empty:
        wanted = str(everything["measure"].value_counts().sort_index().idxmax())
    frame = everything if everything.empty else everything[everything["measure"] == wanted].reset_index(drop=True)
    if frame.empty:
        raise NoData(
            msg("No satisfaction has been measured yet"),
            None,
            msg("Enter the result of each segment, and how many of the satisfied customers bought again."),
        )
    csat = wanted == "csat"
    title = _satisfaction_loyalty_title(frame, csat)
    drawn = bool(frame["score_low"].notna().any())
    reading: list[Speaks] = [
        msg("Full circle: result. Diamond: share of the satisfied who bought again. The gap is what satisfaction does not hold."),
    ]
    if drawn:
        reading.append(
            msg("Thin lines: 95% interval for the number of respondents, after Wilson.")
            if csat
            else msg(
                "Thin lines: 95% interval for the number of respondents, after Agresti and Min, at its widest, as only the net score is "
                "known."
            )
        )
    few = [row["name"] for row in frame.to_dict("records") if row["respondents"] < FEW]
    if few:
        reading.append(msg("Fewer than {count} respondents, so a hint and no finding: {names}.", count=FEW, names=Joined(few)))
    unknown = [row["name"] for row in frame.to_dict("records") if known(row["repurchase_pct"]) is None]
    if unknown:
        reading.append(msg("Repurchase is not known for {names}.", names=Joined(unknown)))
    let_down = [row["name"] for row in frame.to_dict("records") if row["perception_gap"] < 0]
    if let_down:
        reading.append(msg("Perception stays below expectation: {names}.", names=Joined(let_down)))
    wrong = [row for row in snapshot.rows("satisfaction") if _no_share(row, known(row["score"]) or 0.0)]
    if csat and wrong:
        reading.append(
            msg(
                "Left out, because a share of the satisfied cannot be below 0: {names}.",
                names=Joined([_who(snapshot, row) for row in wrong]),
            )
        )
    measured = set(frame["satisfaction"])
    reading += sources([row for row in snapshot.rows("satisfaction") if row.id in measured])
    height = bar_height(len(frame), 44)

    return Exhibit(
        title=title,
        reading=tuple(reading),
        frame=frame,
        columns={
            "name": msg("Segment and grade"),
            "score_points": msg("Result (points)"),
            "score_low": msg("95% interval, low"),
            "score_high": msg("95% interval, high"),
            "respondents": msg("Respondents"),
            "repurchase_pct": msg("Bought again, of the satisfied (%)"),
            "expectation": msg("Expectation (1–9)"),
            "perception": msg("Perception (1–9)"),
            "perception_gap": msg("Perception less expectation"),
        },
        figures=key_figures(frame, "satisfaction", ("score_points", "repurchase_pct")),
        draw=partial(_draw_satisfaction_loyalty, snapshot, frame, csat, height),
        alt=msg("For each segment, the satisfied customers and how many of them bought again"),
        height=height,
    )


def _draw_satisfaction_loyalty(snapshot: Snapshot, frame: pd.DataFrame, csat: bool, height: int, language: Language) -> go.Figure:
    import plotly.graph_objects as go

    unit = msg("Percent of customers") if csat else msg("Net promoter score (points); repurchase (%)")
    figure = canvas(height, unit.in_(language), "")
    labels = row_names(frame["name"], language)
    colors = segment_colors(snapshot)
    own = [colors.get(segment, NEUTRAL) for segment in frame["segment"]]
    scores, again = cells(frame, "score_points"), cells(frame, "repurchase_pct")
    lows, highs = cells(frame, "score_low"), cells(frame, "score_high")
    for at, label in enumerate(labels):
        if again[at] is not None:
            figure.add_trace(
                go.Scatter(
                    x=[scores[at], again[at]], y=[label, label], mode="lines", hoverinfo="skip", showlegend=False,
                    line={"color": own[at], "width": 2, "dash": "dot"},
                )
            )  # fmt: skip
    result = msg("Satisfied") if csat else msg("Net promoter score")
    for values, name, symbol, bars in (
        (scores, result, "circle", error_bar(scores, lows, highs, NEUTRAL)),
        (again, msg("Bought again, of the satisfied"), "diamond-open", None),
    ):
        figure.add_trace(
            go.Scatter(
                x=values,
                y=labels,
                mode="markers",
                name=name.in_(language),
                error_x=bars,
                cliponaxis=False,
                customdata=frame["satisfaction"].tolist(),
                marker={"size": 14, "symbol": symbol, "color": own, "line": {"width": 2, "color": own}},
                hovertemplate="%{y}: %{x:.0f}<extra>" + name.in_(language) + "</extra>",
            )
        )
    figure.update_layout(showlegend=True)
    figure.update_xaxes(range=[-2, 102] if csat else [-102, 102])
    figure.update_yaxes(autorange="reversed", type="category")
    return figure
