"""Files a visitor takes along, made when they are asked for."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Literal

import pandas as pd
import streamlit as st

from pages.ui import state, this_run

_CSV = "text/csv"
_NUMBER = re.compile(r"[-+][\d.,]+%?")


def offer(
    label: str,
    make: Callable[[], bytes],
    file_name: str,
    key: str,
    mime: str = _CSV,
    kind: Literal["primary", "secondary"] = "secondary",
) -> None:
    """A button that downloads what ``make()`` returns, made at the click."""
    st.download_button(
        label, _as_drawn(make), file_name=file_name, mime=mime, key=key, type=kind, icon=":material/download:", on_click="ignore"
    )


def _as_drawn(make: Callable[[], bytes]) -> Callable[[], bytes]:
    """``make`` with the workbook, the language and the rows of the page it is offered on.

    Streamlit (1.67) makes such a file on a thread without a session, where the page's own would not be found.
    """
    drawn: dict[str, object] = {"language": state.language(), "plan": state.plan_key()}
    if drawn["plan"] is not None:
        drawn["snapshot"] = state.snapshot()

    def made() -> bytes:
        with this_run.begins(drawn):
            return make()

    return made


def as_csv(frame: pd.DataFrame) -> bytes:
    """CSV for a spreadsheet: text that would be read as a formula gets an apostrophe before it."""
    guarded = frame.copy()
    for column in guarded.columns:
        if not pd.api.types.is_numeric_dtype(guarded[column]):
            guarded[column] = [_no_formula(value) for value in guarded[column]]
    return guarded.to_csv(index=False).encode("utf-8-sig")


def _no_formula(value: object) -> object:
    risky = isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r") and not _NUMBER.fullmatch(value)
    return f"'{value}" if risky else value
