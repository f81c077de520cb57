"""What a widget calls runs to its end and alone, whatever the browser sends meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from weakref import WeakValueDictionary

from streamlit.runtime.scriptrunner import get_script_run_ctx

#: Whose turn it is, by session, as long as somebody waits or works.
_turns: WeakValueDictionary[str, Any] = WeakValueDictionary()
_giving = threading.Lock()


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Hold what the browser sends until the callback is done.

    Streamlit (1.67) breaks a callback off at its next look into the session when another change arrives, takes what it was called for
    as dealt with, and calls it no more: of two fields left in quick succession one was never stored. It runs the script anew right
    after the callbacks in any case.

    And it calls for that change at once, on another thread: two callbacks that look at the same table would both store what is new in
    it. So the second waits until the first is done.
    """
    context = get_script_run_ctx(suppress_warning=True)
    if context is None:
        yield
        return
    with _turn_of(context.session_id):
        # How Streamlit lets it be seen who runs the script for this visitor.
        runner: Any = getattr(getattr(context.session_state, "_yield_callback", None), "__self__", None)
        if not getattr(runner, "_execing", False):
            yield
            return
        runner._execing = False
        try:
            yield
        finally:
            runner._execing = True


def _turn_of(session: str) -> Any:
    with _giving:
        return _turns.setdefault(session, threading.RLock())
