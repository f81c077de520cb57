"""Script time of every page, beside a bare page that draws as many elements of the same kinds.

Both run warm through Streamlit's in-process runner; the ratio of the medians is printed. Aim: at most 1.5.
"""

from __future__ import annotations

import logging
import os
import statistics
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
logging.disable(logging.WARNING)

from streamlit.testing.v1 import AppTest  # noqa: E402

RUNS = 7

BARE = """
import pandas as pd
import plotly.graph_objects as go
import streamlit as st

counts = {counts!r}
FRAME = pd.DataFrame({{name: ["x"] * {rows} for name in "abcdefgh"}})
with st.sidebar:
    st.selectbox("Workbook", ["a", "b"], key="plan")
    st.segmented_control("Language", ["EN", "ZH"], key="lang")
for kind, count in counts.items():
    for number in range(count):
        key = f"{{kind}}.{{number}}"
        if kind == "plotly_chart":
            figure = go.Figure()
            for at in range(7):
                figure.add_trace(go.Scatter(x=[at], y=[at], mode="markers+text", text=["name"]))
            st.plotly_chart(figure, key=key)
        elif kind == "button":
            st.button("b", key=key)
        elif kind == "selectbox":
            st.selectbox("s", ["a", "b", "c"], key=key)
        elif kind == "text_input":
            st.text_input("t", key=key)
        elif kind == "text_area":
            st.text_area("t", key=key)
        elif kind == "number_input":
            st.number_input("n", key=key)
        elif kind == "dataframe":
            st.dataframe(FRAME, key=key)
        elif kind == "data_editor":
            st.data_editor(FRAME, key=key)
        elif kind == "progress":
            st.progress(0.5, text="p")
        elif kind == "segmented_control":
            st.segmented_control("s", ["a", "b"], key=key)
        elif kind == "pills":
            st.pills("p", ["a", "b"], key=key)
        elif kind == "container":
            st.container(border=True)
        else:
            st.markdown("m")
"""


def _count(node: Any, counts: Counter[str]) -> None:
    """Elements of a page by kind; blocks count as containers."""
    for child in getattr(node, "children", {}).values():
        kind = getattr(child, "type", "")
        names = {
            "arrow_data_frame": "dataframe",
            "imgs": "markdown",
            "alert": "markdown",
            "button_group": "pills",
            "badge": "markdown",
        }
        if getattr(child, "children", None) is not None:
            counts["container"] += 1
            _count(child, counts)
        elif kind:
            counts[names.get(kind, kind)] += 1


def _median(at: AppTest) -> float:
    at.run()
    times = []
    for _ in range(RUNS):
        start = time.perf_counter()
        at.run()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def main() -> None:
    os.environ["NINEFOLD_HOME"] = tempfile.mkdtemp(prefix="ninefold-bench-")
    from pages.registry import PLAN, STEP_PAGES, WORKSPACE
    from pages.ui import state
    from strategy.samples import build

    library = state.library()
    key = library.create("CDNOW", lambda path, name: build("cdnow", path, name, "Bench", "en"))
    scripts = [(script, view) for script, _ in STEP_PAGES.values() for view in ("evidence", "worksheets", "decide", "thread")]
    scripts += [(page.script, "") for page in (PLAN, *WORKSPACE)]
    ratios = []
    print(f"{'page':44}{'ms':>8}{'bare ms':>9}{'ratio':>8}")
    for script, view in scripts:
        at = AppTest.from_file(str(ROOT / "pages" / "main.py"), default_timeout=120)
        at.session_state["author"] = "Bench"
        at.query_params["plan"] = key
        at.run()
        at.switch_page(script)
        at.query_params["plan"] = key
        if view:
            at.query_params["view"] = view
        seconds = _median(at)
        counts: Counter[str] = Counter()
        _count(at.main, counts)
        bare = _median(AppTest.from_string(BARE.format(counts=dict(counts), rows=12), default_timeout=120))
        ratios.append(seconds / bare)
        print(f"{script + (' ' + view if view else ''):44}{seconds * 1000:8.1f}{bare * 1000:9.1f}{seconds / bare:8.2f}")
    print(f"{'median':44}{'':8}{'':9}{statistics.median(ratios):8.2f}")
    library.close_all()


if __name__ == "__main__":
    main()
