"""Which column is what, how the file is read, and what is done with doubtful rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any
from zoneinfo import available_timezones

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.ui import boundary, state
from pages.ui.data import reading
from pages.ui.data.choose import Chosen
from pages.ui.text import s, safe, t
from strategy.customers import (
    ROLE_NAMES,
    ROLES,
    RULE_NAMES,
    Confirmed,
    Dataset,
    FilePreview,
    Mapping,
    Remembered,
    Rules,
    datasets,
    earlier_like,
    propose,
    remembered_rules,
)
from strategy.customers.encodings import OFFERED, SPOKEN
from strategy.customers.mapping import Chosen as HowRead
from strategy.errors import ImportRefused, StrategyError
from strategy.language import Message, msg

_NEEDED = ("customer", "date")
_ENCODINGS = {codec: SPOKEN[codec].partition(" (")[0] for codec in OFFERED}


def ask(files: Sequence[Chosen], adding: bool) -> tuple[Mapping, Rules] | None:
    """The mapping and the rules for ``files``; ``None`` while something is missing. What is wrong is shown on the page."""
    settings, place = how_the_file_is_read(files[0])
    try:
        seen = [beginning(file, settings) for file in files]
    except StrategyError as error:
        boundary.show_error(error)
        if len(files) > 1:
            st.caption(
                t(
                    "All files of the list are read together. One that is not meant to be read is taken off with the × beside its name."
                )
            )
        return None
    first = seen[0]
    st.markdown(f"**{t('Which column is what?')}**")
    st.dataframe(
        pd.DataFrame(first.rows, columns=list(first.columns)),
        hide_index=True,
        height=180,
        key="preview_rows",
        alt=t("The first rows of the file"),
    )
    for note in {s(note): None for each in seen for note in each.notes}:
        st.caption(safe(note))
    earlier = _confirmed_before()
    proposed = _proposed(first, [record.mapping for record in earlier])
    settings |= how_values_are_read(place, first, proposed, earlier)
    chosen = _columns(first, proposed)
    rules = _rules(first, remembered_rules(first, earlier), adding)
    if not chosen["customer"] or not chosen["date"] or not (chosen["amount"] or (chosen["quantity"] and chosen["price"])):
        st.info(t("Choose the columns for customer and date, and either the amount or quantity and price."))
        return None
    mapping = Mapping(customer=chosen["customer"], date=chosen["date"])
    mapping = replace(mapping, **{role: chosen[role] for role in ROLES[2:]}, **settings)
    try:
        _same_columns(mapping, seen)
    except StrategyError as error:
        boundary.show_error(error)
        return None
    return mapping, rules


def beginning(file: Chosen, settings: dict[str, Any]) -> FilePreview:
    """How the file begins, read in the way :func:`how_the_file_is_read` says."""
    return reading.look(file, **settings)


def how_the_file_is_read(file: Chosen, prefix: str = "map") -> tuple[dict[str, Any], DeltaGenerator]:
    """What a person says about the file before its columns are known, and the place for :func:`how_values_are_read`.

    ``None``: as the data show. ``prefix`` keeps the widgets of two kinds of files apart.
    """
    as_found = t("as the data show")
    delimiters = {",": t("a comma"), ";": t("a semicolon"), "\t": t("a tab"), "|": t("a vertical bar")}
    with st.expander(t("How the file is read"), icon=":material/tune:"):
        place = st.container(horizontal=True)
        with st.container(horizontal=True):
            found = {
                "encoding": _choice(t("Encoding"), _ENCODINGS, f"{prefix}.encoding", as_found),
                "delimiter": _choice(t("Columns separated by"), delimiters, f"{prefix}.delimiter", as_found, or_typed=True),
            }
    # In sight: a workbook whose first worksheet is a cover is common, and what follows depends on it.
    return found | {"sheet": reading.choose_sheet(file, f"{prefix}.sheet")}, place


def how_values_are_read(
    place: DeltaGenerator, seen: FilePreview, proposed: HowRead, earlier: Sequence[Confirmed], prefix: str = "map"
) -> dict[str, Any]:
    """What a person says about the values of the columns, at first as for the earlier file with the same ones."""
    as_found = t("as the data show")
    orders = {"dmy": t("day first"), "mdy": t("month first"), "ymd": t("year first")}
    zones = {zone: zone for zone in sorted(available_timezones())}
    asked = {
        "date_order": (t("Dates such as 03/04/2024"), orders, as_found),
        "decimal": (t("Decimal mark"), {".": "1,234.56", ",": "1.234,56"}, as_found),
        "time_zone": (t("Days are cut in the time zone"), zones, t("as written")),
        "times_in": (t("Times are written in"), zones, t("the shop's own time zone")),
    }
    like = earlier_like(seen, earlier)
    found, kept = {}, []
    with place:
        for name, (label, options, otherwise) in asked.items():
            key = f"{prefix}.{name}.{hash(seen.columns)}"
            state.bind_once(key, getattr(proposed, name))
            found[name] = value = _choice(label, options, key, otherwise)
            if like and value and value == getattr(like.mapping, name):
                kept.append(f"{label}: {options[value]}")
    if like and kept:
        st.caption(f":material/history: {safe(t('Read as {file} was: {how}.', how='; '.join(kept), file=like.file_name))}")
    return found


def _choice(label: str, options: dict[str, str], name: str, otherwise: str, or_typed: bool = False) -> str | None:
    value: str | None = st.selectbox(
        label,
        list(options),
        index=None,
        format_func=lambda item: options.get(item, item),
        accept_new_options=or_typed,
        key=name,
        placeholder=otherwise,
        width=220,
    )
    return value


def _proposed(seen: FilePreview, earlier: list[Mapping]) -> Mapping:
    try:
        return propose(seen, earlier)
    except ImportRefused:
        return Mapping(customer="", date="")


def _columns(seen: FilePreview, proposed: Mapping) -> dict[str, Any]:
    chosen: dict[str, str | None] = {}
    for role, place in in_rows(ROLES, 3):
        with place:
            chosen[role] = column(seen, f"map.{role}", ROLE_NAMES[role], getattr(proposed, role), role in _NEEDED)
    return chosen


def in_rows(roles: Sequence[str], width: int) -> Iterator[tuple[str, DeltaGenerator]]:
    """Each role with its place on the page, a row at a time, so that the order holds on a phone."""
    for position, role in enumerate(roles):
        if position % width == 0:
            places = st.columns(width)
        yield role, places[position % width]


def column(seen: FilePreview, name: str, title: Message, proposed: str | None, needed: bool) -> str | None:
    """Which column of the file is what ``title`` says; the proposed one is chosen where the file has it."""
    key = f"{name}.{hash(seen.columns)}"
    state.bind_once(key, proposed if proposed in seen.columns else None)
    chosen: str | None = st.selectbox(
        s(title).capitalize() + (" *" if needed else ""), list(seen.columns), index=None, key=key, placeholder="–"
    )
    return chosen


def _confirmed_before() -> list[Dataset]:
    """The data sets of this workbook, newest first."""
    if not state.snapshot().data_version:
        return []
    return datasets(state.workbook().cursor())[::-1]


def _rules(seen: FilePreview, remembered: Remembered, adding: bool) -> Rules:
    """Every rule of cleaning with its switch, set as for an earlier file with these columns; what that changes is said in sight."""
    usual = {name: bool(getattr(Rules(), name)) for name in RULE_NAMES}
    values = {}
    with st.expander(t("What is done with doubtful rows"), icon=":material/rule:"):
        for name, title in RULE_NAMES.items():
            if name == "drop_known" and not adding:
                continue
            key = f"rule.{name}.{hash(seen.columns)}"
            state.bind_once(key, remembered.rules.get(name, usual[name]))
            values[name] = st.toggle(s(title), key=key)
    for sentence in remembered.said(values):
        st.caption(f":material/history: {safe(s(sentence))}")
    return replace(Rules(), **(usual | values))  # type: ignore[arg-type]


def _same_columns(mapping: Mapping, seen: Sequence[FilePreview]) -> None:
    """Several files are read under one mapping, so that each must have its columns."""
    for each in seen[1:]:
        missing = [heading for heading in mapping.columns().values() if heading not in each.columns]
        if missing:
            raise ImportRefused(
                msg("The file lacks columns the first one has: {columns}", columns=", ".join(missing)),
                each.name,
                msg("Import files with different columns one after the other, or give them the same headings."),
            )
