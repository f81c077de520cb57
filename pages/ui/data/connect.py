"""Data that stays where it is: choose a table of the company's database, look at what it holds, and only then use it."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from pages.ui import boundary, state
from pages.ui.data import replaced
from pages.ui.databases import connections
from pages.ui.text import s, safe, t
from strategy.customers import ROLE_NAMES, RULE_NAMES, Connected, ConnectedFigures, columns, is_connected, measure, tables
from strategy.errors import StrategyError
from strategy.language import money, msg, number
from strategy.spine import connect_customers, other_currency, refresh

ROLES = ("customer", "date", "amount", "order")
ZONES = ("UTC", "Asia/Shanghai", "Asia/Hong_Kong", "Asia/Tokyo", "Europe/London", "Europe/Berlin", "America/New_York")


def show() -> None:
    """The connections of this server, and the table in use."""
    record = state.workbook().dataset_record
    if is_connected(record):
        _in_use(Connected.from_record(record))
    with st.expander(t("Data that stays where it is"), icon=":material/database:", key="connect"):
        st.caption(
            t(
                "Connect a table of your own database instead of importing a file. Everything is computed there; "
                "only summaries come back, and no purchase is stored in the workbook."
            )
        )
        names = sorted(connections())
        if not names:
            st.info(
                t("No connection is set up on this server. Whoever runs it adds one to its secrets; the documentation says how.")
            )
            return
        chosen = _table(names)
        if chosen:
            _columns(*chosen)


def _in_use(connected: Connected) -> None:
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.markdown(
            t(
                "Read from **{table}**, purchases up to {day}. Figures move when they are read again.",
                table=safe(connected.title),
                day=connected.as_of,
            )
        )
        st.button(t("Read the figures again"), key="refresh_data", icon=":material/sync:", on_click=_refresh)


def _refresh() -> None:
    done = state.guarded(lambda: refresh(state.workbook(), connections(), state.author() or "?"))
    if done:
        _say_done(done[0].version, done[0].rows_kept, done[0].customers)


def _table(names: list[str]) -> tuple[str, str] | None:
    """The connection and the table chosen; the database is asked for its tables only once somebody chose it."""
    left, right = st.columns(2)
    with left:
        name = st.selectbox(t("Connection"), names, index=None, key="connect.name", placeholder="–")
    if not name:
        return None
    try:
        with st.spinner(t("Asking the database …")):
            there = state.memo(f"tables.{name}", lambda: tables(name, connections()))
    except StrategyError as error:
        boundary.show_error(error)
        return None
    with right:
        table = st.selectbox(
            t("Table or view"),
            there,
            index=None,
            key=f"connect.table.{name}",
            placeholder="–",
            accept_new_options=True,
            help=t("One in another schema can be typed: schema.table"),
        )
    return (name, table) if table else None


def _columns(name: str, table: str) -> None:
    """Which column is what, and in which time zone days are cut."""
    try:
        there = state.memo(f"columns.{name}.{table}", lambda: columns(name, table, connections()))
    except StrategyError as error:
        boundary.show_error(error)
        return
    chosen: dict[str, str | None] = {}
    places = st.columns(len(ROLES))
    for place, role in zip(places, ROLES, strict=True):
        with place:
            chosen[role] = st.selectbox(
                s(ROLE_NAMES[role]).capitalize() + ("" if role == "order" else " *"),
                there,
                index=None,
                key=f"connect.{role}.{name}.{table}",
                placeholder="–",
            )
    zone = st.selectbox(
        t("Time zone in which days are cut"),
        ZONES,
        key="connect.zone",
        accept_new_options=True,
        width=320,
        help=t("Matters only for times that carry a zone."),
    )
    net = st.toggle(
        s(RULE_NAMES["net_refunds"]),
        value=True,
        key="connect.net_refunds",
        help=t("By the rules of a file's import, worked out in the database with every question. Off, refunds are left out."),
    )
    if not (chosen["customer"] and chosen["date"] and chosen["amount"]):
        st.info(t("Choose the columns for customer, date and amount."))
        return
    try:
        connected = Connected(
            name, table, chosen["customer"], chosen["date"], chosen["amount"], chosen["order"], time_zone=zone or "UTC",
            net_refunds=net,
        )  # fmt: skip
    except StrategyError as error:
        boundary.show_error(error)
        return
    key = f"measured.{connected}"
    if st.button(t("Look at what it holds"), key="connect.check", icon=":material/search:"):
        state.forget(key)
        try:
            with st.spinner(t("Counting in the database …")):
                state.memo(key, lambda: measure(connected, connections()))
        except StrategyError as error:
            boundary.show_error(error)
            return
    found: ConnectedFigures | None = state.get_memo(key)
    if found:
        _understood(found)


def _understood(found: ConnectedFigures) -> None:
    """What the workbook would record, before it does."""
    language, currency = state.language(), state.snapshot().currency
    st.markdown(f"**{t('What was understood')}**")
    with st.container(horizontal=True):
        st.metric(t("Rows read"), number(found.rows_read, language), width="content")
        st.metric(t("Rows kept"), number(found.rows_kept, language), width="content")
        st.metric(t("Customers"), number(found.customers, language), width="content")
        st.metric(t("Revenue kept"), money(found.revenue, language, currency), width="content")
    st.markdown("\n".join(f"- {safe(s(sentence))}" for sentence in found.sentences()))
    if found.left_out:
        rows = [{t("Left out because"): s(entry.title), t("Rows"): entry.rows, t("Money"): entry.money} for entry in found.left_out]
        st.dataframe(pd.DataFrame(rows), hide_index=True, key="connect.left_out", alt=t("Rows left out, by reason"))
    odd = other_currency(state.snapshot(), found)
    for warning in (*([odd] if odd else []), *found.warnings):
        st.warning(safe(s(warning)), icon=":material/warning:")
    replaced.show(found, msg("To keep them, download the workbook first."))
    st.button(
        t("Use this table"), key="connect.use", type="primary", icon=":material/link:", on_click=_use, args=(found,)
    )  # fmt: skip


def _use(found: ConnectedFigures) -> None:
    done = state.guarded(lambda: connect_customers(state.workbook(), found, connections(), state.author() or "?"))
    if done:
        _say_done(done.version, done.rows_kept, done.customers)
        state.set_here(view="segments")


def _say_done(version: int, rows: int, customers: int) -> None:
    state.flash(
        msg(
            "Connected as version {version}: {rows:# purchase line|# purchase lines} of {customers:# customer|# customers}.",
            version=version,
            rows=f"{rows:,}",
            customers=f"{customers:,}",
        )
    )
