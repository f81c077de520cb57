"""What every way of grouping customers shows: the groups with rule and figures, and the button that adopts them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pandas as pd
import streamlit as st

from pages.ui import boundary, state
from pages.ui.text import s, t
from strategy.customers import rule_in_words
from strategy.customers.finding import Findable
from strategy.errors import StrategyError
from strategy.language import msg
from strategy.spine import adopt

Find = Callable[[], Sequence[Findable]]


def has_data() -> bool:
    """Whether there are purchases; says what to do where there are none."""
    if state.snapshot().data_version:
        return True
    st.info(t("Import purchases first; the segments are computed from them."), icon=":material/database:")
    return False


def cached(name: str, find: Find) -> Sequence[Findable] | None:
    """Groups of the current data set, found once a visit; ``None`` with the error shown where they cannot be."""
    try:
        return state.memo(f"{name}.{state.plan_key()}.{state.snapshot().data_version}", find)
    except StrategyError as error:
        boundary.show_error(error)
        return None


def table(found: Sequence[Findable], key: str, editable_names: bool = False) -> Sequence[str] | None:
    """The groups as a table. With ``editable_names`` the names can be changed; returns them as they stand."""
    customers, revenue = sum(x.customers for x in found) or 1, sum(float(x.revenue) for x in found) or 1
    frame = pd.DataFrame(
        [
            {
                t("Segment"): s(group.name),
                t("Customers"): group.customers,
                t("Share of customers"): 100 * group.customers / customers,
                t("Revenue"): float(group.revenue),
                t("Share of revenue"): 100 * float(group.revenue) / revenue,
                t("Rule"): s(rule_in_words(group.rule)),
            }
            for group in found
        ]
    )
    percent, localized = st.column_config.NumberColumn(format="%.1f%%"), st.column_config.NumberColumn(format="localized")
    config = {
        t("Share of customers"): percent,
        t("Share of revenue"): percent,
        t("Revenue"): st.column_config.NumberColumn(format="accounting"),
        t("Customers"): localized,
        t("Rule"): st.column_config.TextColumn(width="large"),
    }
    alt = t("Segments with rule, customers and revenue")
    if not editable_names:
        st.dataframe(frame, hide_index=True, key=key, alt=alt, column_config=config)
        return None
    others = [column for column in frame.columns if column != t("Segment")]
    edited = st.data_editor(frame, hide_index=True, key=key, alt=alt, column_config=config, disabled=others)
    return [str(name).strip() for name in edited[t("Segment")]]


def adopt_button(find: Find, key: str) -> None:
    """Adopt what ``find`` gives at the click."""
    st.button(
        t("Adopt these segments into the plan"),
        key=key,
        type="primary",
        icon=":material/add_task:",
        on_click=_adopt,
        args=(find,),
        help=t("Each becomes a row of step 1 with its rule; new data assign its customers anew."),
    )


def _adopt(find: Find) -> None:
    receipt = state.guarded(lambda: adopt(state.workbook(), find(), state.author() or "?", state.language()))
    if receipt is None:
        return
    if receipt.revisions:
        state.flash(msg("Segments now in the plan: {count}. Give each a role at step 1.", count=len(receipt.revisions)))
    else:
        state.flash(msg("These segments are in the plan already, with the same figures."), "info")
