"""Step 1: how the segments rank, and what their place on the matrix advises."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from strategy.analysis import ge_matrix as ge
from strategy.errors import NoData, StrategyError
from strategy.exhibits import portfolio, segment_tests  # noqa: F401  (register their exhibits)
from strategy.exhibits.captions import differ_alike, greatest, in_title
from strategy.exhibits.cell_advice import CELLS
from strategy.exhibits.chart_text import plain, wrapped
from strategy.exhibits.drawing import canvas
from strategy.exhibits.label_leaders import CROWDED, Name, named_note, write
from strategy.exhibits.labels import Joined, Number, Short
from strategy.exhibits.model import Context, Exhibit, exhibit
from strategy.exhibits.palette import segment_colors, tint
from strategy.exhibits.ranges import key_figures
from strategy.exhibits.robustness import robustness, table_of
from strategy.exhibits.scope import role_rank
from strategy.exhibits.weights import AXES, POINTS, WEIGHTS, choices, criterion_weights, name_of
from strategy.language import Language, Message, Speaks, msg
from strategy.thread.memory import per_snapshot
from strategy.workbook import Snapshot

if TYPE_CHECKING:
    import plotly.graph_objects as go

HEIGHT = 480
_RANGE = (0.8, 9.2)
#: A phone's share for names beside what is written in the nine cells.
_ROOM = 0.02


def matrix_frame(snapshot: Snapshot, which: str = POINTS) -> pd.DataFrame:
    """One row per segment scored on both axes: mean and range on each, planned position, revenue, participants, cell and advice.

    ``which`` are the weights. Raises what :func:`criterion_weights` raises.
    """
    return per_snapshot(("matrix_frame", which), snapshot, lambda seen: _matrix_frame(seen, which))


def _spreads(snapshot: Snapshot, which: str) -> dict[str, pd.DataFrame]:
    table = table_of(snapshot)
    return {axis: ge.spread(ge.weighted_table(table, criterion_weights(snapshot, axis, which))).set_index("item") for axis in AXES}


def _matrix_frame(snapshot: Snapshot, which: str) -> pd.DataFrame:
    spreads = _spreads(snapshot, which)
    both = spreads["attractiveness"].merge(
        spreads["ability"], left_index=True, right_index=True, suffixes=("_attractiveness", "_ability")
    )
    rows = []
    placed = both.to_dict("index")
    for segment in snapshot.rows("segment"):
        at = placed.get(segment.id)
        if at is None:
            continue
        cell = ge.cell(at["mean_attractiveness"], at["mean_ability"])
        rows.append(
            {
                "segment": segment.id,
                "name": Short(snapshot, segment.id),
                "attractiveness": at["mean_attractiveness"],
                "attractiveness_low": at["low_attractiveness"],
                "attractiveness_high": at["high_attractiveness"],
                "ability": at["mean_ability"],
                "ability_low": at["low_ability"],
                "ability_high": at["high_ability"],
                "planned_attractiveness": segment["planned_attractiveness"],
                "planned_ability": segment["planned_ability"],
                "participants": int(max(at["participants_attractiveness"], at["participants_ability"])),
                "revenue": segment["revenue"],
                "zone": ge.advice(at["mean_attractiveness"], at["mean_ability"]),
                "cell": CELLS[cell][0],
                "advice": CELLS[cell][1],
            }
        )
    frame = pd.DataFrame(rows)
    if rows:
        numbers = ["planned_attractiveness", "planned_ability", "revenue"]
        frame[numbers] = frame[numbers].astype(float)
    return frame


def _empty(snapshot: Snapshot, which: str) -> NoData:
    """Why nothing stands on the matrix, and what to do."""
    spreads = _spreads(snapshot, which)
    scored = {axis: bool(len(frame)) for axis, frame in spreads.items()}
    if scored["attractiveness"] != scored["ability"]:
        missing = msg("Ability to serve") if scored["attractiveness"] else msg("Attractiveness")
        return NoData(
            msg("No segment has been scored on both axes yet"),
            None,
            msg("Missing are criteria or scores of: {axis}. The other axis is there.", axis=missing),
        )
    return NoData(
        msg("No segment has been scored on both axes yet"),
        None,
        msg("Name the criteria and their weights, then let everybody score."),
    )


def _moves(snapshot: Snapshot, which: str, frame: pd.DataFrame) -> list[Speaks]:
    """Which segments stand in another cell under the other weights at hand."""
    said: list[Speaks] = []
    here = {row.segment: ge.cell(row.attractiveness, row.ability) for row in frame.itertuples()}
    table = table_of(snapshot)
    for other in choices(snapshot):
        if other == which:
            continue
        try:
            up, right = (ge.means(table, criterion_weights(snapshot, axis, other)) for axis in AXES)
        except StrategyError:
            continue
        both = [segment for segment in here if segment in up and segment in right]
        moved = [Short(snapshot, segment) for segment in both if ge.cell(up[segment], right[segment]) != here[segment]]
        words = {"weights": name_of(snapshot, other)}
        said.append(
            msg("With the weights “{weights}” another cell: {names}.", names=Joined(moved), **words)
            if moved
            else msg("With the weights “{weights}” every segment stays in its cell.", **words)
        )
    return said


def _reading(snapshot: Snapshot, which: str, frame: pd.DataFrame) -> list[Speaks]:
    people = int(frame["participants"].max())
    said: list[Speaks] = [
        msg("Bubble size: revenue. Bars: lowest to highest of {count} participants' weighted scores.", count=people)
        if people > 1
        else msg("Bubble size: revenue.")
    ]
    if frame[["planned_attractiveness", "planned_ability"]].notna().any().any():
        said.append(msg("Arrows: to the position planned for the end of the period."))
    width = (frame["attractiveness_high"] - frame["attractiveness_low"]).fillna(0)
    split = greatest(width)
    widest = frame.loc[split[0]]
    if people < 2:
        said.append(msg("One participant so far; the picture gains when everybody scores."))
    elif _level(frame):
        said.append(
            msg("All segments have the same scores. Ask for the reasons behind them, or for criteria that tell segments apart.")
        )
    elif width.max() >= 1 and len(split) > 1:
        said.append(differ_alike(list(frame.loc[split, "name"]), float(width.max())))
    elif width.max() >= 1:
        said.append(
            msg(
                "Opinions differ most on {name}: {low} to {high}.",
                name=widest["name"],
                low=Number(widest["attractiveness_low"], 1),
                high=Number(widest["attractiveness_high"], 1),
            )
        )
    else:
        said.append(msg("The room agrees within one point everywhere."))
    holes, all_cells = _holes(snapshot)
    if holes:
        said.append(
            msg(
                "Scores still missing: {holes} of {total}. Every mean is over what was scored, so compare with care.",
                holes=holes,
                total=all_cells,
            )
        )
    missing = [Short(snapshot, row.id) for row in snapshot.rows("segment") if row.id not in set(frame["segment"])]
    if missing:
        said.append(msg("Not on the matrix, because not scored on both axes: {names}.", names=Joined(missing)))
    return [*said, *named_note(len(frame)), *_moves(snapshot, which, frame), *robustness(snapshot, which)]


def _level(frame: pd.DataFrame) -> bool:
    """Whether there are several segments, and nothing tells them apart."""
    return len(frame) > 1 and all(frame[axis].max() - frame[axis].min() < 1e-9 for axis in ("attractiveness", "ability"))


def _holes(snapshot: Snapshot) -> tuple[int, int]:
    """Cells without a score, and all cells: every segment somebody scored, every criterion in use, everybody who scores."""
    rows = [row for row in snapshot.rows("segment_evaluation") if row["segment"] and row["criterion"] and row["score"] is not None]
    given = {(row["segment"], row["criterion"], row["participant"] or row.author) for row in rows}
    sides = [{cell[at] for cell in given} for at in range(3)]
    whole = len(sides[0]) * len(sides[1]) * len(sides[2])
    return whole - len(given), whole


def _title(snapshot: Snapshot, frame: pd.DataFrame) -> Message:
    if _level(frame):
        return msg("Nothing tells the segments apart: all {count} stand at one place", count=len(frame))
    invest = [Short(snapshot, row.segment) for row in frame.itertuples() if row.zone == "invest"]
    if invest:
        return msg("Attractive and within our reach: {names}", names=in_title(invest))
    closest = frame.loc[greatest(frame["attractiveness"] + frame["ability"])]
    names = [Short(snapshot, segment) for segment in closest["segment"]]
    if len(names) > 1:
        return msg("No segment is both attractive and within our reach; {names} come equally close", names=in_title(names))
    return msg("No segment is both attractive and within our reach; {name} comes closest", name=names[0])


@exhibit("ge_matrix", msg("GE matrix"), settings=(WEIGHTS,))
def ge_matrix(context: Context) -> Exhibit:
    snapshot, which = context.snapshot, context.settings["weights"]
    frame = matrix_frame(snapshot, which)
    if frame.empty:
        raise _empty(snapshot, which)
    return Exhibit(
        title=_title(snapshot, frame),
        reading=tuple(_reading(snapshot, which, frame)),
        frame=frame,
        columns={
            "name": msg("Segment"),
            "attractiveness": msg("Attractiveness"),
            "attractiveness_low": msg("Attractiveness, lowest"),
            "attractiveness_high": msg("Attractiveness, highest"),
            "ability": msg("Ability to serve"),
            "ability_low": msg("Ability, lowest"),
            "ability_high": msg("Ability, highest"),
            "participants": msg("Participants"),
            "revenue": msg("Revenue"),
            "cell": msg("Cell"),
            "advice": msg("Advice of the cell"),
            "planned_attractiveness": msg("Attractiveness, planned"),
            "planned_ability": msg("Ability to serve, planned"),
        },
        figures=key_figures(frame, "segment", ("attractiveness", "ability")),
        draw=lambda language: _draw(snapshot, frame, language),
        alt=msg("Matrix of segments by attractiveness and ability to serve, bubbles sized by revenue"),
        height=HEIGHT,
    )


def _cells(language: Language) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The nine cells as shapes, tinted by what they advise, and their names in a corner as annotations."""
    shapes: list[dict[str, Any]] = []
    names: list[dict[str, Any]] = []
    tints = {"invest": "#009E73", "select": "#56B4E9", "harvest": "#8C8C8C"}
    thirds: tuple[tuple[ge.Third, float, float], ...] = (("low", 1.0, ge.LOW), ("medium", ge.LOW, ge.HIGH), ("high", ge.HIGH, 9.0))
    for up, bottom, top in thirds:
        for right, left, end in thirds:
            zone = ge.advice((bottom + top) / 2, (left + end) / 2)
            shapes.append({
                "type": "rect", "x0": left, "x1": end, "y0": bottom, "y1": top, "fillcolor": tint(tints[zone], 0.1),
                "layer": "below", "line": {"color": "rgba(128,128,128,0.25)", "width": 1},
            })  # fmt: skip
            names.append({
                "x": left, "y": bottom, "text": wrapped(CELLS[up, right][0], language, 12, 2), "align": "left",
                "showarrow": False, "xanchor": "left", "yanchor": "bottom", "xshift": 3, "yshift": 1, "font": {"size": 12}, "opacity": 0.68,
            })  # fmt: skip
    return shapes, names


