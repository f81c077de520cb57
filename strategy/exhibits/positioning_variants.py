"""Step 3: the positioning statements of a segment side by side: how long each takes to say, and which tests it passes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from strategy.analysis.spoken_length import LIMIT_SECONDS
from strategy.errors import NoData
from strategy.exhibits.captions import Verbatim, in_title
from strategy.exhibits.chart_text import height_for
from strategy.exhibits.drawing import canvas
from strategy.exhibits.labels import Joined, Number, Short
from strategy.exhibits.model import Context, Exhibit, exhibit
from strategy.exhibits.palette import BAD, GOOD, NEUTRAL, segment_colors, tint
from strategy.exhibits.row_labels import label_rows
from strategy.exhibits.scope import SEGMENT, segments_in
from strategy.language import Language, Message, Speaks, msg
from strategy.thread.functions import unimportant
from strategy.thread.statement import Statement, statements
from strategy.workbook import Snapshot

if TYPE_CHECKING:
    import plotly.graph_objects as go

_MOST = 9

#: The tests of a statement, in the order of the columns.
TESTS: dict[str, Message] = {
    "whole": msg("All parts"),
    "need": msg("Important need"),
    "difference": msg("Beats the rival"),
    "true_today": msg("True"),
    "hard_to_copy": msg("Hard to copy"),
    "short": msg("Within 30 s"),
    "said_in_30s": msg("Said back"),
}


#: What stands over the columns of the chart, short enough for a phone.
_HEADS: dict[str, Message] = {
    "whole": msg("Parts"),
    "need": msg("Need"),
    "difference": msg("Rival"),
    "true_today": msg("True"),
    "hard_to_copy": msg("Lasting"),
    "short": msg("30 s"),
    "said_in_30s": msg("Said back"),
}

#: The parts of a statement, as they are named in a sentence.
_PARTS: dict[str, Message] = {
    "whom": msg("for whom"),
    "need_phrase": msg("the need"),
    "offer": msg("the offer"),
    "frame": msg("what it is"),
    "benefit": msg("the benefit"),
    "reason": msg("the reason"),
    "rival": msg("the rival"),
}


@dataclass(frozen=True)
class _Seconds:
    value: float

    def in_(self, language: Language) -> str:
        return msg("{seconds} s", seconds=Number(self.value, 0)).in_(language)


def _unranked(snapshot: Snapshot, need_id: str | None) -> bool:
    """Whether there is such a need and nobody has said how important it is."""
    need = snapshot.row("need", need_id)
    return need is not None and need["importance"] is None


def results_of(snapshot: Snapshot, statement: Statement) -> dict[str, bool | None]:
    """Test -> passed, failed, or ``None`` where nobody has said. The first three and the length follow from the workbook."""
    row = statement.row
    points = snapshot.children("position_point", "segment", row["segment"])
    return {
        "whole": not statement.missing,
        "need": None if _unranked(snapshot, row["need"]) else unimportant(snapshot, row["need"], row["segment"]) is None,
        "difference": any(p["kind"] == "difference" and row["rival"] in p.get("beats", []) for p in points)
        if row["rival"]
        else False,
        "true_today": row["true_today"],
        "hard_to_copy": row["hard_to_copy"],
        "short": statement.seconds <= LIMIT_SECONDS,
        "said_in_30s": row["said_in_30s"],
    }


def _rows(context: Context) -> pd.DataFrame:
    """One row per statement: segment, variant, chosen, the sentence, seconds, tests passed out of seven; the chosen one first."""
    snapshot = context.snapshot
    found = statements(snapshot)
    scope = {segment.id: at for at, segment in enumerate(segments_in(context, {one.row["segment"] for one in found}))}
    found = tuple(one for one in found if one.row["segment"] in scope)
    order = sorted(found, key=lambda one: (scope[one.row["segment"]], not one.row["chosen"], one.row.ordinal))
    rows = []
    for one in order:
        results = results_of(snapshot, one)
        rows.append(
            {
                "statement": one.row.id,
                "segment": one.row["segment"],
                "segment_name": Short(snapshot, one.row["segment"]),
                "variant": str(one.row.get("variant", "")),
                "chosen": bool(one.row["chosen"]),
                "sentence": one.text,
                "seconds": one.seconds,
                "passed": sum(result is True for result in results.values()),
                "unanswered": sum(result is None for result in results.values()),
                **results,
            }
        )
    # Passed, failed or not answered: three values, which a boolean column would not keep.
    return pd.DataFrame(rows).astype(dict.fromkeys(TESTS, object)) if rows else pd.DataFrame()


def _title(frame: pd.DataFrame) -> Message:
    long = frame[~frame["short"].astype(bool)]
    if len(long):
        worst = long.loc[long["seconds"].idxmax()]
        return msg(
            "{segment}: the statement takes {seconds} s to say; nobody repeats more than {limit}",
            segment=worst["segment_name"],
            seconds=Number(worst["seconds"], 0),
            limit=Number(LIMIT_SECONDS),
        )
    open_ = [g["segment_name"].iloc[0] for _, g in frame.groupby("segment", sort=False) if g["chosen"].sum() != 1]
    if open_:
        return msg("{names}: no single statement has been chosen yet", names=in_title(open_))
    chosen = frame[frame["chosen"]]
    weak = chosen[chosen["passed"] < len(TESTS)]
    if weak.empty:
        return msg("Every chosen statement passes all its tests")
    row = weak.loc[weak["passed"].idxmin()]
    failed = [TESTS[test] for test in TESTS if not row[test]]
    better = frame[(frame["segment"] == row["segment"]) & (frame["passed"] > row["passed"])]
    said = {"segment": row["segment_name"], "passed": int(row["passed"]), "total": len(TESTS)}
    if len(better):
        return msg(
            "{segment}: variant “{variant}” passes more tests than the chosen statement ({passed:0=none|#} of {total})",
            variant=better.loc[better["passed"].idxmax(), "variant"],
            **said,
        )
    return msg(
        "{segment}: the chosen statement passes {passed:0=none|#} of {total} tests; open: {tests}", tests=Joined(failed), **said
    )


@exhibit("positioning_variants", msg("Statements side by side"), settings=(SEGMENT,))
def positioning_variants(context: Context) -> Exhibit:
    snapshot = context.snapshot
    frame = _rows(context)
    if frame.empty:
        raise NoData(
            msg("There are no positioning statements yet"),
            None,
            msg("Fill in the parts of two or three statements for each target segment; they are put together here."),
        )
    shown = frame.head(_MOST)
    parting, alike = _order(shown)
    reading: list[Speaks] = []
    if parting and alike:
        reading.append(
            msg(
                "Left of the line the statements differ: {tests}. Right of it all fare alike.",
                tests=Joined([TESTS[test] for test in parting]),
            )
        )
    reading += _told_apart(shown, {one.row.id: one for one in statements(snapshot)})
    reading.append(
        msg(
            "Seconds are an estimate; only a colleague who says it back is proof. “True”, “hard to copy” and “said back” are the team's own answers."
        )
    )
    if len(shown) < len(frame):
        reading.append(msg("Drawn are the first {count}; the table has all {total}.", count=len(shown), total=len(frame)))
    height = height_for(len(shown), 46, 120)
    figures = {f"{row.statement}.seconds": round(float(row.seconds), 1) for row in frame.itertuples()}
    figures |= {f"{row.statement}.passed": float(row.passed) for row in frame.itertuples()}
    table = frame.assign(
        chosen_name=pd.Series([msg("Chosen") if chosen else msg("Variant") for chosen in frame["chosen"]], dtype=object)
    )
    return Exhibit(
        title=_title(frame),
        reading=tuple(reading),
        frame=table,
        columns={
            "segment_name": msg("Segment"),
            "variant": msg("Variant"),
            "chosen_name": msg("Status"),
            "sentence": msg("Statement"),
            "seconds": msg("Seconds to say"),
            "passed": msg("Tests passed (of 7)"),
            **TESTS,
        },
        figures=figures,
        draw=lambda language: _draw(snapshot, shown, (*parting, *alike), len(parting) if alike else 0, height, language),
        alt=msg("Table of marks: for each statement which of its tests it passes, and how many seconds it takes to say"),
        height=height,
        texts=(
            *(
                (msg("{segment}: {variant}", segment=row.segment_name, variant=_variant(row)), Verbatim(row.sentence))
                for row in frame.itertuples()
            ),
            (
                msg("What the tests ask"),
                msg(
                    "All parts are filled in; the need is an important one of the segment; a point of difference beats the rival named; "
                    "true today; hard to copy; said within 30 seconds, at 2.5 English words or 4.5 Chinese characters a second; said back by a "
                    "colleague."
                ),
            ),
        ),
    )


def _order(shown: pd.DataFrame) -> tuple[list[str], list[str]]:
    """The tests on which the statements differ, and those on which all fare alike."""
    parting = [test for test in TESTS if len({_mark(result) for result in shown[test]}) > 1]
    return parting, [test for test in TESTS if test not in parting]


def _told_apart(shown: pd.DataFrame, by_row: Mapping[str, Statement]) -> list[Speaks]:
    """For each segment with several variants, the parts in which they are worded differently."""
    told: list[Speaks] = []
    for _, own in shown.groupby("segment", sort=False):
        rows = [by_row[item].row for item in own["statement"]]
        parts = [name for part, name in _PARTS.items() if len({str(row.get(part, "") or "") for row in rows}) > 1]
        if len(rows) > 1 and parts:
            told.append(msg("{segment}: the variants differ in {parts}.", segment=own["segment_name"].iloc[0], parts=Joined(parts)))
    return told


def _mark(result: object) -> bool | None:
    return result if isinstance(result, bool) else None


def _variant(row: object) -> Speaks:
    name = str(getattr(row, "variant", "") or "")
    return Verbatim(name) if name else msg("Chosen") if getattr(row, "chosen", False) else msg("Variant")


def _draw(
    snapshot: Snapshot, shown: pd.DataFrame, tests: Sequence[str], line_after: int, height: int, language: Language
) -> go.Figure:
    """``tests`` in the order of their columns, a line after the first ``line_after`` of them."""
    import plotly.graph_objects as go

    figure = canvas(height)
    colors = segment_colors(snapshot)
    looks: dict[bool | None, tuple[str, str, str, Speaks]] = {
        True: ("circle", GOOD, "", msg("Passed")),
        False: ("x", BAD, "", msg("Not passed")),
        None: ("circle-open", NEUTRAL, "", msg("Not answered")),
    }
    for result, (symbol, color, _, name) in looks.items():
        marks = [
            (at, place)
            for place, row in enumerate(shown.to_dict("records"))
            for at, test in enumerate(tests)
            if _mark(row[test]) is result
        ]
        figure.add_trace(
            go.Scatter(
                x=[at for at, _ in marks],
                y=[place for _, place in marks],
                mode="markers",
                name=name.in_(language),
                customdata=[shown["segment"].iloc[place] for _, place in marks],
                marker={"symbol": symbol, "size": 18, "color": color, "line": {"width": 2, "color": color}},
                hovertemplate="%{fullData.name}<extra></extra>",
            )
        )
    seconds = list(shown["seconds"])
    figure.add_trace(
        go.Scatter(
            x=[len(TESTS)] * len(shown),
            y=list(range(len(shown))),
            mode="text",
            text=[
                _Seconds(value).in_(language) if value <= LIMIT_SECONDS else f"<b>{_Seconds(value).in_(language)}</b>"
                for value in seconds
            ],
            textfont={"size": 15},
            showlegend=False,
            hoverinfo="skip",
        )
    )
    for place, row in enumerate(shown.itertuples()):
        if row.chosen:
            figure.add_shape(
                type="rect", x0=-0.5, x1=len(TESTS) + 0.5, y0=place - 0.46, y1=place + 0.46, layer="below",
                fillcolor=tint(colors[row.segment], 0.12), line={"width": 0},
            )  # fmt: skip
    if line_after:
        figure.add_vline(x=line_after - 0.5, line={"color": NEUTRAL, "width": 2})
    heads = [*(_HEADS[test].in_(language) for test in tests), msg("Seconds").in_(language)]
    figure.update_xaxes(
        tickvals=list(range(len(heads))),
        ticktext=heads,
        tickfont={"size": 13},
        side="top",
        range=[-0.5, len(TESTS) + 0.5],
        showgrid=False,
    )
    names: list[Speaks] = [
        msg("{segment}: {variant}", segment=row.segment_name, variant=_variant(row)) for row in shown.itertuples()
    ]
    label_rows(figure, names, language, 26)
    figure.update_layout(showlegend=True, legend={"y": -0.02, "yanchor": "top"})
    return figure
