"""Telling how far a long piece of work is."""

from __future__ import annotations

from collections.abc import Callable

#: Called with the share that is done, from 0 to 1.
Progress = Callable[[float], None]


def unheard(share: float) -> None:
    """For work nobody is watching."""
