"""What was said with customers: a file of calls, visits and complaints, looked at and then taken in."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
import streamlit as st

from pages.ui import boundary, off_the_page, options, state
from pages.ui.data import choose, mapping, reading
from pages.ui.data.choose import Chosen
from pages.ui.text import s, safe, t
from strategy.customers import InteractionFile
from strategy.customers.interaction_files import Interactions
from strategy.customers.interaction_mapping import (
    INTERACTION_ROLE_NAMES,
    INTERACTION_ROLES,
    InteractionMapping,
    propose_interactions,
)
from strategy.customers.interaction_sets import (
    InteractionSet,
    current_interactions,
    interaction_sets,
    kinds_at_hand,
    proposed_choices,
)
from strategy.customers.reading import FilePreview
from strategy.errors import StrategyError
from strategy.language import date_text, msg, number
from strategy.spine import import_interactions

_NEEDED = ("customer", "date")


def show() -> None:
    with st.expander(t("Interactions and complaints"), icon=":material/support_agent:"):
        st.caption(
            t(
                "One row a contact: calls, visits, e-mails, complaints, returns. Complaints are then held against segments and purchases."
            )
        )
        current = current_interactions(state.workbook().cursor())
        if current is not None:
            _at_hand(current)
        files = choose.files(t("A file of interactions: CSV, Excel or Parquet"), "interactions")
        if not files:
            reading.drop(InteractionFile)
            off_the_page.are_away("interactions.")
            return
        found = _understood(files[0], current)
        if found is not None:
            _confirm(found)


def _at_hand(current: InteractionSet) -> None:
    language = state.language()
    st.markdown(
        t(
            "At hand: {count:# interaction|# interactions} of {customers:# customer|# customers} from {first} to {last}, "
            "{complaints} of them complaints. Imported by {author} on {day} from {file}.",
            count=number(current.interactions, language),
            customers=number(current.customers, language),
            first=date_text(current.first_day, language),
            last=date_text(current.last_day, language),
            complaints=number(current.complaints, language),
            author=safe(current.author),
            day=date_text(current.imported_at, language),
            file=safe(current.file_name),
        )
    )


def _understood(file: Chosen, current: InteractionSet | None) -> Interactions | None:
    mode = choose.mode(t("The interactions at hand"), "interactions.mode") if current else "replace"
    settings, place = mapping.how_the_file_is_read(file, "interactions")
    try:
        seen = mapping.beginning(file, settings)
        st.dataframe(
            pd.DataFrame(seen.rows, columns=list(seen.columns)), hide_index=True, height=180, key="interactions_preview",
            alt=t("The first rows of the file"),
        )  # fmt: skip
        earlier = interaction_sets(state.workbook().cursor())[::-1]
        proposed = propose_interactions(seen, [each.mapping for each in earlier])
        settings |= mapping.how_values_are_read(place, seen, proposed, earlier, "interactions")
        chosen = _columns(seen, proposed)
        with st.container(horizontal=True):
            skip = st.toggle(t("Leave out rows whose date cannot be read"), key="interactions.skip")
            once = st.toggle(t("Count rows that say the same once"), key="interactions.once")
        if not chosen["customer"] or not chosen["date"] or not (chosen["kind"] or chosen["every_kind"]):
            st.info(t("Choose the columns for customer and date, and either the column with the kind or what every row is."))
            return None
    except StrategyError as error:
        boundary.show_error(error)
        return None
    wanted = replace(InteractionMapping(**chosen), **settings)
    found = reading.read(InteractionFile(file.path, file.name, wanted, mode == "append", skip, once))
    return found[0] if found else None


def _columns(seen: FilePreview, proposed: InteractionMapping) -> dict[str, Any]:
    chosen: dict[str, Any] = {}
    for role, place in mapping.in_rows((*INTERACTION_ROLES[:3], "every_kind", *INTERACTION_ROLES[3:]), 4):
        with place:
            if role == "every_kind":
                chosen[role] = _every_kind(seen, proposed.every_kind, bool(chosen["kind"]))
            else:
                title = INTERACTION_ROLE_NAMES[role]
                chosen[role] = mapping.column(seen, f"interactions.{role}", title, getattr(proposed, role), role in _NEEDED)
    return chosen


def _every_kind(seen: FilePreview, proposed: str | None, needless: bool) -> str | None:
    """What every row is, where no column says it."""
    key = f"interactions.every_kind.{hash(seen.columns)}"
    state.bind_once(key, proposed or "")
    text = st.text_input(
        t("Or what every row is"), key=key, max_chars=60, placeholder=t("such as complaint"), disabled=needless
    )  # fmt: skip
    return None if needless else text.strip() or None


def _confirm(found: Interactions) -> None:
    st.markdown(f"**{t('What was understood')}**")
    st.markdown("\n".join(f"- {safe(s(sentence))}" for sentence in found.sentences()))
    for warning in found.warnings():
        st.warning(safe(s(warning)), icon=":material/warning:")
    _left_out(found)
    cursor = state.workbook().cursor()
    kinds, statuses = kinds_at_hand(cursor) if found.rows_at_hand is not None else ([], [])
    complaints, still_open = proposed_choices(cursor, found)
    counts = {each.name: each.rows for each in (*found.kinds, *found.statuses)}

    listed = dict.fromkeys([*counts, *kinds, *statuses])
    named = options.label_of(options.distinct({name: f"{name} ({counts[name]:,})" if name in counts else name for name in listed}))

    known = list(dict.fromkeys([*(each.name for each in found.kinds), *kinds]))
    key = f"interactions.complaints.{found.sha256[:12]}.{hash(tuple(known))}"
    state.bind_once(key, [name for name in complaints if name in known])
    chosen = st.multiselect(t("Kinds that count as complaints"), known, format_func=named, key=key)
    settled: list[str] = []
    if found.statuses or statuses:
        known = list(dict.fromkeys([*(each.name for each in found.statuses), *statuses]))
        key = f"interactions.open.{found.sha256[:12]}.{hash(tuple(known))}"
        state.bind_once(key, [name for name in still_open if name in known])
        settled = st.multiselect(t("Statuses that mean not settled yet"), known, format_func=named, key=key)
    if not chosen:
        st.info(t("No kind counts as a complaint; the interactions are kept, and the charts on complaints stay empty."))
    st.button(
        t("Take in {rows:# interaction|# interactions}", rows=number(found.rows_kept, state.language())),
        key="do_interactions",
        type="primary",
        icon=":material/download_done:",
        on_click=_import,
        args=(found, chosen, settled),
    )


def _left_out(found: Interactions) -> None:
    language = state.language()
    rows = [
        {
            t("Left out because"): s(entry.title),
            t("Rows"): entry.rows,
            t("First occurrence"): t(
                "row {row}, {column}: {value}",
                row=number(entry.first.row, language),
                column=entry.first.column,
                value=entry.first.value or "–",
            ),
        }
        for entry in found.left_out
    ]
    if rows:
        st.dataframe(pd.DataFrame(rows), hide_index=True, key="interactions_left_out", alt=t("Rows left out, by reason"))


def _import(found: Interactions, complaints: list[str], still_open: list[str]) -> None:
    done = state.guarded(lambda: import_interactions(state.workbook(), found, complaints, still_open, state.author() or "?"))
    if done is None:
        return
    stored, fresh = done
    if fresh:
        state.flash(
            msg(
                "{count:# interaction is|# interactions are} in the workbook, {complaints} of them complaints.",
                count=f"{stored.interactions:,}",
                complaints=f"{stored.complaints:,}",
            )
        )
    else:
        state.flash(msg("This very file is imported already; nothing was changed."), "info")
