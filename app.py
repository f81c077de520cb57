"""The server: Ninefold's pages with security headers and a health check around them. Start it with ``streamlit run app.py``."""

from __future__ import annotations

import logging
import os

# Before numpy loads: on two busy cores two BLAS threads made model fits seven to nine times slower.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from pages.ui.boundary import show_unexpected
from pages.ui.headers import SecurityHeaders


async def health(_: Request) -> JSONResponse:
    """Answers as long as the server does; for a reverse proxy or a supervisor."""
    return JSONResponse({"status": "ok"})


# Pages look every few seconds for what others did. A look that crosses with a new page is answered by a line in the log, and by no more:
# by one of two, as the new page has been taken up or is under way.
for name in ("app_session", "scriptrunner.script_runner"):
    logging.getLogger(f"streamlit.runtime.{name}").addFilter(lambda record: "fragment with id" not in str(record.msg))

app = st.App(
    Path(__file__).parent / "pages" / "main.py",
    routes=[Route("/health", health)],
    middleware=[Middleware(SecurityHeaders)],
    on_script_error=show_unexpected,
)
