"""Step 5: what the measures for growth bring by engine, and how far sellers' feeling runs ahead of the evidence."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from strategy.analysis import evidence_score as proof
from strategy.errors import NoData
from strategy.exhibits.captions import Brief, distinct
from strategy.exhibits.chart_text import wrapped
from strategy.exhibits.drawing import canvas, money_title
from strategy.exhibits.labels import ChoiceTitle, Joined, Label, Money, Number, Short
from strategy.exhibits.model import Context, Exhibit, exhibit
from strategy.exhibits.palette import BAD, GOOD, NEUTRAL, segment_colors
from strategy.exhibits.ranges import bar_height, cells, error_bar, key_figures, known, ranged, sources
from strategy.exhibits.row_labels import row_names
from strategy.language import Language, Message, Speaks, msg
from strategy.workbook import Snapshot

if TYPE_CHECKING:
    import plotly.graph_objects as go

ENGINES = ("serve_better", "serve_new", "stop_leak")
#: Below so many percentage points feeling and evidence agree.
_NOTABLE_GAP = 10
EVIDENCE = ("need", "budget_evidence", "decision_maker", "rival_evidence", "timing")


def _engines_title(frame: pd.DataFrame, currency: str) -> Message:
    opened = float(frame.loc[frame["engine"] != "stop_leak", "effect"].sum())
    stopped = float(frame.loc[frame["engine"] == "stop_leak", "effect"].sum())
    if not (frame["engine"] == "stop_leak").any():
        return msg("All measures open new sources, worth {opened}; none stops a leak", opened=Money(opened, currency))
    if not (frame["engine"] != "stop_leak").any():
        return msg("All measures stop leaks, worth {stopped}; none opens a new source", stopped=Money(stopped, currency))
    return msg(
        "Opening sources is to bring {opened}, stopping leaks {stopped}",
        opened=Money(opened, currency),
        stopped=Money(stopped, currency),
    )


@exhibit("engines", msg("Opening sources and stopping leaks"))
def engines(context: Context) -> Exhibit:
    snapshot, currency = context.snapshot, context.snapshot.currency
    rows = []
    for row in snapshot.rows("growth_engine"):
        effect = ranged(row, "effect")
        if effect.value is None or row["engine"] not in ENGINES:
            continue
        rows.append(
            {
                "growth_engine": row.id,
                "name": Label(snapshot, "growth_engine", row.id),
                "engine": row["engine"],
                "engine_name": ChoiceTitle(snapshot, "growth_engine", "engine", row["engine"]),
                "segment": row["segment"],
                "segment_name": Short(snapshot, row["segment"] or ""),
                "effect": effect.value,
                "effect_low": effect.low,
                "effect_high": effect.high,
            }
        )
    if not rows:
        raise NoData(
            msg("No measure for growth has an effect yet"),
            None,
            msg("Name at least one measure for each engine and estimate its effect on margin, as a range."),
        )
    frame = pd.DataFrame(rows).astype(dict.fromkeys(("effect", "effect_low", "effect_high"), float))
    frame["order"] = [ENGINES.index(engine) for engine in frame["engine"]]
    frame = frame.sort_values(["order", "effect"], ascending=[True, False], kind="stable").reset_index(drop=True)
    title = _engines_title(frame, currency)
    drawn = bool((frame["effect_low"] < frame["effect_high"]).any())
    reading: list[Speaks] = [msg("Bars: effect of each measure on margin over the plan's period, in the colour of its segment.")]
    if drawn:
        reading.append(
            msg(
                "All together: {low} if everything goes badly, {high} if everything goes well.",
                low=Money(float(frame["effect_low"].sum()), currency),
                high=Money(float(frame["effect_high"].sum()), currency),
            )
        )
    reading += sources(snapshot.rows("growth_engine"), drawn)

    return Exhibit(
        title=title,
        reading=tuple(reading),
        frame=frame,
        columns={
            "engine_name": msg("Engine"),
            "name": msg("Measure for growth"),
            "segment_name": msg("Segment"),
            "effect": msg("Effect on margin"),
            "effect_low": msg("Effect, low"),
            "effect_high": msg("Effect, high"),
        },
        figures={
            **{f"{engine}.effect": float(frame.loc[frame["engine"] == engine, "effect"].sum()) for engine in ENGINES},
            **key_figures(frame, "growth_engine", ("effect",)),
        },
        draw=partial(_draw_engines, snapshot, frame),
        alt=msg("Bars of the effect of each measure, grouped by engine"),
        height=bar_height(len(frame), 46),
    )


def _draw_engines(snapshot: Snapshot, frame: pd.DataFrame, language: Language) -> go.Figure:
    import plotly.graph_objects as go

    unit = money_title(msg("Effect on margin"), snapshot.currency).in_(language)
    figure = canvas(bar_height(len(frame), 46), unit, "")
    colors = segment_colors(snapshot)
    # The engine stands under the measure: a second axis of categories would leave a phone no room for the bars.
    both = zip(frame["name"], frame["engine_name"], strict=True)
    labels = distinct([f"{wrapped(name, language, lines=2)}<br><i>{wrapped(engine, language, 30, 1)}</i>" for name, engine in both])
    figure.add_trace(
        go.Bar(
            y=labels,
            x=frame["effect"].tolist(),
            orientation="h",
            customdata=frame["growth_engine"].tolist(),
            marker_color=[colors.get(segment, NEUTRAL) for segment in frame["segment"]],
            error_x=error_bar(cells(frame, "effect"), cells(frame, "effect_low"), cells(frame, "effect_high"), NEUTRAL),
            hovertemplate="%{y}<br>%{x:,.0f}<extra></extra>",
        )
    )
    figure.update_yaxes(autorange="reversed", type="category")
    return figure


def opportunity_frame(snapshot: Snapshot) -> pd.DataFrame:
    """One row per opportunity with some evidence scored, the widest gap first; percent of the maximum, gaps in percentage points."""
    rows = []
    for row in snapshot.rows("opportunity"):
        scores = {kind: known(row[kind]) for kind in EVIDENCE}
        evidence, weakest = proof.evidence_score(scores), proof.weakest(scores)
        if evidence is None or weakest is None:
            continue
        feeling = known(row["feeling"])
        rows.append(
            {
                "opportunity": row.id,
                "name": Label(snapshot, "opportunity", row.id),
                "segment": row["segment"],
                "deal_value": known(row["deal_value"]),
                "evidence_pct": evidence,
                "feeling_pct": feeling,
                "gap_points": proof.overconfidence(feeling, evidence),
                "scored": sum(score is not None for score in scores.values()),
                "weakest": snapshot.method.worksheet("opportunity").column(weakest).title,
                "weakest_score": scores[weakest],
            }
        )
    if not rows:
        return pd.DataFrame()
    frame = pd.DataFrame(rows)
    frame = frame.astype(dict.fromkeys(("deal_value", "evidence_pct", "feeling_pct", "gap_points", "weakest_score"), float))
    frame["size"] = frame["gap_points"].abs()
    frame = frame.sort_values(["size", "evidence_pct"], ascending=[False, True], na_position="last", kind="stable")
    return frame.drop(columns="size").reset_index(drop=True)


def _gap_title(frame: pd.DataFrame, felt: pd.DataFrame) -> Message:
    if felt.empty:
        first = frame.iloc[0]
        return msg(
            "The evidence for {name} comes to {evidence}%; nobody has written down the feeling yet",
            name=Brief(first["name"]),
            evidence=Number(first["evidence_pct"], 0),
        )
    worst = felt.iloc[0]
    values = {
        "name": Brief(worst["name"]),
        "feeling": Number(worst["feeling_pct"], 0),
        "evidence": Number(worst["evidence_pct"], 0),
    }
    if worst["gap_points"] >= _NOTABLE_GAP:
        return msg("Feeling runs ahead of evidence on {name}: {feeling}% against {evidence}%", **values)
    if worst["gap_points"] <= -_NOTABLE_GAP:
        return msg("Evidence is better than the feeling on {name}: {evidence}% against {feeling}%", **values)
    if len(felt) < len(frame):
        return msg("Feeling and evidence agree within 10 points on the deals that have both: {count} of {total}",
                   count=len(felt), total=len(frame))  # fmt: skip
    return msg("Feeling and evidence agree within 10 points on every deal")


@exhibit("opportunity_gap", msg("The seller's feeling against the evidence"))
def opportunity_gap(context: Context) -> Exhibit:
    snapshot, currency = context.snapshot, context.snapshot.currency
    frame = opportunity_frame(snapshot)
    if frame.empty:
        raise NoData(
            msg("No opportunity has been scored yet"),
            None,
            msg("Write down the seller's feeling first, then score the five kinds of evidence from 0 to 5."),
        )
    felt = frame.dropna(subset=["gap_points"])
    reading: list[Speaks] = [
        msg("Open circle: the chance the seller feels. Full circle: five kinds of evidence, as a share of the maximum."),
        msg("The evidence score says how much is known. It is no probability."),
    ]
    if not felt.empty and felt["deal_value"].fillna(0).sum() > 0:
        by_feeling = float((felt["deal_value"].fillna(0) * felt["feeling_pct"]).sum() / 100)
        by_evidence = float((felt["deal_value"].fillna(0) * felt["evidence_pct"]).sum() / 100)
        reading.append(
            msg(
                "Weighted by feeling the deals are worth {felt}; weighted by evidence {known}.",
                felt=Money(by_feeling, currency),
                known=Money(by_evidence, currency),
            )
        )
    thin = [row["name"] for row in frame.to_dict("records") if row["scored"] < len(EVIDENCE)]
    if thin:
        reading.append(msg("Not all five kinds of evidence are scored: {names}.", names=Joined([Brief(name, 60) for name in thin])))
    reading.append(msg("Feeling and scores are the judgement of those who sell."))

    return Exhibit(
        title=_gap_title(frame, felt),
        reading=tuple(reading),
        frame=frame,
        columns={
            "name": msg("Opportunity"),
            "deal_value": msg("Value of the deal"),
            "feeling_pct": msg("Feeling (%)"),
            "evidence_pct": msg("Evidence (%)"),
            "gap_points": msg("Feeling less evidence (points)"),
            "weakest": msg("Weakest evidence"),
            "weakest_score": msg("Its score (0–5)"),
        },
        figures=key_figures(frame, "opportunity", ("evidence_pct", "feeling_pct")),
        draw=lambda language: _draw_gaps(snapshot, frame, language),
        alt=msg("For each deal, the seller's feeling and the evidence score on one scale"),
        height=bar_height(len(frame), 40),
    )


def _draw_gaps(snapshot: Snapshot, frame: pd.DataFrame, language: Language) -> go.Figure:
    import plotly.graph_objects as go

    figure = canvas(bar_height(len(frame), 40), msg("Percent (%)").in_(language), "")
    labels = row_names(frame["name"], language)
    colors = segment_colors(snapshot)
    for label, row in zip(labels, frame.to_dict("records"), strict=True):
        if known(row["feeling_pct"]) is not None:
            color = BAD if row["gap_points"] >= _NOTABLE_GAP else GOOD if row["gap_points"] <= -_NOTABLE_GAP else NEUTRAL
            figure.add_trace(
                go.Scatter(
                    x=[row["evidence_pct"], row["feeling_pct"]], y=[label, label], mode="lines",
                    line={"color": color, "width": 3}, hoverinfo="skip", showlegend=False,
                )
            )  # fmt: skip
    own = [colors.get(segment, NEUTRAL) for segment in frame["segment"]]
    for column, name, symbol in (
        ("evidence_pct", msg("Evidence"), "circle"),
        ("feeling_pct", msg("Feeling"), "circle-open"),
    ):
        figure.add_trace(
            go.Scatter(
                x=cells(frame, column),
                y=labels,
                mode="markers",
                name=name.in_(language),
                cliponaxis=False,
                customdata=frame["opportunity"].tolist(),
                marker={"size": 14, "color": own, "symbol": symbol, "line": {"width": 2, "color": own}},
                hovertemplate="%{y}<br>%{x:.0f}%<extra>" + name.in_(language) + "</extra>",
            )
        )
    figure.update_layout(showlegend=True)
    figure.update_xaxes(range=[-2, 102])
    figure.update_yaxes(autorange="reversed", type="category")
    return figure
