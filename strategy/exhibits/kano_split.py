"""Step 2: which needs are expected, which earn satisfaction, and which delight (Kano)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from strategy.analysis import kano
from strategy.errors import NoData
from strategy.exhibits.captions import in_title
from strategy.exhibits.chart_text import height_for, plain, wrapped
from strategy.exhibits.drawing import canvas, quarter
from strategy.exhibits.kano_answers import SOURCE, WHOSE, paired, used, verdict_of
from strategy.exhibits.kano_table import five_by_five
from strategy.exhibits.label_leaders import Name, write
from strategy.exhibits.labels import ChoiceTitle, Joined, Label, Short
from strategy.exhibits.model import Context, Exhibit, Setting, exhibit
from strategy.exhibits.need_scores import colours_note
from strategy.exhibits.palette import ACCENT, segment_colors
from strategy.exhibits.ranges import key_figures
from strategy.exhibits.row_labels import label_rows
from strategy.exhibits.scope import SEGMENT, segments_in
from strategy.language import Language, Message, Speaks, msg
from strategy.workbook import Snapshot

if TYPE_CHECKING:
    import plotly.graph_objects as go

VIEW = Setting(
    "view", msg("Show"), "needs", choices=(("needs", msg("needs by category")), ("answers", msg("all answers, five by five")))
)

#: More names than this hide one another; the rest is named on hover and in the table.
_MOST_NAMED = 9
#: How far apart marks of one place are drawn.
_BESIDE = 0.03
_X_RANGE, _Y_RANGE = (-0.1, 1.1), (-0.12, 1.14)


def _need_rows(snapshot: Snapshot, needs: list[str], answers: pd.DataFrame) -> pd.DataFrame:
    rows = []
    given_on = dict(iter(answers.groupby("need", sort=False)))
    # Beside customers' answers the team's pairs are what was judged, unless somebody chose a class.
    beside = dict(iter(paired(snapshot, "team").groupby("need", sort=False))) if given_on else {}
    for need_id in needs:
        need = snapshot.row("need", need_id)
        given = given_on.get(need_id, answers.head(0))
        judged = need["kano"] if need else None
        if not judged and need_id in beside:
            judged = verdict_of(beside[need_id]).settled
        if given.empty and not judged:
            continue
        found = verdict_of(given) if len(given) else None
        source = str(given["source"].iloc[0]) if found else "class"
        category = found.settled if found else str(judged)
        counts: dict[str, int] = {name: found.counts[name] if found else 0 for name in kano.CATEGORIES}
        rows.append(
            {
                "need": need_id,
                "name": Label(snapshot, "need", need_id),
                "segment": need["segment"] if need else None,
                "segment_name": Short(snapshot, need["segment"]) if need and need["segment"] else "",
                "category": category,
                "category_name": ChoiceTitle(snapshot, "need", "kano", category),
                "source": SOURCE[source],
                "source_id": source,
                "people": given["respondent"].nunique(),
                "judged": ChoiceTitle(snapshot, "need", "kano", str(judged)) if judged else "",
                "answers": found.answers if found else 0,
                **counts,
                "better": found.better if found else None,
                "worse": found.worse if found else None,
                "category_strength": found.category_strength if found else None,
                "total_strength": found.total_strength if found else None,
                "clear": found.clear if found else None,
                "differs": bool(found and judged and judged != category),
            }
        )
    frame = pd.DataFrame(rows)
    if len(frame):
        numbers = ["better", "worse", "category_strength", "total_strength"]
        frame[numbers] = frame[numbers].astype(float)
    return frame


def _title(frame: pd.DataFrame) -> Message:
    """The finding, and by whose word where no customer was asked."""
    finding = _finding(frame)
    return finding if (frame["source_id"] == "answers").any() else msg("{finding} (the team's judgement)", finding=finding)


def _finding(frame: pd.DataFrame) -> Message:
    """What delights, else what must not be missing, else what category leads."""
    for category in ("attractive", "must_be", "one_dimensional"):
        names = list(frame.loc[frame["category"] == category, "name"])
        if names:
            shown: Speaks = in_title(names)
            if category == "attractive":
                return msg("{names}: would delight without being missed", names=shown)
            if category == "must_be":
                return msg("Nothing found delights yet; {names}: taken for granted", names=shown)
            return msg("Nothing found delights yet; {names}: the more, the better", names=shown)
    unwanted = list(frame.loc[frame["category"] == "reverse", "name"])
    if unwanted:
        return msg("Nothing found delights yet; {names}: better left out", names=in_title(unwanted))
    return msg("Needs classified: {count}, and none of them moves satisfaction", count=len(frame))


def _reading(frame: pd.DataFrame) -> list[Speaks]:
    answered = frame[frame["answers"] > 0]
    judged = len(frame) - len(answered)
    team = answered[answered["source_id"] == "team"]
    reading: list[Speaks] = list(colours_note(frame))
    if len(answered):
        left_out = int(answered["questionable"].sum() + answered["reverse"].sum())
        if answered["better"].notna().any():
            reading.append(
                msg("Up: how much satisfaction it adds when there (better). Right: how much is lost when it is missing (worse).")
            )
        reading += [
            msg(
                "Answers: {count}; left out of better and worse: {questionable:0=none|#} questionable, {reverse:0=none|#} reverse.",
                count=int(answered["answers"].sum()),
                questionable=int(answered["questionable"].sum()),
                reverse=int(answered["reverse"].sum()),
            )
            if left_out
            else msg("Answers: {count}, none of them questionable or reverse.", count=int(answered["answers"].sum())),
            msg("Categories after the table of Kano (1984) and Berger (1993); near-ties fall to must-be first, indifferent last."),
        ]
        weak = answered[(answered["answers"] >= 2) & (answered["total_strength"] < 0.5)]
        if len(weak):
            reading.append(msg("Total strength below a half: most answers on {names} are indifferent, reverse or questionable.",
                               names=Joined(list(weak["name"]), 5)))  # fmt: skip
        unwanted = list(answered.loc[answered["category"] == "reverse", "name"])
        if unwanted:
            reading.append(msg("The largest group would rather be without: {names}. Either it was asked the wrong way round, or it is better left out.",
                               names=Joined(unwanted, 5)))  # fmt: skip
        doubtful = answered[answered["questionable"] / answered["answers"] > 0.1]
        if len(doubtful):
            reading.append(
                msg("More than one answer in ten contradicts itself on {names}; the question may have been misunderstood.",
                    names=Joined(list(doubtful["name"]), 5))
            )  # fmt: skip
        few = int((answered["answers"] < 12).sum() - (team["answers"] < 12).sum())
        if few:
            reading.append(msg("Fewer than 12 answers on {count} of the needs: a first impression, no measurement.", count=few))
        by_segment = frame.drop_duplicates("segment")
        if len(by_segment) > 1:
            parts: list[Speaks] = [
                msg("{segment} {must}/{one}/{attractive}/{indifferent}", segment=row["segment_name"],
                    must=_number_of(frame, row["segment"], "must_be"), one=_number_of(frame, row["segment"], "one_dimensional"),
                    attractive=_number_of(frame, row["segment"], "attractive"), indifferent=_number_of(frame, row["segment"], "indifferent"))
                for _, row in by_segment.head(6).iterrows()
            ]  # fmt: skip
            reading.append(msg("Needs by segment (must-be/one-dimensional/attractive/indifferent): {parts}.", parts=Joined(parts)))
        unclear = answered[~answered["clear"].astype(bool)]
        if len(unclear):
            reading.append(msg("Too close to call by Fong's test: {names}.", names=Joined(list(unclear["name"]), 5)))
        differing = answered[answered["differs"]]
        customers = differing[differing["source_id"] == "answers"]
        if len(customers):
            reading.append(msg("Customers answer otherwise than we judged: {names}.", names=Joined(list(customers["name"]), 5)))
    if len(team):
        hollow = msg("Hollow marks") if len(team) < len(answered) else msg("All marks")
        reading.append(
            msg("{marks}: the team's judgement on {count:# need|# needs}, from {people:# participant|# participants} at most; a "
                "guess until customers are asked.",
                marks=hollow, count=len(team), people=int(team["people"].max()))
        )  # fmt: skip
    if judged:
        reading.append(msg("By judgement, not by answers: {count} of {total} needs.", count=judged, total=len(frame)))
    return reading


def _number_of(frame: pd.DataFrame, segment: str, category: str) -> int:
    return int(((frame["segment"] == segment) & (frame["category"] == category)).sum())


@exhibit("kano_split", msg("Kano categories"), settings=(VIEW, SEGMENT, WHOSE))
def kano_split(context: Context) -> Exhibit:
    snapshot = context.snapshot
    whose = str(context.settings["whose"])
    answers = used(snapshot, whose)
    answered_on = set(answers["need"])
    candidates = [row for row in snapshot.rows("need") if row["segment"] and (row["kano"] or row.id in answered_on)]
    scope = {segment.id for segment in segments_in(context, {row["segment"] for row in candidates})}
    needs = [row.id for row in candidates if row["segment"] in scope]
    frame = _need_rows(snapshot, needs, answers)
    if frame.empty:
        raise NoData(
            msg("No need has a Kano class or answers yet"),
            None,
            msg(
                "Let everybody in the room answer in pairs on “Kano by judgement”: ten minutes. Or enter paired answers of customers."
            ),
        )
    answers = answers[answers["need"].isin(needs)]
    if context.settings["view"] == "answers":
        customers = answers[answers["source"] == "answers"]
        return five_by_five(snapshot, customers if len(customers) else answers)
    answered = frame[frame["better"].notna()]
    height = 460 if len(answered) else height_for(len(kano.CATEGORIES), 52)

    def draw(language: Language) -> go.Figure:
        if len(answered):
            return _draw_coefficients(snapshot, answered, language, height)
        return _draw_judgement(snapshot, frame, language, height)

    counts: dict[str, Speaks] = {name: ChoiceTitle(snapshot, "need", "kano", name) for name in kano.CATEGORIES}
    return Exhibit(
        title=_title(frame),
        reading=tuple(_reading(frame)),
        frame=frame,
        columns={
            "name": msg("Need"),
            "segment_name": msg("Segment"),
            "category_name": msg("Category"),
            "source": msg("From"),
            "judged": msg("Our judgement"),
            "answers": msg("Answers"),
            **counts,
            "better": msg("Better (0 to 1)"),
            "worse": msg("Worse (−1 to 0)"),
            "category_strength": msg("Category strength (0 to 1)"),
            "total_strength": msg("Total strength (0 to 1)"),
        },
        figures=key_figures(frame, "need", ("better", "worse"))
        | {f"count.{name}": float((frame["category"] == name).sum()) for name in kano.CATEGORIES[:4]},
        draw=draw,
        alt=msg("Needs placed by how much they add when there and cost when missing"),
        height=height,
    )


def _draw_coefficients(snapshot: Snapshot, frame: pd.DataFrame, language: Language, height: int) -> go.Figure:
    import plotly.graph_objects as go

    figure = canvas(
        height, msg("Lost when missing (−worse, 0–1)").in_(language), msg("Added when there (better, 0–1)").in_(language)
    )
    colors = segment_colors(snapshot)
    moving = frame.assign(moves=frame["better"] - frame["worse"]).sort_values("moves", ascending=False, kind="stable")
    # Few answers leave few places on the map: marks of one place stand side by side.
    spot = moving[["better", "worse"]].round(3).apply(tuple, axis=1)
    beside, nth = spot.groupby(spot).transform("size"), spot.groupby(spot).cumcount()
    across = list(-moving["worse"] + _BESIDE * (nth - (beside - 1) / 2))
    moving["across"] = across
    named = moving.head(_MOST_NAMED)
    names = [
        Name(wrapped(row.name, language, 24, 2), row.across, row.better, glyph="○" if row.source_id == "team" else "●")
        for row in named.itertuples()
    ]
    for (segment, source), group in moving.groupby(["segment", "source_id"], sort=False):
        figure.add_trace(
            go.Scatter(
                x=list(group["across"]),
                y=list(group["better"]),
                mode="markers",
                cliponaxis=False,
                marker=_mark(source, colors.get(segment, ACCENT)),
                customdata=[
                    [segment, wrapped(row.name, language, 40), -float(row.worse), row.answers] for row in group.itertuples()
                ],
                hovertemplate="%{customdata[1]}<br>%{y:.2f} / −%{customdata[2]:.2f} (n = %{customdata[3]})<extra></extra>",
            )
        )
    unnamed = list(zip(moving["across"], moving["better"], strict=True))[len(names) :]
    corner_names = [(x, y) for x in (0.02, 0.98) for y in (1.1, -0.08)]
    write(figure, names, _X_RANGE, _Y_RANGE, others=unnamed + corner_names)
    corners = {(0, 1): "attractive", (1, 1): "one_dimensional", (0, 0): "indifferent", (1, 0): "must_be"}
    titles = {place: ChoiceTitle(snapshot, "need", "kano", category).in_(language) for place, category in corners.items()}
    quarter(figure, 0.5, 0.5, titles, figure.layout.annotations)
    figure.update_xaxes(range=list(_X_RANGE), dtick=0.25)
    figure.update_yaxes(range=list(_Y_RANGE), dtick=0.25)
    return figure


def _mark(source: str, color: str) -> dict[str, Any]:
    """Full where customers answered, hollow where the team did in their place."""
    if source == "team":
        return {"size": 13, "color": "rgba(0,0,0,0)", "line": {"width": 3, "color": color}}
    return {"size": 15, "color": color}


def _draw_judgement(snapshot: Snapshot, frame: pd.DataFrame, language: Language, height: int) -> go.Figure:
    """Bars of needs per category, one colour per segment, the needs named on hover."""
    import plotly.graph_objects as go

    figure = canvas(height, msg("Needs (number)").in_(language))
    colors = segment_colors(snapshot)
    for segment, group in frame.groupby("segment", sort=False):
        names = [
            "<br>".join(wrapped(name, language, 40, 1) for name in group.loc[group["category"] == category, "name"])
            for category in kano.CATEGORIES
        ]
        figure.add_trace(
            go.Bar(
                y=list(range(len(kano.CATEGORIES))),
                x=[int((group["category"] == category).sum()) for category in kano.CATEGORIES],
                orientation="h",
                name=plain(snapshot.short(segment, language)),
                marker_color=colors.get(segment, ACCENT),
                customdata=names,
                hovertemplate="%{customdata}<extra>%{fullData.name}</extra>",
            )
        )
    figure.update_layout(barmode="stack", showlegend=True)
    figure.update_xaxes(dtick=1 if len(frame) < 12 else None, rangemode="tozero")
    label_rows(figure, [ChoiceTitle(snapshot, "need", "kano", category) for category in kano.CATEGORIES], language)
    return figure
