"""The words of Streamlit's (1.67) own tools, which it cannot say in another language: those above a table, in its lists and of messages.

``grid_words.js`` puts ours in their place, where a text is exactly one of these. What is not found stays in English and works as before.
"""

from __future__ import annotations

from functools import cache

from pages.ui import state
from strategy.language import LANGUAGES, Language, Message, msg

_TOOLS: tuple[Message, ...] = (
    msg("Add row"),
    msg("Add"),
    msg("Delete row(s)"),
    msg("Clear selection"),
    msg("Show/hide columns"),
    msg("Download as CSV"),
    msg("Search"),
    msg("Fullscreen"),
    msg("Close fullscreen"),
    msg("Select all"),
    msg("No results"),
    msg("No options"),
    msg("Type to search"),
    msg("Previous Result"),
    msg("Next Result"),
    msg("Close Search"),
    msg("Sort ascending"),
    msg("Sort descending"),
    msg("Statistics"),
    msg("Format"),
    msg("Autosize"),
    msg("Pin column"),
    msg("Unpin column"),
    msg("Hide column"),
    msg("Copy column name"),
    msg("Page not found"),
    msg("The page that you have requested does not seem to exist. Running the app's main page."),
    msg("view more"),
    msg("view less"),
)

_GONE = msg("The server does not answer")
_MEANWHILE = msg(
    "What was saved up to the last revision is safe. What is typed now is not kept, and tables may look older than they are. "
    "This page goes on by itself once the server is back, and then names what was not stored."
)
#: What Streamlit says in words that mislead, in English too: it takes a server that was stopped for a connection to the internet that was lost.
_INSTEAD: dict[str, Message] = {
    "Connection error": _GONE,
    "Streamlit server is not responding. Are you connected to the internet?": _MEANWHILE,
    "Is Streamlit still running? If you accidentally stopped Streamlit, just restart it in your terminal:": _MEANWHILE,
}


def of_tools() -> dict[str, str]:
    """A word as it may stand on the page, in any language since that may have been changed -> in the visitor's."""
    return _of_tools(state.language())


@cache
def _of_tools(now: Language) -> dict[str, str]:
    tools = {word.in_(code): word.in_(now) for word in _TOOLS for code in LANGUAGES if word.in_(code) != word.in_(now)}
    return tools | {theirs: ours.in_(now) for theirs, ours in _INSTEAD.items()}
