"""The opening: how customer-minded the organisation is. Who the customer is stands in modules of its own."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from strategy.analysis import agreement
from strategy.errors import NoData
from strategy.exhibits import customer_roster, pairs, thirty_second  # noqa: F401  (register their exhibits)
from strategy.exhibits.captions import InSentence, differ_alike, greatest
from strategy.exhibits.chart_text import height_for, wrapped
from strategy.exhibits.drawing import GRID, canvas
from strategy.exhibits.labels import ChoiceTitle, Joined, Number
from strategy.exhibits.model import Context, Exhibit, exhibit
from strategy.exhibits.palette import ACCENT, BAD, GOOD, NEUTRAL, tint
from strategy.exhibits.ranges import key_figures
from strategy.exhibits.row_labels import label_rows
from strategy.language import Language, Message, Speaks, msg
from strategy.workbook import Snapshot

if TYPE_CHECKING:
    import plotly.graph_objects as go

#: Means closer than this are shown as equal, with one decimal.
_TIED = 0.05

MATURITY_PART = {
    "strategy": msg("the customer strategy"),
    "plan": msg("the plan of measures"),
    "control": msg("the control of execution"),
}


def _scores(snapshot: Snapshot, worksheet: str, column: str) -> pd.DataFrame:
    """item, participant, score of a scored worksheet."""
    rows = [
        (row[column], str(row["participant"] or row.author), float(row["score"]))
        for row in snapshot.rows(worksheet)
        if row[column] and row["score"] is not None
    ]
    return pd.DataFrame(rows, columns=["item", "participant", "score"])


def _opinions(
    snapshot: Snapshot, worksheet: str, column: str, without: tuple[Message, Message]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The scores and their spread per choice of ``column``, in the order of the method, with the title of the choice.

    Raises :class:`NoData` where there are no scores; ``without`` is what it says then, and what it asks for.
    """
    scores = _scores(snapshot, worksheet, column)
    if scores.empty:
        raise NoData(without[0], None, without[1])
    spread = agreement.opinion_spread(scores)
    order = [choice.id for choice in snapshot.method.worksheet(worksheet).column(column).choices]
    spread = spread.sort_values("item", key=lambda items: items.map(order.index)).reset_index(drop=True)
    spread.insert(1, "name", pd.Series([ChoiceTitle(snapshot, worksheet, column, item) for item in spread["item"]], dtype=object))
    return scores, spread


def _with_rwg(spread: pd.DataFrame, scores: pd.DataFrame, points: int) -> pd.DataFrame:
    """Add ``rwg``, at least 0, empty for one participant."""
    found = {item: agreement.rwg(list(group), points) for item, group in scores.groupby("item", sort=False)["score"]}
    spread["rwg"] = [None if found[item] is None else max(0.0, found[item] or 0.0) for item in spread["item"]]
    spread["rwg"] = spread["rwg"].astype(float)
    return spread


_SPREAD_COLUMNS: dict[str, Speaks] = {
    "mean": msg("Mean"),
    "low": msg("Lowest"),
    "high": msg("Highest"),
    "participants": msg("Participants"),
}


def _split_opinion(spread: pd.DataFrame, least: float) -> Message:
    """Where the room differs most, or that it agrees within ``least`` points."""
    if spread["participants"].max() < 2:
        return msg("One participant so far; the picture gains when everybody scores.")
    width = spread["high"] - spread["low"]
    if width.max() < least:
        return msg("Nobody is {points} points or more apart on any of them.", points=Number(least))
    split = greatest(width)
    if len(split) > 1:
        return differ_alike([InSentence(name) for name in spread.loc[split, "name"]], width.max())
    widest = spread.loc[split[0]]
    return msg(
        "Opinions differ most on {name}: {low} to {high}.",
        name=InSentence(widest["name"]),
        low=Number(widest["low"], 1),
        high=Number(widest["high"], 1),
    )