def _draw(snapshot: Snapshot, frame: pd.DataFrame, language: Language) -> go.Figure:
    import plotly.graph_objects as go

    figure = canvas(HEIGHT, msg("Ability to serve (1–9)").in_(language), msg("Attractiveness (1–9)").in_(language))
    shapes, cells = _cells(language)
    sizes = frame["revenue"]
    largest = sizes.max() if sizes.notna().any() and sizes.max() > 0 else None
    colors = segment_colors(snapshot)
    shares = [value / largest if largest and value > 0 else 0.25 for value in sizes.fillna(0.0)]
    # Many bubbles leave less room for each.
    widest = 42 if len(frame) <= 8 else 26
    bubbles = [14 + widest * share**0.5 for share in shares]
    traces, arrows = [], []
    for row, size in zip(frame.itertuples(), bubbles, strict=True):
        color = colors[row.segment]
        arrows += _arrow(row, color)
        thin = {
            "type": "data",
            "symmetric": False,
            # Of a crowd the lines of opinion are faint: they would be all one sees.
            "color": tint(color, 0.55 if len(frame) <= CROWDED else 0.2),
            "thickness": 1.5 if len(frame) <= CROWDED else 1,
            "width": 3 if len(frame) <= 8 else 0,
        }
        traces.append(
            go.Scatter(
                x=[row.ability],
                y=[row.attractiveness],
                mode="markers",
                text=[plain(row.name.in_(language))],
                cliponaxis=False,
                customdata=[row.segment],
                marker={"size": size, "color": color, "opacity": 0.88, "line": {"width": 1, "color": "white"}},
                error_y={
                    **thin,
                    "array": [row.attractiveness_high - row.attractiveness],
                    "arrayminus": [row.attractiveness - row.attractiveness_low],
                },
                error_x={**thin, "array": [row.ability_high - row.ability], "arrayminus": [row.ability - row.ability_low]},
                hovertemplate="%{text}<br>%{x:.1f} / %{y:.1f}<extra></extra>",
            )
        )
    # All at once: each single addition makes Plotly look at everything again.
    figure.add_traces(traces)
    _names(figure, frame, bubbles, {row.id: role_rank(row) for row in snapshot.rows("segment")}, language)
    figure.layout.shapes = shapes
    figure.layout.annotations = [*figure.layout.annotations, *arrows, *cells]
    figure.update_xaxes(range=list(_RANGE), dtick=2, tick0=1, showgrid=False)
    figure.update_yaxes(range=list(_RANGE), dtick=2, tick0=1, showgrid=False)
    return figure


