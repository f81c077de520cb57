"""Choose files: from this computer, or from the server's inbox."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st

from pages.ui import options, state
from pages.ui.text import t
from strategy.customers import InboxFile, Mode, inbox_files
from strategy.scratch import ScratchFolder
from strategy.workbook import inbox_folder


@dataclass(frozen=True)
class Chosen:
    """A file at hand on the server, and the name its owner knows it by."""

    path: Path
    name: str


def files(label: str, key: str) -> list[Chosen]:
    """The files the visitor chose, in the order of their names; none yet is an empty list."""
    uploads = st.file_uploader(label, key=f"upload_{key}", max_upload_size=500, accept_multiple_files=True)
    chosen = [Chosen(spooled(upload), upload.name) for upload in uploads or []]
    waiting = inbox_files(inbox_folder())
    if waiting:
        picked: list[InboxFile] = st.multiselect(
            t("Or from the server's inbox, for large files"),
            waiting,
            format_func=options.label_of(options.distinct({file: f"{file.name} · {file.size / 1e6:,.1f} MB" for file in waiting})),
            key=f"inbox_{key}",
            placeholder=t("Choose files"),
        )
        chosen += [Chosen(file.path, file.name) for file in picked]
    return sorted(chosen, key=lambda file: file.name)


def mode(label: str, key: str) -> Mode:
    """Whether the files replace the data at hand or are added to them."""
    names: dict[Mode, str] = {"replace": t("Replace the data at hand"), "append": t("Add to the data at hand")}
    state.bind_once(key, "replace")
    chosen: Mode = st.radio(label, list(names), format_func=lambda item: names[item], key=key, horizontal=True)
    return chosen


def spooled(upload: Any) -> Path:
    """The uploaded file on the disk, for this session, under the name of its content."""
    content = upload.getvalue()
    digest = hashlib.sha256(content).hexdigest()[:16]
    spool: ScratchFolder = state.memo("spool", ScratchFolder)
    path = spool.path / (digest + Path(upload.name).suffix.lower()[:8])
    if not path.exists():
        path.write_bytes(content)
    return path
