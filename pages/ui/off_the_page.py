"""Forms that leave the page and come back: what they show then is what was chosen in them."""

from __future__ import annotations

from pages.ui import state


def are_away(*prefixes: str) -> None:
    """Say that widgets bound once whose keys begin so are not on the page; when they are back, they show what is kept.

    A browser may send what they showed once more while it takes them off. It has forgotten that by the time it draws them again, empty,
    and takes for their values only what is set anew.
    """
    state.memo("away", dict[str, bool]).update(
        {key: False for key in state.memo("bound", dict[str, bool]) if key.startswith(prefixes)}
    )


def are_back() -> None:
    """At the end of a page that :func:`are_away` is used on: what was set anew has reached the browser."""
    away = state.memo("away", dict[str, bool])
    for key in [key for key, back in away.items() if back]:
        del away[key]
