"""Step 2: importance against performance, in four quadrants, with rivals beside us."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil
from typing import TYPE_CHECKING

import pandas as pd

from strategy.analysis import importance_performance as ipa
from strategy.errors import NoData
from strategy.exhibits.chart_text import plain, wrapped
from strategy.exhibits.drawing import MOST_IN_LEGEND, canvas, quarter
from strategy.exhibits.label_leaders import SIZE, Name, write
from strategy.exhibits.labels import Short
from strategy.exhibits.model import Context, Exhibit, Setting, exhibit
from strategy.exhibits.need_answers import answered, asked_frame, derived_needs
from strategy.exhibits.need_scores import colours_note, evidence_note, needs_or_refuse, rival_scores
from strategy.exhibits.palette import segment_colors, tint
from strategy.exhibits.quadrant_words import crossed_at, how_derived, on_rivals, title_of
from strategy.exhibits.ranges import key_figures
from strategy.exhibits.rivals import Brand, look
from strategy.exhibits.scope import SEGMENT
from strategy.language import Language, Speaks, msg
from strategy.workbook import Snapshot

if TYPE_CHECKING:
    import plotly.graph_objects as go

CROSSHAIR = Setting(
    "crosshair",
    msg("Lines at"),
    "mean",
    choices=(("mean", msg("the means of the needs")), ("midpoint", msg("the middle of the scale"))),
)
IMPORTANCE = Setting(
    "importance",
    msg("Importance"),
    "stated",
    choices=(
        ("stated", msg("as the team scored it")),
        ("asked", msg("as customers scored it")),
        ("derived", msg("derived from customers' satisfaction")),
    ),
)

QUADRANTS = {
    "concentrate": msg("concentrate here"),
    "keep_up": msg("keep it up"),
    "low_priority": msg("low priority"),
    "overkill": msg("more than is needed"),
}
AXIS = {
    "stated": msg("Importance (1–9)"),
    "asked": msg("Importance, customers' mean (1–9)"),
    "derived": msg("Derived importance (correlation, −1 to 1)"),
}

#: More names than this hide one another; the rest is named on hover and in the table.
_MOST_NAMED = 6
#: The middle of the scale is always on the chart.
_MIDDLE = 5.0


def _scored(context: Context) -> tuple[pd.DataFrame, list[Speaks]]:
    """The needs with the importance and performance the setting asks for, and where these come from."""
    kind = context.settings["importance"]
    if kind == "stated":
        return needs_or_refuse(context), [
            msg("Scores are the team's judgement of the customers' view; a hollow mark rests on assumption alone.")
        ]
    frame = needs_or_refuse(context, scored=False)
    asked = asked_frame(context.snapshot).set_index("need")
    frame["performance"] = [asked["performance"].get(need, float("nan")) for need in frame["need"]]
    said: list[Speaks] = []
    if kind == "asked":
        frame["importance"] = [asked["importance"].get(need, float("nan")) for need in frame["need"]]
        counts = [int(asked["respondents"].get(need, 0)) for need in frame["need"] if need in asked.index]
        if counts:
            low, high = min(counts), max(counts)
            said.append(
                msg("Means of what customers scored themselves, {low} to {high} answers a need.", low=low, high=high)
                if low < high
                else msg("Means of what customers scored themselves, {count:# answer|# answers} a need.", count=low)
            )
    else:
        derived = derived_needs(context.snapshot)
        frame["importance"] = [derived.importance.get(need, float("nan")) for need in frame["need"]]
        for segment in dict.fromkeys(frame["segment"]):
            found = derived.by_segment.get(segment)
            name = Short(context.snapshot, segment)
            if found is None:
                said.append(
                    msg("{segment}: too few complete questionnaires with overall satisfaction to derive importance.", segment=name)
                )
            else:
                said.append(how_derived(name, found))
    whole = frame.dropna(subset=["importance", "performance"]).reset_index(drop=True)
    people = answered(context.snapshot)
    if whole.empty and people.given:
        raise NoData(
            msg("Customers' answers are too few or too thin for this importance: {complete:0=none|#} of {given} respondents left nothing out",
                complete=people.complete, given=people.given),
            None,
            msg("Derived importance needs performance on every need and overall satisfaction from at least 8 respondents. Until then take "
                "the importance the team or customers scored."),
        )  # fmt: skip
    if people.complete < people.given:
        said.append(
            msg("Questionnaires with gaps: {gaps} of {given}. They count where they are filled in.",
                gaps=people.given - people.complete, given=people.given)
        )  # fmt: skip
    if whole.empty:
        raise NoData(
            msg("Customers have not scored the needs yet"),
            None,
            msg(
                "Bring in their scores under “Customers' scores of needs”; for derived importance with overall satisfaction, from at least 8."
            ),
        )
    if len(whole) < len(frame):
        said.append(
            msg("Without customers' scores and therefore not drawn: {count:# need|# needs}.", count=len(frame) - len(whole))
        )
    # What follows from the scores the team wrote down does not hold for these.
    whole[["gap", "opportunity"]] = float("nan")
    if kind == "asked":
        whole["gap"] = whole["importance"] - whole["performance"]
        whole["opportunity"] = [ipa.opportunity(row.importance, row.performance) for row in whole.itertuples()]
    whole["assumed"] = False
    return whole, said


@exhibit("importance_performance", msg("Importance and performance"), settings=(CROSSHAIR, IMPORTANCE, SEGMENT))
def importance_performance(context: Context) -> Exhibit:
    snapshot = context.snapshot
    kind = context.settings["importance"]
    frame, origin = _scored(context)
    # The middle of the scale means nothing for a correlation.
    lines: ipa.Crosshair = "mean" if kind == "derived" else context.settings["crosshair"]
    cross = ipa.crosshair(list(frame["importance"]), list(frame["performance"]), lines)
    frame["quadrant"] = [ipa.quadrant(row.importance, row.performance, cross) for row in frame.itertuples()]
    frame["quadrant_name"] = pd.Series([QUADRANTS[name] for name in frame["quadrant"]], dtype=object)
    rivals = rival_scores(snapshot, frame)
    best = rivals.sort_values("performance", ascending=False, kind="stable").drop_duplicates("need").set_index("need")
    frame["best_rival"] = pd.Series(
        [Brand(snapshot, best.at[n, "rival"]) if n in best.index else "" for n in frame["need"]], dtype=object
    )
    frame["best_rival_performance"] = frame["need"].map(best["performance"]).astype(float)
    crossed = crossed_at(frame, cross, lines) if kind != "derived" else crossed_at(frame, cross, lines)[:1]
    reading: list[Speaks] = [
        msg("Up: matters more to customers. Right: we meet it better. Top left is where to work first."),
        *origin,
        *colours_note(frame),
        *crossed,
        *on_rivals(snapshot, frame, rivals),
        *evidence_note(frame),
    ]

    def draw(language: Language) -> go.Figure:
        return _draw_quadrants(snapshot, frame, rivals, cross, kind, language)

    return Exhibit(
        title=title_of(frame, kind),
        reading=tuple(reading),
        frame=frame,
        columns={
            "name": msg("Need"),
            "segment_name": msg("Segment"),
            "importance": AXIS[kind],
            "performance": msg("Performance (1–9)"),
            **({} if kind == "derived" else {"gap": msg("Gap (points)")}),
            "quadrant_name": msg("Quadrant"),
            "best_rival": msg("Best rival"),
            "best_rival_performance": msg("Its performance (1–9)"),
            "evidence": msg("Evidence from"),
        },
        figures=key_figures(frame, "need", ("importance", "performance")),
        draw=draw,
        alt=msg("Scatter of needs by performance and importance, in four quadrants"),
        height=480,
    )


def _draw_quadrants(
    snapshot: Snapshot, frame: pd.DataFrame, rivals: pd.DataFrame, cross: tuple[float, float], kind: str, language: Language
) -> go.Figure:
    import plotly.graph_objects as go

    figure = canvas(480, msg("Performance today (1–9)").in_(language), AXIS[kind].in_(language))
    colors = segment_colors(snapshot)
    low, high = _y_range(frame, kind)
    first = frame.assign(work=(frame["quadrant"] == "concentrate") * 10 + frame["importance"] - frame["performance"])
    first = first.sort_values("work", ascending=False, kind="stable")
    named = list(first.head(_MOST_NAMED)["need"])
    drawn = rivals[rivals["need"].isin(named)]
    traces = _rivals(snapshot, frame, drawn, language)
    # Scores are whole numbers, so needs share places: marks of one place stand side by side.
    beside = frame.groupby(["performance", "importance"], sort=False)["need"].transform("size")
    place_in = frame.groupby(["performance", "importance"], sort=False).cumcount()
    across = dict(zip(frame["need"], frame["performance"] + 0.26 * (place_in - (beside - 1) / 2), strict=True))
    heights = dict(zip(frame["need"], frame["importance"], strict=True))
    traces += _unnamed(snapshot, frame[~frame["need"].isin(named)], across, colors, language)
    for row in frame[frame["need"].isin(named)].itertuples():
        color = colors[row.segment]
        traces.append(
            go.Scatter(
                x=[across[row.need]],
                y=[row.importance],
                mode="markers",
                cliponaxis=False,
                marker={
                    "size": 15,
                    "color": tint(color, 0.08) if row.assumed else color,
                    "line": {"width": 2.5, "color": color},
                    "symbol": "circle",
                },
                name=plain(snapshot.short(row.segment, language)),
                legendgroup=row.segment,
                showlegend=False,
                customdata=[[row.segment, wrapped(row.name, language, 40), row.performance, row.importance]],
                hovertemplate="%{customdata[1]}<br>%{customdata[2]:.3g} / %{customdata[3]:.3g}<extra>%{fullData.name}</extra>",
            )
        )
    keyed = 1 < frame["segment"].nunique() <= MOST_IN_LEGEND
    if keyed:
        for segment in dict.fromkeys(frame["segment"]):
            name, marker = plain(snapshot.short(segment, language)), {"color": colors[segment], "size": 12}
            traces.append(
                go.Scatter(x=[None], y=[None], mode="markers", marker=marker, showlegend=True, name=name, legendgroup=segment)
            )
    figure.add_traces(traces)
    figure.update_layout(showlegend=keyed or len(drawn) > 0)
    corners = {(0, 1): "concentrate", (1, 1): "keep_up", (0, 0): "low_priority", (1, 0): "overkill"}
    names = [
        Name(wrapped(row.name, language, 24, 2), across[row.need], row.importance, segment=row.segment,
             glyph="○" if row.assumed else "●")
        for row in first.itertuples() if row.need in named
    ]  # fmt: skip
    free = [(row.performance, heights[row.need]) for row in drawn.itertuples()]
    free += [(across[need], heights[need]) for need in first["need"] if need not in named]
    # The names of the quadrants stand in the corners.
    free += [(x, y) for x in (0.4, 1.0, 9.0, 9.6) for y in (low + 0.2 * (high - low) / 10, high - 0.2 * (high - low) / 10)]
    cut = [(0.0, cross[0], 10.0, cross[0]), (cross[1], low, cross[1], high)]
    listed = len({trace.legendgroup or trace.name for trace in traces if trace.showlegend}) if figure.layout.showlegend else 0
    write(figure, names, (0, 10), (low, high), cut, others=free, size=(SIZE[0] - 30, SIZE[1] - 30 * ceil(listed / 4)))
    titles = {place: QUADRANTS[quadrant].in_(language) for place, quadrant in corners.items()}
    quarter(figure, cross[1], cross[0], titles, figure.layout.annotations)
    figure.update_xaxes(range=[0, 10], tickvals=list(range(1, 10)))
    figure.update_yaxes(range=[low, high], **({"tickformat": ".2f"} if kind == "derived" else {"tickvals": list(range(1, 10))}))
    return figure


def _unnamed(
    snapshot: Snapshot, rest: pd.DataFrame, across: Mapping[str, float], colors: Mapping[str, str], language: Language
) -> list[go.Scatter]:
    """The needs without a name, one trace a segment: a trace a need would take most of the time a redraw may."""
    import plotly.graph_objects as go

    traces = []
    for segment, group in rest.groupby("segment", sort=False):
        color = colors[segment]
        traces.append(
            go.Scatter(
                x=[across[need] for need in group["need"]],
                y=list(group["importance"]),
                mode="markers",
                marker={
                    "size": 15,
                    "color": [tint(color, 0.08) if assumed else color for assumed in group["assumed"]],
                    "line": {"width": 2.5, "color": color},
                },
                name=plain(snapshot.short(segment, language)),
                legendgroup=segment,
                showlegend=False,
                customdata=[
                    [segment, wrapped(row.name, language, 40), row.performance, row.importance] for row in group.itertuples()
                ],
                hovertemplate="%{customdata[1]}<br>%{customdata[2]:.3g} / %{customdata[3]:.3g}<extra>%{fullData.name}</extra>",
            )
        )
    return traces


def _y_range(frame: pd.DataFrame, kind: str) -> tuple[float, float]:
    if kind != "derived":
        return max(0.0, min(float(frame["importance"].min()), _MIDDLE) - 2), 10.2
    low, high = float(frame["importance"].min()), float(frame["importance"].max())
    room = max(high - low, 0.2) * 0.2
    return low - room, high + room


def _rivals(snapshot: Snapshot, frame: pd.DataFrame, rivals: pd.DataFrame, language: Language) -> list[go.Scatter]:
    """Rivals' marks on the needs that are named; on all of sixty they would bury the needs themselves."""
    import plotly.graph_objects as go

    heights = frame.set_index("need")["importance"]
    traces = []
    for rival, group in rivals.groupby("rival", sort=False):
        style = look(snapshot, rival)
        traces.append(
            go.Scatter(
                x=group["performance"],
                y=group["need"].map(heights),
                mode="markers",
                marker={"symbol": style.symbol, "size": 9, "color": style.color},
                name=plain(Brand(snapshot, rival).in_(language)),
                hovertemplate="%{x:.3g}<extra>%{fullData.name}</extra>",
                showlegend=True,
            )
        )
    return traces
