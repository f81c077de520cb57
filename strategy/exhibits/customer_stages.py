"""Steps 6 and 7, from the customers' purchases: in which stage customers are, and who has gone silent with what at stake."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from strategy.customers import (
    BAND_NAMES,
    STAGE_NAMES,
    LifecycleRules,
    RiskThresholds,
    at_risk_customers,
    lifecycle_stages,
    risk_bands,
)
from strategy.customers.complaints import silent_complainers
from strategy.customers.summary import days_covered
from strategy.errors import NoData
from strategy.exhibits.drawing import canvas, money_title
from strategy.exhibits.labels import Money, Number, Share
from strategy.exhibits.model import Context, Exhibit, Setting
from strategy.exhibits.palette import ACCENT, BAD, CAUTION, GOOD, NEUTRAL, ink
from strategy.exhibits.purchases import data_state
from strategy.exhibits.ranges import key_figures
from strategy.language import Day, Language, Speaks, msg
from strategy.language.numbers import percent

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from strategy.workbook import Snapshot

WINDOW = Setting("window_days", msg("Window (days)"), 182, 30, 730)
AT_RISK = Setting("at_risk", msg("At risk above (× usual gap)"), 3.0, 1.6, 20.0)
LOST = Setting("lost", msg("Lost above (× usual gap)"), 6.0, 2.0, 60.0)
HABIT = Setting("purchase_days", msg("Purchase days that make a usual gap"), 2, 2, 20)

STAGE_COLORS = {"exploration": CAUTION, "formation": ACCENT, "stability": GOOD, "degradation": BAD}
BAND_COLORS = {"on_time": GOOD, "due": ACCENT, "at_risk": CAUTION, "lost": BAD, "no_habit": NEUTRAL}
#: Customers listed under the chart.
LISTED = 200


def adopted_rules(snapshot: Snapshot) -> LifecycleRules | None:
    """The thresholds with which stages were adopted into the plan; None where none were."""
    rules = (row["rule"] for row in snapshot.rows("segment") if row["rule"] and row["rule"].get("by") == "stage")
    return next((LifecycleRules(**rule.get("rules", {})) for rule in rules), None)


def _bars(figure: go.Figure, names: Sequence[str], values: pd.Series, texts: Sequence[str], colors: Sequence[str]) -> go.Figure:
    """A bar a row, the first on top, with its text in it or, where it is short, behind it."""
    import plotly.graph_objects as go

    figure.add_trace(
        go.Bar(
            y=names,
            x=list(values),
            orientation="h",
            marker_color=colors,
            text=texts,
            textposition="auto",
            insidetextfont={"color": [ink(color) for color in colors]},
            textangle=0,
            cliponaxis=False,
            hovertemplate="%{y}: %{x:,.0f}<extra></extra>",
        )
    )
    figure.update_xaxes(range=[0, float(values.max() or 1) * 1.3])
    figure.update_yaxes(autorange="reversed", type="category")
    return figure


def stages_exhibit(context: Context) -> Exhibit:
    """Customers by stage of the relationship, with the money of the last window. Needs customer data."""
    assert context.cursor is not None
    rules = LifecycleRules(window_days=int(context.settings["window_days"]))
    other = adopted_rules(context.snapshot) not in (None, rules)
    frame = lifecycle_stages(context.cursor, rules)
    total, money = float(frame["customers"].sum()), float(frame["last_window"].sum())
    frame["name"] = pd.Series([STAGE_NAMES[stage] for stage in frame["stage"]], dtype="object")
    frame["share"] = frame["customers"] / total if total else 0.0
    tasks = {row["stage"]: row.get("task", "") for row in context.snapshot.rows("lifecycle_stage")}
    frame["task"] = pd.Series([tasks.get(stage, "") for stage in frame["stage"]], dtype="object")
    fading = frame.set_index("stage").loc["degradation"]
    title = msg(
        "{share} of the customers are in degradation; those in stability bring {money} of the revenue of the last {days} days",
        share=Share(float(fading["share"])),
        money=Share(float(frame.set_index("stage").loc["stability", "last_window"]) / money if money else 0.0),
        days=rules.window_days,
    )
    reading: tuple[Speaks, ...] = (
        msg(
            "Degradation: silent for more than {silence} times the usual gap, or the last window below {drop} of the best one. "
            "Exploration: at most {orders} purchases, known for a short time. Formation: growing by more than {growth}.",
            silence=Number(rules.silence),
            drop=Share(rules.drop),
            orders=rules.exploring_orders,
            growth=Share(rules.growth),
        ),
        msg(
            "Usual gap here: the median of the days between a customer's purchase days; after a single one, the median of all customers."
        ),
        *growth_untold(*days_covered(context.cursor), rules),
        *([msg("The stages in the plan were adopted with other thresholds, so they hold other customers.")] if other else []),
        msg("The thresholds are this workbook's own; the stage names follow Dwyer, Schurr and Oh (1987)."),
        data_state(context),
    )

    def draw(language: Language) -> go.Figure:
        names = [name.in_(language) for name in frame["name"]]
        texts = [f"{count:,} · {percent(share, language)}" for count, share in zip(frame["customers"], frame["share"], strict=True)]
        colors = [STAGE_COLORS[stage] for stage in frame["stage"]]
        return _bars(canvas(320, msg("Customers").in_(language), ""), names, frame["customers"], texts, colors)

    return Exhibit(
        title=title,
        reading=reading,
        frame=frame,
        columns={
            "name": msg("Relationship stage"),
            "customers": msg("Customers"),
            "share": msg("Share of customers"),
            "revenue": msg("Revenue"),
            "last_window": msg("Revenue of the last window"),
            "task": msg("Task"),
        },
        figures=key_figures(frame, "stage", ("customers",)),
        draw=draw,
        alt=msg("Customers by stage of the relationship"),
        height=320,
    )


def growth_untold(first: dt.date, last: dt.date, rules: LifecycleRules) -> list[Speaks]:
    """That data from ``first`` on, judged on ``last``, begin too late to say of everybody who grows."""
    reach = (last - first).days
    if reach >= rules.days_to_judge_growth:
        return []
    said: list[Speaks] = [
        msg(
            "The data begin on {first}, too late to know the {days} days before the last {days}: on {last}, growth is judged only of "
            "customers who clearly came after that beginning.",
            first=Day(first),
            last=Day(last),
            days=rules.window_days,
        )
    ]
    window = (reach + 1) // 2
    if window >= (WINDOW.low or 1):
        said.append(msg("With windows of at most {days} days it can be judged of all.", days=window))
    return said


def _complained(context: Context, thresholds: RiskThresholds) -> list[Speaks]:
    """How many of the silent ones had complained, where complaints are known."""
    assert context.cursor is not None
    found = silent_complainers(context.cursor, thresholds)
    if found is None:
        return []
    customers, stake, unsettled = found
    said: list[Speaks] = [
        msg("Of those at risk or lost, {count} complained at some time, with {money} a year at stake.", count=Number(customers),
            money=Money(stake, context.snapshot.currency))
    ]  # fmt: skip
    if unsettled:
        said.append(msg("A complaint is still open with {count} of them: begin there.", count=Number(unsettled)))
    return said


def silence_exhibit(context: Context) -> Exhibit:
    """Customers silent for longer than is usual for them, with what is at stake. Needs customer data."""
    assert context.cursor is not None
    thresholds = RiskThresholds(
        at_risk=float(context.settings["at_risk"]),
        lost=float(context.settings["lost"]),
        purchase_days=int(context.settings["purchase_days"]),
    )
    bands = risk_bands(context.cursor, thresholds)
    listed = at_risk_customers(context.cursor, thresholds, limit=LISTED)
    if not bands["customers"].sum():
        raise NoData(msg("There are no purchases in this workbook yet"))
    by_band = bands.set_index("band")
    gone = by_band.loc[["at_risk", "lost"]]
    currency = context.snapshot.currency
    title = (
        msg(
            "{count:# returning customer has|# returning customers have} gone silent, with {money} a year at stake",
            count=Number(int(gone["customers"].sum())),
            money=Money(float(gone["value_at_stake"].sum()), currency),
        )
        if by_band.drop("no_habit")["customers"].sum()
        else msg(
            "Nobody bought on {days} days or more, so nobody's silence can be told from a habit", days=thresholds.purchase_days
        )
    )
    reading: tuple[Speaks, ...] = (
        msg(
            "A customer is at risk when the time since the last purchase is more than {at_risk} times his or her own usual gap, "
            "and probably lost above {lost} times.",
            at_risk=Number(thresholds.at_risk),
            lost=Number(thresholds.lost),
        ),
        msg("Usual gap here: the mean of the days between a customer's purchase days."),
        msg(
            "At stake: what a customer spent in the year up to the last purchase. {count:# customer|# customers} bought on fewer "
            "than {days} days; they have no usual gap.",
            count=Number(int(by_band.loc["no_habit", "customers"])),
            days=thresholds.purchase_days,
        ),
        *_complained(context, thresholds),
        *(
            [msg("The table lists the {count} with most at stake.", count=Number(LISTED))]
            if gone["customers"].sum() > LISTED
            else []
        ),
        data_state(context),
    )
    table = listed.assign(band=pd.Series([BAND_NAMES[band] for band in listed["band"]], dtype="object"))

    def draw(language: Language) -> go.Figure:
        shown = bands[bands["band"] != "no_habit"]
        names = [BAND_NAMES[band].in_(language) for band in shown["band"]]
        texts = [msg("{count:# customer|# customers}", count=f"{count:,}").in_(language) for count in shown["customers"]]
        colors = [BAND_COLORS[band] for band in shown["band"]]
        figure = canvas(340, money_title(msg("Value at stake a year"), currency).in_(language), "")
        return _bars(figure, names, shown["value_at_stake"], texts, colors)

    figures = {f"{row.band}.customers": float(row.customers) for row in bands.itertuples()}
    figures["value_at_stake"] = float(gone["value_at_stake"].sum())
    return Exhibit(
        title=title,
        reading=reading,
        frame=table,
        columns={
            "customer": msg("Customer"),
            "band": msg("State"),
            "last_day": msg("Last purchase"),
            "recency_days": msg("Days since last purchase"),
            "mean_gap_days": msg("Usual gap (days)"),
            "gap_ratio": msg("Times the usual gap"),
            "purchase_days": msg("Days with a purchase"),
            "value_at_stake": msg("Value at stake a year"),
        },
        figures=figures,
        draw=draw,
        alt=msg("Value at stake by how long customers have been silent"),
        height=340,
    )
