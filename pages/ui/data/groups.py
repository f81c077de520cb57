"""Stages, silence, grades and attribute rules: thresholds that can be moved, the groups they make, and adoption."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from pages.ui import boundary, exhibits, options, state
from pages.ui.data import grouping
from pages.ui.text import s, t
from strategy.customers import LifecycleRules, RiskThresholds
from strategy.customers.attributes import COLUMNS, attribute_names, split_values
from strategy.customers.finding import attribute_segments, grade_segments, silence_segments, stage_segments
from strategy.errors import InvalidValue, StrategyError
from strategy.language import msg

_EXHIBIT = {"stage": "movement", "silence": None, "grade": "abc_grades", "attribute": None}


def show() -> None:
    if not grouping.has_data():
        return
    names = {
        "stage": t("Stages of the relationship"),
        "silence": t("Bands of silence"),
        "grade": t("Grades by share of revenue"),
        "attribute": t("Attributes and conditions"),
    }
    state.bind_once("groups.kind", "stage")
    kind = st.pills(t("Group by"), list(names), format_func=lambda x: names[x], key="groups.kind", required=True)
    try:
        if kind == "attribute":
            _attributes()
            return
        found = {"stage": _stages, "silence": _silence, "grade": _grades}[str(kind)]()
    except StrategyError as error:
        boundary.show_error(error)
        return
    if found is not None:
        grouping.table(found, f"groups.table.{kind}")
        grouping.adopt_button(lambda: found, f"adopt.{kind}")
    if exhibit := _EXHIBIT[str(kind)]:
        exhibits.show_exhibit(exhibit, "groups.")
    exhibits.show_exhibit("segmentation_comparison", "groups.")


def _number(label: str, key: str, default: float, low: float, high: float, step: float) -> float:
    state.bind_once(key, default)
    return float(st.number_input(label, min_value=low, max_value=high, step=step, key=key, width=230, format="%g"))


def _stages() -> Any:
    defaults = LifecycleRules()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        window = _number(t("Window (days)"), "stage.window", float(defaults.window_days), 7.0, 1095.0, 7.0)
        silence = _number(t("Degradation: silent above (× usual gap)"), "stage.silence", defaults.silence, 1.0, 30.0, 0.5)
        drop = _number(t("Degradation: window below (% of the best)"), "stage.drop", defaults.drop * 100, 5.0, 95.0, 5.0)
        growth = _number(t("Formation: growth above (%)"), "stage.growth", defaults.growth * 100, 1.0, 500.0, 5.0)
        orders = _number(t("Exploration: purchase days at most"), "stage.orders", float(defaults.exploring_orders), 1.0, 20.0, 1.0)
    st.caption(
        t(
            "The thresholds are this workbook's own; no published ones exist. An adopted stage keeps the thresholds it was adopted with."
        )
    )
    rules = LifecycleRules(
        window_days=int(window), silence=silence, drop=drop / 100, growth=growth / 100, exploring_orders=int(orders)
    )
    return grouping.cached(f"stage.{rules}", lambda: stage_segments(state.workbook().cursor(), rules))


def _silence() -> Any:
    defaults = RiskThresholds()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        due = _number(t("Due above (× usual gap)"), "silence.due", defaults.due, 1.0, 30.0, 0.5)
        at_risk = _number(t("At risk above (× usual gap)"), "silence.at_risk", defaults.at_risk, 1.1, 60.0, 0.5)
        lost = _number(t("Lost above (× usual gap)"), "silence.lost", defaults.lost, 1.2, 120.0, 0.5)
        days = _number(t("Purchase days that make a usual gap"), "silence.habit", float(defaults.purchase_days), 2.0, 20.0, 1.0)
    thresholds = RiskThresholds(due, at_risk, lost, int(days))
    return grouping.cached(f"silence.{thresholds}", lambda: silence_segments(state.workbook().cursor(), thresholds))


def _grades() -> Any:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        first = _number(t("Grade A up to (% of revenue)"), "grade.first", 80.0, 1.0, 98.0, 1.0)
        second = _number(t("Grade B up to (% of revenue)"), "grade.second", 95.0, 2.0, 99.0, 1.0)
    shares = (first / 100, second / 100)
    return grouping.cached(f"grade.{shares}", lambda: grade_segments(state.workbook().cursor(), shares))


_PARTS = ("segment", "about", "values", "low", "high")


def _attributes() -> None:
    """An editor of rules: lines of one segment must all hold; segments are taken in their order, and everyone else comes last."""
    known = attribute_names(state.workbook().cursor())
    abouts = {f"name:{name}": str(name) for name in known["name"]} | {f"column:{name}": s(title) for name, title in COLUMNS.items()}
    label_of = {label: about for about, label in options.distinct(abouts).items()}
    if known.empty:
        st.caption(t("No attributes of customers are imported yet; conditions can be about their purchases."))
    else:
        written = known[known["kind"] == "text"]
        samples = zip(written["name"], written["samples"], strict=True)
        st.text("\n".join(f"{name}: {', '.join(map(str, values[:8]))}" for name, values in samples))
    st.caption(
        t(
            "One line a condition. Lines of the same segment must all hold; separate several values by semicolons. "
            "A customer belongs to the first segment that fits; everyone else comes last."
        )
    )
    empty = pd.DataFrame({part: pd.Series([None if part == "about" else ""] * 3, dtype="object") for part in _PARTS})
    frame = state.memo(f"attribute_lines.{state.plan_key()}", lambda: empty)
    with st.form("attribute_rules", border=False):
        edited = st.data_editor(
            frame,
            num_rows="dynamic",
            placeholder="–",
            hide_index=True,
            key=f"attribute_editor.{state.language()}",
            alt=t("Conditions of the segments"),
            column_config={
                "segment": st.column_config.TextColumn(t("Segment"), max_chars=80),
                "about": st.column_config.SelectboxColumn(t("Attribute"), options=list(label_of)),
                "values": st.column_config.TextColumn(t("Is one of")),
                "low": st.column_config.TextColumn(t("From")),
                "high": st.column_config.TextColumn(t("To")),
            },
        )
        st.form_submit_button(t("Work out the segments"))
    kinds = dict(zip(known["name"], known["kind"], strict=True))
    rules = attribute_rules(edited.to_dict("records"), label_of, kinds)
    if not rules:
        return
    found = grouping.cached(f"attribute.{rules}", lambda: attribute_segments(state.workbook().cursor(), rules))
    if found is not None:
        grouping.table(found, "groups.table.attribute")
        grouping.adopt_button(lambda: found, "adopt.attribute")


def attribute_rules(lines: Sequence[dict[str, Any]], label_of: dict[str, str], kinds: dict[str, str]) -> list[dict[str, Any]]:
    """The editor's lines as rules, in order of first appearance. Lines without a segment or an attribute are passed over.

    Raises:
        InvalidValue: a value that is not a number where the attribute holds numbers.
    """
    rules: dict[str, dict[str, Any]] = {}
    for line in lines:
        cells = {part: "" if pd.isna(line.get(part)) else str(line[part]).strip() for part in _PARTS}
        if not cells["segment"] or not cells["about"]:
            continue
        where, _, name = label_of.get(cells["about"], f"name:{cells['about']}").partition(":")
        condition: dict[str, Any] = {where: name}
        values = split_values(cells["values"])
        if values:
            numeric = where == "column" or kinds.get(name) == "number"
            condition["in"] = [_as_number(value, name) for value in values] if numeric else values
        for part, bound in (("low", "from"), ("high", "to")):
            if cells[part]:
                condition[bound] = cells[part]
        rules.setdefault(cells["segment"], {"segment": cells["segment"], "title": cells["segment"], "all": []})["all"].append(
            condition
        )
    return list(rules.values())


def _as_number(text: str, name: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise InvalidValue(
            msg("{value} is not a number", value=text[:60]), name, msg("Write it with a point as decimal mark.")
        ) from None
