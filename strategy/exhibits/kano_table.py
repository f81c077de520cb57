"""Kano's table of five by five: how often each pair of answers was given."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from strategy.analysis import kano
from strategy.errors import NoData
from strategy.exhibits.captions import InSentence, greatest, in_title
from strategy.exhibits.chart_text import wrapped
from strategy.exhibits.drawing import canvas
from strategy.exhibits.fields import fields
from strategy.exhibits.labels import ChoiceTitle
from strategy.exhibits.model import Exhibit
from strategy.exhibits.palette import ACCENT, pale
from strategy.language import Language, Speaks, msg
from strategy.workbook import Snapshot

if TYPE_CHECKING:
    import plotly.graph_objects as go


def five_by_five(snapshot: Snapshot, answers: pd.DataFrame) -> Exhibit:
    """How often each pair of answers was given, over the needs in scope. ``answers`` are of one source.

    Raises :class:`NoData` without answers.
    """
    if answers.empty:
        raise NoData(
            msg("There are no Kano answers yet"),
            None,
            msg("Ask customers both questions, or let everybody in the room answer for them on “Kano by judgement”."),
        )
    judged = bool((answers["source"] == "team").all())
    grid = (
        answers.groupby(["functional", "dysfunctional"])
        .size()
        .reindex(pd.MultiIndex.from_product([kano.ANSWERS, kano.ANSWERS], names=["functional", "dysfunctional"]), fill_value=0)
    )
    frame = grid.rename("answers").reset_index()
    frame["category"] = [kano.category(row.functional, row.dysfunctional) for row in frame.itertuples()]
    for column in ("functional", "dysfunctional"):
        frame[f"{column}_name"] = pd.Series(
            [ChoiceTitle(snapshot, "kano_answer", column, value) for value in frame[column]], dtype=object
        )
    frame["category_name"] = pd.Series([ChoiceTitle(snapshot, "need", "kano", value) for value in frame["category"]], dtype=object)
    leading = frame.loc[greatest(frame["answers"])]
    most = leading.iloc[0]
    matrix = grid.unstack("dysfunctional").reindex(index=list(kano.ANSWERS), columns=list(kano.ANSWERS))

    finding = msg(
        "The most frequent pair is “{functional}” with “{dysfunctional}”: {count} of {total} answers, {category}",
        functional=most["functional_name"],
        dysfunctional=most["dysfunctional_name"],
        count=int(most["answers"]),
        total=len(answers),
        category=InSentence(most["category_name"]),
    )
    if len(leading) > 1:
        pairs = [
            msg("“{functional}” with “{dysfunctional}”", functional=row["functional_name"], dysfunctional=row["dysfunctional_name"])
            for _, row in leading.iterrows()
        ]
        finding = msg(
            "The most frequent pairs, {count} of {total} answers each: {names}",
            count=int(most["answers"]),
            total=len(answers),
            names=in_title(pairs),
        )
    reading: list[Speaks] = [
        msg("Rows: the answer if it is there. Columns: if it is not. Number of answers, and the category of the pair."),
        msg("A questionable pair contradicts itself; many of them mean that the question was not understood."),
    ]
    if judged:
        reading.append(
            msg(
                "Participants answered in the customers' place: {people}. No customer was asked.",
                people=answers["respondent"].nunique(),
            )
        )
    return Exhibit(
        title=msg("{finding} (the team's judgement)", finding=finding) if judged else finding,
        reading=tuple(reading),
        frame=frame,
        columns={
            "functional_name": msg("If it is there"),
            "dysfunctional_name": msg("If it is not there"),
            "answers": msg("Answers"),
            "category_name": msg("Category"),
        },
        figures={f"{row.functional}.{row.dysfunctional}": float(row.answers) for row in frame.itertuples() if row.answers},
        draw=partial(_draw_five_by_five, snapshot, matrix),
        alt=msg("Table of five by five pairs of answers with their category"),
        height=420,
    )


def _draw_five_by_five(snapshot: Snapshot, matrix: pd.DataFrame, language: Language) -> go.Figure:
    figure = canvas(420, msg("If it is not there").in_(language), msg("If it is there").in_(language))
    across = [wrapped(ChoiceTitle(snapshot, "kano_answer", "dysfunctional", a), language, 14) for a in kano.ANSWERS]
    down = [wrapped(ChoiceTitle(snapshot, "kano_answer", "functional", a), language, 14) for a in kano.ANSWERS]
    texts = [
        [
            f"<b>{matrix.at[wanted, unwanted]}</b><br>"
            + wrapped(ChoiceTitle(snapshot, "need", "kano", kano.category(wanted, unwanted)), language, 16, 1)
            for unwanted in kano.ANSWERS
        ]
        for wanted in kano.ANSWERS
    ]
    fields(
        figure,
        matrix.to_numpy(),
        texts,
        [[0, "#F3F5F8"], [1, pale(ACCENT, 0.6)]],
        (0, int(matrix.to_numpy().max())),
        size=12,
        hoverinfo="skip",
    )
    figure.update_xaxes(tickvals=list(range(5)), ticktext=across)
    figure.update_yaxes(tickvals=list(range(5)), ticktext=down)
    return figure
