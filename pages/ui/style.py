"""What Streamlit (1.67) cannot be told by its theme."""

from __future__ import annotations

import base64
from functools import cache
from pathlib import Path

import streamlit as st

from pages.ui import paper

#: Where Streamlit puts columns below one another, and a chart has no room for names.
NARROW = "(max-width: 640px)"
#: Where names on a map would cover one another: also on a tablet upright.
CROWDED = "(max-width: 800px)"

#: On a light page charts are written on in a grey of 3.75:1, whatever the theme says; the theme's own text is legible.
_CHART_WORDS = """
.js-plotly-plot text[style*="fill: rgb(128, 132, 149)"] { fill: currentColor !important; }"""

#: On a dark page the main colour is light, and white on it is hard to read (2.2:1); dark words are legible (8:1).
_ON_MAIN_COLOUR = """
:is([data-testid^=stBaseButton-primary]:enabled, [data-testid=stMultiSelect] [data-tag]) { color: light-dark(white, #11151c); }"""

#: On a narrow screen buttons and settings stand in a row that is pushed sideways, what is chosen first: the chart stands on the first screen.
#: ``into_view.js`` pushes the row back to its beginning when another is chosen.
_ONE_ROW = """
@media NARROW {
:is([class*="st-key-exhibit"], [class*="st-key-sheet-"]) [role=radiogroup] { flex-wrap: nowrap; overflow-x: auto; scrollbar-width: none; }
:is([class*="st-key-exhibit"], [class*="st-key-sheet-"]) [role=radiogroup] > * { flex: 0 0 auto; white-space: nowrap; }
:is([class*="st-key-exhibit"], [class*="st-key-sheet-"]) [aria-checked=true] { order: -1; }
[class*="st-key-settings-"] { flex-wrap: nowrap !important; overflow-x: auto; scrollbar-width: none; }
[class*="st-key-settings-"] > * { flex: 0 0 auto; max-width: 47%; }
}""".replace("NARROW", NARROW)

#: The head of a step takes a third of a phone's screen instead of half: a smaller title, what stands in the guidance left to it.
_SHORT_HEAD = """
@media NARROW {
[data-testid=stMainBlockContainer] { padding-top: 3.75rem; }
[data-testid=stMainBlockContainer] h1 { font-size: 1.6rem; padding: 0; }
:has(> .st-key-outcome) { display: none; }
.st-key-status { flex-direction: row; flex-wrap: nowrap; align-items: center; }
.st-key-status > * { flex: 1 1 50%; width: auto; min-width: 0; }
}""".replace("NARROW", NARROW)

#: On a tablet, and beside an open rail, what stands beside a step would have room for half a word a line: it stands below, as on a phone.
_ASIDE_BELOW = """
@media (max-width: 1100px) {
[data-testid=stApp]:has([data-testid=stSidebar][data-collapsed=false]) .st-key-step > * > [data-testid=stHorizontalBlock] > * { flex: 1 1 100%; min-width: 100%; }
}
@media (max-width: 760px) { .st-key-step > * > [data-testid=stHorizontalBlock] > * { flex: 1 1 100%; min-width: 100%; } }"""

#: A finger has no pointer to rest on a table: its tools are always there, and need room of their own above it.
_TOOLS_OF_TABLES = """
@media (hover: none) { [data-testid=stElementContainer]:has(> [data-testid=stFullScreenFrame] [data-testid=stDataFrame]) { margin-top: 2rem; } }"""

#: Without a pointer to rest on the rail its button to fold it would never show.
_FOLDING = """
@media (hover: none) { [data-testid=stSidebarCollapseButton] { visibility: visible !important; display: block !important; } }"""

#: Messages that pass stand at the foot: at the top they would cover the views of a page and what a conflict asks.
_AT_THE_FOOT = """
[data-testid=stToastContainer] { top: auto !important; bottom: 1rem; }"""


@cache
def icon() -> str:
    """The picture of the browser's tab, as an address that holds it: as a file Streamlit would look through it in every run."""
    return "data:image/png;base64," + base64.b64encode(Path(__file__).with_name("icon.png").read_bytes()).decode()


def apply() -> None:
    """Once a run, on every page."""
    st.html(
        f"<style>{_CHART_WORDS}{_ON_MAIN_COLOUR}{_ONE_ROW}{_SHORT_HEAD}{_ASIDE_BELOW}{_TOOLS_OF_TABLES}{_FOLDING}{_AT_THE_FOOT}{paper.STYLE}</style>"
    )
