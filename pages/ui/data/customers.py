"""Single customers: why one is judged as he or she is, and who is at risk or lost with what at stake."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from pages.ui import boundary, downloads, state
from pages.ui.data import grouping
from pages.ui.text import s, safe, t
from strategy.customers import (
    BAND_NAMES,
    STAGE_NAMES,
    Cuts,
    RiskThresholds,
    at_risk_customers,
    default_cuts,
    risk_bands,
)
from strategy.customers.explaining import Explained, explain_customer, named
from strategy.errors import StrategyError
from strategy.exhibits.customer_timeline import timeline_figure
from strategy.language import date_text, money, number

#: Rows shown on the page; the download has all.
_SHOWN = 200


def show() -> None:
    if not grouping.has_data():
        return
    _explain()
    st.divider()
    _lists()


def _cuts() -> Cuts:
    for row in state.snapshot().rows("segment"):
        if row["rule"] and row["rule"].get("by") == "rfm":
            return Cuts.from_dict(row["rule"]["cuts"])
    return state.memo(f"cuts.{state.plan_key()}.{state.snapshot().data_version}", lambda: default_cuts(state.workbook().cursor()))


def _explain() -> None:
    st.subheader(t("Explain a customer"), anchor=False)
    state.bind_once("explain.customer", state.here("customer") or "")
    wanted = st.text_input(
        t("Customer id"), key="explain.customer", max_chars=200, placeholder=t("as in the file, with leading zeros")
    )
    state.set_here(customer=wanted.strip() or None)
    if not wanted.strip():
        return
    try:
        found = explain_customer(state.workbook().cursor(), wanted.strip(), _cuts())
    except StrategyError as error:
        boundary.show_error(error)
        return
    _facts(found)


def _facts(found: Explained) -> None:
    language, currency = state.language(), state.snapshot().currency
    segment, stage, band = named(found)
    with st.container(horizontal=True):
        st.metric(t("Relationship stage"), s(stage), width="content")
        st.metric(t("Segment"), safe(s(segment)), width="content")
        st.metric(t("Silence"), s(band), width="content")
        st.metric(t("Scores R F M"), f"{found.r} {found.f} {found.m}", width="content")
        st.metric(t("Revenue"), money(found.revenue, language, currency), width="content")
    st.plotly_chart(
        timeline_figure(found, language, currency),
        key=f"timeline.{language}",
        alt=t("Purchases of the customer over time"),
        config={"displaylogo": False, "displayModeBar": False},
    )
    ratio = "–" if found.gap_ratio is None else number(found.gap_ratio, language, 1)
    st.caption(
        t(
            "{days:# purchase day|# purchase days} from {first} to {last}; silent for {recency:# day|# days}, {ratio} times the "
            "mean gap. Judged on {day}, the last day of the data.",
            days=number(found.purchase_days, language),
            first=date_text(found.first_day, language),
            last=date_text(found.last_day, language),
            recency=number(found.recency_days, language),
            ratio=ratio,
            day=date_text(found.snapshot, language),
        )
    )
    st.markdown(f"**{t('What would change the stage')}**")
    st.markdown("\n".join(f"- {safe(s(change))}" for change in found.changes) or t("Nothing within the thresholds."))
    st.markdown(f"**{t('Conditions in the order they are judged; the first that holds decides')}**")
    rows = [
        {
            t("Relationship stage"): s(STAGE_NAMES[fact.stage]),
            t("Measured"): s(fact.text),
            t("Holds"): t("decides") if fact.decides else t("yes") if fact.holds else t("no"),
        }
        for fact in found.facts
    ]
    st.dataframe(
        pd.DataFrame(rows), hide_index=True, key="explain.facts", alt=t("Conditions of the stages"),
        column_config={t("Measured"): st.column_config.TextColumn(width="large")},
    )  # fmt: skip


def _lists() -> None:
    st.subheader(t("At risk and lost"), anchor=False)
    defaults = RiskThresholds()
    state.bind_once("list.at_risk", defaults.at_risk)
    state.bind_once("list.lost", defaults.lost)
    state.bind_once("list.habit", defaults.purchase_days)
    state.bind_once("list.bands", ["at_risk", "lost"])
    with st.container(horizontal=True, vertical_alignment="bottom"):
        at_risk = st.number_input(t("At risk above (× usual gap)"), 1.6, 60.0, step=0.5, key="list.at_risk", width=230, format="%g")
        lost = st.number_input(t("Lost above (× usual gap)"), 1.7, 120.0, step=0.5, key="list.lost", width=230, format="%g")
        days = st.number_input(t("Purchase days that make a usual gap"), 2, 20, key="list.habit", width=230)
        bands = st.multiselect(
            t("Which customers"), [band for band in BAND_NAMES if band != "no_habit"], format_func=lambda x: s(BAND_NAMES[x]), key="list.bands"
        )  # fmt: skip
    try:
        thresholds = RiskThresholds(at_risk=float(at_risk), lost=float(lost), purchase_days=int(days))
    except StrategyError as error:
        boundary.show_error(error)
        return
    cursor = state.workbook().cursor()
    counts = risk_bands(cursor, thresholds).set_index("band").loc[bands]
    language = state.language()
    st.markdown(
        t(
            "{count:# customer|# customers} with {money} a year at stake",
            count=number(int(counts["customers"].sum()), language),
            money=money(float(counts["value_at_stake"].sum()), language, state.snapshot().currency),
        )
    )
    listed = listing(at_risk_customers(cursor, thresholds, tuple(bands), limit=_SHOWN))
    st.dataframe(
        listed,
        hide_index=True,
        key="risk_list",
        alt=t("Customers at risk or lost, by value at stake"),
        column_config={t("Value at stake a year"): st.column_config.NumberColumn(format="accounting")},
    )
    if int(counts["customers"].sum()) > len(listed):
        st.caption(t("The {count} with most at stake; the download has all.", count=len(listed)))
    downloads.offer(
        t("Download the list"),
        lambda: downloads.as_csv(listing(at_risk_customers(state.workbook().cursor(), thresholds, tuple(bands), limit=2**31))),
        f"at-risk-v{state.snapshot().data_version}.csv",
        "risk_download",
    )


def listing(found: pd.DataFrame) -> pd.DataFrame:
    """The list under headings a reader knows."""
    return pd.DataFrame(
        {
            t("Customer"): found["customer"],
            t("State"): [s(BAND_NAMES[band]) for band in found["band"]],
            t("Last purchase"): pd.to_datetime(found["last_day"]).dt.strftime("%Y-%m-%d"),
            t("Days since last purchase"): found["recency_days"],
            t("Usual gap (days)"): found["mean_gap_days"].round(1),
            t("Times the usual gap"): found["gap_ratio"].round(2),
            t("Days with a purchase"): found["purchase_days"],
            t("Value at stake a year"): found["value_at_stake"].round(2),
        }
    )
