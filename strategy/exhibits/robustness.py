"""How firmly a choice of targets stands: at which weight or score it would turn over, and who would have chosen otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import pandas as pd

from strategy.analysis import ge_matrix as ge
from strategy.errors import NoData, StrategyError
from strategy.exhibits.chart_text import height_for
from strategy.exhibits.drawing import canvas
from strategy.exhibits.labels import Joined, Label, Number, Share, Short
from strategy.exhibits.model import Context, Exhibit, exhibit
from strategy.exhibits.palette import ACCENT, BAD, NEUTRAL
from strategy.exhibits.ranges import key_figures
from strategy.exhibits.row_labels import label_rows
from strategy.exhibits.weights import POINTS, WEIGHTS, balance
from strategy.language import Language, Message, Speaks, msg
from strategy.thread.memory import per_snapshot
from strategy.workbook import Snapshot

if TYPE_CHECKING:
    import plotly.graph_objects as go

#: A change of weight below this many points is within what a room settles in a minute.
FRAGILE = 0.05
_MOST_NAMES = 6
#: Weighted means that differ by less are the same scores summed in another order.
_EQUAL = 1e-9


def scores_of(snapshot: Snapshot) -> pd.DataFrame:
    """item, criterion, participant, score: only what names all four and still exists."""
    segments, criteria = ({row.id for row in snapshot.rows(sheet)} for sheet in ("segment", "criterion"))
    rows = [
        (row["segment"], row["criterion"], str(row["participant"] or row.author), float(row["score"]))
        for row in snapshot.rows("segment_evaluation")
        if row["segment"] in segments and row["criterion"] in criteria and row["score"] is not None
    ]
    return pd.DataFrame(rows, columns=["item", "criterion", "participant", "score"])


def table_of(snapshot: Snapshot) -> pd.DataFrame:
    """The scores of a snapshot as :func:`ge.score_table` makes it, kept for everything that weighs them."""
    return per_snapshot("score_table", snapshot, lambda seen: ge.score_table(scores_of(seen)))


@dataclass(frozen=True)
class Dissent:
    """A participant whose own totals rank ``preferred``, left out, above ``instead_of``, chosen."""

    participant: str
    preferred: str
    instead_of: str
    lead: float


def dissent(table: pd.DataFrame, weights: dict[str, float], chosen: set[str]) -> tuple[list[Dissent], int]:
    """Who would have chosen otherwise, and how many participants have ranked both chosen segments and others."""
    found, asked = [], 0
    for participant, values in ge.own_totals(table, weights).items():
        inside = {item: value for item, value in values.items() if item in chosen}
        outside = {item: value for item, value in values.items() if item not in chosen}
        if not inside or not outside:
            continue
        asked += 1
        best, worst = max(outside, key=lambda item: outside[item]), min(inside, key=lambda item: inside[item])
        if outside[best] > inside[worst] + 1e-9:
            found.append(Dissent(participant, best, worst, outside[best] - inside[worst]))
    return found, asked


@dataclass(frozen=True)
class Firmness:
    """All that can be said of the present choice. ``ahead``: segments left out that already lead a chosen one; ``level``: those that
    have exactly as much as the last chosen one."""

    weights: dict[str, float]
    flips: dict[str, ge.Flip | None]
    score: ge.ScoreFlip | None
    dissent: list[Dissent]
    asked: int
    ahead: tuple[str, ...]
    level: tuple[str, ...]
    gaps: tuple[str, ...]

    @property
    def flip(self) -> ge.Flip | None:
        return min((flip for flip in self.flips.values() if flip), key=lambda flip: flip.change, default=None)


def firmness(snapshot: Snapshot, which: str = POINTS) -> Firmness | None:
    """``None`` before there is a choice, scores and weights. Raises what :func:`criterion_weights` raises."""
    chosen = {row.id for row in snapshot.targets}
    table, weights = table_of(snapshot), balance(snapshot, which)
    if not chosen or table.empty or not weights:
        return None
    counted = [name for name, weight in weights.items() if weight > 0]
    means = table.groupby(level="item", sort=False).mean().reindex(columns=list(weights))
    # A segment with a gap cannot be compared fairly; the others still can.
    whole = means[means[counted].notna().all(axis=1)].fillna(0.0)
    gaps = tuple(item for item in means.index if item not in whole.index)
    total = whole @ pd.Series(weights)
    inside = [value for item, value in total.items() if item in chosen]
    left_out = {str(item): value - min(inside) for item, value in total.items() if item not in chosen and inside}
    ahead = tuple(item for item, lead in left_out.items() if lead > _EQUAL)
    level = tuple(item for item, lead in left_out.items() if abs(lead) <= _EQUAL)
    found, asked = dissent(table, weights, chosen)
    return Firmness(
        weights,
        ge.weight_flips(whole, weights, chosen),
        ge.smallest_score_flip(whole, weights, chosen),
        found,
        asked,
        ahead,
        level,
        gaps,
    )


def _flip_words(snapshot: Snapshot, flip: ge.Flip) -> Message:
    return msg(
        "The choice turns over when {criterion} has {at} of all weight (now {now}): {overtaking} then overtakes {overtaken}.",
        criterion=Label(snapshot, "criterion", flip.criterion),
        at=Share(flip.share_at_flip),
        now=Share(flip.share_now),
        overtaking=Short(snapshot, flip.overtaking),
        overtaken=Short(snapshot, flip.overtaken),
    )


def _dissent_words(firm: Firmness) -> list[Speaks]:
    if firm.asked < 2:
        return [msg("One participant has scored; whether others would choose otherwise is not known.")] if firm.asked else []
    names = Joined([msg("{name}", name=one.participant) for one in firm.dissent[:_MOST_NAMES]])
    if 0 < len(firm.dissent) <= _MOST_NAMES:
        return [
            msg(
                "{count} of {total} participants would have chosen otherwise: {names}.",
                count=len(firm.dissent),
                total=firm.asked,
                names=names,
            )
        ]
    return [msg("{count} of {total} participants would have chosen otherwise.", count=len(firm.dissent), total=firm.asked)]


def robustness(snapshot: Snapshot, which: str = POINTS) -> list[Speaks]:
    """What to say of the present choice of targets beside the matrix; nothing before there is one."""
    try:
        firm = firmness(snapshot, which)
    except StrategyError:
        return []
    if firm is None:
        return []
    # Where the choice does not stand to begin with, no weight "turns it over".
    said: list[Speaks] = (
        [_ahead_words(snapshot, firm)] if firm.ahead else [_level_words(snapshot, firm)] if firm.level
        else [_flip_words(snapshot, firm.flip)] if firm.flip else []
    )  # fmt: skip
    return [*said, *(_dissent_words(firm) if firm.asked > 1 else [])]


def _ahead_words(snapshot: Snapshot, firm: Firmness) -> Message:
    return msg(
        "By its own scores the choice does not stand; ranked above a target: {names}",
        names=Joined([Short(snapshot, item) for item in firm.ahead]),
    )


def _level_words(snapshot: Snapshot, firm: Firmness) -> Message:
    return msg(
        "The scores do not decide the choice; level with a target, and left out: {names}",
        names=Joined([Short(snapshot, item) for item in firm.level]),
    )


def _title(snapshot: Snapshot, firm: Firmness) -> Message:
    if firm.ahead:
        return _ahead_words(snapshot, firm)
    if firm.level:
        return _level_words(snapshot, firm)
    flip = firm.flip
    if flip is None:
        return msg("No single weight turns the choice of targets over")
    words = {
        "criterion": Label(snapshot, "criterion", flip.criterion),
        "points": Number(100 * flip.change, 0 if flip.change >= 0.01 else 1),
        "overtaking": Short(snapshot, flip.overtaking),
    }
    if flip.change < FRAGILE:
        return msg("The choice is fragile: {points:# point|# points} of weight on {criterion} bring {overtaking} in", **words)
    return msg("It takes {points:# point|# points} of weight on {criterion} to bring {overtaking} in", **words)


@exhibit("choice_robustness", msg("How firm is the choice?"), settings=(WEIGHTS,))
def choice_robustness(context: Context) -> Exhibit:
    snapshot = context.snapshot
    firm = firmness(snapshot, context.settings["weights"])
    if firm is None or not firm.flips:
        raise NoData(
            msg("There is no choice to test yet"),
            None,
            msg(
                "Score the segments, make at least one a target and leave at least one out; what would flip the choice then stands here."
            ),
        )
    frame = _flips(snapshot, firm)
    shown = frame.head(12)
    height = height_for(len(shown), 38)
    figures = key_figures(frame, "criterion", ("flips_at",))
    figures |= {"dissenters": float(len(firm.dissent)), "participants": float(firm.asked)}
    return Exhibit(
        title=_title(snapshot, firm),
        reading=tuple(_reading(snapshot, firm, frame)),
        frame=frame,
        columns={
            "name": msg("Criterion"),
            "now": msg("Weight now (%)"),
            "flips_at": msg("Turns over at (%)"),
            "change": msg("Change (points)"),
            "overtaking": msg("Comes in"),
            "overtaken": msg("Falls out"),
        },
        figures=figures,
        draw=partial(_draw_choice_robustness, shown, height),
        alt=msg("For every criterion its weight now and the weight at which the choice turns over"),
        height=height,
    )


def _flips(snapshot: Snapshot, firm: Firmness) -> pd.DataFrame:
    """One row a criterion, the most fragile first: its weight now and where the choice turns over (percent), and the change (points)."""
    rows: list[dict[str, Any]] = []
    for criterion, flip in firm.flips.items():
        rows.append(
            {
                "criterion": criterion,
                "name": Label(snapshot, "criterion", criterion),
                "now": 100 * firm.weights[criterion],
                "flips_at": 100 * flip.share_at_flip if flip else None,
                "change": 100 * (flip.share_at_flip - flip.share_now) if flip else None,
                "overtaking": Short(snapshot, flip.overtaking) if flip else "–",
                "overtaken": Short(snapshot, flip.overtaken) if flip else "–",
            }
        )
    frame = pd.DataFrame(rows)
    frame[["now", "flips_at", "change"]] = frame[["now", "flips_at", "change"]].astype(float)
    by_change = frame.sort_values("change", key=lambda change: change.abs(), na_position="last", kind="stable")
    return by_change.reset_index(drop=True)


def _reading(snapshot: Snapshot, firm: Firmness, flips: pd.DataFrame) -> Iterator[Speaks]:
    yield msg(
        "Blue: share of all weight now. Orange: where the choice would turn over, the other weights keeping their proportions."
    )
    if never := int(flips["flips_at"].isna().sum()):
        yield msg("Criteria that turn nothing over at any weight: {count}.", count=never)
    if firm.score and not firm.level:
        yield msg(
            "Smallest change of a score: {segment} on {criterion} from {now} to {at}; {overtaking} then overtakes {overtaken}.",
            segment=Short(snapshot, firm.score.item),
            criterion=Label(snapshot, "criterion", firm.score.criterion),
            now=Number(firm.score.score_now, 1),
            at=Number(firm.score.score_at_flip, 1),
            overtaking=Short(snapshot, firm.score.overtaking),
            overtaken=Short(snapshot, firm.score.overtaken),
        )
    yield from _dissent_words(firm)
    if firm.dissent:
        widest = max(firm.dissent, key=lambda one: one.lead)
        yield msg(
            "Strongest dissent: {name} would take {preferred} before {instead}. Write it under “Dissent” of the decision.",
            name=widest.participant,
            preferred=Short(snapshot, widest.preferred),
            instead=Short(snapshot, widest.instead_of),
        )
    if firm.gaps:
        yield msg(
            "Left out, because not scored on every criterion: {names}.",
            names=Joined([Short(snapshot, item) for item in firm.gaps]),
        )


def _draw_choice_robustness(shown: pd.DataFrame, height: int, language: Language) -> go.Figure:
    import plotly.graph_objects as go

    figure = canvas(height, msg("Share of all weight (%)").in_(language))
    for at, row in enumerate(shown.itertuples()):
        if pd.notna(row.flips_at):
            figure.add_shape(type="line", x0=row.now, x1=row.flips_at, y0=at, y1=at, line={"color": NEUTRAL, "width": 2})
    for column, color, symbol, title in (
        ("now", ACCENT, "circle", msg("Now")),
        ("flips_at", BAD, "diamond", msg("Turns over")),
    ):
        figure.add_trace(
            go.Scatter(
                x=shown[column],
                y=list(range(len(shown))),
                mode="markers",
                name=title.in_(language),
                marker={"size": 13, "color": color, "symbol": symbol},
                cliponaxis=False,
                hovertemplate="%{x:.0f}%<extra>" + title.in_(language) + "</extra>",
            )
        )
    figure.update_layout(showlegend=True)
    figure.update_xaxes(range=[-2, 102])
    label_rows(figure, list(shown["name"]), language)
    return figure
