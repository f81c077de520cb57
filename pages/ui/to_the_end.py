"""What a widget calls runs to its end, whatever the browser sends meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from streamlit.runtime.scriptrunner import get_script_run_ctx


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Hold what the browser sends until the callback is done.

    Streamlit (1.67) breaks a callback off at its next look into the session when another change arrives, takes what it was called for
    as dealt with, and calls it no more: of two fields left in quick succession one was never stored. It runs the script anew right
    after the callbacks in any case.
    """
    runner = _runner()
    if runner is None or not getattr(runner, "_execing", False):
        yield
        return
    runner._execing = False
    try:
        yield
    finally:
        runner._execing = True


def _runner() -> Any:
    """Who runs the script for this visitor, as far as Streamlit lets it be seen."""
    context = get_script_run_ctx(suppress_warning=True)
    look = getattr(context.session_state, "_yield_callback", None) if context else None
    return getattr(look, "__self__", None)
