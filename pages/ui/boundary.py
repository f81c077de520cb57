"""No traceback ever reaches a visitor: what is known is said, what is not is logged under a number."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable

import streamlit as st

from pages.ui import state
from pages.ui.text import s, t
from strategy.errors import MethodError, Refused, StrategyError, UnknownName
from strategy.language import msg
from strategy.workbook import Snapshot
from strategy.workbook.values import is_empty

log = logging.getLogger("ninefold")

#: What is also said where everybody sees it. A warning may be long, and what it warns of waits at the top.
_ICONS = {"error": "error", "success": "check_circle", "info": "info"}


def show_error(error: StrategyError) -> None:
    """What is wrong as the title, where and what to do below it."""
    body = [part for part in (_where(error), s(error.fix) if error.fix else "") if part]
    st.error("  \n".join(_plain(part) for part in body) or " ", title=_plain(s(error.what)), icon=":material/error:")


def _where(error: StrategyError) -> str:
    """The place in the words of the page: a worksheet and its column are called as they are there, not by their ids."""
    where = s(error.where) if error.where else ""
    worksheet, dot, column = where.partition(".")
    # A slip in the method is in a file, and with it there is no method in which anything could be looked up.
    if isinstance(error, MethodError) or not dot or state.plan_key() is None:
        return where
    method = state.snapshot().method
    if not method.has_worksheet(worksheet) or column not in method.worksheet(worksheet).by_id:
        return where
    sheet = method.worksheet(worksheet)
    return f"{s(sheet.title)} · {s(sheet.column(column).title)}"


def _plain(text: str) -> str:
    from pages.ui.text import safe

    return safe(text)


def snapshot_for(typed: Callable[[], object]) -> Snapshot:
    """The workbook as it stands, for a callback that is to store what was ``typed``.

    Raises :class:`Refused`, naming what was typed, when the workbook was archived or deleted in the meantime;
    :class:`UnknownName` when nothing was typed.
    """
    try:
        return state.snapshot()
    except UnknownName as gone:
        text = typed()
        if is_empty(text):
            raise
        raise Refused(msg("The workbook is gone, so this was not stored: {text}", text=str(text)), None, gone.fix) from gone


def show_flashes() -> int:
    """Messages left by the callbacks of the last run; returns how many. They are forgotten at the end of a whole run only: one that
    another overtakes has drawn them on a page that nobody gets to see."""
    waiting = list(state.flashes())
    for kind, message in waiting:
        if isinstance(message, StrategyError):
            show_error(message)
            said = _plain(s(message.what))
        else:
            said = _plain(s(message))
            {"success": st.success, "info": st.info, "warning": st.warning}.get(kind, st.info)(said)
        # Whoever pressed a button at the foot of a long page does not see its top.
        if kind in _ICONS:
            st.toast(said, icon=f":material/{_ICONS[kind]}:")
    return len(waiting)


def show_unexpected(error: Exception) -> bool:
    """For the server: an error nobody foresaw. Returns ``True``, so that Streamlit does not show its traceback."""
    if isinstance(error, StrategyError):
        show_error(error)
        return True
    number = secrets.token_hex(3)
    log.exception("Unexpected error %s", number, exc_info=error)
    try:
        st.error(
            t("Nothing saved has been lost. Reload the page; if it happens again, pass on the number {number}.", number=number),
            title=t("Something went wrong that we did not foresee"),
            icon=":material/error:",
        )
    except Exception:  # noqa: BLE001 - the last line of defence must not fail itself
        st.error(f"Something went wrong ({number}).")
    return True
