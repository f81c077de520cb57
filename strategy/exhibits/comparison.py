"""Step 1, from the customers' purchases: how two segmentations of the same customers cross, and how far they agree."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from strategy.analysis.partitions import adjusted_rand_of_table
from strategy.customers import BAND_NAMES, STAGE_NAMES, LifecycleRules, RiskThresholds
from strategy.customers.clusters import Model, clusters
from strategy.customers.finding import Partition, crossed, overlap, partition
from strategy.customers.value import DEFAULT_SHARES
from strategy.errors import InvalidValue, NoData
from strategy.exhibits.chart_text import wrapped
from strategy.exhibits.drawing import canvas
from strategy.exhibits.fields import fields
from strategy.exhibits.labels import Joined, Number, Share, Short
from strategy.exhibits.model import Context, Exhibit, Setting, exhibit
from strategy.exhibits.palette import SHADES
from strategy.exhibits.purchases import cuts_in_use, data_state
from strategy.exhibits.segment_kinds import KINDS, division
from strategy.language import Language, Message, Speaks, msg
from strategy.thread.memory import per_data, per_snapshot
from strategy.workbook import Row

if TYPE_CHECKING:
    import plotly.graph_objects as go

FIRST = Setting("first", msg("In the rows"), "rfm", choices=tuple(KINDS.items()))
SECOND = Setting("second", msg("In the columns"), "stage", choices=tuple(KINDS.items()))
#: Agreement above this says the two are nearly the same, below that nearly independent.
_ALIKE, _APART = 0.65, 0.2

_Parts = tuple[Partition, dict[str, Speaks]]


def _adopted(context: Context, by: str) -> list[Row]:
    return [row for row in context.snapshot.rows("segment") if row["rule"] and row["rule"].get("by") == by]


def _parts(context: Context, by: str) -> _Parts:
    """A segmentation as SQL and the names of its parts: as adopted, else with the default cut points and thresholds."""
    rows = _adopted(context, by)
    rule: dict[str, Any] = rows[0]["rule"] if rows else {}
    if by == "rfm":
        cuts = cuts_in_use(context)
        return partition(by, cuts), cuts.segment_names() | _short(context, rows, "segment")
    if by == "stage":
        return partition(by, LifecycleRules(**rule.get("rules", {}))), dict(STAGE_NAMES)
    if by == "silence":
        return partition(by, RiskThresholds(**rule.get("thresholds", {}))), dict(BAND_NAMES)
    if by == "grade":
        shares = tuple(rule.get("shares") or DEFAULT_SHARES)
        return partition(by, shares), {letter: msg("Grade {grade}", grade=letter) for letter in "ABCDEFGH"[: len(shares) + 1]}
    if by == "cluster":
        if rows:
            run = [row for row in rows if division(row) == division(rows[0])]
            return partition(by, Model.from_rule(rule)), _short(context, run, "cluster")
        cursor = context.cursor
        assert cursor is not None
        made = per_snapshot(("clusters", None), context.snapshot, lambda _: clusters(cursor))
        return partition(by, made.model), {str(c.rule["cluster"]): c.name for c in made.clusters}
    if not rows:
        raise NoData(
            msg("No segments by attributes are in the plan yet"), None,
            msg("Write rules over attributes on the customer data page and adopt them."),
        )  # fmt: skip
    return partition(by, [row["rule"] for row in rows]), _short(context, rows, "segment")


def _short(context: Context, rows: list[Row], part: str) -> dict[str, Speaks]:
    return {str(row["rule"].get(part)): Short(context.snapshot, row.id) for row in rows}


def _other_runs(context: Context, kinds: tuple[str, str]) -> list[Speaks]:
    """That clusters of several runs are in the plan, of which one is shown."""
    runs = len({division(row) for row in _adopted(context, "cluster")}) if "cluster" in kinds else 0
    return [msg("Clusters of {count:# run|# runs} are in the plan; shown are those adopted first.", count=runs)] if runs > 1 else []


def _told(index: float, groups: tuple[int, int], kinds: tuple[str, str]) -> Message:
    """The finding. Where one puts everybody into a single group, the index is 0 or 1 whatever the other does: nothing is compared."""
    alone = [KINDS[by] for by, count in zip(kinds, groups, strict=True) if count == 1]
    if alone:
        return msg("Nothing to compare: one group holds everybody ({names})", names=Joined(alone))
    if index >= _ALIKE:
        return msg("The two segmentations are nearly the same (adjusted Rand {index})", index=Number(index, 2))
    if index >= _APART:
        return msg("The two segmentations overlap in part (adjusted Rand {index})", index=Number(index, 2))
    return msg("The two segmentations say different things (adjusted Rand {index})", index=Number(index, 2))


@exhibit("segmentation_comparison", msg("Two segmentations compared"), reads="customers", settings=(FIRST, SECOND))
def segmentation_comparison(context: Context) -> Exhibit:
    state = data_state(context)
    cursor, snapshot = context.cursor, context.snapshot
    assert cursor is not None
    first, second = str(context.settings["first"]), str(context.settings["second"])
    if first == second:
        raise InvalidValue(
            msg("A segmentation compared with itself says nothing"), first, msg("Choose another one for the columns.")
        )  # fmt: skip
    (parts_first, names_first), (parts_second, names_second) = _parts(context, first), _parts(context, second)
    for by, sql in ((first, parts_first), (second, parts_second)):
        if double := per_data(("overlap", sql), snapshot, partial(overlap, cursor, sql)):
            raise InvalidValue(
                msg(
                    "{count:# customer is|# customers are} in more than one of the segments, so they cannot be crossed",
                    count=double,
                ),
                KINDS[by],
                msg("Adopt rules that leave nobody in two, as the customer data page makes them."),
            )
    # Edits of the plan do not move customers; only other rules or other data do.
    cells = per_data(("crossed", parts_first, parts_second), snapshot, lambda: crossed(cursor, parts_first, parts_second))
    frame = pd.DataFrame(cells, columns=["first", "second", "customers", "revenue"])
    if frame.empty:
        raise NoData(msg("The two segmentations have no customer in common"), None, msg("Choose another one."))
    for side, names in (("first", names_first), ("second", names_second)):
        place = {name: at for at, name in enumerate(names)}
        frame[f"{side}_place"] = [place.get(part, len(place)) for part in frame[side]]
        frame[f"name_{side}"] = pd.Series([names.get(part, part) for part in frame[side]], dtype="object")
    frame = frame.sort_values(["first_place", "second_place"], kind="stable").reset_index(drop=True)
    frame["share"] = frame["customers"] / frame.groupby("first")["customers"].transform("sum")
    grid = frame.pivot(index="first", columns="second", values="customers").reindex(
        index=list(dict.fromkeys(frame["first"])), columns=list(dict.fromkeys(frame.sort_values("second_place")["second"]))
    )
    index = adjusted_rand_of_table(grid.fillna(0).to_numpy(dtype=np.int64))
    told = _told(index, grid.shape, (first, second))
    reading: tuple[Speaks, ...] = (
        *_other_runs(context, (first, second)),
        msg(
            "A row is a group of the first and how it spreads over the second; the number is customers, the shade the share of the row."
        ),
        msg(
            "Adjusted Rand: 1 when both group alike, 0 as much as chance would. Two that are alike need only one name in the plan; two that differ can be used together. "
            "It says nothing of which one is better."
        ),
        state,
    )
    height = max(320, min(520, 130 + 42 * len(grid)))

    best = frame.loc[frame.groupby("first_place")["customers"].idxmax()]
    paired = best["customers"].sum() / frame["customers"].sum()
    return Exhibit(
        title=told,
        reading=(
            msg("{share} of the customers are in the most frequent pairing of their row.", share=Share(float(paired))),
            *reading,
        ),
        frame=frame,
        columns={
            "name_first": KINDS[first],
            "name_second": KINDS[second],
            "customers": msg("Customers"),
            "share": msg("Share of the row"),
            "revenue": msg("Revenue"),
        },
        figures={"adjusted_rand": float(index)},
        draw=partial(_draw_segmentation_comparison, names_first, names_second, grid, height),
        alt=msg("Customers by the groups of two segmentations"),
        height=height,
    )  # fmt: skip


def _draw_segmentation_comparison(
    names_first: dict[str, Speaks], names_second: dict[str, Speaks], grid: pd.DataFrame, height: int, language: Language
) -> go.Figure:
    columns = [wrapped(names_second.get(name, name), language, 14) for name in grid.columns]
    rows = [wrapped(names_first.get(name, name), language, 24, 2) for name in grid.index]
    figure = canvas(height)
    fields(
        figure,
        grid.div(grid.sum(axis=1), axis=0).to_numpy() * 100,
        [["" if pd.isna(value) else Number(int(value)).in_(language) for value in row] for row in grid.to_numpy()],
        SHADES,
        (0, 100),
        size=13,
        xgap=2,
        ygap=2,
        hovertemplate="%{text} · %{z:.0f}%<extra></extra>",
    )
    figure.update_xaxes(tickvals=list(range(len(columns))), ticktext=columns, side="top")
    figure.update_yaxes(tickvals=list(range(len(rows))), ticktext=rows)
    figure.update_layout(margin={"l": 8, "r": 8, "t": 56, "b": 8})
    return figure
