"""A change that comes while another is being stored takes nothing away from it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from strategy.workbook import Library
from tests.pages.conftest import OpenPage

ROOT = Path(__file__).resolve().parents[2]


def _overtaken(protected: bool) -> None:
    """A field whose callback is under way when the browser sends the next change."""
    import streamlit as st
    from streamlit.runtime.scriptrunner import get_script_run_ctx

    from pages.ui import state

    stored = st.session_state.setdefault("stored", [])

    def store() -> None:
        get_script_run_ctx().script_requests.request_stop()  # type: ignore[union-attr]
        stored.append(st.session_state["field"])

    st.text_input("Field", key="field", on_change=state.callback(store) if protected else store)


@pytest.mark.parametrize("protected", [True, False])
def test_a_callback_overtaken_by_the_next_change_runs_to_its_end(protected: bool) -> None:
    """The second case is what Streamlit does by itself; once it passes no more, ``to_the_end`` has done its service."""
    page = AppTest.from_function(_overtaken, args=(protected,)).run()
    page.text_input(key="field").input("typed").run()
    assert page.session_state["stored"] == (["typed"] if protected else [])


def _at_once() -> None:
    """Two changes of one visitor that arrive on two threads, as Streamlit has it when one comes while another is being stored."""
    import threading
    import time

    import streamlit as st
    from streamlit.runtime.scriptrunner import add_script_run_ctx, get_script_run_ctx

    from pages.ui import state

    stored: list[int] = []

    def store_what_is_new() -> None:
        known = len(stored)
        time.sleep(0.05)
        if not known:
            stored.append(1)

    threads = [threading.Thread(target=state.callback(store_what_is_new)) for _ in range(4)]
    for thread in threads:
        add_script_run_ctx(thread, get_script_run_ctx()).start()
    for thread in threads:
        thread.join()
    st.text(f"stored {len(stored)} times")


def test_callbacks_of_one_visitor_take_turns() -> None:
    """A score was stored twice, as two rows, when the next one arrived meanwhile."""
    assert AppTest.from_function(_at_once).run().text[0].value == "stored 1 times"


def test_what_a_field_or_a_list_calls_runs_to_its_end() -> None:
    bare = []
    for path in sorted((ROOT / "pages").rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        functions = {node.name: node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
        called = [word.value for word in ast.walk(tree) if isinstance(word, ast.keyword) and word.arg == "on_change"]
        names = {node.id for node in called if isinstance(node, ast.Name)} & functions.keys()
        bare += [
            f"{path.name}: {name}"
            for name in sorted(names)
            if "state.callback" not in {ast.unparse(at) for at in functions[name].decorator_list}
        ]
    assert bare == []


def test_a_message_outlives_a_run_that_is_overtaken(open_page: OpenPage, library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a run has drawn that another overtakes nobody gets to see."""
    at = open_page("workspace/history.py", plan=library.create("Plan"))
    overtaken: list[None] = []

    def overtake_once() -> None:
        if not overtaken:
            overtaken.append(None)
            st.rerun()

    monkeypatch.setattr("pages.ui.grid_keys.keep", overtake_once)
    at.session_state["flashes"] = [("warning", "The server was started anew.")]
    at.run()
    assert overtaken
    assert [warning.value for warning in at.warning] == ["The server was started anew."]
    assert not at.run().warning


def _told_again_and_again() -> None:
    """The browser repeats what it has kept until it knows that the server has heard of it."""
    import json
    from types import SimpleNamespace

    import streamlit as st

    from pages.ui import live, state

    for number, text in ((1, "They pay on time"), (1, "They pay on time"), (2, "They wait")):
        st.session_state["watch"] = SimpleNamespace(lost=json.dumps({"number": number, "fields": [["Reason", text]]}))
        live._lost()
        assert state.get_memo("heard") == number


def test_what_may_not_have_been_stored_is_said_once_however_often_it_is_told() -> None:
    at = AppTest.from_function(_told_again_and_again).run()
    assert not at.exception
    told = [str(message) for _, message in at.session_state["flashes"]]
    assert [("Reason: They pay on time" in text, "Reason: They wait" in text) for text in told] == [(True, False), (False, True)]
