"""Hand over: the plan as a document and as a spreadsheet, in either language."""

from __future__ import annotations

import hashlib
from functools import partial

import streamlit as st

from pages.ui import downloads, frame, state
from pages.ui.text import paired, s, t
from strategy.language import LANGUAGES, Language
from strategy.reports import FORMATS
from strategy.reports.plan import plan_of

_MIME = {".html": "text/html", ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


def _make(ending: str, language: Language) -> bytes:
    return FORMATS[ending](plan_of(state.workbook(), language))


def page() -> None:
    st.title(t("Handover"), anchor=False)
    if not frame.needs_plan():
        return
    st.markdown(
        t(
            "The plan leaves the room as a file anybody can open: decisions, the evidence behind them, open checks, and who answers for what."
        )
    )
    state.bind_once("report_language", state.language())
    language = st.segmented_control(
        t("Language of the files"),
        LANGUAGES,
        format_func=lambda code: {"en": "English", "zh": "中文"}[code],
        key="report_language",
        required=True,
    )
    snapshot = state.snapshot()
    # Large downloads are told apart by parts of their content only; the state they were made from stands in the name.
    stamp = hashlib.sha256(f"{snapshot.head}{language}".encode()).hexdigest()[:6]
    blockers = sum(finding.severity == "blocker" for finding in state.findings())
    if blockers:
        st.warning(t("Open blockers: {count}. The files list them.", count=blockers), icon=":material/block:")
    kinds = (
        (".html", t("Document"), t("One page with charts inside; opens in any browser and prints well."), "description"),
        (".xlsx", t("Spreadsheet"), t("All worksheets, decisions, checks and the history as tables."), "table_view"),
    )
    for place, (ending, title, about, icon) in zip(st.columns(2, gap="large"), kinds, strict=True):
        with place, st.container(border=True):
            st.markdown(f":material/{icon}: **{title}**")
            st.caption(about)
            downloads.offer(
                t("Download {ending}", ending=ending[1:].upper()),
                partial(_make, ending, language or "en"),
                f"{state.plan_key()}-{snapshot.seq}-{language}-{stamp}{ending}",
                f"report{ending}",
                _MIME[ending],
                "primary",
            )
    done = sum(item.done for item in state.step_readiness().values())
    total = sum(item.total for item in state.step_readiness().values())
    st.caption(
        t(
            "Ready {done} of {total} · open checks: {open}",
            done=done,
            total=total,
            open=sum(len(ready.open) for ready in state.step_readiness().values()),
        )
    )
    for ready in state.step_readiness().values():
        if ready.open:
            st.caption(paired(s(ready.step.short), len(ready.open)))


page()
