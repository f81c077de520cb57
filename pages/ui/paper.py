"""What is printed of a page, or saved as PDF by the browser: its whole view, without what can only be clicked.

Streamlit (1.67) prints what stands in the window: its view scrolls within the page, and a chart keeps the width it has on the screen.
``paper.js`` puts a still copy in the place of each chart, because the chart itself is blank until it has been drawn at its new width.
"""

from __future__ import annotations

from pathlib import Path

import streamlit as st

_component = st.components.v2.component("paper", js=Path(__file__).with_name("paper.js").read_text(encoding="utf-8"))

#: The containers grow with what is in them; rail and tools are left out; what stands beside a step stands below it; dark words on white.
STYLE = """
@media print {
@page { margin: 12mm; }
:root { color-scheme: light !important; }
html, body, #root, #root > div, [data-testid=stApp], [data-testid=stAppViewContainer], [data-testid=stMain] {
  position: static !important; display: block !important; height: auto !important; min-height: 0 !important; overflow: visible !important; }
:is([data-testid=stSidebar], [data-testid=stHeader], [data-testid=stToolbar], [data-testid=stElementToolbar], [data-testid=stToastContainer],
  [data-testid=stFileUploader], [data-testid=stPopover], [data-testid=stDownloadButton], [data-testid=stMain] [role=radiogroup]) { display: none !important; }
[data-testid=stMainBlockContainer] { max-width: none !important; padding: 0 !important; }
.st-key-step > * > [data-testid=stHorizontalBlock] { display: block !important; }
.st-key-step > * > [data-testid=stHorizontalBlock] > * { width: 100% !important; max-width: none !important; }
[data-testid=stElementContainer]:has(+ .ninefold-printed) { display: none !important; }
.ninefold-printed, [data-testid=stDataFrame], [data-testid=stAlert], [data-testid=stVerticalBlock][style*=border] { break-inside: avoid; }
h1, h2, h3 { break-after: avoid; }
}"""


def keep() -> None:
    """On every page. Draws nothing."""
    _component(data={}, key="paper", height=0)
