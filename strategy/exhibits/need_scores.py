"""The needs of the segments in scope with their scores, and how rivals meet them."""

from __future__ import annotations

import pandas as pd

from strategy.analysis import importance_performance as ipa
from strategy.errors import NoData
from strategy.exhibits.drawing import MOST_IN_LEGEND
from strategy.exhibits.labels import ChoiceTitle, Label, Short
from strategy.exhibits.model import Context
from strategy.exhibits.scope import segments_in
from strategy.language import Speaks, msg
from strategy.workbook import Snapshot


def need_frame(context: Context, scored: bool = True) -> pd.DataFrame:
    """One row per need of the segments in scope that has both scores; with ``scored`` off also those without, their scores as ``nan``.

    need (id), name, segment (id), segment_name, importance, performance (1-9), gap, opportunity (1-17), assumed, latent, evidence, strength, awareness.
    """
    snapshot = context.snapshot
    rows = [
        row
        for row in snapshot.rows("need")
        if row["segment"] and not (scored and (row["importance"] is None or row["performance"] is None))
    ]
    scope = {segment.id for segment in segments_in(context, {row["segment"] for row in rows})}
    rows = [row for row in rows if row["segment"] in scope]
    scores = [tuple(float("nan" if row[name] is None else row[name]) for name in ("importance", "performance")) for row in rows]
    return pd.DataFrame(
        {
            "need": [row.id for row in rows],
            "name": [Label(snapshot, "need", row.id) for row in rows],
            "segment": [row["segment"] for row in rows],
            "segment_name": [Short(snapshot, row["segment"]) for row in rows],
            "importance": [importance for importance, _ in scores],
            "performance": [performance for _, performance in scores],
            "gap": [importance - performance for importance, performance in scores],
            "opportunity": [ipa.opportunity(importance, performance) for importance, performance in scores],
            "assumed": [row["evidence_kind"] == "assumption" for row in rows],
            "latent": [row["awareness"] == "latent" for row in rows],
            "evidence": [ChoiceTitle(snapshot, "need", "evidence_kind", row.get("evidence_kind", "")) for row in rows],
            "strength": [ChoiceTitle(snapshot, "need", "strength", row.get("strength", "")) for row in rows],
            "awareness": [ChoiceTitle(snapshot, "need", "awareness", row.get("awareness", "")) for row in rows],
        }
    )


def needs_or_refuse(context: Context, scored: bool = True) -> pd.DataFrame:
    """As :func:`need_frame`. Raises :class:`NoData` where no need is left."""
    frame = need_frame(context, scored)
    if frame.empty:
        raise NoData(
            msg("No need has been scored for importance and performance yet"),
            None,
            msg("List the needs of each target segment and score how much they matter and how well they are met today."),
        )
    return frame


def several(frame: pd.DataFrame) -> bool:
    return frame["segment"].nunique() > 1


def evidence_note(frame: pd.DataFrame) -> list[Speaks]:
    assumed = int(frame["assumed"].sum())
    if not assumed:
        return []
    return [
        msg(
            "On assumption alone: {count} of {total} needs; ask or observe before building on them.",
            count=assumed,
            total=len(frame),
        )
    ]


def colours_note(frame: pd.DataFrame) -> list[Speaks]:
    """Where there are more segments than a legend explains: where to find which colour is whose."""
    count = frame["segment"].nunique()
    if count <= MOST_IN_LEGEND:
        return []
    return [
        msg("Colours: the {count} segments, too many for a key. The mouse tells whose a mark is; a segment chosen comes forward.", count=count)
    ]  # fmt: skip


def who(frame: pd.DataFrame, row: pd.Series) -> Speaks:
    """The need, with its segment where several are shown."""
    name: Speaks = row["name"]
    return msg("{need} ({segment})", need=name, segment=row["segment_name"]) if several(frame) else name


def rival_scores(snapshot: Snapshot, needs: pd.DataFrame) -> pd.DataFrame:
    """need, rival, performance, opportunity left by the rival; the mean where a rival was scored twice."""
    importance = dict(zip(needs["need"], needs["importance"], strict=True))
    rows = [
        (row["need"], row["rival"], float(row["performance"]))
        for row in snapshot.rows("rival_performance")
        if row["need"] in importance and row["rival"] and row["performance"] is not None
    ]
    frame = pd.DataFrame(rows, columns=["need", "rival", "performance"])
    frame = frame.groupby(["need", "rival"], sort=False, as_index=False)["performance"].mean()
    frame["opportunity"] = [ipa.opportunity(importance[row.need], row.performance) for row in frame.itertuples()]
    return frame
