"""The record of the data at hand: rows, money, period, and what it can and cannot support."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from pages.ui import downloads, state
from pages.ui.text import s, safe, t
from strategy.customers import REASON_NAMES, Dataset, Refunds, datasets, refunds_said
from strategy.language import date_text, money, msg, number

MONTHS_FOR_TREND = 13


def left_out_table(rows: list[dict[str, Any]], key: str) -> None:
    """Rows left out, a line a reason; figures have their thousands set apart, as in the sentences beside the table."""
    figures = dict.fromkeys((t("Rows"), t("Money")), st.column_config.NumberColumn(format="localized"))
    st.dataframe(pd.DataFrame(rows), hide_index=True, key=key, alt=t("Rows left out, by reason"), column_config=figures)


def _notes(dataset: Dataset) -> list[str]:
    """What these data can and cannot support."""
    days = (dataset.last_day - dataset.first_day).days + 1
    notes = []
    if days < 90:
        notes.append(msg("Less than three months: good for counting customers, too short for lifecycle or risk."))
    elif days < MONTHS_FOR_TREND * 30:
        notes.append(msg("Less than thirteen months: seasons cannot be told from trends."))
    else:
        notes.append(msg("More than a year: seasons, lifecycle and risk can be read."))
    for gap in dataset.quality.get("gaps", []):
        notes.append(msg("No purchase from {first} to {last}: figures that count silence are to be read with care.",
                         first=gap["first_day"], last=gap["last_day"]))  # fmt: skip
    if not dataset.mapping.order:
        notes.append(msg("No order number: purchases of one customer on one day count as one."))
    refunds = Refunds(**(dataset.quality.get("refunds") or {}))
    if refunds.rows:
        notes += refunds_said(refunds)
    if dataset.mapping.margin:
        notes.append(msg("Margins are known: the whale curve shows who earns and who costs."))
    else:
        notes.append(msg("No cost or margin: value means revenue until you give margins by segment."))
    return [s(note) for note in notes]


def show() -> None:
    """The quality card of the current data set, and the versions before it."""
    if not state.snapshot().data_version:
        return
    language, currency = state.language(), state.snapshot().currency
    cursor = state.workbook().cursor()
    records = datasets(cursor)
    if not records:  # what is known about customers can come before their purchases
        return
    now = records[-1]
    with st.container(border=True):
        elsewhere = now.understood.get("kind") == "connected"
        title = t("The data this workbook reads") if elsewhere else t("The data in this workbook")
        st.markdown(f"**{title}** · {safe(now.file_name)} · {t('version {version}', version=now.version)}")
        with st.container(horizontal=True):
            st.metric(t("Rows read"), number(now.rows_read, language), width="content")
            st.metric(t("Rows kept"), number(now.rows_kept, language), width="content")
            st.metric(t("Customers"), number(now.customers, language), width="content")
            st.metric(t("Revenue kept"), money(now.revenue, language, currency), width="content")
        values = {
            "first": date_text(now.first_day, language),
            "last": date_text(now.last_day, language),
            "author": safe(now.author),
        }
        said = (
            t("{first} to {last}, connected by {author}", **values)
            if elsewhere
            else t("{first} to {last}, imported by {author}", **values)
        )
        st.caption(said)
        st.markdown("\n".join(f"- {note}" for note in _notes(now)))
        dropped = now.quality.get("dropped", [])
        if dropped:
            rows = [
                {t("Left out because"): s(REASON_NAMES[item["reason"]]), t("Rows"): item["rows"], t("Money"): item["money"]}
                for item in dropped
            ]
            left_out_table(rows, "dropped")
            if not elsewhere:  # rows that stay where they are cannot be handed out
                _download_rejected(now)
        if len(records) > 1:
            with st.expander(t("Earlier versions"), icon=":material/history:"):
                for record in reversed(records[:-1]):
                    st.caption(
                        f"{record.version} · {safe(record.file_name)} · {number(record.rows_kept, language)} · {record.imported_at:%Y-%m-%d %H:%M} UTC"
                    )


def _rejected_csv() -> bytes:
    cursor = state.workbook().cursor()
    return downloads.as_csv(cursor.execute("SELECT * FROM rejected_row ORDER BY row_number").df())


def _download_rejected(dataset: Dataset) -> None:
    downloads.offer(t("Download the rows left out"), _rejected_csv, f"left-out-{dataset.sha256[:8]}.csv", "rejected")
