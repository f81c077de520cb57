"""Who moved between the adopted segments when the current data came in."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from pages.ui import downloads, state
from pages.ui.text import t
from strategy.customers.moves import moved_customers, moves
from strategy.language import msg
from strategy.spine import who_moved


def say(basis: str | None = None) -> None:
    """That customers moved with the import just made, and where to see it; of segments of one kind of rule where it can move no other."""
    if told := who_moved(state.workbook(), basis):
        state.flash(
            msg(
                "{count:# adopted segment|# adopted segments} gained or lost customers. Who moved stands at the foot of “{view}”.",
                count=len(told),
                view=msg("Import and quality"),
            ),
            "info",
        )


def show() -> None:
    if not state.snapshot().data_version:
        return
    told = who_moved(state.workbook())
    if not told:
        return
    snapshot, language = state.snapshot(), state.language()
    with st.container(border=True):
        st.markdown(f"**{t('Who moved with these data')}**")
        rows = [
            {
                t("Segment"): snapshot.short(moved.segment, language),
                t("Joined"): moved.joined,
                t("of them new customers"): moved.new,
                t("Left"): moved.left,
                t("of them no longer in the data"): moved.gone,
                t("Customers now"): _now(moved.segment),
            }
            for moved in told
        ]
        st.dataframe(pd.DataFrame(rows), hide_index=True, key="moved", alt=t("Customers who joined and left each segment"))
        with st.expander(t("From which to which"), icon=":material/swap_horiz:"):
            st.dataframe(_matrix(), key="moved_matrix", alt=t("Customers by segment before and after"))
        downloads.offer(
            t("Download who moved"),
            lambda: downloads.as_csv(_named(moved_customers(state.workbook().cursor()))),
            f"moved-v{snapshot.data_version}.csv",
            "moved_download",
        )


def _now(segment: str) -> object:
    row = state.snapshot().row("segment", segment)
    return row["customers"] if row else None


def _name(segment: object) -> str:
    if segment is None or segment != segment:
        return t("not in the data")
    if not segment:
        return t("in none")
    return ", ".join(state.snapshot().short(part, state.language()) or part for part in str(segment).split(", "))


def _matrix() -> pd.DataFrame:
    found = moves(state.workbook().cursor())
    found = found.assign(before=[_name(x) for x in found["segment_before"]], after=[_name(x) for x in found["segment_after"]])
    return found.pivot_table(index="before", columns="after", values="customers", aggfunc="sum", fill_value=0)


def _named(found: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            t("Customer"): found["customer"],
            t("From"): [_name(segment) for segment in found["segment_before"]],
            t("To"): [_name(segment) for segment in found["segment_after"]],
        }
    )
