"""Step 3: whether our value curve is our own, today and as planned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from strategy.analysis.strategy_canvas import Divergence, divergence
from strategy.errors import NoData
from strategy.exhibits.chart_text import plain, wrapped
from strategy.exhibits.drawing import canvas
from strategy.exhibits.label_leaders import text_size
from strategy.exhibits.labels import ChoiceTitle, Joined, Label, Number
from strategy.exhibits.model import Context, Exhibit, exhibit
from strategy.exhibits.palette import ACCENT, BAD, CAUTION, GOOD, NEUTRAL, segment_colors
from strategy.exhibits.rivals import Brand, look
from strategy.exhibits.row_labels import label_rows
from strategy.exhibits.scope import SEGMENT, segments_in
from strategy.language import Language, Message, Speaks, msg
from strategy.workbook import Snapshot

if TYPE_CHECKING:
    import plotly.graph_objects as go

TODAY, PLANNED = "today", "planned"
#: From here on two curves set the same weights.
_ALIKE = 0.7
#: More factors than this are written down the side, where there is room for their names.
_ACROSS = 8
#: Action -> symbol and colour of its mark, in the order of Kim and Mauborgne's grid.
_ACTIONS = {
    "eliminate": ("x", BAD),
    "reduce": ("triangle-down", CAUTION),
    "raise": ("triangle-up", ACCENT),
    "create": ("star", GOOD),
    "keep": ("line-ew-open", NEUTRAL),
}


@dataclass(frozen=True)
class Listed:
    """Several remarks as one sentence."""

    parts: Sequence[Speaks]

    def in_(self, language: Language) -> str:
        return ("；" if language == "zh" else "; ").join(part.in_(language) for part in self.parts) + (
            "。" if language == "zh" else "."
        )


def _curves(context: Context) -> tuple[pd.DataFrame, list[str]]:
    """The levels (factor, curve, level) over the factors in scope, and the curves in order: today, planned, rivals.

    Planned is drawn only where something is planned; a factor without a planned level stays where it is today.
    """
    snapshot = context.snapshot
    wanted = str(context.settings.get("segment") or "")
    if wanted:
        segments_in(context, {wanted})  # refuses a segment that does not exist
    factors = [
        row
        for row in snapshot.rows("canvas_factor")
        if row["ours_today"] is not None and (not wanted or row["segment"] in (None, wanted))
    ]
    rows: list[tuple[str, str, float]] = [(row.id, TODAY, float(row["ours_today"])) for row in factors]
    if any(row["ours_planned"] is not None for row in factors):
        rows += [(row.id, PLANNED, float(row.get("ours_planned", row["ours_today"]))) for row in factors]
    known = {row.id for row in factors}
    rivals = {}
    for row in snapshot.rows("canvas_rival"):
        if row["factor"] in known and row["rival"] and row["level"] is not None:
            rivals[row["factor"], row["rival"]] = float(row["level"])
    rows += [(factor, rival, level) for (factor, rival), level in rivals.items()]
    frame = pd.DataFrame(rows, columns=["factor", "curve", "level"])
    return frame, list(dict.fromkeys(frame["curve"]))


def divergences(frame: pd.DataFrame, own: str) -> dict[str, Divergence]:
    """Rival -> how far our curve ``own`` runs from its curve, over the factors known for both."""
    table = frame.pivot(index="factor", columns="curve", values="level")
    found = {}
    for rival in (curve for curve in table.columns if curve not in (TODAY, PLANNED)):
        both = table[[own, rival]].dropna()
        if len(both):
            found[str(rival)] = divergence(list(both[own]), list(both[rival]))
    return found


def _canvas_title(snapshot: Snapshot, now: dict[str, Divergence], then: dict[str, Divergence]) -> Message:
    latest = then or now
    if not latest:
        return msg("Our value curve stands alone; rivals' levels are still missing")
    # Per factor: a rival known on more of them would otherwise look farther away.
    nearest = min(latest, key=lambda rival: latest[rival].distance / latest[rival].factors ** 0.5)
    rival = Brand(snapshot, nearest)
    if then:
        said = {
            "rival": rival,
            "now": Number(now[nearest].distance, 1),
            "then": Number(then[nearest].distance, 1),
        }
        if then[nearest].distance > now[nearest].distance + 0.05:
            return msg("The plan moves away from {rival}, the nearest rival: distance {now} becomes {then}", **said)
        if then[nearest].distance < now[nearest].distance - 0.05:
            return msg("The plan moves towards {rival}, the nearest rival: distance {now} becomes {then}", **said)
        return msg("The plan keeps the distance to {rival}, the nearest rival: {then}", rival=rival, then=said["then"])
    correlation = now[nearest].rank_correlation
    if correlation is not None and correlation >= _ALIKE:
        return msg(
            "Our curve has the same shape as that of {rival} (rank correlation {value})", rival=rival, value=Number(correlation, 2)
        )
    return msg("{rival} runs closest to our curve, at a distance of {value}", rival=rival, value=Number(now[nearest].distance, 1))


@exhibit("strategy_canvas", msg("Strategy canvas"), settings=(SEGMENT,))
def strategy_canvas(context: Context) -> Exhibit:
    snapshot = context.snapshot
    frame, curves = _curves(context)
    if frame.empty:
        raise NoData(
            msg("The strategy canvas has no factors yet"),
            None,
            msg("List six to ten factors the trade competes on, and give our level today and planned."),
        )
    now = divergences(frame, TODAY)
    then = divergences(frame, PLANNED) if PLANNED in curves else {}
    names: dict[str, Speaks] = {TODAY: msg("Ours today"), PLANNED: msg("Ours planned")}
    frame["factor_name"] = pd.Series([Label(snapshot, "canvas_factor", factor) for factor in frame["factor"]], dtype=object)
    frame["curve_name"] = pd.Series([names.get(curve) or Brand(snapshot, curve) for curve in frame["curve"]], dtype=object)
    action_of = {row.id: row["action"] for row in snapshot.rows("canvas_factor")}
    frame["action_name"] = pd.Series(
        [ChoiceTitle(snapshot, "canvas_factor", "action", a) if (a := action_of.get(f)) else "" for f in frame["factor"]],
        dtype=object,
    )
    actions = pd.Series([row["action"] for row in snapshot.rows("canvas_factor") if row.id in set(frame["factor"])], dtype=object)
    reading: list[Speaks] = [
        msg("Levels of the offer, 0 (not offered) to 10. Thick: ours planned; thin: ours today; grey: rivals. By judgement."),
    ]
    for rival, found in (then or now).items():
        said = {"rival": Brand(snapshot, rival), "distance": Number(found.distance, 1), "count": found.factors}
        reading.append(
            msg("{rival}: distance {distance} over {count:# factor|# factors}.", **said)
            if found.rank_correlation is None
            else msg(
                "{rival}: distance {distance}, rank correlation {value} over {count:# factor|# factors} (1 = the same priorities).",
                value=Number(found.rank_correlation, 2),
                **said,
            )
        )
    reading.append(
        msg(
            "Distance: root of the summed squared differences in level. Rank correlation: Spearman's. Both are our choice; the method draws curves only."
        )
    )
    done = [
        msg("{action}: {names}", action=ChoiceTitle(snapshot, "canvas_factor", "action", action), names=Joined(names_of[action]))
        for action in _ACTIONS
        if action != "keep" and (names_of := _by_action(snapshot, set(frame["factor"]))).get(action)
    ]
    if done:
        reading.append(Listed(done))
    if actions.notna().any() and not actions.isin(["eliminate", "reduce"]).any():
        reading.append(msg("Nothing is eliminated or reduced: a curve that gives nothing up is not chosen yet."))
    figures = {f"{rival}.distance_today": found.distance for rival, found in now.items()}
    figures |= {f"{rival}.distance_planned": found.distance for rival, found in then.items()}
    figures |= {
        f"{rival}.rank_correlation": found.rank_correlation
        for rival, found in (then or now).items()
        if found.rank_correlation is not None
    }
    figures |= {f"{rival}.root_mean_square": found.distance / found.factors**0.5 for rival, found in (then or now).items()}
    if not figures:
        figures = {f"{row.factor}.{row.curve}": float(row.level) for row in frame.itertuples()}
    height = 440 if frame["factor"].nunique() <= _ACROSS else 480
    wanted = str(context.settings.get("segment") or "")
    color = segment_colors(snapshot).get(wanted, ACCENT)
    return Exhibit(
        title=_canvas_title(snapshot, now, then),
        reading=tuple(reading),
        frame=frame,
        columns={
            "factor_name": msg("Factor"),
            "curve_name": msg("Curve"),
            "level": msg("Level (0–10)"),
            "action_name": msg("Action"),
        },
        figures=figures,
        draw=lambda language: _draw_canvas(snapshot, frame, curves, color, height, language),
        height=height,
        alt=msg("Lines of the levels of each factor: ours today, ours planned, rivals"),
    )


def _by_action(snapshot: Snapshot, factors: set[str]) -> dict[str, list[Label]]:
    """Action -> the factors it is meant for."""
    found: dict[str, list[Label]] = {}
    for row in snapshot.rows("canvas_factor"):
        if row.id in factors and row["action"]:
            found.setdefault(row["action"], []).append(Label(snapshot, "canvas_factor", row.id))
    return found


def _draw_canvas(
    snapshot: Snapshot, frame: pd.DataFrame, curves: list[str], color: str, height: int, language: Language
) -> go.Figure:
    """The value curves: factors along the foot as the method draws them, or down the side where there are too many to name."""
    import plotly.graph_objects as go

    factors = list(dict.fromkeys(frame["factor"]))
    down = len(factors) > _ACROSS
    level = msg("Level (0–10)").in_(language)
    figure = canvas(height, level if down else "", "" if down else level)
    position = {factor: place for place, factor in enumerate(factors)}
    along, up = ("y", "x") if down else ("x", "y")
    for curve in sorted(curves, key=lambda name: (name == PLANNED) * 2 + (name == TODAY)):
        points = frame[frame["curve"] == curve]
        points = points.assign(at=points["factor"].map(position)).sort_values("at")
        ours = curve in (TODAY, PLANNED)
        style = None if ours else look(snapshot, curve)
        solid = curve == PLANNED or PLANNED not in curves
        figure.add_trace(
            go.Scatter(
                **{along: points["at"], up: points["level"]},
                mode="lines+markers",
                name=plain(points["curve_name"].iloc[0].in_(language)),
                line={
                    "color": style.color if style else color,
                    "width": 4 if ours and solid else 2,
                    "dash": style.dash if style else "solid" if solid else "dash",
                },
                marker={"size": 11 if ours and solid else 8, "symbol": style.symbol if style else "circle"},
                cliponaxis=False,
                hovertemplate=f"%{{{up}:g}}<extra>%{{fullData.name}}</extra>",
            )
        )
    actions = {row.id: row["action"] for row in snapshot.rows("canvas_factor")}
    for action, (symbol, tone) in _ACTIONS.items():
        places = [position[factor] for factor in factors if actions.get(factor) == action]
        if places:
            title = plain(ChoiceTitle(snapshot, "canvas_factor", "action", action).in_(language))
            figure.add_trace(
                go.Scatter(
                    **{along: places, up: [11.2] * len(places)},
                    mode="markers+text",
                    name=title,
                    text=[f"\u2002{title}" if down else title] * len(places),
                    textposition="middle right" if down else "top center",
                    textfont={"size": 12},
                    marker={"symbol": symbol, "size": 13, "color": tone, "line": {"width": 2, "color": tone}},
                    showlegend=False,
                    hoverinfo="skip",
                    cliponaxis=False,
                )
            )
    if down:
        label_rows(figure, [Label(snapshot, "canvas_factor", factor) for factor in factors], language, 26)
        figure.update_xaxes(range=[-0.3, 11.6], tickvals=list(range(0, 11, 2)))
        # What is planned is written beside the plot: room that counts in pixels, since a phone has few to the unit.
        written = [str(trace.text[0]) for trace in figure.data if trace.text]
        figure.layout.margin.r = 8 + max((text_size(text)[0] for text in written), default=0)
    else:
        width = max(9, 96 // len(factors))
        figure.update_xaxes(
            tickvals=list(range(len(factors))),
            ticktext=[wrapped(Label(snapshot, "canvas_factor", factor), language, width, 3) for factor in factors],
            range=[-0.4, len(factors) - 0.6],
            showgrid=False,
        )
        figure.update_yaxes(range=[-0.3, 12.6], tickvals=list(range(0, 11, 2)))
    figure.update_layout(showlegend=True)
    return figure
