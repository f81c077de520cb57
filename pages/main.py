"""The frame around every page: navigation by layer, workbook, person, language, and the boundary for errors."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = str(Path(__file__).resolve().parents[1])
if ROOT not in sys.path:  # tests and `streamlit run pages/main.py` start here, without the server of app.py
    sys.path.insert(0, ROOT)

import streamlit as st  # noqa: E402

from pages.ui import boundary, frame, grid_keys, into_view, one_step_back, paper, remember, state, style, this_run  # noqa: E402
from strategy.errors import StrategyError  # noqa: E402

st.set_page_config(page_title="Ninefold", page_icon=style.icon(), layout="wide", initial_sidebar_state="auto")

with this_run.begins():
    page = frame.navigation()
    frame.sidebar()
    told = boundary.show_flashes()
    if frame.knows_who():
        try:
            page.run()
        except StrategyError as error:
            boundary.show_error(error)
    grid_keys.keep()
    one_step_back.keep()
    into_view.keep()
    paper.keep()
    remember.pass_on()
    state.keep_address()
    del state.flashes()[:told]
