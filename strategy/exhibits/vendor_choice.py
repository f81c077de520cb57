"""Step 8: vendors by weighted scores and how robust the order is, and what each system costs over its years."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from strategy.analysis import ge_matrix as weighting
from strategy.analysis import ownership_cost as ownership
from strategy.errors import NoData
from strategy.exhibits.captions import Brief, counted
from strategy.exhibits.drawing import canvas, money_title
from strategy.exhibits.labels import ChoiceTitle, Joined, Label, Money, Number, Share
from strategy.exhibits.model import Context, Exhibit, Setting, exhibit
from strategy.exhibits.palette import ACCENT, CAUTION, GOOD, NEUTRAL, ink, pale
from strategy.exhibits.plan_frame import plan_figure
from strategy.exhibits.ranges import ESTIMATES, RANGE, bar_height, cells, error_bar, key_figures, known, ranged
from strategy.exhibits.row_labels import row_names
from strategy.language import Language, Message, Speaks, msg
from strategy.workbook import Snapshot

if TYPE_CHECKING:
    import plotly.graph_objects as go

PARTS = {"implementation": msg("Implementation"), "licence": msg("Licence"), "running": msg("Running cost")}
_PART_COLORS = {"implementation": CAUTION, "licence": ACCENT, "running": GOOD}


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
    reading = _said_of_choice(values, contenders, flip) + _said_of_winner(snapshot, winner, chosen)
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


def _said_of_choice(values: pd.DataFrame, contenders: list[str], flip: weighting.Flip | bool | None) -> list[Speaks]:
    """How to read the bars, and how far the room agrees."""
    reading: list[Speaks] = [
        msg(
            "Bars: mean weighted score. Small circles: each participant ({count} in all). All of it is judgement.",
            count=int(values["participant"].nunique()),
        )
    ]
    winner = contenders[0]
    own = values[values["item"].isin(contenders)].pivot_table(index="participant", columns="item", values="value")
    own = own[own.notna().sum(axis=1) > 1]
    others = int((own.lt(own.max(axis=1), axis=0)[winner]).sum()) if winner in own else 0
    if len(own) and len(contenders) > 1:
        reading.append(
            msg("{others} of {count} participants would have put another vendor first.", others=others, count=len(own))
            if others
            else msg("Every participant puts the same vendor first.")
        )
    if flip is False and len(contenders) > 1:
        reading.append(msg("Whether a weight changes the order can be told once every vendor is scored on every criterion."))
    return reading


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
            text=[f"{mean:.1f}" for mean in frame["mean"]],
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


def cost_frame(snapshot: Snapshot, years: int) -> pd.DataFrame:
    """One row per vendor with years and a cost: the three parts, the total and its range over the years, cheapest first.

    ``years``: for all vendors alike, or 0 for each vendor's own. ``complete`` says that no part is missing.
    """
    rate = plan_figure(snapshot, "discount_rate")
    rows = []
    for row in snapshot.rows("vendor"):
        licence, start, running = (ranged(row, column) for column in ("licence_a_year", "implementation", "running_a_year"))
        span = years or int(known(row["years"]) or 0)
        parts = (start, licence, running)
        if span < 1 or all(part.value is None for part in parts):
            continue
        total, low, high = (
            ownership.total_cost(getattr(start, end) or 0.0, getattr(licence, end) or 0.0, getattr(running, end) or 0.0, span)
            for end in ("value", "low", "high")
        )
        rows.append(
            {
                "vendor": row.id,
                "name": vendor_name(snapshot, row.id),
                "status": row["status"],
                "years": span,
                "implementation": start.value or 0.0,
                "licence": (licence.value or 0.0) * span,
                "running": (running.value or 0.0) * span,
                "total": total,
                "total_low": low,
                "total_high": high,
                "present": None
                if rate is None
                else ownership.present_cost(start.value or 0.0, licence.value or 0.0, running.value or 0.0, span, rate / 100),
                "complete": all(part.value is not None for part in parts),
            }
        )
    frame = pd.DataFrame(rows)
    return frame if frame.empty else frame.astype({"present": float}).sort_values("total", kind="stable").reset_index(drop=True)


def _ownership_cost_title(compared: pd.DataFrame, currency: str) -> Message:
    least, most = compared.iloc[0], compared.iloc[-1]
    span = int(least["years"])
    values = {
        "vendor": least["name"],
        "total": Money(least["total"], currency),
        "years": counted(span, msg("1 year"), msg("{count:# year|# years}", count=span)),
    }
    if len(compared) == 1:
        return msg("{vendor} costs {total} over {years}", **values)
    if compared["years"].nunique() > 1:
        return msg("{vendor} costs least, {total} over {years}; the years of use differ", **values)
    return msg(
        "{vendor} costs least over {years}: {total}; {other} costs {dearest}",
        other=most["name"],
        dearest=Money(most["total"], currency),
        **values,
    )


@exhibit(
    "ownership_cost",
    msg("Total cost of ownership"),
    settings=(Setting("years", msg("Years of use (0: each vendor's own)"), 0, 0, 15),),
)
def ownership_cost(context: Context) -> Exhibit:
    snapshot, currency = context.snapshot, context.snapshot.currency
    frame = cost_frame(snapshot, context.settings["years"])
    if frame.empty:
        raise NoData(
            msg("No vendor has costs and years of use yet"),
            None,
            msg("Give implementation, licence and running cost of each vendor, as a range until there is an offer in writing."),
        )
    full = frame[frame["complete"]]
    compared = full if len(full) > 1 else frame
    title = _ownership_cost_title(compared, currency)
    has_range = bool((frame["total_low"] < frame["total_high"]).any())
    reading: list[Speaks] = [
        msg("Bars: implementation once, licence and running cost for every year of use."),
        *((RANGE,) if has_range else ()),
        ESTIMATES,
    ]
    if len(compared) > 1 and compared["total_low"].iloc[1:].min() < compared["total_high"].iloc[0]:
        reading.append(msg("The ranges overlap: which is cheapest is not certain yet."))
    if compared["years"].nunique() > 1:
        reading.append(msg("Set the same years for all vendors to compare them."))
    incomplete = [row["name"] for row in frame.to_dict("records") if not row["complete"]]
    if incomplete:
        reading.append(msg("A part of the cost is missing: {names}.", names=Joined(incomplete)))
    shown = set(frame["vendor"])
    missing = [vendor_name(snapshot, row.id) for row in snapshot.rows("vendor") if row.id not in shown]
    if missing:
        reading.append(msg("Without costs or years: {names}.", names=Joined(missing)))
    height = bar_height(len(frame), 52, 110)

    columns: dict[str, Speaks] = {
        "name": msg("Vendor"),
        "years": msg("Years"),
        **PARTS,
        "total": msg("Total cost"),
        "total_low": msg("Total, low"),
        "total_high": msg("Total, high"),
    }
    if frame["present"].notna().any():
        columns["present"] = msg("Total in today's money")
    return Exhibit(
        title=title,
        reading=tuple(reading),
        frame=frame,
        columns=columns,
        figures=key_figures(frame, "vendor", ("total", "years")),
        draw=partial(_draw_ownership_cost, frame, currency, height),
        alt=msg("Stacked bars of each vendor's cost over the years of use"),
        height=height,
    )


def _draw_ownership_cost(frame: pd.DataFrame, currency: str, height: int, language: Language) -> go.Figure:
    import plotly.graph_objects as go

    figure = canvas(height, money_title(msg("Cost over the years"), currency).in_(language), "")
    labels = row_names(frame["name"], language)
    totals = cells(frame, "total")
    for part, name in PARTS.items():
        figure.add_trace(
            go.Bar(
                y=labels,
                x=cells(frame, part),
                orientation="h",
                name=name.in_(language),
                customdata=frame["vendor"].tolist(),
                marker_color=_PART_COLORS[part],
                hovertemplate="%{y}: %{x:,.0f}<extra>" + name.in_(language) + "</extra>",
            )
        )
    figure.add_trace(
        go.Scatter(
            y=labels,
            x=totals,
            mode="markers",
            showlegend=False,
            marker={"size": 6, "color": NEUTRAL},
            error_x=error_bar(totals, cells(frame, "total_low"), cells(frame, "total_high"), NEUTRAL),
            hovertemplate="%{y}: %{x:,.0f}<extra></extra>",
        )
    )
    figure.update_layout(barmode="stack", showlegend=True, legend={"traceorder": "normal"})
    figure.update_yaxes(autorange="reversed", type="category")
    return figure
