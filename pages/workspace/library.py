"""Workbooks: create, open, rename, duplicate, import, download, archive, delete."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import streamlit as st

from pages.registry import PLAN
from pages.ui import downloads, options, state
from pages.ui.text import s, safe, t
from strategy.language import date_text, msg
from strategy.samples import SAMPLES, build
from strategy.scratch import private_folder
from strategy.workbook import Entry


def _open(key: str) -> None:
    """Open a workbook and show its plan."""
    state.open_plan(key)
    st.switch_page(PLAN.script, query_params=state.address())


def _create() -> None:
    name = str(state.widget_value("new_name") or "")
    key = state.guarded(lambda: state.library().create(name))
    if key:
        state.flash(msg("The workbook is ready. Start with the opening, or import customer data."))
        _open(key)


def _create_sample(sample_id: str) -> None:
    sample = SAMPLES[sample_id]
    language = state.language()
    key = state.guarded(
        lambda: state.library().create(
            s(sample.title), lambda path, name: build(sample_id, path, name, state.author() or "Ninefold", language)
        )
    )
    if key:
        _open(key)


@state.callback
def _import() -> None:
    upload = state.widget_value("upload_workbook")
    if upload is None:
        return
    with private_folder() as folder:
        path = folder / "upload.duckdb"
        path.write_bytes(upload.getvalue())
        key = state.guarded(lambda: state.library().import_file(path, Path(upload.name).stem, upload.name))
    if key:
        state.flash(msg("The workbook has been checked and taken in as a copy."))
        _open(key)


@state.callback
def _rename(key: str) -> None:
    name = str(state.widget_value(f"rename.{key}") or "")
    if name:
        state.guarded(lambda: state.library().rename(key, name))


def _duplicate(entry: Entry) -> None:
    name = t("{name} (copy)", name=entry.name)
    fresh = state.guarded(lambda: state.library().duplicate(entry.key, name))
    if fresh:
        state.flash(msg("{name} was copied with its whole history.", name=entry.name))


def _archive(key: str) -> None:
    state.guarded(lambda: state.library().archive(key))
    _left(key)


def _left(key: str) -> None:
    """Whoever archives or deletes the open workbook has none open; others who have it open are told on their pages."""
    if key == state.plan_key() and key not in {entry.key for entry in state.library().entries()}:
        state.open_plan(None)


def _unarchive(key: str) -> None:
    state.guarded(lambda: state.library().unarchive(key))


def _delete(key: str, archived: bool) -> None:
    state.guarded(lambda: state.library().delete(key, archived))
    _left(key)


def _recover(path: Path) -> None:
    key = state.guarded(lambda: state.library().recover(path))
    if key:
        state.flash(msg("What was intact has been recovered into a new workbook."), "info")
        _open(key)


def _copy_bytes(key: str) -> bytes:
    """A consistent copy of a workbook in use, as bytes for a download."""
    with private_folder() as folder:
        return state.library().export(key, folder / "copy.duckdb").read_bytes()


def _card(entry: Entry, name: str, current: bool) -> None:
    with st.container(border=True, key=f"plan.{entry.key}"):
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            st.markdown(f"**{safe(name)}**" + (f" :green-badge[{t('open')}]" if current else ""))
            st.caption(
                t(
                    "revisions: {count} · changed {day}",
                    count=entry.revisions or "–",
                    day=date_text(entry.changed_at, state.language()),
                )
            )
        with st.container(horizontal=True):
            st.button(
                t("Open"),
                key=f"open.{entry.key}",
                type="primary" if not current else "secondary",
                on_click=_open,
                args=(entry.key,),
                disabled=current,
            )
            with st.popover(t("More"), icon=":material/more_horiz:", key=f"more.{entry.key}", on_change="rerun") as more:
                if more.open:
                    _more(entry)


def _more(entry: Entry) -> None:
    st.text_input(
        t("New name"), key=f"rename.{entry.key}", placeholder=entry.name, on_change=_rename, args=(entry.key,), max_chars=80
    )
    st.button(t("Duplicate"), key=f"duplicate.{entry.key}", icon=":material/content_copy:", on_click=_duplicate, args=(entry,))
    downloads.offer(
        t("Download the file"),
        partial(_copy_bytes, entry.key),
        f"{entry.key}-{entry.revisions or 0}.duckdb",
        f"download.{entry.key}",
        "application/octet-stream",
    )
    st.button(t("Archive"), key=f"archive.{entry.key}", icon=":material/archive:", on_click=_archive, args=(entry.key,))
    sure = st.checkbox(t("Yes, delete it for good"), key=f"sure.{entry.key}")
    st.button(
        t("Delete"),
        key=f"delete.{entry.key}",
        icon=":material/delete:",
        disabled=not sure,
        on_click=_delete,
        args=(entry.key, False),
    )


def _archived() -> None:
    entries = state.library().entries(archived=True)
    if not entries:
        return
    with st.expander(t("Archive · {count}", count=len(entries)), icon=":material/archive:"):
        for entry in entries:
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(safe(entry.name))
                st.button(t("Bring back"), key=f"unarchive.{entry.key}", on_click=_unarchive, args=(entry.key,))


def _set_aside() -> None:
    entries = state.library().quarantined()
    if not entries:
        return
    with st.expander(t("Damaged files set aside · {count}", count=len(entries)), icon=":material/healing:", expanded=True):
        for entry in entries:
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(safe(entry.name))
                st.caption(safe(entry.path.name))
                st.button(t("Recover what is intact"), key=f"recover.{entry.key}", on_click=_recover, args=(entry.path,))


def page() -> None:
    st.title(t("Workbooks"), anchor=False)
    st.markdown(t("One engagement is one workbook: a single file with every decision and its whole history."))
    entries, names = state.entries(), options.workbooks()
    current = state.plan_key()
    main, side = st.columns([1.6, 1], gap="large")
    with main:
        if not entries:
            st.info(
                t("Open a sample to look around, or make an empty workbook for your own plan."),
                title=t("Nothing here yet"),
                icon=":material/lightbulb:",
            )
            st.markdown(
                "\n".join(
                    (
                        f"1. {t('Make a workbook, one for each engagement.')}",
                        f"2. {t('In Customer data, bring in the purchases and adopt the segments that are found.')}",
                        f"3. {t('Go through the opening and the nine steps: look at the evidence, fill in the worksheets, decide.')}",
                        f"4. {t('See at every step what is still open, and what a change puts up for review.')}",
                        f"5. {t('Hand the plan over as a document or a spreadsheet.')}",
                    )
                )
            )
        for entry in entries:
            _card(entry, names[entry.key], entry.key == current)
        _archived()
        _set_aside()
    with side:
        with st.container(border=True):
            st.markdown(f"**{t('New workbook')}**")
            st.text_input(t("Name"), key="new_name", max_chars=80, placeholder=t("Client and year"), label_visibility="collapsed")
            st.button(t("Create"), key="create", type="primary", icon=":material/add:", on_click=_create)
        with st.container(border=True):
            st.markdown(f"**{t('Open a sample')}**")
            for sample in SAMPLES.values():
                st.button(
                    s(sample.title),
                    key=f"sample.{sample.id}",
                    icon=f":material/{sample.icon}:",
                    on_click=_create_sample,
                    args=(sample.id,),
                    width="stretch",
                )
                st.caption(s(sample.about))
        with st.container(border=True):
            st.markdown(f"**{t('Import a workbook file')}**")
            st.file_uploader(
                t("A .duckdb file made by Ninefold"),
                type=["duckdb"],
                key="upload_workbook",
                on_change=_import,
                help=t("It is read, checked and copied; the file itself is never opened for use."),
            )


page()
