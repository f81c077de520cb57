"""Files being read in a process of their own: how far it is, a way to stop it, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from pages.ui import boundary, state
from pages.ui.data.choose import Chosen
from pages.ui.text import t
from strategy.customers import FileToRead, Mapping, Mode, ReadingJob, Rules, Understanding, purchases_at_hand
from strategy.errors import StrategyError

#: A small file is read within this time, and no progress needs to be shown.
AT_ONCE_SECONDS = 2.0


def read(files: Sequence[Chosen], mapping: Mapping, rules: Rules, mode: Mode) -> list[Understanding] | None:
    """What the files hold, each understood with those before it; ``None`` while they are being read or when that failed."""
    wanted = f"{[file.path for file in files]}.{mapping}.{rules}.{mode}.{state.plan_key()}.{state.snapshot().data_version}"
    job, key = _job()
    if key != wanted or job is None:
        if job is not None:
            job.cancel()
        job = _start(files, mapping, rules, mode)
        state.put_memo("reading", (job, wanted))
        state.forget("understood")
        with st.spinner(t("Reading the file …")):
            job.wait(AT_ONCE_SECONDS)
    if job.running:
        _progress()
        return None
    try:
        return state.memo("understood", job.result)
    except StrategyError as error:
        boundary.show_error(error)
        st.button(t("Read again"), key="read_again", on_click=state.forget, args=("reading",))
        return None


def _job() -> tuple[ReadingJob | None, str]:
    job, key = state.get_memo("reading", (None, ""))
    return job, key


def _start(files: Sequence[Chosen], mapping: Mapping, rules: Rules, mode: Mode) -> ReadingJob:
    at_hand = purchases_at_hand(state.workbook().cursor()) if mode == "append" else None
    return ReadingJob([FileToRead(file.path, file.name, mapping) for file in files], rules, at_hand)


@st.fragment(run_every=0.7)
def _progress() -> None:
    job, _ = _job()
    if job is None or not job.running:
        st.rerun()
    st.progress(job.progress, text=t("Reading the file … {share}%", share=round(100 * job.progress)))
    st.button(t("Cancel"), key="cancel_reading", icon=":material/close:", on_click=_cancel)


def _cancel() -> None:
    job, _ = _job()
    if job is not None:
        job.cancel()
