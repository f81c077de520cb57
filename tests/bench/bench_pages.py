"""Script time of every page, beside a bare page that draws as many elements of the same kinds.

Both run warm through Streamlit's in-process runner, which times the script alone; the ratio of the medians is printed. Aim: at most 1.5.
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

from streamlit.runtime.scriptrunner.script_cache import ScriptCache  # noqa: E402
from streamlit.runtime.scriptrunner.script_runner import ScriptRunner  # noqa: E402
from streamlit.testing.v1 import AppTest, app_test, local_script_runner  # noqa: E402

# A server compiles a script once for all its runs; the tester would for every run.
_COMPILED = ScriptCache()
for module in (app_test, local_script_runner):
    vars(module)["ScriptCache"] = lambda: _COMPILED

# The tester looks every two milliseconds whether a script has ended: the script itself is timed, not its run in the tester.
_run_script, _seconds = ScriptRunner._run_script, [0.0]


def _timed(runner: ScriptRunner, *args: Any) -> None:
    start = time.perf_counter()
    _run_script(runner, *args)
    _seconds[0] = time.perf_counter() - start


ScriptRunner._run_script = _timed  # type: ignore[method-assign]

RUNS = 25

#: A page without a thought of its own: as many pages to go to, widgets, charts and texts, each with the same words.
BARE = """
import pandas as pd
import plotly.graph_objects as go
import streamlit as st

st.set_page_config(page_title="bare", layout="wide")
TABLES = iter([pd.DataFrame("x", index=range(rows), columns=[f"c{{at}}" for at in range(columns)]) for rows, columns in {tables!r}])


def chart(key):
    figure = go.Figure()
    for at in range(7):
        figure.add_trace(go.Scatter(x=[at], y=[at], mode="markers+text", text=["name"]))
    st.plotly_chart(figure, key=key)


DRAW = {{
    "plotly_chart": chart,
    "button": lambda key: st.button("b", key=key, icon=":material/circle:", on_click=print),
    "download_button": lambda key: st.download_button("b", b"x", key=key),
    "checkbox": lambda key: st.checkbox("c", key=key),
    "radio": lambda key: st.radio("r", ["a", "b", "c"], key=key),
    "selectbox": lambda key: st.selectbox("s", ["a", "b", "c"], key=key),
    "multiselect": lambda key: st.multiselect("m", ["a", "b", "c"], key=key),
    "text_input": lambda key: st.text_input("t", key=key),
    "text_area": lambda key: st.text_area("t", key=key),
    "number_input": lambda key: st.number_input("n", key=key),
    "date_input": lambda key: st.date_input("d", key=key),
    "slider": lambda key: st.slider("s", 0, 9, key=key),
    "file_uploader": lambda key: st.file_uploader("f", key=key),
    "dataframe": lambda key: st.dataframe(next(TABLES), key=key),
    "data_editor": lambda key: st.data_editor(next(TABLES), key=key),
    "progress": lambda key: st.progress(0.5, text="p"),
    "button_group": lambda key: st.segmented_control("s", ["a", "b", "c", "d"], key=key),
    "bidi_component": lambda key: st.components.v2.component("bare", js="export default function () {{}}")(key=key, height=0),
    "popover": lambda key: st.popover("p", key=key),
    "expander": lambda key: st.expander("e", key=key),
    "column": lambda key: st.container(key=key),
    "container": lambda key: st.container(border=True),
}}


def draw(counts, where):
    for kind, count in counts.items():
        for number in range(count):
            DRAW.get(kind, lambda key: st.markdown("m"))(f"{{where}}.{{kind}}.{{number}}")


def here():
    draw({main!r}, "main")


pages = [st.Page(here, title="here", icon=":material/circle:", default=True)]
pages += [st.Page(path, title="p", icon=":material/circle:") for path in {others!r}]
page = st.navigation({{"a": pages[:5], "b": pages[5:]}}, expanded=True)
with st.sidebar:
    draw({side!r}, "side")
page.run()
"""

_BLOCKS = {"popover", "expander", "column"}


def _count(node: Any) -> Counter[str]:
    """Elements below a block by kind; a block is a container unless it is of a kind of its own."""
    counts: Counter[str] = Counter()
    for child in getattr(node, "children", {}).values():
        kind = getattr(child, "type", "").replace("arrow_data_frame", "dataframe")
        if kind == "dataframe" and child.proto.editing_mode:
            kind = "data_editor"
        if getattr(child, "children", None) is not None:
            counts[kind if kind in _BLOCKS else "container"] += 1
            counts += _count(child)
        elif kind:
            counts[kind] += 1
    return counts


def _medians(first: AppTest, second: AppTest) -> tuple[float, float]:
    """Seconds a run of each, warm and in turns, so that a busy moment of the machine meets both."""
    times: dict[AppTest, list[float]] = {first: [], second: []}
    for at in times:
        at.run()
    for _ in range(RUNS):
        for at, taken in times.items():
            at.run()
            taken.append(_seconds[0])
    return statistics.median(times[first]), statistics.median(times[second])


def main() -> None:
    os.environ["NINEFOLD_HOME"] = tempfile.mkdtemp(prefix="ninefold-bench-")
    from pages.registry import PLAN, STEP_PAGES, WORKSPACE
    from pages.ui import state
    from strategy.samples import build

    library = state.library()
    key = library.create("CDNOW", lambda path, name: build("cdnow", path, name, "Bench", "en"))
    scripts = [(script, view) for script, _ in STEP_PAGES.values() for view in ("evidence", "worksheets", "decide", "thread")]
    scripts += [(page.script, "") for page in (PLAN, *WORKSPACE)]
    others = [str(ROOT / "pages" / script) for script in {script: None for script, _ in scripts}][1:]
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
        at.run()
        tables = [table.value.shape for table in at.dataframe]
        shown = {"tables": tables, "main": dict(_count(at.main)), "side": dict(_count(at.sidebar))}
        bare_page = AppTest.from_string(BARE.format(**shown, others=others), default_timeout=120)
        seconds, bare = _medians(at, bare_page)
        ratios.append(seconds / bare)
        print(f"{script + (' ' + view if view else ''):44}{seconds * 1000:8.1f}{bare * 1000:9.1f}{seconds / bare:8.2f}")
    print(f"{'median':44}{'':8}{'':9}{statistics.median(ratios):8.2f}")
    library.close_all()


if __name__ == "__main__":
    main()
