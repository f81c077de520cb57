"""Step 4: whether every target segment has all four elements of the mix."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from strategy.errors import NoData
from strategy.exhibits.captions import InSentence
from strategy.exhibits.chart_text import height_for
from strategy.exhibits.drawing import canvas
from strategy.exhibits.fields import fields, steps
from strategy.exhibits.labels import ChoiceTitle, Short
from strategy.exhibits.model import Context, Exhibit, exhibit
from strategy.exhibits.palette import CAUTION, GOOD, NEUTRAL, pale
from strategy.exhibits.row_labels import label_rows
from strategy.language import Language, Message, Speaks, msg
from strategy.workbook import Row, Snapshot

if TYPE_CHECKING:
    import plotly.graph_objects as go

ELEMENTS = ("product", "price", "channel", "promotion")
STATES = {"filled": msg("filled"), "partly": msg("partly"), "hole": msg("hole")}

#: What a team writes when one mix serves the whole segment.
_COMMON = {"", "all", "全部"}


def _variant(row: Row) -> str:
    text = str(row.get("variant", "")).strip()
    return "" if text.casefold() in _COMMON else text


def _state(rows: list[Row]) -> str:
    if not rows:
        return "hole"
    return "filled" if any(row["offer"] and row["customer_side"] and row["answers"] for row in rows) else "partly"


def coverage_frame(snapshot: Snapshot) -> pd.DataFrame:
    """One row per target segment, variant and element: filled, partly or hole, and whether it comes from the common mix.

    Filled: what we do, the customer's side and the need it answers are all there. A variant takes what it does not say itself from
    the segment's common mix. While no target is chosen, all segments count.
    """
    records = []
    for segment in snapshot.targets or snapshot.segments():
        rows = [row for row in snapshot.rows("mix") if row["segment"] == segment.id and row["element"]]
        common = [row for row in rows if not _variant(row)]
        variants = list(dict.fromkeys(_variant(row) for row in rows if _variant(row)))
        for variant in ([""] if common or not variants else []) + variants:
            for element in ELEMENTS:
                own = [row for row in rows if _variant(row) == variant and row["element"] == element]
                shared = [row for row in common if row["element"] == element] if variant and not own else []
                records.append(
                    {
                        "segment": segment.id,
                        "segment_name": Short(snapshot, segment.id),
                        "variant": variant,
                        "element": element,
                        "element_name": ChoiceTitle(snapshot, "mix", "element", element),
                        "state": _state(own or shared),
                        "state_name": STATES[_state(own or shared)],
                        "from_common": bool(shared),
                    }
                )
    return pd.DataFrame(records)


def _where(row: pd.Series) -> Speaks:
    if row["variant"]:
        return msg("{segment} · {variant}", segment=row["segment_name"], variant=row["variant"])
    name: Speaks = row["segment_name"]
    return name


def _title(frame: pd.DataFrame, chosen: bool) -> Message:
    """``chosen``: the segments are targets, and not all there are for want of any."""
    holes = frame[frame["state"] == "hole"]
    partly = frame[frame["state"] == "partly"]
    if len(holes):
        said = {"name": _where(holes.iloc[0]), "element": InSentence(holes["element_name"].iloc[0])}
        if len(holes) == 1:
            return msg("One hole in the mix: {name} has no {element}", **said)
        return msg("{count:# hole|# holes} in the mix, the first: {name} has no {element}", count=len(holes), **said)
    if len(partly):
        return msg(
            "No holes, but {count} of {total} cells {count:is|are} filled only partly, the first: {name}, {element}",
            count=len(partly),
            total=len(frame),
            name=_where(partly.iloc[0]),
            element=InSentence(partly["element_name"].iloc[0]),
        )
    if frame["segment"].nunique() == 1:
        return msg("{name} has product, price, channel and promotion", name=frame["segment_name"].iloc[0])
    if not chosen:
        return msg("All {count:# segment has|# segments have} product, price, channel and promotion; no target is chosen yet",
                   count=frame["segment"].nunique())  # fmt: skip
    return msg(
        "All {count:# target segment has|# target segments have} product, price, channel and promotion",
        count=frame["segment"].nunique(),
    )


@exhibit("coverage", msg("Coverage of the mix"))
def coverage(context: Context) -> Exhibit:
    snapshot = context.snapshot
    frame = coverage_frame(snapshot)
    if frame.empty or not snapshot.rows("mix"):
        raise NoData(
            msg("There is no marketing mix yet"),
            None,
            msg("Choose target segments, then write product, price, channel and promotion for each."),
        )
    lines = frame.drop_duplicates(["segment", "variant"])
    height = height_for(len(lines), 54)
    reading: list[Speaks] = [
        msg("Filled: what we do, the customer's side and the need it answers. Partly: one of them is missing. Hole: nothing.")
    ]
    if frame["from_common"].any():
        reading.append(msg("An asterisk: the variant takes this element from the segment's common mix."))

    def draw(language: Language) -> go.Figure:
        figure = canvas(height)
        level = {"hole": 0, "partly": 1, "filled": 2}
        place = {key: number for number, key in enumerate(zip(lines["segment"], lines["variant"], strict=True))}
        grid = [[0] * len(ELEMENTS) for _ in place]
        texts = [[""] * len(ELEMENTS) for _ in place]
        for row in frame.itertuples():
            at, across = place[row.segment, row.variant], ELEMENTS.index(row.element)
            grid[at][across] = level[row.state]
            mark = {"filled": "●", "partly": "◐", "hole": "○"}[row.state]
            texts[at][across] = f"{mark} {row.state_name.in_(language)}{'*' if row.from_common else ''}"
        shades = steps([pale(NEUTRAL, 0.2), pale(CAUTION, 0.5), pale(GOOD, 0.45)])
        fields(figure, grid, texts, shades, (-0.5, 2.5), xgap=4, ygap=4, hoverinfo="skip")
        titles = [ChoiceTitle(snapshot, "mix", "element", element).in_(language) for element in ELEMENTS]
        figure.update_xaxes(tickvals=list(range(len(ELEMENTS))), ticktext=titles, side="top")
        label_rows(figure, [_where(row) for _, row in lines.iterrows()], language)
        return figure

    return Exhibit(
        title=_title(frame, bool(snapshot.targets)),
        reading=tuple(reading),
        frame=frame,
        columns={
            "segment_name": msg("Segment"),
            "variant": msg("Variant"),
            "element_name": msg("Element"),
            "state_name": msg("State"),
        },
        figures={state: float((frame["state"] == state).sum()) for state in STATES},
        draw=draw,
        alt=msg("Matrix of target segments and the four elements of the mix: filled, partly, hole"),
        height=height,
    )
