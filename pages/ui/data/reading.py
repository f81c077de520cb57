"""Files being read in a process of their own: how far it is, a way to stop it, and what came of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, TypeVar

import streamlit as st

from pages.ui import boundary, state
from pages.ui.data.choose import Chosen
from pages.ui.text import t
from strategy.customers import Beginning, FilePreview, Limits, ReadingJob, SheetsOf, Task
from strategy.errors import StrategyError

Found = TypeVar("Found")

#: A small file is read within this time, and no progress needs to be shown.
AT_ONCE_SECONDS = 2.0


#: Longer than this nobody waits for the first rows of a file, and there is no button to stop.
_LOOKING_SECONDS = 120.0


def look(file: Chosen, *, sheet: str | None = None, encoding: str | None = None, delimiter: str | None = None) -> FilePreview:
    """What the file is and how it begins. Raises what was wrong with it, which is looked at once."""
    task = Beginning(file.path, file.name, sheet, encoding, delimiter)

    def begin() -> FilePreview | StrategyError:
        with st.spinner(t("Reading the file …")):
            try:
                return ReadingJob(task, limits=replace(Limits.from_environment(), seconds=_LOOKING_SECONDS)).result()[0]
            except StrategyError as error:
                return error

    found = state.memo(f"look.{task}", begin)
    if isinstance(found, StrategyError):
        raise found
    return found


def sheets(file: Chosen) -> tuple[str, ...]:
    """The worksheets of an Excel file, also where none of them is a table; of any other file none."""
    with file.path.open("rb") as beginning:
        if beginning.read(2) != b"PK":  # only a packed file can be an Excel workbook
            return ()
    try:
        return look(file).sheets
    except StrategyError:
        task = SheetsOf(file.path, file.name)

    def names() -> tuple[str, ...]:
        try:
            return ReadingJob(task, limits=replace(Limits.from_environment(), seconds=_LOOKING_SECONDS)).result()[0].names
        except StrategyError:
            return ()  # said where the file is read

    return state.memo(f"sheets.{task}", names)


def choose_sheet(file: Chosen, key: str) -> str | None:
    """Let the visitor say which worksheet of a file is meant, where it has several; ``None``: the first that is a table."""
    names = sheets(file)
    if len(names) < 2:
        return None
    try:
        first = look(file).sheet or names[0]
    except StrategyError:
        first = names[0]
    chosen: str | None = st.selectbox(t("Worksheet of the file"), names, index=None, key=key, placeholder=first, width=220)
    return chosen


def read(task: Task[Found], place: str = "") -> list[Found] | None:
    """What the files hold; ``None`` while they are being read or when that failed.

    One reading of a kind is under way at a time in one ``place`` of a page: another file, or other choices about it, take its place.
    """
    slot = _slot(type(task), place)
    wanted = f"{task}.{state.plan_key()}.{state.snapshot().data_version}"
    job, key = _job(slot)
    try:
        if key != wanted or job is None:
            drop(type(task), place)
            job = ReadingJob(task, task.beside(state.workbook().cursor()))
            state.put_memo(f"reading.{slot}", (job, wanted))
            with st.spinner(t("Reading the file …")):
                job.wait(AT_ONCE_SECONDS)
        if job.running:
            _progress(slot)
            return None
        return state.memo(f"read.{slot}", job.result)
    except StrategyError as error:
        boundary.show_error(error)
        st.button(t("Read again"), key=f"read_again.{slot}", on_click=drop, args=(type(task), place))
        return None


def drop(kind: type[Any], place: str = "") -> None:
    """Read no further, and keep nothing of what was read."""
    slot = _slot(kind, place)
    job, _ = _job(slot)
    if job is not None:
        job.cancel()
    for name in ("reading", "read"):
        state.forget(f"{name}.{slot}")


def _slot(kind: type[Any], place: str) -> str:
    return f"{kind.__name__}.{place}" if place else kind.__name__


def _job(slot: str) -> tuple[ReadingJob[Any] | None, str]:
    job, key = state.get_memo(f"reading.{slot}", (None, ""))
    return job, key


@st.fragment(run_every=0.7)
def _progress(slot: str) -> None:
    job, _ = _job(slot)
    if job is None or not job.running:
        st.rerun()
    st.progress(job.progress, text=t("Reading the file … {share}%", share=round(100 * job.progress)))
    st.button(t("Cancel"), key=f"cancel_reading.{slot}", icon=":material/close:", on_click=_cancel, args=(slot,))


def _cancel(slot: str) -> None:
    job, _ = _job(slot)
    if job is not None:
        job.cancel()
