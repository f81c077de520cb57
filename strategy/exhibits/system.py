"""Step 8: the capabilities the plan demands, and the ten Cs."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from strategy.analysis.agreement import opinion_spread
from strategy.errors import NoData
from strategy.exhibits.captions import Brief, InSentence, differ_alike, greatest, in_title
from strategy.exhibits.chart_text import wrapped
from strategy.exhibits.drawing import canvas
from strategy.exhibits.fields import fields
from strategy.exhibits.labels import ChoiceTitle, Joined, Label, Number
from strategy.exhibits.model import Context, Exhibit, Setting, exhibit
from strategy.exhibits.palette import ACCENT, BAD, GOOD, NEUTRAL, tint
from strategy.exhibits.ranges import bar_height, cells, error_bar, key_figures, known
from strategy.exhibits.rollout import rollout_plan
from strategy.exhibits.vendor_choice import vendor_scorecard
from strategy.exhibits.vendor_cost import ownership_cost
from strategy.language import Language, Message, Speaks, msg
from strategy.workbook import Snapshot

if TYPE_CHECKING:
    import plotly.graph_objects as go

__all__ = ["capability_map", "ownership_cost", "rollout_plan", "ten_c", "vendor_scorecard"]

#: Stands on the colour scale for a gap nobody has rated: grey, below every gap.
UNRATED = -1.0


def capability_frame(snapshot: Snapshot) -> pd.DataFrame:
    """One row per capability with an area and an importance: scores of 1-9, ``gap`` = importance less today (never below 0)."""
    rows = []
    for row in snapshot.rows("capability"):
        importance, today = known(row["importance"]), known(row["today"])
        if importance is None or not row["area"]:
            continue
        rows.append(
            {
                "capability": row.id,
                "name": Label(snapshot, "capability", row.id),
                "needed_by": row["needed_by"] or "",
                "step_name": ChoiceTitle(snapshot, "capability", "needed_by", row["needed_by"] or ""),
                "area": row["area"],
                "area_name": ChoiceTitle(snapshot, "capability", "area", row["area"]),
                "layer": row["layer"] or "",
                "layer_name": ChoiceTitle(snapshot, "capability", "layer", row["layer"] or ""),
                "must_have": bool(row["must_have"]),
                "importance": importance,
                "today": today,
                "gap": None if today is None else max(0.0, importance - today),
            }
        )
    frame = pd.DataFrame(rows)
    return frame if frame.empty else frame.astype({"today": float, "gap": float})


def _open_musts(frame: pd.DataFrame) -> pd.DataFrame:
    """Must-haves that are not as good today as the plan needs them."""
    return frame[frame["must_have"] & (frame["gap"] > 0)]


def _capability_map_title(frame: pd.DataFrame) -> Message:
    open_musts = _open_musts(frame)
    if not open_musts.empty:
        furthest = open_musts.loc[greatest(open_musts["gap"])]
        worst = furthest.sort_values("importance", ascending=False, kind="stable").iloc[0]
        if len(furthest) > 1:
            return msg(
                "{names} are the must-haves furthest behind alike, by {points:# point|# points}",
                names=in_title(list(furthest["name"])),
                points=Number(worst["gap"]),
            )
        return msg(
            "{name} is the must-have furthest behind: importance {importance}, today {today}",
            name=Brief(worst["name"]),
            importance=Number(worst["importance"]),
            today=Number(worst["today"]),
        )
    if frame["gap"].notna().any() and frame["gap"].max() > 0:
        furthest = frame.loc[greatest(frame["gap"])]
        worst = furthest.iloc[0]
        if len(furthest) > 1:
            return msg(
                "{names} are furthest behind alike, by {points:# point|# points}",
                names=in_title(list(furthest["name"])),
                points=Number(worst["gap"]),
            )
        return msg(
            "{name} is furthest behind: importance {importance}, today {today}",
            name=Brief(worst["name"]),
            importance=Number(worst["importance"]),
            today=Number(worst["today"]),
        )
    if frame["gap"].notna().any():
        return msg("Every capability rated is as good today as the plan needs it")
    return msg(
        "Capabilities needed: {count}, must-haves among them: {musts:0=none|#}",
        count=len(frame),
        musts=int(frame["must_have"].sum()),
    )


@exhibit(
    "capability_map",
    msg("Map of capabilities"),
    settings=(
        Setting(
            "across",
            msg("Columns"),
            "layer",
            choices=(("layer", msg("Layers of the system")), ("needed_by", msg("Steps that need them"))),
        ),
    ),
)
def capability_map(context: Context) -> Exhibit:
    snapshot, across = context.snapshot, str(context.settings["across"])
    frame = capability_frame(snapshot)
    if frame.empty:
        raise NoData(
            msg("No capability has been named yet"),
            None,
            msg("Go through steps 1 to 7 and note what each needs a system to do, with importance and today's level."),
        )
    title = _capability_map_title(frame)
    unrated = int(frame["today"].isna().sum())
    orphans = [Brief(row["name"], 60) for row in frame.to_dict("records") if not row["needed_by"]]
    reading: list[Speaks] = [
        msg("Large figure: widest gap between importance and today's level. Below: capabilities, and how many are must-haves."),
        msg("Importance and today's level are the team's judgement, from 1 to 9."),
    ]
    if unrated:
        reading.append(msg("Capabilities without a level today: {count}.", count=unrated))
    if orphans:
        reading.append(msg("No step asks for {names}.", names=Joined(orphans)))
    sheet = snapshot.method.worksheet("capability")
    areas = [choice.id for choice in sheet.column("area").choices if choice.id in set(frame["area"])]
    columns = [choice.id for choice in sheet.column(across).choices if choice.id in set(frame[across])]
    height = bar_height(len(areas), 62, 110)

    return Exhibit(
        title=title,
        reading=tuple(reading),
        frame=frame,
        columns={
            "name": msg("Capability"),
            "step_name": msg("Needed by"),
            "area_name": msg("Area"),
            "layer_name": msg("Layer"),
            "must_have": msg("Must-have"),
            "importance": msg("Importance (1–9)"),
            "today": msg("Today (1–9)"),
            "gap": msg("Gap"),
        },
        figures={
            **key_figures(frame, "capability", ("importance", "gap")),
            "capabilities": float(len(frame)),
            "must_haves_behind": float(len(_open_musts(frame))),
        },
        draw=partial(_draw_capability_map, snapshot, frame, across, areas, columns, height),
        alt=msg("Map of capabilities by area, coloured by the widest gap"),
        height=height,
    )


def _draw_capability_map(
    snapshot: Snapshot, frame: pd.DataFrame, across: str, areas: list[str], columns: list[str], height: int, language: Language
) -> go.Figure:
    gaps: list[list[float | None]] = []
    texts: list[list[str]] = []
    for area in areas:
        gaps.append([])
        texts.append([])
        for column in columns:
            cell = frame[(frame["area"] == area) & (frame[across] == column)]
            gap = known(cell["gap"].max()) if not cell.empty else None
            gaps[-1].append(None if cell.empty else gap if gap is not None else UNRATED)
            count = f"{len(cell)} ({int(cell['must_have'].sum())})"
            texts[-1].append("" if cell.empty else f"<b>{'–' if gap is None else f'{gap:g}'}</b><br>{count}")
    figure = canvas(height)
    fields(
        figure,
        gaps,
        texts,
        [[0, "#D9D9D9"], [0.1, "#D9D9D9"], [0.11, "#D9EFE7"], [0.4, "#F5DFA8"], [1, BAD]],
        (UNRATED, 8),
        [wrapped(ChoiceTitle(snapshot, "capability", across, column), language, 12, 2) for column in columns],
        [wrapped(ChoiceTitle(snapshot, "capability", "area", area), language, 14, 2) for area in areas],
        hovertemplate="%{y}, %{x}<extra></extra>",
    )
    figure.update_xaxes(side="top")
    return figure


def ten_c_frame(snapshot: Snapshot) -> pd.DataFrame:
    """One row per scored element, widest gap first: mean and range of importance and support (1-9) over the participants."""
    parts = {}
    for side in ("importance", "support"):
        scores = [
            {"item": row["item"], "participant": row["participant"] or row.author, "score": float(row[side])}
            for row in snapshot.rows("crm_audit")
            if row["item"] and row[side] is not None
        ]
        if not scores:
            return pd.DataFrame()
        parts[side] = opinion_spread(pd.DataFrame(scores)).drop(columns="sd").set_index("item").add_prefix(f"{side}_")
    frame = parts["importance"].join(parts["support"], how="inner").reset_index()
    frame = frame.rename(columns={"importance_mean": "importance", "support_mean": "support"})
    frame["gap"] = frame["importance"] - frame["support"]
    frame["participants"] = frame[["importance_participants", "support_participants"]].max(axis=1)
    frame = frame.sort_values(["gap", "importance"], ascending=False, kind="stable").reset_index(drop=True)
    frame["name"] = pd.Series([ChoiceTitle(snapshot, "crm_audit", "item", item) for item in frame["item"]], dtype=object)
    return frame


@exhibit("ten_c", msg("The ten Cs: importance and support"))
def ten_c(context: Context) -> Exhibit:
    snapshot = context.snapshot
    frame = ten_c_frame(snapshot)
    if frame.empty:
        raise NoData(
            msg("None of the ten Cs has been scored yet"),
            None,
            msg("Let each participant score importance and today's support of all ten, from 1 to 9."),
        )
    first = frame.iloc[0]
    values = {
        "name": first["name"],
        "importance": Number(first["importance"], 1),
        "support": Number(first["support"], 1),
    }
    widest = frame.loc[greatest(frame["gap"]), "name"]
    title: Message = (
        msg("{names} have the widest gap alike, {points}", names=in_title(list(widest)), points=Number(first["gap"], 1))
        if first["gap"] > 0 and len(widest) > 1
        else msg("{name} has the widest gap: importance {importance}, support {support}", **values)
        if first["gap"] > 0
        else msg("Support is at least equal to importance in all that was scored")
    )
    widths = pd.concat(
        [frame["importance_high"] - frame["importance_low"], frame["support_high"] - frame["support_low"]], axis=1
    ).max(axis=1)
    reading: list[Speaks] = [
        msg(
            "Open circle: importance. Full circle: support today. Means of participants (up to {count}); all of it is judgement.",
            count=int(frame["participants"].max()),
        ),
        msg("Thin lines: lowest to highest score."),
    ]
    if widths.max() >= 2:
        split = [InSentence(name) for name in frame.loc[greatest(widths), "name"]]
        reading.append(
            differ_alike(split, float(widths.max())) if len(split) > 1 else msg("Opinions differ most on {name}.", name=split[0])
        )
    every = [choice.id for choice in snapshot.method.worksheet("crm_audit").column("item").choices]
    missing = [InSentence(ChoiceTitle(snapshot, "crm_audit", "item", item)) for item in every if item not in set(frame["item"])]
    if missing:
        reading.append(msg("Not scored yet: {names}.", names=Joined(missing)))
    height = min(480, max(280, 100 + 38 * len(frame)))

    return Exhibit(
        title=title,
        reading=tuple(reading),
        frame=frame,
        columns={
            "name": msg("Element of the ten Cs"),
            "importance": msg("Importance (1–9)"),
            "importance_low": msg("Importance, lowest"),
            "importance_high": msg("Importance, highest"),
            "support": msg("Support today (1–9)"),
            "support_low": msg("Support, lowest"),
            "support_high": msg("Support, highest"),
            "gap": msg("Gap"),
            "participants": msg("Participants"),
        },
        figures=key_figures(frame, "item", ("importance", "support")),
        draw=partial(_draw_ten_c, frame, height),
        alt=msg("Importance and support of the ten Cs, widest gap first"),
        height=height,
    )


def _draw_ten_c(frame: pd.DataFrame, height: int, language: Language) -> go.Figure:
    import plotly.graph_objects as go

    figure = canvas(height, msg("Score (1–9)").in_(language), "")
    names = [wrapped(name, language, 26, 2) for name in frame["name"]]
    for at, row in enumerate(frame.to_dict("records")):
        figure.add_trace(
            go.Scatter(
                x=[row["support"], row["importance"]], y=[at - 0.14, at + 0.14], mode="lines", hoverinfo="skip",
                showlegend=False, line={"color": tint(BAD if row["gap"] > 0 else GOOD, 0.55), "width": 4},
            )
        )  # fmt: skip
    for side, title_of, symbol, shift in (
        ("support", msg("Support today"), "circle", -0.14),
        ("importance", msg("Importance"), "circle-open", 0.14),
    ):
        means = cells(frame, side)
        figure.add_trace(
            go.Scatter(
                x=means,
                y=[at + shift for at in range(len(frame))],
                mode="markers",
                name=title_of.in_(language),
                text=names,
                cliponaxis=False,
                customdata=frame["item"].tolist(),
                marker={"size": 13, "color": ACCENT, "symbol": symbol, "line": {"width": 2, "color": ACCENT}},
                error_x=error_bar(means, cells(frame, f"{side}_low"), cells(frame, f"{side}_high"), tint(NEUTRAL, 0.8)),
                hovertemplate="%{text}: %{x:.1f}<extra>" + title_of.in_(language) + "</extra>",
            )
        )
    figure.update_layout(showlegend=True)
    figure.update_xaxes(range=[0.8, 9.2], dtick=2, tick0=1)
    figure.update_yaxes(tickvals=list(range(len(names))), ticktext=names, range=[len(names) - 0.5, -0.5])
    return figure
