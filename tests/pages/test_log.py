"""What stands in the server's log."""

from __future__ import annotations

import importlib
import logging

import pytest


@pytest.mark.parametrize(
    ("logger", "message"),
    [
        ("streamlit.runtime.app_session", "The fragment with id %s does not exist anymore"),
        ("streamlit.runtime.scriptrunner.script_runner", "Couldn't find fragment with id %s."),
    ],
)
def test_a_look_that_crosses_with_a_new_page_leaves_no_line(logger: str, message: str) -> None:
    importlib.import_module("app")
    lines = logging.getLogger(logger)
    assert not lines.filter(lines.makeRecord(logger, logging.WARNING, __file__, 1, message, ("abc",), None))
    assert lines.filter(lines.makeRecord(logger, logging.WARNING, __file__, 1, "Something else", (), None))
