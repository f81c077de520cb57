"""Step 3: which brands customers see as alike, what sets them apart, and where each segment would like a brand to stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from strategy.exhibits.brand_map import CA, MDS, PCA, BrandMap, IdealOnMap, brand_map, moved_text
from strategy.exhibits.chart_text import wrapped
from strategy.exhibits.drawing import GRID, canvas
from strategy.exhibits.label_leaders import SIZE, Name, write
from strategy.exhibits.labels import Joined, Number, Share, Short
from strategy.exhibits.model import Context, Exhibit, Setting, exhibit
from strategy.exhibits.palette import ACCENT, NEUTRAL, segment_colors, tint
from strategy.exhibits.rivals import OURS, Brand, look
from strategy.exhibits.scope import SEGMENT
from strategy.language import Language, Message, Speaks, msg
from strategy.workbook import Snapshot

if TYPE_CHECKING:
    import plotly.graph_objects as go

METHOD = Setting(
    "method",
    msg("Map from"),
    "auto",
    choices=(
        ("auto", msg("What there is")),
        (PCA, msg("Ratings (principal components)")),
        (CA, msg("Counts (correspondence analysis)")),
        (MDS, msg("Differences (classical scaling)")),
    ),
)

#: Below this share of its spread a point is drawn faint: where it stands on the plane says little about it.
_WELL_SHOWN = 0.5
#: Below this share the plane as a whole leaves out too much to decide by.
_ENOUGH = 0.6
HEIGHT = 480


def _worst_served(made: BrandMap) -> IdealOnMap:
    """The segment to speak of: the one where a rival is farthest ahead of us in nearness to the ideal."""
    return max(made.ideals, key=lambda ideal: ideal.gaps.get(OURS, 0.0) - min(ideal.gaps.values()))


def _title(snapshot: Snapshot, made: BrandMap) -> Message:
    brands = made.table.brands
    if OURS not in brands:
        return msg("Only rivals stand on the map; our own answers are still missing")
    if made.ideals:
        ideal = _worst_served(made)
        nearest = min(ideal.gaps, key=lambda brand: ideal.gaps[brand])
        segment = Short(snapshot, ideal.segment)
        if ideal.gaps[OURS] <= ideal.gaps[nearest] + 1e-9:
            everybody = Joined([Short(snapshot, one.segment) for one in made.ideals][:4])
            return msg("{segment}: nobody stands nearer to the ideal than we do", segment=everybody)
        return msg(
            "{segment}: {rival} nearer to the ideal than we are ({theirs:# point|# points} away, we {ours})",
            segment=segment,
            rival=Brand(snapshot, nearest),
            theirs=Number(ideal.gaps[nearest], 1),
            ours=Number(ideal.gaps[OURS], 1),
        )
    at = brands.index(OURS)
    apart = made.distances[at].copy()
    apart[at] = np.inf
    nearest = brands[int(apart.argmin())]
    others = [made.distances[i, j] for i in range(len(brands)) for j in range(i) if brands[i] != OURS != brands[j]]
    if others and apart.min() > max(others):
        return msg("We stand apart: no rival is seen as close to us as the rivals are to one another")
    return msg("Most like us in customers' eyes: {rival}", rival=Brand(snapshot, nearest))


def _reading(context: Context, made: BrandMap) -> list[Speaks]:
    snapshot, shares = context.snapshot, made.shares
    shown = Share(min(1.0, sum(shares)))
    first = {
        PCA: msg(
            "From mean ratings (principal components): brands close together are rated alike, an arrow points to where an attribute is rated high. "
            "The plane shows {share} of all differences.",
            share=shown,
        ),
        CA: msg(
            "From counts (correspondence analysis): brands close together are named for the same things. A brand lies in the direction of the "
            "attributes it is named for more than chance would have it; the distance between the two means nothing. The plane shows {share}.",
            share=shown,
        ),
        MDS: msg(
            "From judged differences (classical scaling): brands close together are seen as alike. The plane shows {share}.",
            share=shown,
        ),
    }[made.method]
    reading: list[Speaks] = [first]
    if made.ideals:
        ideal = _worst_served(made)
        order = sorted(ideal.gaps, key=lambda brand: ideal.gaps[brand])
        reading.append(
            msg(
                "Stars: ideal points. Measured on all attributes, nearest to what {segment} would like stands {first}, then {second}.",
                segment=Short(snapshot, ideal.segment),
                first=Brand(snapshot, order[0]),
                second=Brand(snapshot, order[1]),
            )
        )
    moved = moved_text(context, made)
    if moved:
        reading.append(moved)
    faint = [Brand(snapshot, b) for b, q in zip(made.table.brands, made.quality, strict=True) if q < _WELL_SHOWN]
    faint += [Short(snapshot, ideal.segment) for ideal in made.ideals if ideal.quality < _WELL_SHOWN]  # type: ignore[misc]
    if faint:
        reading.append(
            msg("Faint, because the plane shows less than half of what is special about them: {names}.", names=Joined(faint))
        )
    if sum(shares) < _ENOUGH:
        reading.append(msg("Do not decide by this plane alone: too much lies outside it. Read the brand profile beside it."))
    if made.negative_share > 0.1:
        reading.append(
            msg(
                "The judged differences contradict one another in part: {share} of them fit no map at all.",
                share=Share(made.negative_share),
            )
        )
    if made.method == MDS and not len(made.vectors):
        reading.append(msg("Attributes and ideal points can be added once four or more of these brands are rated as well."))
    if made.table.people == 1:
        reading.append(msg("This is the view of a single person."))
    if made.table.judged:
        reading.append(msg("The counts are judgement; nobody has been asked yet."))
    reading += _gaps(snapshot, made)
    return reading


def _gaps(snapshot: Snapshot, made: BrandMap) -> list[Speaks]:
    """What could not be placed, and why."""
    found: list[Speaks] = []
    if made.table.dropped_brands:
        names = Joined([Brand(snapshot, brand) for brand in made.table.dropped_brands])
        found.append(msg("Left out, because answers are missing: {names}.", names=names))
    if made.table.dropped_attributes:
        found.append(
            msg("Left out, because not every brand has an answer: {names}.", names=", ".join(made.table.dropped_attributes[:8]))
        )
    if made.unplaced:
        names = Joined([Short(snapshot, segment) for segment in made.unplaced])
        found.append(msg("Too few ideal levels to place: {names}.", names=names))
    return found


def _frame(snapshot: Snapshot, made: BrandMap, scale: float) -> pd.DataFrame:
    """kind, id, name, segment, x, y, quality (0 to 1), gap (points of the scale, ours to that ideal, or ours to that brand)."""
    rows: list[dict[str, object]] = []
    ours = made.table.brands.index(OURS) if OURS in made.table.brands else None
    for at, brand in enumerate(made.table.brands):
        rows.append(
            {
                "kind": "brand", "kind_name": msg("Brand"), "id": brand, "name": Brand(snapshot, brand), "segment": "",
                "x": made.points[at, 0], "y": made.points[at, 1], "quality": made.quality[at],
                "from_us": np.nan if ours is None or ours == at else made.distances[ours, at],
            }
        )  # fmt: skip
    for at, attribute in enumerate(made.attributes):
        rows.append(
            {
                "kind": "attribute", "kind_name": msg("Attribute"), "id": attribute, "name": attribute, "segment": "",
                "x": made.vectors[at, 0] * scale, "y": made.vectors[at, 1] * scale, "quality": made.vector_quality[at], "from_us": np.nan,
            }
        )  # fmt: skip
    for ideal in made.ideals:
        rows.append(
            {
                "kind": "ideal", "kind_name": msg("Ideal point"), "id": ideal.segment, "name": Short(snapshot, ideal.segment),
                "segment": ideal.segment, "x": ideal.x, "y": ideal.y, "quality": ideal.quality, "from_us": ideal.gaps.get(OURS, np.nan),
            }
        )  # fmt: skip
    for moved in made.moved:
        rows.append(
            {
                "kind": "earlier", "kind_name": msg("Cycle before"), "id": moved.brand, "name": Brand(snapshot, moved.brand),
                "segment": "", "x": moved.x, "y": moved.y, "quality": np.nan, "from_us": np.nan,
            }
        )  # fmt: skip
    return pd.DataFrame(rows)


def _vector_scale(made: BrandMap) -> float:
    """Arrows of attributes are lengthened together to reach as far as the brands; counts stand where they stand."""
    if made.method == CA or not len(made.vectors):
        return 1.0
    longest = float(np.sqrt((made.vectors**2).sum(axis=1)).max())
    radius = float(np.sqrt((made.points**2).sum(axis=1)).max())
    return 0.85 * radius / longest if longest > 0 else 1.0


@exhibit("perceptual_map", msg("Perceptual map"), settings=(METHOD, SEGMENT))
def perceptual_map(context: Context) -> Exhibit:
    snapshot = context.snapshot
    made = brand_map(context, str(context.settings.get("method") or "auto"))
    scale = _vector_scale(made)
    frame = _frame(snapshot, made, scale)
    figures = {"shown": min(1.0, sum(made.shares))}
    if OURS in made.table.brands:
        at = made.table.brands.index(OURS)
        figures |= {f"{b}.distance": float(made.distances[at, i]) for i, b in enumerate(made.table.brands) if i != at}
    figures |= {f"{i.segment}.{brand or 'ours'}.from_ideal": gap for i in made.ideals for brand, gap in i.gaps.items()}
    return Exhibit(
        title=_title(snapshot, made),
        reading=tuple(_reading(context, made)),
        frame=frame,
        columns={
            "kind_name": msg("What"),
            "name": msg("Name"),
            "x": msg("First axis"),
            "y": msg("Second axis"),
            "quality": msg("Shown on the plane (0–1)"),
            "from_us": msg("Distance from us, all axes"),
        },
        figures=figures,
        draw=lambda language: _draw(snapshot, made, frame, language),
        alt=msg("Map of brands as points, attributes as arrows from the centre, and ideal points of segments as stars"),
        height=HEIGHT,
    )


def _ranges(frame: pd.DataFrame) -> tuple[tuple[float, float], tuple[float, float]]:
    """Ranges of both axes, in the same units a pixel, with room for names. A distance must look the same in every direction."""
    x, y = frame["x"].to_numpy(dtype=float), frame["y"].to_numpy(dtype=float)
    x, y = np.append(x, 0.0), np.append(y, 0.0)
    unit = max(float(np.ptp(x)) / (SIZE[0] - 190), float(np.ptp(y)) / (SIZE[1] - 70), 1e-9)
    middle = ((x.max() + x.min()) / 2, (y.max() + y.min()) / 2)
    half = (SIZE[0] * unit / 2, SIZE[1] * unit / 2)
    return (middle[0] - half[0], middle[0] + half[0]), (middle[1] - half[1], middle[1] + half[1])


def _draw(snapshot: Snapshot, made: BrandMap, frame: pd.DataFrame, language: Language) -> go.Figure:

    titles = [
        msg("First axis ({share} of the differences)", share=Share(made.shares[0])).in_(language),
        msg("Second axis ({share})", share=Share(made.shares[1])).in_(language),
    ]
    figure = canvas(HEIGHT, *titles)
    colors = segment_colors(snapshot)
    x_range, y_range = _ranges(frame)
    names: list[Name] = []
    lines: list[tuple[float, float, float, float]] = []
    position = {brand: made.points[at] for at, brand in enumerate(made.table.brands)}
    for moved in made.moved:
        x, y = position[moved.brand]
        color = ACCENT if moved.brand == OURS else look(snapshot, moved.brand).color
        lines.append((moved.x, moved.y, x, y))
        figure.add_trace(_arrow(moved.x, moved.y, x, y, tint(color, 0.6), "dot"))
    for row in frame[frame["kind"] == "attribute"].itertuples():
        faint = row.quality < _WELL_SHOWN
        text = wrapped(row.name, language, 20, 2)
        color = tint(NEUTRAL, 0.4 if faint else 0.9)
        if made.method == CA:
            figure.add_trace(_mark([row.x], [row.y], "x-thin", 8, color, text, width=2))
        else:
            lines.append((0.0, 0.0, row.x, row.y))
            figure.add_trace(_arrow(0.0, 0.0, row.x, row.y, color))
        names.append(Name(f"<i>{text}</i>", row.x, row.y, 5, faint=faint, glyph="×" if made.method == CA else "→"))
    for row in frame[frame["kind"] == "ideal"].itertuples():
        faint = row.quality < _WELL_SHOWN
        text = wrapped(row.name, language, 18, 2)
        figure.add_trace(_mark([row.x], [row.y], "star", 17, tint(colors[row.segment], 0.4 if faint else 1), text, row.segment))
        names.insert(0, Name(text, row.x, row.y, 9, faint=faint, glyph="★"))
    for row in frame[frame["kind"] == "brand"].itertuples():
        faint, ours = row.quality < _WELL_SHOWN, row.id == OURS
        style = None if ours else look(snapshot, row.id)
        text = wrapped(row.name, language, 20, 2)
        color = tint(style.color if style else ACCENT, 0.4 if faint else 1)
        figure.add_trace(_mark([row.x], [row.y], style.symbol if style else "circle", 13 if style else 18, color, text))
        names.insert(0, Name(text, row.x, row.y, 7 if style else 9, bold=ours, faint=faint))
    figure.update_xaxes(range=x_range, showticklabels=False, zeroline=True, zerolinecolor=GRID, constrain="range")
    figure.update_yaxes(range=y_range, showticklabels=False, zeroline=True, zerolinecolor=GRID, scaleanchor="x", scaleratio=1)
    write(figure, names, x_range, y_range, lines, equal=True, crowd=False)  # an arrow without a name says nothing
    return figure


def _mark(
    x: list[float], y: list[float], symbol: str, size: int, color: str, text: str, segment: str = "", width: int = 1
) -> go.Scatter:
    import plotly.graph_objects as go

    return go.Scatter(
        x=x,
        y=y,
        mode="markers",
        marker={"symbol": symbol, "size": size, "color": color, "line": {"width": width, "color": color}},
        customdata=[[segment]],
        text=[text],
        hovertemplate="%{text}<extra></extra>",
        cliponaxis=False,
    )


def _arrow(x0: float, y0: float, x1: float, y1: float, color: str, dash: str = "solid") -> go.Scatter:
    import plotly.graph_objects as go

    return go.Scatter(
        x=[x0, x1],
        y=[y0, y1],
        mode="lines+markers",
        line={"color": color, "width": 1.5, "dash": dash},
        marker={"symbol": "arrow", "size": [0, 14], "angleref": "previous", "color": color},
        hoverinfo="skip",
        cliponaxis=False,
    )
