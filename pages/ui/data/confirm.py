"""Choose a file, say which column is what, look at what was understood, and only then import."""

from __future__ import annotations

import hashlib
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from pages.ui import boundary, state
from pages.ui.text import s, safe, t
from strategy.customers import ROLE_NAMES, FilePreview, Mapping, Rules, Understanding, preview, propose, understand
from strategy.errors import ImportRefused, StrategyError
from strategy.language import money, msg, number
from strategy.spine import import_customers

ROLES = ("customer", "date", "amount", "order", "quantity", "price")
_REQUIRED = ("customer", "date")


def show() -> None:
    """The import, from the file to the confirmation."""
    with st.container(border=True):
        st.markdown(f"**{t('Import purchases')}**")
        upload = st.file_uploader(
            t("A file of purchases: CSV, Excel or Parquet, one row a purchase or invoice line"),
            key="upload_purchases",
            max_upload_size=500,
        )
        if upload is None:
            st.caption(t("Needed: who bought, when, and for how much. The amount can also be quantity times price."))
            return
        path = _spooled(upload)
        try:
            seen = state.memo(f"preview.{path}", lambda: preview(path, upload.name))
        except StrategyError as error:
            boundary.show_error(error)
            return
        mapping, rules = _mapping(seen)
        if mapping is not None:
            _understood(path, upload.name, mapping, rules)


def _spooled(upload: Any) -> Path:
    """The uploaded file on the disk, for this session, under the name of its content."""
    content = upload.getvalue()
    digest = hashlib.sha256(content).hexdigest()[:16]
    folder = Path(state.memo("spool", lambda: tempfile.mkdtemp(prefix="ninefold-")))
    path = folder / (digest + Path(upload.name).suffix.lower()[:8])
    if not path.exists():
        path.write_bytes(content)
    return path


def _mapping(seen: FilePreview) -> tuple[Mapping | None, Rules]:
    """Which column is what: proposed from headings and contents, changed by the visitor."""
    st.markdown(f"**{t('Which column is what?')}**")
    st.dataframe(
        pd.DataFrame(seen.rows, columns=list(seen.columns)),
        hide_index=True,
        height=180,
        key="preview_rows",
        alt=t("The first rows of the file"),
    )
    for note in seen.notes:
        st.caption(safe(s(note)))
    try:
        proposed = propose(seen)
    except ImportRefused:
        proposed = Mapping(customer="", date="")
    chosen: dict[str, str | None] = {}
    columns = st.columns(3)
    for position, role in enumerate(ROLES):
        key = f"map.{role}.{hash(seen.columns)}"
        suggestion = getattr(proposed, role)
        state.bind_once(key, suggestion if suggestion in seen.columns else None)
        with columns[position % 3]:
            chosen[role] = st.selectbox(
                s(ROLE_NAMES[role]).capitalize() + (" *" if role in _REQUIRED else ""),
                list(seen.columns),
                index=None,
                key=key,
                placeholder="–",
            )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        order = st.selectbox(
            t("Dates such as 03/04/2024"),
            ("", "dmy", "mdy", "ymd"),
            format_func=lambda x: {
                "": t("as the data show"),
                "dmy": t("day first"),
                "mdy": t("month first"),
                "ymd": t("year first"),
            }[x],
            key="map.date_order",
            width=220,
        )
        decimal = st.selectbox(
            t("Decimal mark"),
            ("", ".", ","),
            format_func=lambda x: {"": t("as the data show"), ".": "1,234.56", ",": "1.234,56"}[x],
            key="map.decimal",
            width=200,
        )
        skip = st.checkbox(t("Leave out rows that cannot be read"), key="map.skip")
        once = st.checkbox(t("Count exact copies once"), key="map.once")
    rules = Rules(skip_unreadable=skip, drop_duplicates=once)
    if not chosen["customer"] or not chosen["date"] or not (chosen["amount"] or (chosen["quantity"] and chosen["price"])):
        st.info(t("Choose the columns for customer and date, and either the amount or quantity and price."))
        return None, rules
    base = Mapping(customer=chosen["customer"], date=chosen["date"])
    parts = {role: chosen[role] for role in ROLES[2:] if chosen[role]}
    return replace(base, **parts, date_order=order or None, decimal=decimal or None), rules  # type: ignore[arg-type]


def _understood(path: Path, name: str, mapping: Mapping, rules: Rules) -> None:
    """What an import would do, before it does it."""
    key = f"understood.{path}.{mapping}.{rules}"
    try:
        with st.spinner(t("Reading the file …")):
            found: Understanding = state.memo(key, lambda: understand(path, name, mapping, rules).without_rows())
    except StrategyError as error:
        boundary.show_error(error)
        return
    language = state.language()
    st.markdown(f"**{t('What was understood')}**")
    with st.container(horizontal=True):
        st.metric(t("Rows read"), number(found.rows_read, language), width="content")
        st.metric(t("Rows kept"), number(found.rows_kept, language), width="content")
        st.metric(t("Customers"), number(found.customers, language), width="content")
        st.metric(t("Revenue kept"), money(found.revenue, language, state.snapshot().currency), width="content")
    st.markdown("\n".join(f"- {safe(s(sentence))}" for sentence in found.sentences()))
    _left_out(found)
    for warning in found.warnings:
        st.warning(safe(s(warning)), icon=":material/warning:")
    st.button(
        t("Import {rows} purchase lines", rows=number(found.rows_kept, language)),
        key="do_import",
        type="primary",
        icon=":material/download_done:",
        on_click=_import,
        args=(path, name, mapping, rules),
    )


def _left_out(found: Understanding) -> None:
    if not found.dropped:
        return
    language = state.language()
    rows = [
        {
            t("Left out because"): s(dropped.title),
            t("Rows"): dropped.rows,
            t("Money"): round(dropped.money, 2),
            t("First occurrence"): t(
                "row {row}, {column}: {value}",
                row=number(dropped.first.row, language),
                column=dropped.first.column,
                value=dropped.first.value or "–",
            ),
        }
        for dropped in found.dropped
    ]
    st.dataframe(pd.DataFrame(rows), hide_index=True, key="left_out", alt=t("Rows left out, by reason"))


def _import(path: Path, name: str, mapping: Mapping, rules: Rules) -> None:
    def work() -> tuple[Any, bool]:
        return import_customers(state.workbook(), understand(path, name, mapping, rules), state.author() or "?")

    done = state.guarded(work)
    if done is None:
        return
    dataset, fresh = done
    if fresh:
        state.flash(
            msg(
                "Imported as version {version}: {rows} purchase lines of {customers} customers.",
                version=dataset.version,
                rows=f"{dataset.rows_kept:,}",
                customers=f"{dataset.customers:,}",
            )
        )
        state.set_here(view="segments")
    else:
        state.flash(msg("This very file is imported already; nothing was changed."), "info")
