"""Step 2: what importance against performance says in words."""

from __future__ import annotations

import pandas as pd

from strategy.analysis import importance_performance as ipa
from strategy.analysis.derived_importance import Derived
from strategy.exhibits.captions import greatest, in_title
from strategy.exhibits.labels import Joined, Number
from strategy.exhibits.need_scores import who
from strategy.exhibits.rivals import Brand
from strategy.language import Message, Speaks, msg
from strategy.workbook import Snapshot


def how_derived(segment: Speaks, found: Derived) -> Message:
    """By which correlation, and from how many questionnaires, the importance of a segment's needs was derived."""
    words = {"segment": segment, "count": found.respondents}
    if found.kind == "partial":
        return msg("{segment}: partial correlation of performance with overall satisfaction, "
                   "{count:# questionnaire|# questionnaires}.", **words)  # fmt: skip
    if found.together:
        return msg("{segment}: simple correlation of performance with overall satisfaction, {count:# questionnaire|# questionnaires}; "
                   "some needs go so closely together that partial ones cannot tell them apart.", **words)  # fmt: skip
    return msg("{segment}: simple correlation of performance with overall satisfaction, because "
               "{count:# questionnaire is|# questionnaires are} "
               "too few for partial ones; needs that go together share it.", **words)  # fmt: skip


def crossed_at(frame: pd.DataFrame, cross: tuple[float, float], kind: str) -> list[Speaks]:
    """Where the lines between the quadrants stand (``cross``: importance, performance), and what another choice would change.

    ``kind``: ``mean`` or ``midpoint``. ``frame``: a line per need, with its importance and performance.
    """
    said: list[Speaks] = [
        msg("Lines at the means of the needs shown: importance {importance}, performance {performance}.",
            importance=Number(cross[0], 2), performance=Number(cross[1], 2))
        if kind == "mean"
        else msg("Lines at the middle of the scale.")
    ]  # fmt: skip
    for column, message in (
        ("importance", msg("All needs have the same importance; only performance sets them apart.")),
        ("performance", msg("All needs are met equally well; only importance sets them apart.")),
    ):
        if len(frame) > 1 and frame[column].nunique() == 1:
            said.append(message)
    other = ipa.crosshair(list(frame["importance"]), list(frame["performance"]), "midpoint" if kind == "mean" else "mean")
    moved = sum(
        ipa.quadrant(row.importance, row.performance, cross) != ipa.quadrant(row.importance, row.performance, other)
        for row in frame.itertuples()
    )
    if moved:
        said.append(
            msg("With the lines at the other choice {count} of {total} needs change quadrant.", count=moved, total=len(frame))
        )
    return said


def title_of(frame: pd.DataFrame, kind: str) -> Message:
    """The needs that matter but are poorly met, or that there are none; needs that come out alike are named together.

    ``kind``: how importance was found, ``stated``, ``asked`` or ``derived``. ``frame``: a line per need, with its quadrant.
    """
    open_needs = frame[frame["quadrant"] == "concentrate"]
    digits = None if kind == "stated" else 2 if kind == "derived" else 1
    if open_needs.empty:
        best = frame.sort_values("importance", ascending=False, kind="stable").iloc[0]
        if len(frame) > 1 and frame["importance"].nunique() == 1:
            return msg("No need is told apart by its importance: all {count} stand at {importance}",
                       count=len(frame), importance=Number(best["importance"], digits))  # fmt: skip
        most = frame.loc[greatest(frame["importance"])]
        if len(most) > 1:
            return msg(
                "No need that matters is poorly met; {names} matter most alike",
                names=in_title([who(frame, row) for _, row in most.iterrows()]),
            )
        return msg(
            "No need that matters is poorly met; {need} matters most and stands at {performance} of 9",
            need=who(frame, best),
            performance=Number(best["performance"], digits and 1),
        )
    by = ["importance", "performance"] if kind == "derived" else ["gap", "importance"]
    ordered = open_needs.sort_values(by, ascending=False, kind="stable")
    first = ordered.iloc[0]
    alike = ordered[(ordered[by] == first[by]).all(axis=1)]
    said = {
        "need": in_title([who(frame, row) for _, row in alike.iterrows()]) if len(alike) > 1 else who(frame, first),
        "importance": Number(first["importance"], digits),
        "performance": Number(first["performance"], digits and 1),
    }
    if kind == "derived":
        if len(open_needs) == 1:
            return msg("{need} matters but is poorly met: correlation {importance}, performance {performance}", **said)
        return msg(
            "{count:# need matters but is|# needs matter but are} poorly met, above all {need}: correlation {importance}, performance "
            "{performance}",
            count=len(open_needs),
            **said,
        )
    if len(open_needs) == 1:
        return msg("{need} matters but is poorly met: importance {importance}, performance {performance}", **said)
    return msg(
        "{count:# need matters but is|# needs matter but are} poorly met, above all {need}: importance {importance}, performance "
        "{performance}",
        count=len(open_needs),
        **said,
    )


def on_rivals(snapshot: Snapshot, frame: pd.DataFrame, rivals: pd.DataFrame) -> list[Speaks]:
    """Who is ahead of us on needs that matter. ``rivals``: a line per rival and need, with the performance scored."""
    if rivals.empty:
        return [msg("Rivals' performance on these needs has not been entered; the picture shows us alone.")]
    ours = frame.set_index("need")["performance"]
    important = set(frame.loc[frame["quadrant"].isin(["concentrate", "keep_up"]), "need"])
    ahead = rivals[(rivals["performance"] > rivals["need"].map(ours)) & rivals["need"].isin(important)]
    names = Joined([Brand(snapshot, rival) for rival in dict.fromkeys(ahead["rival"])])
    marks = msg("Grey marks at the same height: how rivals meet the needs that are named.")
    if ahead.empty:
        return [marks, msg("No rival scored is ahead of us on a need that matters.")]
    return [marks, msg("Ahead of us on needs that matter ({count}): {names}.", count=ahead["need"].nunique(), names=names)]