def _names(figure: go.Figure, frame: pd.DataFrame, bubbles: Sequence[float], ranks: Mapping[str, int], language: Language) -> None:
    """The names of the segments, targets first and then the largest bubble's, off the lines of opinion and the arrows where there is room."""
    names, lines = [], []
    by_weight = sorted(zip(frame.itertuples(), bubbles, strict=True), key=lambda pair: (ranks.get(pair[0].segment, 2), -pair[1]))
    for row, size in by_weight:
        names.append(Name(wrapped(row.name, language, 24, 2), row.ability, row.attractiveness, size / 2, segment=row.segment))
        lines += [
            (row.ability_low, row.attractiveness, row.ability_high, row.attractiveness),
            (row.ability, row.attractiveness_low, row.ability, row.attractiveness_high),
            (row.ability, row.attractiveness, *_planned(row)),
        ]
    # What is written in the lower left corner of each cell.
    corners = [(x + shift, y + 0.18) for x in (1.0, ge.LOW, ge.HIGH) for y in (1.0, ge.LOW, ge.HIGH) for shift in (0.25, 0.7, 1.15)]
    write(figure, names, _RANGE, _RANGE, lines, others=corners, room=_ROOM)


def _planned(row: Any) -> tuple[float, float]:
    """Where the segment shall stand, as far as it is planned."""
    x = row.ability if pd.isna(row.planned_ability) else row.planned_ability
    return x, row.attractiveness if pd.isna(row.planned_attractiveness) else row.planned_attractiveness


def _arrow(row: Any, color: str) -> list[dict[str, Any]]:
    """From where the segment stands to where it should; nothing when no position is planned or it is the same."""
    x, y = _planned(row)
    if abs(x - row.ability) + abs(y - row.attractiveness) < 0.05:
        return []
    here = {"x": x, "y": y, "ax": row.ability, "ay": row.attractiveness, "xref": "x", "yref": "y", "axref": "x", "ayref": "y"}
    look = {"showarrow": True, "arrowhead": 2, "arrowsize": 1.2, "arrowwidth": 2.5, "arrowcolor": color}
    return [{**here, **look, "text": "", "name": row.segment}]
