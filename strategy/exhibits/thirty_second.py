"""The 30-second test: whether the room would name the same target customer."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from strategy.analysis import agreement
from strategy.errors import NoData
from strategy.exhibits.chart_text import height_for, wrapped
from strategy.exhibits.drawing import canvas
from strategy.exhibits.labels import Share
from strategy.exhibits.model import Context, Exhibit, Setting, exhibit
from strategy.exhibits.palette import ACCENT, NEUTRAL, tint
from strategy.exhibits.ranges import error_bar
from strategy.exhibits.row_labels import label_rows
from strategy.language import Language, Speaks, msg
from strategy.thread.unseen import Round, latest_answers, round_of

if TYPE_CHECKING:
    import plotly.graph_objects as go

ROUND = Setting("round", msg("Round"), "opening", choices=(("opening", msg("Opening")), ("circle", msg("Step 9"))))

#: From here on two answers look alike to a reader, and below the second they have little in common. Chosen by reading examples.
ALIKE, APART = 0.6, 0.3
#: So that the chart stays readable; the table has every answer.
_MOST_DRAWN = 30


def still_hidden(state: Round) -> NoData:
    """Why the answers cannot be seen yet."""
    if not state.listed:
        return NoData(
            msg("The answers stay unseen: nobody is on the list of participants, so nobody knows who is still to write"),
            None,
            msg("List the participants, or let the facilitator lay the answers open on the worksheet “30-second test”."),
        )
    return NoData(
        msg("The answers stay unseen until everybody has written: {count:0=none|#} of {total} have", count=len(state.answers),
            total=len(state.answers) + len(state.waiting)),
        None,
        msg("Wait for the others, or let the facilitator lay the answers open on the worksheet “30-second test”."),
    )  # fmt: skip


@exhibit("thirty_second", msg("30-second test"), settings=(ROUND,))
def thirty_second(context: Context) -> Exhibit:
    answers = latest_answers(context.snapshot, context.settings["round"])
    if not answers:
        raise NoData(
            msg("Nobody has taken the 30-second test in this round yet"),
            None,
            msg("Let everybody write within 30 seconds, unseen by the others, who the target customer is."),
        )
    state = round_of(context.snapshot, context.settings["round"])
    if not state.open:
        raise still_hidden(state)
    texts = [str(row["answer"]) for row in answers]
    matrix = agreement.similarity_matrix(texts)
    others = np.where(np.eye(len(texts), dtype=bool), np.nan, matrix)
    alone = len(texts) < 2
    frame = pd.DataFrame(
        {
            "participant": [str(row["participant"] or row.author) for row in answers],
            "answer": texts,
            "similarity": [None if alone else float(np.nanmean(line)) for line in others],
            "farthest": [None if alone else float(np.nanmin(line)) for line in others],
            "closest": [None if alone else float(np.nanmax(line)) for line in others],
            "taken_on": [row["taken_on"] for row in answers],
        }
    )
    mean = agreement.mean_pairwise_similarity(texts)
    figures = {"answers": float(len(texts))}
    if mean is None:
        title = msg("One answer so far, from {name}: nothing to compare yet", name=frame["participant"].iloc[0])
    else:
        figures["agreement"] = mean
        said = {"count": len(texts), "share": Share(mean)}
        title = (
            msg("{count:# answer|# answers}, {share} alike: the room says nearly the same", **said)
            if mean >= ALIKE
            else msg("{count:# answer|# answers}, {share} alike: the room names the customer in different words", **said)
            if mean >= APART
            else msg("{count:# answer|# answers}, only {share} alike: the room does not name the same customer", **said)
        )
    reading: list[Speaks] = [
        msg("Read the answers side by side first; the figure only compares their wording, not what they mean."),
        msg("Measure: Dice's coefficient over pairs of neighbouring characters, averaged over all pairs of answers."),
    ]
    if mean is not None:
        odd = frame.loc[frame["similarity"].idxmin()]
        if len(texts) > 2 and odd["similarity"] < mean - 0.1:
            reading.append(
                msg(
                    "Farthest from the others: {name}, with “{answer}”.",
                    name=odd["participant"],
                    answer=str(odd["answer"])[:120],
                )
            )
    shown = frame.head(_MOST_DRAWN)
    height = height_for(len(shown), 40)

    return Exhibit(
        title=title,
        reading=tuple(reading),
        frame=frame,
        columns={
            "participant": msg("Participant"),
            "answer": msg("Answer"),
            "similarity": msg("Likeness to the others (0–1)"),
            "closest": msg("To the closest (0–1)"),
            "farthest": msg("To the farthest (0–1)"),
            "taken_on": msg("Taken on"),
        },
        figures=figures,
        draw=partial(_draw_thirty_second, shown, mean, height),
        alt=msg("Bars of how much each answer shares with the others, with the answers beside them"),
        height=height,
    )


def _draw_thirty_second(shown: pd.DataFrame, mean: float | None, height: int, language: Language) -> go.Figure:
    import plotly.graph_objects as go

    figure = canvas(height, msg("Likeness to the others' answers (%)").in_(language))
    values, farthest, closest = (
        list(shown[column].astype(float).fillna(0) * 100) for column in ("similarity", "farthest", "closest")
    )
    figure.add_trace(
        go.Bar(
            y=list(range(len(shown))),
            x=values,
            orientation="h",
            marker_color=tint(ACCENT, 0.7),
            width=0.6,
            error_x=error_bar(values, farthest, closest, NEUTRAL),
            customdata=[wrapped(answer, language, 48, 6) for answer in shown["answer"]],
            hovertemplate="%{customdata}<extra>%{x:.0f}%</extra>",
        )
    )
    if mean is not None:
        figure.add_vline(x=mean * 100, line={"color": NEUTRAL, "dash": "dot"})
    figure.update_xaxes(range=[0, 101])
    names = [
        msg("{name}: {value}", name=name, value=answer) for name, answer in zip(shown["participant"], shown["answer"], strict=True)
    ]
    label_rows(figure, names, language, 34)
    return figure
