"""Step 8: vendors by weighted scores, and how robust the order is."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from strategy.analysis import ge_matrix as weighting
from strategy.errors import NoData
from strategy.exhibits.captions import Brief
from strategy.exhibits.drawing import canvas
from strategy.exhibits.labels import ChoiceTitle, Joined, Label, Number, Share
from strategy.exhibits.model import Context, Exhibit, exhibit
from strategy.exhibits.palette import ACCENT, NEUTRAL, ink, pale
from strategy.exhibits.ranges import bar_height, cells, error_bar, key_figures, known
from strategy.exhibits.row_labels import row_names
from strategy.language import Language, Message, Speaks, msg
from strategy.language.numbers import number
from strategy.workbook import Snapshot

if TYPE_CHECKING:
    import plotly.graph_objects as go


def vendor_name(snapshot: Snapshot, vendor: str) -> Speaks:
    return Brief(Label(snapshot, "vendor", vendor), 60)


def vendor_scores(snapshot: Snapshot) -> pd.DataFrame:
    """Scores as entered: item (vendor), criterion, participant, score (1-9)."""
    rows = [
        {
            "item": row["vendor"],
            "criterion": row["criterion"],
            "participant": row["participant"] or row.author,
            "score": float(row["score"]),
        }
        for row in snapshot.rows("vendor_score")
        if row["score"] is not None and snapshot.row("vendor", row["vendor"]) and snapshot.row("vendor_criterion", row["criterion"])
    ]
    return pd.DataFrame(rows, columns=["item", "criterion", "participant", "score"])


def criterion_weights(snapshot: Snapshot) -> dict[str, float]:
    """Criterion -> weight; all alike where no weight has been given."""
    weights = {row.id: known(row["weight"]) or 0.0 for row in snapshot.rows("vendor_criterion")}
    return weights if sum(weights.values()) > 0 else dict.fromkeys(weights, 1.0)


def _flip(scores: pd.DataFrame, weights: Mapping[str, float], contenders: list[str], winner: str) -> weighting.Flip | bool | None:
    """Where the winner would change, ``None`` where no single weight does it, ``False`` where it cannot be told: scores missing."""
    used = {criterion: weight for criterion, weight in weights.items() if weight > 0}
    table = scores.pivot_table(index="item", columns="criterion", values="score", aggfunc="mean")
    table = table.reindex(index=contenders, columns=list(used))
    if len(used) < 2 or len(contenders) < 2 or table.isna().any(axis=None):
        return False
    totals = sum(table[criterion] * weight for criterion, weight in used.items())
    if float(totals[winner]) < float(totals.max()) - 1e-9:
        return False  # participants who left criteria out tip the balance: the lines would start from another order
    return weighting.smallest_flip(table, used, {winner})


def uncovered(snapshot: Snapshot, vendor: str) -> list[Speaks]:
    """Must-have capabilities the vendor does not fully cover and nobody says how else they are met."""
    covers = {row["capability"]: row for row in snapshot.children("vendor_cover", "vendor", vendor)}
    if not covers:
        return []
    return [
        Brief(Label(snapshot, "capability", row.id), 60)
        for row in snapshot.rows("capability")
        if row["must_have"] and not (row.id in covers and (covers[row.id]["cover"] == "full" or covers[row.id]["how_else"]))
    ]


@exhibit("vendor_scorecard", msg("Vendors by weighted score"))
def vendor_scorecard(context: Context) -> Exhibit:
    snapshot = context.snapshot
    scores, weights = vendor_scores(snapshot), criterion_weights(snapshot)
    values = weighting.weighted_scores(scores, weights)
    if values.empty:
        raise NoData(
            msg("No vendor has been scored yet"),
            None,
            msg("Agree on the criteria and their weights, then let everybody score each vendor alone."),
        )
    frame = weighting.spread(values).sort_values("mean", ascending=False, kind="stable").reset_index(drop=True)
    statuses = {row.id: row["status"] for row in snapshot.rows("vendor")}
    frame["name"] = pd.Series([vendor_name(snapshot, vendor) for vendor in frame["item"]], dtype=object)
    frame["status"] = pd.Series(
        [ChoiceTitle(snapshot, "vendor", "status", statuses[vendor] or "") for vendor in frame["item"]], dtype=object
    )
    contenders = [vendor for vendor in frame["item"] if statuses[vendor] != "rejected"] or list(frame["item"])
    winner = contenders[0]
    flip = _flip(scores, weights, contenders, winner)
    chosen = [vendor for vendor in frame["item"] if statuses[vendor] == "chosen"]
    own = weighting.own_totals(weighting.score_table(scores), weights)
    first = _level_with(frame, contenders)
    reading = _said_of_choice(values, _gaps(snapshot, scores, weights, contenders)) + _said_of_agreement(own, contenders, first)
    if flip is False and len(contenders) > 1 and len(first) == 1:
        reading.append(msg("Whether a weight changes the order can be told once every vendor is scored on every criterion."))
    reading += _said_of_winner(snapshot, winner, chosen)
    rejected = {vendor for vendor in frame["item"] if statuses[vendor] == "rejected"}
    height = bar_height(len(frame), 52)
    return Exhibit(
        title=_score_title(snapshot, frame.set_index("item"), contenders, flip),
        reading=tuple(reading),
        frame=frame,
        columns={
            "name": msg("Vendor"),
            "status": msg("Status"),
            "mean": msg("Weighted score"),
            "low": msg("Lowest"),
            "high": msg("Highest"),
            "participants": msg("Participants"),
        },
        figures={
            **key_figures(frame, "item", ("mean",)),
            **({"flip.share_at": flip.share_at_flip, "flip.share_now": flip.share_now} if isinstance(flip, weighting.Flip) else {}),
        },
        draw=partial(_draw_scores, frame, values, winner, rejected, height),
        alt=msg("Bars of the vendors' weighted scores with each participant's own"),
        height=height,
    )


def _score_title(snapshot: Snapshot, vendors: pd.DataFrame, contenders: list[str], flip: weighting.Flip | bool | None) -> Message:
    """``vendors``: name and mean score under their ids; ``contenders``: the best first; ``flip`` as :func:`_flip` found it."""
    lead = vendors.loc[contenders[0]]
    head = {"vendor": lead["name"], "score": Number(lead["mean"], 1)}
    if len(contenders) == 1:
        return msg("{vendor} scores {score} of 9; there is no other to compare it with", **head)
    first = _level_with(vendors.reset_index(), contenders)
    if len(first) > 1:
        return msg(
            "Level in the first place with {score} of 9: {names}",
            names=Joined([vendors.at[vendor, "name"] for vendor in first]),
            score=head["score"],
        )
    if isinstance(flip, weighting.Flip):
        return msg(
            "{vendor} leads with {score} of 9; {rival} overtakes once {criterion} weighs {at} instead of {now}",
            rival=vendor_name(snapshot, flip.overtaking),
            criterion=Brief(Label(snapshot, "vendor_criterion", flip.criterion), 60),
            at=Share(flip.share_at_flip),
            now=Share(flip.share_now),
            **head,
        )
    if flip is None:
        return msg("{vendor} leads with {score} of 9, and no single weight changes that", **head)
    second = vendors.loc[contenders[1]]
    return msg(
        "{vendor} leads with {score} of 9; {second} follows with {next}",
        second=second["name"],
        next=Number(second["mean"], 1),
        **head,
    )


def _level_with(frame: pd.DataFrame, contenders: list[str]) -> list[str]:
    """The contenders with the highest mean score: more than one where they are level. ``frame``: item and mean."""
    mean = frame.set_index("item")["mean"]
    return [vendor for vendor in contenders if mean[contenders[0]] - mean[vendor] <= 1e-9]


def _gaps(snapshot: Snapshot, scores: pd.DataFrame, weights: Mapping[str, float], contenders: list[str]) -> tuple[int, int]:
    """How many scores of the contenders are missing, out of how many: by everybody who scored, on every criterion that has a weight."""
    used = [criterion for criterion, weight in weights.items() if weight > 0]
    given = scores[scores["item"].isin(contenders) & scores["criterion"].isin(used)]
    whole = len(contenders) * len(used) * given["participant"].nunique()
    return whole - len(given.drop_duplicates(["item", "criterion", "participant"])), whole


def _said_of_choice(values: pd.DataFrame, gaps: tuple[int, int]) -> list[Speaks]:
    """How to read the bars, and what they are means of."""
    reading: list[Speaks] = [
        msg(
            "Bars: mean weighted score. Small circles: each participant ({count} in all). All of it is judgement.",
            count=int(values["participant"].nunique()),
        )
    ]
    if gaps[0]:
        reading.append(
            msg(
                "Scores still missing: {holes} of {total}. Every mean is over what was scored, so compare with care.",
                holes=gaps[0],
                total=gaps[1],
            )
        )
    return reading


def _said_of_agreement(own: Mapping[str, Mapping[str, float]], contenders: list[str], first: list[str]) -> list[Speaks]:
    """How far the room agrees on the one in first place; nothing where several share it.

    ``own``: each participant's totals of the vendors he or she scored in full.
    """
    if len(first) > 1:
        return []
    compared = [
        known
        for totals in own.values()
        if len(known := {vendor: total for vendor, total in totals.items() if vendor in contenders}) > 1 and first[0] in known
    ]
    if not compared:
        return []
    others = sum(max(totals.values()) - totals[first[0]] > 1e-9 for totals in compared)
    if others:
        return [msg("{others} of {count} participants would have put another vendor first.", others=others, count=len(compared))]
    return [msg("Every participant puts the same vendor first.")]


def _said_of_winner(snapshot: Snapshot, winner: str, chosen: list[str]) -> list[Speaks]:
    """What the best by score leaves open, and that another was chosen."""
    reading: list[Speaks] = []
    lacking = uncovered(snapshot, winner)
    if lacking:
        reading.append(
            msg("{vendor} leaves must-haves open: {names}.", vendor=vendor_name(snapshot, winner), names=Joined(lacking))
        )
    if chosen and winner not in chosen:
        reading.append(msg("The vendor chosen is another: {names}.", names=Joined([vendor_name(snapshot, v) for v in chosen])))
    return reading


def _draw_scores(
    frame: pd.DataFrame, values: pd.DataFrame, winner: str, rejected: set[str], height: int, language: Language
) -> go.Figure:
    import plotly.graph_objects as go

    figure = canvas(height, msg("Weighted score (1–9)").in_(language), "")
    labels = row_names(frame["name"], language)
    at = dict(zip(frame["item"], labels, strict=True))
    colors = [
        pale(NEUTRAL, 0.35) if vendor in rejected else ACCENT if vendor == winner else pale(ACCENT, 0.5) for vendor in frame["item"]
    ]
    means = cells(frame, "mean")
    figure.add_trace(
        go.Bar(
            y=labels,
            x=means,
            orientation="h",
            text=[number(mean, language, 1) for mean in frame["mean"]],
            textposition="inside",
            insidetextanchor="start",
            insidetextfont={"color": [ink(color) for color in colors]},
            customdata=frame["item"].tolist(),
            marker_color=colors,
            error_x=error_bar(means, cells(frame, "low"), cells(frame, "high"), NEUTRAL),
            hovertemplate="%{y}: %{x:.2f}<extra></extra>",
        )
    )
    figure.add_trace(
        go.Scatter(
            x=values["value"].tolist(),
            y=[at[item] for item in values["item"]],
            mode="markers",
            text=values["participant"].tolist(),
            marker={"size": 8, "color": NEUTRAL, "symbol": "circle-open", "line": {"width": 1.5}},
            cliponaxis=False,
            hovertemplate="%{text}: %{x:.2f}<extra></extra>",
        )
    )
    figure.update_xaxes(range=[0, 9.2], dtick=1, tick0=1)
    figure.update_yaxes(autorange="reversed", type="category")
    return figure
