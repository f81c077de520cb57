"""Step 9: the 30-second test taken again, and whether the room has come closer together."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from strategy.analysis import agreement
from strategy.errors import NoData
from strategy.exhibits.drawing import canvas
from strategy.exhibits.labels import Share
from strategy.exhibits.model import Context, Exhibit, exhibit
from strategy.exhibits.palette import ACCENT, NEUTRAL, tint
from strategy.exhibits.thirty_second import still_hidden
from strategy.language import Language, Message, msg
from strategy.language.numbers import percent
from strategy.thread.unseen import latest_answers, round_of

if TYPE_CHECKING:
    import plotly.graph_objects as go

ROUNDS = {"opening": msg("Opening"), "circle": msg("Step 9")}


@exhibit("thirty_second_change", msg("30-second test, then and now"))
def thirty_second_change(context: Context) -> Exhibit:
    answers = {name: latest_answers(context.snapshot, name) for name in ROUNDS}
    fewest = min(len(rows) for rows in answers.values())
    if fewest < 2:
        raise NoData(
            msg("The 30-second test has not been taken twice yet"),
            None,
            msg("At least two people answer in the opening and again in step 9; then the two rounds can be compared."),
        )
    for name in ROUNDS:
        state = round_of(context.snapshot, name)
        if not state.open:
            raise still_hidden(state)
    rows, overall = [], {}
    for name, given in answers.items():
        texts = [str(row["answer"]) for row in given]
        overall[name] = float(agreement.mean_pairwise_similarity(texts) or 0.0)
        matrix = agreement.similarity_matrix(texts)
        for row, line in zip(given, np.where(np.eye(len(texts), dtype=bool), np.nan, matrix), strict=True):
            rows.append(
                {
                    "participant": str(row["participant"] or row.author),
                    "round": name,
                    "round_name": ROUNDS[name],
                    "answer": str(row["answer"]),
                    "likeness": float(np.nanmean(line)),
                }
            )
    frame = pd.DataFrame(rows)
    before, after = overall["opening"], overall["circle"]
    change = after - before
    values = {"before": Share(before), "after": Share(after)}
    title: Message = (
        msg("Agreement on the target customer rose from {before} to {after}", **values)
        if change >= 0.05
        else msg("Agreement on the target customer fell from {before} to {after}", **values)
        if change <= -0.05
        else msg("Agreement on the target customer has hardly changed: {before}, now {after}", **values)
    )
    both = {row["participant"] for row in rows if row["round"] == "opening"} & {
        row["participant"] for row in rows if row["round"] == "circle"
    }
    reading = (
        msg("Thick line: mean likeness of all pairs of answers. Thin lines: each participant's likeness to the others."),
        msg("The measure compares wording and not meaning; read the answers side by side in the table."),
        msg(
            "{first} people answered in the opening, {second} in step 9, {both:0=nobody|# of them} both times.",
            first=len(answers["opening"]), second=len(answers["circle"]), both=len(both),
        ),
    )  # fmt: skip

    return Exhibit(
        title=title,
        reading=reading,
        frame=frame,
        columns={
            "participant": msg("Participant"),
            "round_name": msg("Round"),
            "answer": msg("Answer"),
            "likeness": msg("Likeness to the others (0–1)"),
        },
        figures={"opening": before, "circle": after, "change": change},
        draw=partial(_draw_thirty_second_change, frame, before, after),
        alt=msg("Likeness of the answers in the opening and in step 9"),
        height=360,
    )


def _draw_thirty_second_change(frame: pd.DataFrame, before: float, after: float, language: Language) -> go.Figure:
    import plotly.graph_objects as go

    figure = canvas(360, "", msg("Likeness of the answers (%)").in_(language))
    stops = [name.in_(language) for name in ROUNDS.values()]
    for participant, own in frame.groupby("participant", sort=False):
        figure.add_trace(
            go.Scatter(
                x=[ROUNDS[name].in_(language) for name in own["round"]],
                y=[100 * value for value in own["likeness"]],
                mode="lines+markers",
                name=str(participant),
                line={"color": tint(NEUTRAL, 0.5), "width": 1},
                marker={"size": 7, "color": tint(NEUTRAL, 0.7)},
                hovertemplate=f"{str(participant)[:40]}: %{{y:.0f}}%<extra></extra>",
            )
        )
    figure.add_trace(
        go.Scatter(
            x=stops,
            y=[100 * before, 100 * after],
            mode="lines+markers+text",
            text=[percent(before, language), percent(after, language)],
            textposition=["middle left", "middle right"],
            cliponaxis=False,
            line={"color": ACCENT, "width": 5},
            marker={"size": 14, "color": ACCENT},
            hovertemplate="%{y:.0f}%<extra></extra>",
        )
    )
    figure.update_xaxes(type="category", categoryorder="array", categoryarray=stops, range=[-0.4, 1.4])
    figure.update_yaxes(range=[-2, 102])
    return figure