@exhibit("orientation_radar", msg("Five orientations"))
def orientation_radar(context: Context) -> Exhibit:
    snapshot = context.snapshot
    without = (
        msg("Nobody has scored the five orientations yet"),
        msg("Let every participant score all five from 0 to 10, thinking of the last three big decisions."),
    )
    scores, frame = _opinions(snapshot, "orientation", "orientation", without)
    means = frame.set_index("item")["mean"]
    highest = float(frame["mean"].max())
    first_ones = frame[frame["mean"] > highest - _TIED]
    leading = Joined([InSentence(name) for name in first_ones["name"]])
    beside = [InSentence(name) for name in first_ones.loc[first_ones["item"] != "customer", "name"]]
    customer = float(means["customer"]) if "customer" in means.index else None
    frame["above_customer"] = frame["mean"] - customer if customer is not None else float("nan")
    if customer is None:
        title = msg(
            "Highest stands {top}, with {mean} of 10; the customer has not been scored", top=leading, mean=Number(highest, 1)
        )
    elif customer > highest - _TIED and beside:
        title = msg(
            "The customer shares the first place with {others}: {mean} of 10", others=Joined(beside), mean=Number(customer, 1)
        )
    elif customer > highest - _TIED:
        title = msg("Decisions start from the customer: {mean} of 10", mean=Number(customer, 1))
    else:
        title = msg(
            "The customer ({customer} of 10) stands behind {top} ({mean} of 10)",
            top=leading,
            mean=Number(highest, 1),
            customer=Number(customer, 1),
        )
    each = scores.pivot_table(index="participant", columns="item", values="score", aggfunc="mean")
    reading: list[Speaks] = [
        msg("Area: mean over participants ({count}), 0 (never) to 10 (always). Dots: what each of them said.", count=len(each)),
        _split_opinion(frame, 2),
    ]
    if "customer" in each and len(each) > 1:
        first = int((each["customer"] >= each.max(axis=1)).sum())
        reading.append(msg("{first:0=None|#} of {count} put the customer first.", first=first, count=len(each)))
    concordance = agreement.kendall_w(each.dropna().to_numpy().T)
    if concordance:
        reading.append(msg("Agreement on the order of the five: Kendall's W = {w} (0 none, 1 full).", w=Number(concordance.w, 2)))
    figures = key_figures(frame, "item", ("mean",))
    if customer is not None:
        figures["drift"] = highest - customer

    return Exhibit(
        title=title,
        reading=tuple(reading),
        frame=frame,
        columns={"name": msg("Orientation"), **_SPREAD_COLUMNS, "above_customer": msg("Above the customer (points)")},
        figures=figures,
        draw=partial(_draw_orientation_radar, frame, scores),
        alt=msg("Radar of the five orientations with every participant's scores"),
        height=420,
    )


def _draw_orientation_radar(frame: pd.DataFrame, scores: pd.DataFrame, language: Language) -> go.Figure:
    import plotly.graph_objects as go

    figure = canvas(420)
    titles = {row.item: wrapped(row.name, language, 18) for row in frame.itertuples()}
    axes = [titles[item] for item in frame["item"]]
    figure.add_trace(
        go.Scatterpolar(
            theta=[*axes, axes[0]],
            r=[*frame["mean"], frame["mean"].iloc[0]],
            fill="toself",
            fillcolor=tint(ACCENT, 0.18),
            line={"color": ACCENT, "width": 3},
            marker={"size": 9},
            mode="lines+markers",
            name=msg("Mean").in_(language),
            hovertemplate="%{theta}: %{r:.1f}<extra></extra>",
        )
    )
    figure.add_trace(
        go.Scatterpolar(
            theta=[titles[item] for item in scores["item"]],
            r=scores["score"],
            mode="markers",
            marker={"size": 7, "color": NEUTRAL, "opacity": 0.6},
            text=list(scores["participant"]),
            name=msg("Each participant").in_(language),
            hovertemplate="%{text}: %{r:.0f}<extra></extra>",
        )
    )
    figure.update_layout(
        polar={
            "bgcolor": "rgba(0,0,0,0)",
            "radialaxis": {"range": [0, 10], "dtick": 2, "gridcolor": GRID, "angle": 54, "tickangle": 54, "linecolor": GRID},
            "angularaxis": {
                "gridcolor": GRID,
                "linecolor": GRID,
                "categoryarray": axes,
                "tickfont": {"size": 12},
                "direction": "clockwise",
                "rotation": 90,
            },
        },
        showlegend=True,
        margin={"l": 76, "r": 76, "t": 24, "b": 32},
        xaxis={"visible": False},
        yaxis={"visible": False},
    )
    return figure


def _draw_spread(
    frame: pd.DataFrame, axis: Message, scale: tuple[float, float], start: float, height: int, language: Language
) -> go.Figure:
    """Horizontal bars from ``start`` to the mean, with a line from the lowest to the highest score.

    Means in the lower half of the scale are drawn as bad, wherever the bars start.
    """
    import plotly.graph_objects as go

    figure = canvas(height, axis.in_(language))
    rows = list(range(len(frame)))
    colors = [BAD if mean < sum(scale) / 2 else GOOD for mean in frame["mean"]]
    figure.add_trace(
        go.Bar(
            y=rows,
            x=frame["mean"] - start,
            base=[start] * len(frame),
            orientation="h",
            marker_color=[tint(color, 0.55) for color in colors],
            width=0.6,
            hoverinfo="skip",
        )
    )
    figure.add_trace(
        go.Scatter(
            y=rows,
            x=frame["mean"],
            mode="markers",
            marker={"size": 12, "color": colors},
            error_x={
                "type": "data",
                "symmetric": False,
                "array": frame["high"] - frame["mean"],
                "arrayminus": frame["mean"] - frame["low"],
                "color": NEUTRAL,
                "thickness": 2,
            },
            customdata=frame[["low", "high"]].to_numpy(),
            cliponaxis=False,
            hovertemplate="%{x:.1f} (%{customdata[0]:g}–%{customdata[1]:g})<extra></extra>",
        )
    )
    figure.add_vline(x=start, line={"color": NEUTRAL, "width": 1})
    figure.update_xaxes(range=[scale[0] - 0.1, scale[1] + 0.1], dtick=1)
    label_rows(figure, list(frame["name"]), language, 26)
    return figure


