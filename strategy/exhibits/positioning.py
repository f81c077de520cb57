"""Step 3: what customers get for the money, and whether our value curve is our own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from strategy.analysis.strategy_canvas import Divergence, divergence
from strategy.analysis.value_map import FairValue, fair_value
from strategy.errors import NoData
from strategy.exhibits import brand_profile, parity_difference, perceptual_map, positioning_variants  # noqa: F401  (register theirs)
from strategy.exhibits.chart_text import plain, round_ticks, wrapped
from strategy.exhibits.drawing import canvas
from strategy.exhibits.labels import ChoiceTitle, Label, Money, Number, Share, Short
from strategy.exhibits.model import Context, Exhibit, exhibit
from strategy.exhibits.palette import ACCENT, segment_colors
from strategy.exhibits.rivals import OURS, Brand, look
from strategy.exhibits.scope import SEGMENT, segments_in
from strategy.language import Language, Message, Speaks, msg
from strategy.workbook import Snapshot

if TYPE_CHECKING:
    import plotly.graph_objects as go

TODAY, PLANNED = "today", "planned"

#: A price this close to the line is fair for anybody who reads a chart.
_FAIR_SHARE = 0.02
#: From here on two curves set the same weights.
_ALIKE = 0.7


def _offers(context: Context) -> pd.DataFrame:
    """One row per offer: segment, brand ("" is ours), price, benefit, judged. Offers without both numbers are left out."""
    snapshot = context.snapshot
    rows = [
        row for row in snapshot.rows("value_position") if row["segment"] and row["price"] is not None and row["benefit"] is not None
    ]
    scope = {segment.id for segment in segments_in(context, {row["segment"] for row in rows})}
    rows = [row for row in rows if row["segment"] in scope]
    return pd.DataFrame(
        {
            "segment": [row["segment"] for row in rows],
            "segment_name": [Short(snapshot, row["segment"]) for row in rows],
            "brand": [row["rival"] or OURS for row in rows],
            "brand_name": [Brand(snapshot, row["rival"] or OURS) for row in rows],
            "benefit": [float(row["benefit"]) for row in rows],
            "price": [float(row["price"]) for row in rows],
            "judged": [row["figures_from"] != "data" for row in rows],
        }
    )


def _value_title(frame: pd.DataFrame, currency: str) -> Message:
    ours = frame[frame["brand"] == OURS]
    if ours.empty:
        return msg("Only rivals stand on the map; our own price and benefit are still missing")
    placed = ours.dropna(subset=["off_share"])
    if placed.empty:
        row = ours.iloc[0]
        return msg(
            "{segment}: we ask {price} for a benefit of {benefit}; two rivals more would show what is fair",
            segment=row["segment_name"],
            price=Money(row["price"], currency),
            benefit=Number(row["benefit"]),
        )
    row = placed.loc[placed["off_share"].abs().idxmax()]
    if abs(row["off_share"]) < _FAIR_SHARE:
        return msg("Our price is in line with the benefit customers see")
    said = {
        "segment": row["segment_name"],
        "price": Money(row["price"], currency),
        "share": Share(abs(row["off_share"])),
        "fair": Money(row["fair_price"], currency),
    }
    if row["off_share"] > 0:
        return msg("{segment}: at {price} we ask {share} more than the benefit bears ({fair})", **said)
    return msg("{segment}: at {price} we ask {share} less than the benefit bears ({fair})", **said)


@exhibit("value_map", msg("Price and perceived benefit"), settings=(SEGMENT,))
def value_map(context: Context) -> Exhibit:
    snapshot = context.snapshot
    frame = _offers(context)
    if frame.empty:
        raise NoData(
            msg("No price and benefit have been entered yet"),
            None,
            msg("Enter the price actually paid and the benefit customers perceive, for us and the main rivals of each segment."),
        )
    currency = snapshot.currency
    lines = {segment: fair_value(list(group["benefit"]), list(group["price"])) for segment, group in frame.groupby("segment")}
    fair = [line.price(row.benefit) if (line := lines[row.segment]) else None for row in frame.itertuples()]
    frame["fair_price"] = pd.Series(fair, dtype=float)
    frame["off_share"] = (frame["price"] - frame["fair_price"]) / frame["fair_price"].where(frame["fair_price"] > 0)
    reading: list[Speaks] = [
        msg("Right: customers feel they get more. Up: they pay more. Filled: ours; hollow: rivals of the same segment."),
        msg("Dotted: fair value, a least-squares line through three or more offers of a segment. Below it, customers get more."),
    ]
    if frame["judged"].any():
        reading.append(msg("Judgement: {count} of {total} offers.", count=int(frame["judged"].sum()), total=len(frame)))
    falling = [Short(snapshot, segment) for segment, line in lines.items() if line and line.slope <= 0]
    reading += [
        msg("{name}: dearer offers give less benefit here, so the line is no guide to a price.", name=name) for name in falling
    ]
    figures = {
        f"{row.segment}.{row.brand or 'ours'}.{part}": float(getattr(row, part))
        for row in frame.itertuples()
        for part in ("price", "benefit", "off_share")
        if pd.notna(getattr(row, part))
    }
    return Exhibit(
        title=_value_title(frame, currency),
        reading=tuple(reading),
        frame=frame,
        columns={
            "segment_name": msg("Segment"),
            "brand_name": msg("Brand"),
            "price": msg("Price (plan currency)"),
            "benefit": msg("Perceived benefit (1–9)"),
            "fair_price": msg("Fair price (plan currency)"),
            "off_share": msg("Above or below fair (share)"),
        },
        figures=figures,
        draw=lambda language: _draw_value_map(snapshot, frame, lines, language),
        alt=msg("Scatter of offers by perceived benefit and price, with the line of fair value"),
        height=460,
    )


def _draw_value_map(snapshot: Snapshot, frame: pd.DataFrame, lines: dict[str, FairValue | None], language: Language) -> go.Figure:
    import plotly.graph_objects as go

    price_title = (
        msg("Price ({currency})", currency=snapshot.currency) if snapshot.currency else msg("Price (plan currency)")
    ).in_(language)
    figure = canvas(460, msg("Perceived benefit (1–9)").in_(language), price_title)
    colors = segment_colors(snapshot)
    several = frame["segment"].nunique() > 1
    prices, paid = frame["price"], frame.loc[frame["price"] > 0, "price"]
    widest = frame[frame["price"] > 0].groupby("segment")["price"].median()
    # Segments that pay a hundred times more would press the others onto the axis. What costs nothing stands at its foot.
    logarithmic = len(widest) > 1 and widest.max() / widest.min() > 20
    foot = float(paid.min()) / 2 if logarithmic else 0.0
    for segment, line in lines.items():
        if line:
            figure.add_trace(
                go.Scatter(
                    x=[1, 9],
                    y=[max(line.price(1), foot), max(line.price(9), foot)],
                    mode="lines",
                    line={"color": colors[segment], "dash": "dot", "width": 1.5},
                    hoverinfo="skip",
                )
            )
    for number, row in enumerate(frame.sort_values(["price", "benefit"]).itertuples()):
        ours = row.brand == OURS
        name = wrapped(row.brand_name, language, 22, 2)
        if several and ours:
            name = f"{name} · {plain(snapshot.short(row.segment, language))}"
        figure.add_trace(
            go.Scatter(
                x=[row.benefit],
                y=[max(row.price, foot)],
                mode="markers+text",
                text=[f"<b>{name}</b>" if ours else name],
                textposition="middle left" if row.benefit > 7 else ("top center", "bottom center")[number % 2],
                textfont={"size": 12},
                cliponaxis=False,
                marker={
                    "size": 18 if ours else 13,
                    "symbol": "circle" if ours else f"{look(snapshot, row.brand).symbol}-open",
                    "color": colors[row.segment],
                    "line": {"width": 2.5, "color": colors[row.segment]},
                },
                customdata=[[plain(snapshot.short(row.segment, language)), row.price]],
                hovertemplate="%{text} · %{customdata[0]}<br>%{x:g} / %{customdata[1]:,.2f}<extra></extra>",
            )
        )
    if logarithmic:
        figure.update_yaxes(type="log", tickvals=round_ticks(float(paid.min()), float(prices.max())))
    else:
        room = max(float(prices.max() - prices.min()), float(prices.max()) * 0.1, 0.1) * 0.25
        figure.update_yaxes(range=[max(0.0, float(prices.min()) - room), float(prices.max()) + room])
    figure.update_xaxes(range=[0.5, 9.8], dtick=1, tick0=1)
    return figure


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
    actions = pd.Series([row["action"] for row in snapshot.rows("canvas_factor") if row.id in set(frame["factor"])], dtype=object)
    reading: list[Speaks] = [
        msg(
            "Height: level of the offer, 0 (not offered) to 10. Thick: ours planned; thin: ours today; grey: rivals. By judgement."
        ),
    ]
    for rival, found in (then or now).items():
        said = {"rival": Brand(snapshot, rival), "distance": Number(found.distance, 1), "count": found.factors}
        reading.append(
            msg("{rival}: distance {distance} over {count} factors.", **said)
            if found.rank_correlation is None
            else msg(
                "{rival}: distance {distance}, rank correlation {value} over {count} factors (1 = the same priorities).",
                value=Number(found.rank_correlation, 2),
                **said,
            )
        )
    if actions.notna().any() and not actions.isin(["eliminate", "reduce"]).any():
        reading.append(msg("Nothing is eliminated or reduced: a curve that gives nothing up is not chosen yet."))
    figures = {f"{rival}.distance_today": found.distance for rival, found in now.items()}
    figures |= {f"{rival}.distance_planned": found.distance for rival, found in then.items()}
    figures |= {
        f"{rival}.rank_correlation": found.rank_correlation
        for rival, found in (then or now).items()
        if found.rank_correlation is not None
    }
    if not figures:
        figures = {f"{row.factor}.{row.curve}": float(row.level) for row in frame.itertuples()}
    wanted = str(context.settings.get("segment") or "")
    color = segment_colors(snapshot).get(wanted, ACCENT)
    return Exhibit(
        title=_canvas_title(snapshot, now, then),
        reading=tuple(reading),
        frame=frame,
        columns={"factor_name": msg("Factor"), "curve_name": msg("Curve"), "level": msg("Level (0–10)")},
        figures=figures,
        draw=lambda language: _draw_canvas(snapshot, frame, curves, color, language),
        alt=msg("Lines of the levels of each factor: ours today, ours planned, rivals"),
        height=440,
    )


def _draw_canvas(snapshot: Snapshot, frame: pd.DataFrame, curves: list[str], color: str, language: Language) -> go.Figure:
    import plotly.graph_objects as go

    figure = canvas(440, "", msg("Level (0–10)").in_(language))
    factors = list(dict.fromkeys(frame["factor"]))
    position = {factor: place for place, factor in enumerate(factors)}
    for curve in sorted(curves, key=lambda name: (name == PLANNED) * 2 + (name == TODAY)):
        points = frame[frame["curve"] == curve]
        points = points.assign(at=points["factor"].map(position)).sort_values("at")
        ours = curve in (TODAY, PLANNED)
        style = None if ours else look(snapshot, curve)
        solid = curve == PLANNED or PLANNED not in curves
        figure.add_trace(
            go.Scatter(
                x=points["at"],
                y=points["level"],
                mode="lines+markers",
                name=plain(points["curve_name"].iloc[0].in_(language)),
                line={
                    "color": style.color if style else color,
                    "width": 4 if ours and solid else 2,
                    "dash": style.dash if style else "solid" if solid else "dash",
                },
                marker={"size": 11 if ours and solid else 8, "symbol": style.symbol if style else "circle"},
                cliponaxis=False,
                hovertemplate="%{y:g}<extra>%{fullData.name}</extra>",
            )
        )
    titles = {row.id: row["action"] for row in snapshot.rows("canvas_factor")}
    labels = []
    for factor in factors:
        text = wrapped(Label(snapshot, "canvas_factor", factor), language, 14, 3)
        action = titles.get(factor)
        labels.append(
            f"{text}<br><i>{ChoiceTitle(snapshot, 'canvas_factor', 'action', action).in_(language)}</i>" if action else text
        )
    figure.update_xaxes(
        tickvals=list(range(len(factors))), ticktext=labels, range=[-0.4, len(factors) - 0.6], showgrid=False, tickangle=0
    )
    figure.update_yaxes(range=[-0.3, 10.4], dtick=2)
    figure.update_layout(showlegend=True)
    return figure
