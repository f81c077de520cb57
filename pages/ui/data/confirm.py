"""Choose files, say which column is what, look at what was understood, and only then import."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from pages.ui import off_the_page, state
from pages.ui.data import choose, mapping, moved, quality, reading, replaced
from pages.ui.text import s, safe, t
from strategy.customers import REASON_NAMES, FileToRead, Mode, PurchaseFiles, Understanding
from strategy.language import money, msg, number
from strategy.spine import import_customers, other_currency
from strategy.thread import said_of_outside


def show() -> None:
    """The import, from the file to the confirmation."""
    with st.container(border=True):
        st.markdown(f"**{t('Import purchases')}**")
        files = choose.files(t("Files of purchases: CSV, Excel or Parquet, one row a purchase or invoice line"), "purchases")
        if not files:
            reading.drop(PurchaseFiles)
            off_the_page.are_away("map.", "rule.", "import_mode")
            st.caption(t("Needed: who bought, when, and for how much. The amount can also be quantity times price."))
            return
        mode = choose.mode(t("The data at hand"), "import_mode") if state.snapshot().data_version else "replace"
        asked = mapping.ask(files, mode == "append")
        if asked is None:
            return
        columns, rules = asked
        found = reading.read(
            PurchaseFiles(tuple(FileToRead(file.path, file.name, columns) for file in files), rules, mode == "append")
        )
        if found is not None:
            _understood(found, mode)


def _understood(found: list[Understanding], mode: Mode) -> None:
    """What an import would do, before it does it."""
    language, last = state.language(), found[-1]
    st.markdown(f"**{t('What was understood')}**")
    with st.container(horizontal=True):
        st.metric(t("Rows read"), number(sum(each.rows_read for each in found), language), width="content")
        st.metric(t("Rows kept"), number(last.rows_kept, language), width="content")
        st.metric(t("Customers"), number(last.customers, language), width="content")
        st.metric(t("Revenue kept"), money(last.revenue, language, state.snapshot().currency), width="content")
    if odd := other_currency(state.snapshot(), found):
        st.warning(safe(s(odd)), icon=":material/warning:")
    for each in found:
        st.markdown("\n".join(f"- {safe(s(sentence))}" for sentence in each.sentences()))
        for warning in each.warnings:
            st.warning(safe(s(warning)), icon=":material/warning:")
    _before_and_after(found[0])
    _left_out(found)
    if mode == "replace" and state.snapshot().data_version:
        replaced.show(last, msg("To keep them, choose “{add}” above.", add=msg("Add to the data at hand")))
    st.button(
        t("Import {rows:# purchase line|# purchase lines}", rows=number(last.rows_kept, language)),
        key="do_import",
        type="primary",
        icon=":material/download_done:",
        on_click=_import,
        args=(found, mode),
    )


def _before_and_after(found: Understanding) -> None:
    """The first rows as they stand in the file, and what was made of each."""
    if not found.samples:
        return
    roles = {heading: place for place, heading in enumerate(found.preview.columns) if heading in found.mapping.columns().values()}
    rows = [
        {
            t("Row"): sample.row,
            f"→ {t('Customer')}": sample.customer,
            f"→ {t('Day')}": f"{sample.day:%Y-%m-%d}" if sample.day else None,
            f"→ {t('Amount')}": sample.amount,
            f"→ {t('Verdict')}": t("Counts") if sample.reason == "kept" else s(REASON_NAMES[sample.reason]),
            **{heading: sample.cells[place] if place < len(sample.cells) else "" for heading, place in roles.items()},
        }
        for sample in found.samples
    ]
    st.caption(t("The first rows, before and after"))
    st.dataframe(pd.DataFrame(rows), hide_index=True, key="before_after", alt=t("The first rows, before and after"))


def _left_out(found: Sequence[Understanding]) -> None:
    language = state.language()
    rows: list[dict[str, Any]] = [
        {
            **({t("File"): each.file_name} if len(found) > 1 else {}),
            t("Left out because"): s(dropped.title),
            t("Rows"): dropped.rows,
            t("Money"): round(dropped.money, 2),
            t("First occurrence"): t(
                "row {row}, {column}: {value}",
                row=number(dropped.first.row, language),
                column=dropped.first.column,
                value=dropped.first.value or "–",
            )
            if dropped.first.row
            else t("in the data at hand"),
        }
        for each in found
        for dropped in each.dropped
    ]
    if rows:
        st.caption(t("Rows left out, in rows and in money; each rule can be switched above."))
        quality.left_out_table(rows, "left_out")


def _import(found: list[Understanding], mode: Mode) -> None:
    done = state.guarded(lambda: import_customers(state.workbook(), found, state.author() or "?", mode))
    if done is None:
        return
    reading.drop(PurchaseFiles)
    dataset, fresh = done
    if fresh:
        state.flash(
            msg(
                "Imported as version {version}: {rows:# purchase line|# purchase lines} of {customers:# customer|# customers}.",
                version=dataset.version,
                rows=f"{dataset.rows_kept:,}",
                customers=f"{dataset.customers:,}",
            )
        )
        moved.say()
        if outside := said_of_outside(state.snapshot()):
            state.flash(outside, "warning")
        state.set_here(view="segments")
    else:
        state.flash(msg("This very file is imported already; nothing was changed."), "info")
