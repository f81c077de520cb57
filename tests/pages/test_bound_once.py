"""Widgets that keep what was chosen while they are off the page, whatever a browser sends of them meanwhile."""

from __future__ import annotations

from typing import Any

import pytest
import streamlit as st

from pages.ui import off_the_page, state


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The values of a session without a page."""
    kept: dict[str, dict[str, Any]] = {}
    values: dict[str, Any] = {}
    monkeypatch.setattr(state, "_store", lambda name: kept.setdefault(name, {}))
    monkeypatch.setattr(st, "session_state", values)
    return values


def test_what_was_chosen_is_set_anew_when_a_form_comes_back(session: dict[str, Any]) -> None:
    state.bind_once("map.customer", "proposed")
    session["map.customer"] = "chosen"
    state.bind_once("map.customer", "proposed")
    off_the_page.are_away("map.")
    session["map.customer"] = None  # as a browser sends it that has just drawn the list again, empty
    state.bind_once("map.customer", "proposed")
    assert session["map.customer"] == "chosen"
    off_the_page.are_back()
    session["map.customer"] = None  # the person took it out
    state.bind_once("map.customer", "proposed")
    assert session["map.customer"] is None


def test_a_form_that_was_drawn_once_only_comes_back_as_proposed(session: dict[str, Any]) -> None:
    state.bind_once("map.customer", "proposed")
    off_the_page.are_away("map.")
    session["map.customer"] = None
    state.bind_once("map.customer", "proposed")
    assert session["map.customer"] == "proposed"


def test_forms_elsewhere_on_the_page_take_what_is_chosen(session: dict[str, Any]) -> None:
    state.bind_once("clusters.k", 0)
    off_the_page.are_away("map.")
    session["clusters.k"] = 3
    state.bind_once("clusters.k", 0)
    assert session["clusters.k"] == 3