@exhibit("relationship_balance", msg("Transaction or relationship"))
def relationship_balance(context: Context) -> Exhibit:
    snapshot = context.snapshot
    without = (
        msg("Nobody has scored the five pairs yet"),
        msg("Let every participant score each pair from 1 (transaction) to 5 (relationship)."),
    )
    scores, frame = _opinions(snapshot, "relationship_pair", "pair", without)
    frame = _with_rwg(frame, scores, 5)
    lowest = frame.loc[frame["mean"].idxmin()]
    leaning = int((frame["mean"] < 3).sum())
    level = int((frame["mean"] - lowest["mean"] < 1e-9).sum())
    if leaning and level > 1:
        title = msg(
            "Pairs leaning to the transaction end: {count} of {total}, {level} of them most at {mean} of 5",
            count=leaning,
            total=len(frame),
            level=level,
            mean=Number(lowest["mean"], 1),
        )
    elif leaning:
        title = msg(
            "Pairs leaning to the transaction end: {count} of {total}, most of all “{pair}” at {mean} of 5",
            count=leaning,
            total=len(frame),
            pair=lowest["name"],
            mean=Number(lowest["mean"], 1),
        )
    elif level > 1:
        title = msg(
            "No pair leans to the transaction end; {level} of {total} come closest, at {mean} of 5",
            level=level,
            total=len(frame),
            mean=Number(lowest["mean"], 1),
        )
    else:
        title = msg(
            "No pair leans to the transaction end; “{pair}” comes closest, at {mean} of 5",
            pair=lowest["name"],
            mean=Number(lowest["mean"], 1),
        )
    height = height_for(len(frame), 54)
    return Exhibit(
        title=title,
        reading=(
            msg("Left of the middle: habits of transaction marketing. Right: of relationship marketing. Lines: lowest to highest."),
            _split_opinion(frame, 2),
            msg("rWG says how far the room agrees on a pair: 1 fully, 0 as by chance."),
        ),
        frame=frame,
        columns={"name": msg("Pair"), **_SPREAD_COLUMNS, "rwg": msg("Agreement (rWG)")},
        figures=key_figures(frame, "item", ("mean",)) | {"overall": float(frame["mean"].mean())},
        draw=partial(_draw_spread, frame, msg("1 = transaction, 5 = relationship"), (1, 5), 3, height),
        alt=msg("Bars to either side of the middle for each pair of statements"),
        height=height,
    )


@exhibit("maturity", msg("Strategy, plan, control"))
def maturity(context: Context) -> Exhibit:
    snapshot = context.snapshot
    without = (
        msg("Nobody has answered the three questions yet"),
        msg("Let every participant score strategy, plan and control from 0 to 4, with the document or meeting that proves it."),
    )
    scores, frame = _opinions(snapshot, "maturity", "question", without)
    frame = _with_rwg(frame, scores, 5)
    lowest = float(frame["mean"].min())
    weakest = frame[frame["mean"] < lowest + _TIED]
    if 1 < len(frame) == len(weakest):
        title = msg("All questions answered stand level, at {mean} of 4", mean=Number(lowest, 1))
    else:
        parts = Joined([MATURITY_PART[item] for item in weakest["item"]])
        title = msg("The weakest link is {part}: {mean} of 4", part=parts, mean=Number(lowest, 1))
    missing = [MATURITY_PART[item] for item in MATURITY_PART if item not in set(frame["item"])]
    reading: list[Speaks] = [
        msg("0: nothing. 1: talked about. 2: written down. 3: in use. 4: in use, checked and improved. Lines: lowest to highest."),
        _split_opinion(frame, 2),
    ]
    if missing:
        reading.append(msg("Not scored yet: {names}.", names=Joined(missing)))
    height = height_for(len(frame), 56)
    return Exhibit(
        title=title,
        reading=tuple(reading),
        frame=frame,
        columns={"name": msg("Question"), **_SPREAD_COLUMNS, "rwg": msg("Agreement (rWG)")},
        figures=key_figures(frame, "item", ("mean",)),
        draw=partial(_draw_spread, frame, msg("Maturity (0–4)"), (0, 4), 0, height),
        alt=msg("Bars of the maturity of strategy, plan and control with the spread of opinion"),
        height=height,
    )
